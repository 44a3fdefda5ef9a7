"""Whatever the week: what is explained is true of it, and a fix that is named helps when it is made."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.unit.scheduling.problems import problem_of

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.explaining.changes import Change, changed
from allay.scheduling.explaining.explain import explain_plan
from allay.scheduling.explaining.prices import price_rules
from allay.scheduling.explaining.result import Item
from allay.scheduling.explaining.search import placed
from allay.scheduling.explaining.trips import trip_days
from allay.scheduling.explaining.wishes import Wish
from allay.scheduling.plan.plan import Plan, Session
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.firstfit import first_fit
from allay.scheduling.solving.solve import solve

Tree = dict[str, Any]
DAYS = ("monday", "tuesday")
HOURS = st.lists(
    st.builds(
        lambda day, start, length: {
            "weekday": day,
            "start": f"{start:02d}:00",
            "end": f"{min(start + length, 12):02d}:00",
        },
        st.sampled_from(DAYS),
        st.integers(8, 11),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=3,
)
DISCIPLINES = st.sampled_from(["pt", "psy"])


@st.composite
def problems(draw: st.DrawFn) -> SchedulingProblem:
    """One week of two mornings, few practitioners, and patients who want more than there is."""
    people: list[Tree] = [
        {"id": f"k{at}", "disciplines": [draw(DISCIPLINES)], "hours": draw(HOURS)}
        for at in range(draw(st.integers(1, 3)))
    ]
    patients: list[Tree] = []
    series: list[Tree] = []
    for at in range(draw(st.integers(1, 4))):
        name = f"p{at}"
        patients.append({"id": name, "hours": draw(HOURS), "payer": draw(st.sampled_from(["x", "y"]))})
        if draw(st.booleans()):
            patients[-1]["most_trips"] = 1
        if draw(st.booleans()):
            patients[-1].update(language="ne", interpreter=False)
        for service in draw(
            st.lists(st.sampled_from(["manual", "talk"]), min_size=1, max_size=2, unique=True)
        ):
            number = draw(st.integers(1, 2))
            series.append({"id": f"{name}-{service}", "patient": name, "service": service})
            series[-1].update(sessions=number, per_week=number, min_gap_hours=draw(st.sampled_from([0, 20])))
            series[-1]["continuity"] = draw(st.sampled_from(["none", "require"]))
    return problem_of(
        {
            "id": "random",
            "synthetic": True,
            "opening": {
                "start": "2027-01-04",
                "weekdays": list(DAYS),
                "opens": "08:00",
                "closes": "12:00",
                "slot_minutes": 60,
            },
            "rooms": [{"id": f"r{at}", "type": "room"} for at in range(draw(st.integers(1, 2)))],
            "practitioners": people,
            "services": [
                {"id": "manual", "discipline": "pt", "minutes": 60, "room_type": "room"},
                {"id": "talk", "discipline": "psy", "minutes": 60, "room_type": "room"},
            ],
            "patients": patients,
            "series": series,
            "same_day": [{"id": "split", "payers": ["x"], "services": ["manual", "talk"]}],
        }
    )


def wish_of(problem: SchedulingProblem, plan: Plan, item: Item) -> Wish:
    """The wish behind an item of a session or a second trip."""
    weight = next(each.trip_weight for each in problem.patients if each.id == item.patient)
    if item.series is None or item.number is None:
        return Wish(plan, item.patient, None, item.week, len(item.days) - 1, weight)
    key = item.series, item.number
    return Wish(plan, item.patient, key, item.week, None, problem.weights.unserved)


def made(problem: SchedulingProblem, plan: Plan, item: Item, changes: tuple[Change, ...]) -> Plan:
    """The plan once the changes are made and the item put right, with everybody else where they are."""
    after = changed(problem, changes)
    question = wish_of(problem, plan, item).question(after)
    spots, _ = placed(question, 0)
    assert spots is not None
    floor = question.floor
    found = list(floor.sessions)
    for spot in spots:
        room = None
        if spot.choice.mode == "onsite":
            during = slice(spot.slot, spot.slot + 1)
            kind = floor.grid.service[floor.series[spot.key[0]].service].room_type
            room = next(
                each.id
                for at, each in enumerate(after.rooms)
                if each.type == kind
                and floor.grid.room_free[at, spot.day, during].all()
                and not floor.rooms[at, spot.day, during].any()
            )
        lead = after.practitioners[spot.choice.lead].id
        start = floor.grid.time_of(spot.day, spot.slot)
        found.append(Session(series=spot.key[0], number=spot.key[1], start=start, lead=lead, room=room))
    return plan.model_copy(
        update={
            "sessions": numbered(found),
            "unserved_sessions": tuple(
                each
                for each in plan.unserved_sessions
                if (each.series, each.number) != (item.series, item.number)
            ),
            "problem_digest": after.digest(),
        }
    )


def numbered(sessions: list[Session]) -> tuple[Session, ...]:
    """Sessions with the numbers of each series in the order of time."""
    numbers: dict[str, list[int]] = {}
    for each in sessions:
        numbers.setdefault(each.series, []).append(each.number)
    left = {name: iter(sorted(known)) for name, known in numbers.items()}
    ordered = sorted(sessions, key=lambda each: (each.start, each.series))
    return tuple(each.model_copy(update={"number": next(left[each.series])}) for each in ordered)


def kept(problem: SchedulingProblem, plan: Plan) -> set[str]:
    """Rules of the checker that a plan breaks, but for the score, which nobody has counted again."""
    report = check_plan(problem, plan)
    return {each.rule for each in report.violations if not each.rule.startswith(("score", "plan"))}


@settings(max_examples=30)
@given(problems())
def test_a_fix_that_is_named_gives_a_plan_that_the_checker_accepts(problem: SchedulingProblem) -> None:
    plan = first_fit(problem)
    for item in explain_plan(problem, plan, allay_version="0").items:
        for fix in item.fixes:
            after = made(problem, plan, item, fix.changes)
            assert kept(changed(problem, fix.changes), after) == set()
            if item.what == "second_trip":
                days = {each.start.date() for each in after.sessions if of(problem, each) == item.patient}
                assert len(days) == len(item.days) - 1


@settings(max_examples=30)
@given(problems())
def test_what_is_possible_as_it_stands_is_so_for_the_checker(problem: SchedulingProblem) -> None:
    plan = first_fit(problem)
    for item in explain_plan(problem, plan, allay_version="0").items:
        if item.standing == "possible_now":
            assert kept(problem, made(problem, plan, item, ())) == set()
        elif item.standing == "blocked":
            assert item.causes or item.note


@settings(max_examples=15)
@given(problems())
def test_planned_again_with_a_fix_a_best_plan_scores_less(problem: SchedulingProblem) -> None:
    plan = solve(problem, workers=1, effort=0.1)
    assume(plan.score.total == plan.bounds[0].value)
    for item in explain_plan(problem, plan, allay_version="0").items:
        assert item.standing == "blocked"
        for fix in item.fixes[:2]:
            again = solve(changed(problem, fix.changes), workers=1, effort=0.1)
            assert again.score.total < plan.score.total


@settings(max_examples=20)
@given(problems())
def test_what_stays_whatever_is_moved_stays_in_the_best_plan(problem: SchedulingProblem) -> None:
    items = explain_plan(problem, first_fit(problem), allay_version="0").items
    best = solve(problem, workers=1, effort=0.1)
    days = trip_days(problem, best)
    unserved = {each.series for each in best.unserved_sessions}
    for item in items:
        if item.moving == "impossible" and item.what == "unserved_session":
            assert item.series in unserved
        elif item.moving == "impossible" and not unserved:
            assert len(days[item.patient, item.week]) >= len(item.days)


def of(problem: SchedulingProblem, session: Session) -> str:
    """Whose session it is."""
    return next(each.patient for each in problem.series if each.id == session.series)


@settings(max_examples=15)
@given(problems(), st.sampled_from(["forbidden", "priced"]))
def test_leaving_a_rule_out_never_costs(problem: SchedulingProblem, effect: str) -> None:
    (rule,) = problem.same_day
    lost = rule.model_copy(update={"effect": effect, "lost_cents": 5000, "payers": ()})
    found = price_rules(problem.model_copy(update={"same_day": (lost,)}), template=(), allay_version="0")
    assert found.with_rules.proven
    assert found.prices[-1].rule is None
    for row in found.prices:
        assert row.without.proven
        assert 0 <= row.points == row.at_least == row.at_most <= found.prices[-1].points
        if row.unserved == 0:
            assert row.trips >= 0
