"""Worked examples of the project's notes (T6, T8 of the notes on value), through case files."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.unit.economics.case_files import SOURCES, number, read, tiny

from allay.economics.case.case import Case
from allay.economics.program.contribution import session_cost
from allay.economics.program.costs import minute_rate
from allay.economics.program.drawn import draw_case
from allay.economics.program.revenue import prices
from allay.economics.program.run import run_program

CENTS = 1e-6
"""Dollars: sums of a few products in float64."""


def cash_case() -> Case:
    """T8: 250,000 to start, half a year at -30,000, half at -10,000, half at 8,000, 42 months at 25,000."""
    payer = {"id": "acme", "kind": "commercial", "mix": number(1, "probability")}
    return read(
        tiny(
            months=60,
            referrals=[(1, 0), (13, 80), (19, 250)],
            payers=[payer],
            fees=[{"service": "medical_visit", "payer": "acme", "allowed": number(100, "usd/visit")}],
            start_up=[{"name": "fit_out", "amount": number(250_000, "usd")}],
            fixed=[
                {"name": "opening", "amount": number(30_000, "usd/month"), "to_month": 6},
                {"name": "running", "amount": number(10_000, "usd/month"), "from_month": 7, "to_month": 12},
            ],
        )
    )


def test_a_case_gives_the_cash_of_the_worked_example() -> None:
    expected = [-250_000, *[-30_000] * 6, *[-10_000] * 6, *[8_000] * 6, *[25_000] * 42]
    cash = run_program(cash_case()).cash[0]
    np.testing.assert_allclose(cash, expected, atol=CENTS)
    assert cash.sum() == pytest.approx(608_000)
    assert -np.cumsum(cash).min() == pytest.approx(490_000)
    assert np.cumsum(cash).argmin() == 12
    value = sum(amount / 1.03 ** (month / 12) for month, amount in enumerate(cash))
    assert round(value, 2) == 512_207.92


@pytest.mark.parametrize(
    ("saved", "more", "payment"),
    [
        (0.05, {}, 150_000),
        (0.038, {}, 0),
        (0.039, {}, 117_000),
        (0.05, {"multiplier": number(0.8, "ratio")}, 120_000),
        (0.5, {}, 1_500_000),
        (0.5, {"cap": number(0.1, "probability")}, 600_000),
    ],
)
def test_shared_savings_of_a_case_are_those_of_the_worked_example(
    saved: float, more: dict[str, Any], payment: float
) -> None:
    """T8: a benchmark of 12,000 for each of 500 members; half of what is saved from 3.9% on."""
    term = {
        "type": "shared_savings",
        "id": "savings",
        "payer": "acme",
        "members": number(500, "members"),
        "benchmark": number(1000, "usd/member-month"),
        "saved": number(saved, "probability"),
        "minimum_rate": number(0.039, "probability"),
        "share": number(0.5, "probability"),
    }
    payer = {"id": "acme", "kind": "commercial", "mix": number(1, "probability")}
    run = run_program(read(tiny(months=24, referrals=[(1, 0)], payers=[payer], contracts=[term | more])))
    paid = run.cash[0]
    assert paid[12] == paid[24] == pytest.approx(payment)
    assert not np.delete(paid, [12, 24]).any()


def staff(role: str, by_minute: float) -> dict[str, Any]:
    """A role whose practical minute costs so much: 100,000 minutes in a year."""
    return {
        "role": role,
        "fte": number(1, "fte"),
        "hours": number(40, "hours/week"),
        "weeks": number(100_000 / 0.8 / 60 / 40, "weeks/year"),
        "clinical": number(1, "probability"),
        "practical": number(0.8, "probability"),
        "cost": number(by_minute * 100_000, "usd/year"),
    }


def group_case(*, no_show: float = 0.0) -> Case:
    """T8: a group of two hours; prices are illustrative."""
    steps = [{"role": role, "minutes": number(120, "minutes")} for role in ("clinician", "assistant")]
    mix = {"one": (0.45, 78), "two": (0.30, 52), "three": (0.25, 96)}
    return read(
        tiny(
            months=12,
            referrals=[(1, 9)],
            services=[
                {
                    "id": "yoga",
                    "kind": "group",
                    "dose": [{"visits": number(1, "visits/month")}],
                    "no_show": number(no_show, "probability"),
                    "group": {"seats": number(9, "seats"), "fill": number(1, "probability")},
                    "steps": steps,
                    "room": number(90, "usd/event"),
                }
            ],
            staff=[staff("clinician", 3.20), staff("assistant", 1.10)],
            payers=[
                {
                    "id": name,
                    "kind": "commercial",
                    "mix": number(share, "probability"),
                    "denial": number(0.06, "probability"),
                }
                for name, (share, _) in mix.items()
            ],
            fees=[
                {"service": "yoga", "payer": name, "allowed": number(fee, "usd/visit")}
                for name, (_, fee) in mix.items()
            ],
        )
    )


def test_a_group_session_costs_and_brings_what_the_worked_example_says() -> None:
    case = group_case()
    drawn = draw_case(case, draws=None, seed=0)
    cost = session_cost(case, drawn, service="yoga", patients=9).item()
    visit = sum(price.by_payer.item() for price in prices(case, drawn))
    assert cost == pytest.approx(606)
    assert visit == pytest.approx(70.218)
    assert visit / (1 - 0.06) == pytest.approx(74.70)
    assert math.ceil(cost / visit) == 9
    assert [math.ceil(9 / (1 - missed)) for missed in (0, 0.2, 0.4)] == [9, 12, 15]


@pytest.mark.parametrize(("no_show", "attend", "sessions"), [(0.0, 9, 1), (0.2, 7.2, 1)])
def test_a_month_of_that_group_contributes_what_attendance_brings(
    no_show: float, attend: float, sessions: int
) -> None:
    (found,) = run_program(group_case(no_show=no_show)).contributions()
    assert found.visits.item() == pytest.approx(12 * attend)
    assert found.sessions.item() == 12 * sessions
    assert found.by_session.item() == pytest.approx(attend * 70.218 - 606)
    assert found.by_visit.item() == pytest.approx(70.218 - 606 / attend)


def test_a_minute_costs_a_year_over_its_practical_minutes() -> None:
    """T6, Demeere 2009: 0.5968 euros a minute, 182,400 of 228,000 minutes, 108,856 a year."""
    assert pytest.approx(228_000 * 0.8) == 182_400
    assert round(0.5968 * 182_400) == 108_856
    role = staff("nurse", 1.0) | {
        "hours": number(38, "hours/week"),
        "weeks": number(228_000 / 60 / 38 / 2, "weeks/year"),
        "cost": number(108_856 / 2, "usd/year"),
    }
    case = read(tiny(months=1, referrals=[(1, 1)], staff=[role]))
    rate = minute_rate(case.staff[0], draw_case(case, draws=None, seed=0)).item()
    assert round(rate, 4) == 0.5968


TELEHEALTH, IN_CLINIC = (376.48, 27), (332.89, 46)
"""T6, Theodore 2015 (abstract): dollars for a patient, and steps. The step tables were not seen, so the steps
here are equal parts, made up."""


@pytest.mark.parametrize(("total", "steps"), [TELEHEALTH, IN_CLINIC])
def test_the_steps_of_a_transaction_add_up_to_its_cost(total: float, steps: int) -> None:
    one = {"role": "clinician", "minutes": number(total / steps, "minutes")}
    visit = {
        "id": "medical_visit",
        "kind": "individual",
        "dose": [{"visits": number(1, "visits/month")}],
        "steps": [one | {"name": f"step {n}"} for n in range(steps)],
    }
    case = read(tiny(months=1, referrals=[(1, 1)], services=[visit], staff=[staff("clinician", 1.0)]))
    (found,) = run_program(case).contributions()
    assert len(case.services[0].steps) == steps
    assert found.work.item() == pytest.approx(total)


def test_a_fixed_cost_breaks_even_at_a_number_of_patients_as_in_pronovost() -> None:
    """T6, Pronovost 2009: telemedicine breaks even at 57 patients a year.

    Of its costs only those of a patient were seen, 133 and 443; the fixed cost that fits 57 is made up here.
    """
    saved = 443 - 133
    fixed = 57 * saved / 12
    payer = {"id": "acme", "kind": "commercial", "mix": number(1, "probability")}

    def yearly(patients: float) -> float:
        case = tiny(
            months=12,
            referrals=[(1, patients / 12)],
            payers=[payer],
            fees=[{"service": "medical_visit", "payer": "acme", "allowed": number(saved, "usd/visit")}],
            fixed=[{"name": "line", "amount": number(fixed, "usd/month")}],
        )
        return float(run_program(read(case)).cash.sum())

    assert yearly(56) < 0 < yearly(58)
    assert yearly(57) == pytest.approx(0, abs=CENTS)  # files hold 12 digits of what 57 patients are by month


def test_the_sources_of_these_cases_say_that_they_are_made_up() -> None:
    assert {source["status"] for source in SOURCES.values()} == {"synthetic"}
