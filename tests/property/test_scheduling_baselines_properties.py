"""Generated problems hold together whatever is asked for, and no baseline breaks a rule of any of them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.instances import generate
from allay.scheduling.instances.family import FAMILIES
from allay.scheduling.problem.care import Booking, LinkedVisit, SameDayRule
from allay.scheduling.problem.checks.checks import check_problem
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import Away
from allay.scheduling.solving.baselines.firstfit import first_fit
from allay.scheduling.solving.baselines.greedy import good_greedy

EXAMPLES = 25
MOST_PATIENTS = 36

sizes = st.fixed_dictionaries(
    {"patients": st.integers(1, MOST_PATIENTS), "seed": st.integers(0, 10**6), "weeks": st.integers(1, 3)}
)


@settings(max_examples=EXAMPLES)
@given(name=st.sampled_from(FAMILIES), size=sizes)
def test_every_generated_problem_holds_together(name: str, size: dict[str, int]) -> None:
    problem = generate(name, **size)
    assert check_problem(problem) == ()
    assert len(problem.patients) == size["patients"]
    assert generate(name, **size).digest() == problem.digest()


@pytest.mark.parametrize("baseline", [first_fit, good_greedy], ids=["first-fit", "good-greedy"])
@settings(max_examples=EXAMPLES)
@given(name=st.sampled_from(FAMILIES), size=sizes, wrench=st.integers(0, 10**6))
def test_no_rule_is_broken_whatever_comes_between(
    baseline, name: str, size: dict[str, int], wrench: int
) -> None:
    problem = troubled(generate(name, **size), np.random.default_rng(wrench))
    plan = baseline(problem)
    report = check_plan(problem, plan)
    assert report.violations == ()
    assert report.score == plan.score
    assert baseline(problem) == plan


def troubled(problem: SchedulingProblem, draw: np.random.Generator) -> SchedulingProblem:
    """The problem with absences, bookings, other rules and tastes thrown in."""
    for change in (_rules, _people, _series, _linked, _cohorts, _booked):
        problem = problem.model_copy(update=change(problem, draw))
    return SchedulingProblem.model_validate(problem.model_dump())


def _rules(problem: SchedulingProblem, draw: np.random.Generator) -> dict[str, object]:
    services = [service.id for service in problem.services]
    made = [
        SameDayRule(
            id=f"extra-{number}",
            payers=("payer-a",) if draw.random() < 0.5 else (),
            services=tuple(draw.choice(services, size=2).tolist()),
            effect="forbidden" if draw.random() < 0.5 else "priced",
            lost_cents=int(draw.integers(0, 9_000)),
        )
        for number in range(int(draw.integers(0, 3)))
    ]
    minutes = [30, 15, 60][int(draw.integers(3))]
    return {
        "same_day": (*problem.same_day, *made),
        "opening": problem.opening.model_copy(update={"slot_minutes": minutes}),
    }


def _away(problem: SchedulingProblem, draw: np.random.Generator) -> tuple[Away, ...]:
    start = dt.datetime.combine(problem.opening.start, dt.time(8))
    found = []
    for _ in range(int(draw.integers(0, 3))):
        begins = start + dt.timedelta(days=int(draw.integers(0, 5)), minutes=int(draw.integers(0, 400)))
        found.append(Away(start=begins, end=begins + dt.timedelta(minutes=int(draw.integers(20, 2_000)))))
    return tuple(found)


def _people(problem: SchedulingProblem, draw: np.random.Generator) -> dict[str, object]:
    staff = [one.id for one in problem.practitioners]
    patients = []
    for one in problem.patients:
        known = draw.choice(staff, size=2, replace=False).tolist()
        patients.append(
            one.model_copy(
                update={
                    "away": _away(problem, draw) if draw.random() < 0.3 else (),
                    "most_trips": int(draw.integers(1, 4)) if draw.random() < 0.3 else one.most_trips,
                    "prefers": (known[0],) if draw.random() < 0.3 else (),
                    "avoids": (known[1],) if draw.random() < 0.2 else (),
                }
            )
        )
    return {
        "patients": tuple(patients),
        "practitioners": tuple(
            one.model_copy(update={"away": _away(problem, draw)}) for one in problem.practitioners
        ),
        "rooms": tuple(one.model_copy(update={"away": _away(problem, draw)}) for one in problem.rooms),
        "weights": problem.weights.model_copy(update={"preference": int(draw.integers(0, 3))}),
    }


def _series(problem: SchedulingProblem, draw: np.random.Generator) -> dict[str, object]:
    made = []
    for series in problem.series:
        update: dict[str, object] = {"continuity": ["none", "prefer", "require"][int(draw.integers(3))]}
        if series.sessions == 1 and draw.random() < 0.3:
            gap = int(draw.integers(0, 49))
            update |= {"sessions": 2, "per_week": 2, "min_gap_hours": gap}
        made.append(series.model_copy(update=update))
    return {"series": tuple(made)}


def _linked(problem: SchedulingProblem, draw: np.random.Generator) -> dict[str, object]:
    presence = ["full", "start", "general"][int(draw.integers(3))]
    ratio = 1 if presence == "full" else int(draw.integers(1, 4))
    seconds = sorted({one.disciplines[0] for one in problem.practitioners})
    made = []
    for service in problem.services:
        second = seconds[int(draw.integers(len(seconds)))]
        group = service.id == problem.cohorts[0].service
        if draw.random() < 0.3 and service.room_type and not group and second != service.discipline:
            linked = LinkedVisit(discipline=second, billable="lead", presence=presence, max_ratio=ratio)
            made.append(service.model_copy(update={"linked": linked, "telehealth": False}))
        else:
            made.append(service)
    return {"services": tuple(made)}


def _cohorts(problem: SchedulingProblem, draw: np.random.Generator) -> dict[str, object]:
    start = problem.opening.start
    made = []
    for cohort in problem.cohorts:
        first = start + dt.timedelta(days=int(draw.integers(0, 4)))
        update: dict[str, object] = {"expected_no_show": 0.2 if draw.random() < 0.3 else None}
        if draw.random() < 0.3:
            last = start + dt.timedelta(days=7 * problem.opening.weeks - 1)
            update |= {"first": first, "last": last}
        made.append(cohort.model_copy(update=update))
    return {"cohorts": tuple(made)}


def _booked(problem: SchedulingProblem, draw: np.random.Generator) -> dict[str, object]:
    """Book some sessions as first fit would place them without any group."""
    alone = problem.model_copy(
        update={"cohorts": (), "patients": tuple(_without_group(one) for one in problem.patients)}
    )
    sessions = [each for each in first_fit(alone).sessions if draw.random() < 0.1]
    return {"bookings": tuple(Booking(**each.model_dump()) for each in sessions)}


def _without_group(patient):
    return patient.model_copy(update={"group": None})
