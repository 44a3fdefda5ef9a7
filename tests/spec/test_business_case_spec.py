"""Business case: patients, groups and money by month.

What the monthly model of a program makes of a few plain numbers. Cases have one service and one kind of
patient; all numbers are made up.
"""

from __future__ import annotations

import pytest
from tests.unit.economics.case_files import number, read, tiny

from allay.economics.program.run import run_program


@pytest.mark.parametrize(
    (
        "referred_each_month",
        "no_show_percent",
        "places_each_month",
        "started_in_month_2",
        "waiting_after_month_2",
    ),
    [
        (10, 0, 20, 10, 0),
        (10, 20, 20, 9.6, 2.4),
        (10, 0, 6, 6, 8),
        (100, 0, 6, 6, 188),
        (0, 0, 6, 0, 0),
    ],
)
def test_waiting(
    referred_each_month: float,
    no_show_percent: float,
    places_each_month: float,
    started_in_month_2: float,
    waiting_after_month_2: float,
) -> None:
    """Who does not come, or finds no place, waits: what cannot be met is a queue and does not vanish."""
    tree = tiny(months=3, referrals=[(1, referred_each_month)])
    tree["demand"] |= {
        "no_show": number(no_show_percent / 100, "probability"),
        "capacity": number(places_each_month, "patients/month"),
    }
    run = run_program(read(tree))
    assert run.started[0, 2] == pytest.approx(started_in_month_2)
    assert run.waiting[0, 2] == pytest.approx(waiting_after_month_2)


@pytest.mark.parametrize(
    ("patients_scheduled", "no_show_percent", "seats", "seats_filled_percent", "visits", "sessions"),
    [
        (24, 0, 12, 100, 24, 2),
        (25, 0, 12, 100, 25, 3),
        (24, 50, 12, 100, 12, 1),
        (24, 0, 12, 50, 24, 4),
        (1, 0, 12, 100, 1, 1),
        (0, 0, 12, 100, 0, 0),
    ],
)
def test_group_sessions(
    patients_scheduled: float,
    no_show_percent: float,
    seats: int,
    seats_filled_percent: float,
    visits: float,
    sessions: int,
) -> None:
    """Sessions are whole: as many as the patients who come need at the planned fill."""
    group = {
        "id": "yoga",
        "kind": "group",
        "dose": [{"visits": number(1, "visits/month")}],
        "no_show": number(no_show_percent / 100, "probability"),
        "group": {
            "seats": number(seats, "seats"),
            "fill": number(seats_filled_percent / 100, "probability"),
        },
    }
    run = run_program(read(tiny(months=1, referrals=[(1, patients_scheduled)], services=[group])))
    assert run.visits[0, 1, 0] == pytest.approx(visits)
    assert run.sessions[0, 1, 0] == sessions


@pytest.mark.parametrize(
    ("allowed", "copay", "denied_percent", "paid_by_payer", "paid_by_patient"),
    [
        (100, 0, 0, 1000, 0),
        (100, 20, 0, 800, 200),
        (100, 20, 10, 720, 180),
        (100, 0, 100, 0, 0),
    ],
)
def test_ten_visits_by_fee(
    allowed: float, copay: float, denied_percent: float, paid_by_payer: float, paid_by_patient: float
) -> None:
    """A payer pays what it allows less the copay; for a denied line nobody pays."""
    tree = tiny(
        months=1,
        referrals=[(1, 10)],
        payers=[
            {
                "id": "acme",
                "kind": "commercial",
                "mix": number(1, "probability"),
                "denial": number(denied_percent / 100, "probability"),
            }
        ],
        fees=[
            {
                "service": "medical_visit",
                "payer": "acme",
                "allowed": number(allowed, "usd/visit"),
                "copay": number(copay, "usd/visit"),
            }
        ],
    )
    run = run_program(read(tree))
    paid = dict.fromkeys(("payer:acme", "patient"), 0.0)
    for flow in run.flows:
        paid[flow.source] += float(flow.amount.sum())
    assert paid["payer:acme"] == pytest.approx(paid_by_payer)
    assert paid["patient"] == pytest.approx(paid_by_patient)
