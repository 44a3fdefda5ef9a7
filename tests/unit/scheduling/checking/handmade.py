"""A problem of three weeks and a plan for it, both made by hand, with everything the checker looks at.

The program is open on weekdays from 8 to 17 from Monday, January 4, 2027, on half hours. What is in it:

- `pain-1` meets on Tuesdays at 10, in Spanish. On January 12 its lead and its hall are away, so both are
  replaced, and `cy` is absent.
- `sleep-1` runs already, on Thursdays at 9, until January 14; it does not meet in the second week. `gus` has
  no place in it. `tai-1` has no place in the template.
- Linked visits: `coached` (the whole session), `begun` (its first slot) and `watched` (general).
- `ana-talk` and `dee-talk` are by telehealth; `dee-manual` is booked; the second session of `ben-manual` is a
  week late; the one of `hal-manual` is not served.

The score, by hand, is in `SCORE`.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem

Tree = dict[str, Any]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def hours(days: tuple[str, ...] = DAYS, start: str = "08:00", end: str = "17:00") -> list[Tree]:
    """The same hours on some days."""
    return [{"weekday": day, "start": start, "end": end} for day in days]


def away(day: str) -> list[Tree]:
    """A whole day away."""
    return [{"start": f"{day}T00:00:00", "end": f"{day}T23:59:00"}]


def linked(discipline: str, presence: str, ratio: int) -> Tree:
    """A second practitioner."""
    return {"discipline": discipline, "billable": "second", "presence": presence, "max_ratio": ratio}


def service(name: str, discipline: str, minutes: int = 60, room: str = "treatment", **more: Any) -> Tree:
    """A service."""
    return {"id": name, "discipline": discipline, "minutes": minutes, "room_type": room, **more}


def session(
    name: str, number: int, start: str, lead: str, room: str | None, second: str | None = None
) -> Tree:
    """A session; without a room it is by telehealth."""
    mode = "onsite" if room else "telehealth"
    who = {"lead": lead, "second": second, "room": room, "mode": mode}
    return {"series": name, "number": number, "start": f"2027-01-{start}:00", **who}


BOOKED = session("dee-manual", 1, "07T08:00", "pt-1", "r2")
MEETS = {"weekday": "thursday", "start": "09:00", "lead": "psy-2", "room": "hall"}

PROBLEM: Tree = {
    "id": "handmade",
    "synthetic": True,
    "opening": {"start": "2027-01-04", "weeks": 3},
    "weights": {"unserved": 50, "late": 10, "continuity": 2, "preference": 3, "dollars_per_point": 25},
    "rooms": [
        {"id": "hall", "type": "group", "seats": 12, "away": away("2027-01-12")},
        {"id": "hall-2", "type": "group", "seats": 12},
        {"id": "nook", "type": "group", "seats": 2},
        *({"id": room, "type": "treatment"} for room in ("r1", "r2", "r3")),
        {"id": "r4", "type": "treatment", "hours": hours(("monday",))},
    ],
    "practitioners": [
        {
            "id": "psy-1",
            "disciplines": ["psy"],
            "languages": ["en", "es"],
            "telehealth": True,
            "states": ["VT"],
            "hours": [*hours(end="11:00"), *hours(start="11:00")],
            "away": away("2027-01-12"),
        },
        {"id": "psy-2", "disciplines": ["psy"], "hours": hours(), "telehealth": True, "states": ["NH"]},
        {"id": "pt-1", "disciplines": ["pt"], "hours": hours(), "telehealth": True, "states": ["VT", "NH"]},
        {"id": "pt-2", "disciplines": ["pt"], "hours": hours(("monday", "wednesday", "friday"))},
        {"id": "chi-1", "disciplines": ["chiro"], "hours": hours(DAYS[:4], end="16:00")},
        {"id": "ex-1", "disciplines": ["exercise"], "hours": hours()},
        {"id": "ex-2", "disciplines": ["exercise"], "hours": hours()},
        {"id": "md-1", "disciplines": ["md"], "hours": hours()},
    ],
    "services": [
        service("group", "psy", 120, "group"),
        service("talk", "psy", telehealth=True),
        service("manual", "pt"),
        service("visit", "md", 30),
        service("coached", "exercise", linked=linked("chiro", "full", 1)),
        service("begun", "exercise", linked=linked("chiro", "start", 2)),
        service("watched", "exercise", linked=linked("md", "general", 2), telehealth=True),
    ],
    "patients": [
        {
            "id": "ana",
            "group": "pain",
            "payer": "medicaid",
            "state": "VT",
            "telehealth": True,
            "prefers": ["pt-1"],
        },
        {"id": "ben", "group": "pain", "payer": "medicaid", "trip_weight": 3, "most_trips": 1},
        {"id": "cy", "group": "pain", "language": "es", "interpreter": False, "away": away("2027-01-12")},
        {"id": "dee", "payer": "commercial", "state": "NH", "telehealth": True, "avoids": ["pt-2"]},
        {"id": "eli", "telehealth": True},
        {"id": "fay"},
        {"id": "gus", "group": "sleep"},
        {"id": "hal", "hours": hours(("thursday", "friday"))},
        {"id": "ida"},
        {"id": "jo"},
    ],
    "cohorts": [
        {
            "id": "pain-1",
            "kind": "pain",
            "service": "group",
            "min_size": 2,
            "max_size": 3,
            "language": "es",
            "lead": "psy-1",
        },
        {
            "id": "sleep-1",
            "kind": "sleep",
            "service": "group",
            "min_size": 2,
            "max_size": 2,
            "members": ["eli", "fay"],
            "meets": MEETS,
            "last": "2027-01-14",
        },
        {"id": "tai-1", "kind": "tai", "service": "group"},
    ],
    "series": [
        {
            "id": "ana-manual",
            "patient": "ana",
            "service": "manual",
            "sessions": 3,
            "min_gap_hours": 48,
            "continuity": "prefer",
        },
        {"id": "ana-talk", "patient": "ana", "service": "talk", "mode": "either"},
        {"id": "ben-manual", "patient": "ben", "service": "manual", "sessions": 2, "per_week": 2},
        {
            "id": "dee-talk",
            "patient": "dee",
            "service": "talk",
            "sessions": 2,
            "per_week": 2,
            "min_gap_hours": 24,
            "mode": "telehealth",
            "continuity": "require",
        },
        {"id": "dee-manual", "patient": "dee", "service": "manual", "practitioner": "pt-1"},
        {"id": "eli-coached", "patient": "eli", "service": "coached"},
        {"id": "fay-begun", "patient": "fay", "service": "begun"},
        {"id": "gus-begun", "patient": "gus", "service": "begun"},
        {"id": "hal-watched", "patient": "hal", "service": "watched"},
        {"id": "hal-manual", "patient": "hal", "service": "manual"},
        {"id": "ida-watched", "patient": "ida", "service": "watched"},
        {
            "id": "ida-manual",
            "patient": "ida",
            "service": "manual",
            "first": "2027-01-11",
            "last": "2027-01-15",
        },
        {"id": "jo-visit", "patient": "jo", "service": "visit"},
    ],
    "same_day": [
        {
            "id": "medicaid-group",
            "payers": ["medicaid"],
            "services": ["group", "manual"],
            "effect": "priced",
            "lost_cents": 2600,
        },
        {"id": "talk-manual", "services": ["talk", "manual"]},
        {"id": "talk-twice", "payers": ["commercial"], "services": ["talk", "talk"]},
    ],
    "bookings": [BOOKED],
}

SCORE: Tree = {
    "unserved": 6,  # hal-manual; eli and fay in week 2; gus in weeks 1 and 2; cy on January 12
    "late": 1,  # ben-manual 2
    "trips": 17,  # ana 4, ben 3, cy 2, ida 2, and dee, eli, fay, gus, hal and jo 1 each
    "lost_cents": 10_400,  # group and manual: ana on January 5 and 19, ben on January 5 and 12
    "unserved_points": 300,
    "late_points": 10,
    "trip_points": 23,  # those of ben count 3
    "continuity_points": 4,  # ana-manual goes from pt-1 to pt-2 and back
    "preference_points": 3,  # ana-manual 2 is not with pt-1
    "same_day_points": 8,  # 26 dollars are 2 points of 25 dollars, 4 times
    "total": 348,
}


def meeting(cohort: str, start: str, lead: str, room: str, *absent: str) -> Tree:
    """A meeting."""
    start = f"2027-01-{start}:00"
    return {"cohort": cohort, "start": start, "lead": lead, "room": room, "absent": list(absent)}


PLAN: Tree = {
    "allay_version": "1",
    "problem": "handmade",
    "synthetic": True,
    "method": "three-levels",
    "template": [
        {
            "cohort": "pain-1",
            "weekday": "tuesday",
            "start": "10:00",
            "lead": "psy-1",
            "room": "hall",
            "members": ["ana", "ben", "cy"],
        },
        {"cohort": "sleep-1", **MEETS, "members": ["eli", "fay"]},
    ],
    "meetings": [
        meeting("pain-1", "05T10:00", "psy-1", "hall"),
        meeting("pain-1", "12T10:00", "psy-2", "hall-2", "cy"),
        meeting("pain-1", "19T10:00", "psy-1", "hall"),
        meeting("sleep-1", "07T09:00", "psy-2", "hall"),
    ],
    "sessions": [
        session("ana-manual", 1, "05T13:00", "pt-1", "r1"),
        session("ana-manual", 2, "13T09:00", "pt-2", "r1"),
        session("ana-manual", 3, "19T13:00", "pt-1", "r1"),
        session("ana-talk", 1, "06T09:00", "psy-1", None),
        session("ben-manual", 1, "05T14:00", "pt-1", "r1"),
        session("ben-manual", 2, "12T14:00", "pt-1", "r1"),
        session("dee-talk", 1, "04T09:00", "psy-2", None),
        session("dee-talk", 2, "06T09:00", "psy-2", None),
        BOOKED,
        session("eli-coached", 1, "07T11:00", "ex-1", "r1", "chi-1"),
        session("fay-begun", 1, "07T13:00", "ex-1", "r1", "chi-1"),
        session("gus-begun", 1, "07T13:30", "ex-2", "r2", "chi-1"),
        session("hal-watched", 1, "08T09:00", "ex-1", "r1", "md-1"),
        session("ida-watched", 1, "08T09:00", "ex-2", "r2", "md-1"),
        session("jo-visit", 1, "08T09:30", "md-1", "r3"),
        session("ida-manual", 1, "11T09:00", "pt-2", "r1"),
    ],
    "unserved_sessions": [{"series": "hal-manual", "number": 1}],
    "unserved_members": [
        {"patient": "eli", "cohort": "sleep-1", "week": 1},
        {"patient": "fay", "cohort": "sleep-1", "week": 1},
        {"patient": "gus", "cohort": None, "week": 0},
        {"patient": "gus", "cohort": None, "week": 1},
    ],
    "score": SCORE,
    "bounds": [{"kind": "free", "value": 200, "proven": True}],
    "notes": ["The cohort tai-1 has no place: nobody asks for it."],
}


def problem_tree() -> Tree:
    """The problem as a JSON file has it, to be changed freely."""
    return copy.deepcopy(PROBLEM)


def plan_tree() -> Tree:
    """The plan as a JSON file has it, to be changed freely; without a digest."""
    return copy.deepcopy(PLAN)


def problem_of(tree: Tree) -> SchedulingProblem:
    """Read a problem."""
    return SchedulingProblem.model_validate_json(json.dumps(tree))


def plan_of(tree: Tree, problem: SchedulingProblem) -> Plan:
    """Read a plan; it is one of the problem unless it names a digest itself."""
    return Plan.model_validate_json(json.dumps({"problem_digest": problem.digest(), **tree}))


def good() -> tuple[SchedulingProblem, Plan]:
    """The problem and the plan as they are."""
    problem = problem_of(problem_tree())
    return problem, plan_of(plan_tree(), problem)
