"""Weeks made by hand, each with one thing that cannot be served, for one reason that is known.

All are on Monday, January 4, and Tuesday, January 5, 2027, from 8 to 12, on whole hours, with one physical
therapist and one room, until a week says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.unit.scheduling.problems import problem_of

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.checks.checks import check_problem
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.greedy import good_greedy
from allay.scheduling.solving.solve import solve

Tree = dict[str, Any]
MON, TUE = "monday", "tuesday"


def on(*days: str, start: str = "08:00", end: str = "12:00") -> list[Tree]:
    """The same hours on some days; the whole morning if nothing else is said."""
    return [{"weekday": day, "start": start, "end": end} for day in days]


def base() -> Tree:
    """Ana needs one session of manual therapy, and can have it."""
    return {
        "id": "week",
        "synthetic": True,
        "opening": {
            "start": "2027-01-04",
            "weeks": 1,
            "weekdays": [MON, TUE],
            "opens": "08:00",
            "closes": "12:00",
            "slot_minutes": 60,
        },
        "rooms": [{"id": "room", "type": "treatment"}],
        "practitioners": [{"id": "pt-1", "disciplines": ["pt"], "hours": on(MON, TUE)}],
        "services": [{"id": "manual", "discipline": "pt", "minutes": 60, "room_type": "treatment"}],
        "patients": [{"id": "ana"}],
        "series": [{"id": "ana-manual", "patient": "ana", "service": "manual"}],
    }


def person(p: Tree, name: str, *disciplines: str, hours: list[Tree] | None = None, **more: Any) -> Tree:
    """One more practitioner."""
    p["practitioners"].append(
        {
            "id": name,
            "disciplines": list(disciplines),
            "hours": on(MON, TUE) if hours is None else hours,
            **more,
        }
    )
    return p["practitioners"][-1]


def patient(p: Tree, name: str, service: str | None = "manual", **more: Any) -> Tree:
    """One more patient, with a session of a service."""
    p["patients"].append({"id": name, **more})
    if service:
        p["series"].append({"id": f"{name}-{service}", "patient": name, "service": service})
    return p["patients"][-1]


def talk(p: Tree, *, hours: list[Tree] | None = None, **series: Any) -> None:
    """Ana needs psychology, too."""
    person(p, "psy-1", "psy", hours=hours, telehealth=True, states=["VT"])
    p["services"].append(
        {"id": "talk", "discipline": "psy", "minutes": 60, "room_type": "treatment", "telehealth": True}
    )
    p["series"].append({"id": "ana-talk", "patient": "ana", "service": "talk", **series})


def group(p: Tree, *, members: tuple[str, ...] = ("ana",), **cohort: Any) -> None:
    """A group for some patients, led by a psychologist, with nothing else to do."""
    person(p, "psy-1", "psy")
    p["rooms"].append({"id": "hall", "type": "group", "seats": 12})
    p["services"].append({"id": "class", "discipline": "psy", "minutes": 120, "room_type": "group"})
    known = {"id": "pain-1", "kind": "pain", "service": "class", "min_size": 1, "max_size": 3}
    p["cohorts"] = [{**known, **cohort}]
    p["series"] = []
    p["patients"] = [{"id": name, "group": "pain"} for name in members]


def never_together(p: Tree) -> None:
    p["practitioners"][0]["hours"] = on(MON)
    p["patients"][0]["hours"] = on(TUE)


def therapist_full(p: Tree) -> None:
    p["practitioners"][0]["hours"] = on(MON, start="08:00", end="10:00")
    for name in ("ben", "cy"):
        patient(p, name)
    p["rooms"].append({"id": "room-2", "type": "treatment"})


def nobody_works(p: Tree) -> None:
    p["opening"]["weekdays"] = [MON]
    p["practitioners"][0]["hours"] = on(TUE)


def nobody_at_all(p: Tree) -> None:
    p["practitioners"][0]["disciplines"] = ["acu"]


def one_room_for_two(p: Tree) -> None:
    p["opening"].update(weekdays=[MON], closes="09:00")
    person(p, "pt-2", "pt")
    patient(p, "ben")


def room_closed(p: Tree) -> None:
    p["rooms"][0]["hours"] = on(MON, start="10:00")
    p["practitioners"][0]["hours"] = on(MON, end="10:00")


def pair_forbidden(p: Tree) -> None:
    p["opening"]["weekdays"] = [MON]
    p["patients"][0]["payer"] = "medicaid"
    talk(p)
    p["same_day"] = [{"id": "one-a-day", "payers": ["medicaid"], "services": ["manual", "talk"]}]


def too_close(p: Tree) -> None:
    p["series"][0].update(sessions=2, per_week=2, min_gap_hours=20)
    p["patients"][0]["hours"] = on(MON)


def comes_once(p: Tree) -> None:
    p["patients"][0]["most_trips"] = 1
    p["practitioners"][0]["hours"] = on(MON)
    talk(p, hours=on(TUE))


def avoided(p: Tree) -> None:
    p["patients"][0]["avoids"] = ["pt-1"]


def speaks_nepali(p: Tree) -> None:
    p["patients"][0].update(language="ne", interpreter=False)


def other_state(p: Tree) -> None:
    p["series"] = []
    p["patients"][0].update(state="NH", telehealth=True)
    talk(p, mode="telehealth")


def no_second(p: Tree) -> None:
    p["practitioners"][0]["hours"] = on(MON)
    person(p, "aide-1", "aide", hours=on(TUE))
    p["services"][0]["linked"] = {"discipline": "aide", "billable": "lead"}


def one_second_for_two(p: Tree) -> None:
    one_room_for_two(p)
    p["rooms"].append({"id": "room-2", "type": "treatment"})
    person(p, "aide-1", "aide")
    p["services"][0]["linked"] = {"discipline": "aide", "billable": "lead", "presence": "general"}


def second_busy(p: Tree) -> None:
    one_second_for_two(p)
    p["services"][0]["linked"] = {"discipline": "aide", "billable": "lead", "presence": "full"}


def one_person_throughout(p: Tree) -> None:
    p["series"][0].update(sessions=2, per_week=2, continuity="require")
    p["practitioners"][0]["hours"] = on(MON, end="09:00")
    person(p, "pt-2", "pt", hours=on(TUE, end="09:00"))


def named_one_away(p: Tree) -> None:
    p["series"][0]["practitioner"] = "pt-1"
    p["practitioners"][0]["away"] = [{"start": "2027-01-01T00:00:00", "end": "2027-02-01T00:00:00"}]
    person(p, "pt-2", "pt")


def hour_booked(p: Tree) -> None:
    p["opening"].update(weekdays=[MON], closes="09:00")
    patient(p, "ben")
    p["rooms"].append({"id": "room-2", "type": "treatment"})
    booked = {"series": "ben-manual", "number": 1, "start": "2027-01-04T08:00:00"}
    p["bookings"] = [{**booked, "lead": "pt-1", "room": "room"}]


def window_before(p: Tree) -> None:
    p["opening"]["weeks"] = 2
    p["series"][0]["last"] = "2027-01-05"
    p["practitioners"][0]["hours"] = [{**each, "first": "2027-01-11"} for each in on(MON, TUE)]


def group_full(p: Tree) -> None:
    group(p, members=("ben", "cy", "ana"), max_size=2)


def group_small(p: Tree) -> None:
    group(p, members=("ana", "ben"), min_size=3)


def group_without_lead(p: Tree) -> None:
    group(p)
    p["practitioners"][-1]["hours"] = []


def group_lead_away(p: Tree) -> None:
    group(p, members=("ana", "ben"))
    p["opening"]["weeks"] = 2
    p["practitioners"][-1]["hours"] = on(MON, end="10:00")
    p["practitioners"][-1]["away"] = [{"start": "2027-01-11T00:00:00", "end": "2027-01-12T00:00:00"}]


def group_room_taken(p: Tree) -> None:
    group(p, members=("ben", "ana"))
    p["opening"].update(weekdays=[MON], closes="10:00")
    person(p, "psy-2", "psy")
    other = {"id": "sleep-1", "kind": "sleep", "service": "class", "min_size": 1, "max_size": 3}
    p["cohorts"].append(other)
    p["patients"][0]["group"] = "sleep"


def member_cannot(p: Tree) -> None:
    meets = {"weekday": MON, "start": "08:00", "lead": "psy-1", "room": "hall"}
    group(p, members=("ana", "ben"), meets=meets)
    p["cohorts"][0]["members"] = ["ana", "ben"]
    p["patients"][0]["away"] = [{"start": "2027-01-04T09:00:00", "end": "2027-01-04T12:00:00"}]


def group_in_spanish(p: Tree) -> None:
    group(p, members=("ana", "ben"), language="es")
    p["practitioners"][-1]["languages"] = ["en", "es"]
    p["patients"][0].update(language="fr", interpreter=False)


Week = Callable[[Tree], None]
WEEKS: dict[Week, str] = {
    never_together: "no_common_time",
    therapist_full: "practitioner_full",
    nobody_works: "no_practitioner",
    one_room_for_two: "room_full",
    room_closed: "no_room",
    pair_forbidden: "same_day_rule",
    too_close: "gap",
    comes_once: "most_trips",
    avoided: "avoided_practitioner",
    speaks_nepali: "language",
    other_state: "license",
    no_second: "linked_second_missing",
    one_second_for_two: "linked_ratio",
    second_busy: "linked_second_missing",
    one_person_throughout: "continuity",
    named_one_away: "fixed_practitioner_away",
    hour_booked: "booking",
    window_before: "window",
    group_full: "group_full",
    group_small: "group_too_small",
    group_without_lead: "no_lead",
    group_lead_away: "lead_away",
    group_room_taken: "group_room_full",
    member_cannot: "member_unavailable",
    group_in_spanish: "language",
}


def two_reasons(p: Tree) -> None:
    """A rule forbids the only day, on which the psychologist is not there either."""
    pair_forbidden(p)
    p["practitioners"][-1]["hours"] = on(TUE)


def made_of(tree: Tree) -> SchedulingProblem:
    """The problem of a tree, with practitioners there only while it is open; its checks accept it."""
    opening = tree["opening"]
    for each in tree["practitioners"]:
        inside = [hours for hours in each["hours"] if hours["weekday"] in opening["weekdays"]]
        each["hours"] = [{**hours, "end": min(hours["end"], opening["closes"])} for hours in inside]
    problem = problem_of(tree)
    assert list(check_problem(problem)) == []
    return problem


def week(change: Week) -> SchedulingProblem:
    """The problem of a week."""
    tree = base()
    change(tree)
    return made_of(tree)


def planned(problem: SchedulingProblem) -> Plan:
    """The best plan with a simple template, once the checker has accepted it."""
    plan = solve(problem, workers=1, effort=0.1, template=good_greedy(problem).template)
    assert check_plan(problem, plan).violations == ()
    assert plan.score.total == plan.bounds[0].value or problem.opening.weeks > 1
    return plan
