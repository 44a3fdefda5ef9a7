"""What an activity costs.

Time-driven activity-based costing: a minute costs what a year of it costs over the minutes that are there for
work, and an activity costs its minutes. The amounts are published; of the studies of whole paths only totals
and the number of steps are public, so that steps here are equal parts of the total.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.economics.case_files import number, read, tiny

from allay.economics.effects.people import patient_flows
from allay.economics.program.contribution import session_cost
from allay.economics.program.costs import minute_rate
from allay.economics.program.drawn import draw_case
from allay.economics.program.run import run_program

HOURS, WEEKS = 40, 50


def role(name, *, yearly, minutes=HOURS * WEEKS * 60, practical=1.0):
    return {
        "role": name,
        "fte": number(1, "fte"),
        "hours": number(minutes / WEEKS / 60, "hours/week"),
        "weeks": number(WEEKS, "weeks/year"),
        "clinical": number(1, "probability"),
        "practical": number(practical, "probability"),
        "cost": number(yearly, "usd/year"),
    }


def activity(minutes):
    """One visit of one patient, with a step for each number of minutes; a minute of its staff costs 1."""
    steps = [{"role": "staff", "minutes": number(each, "minutes")} for each in minutes]
    visit = {
        "id": "medical_visit",
        "kind": "individual",
        "dose": [{"visits": number(1, "visits/month")}],
        "steps": steps,
    }
    staff = role("staff", yearly=HOURS * WEEKS * 60)
    return read(tiny(months=1, referrals=[(1, 1)], services=[visit], staff=[staff]))


# Demeere 2009: nurses 0.5968 euros a minute, cabinets 0.1320, 182,400 of 228,000 minutes a year.
@pytest.mark.parametrize(
    ("resource", "positions", "minutes_a_year", "share_for_work", "yearly_cost", "cost_of_a_minute"),
    [
        ("nurses", 2, 228_000, "80%", 108_856, "0.5968"),
        ("cabinets", 2, 228_000, "80%", 24_077, "0.1320"),
        ("somebody who is always there", 1, 120_000, "100%", 120_000, "1.0000"),
        ("the same, and half of the time is left for work", 1, 120_000, "50%", 120_000, "2.0000"),
    ],
)
def test_a_minute(resource, positions, minutes_a_year, share_for_work, yearly_cost, cost_of_a_minute):
    """What a minute costs: a year of it over the minutes that are there for work."""
    one = role(
        "nurse",
        yearly=yearly_cost / positions,
        minutes=minutes_a_year / positions,
        practical=float(share_for_work[:-1]) / 100,
    )
    case = read(tiny(months=1, referrals=[(1, 1)], staff=[one]))
    rate = minute_rate(case.staff[0], draw_case(case, draws=None, seed=0)).item()
    assert f"{rate:.4f}" == cost_of_a_minute
    assert round(rate * minutes_a_year * float(share_for_work[:-1]) / 100) == yearly_cost


# Theodore 2015 (abstract); a study of occupational therapy with and without telerehabilitation.
@pytest.mark.parametrize(
    ("activity_of", "steps", "total"),
    [
        ("care in the clinic", 46, "332.89"),
        ("care by telehealth", 27, "376.48"),
        ("occupational therapy, the dearer way", 5, "225.41"),
        ("occupational therapy, the cheaper way", 5, "168.29"),
    ],
)
def test_an_activity(activity_of, steps, total):
    """What an activity costs a patient: the sum of its steps."""
    case = activity([float(total) / steps] * steps)
    assert len(case.services[0].steps) == steps
    (found,) = run_program(case).contributions()
    assert f"{found.work.item():.2f}" == total


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [("225.41", "168.29", "57.12"), ("376.48", "332.89", "43.59")],
)
def test_two_activities(one, other, difference):
    """What one way costs more than another."""
    costs = [
        session_cost(case, draw_case(case, draws=None, seed=0), service="medical_visit", patients=1).item()
        for case in (activity([float(one)]), activity([float(other)]))
    ]
    assert f"{costs[0] - costs[1]:.2f}" == difference


@pytest.mark.parametrize(
    ("exam", "shares_of_resources", "longer", "sum_of_shares"),
    [
        ("computed tomography", "40.1, 39.6, 13.9, 6.4", "0%", "100.0"),
        ("in an emergency department", "40.1, 39.6, 13.9, 6.4", "13%", "113.0"),
        ("of an inpatient", "40.1, 39.6, 13.9, 6.4", "31%", "131.0"),
    ],
)
def test_shares_of_an_exam(exam, shares_of_resources, longer, sum_of_shares):
    """Percent of the cost of an exam by resource, of an outpatient's exam; elsewhere it takes longer."""
    shares = [float(share) * (1 + float(longer[:-1]) / 100) for share in shares_of_resources.split(", ")]
    (found,) = run_program(activity(shares)).contributions()
    assert f"{found.work.item():.1f}" == sum_of_shares


@pytest.mark.parametrize(
    ("minutes", "dollars_an_hour", "fuel_and_parking", "cost_of_the_visit", "published"),
    [(69, 28, 22, "54.20", "52")],
)
def test_what_a_visit_costs_the_patient(
    minutes, dollars_an_hour, fuel_and_parking, cost_of_the_visit, published
):
    """Time and travel that a visit at a distance spares (median values).

    The median that was published, 52, is one of sums and not the sum of medians, which is what can be worked
    out here.
    """
    flows = patient_flows(
        np.array([[1.0]]), hours=minutes / 60, wage=dollars_an_hour, travel=fuel_and_parking
    )
    found = sum(flow.amount.item() for flow in flows)
    assert f"{found:.2f}" == cost_of_the_visit
    assert found == pytest.approx(float(published), rel=0.05)  # as near as two ways to take a median come
