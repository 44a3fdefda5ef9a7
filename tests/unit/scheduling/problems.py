"""Small problems made by hand, for the tests of scheduling.

`tiny()` is one week with two practitioners, two rooms, three patients, a group and a few series; all of it
can be served. Keyword arguments take the place of whole fields, and may be models, or lists and texts as a
JSON file would have them; those of the opening, such as `tiny(weeks=3)`, reach into it.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
from typing import Any

from pydantic import BaseModel

from allay.scheduling.problem.problem import SchedulingProblem

MONDAY = dt.date(2027, 1, 4)
OPENING = ("start", "weeks", "weekdays", "opens", "closes", "slot_minutes", "timezone")
EVERY_DAY = ("monday", "tuesday", "wednesday", "thursday", "friday")


def hours(start: str = "08:00", end: str = "17:00", *weekdays: str) -> list[dict[str, str]]:
    """The same working hours on some days, or on all five."""
    return [{"weekday": day, "start": start, "end": end} for day in weekdays or EVERY_DAY]


def tree() -> dict[str, Any]:
    """The tiny problem as a JSON file has it, to be changed freely."""
    return copy.deepcopy(_TINY)


def problem_of(plain: dict[str, Any]) -> SchedulingProblem:
    """The problem of a tree, with nothing checked but its shape."""
    return SchedulingProblem.model_validate_json(json.dumps(plain, default=_plain))


def tiny(**changes: Any) -> SchedulingProblem:
    """The tiny problem with other fields where they are given."""
    plain = tree()
    for name, value in changes.items():
        if name in OPENING:
            plain["opening"][name] = value
        else:
            plain[name] = value
    return problem_of(plain)


def json_of(plain: dict[str, Any]) -> bytes:
    """A tree as the bytes of a JSON file."""
    return json.dumps(plain, default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return value.isoformat()


_TINY: dict[str, Any] = {
    "id": "tiny",
    "synthetic": True,
    "opening": {"start": "2027-01-04", "weeks": 1},
    "rooms": [{"id": "room", "type": "treatment"}, {"id": "hall", "type": "group", "seats": 12}],
    "practitioners": [
        {"id": "pt-1", "disciplines": ["pt"], "hours": hours()},
        {
            "id": "psy-1",
            "disciplines": ["psy"],
            "hours": hours("08:00", "17:00", *EVERY_DAY[:3]),
            "telehealth": True,
            "states": ["VT"],
        },
    ],
    "services": [
        {"id": "manual", "discipline": "pt", "minutes": 60, "room_type": "treatment"},
        {"id": "talk", "discipline": "psy", "minutes": 60, "room_type": "treatment", "telehealth": True},
        {"id": "group", "discipline": "psy", "minutes": 120, "room_type": "group"},
    ],
    "patients": [
        {"id": "ana", "group": "pain", "payer": "medicaid", "state": "VT", "telehealth": True},
        {"id": "ben", "group": "pain", "payer": "medicaid", "trip_weight": 3},
        {"id": "cy", "payer": "commercial"},
    ],
    "cohorts": [{"id": "pain-1", "kind": "pain", "service": "group", "min_size": 1, "max_size": 3}],
    "series": [
        {"id": "ana-manual", "patient": "ana", "service": "manual", "sessions": 2, "per_week": 2},
        {"id": "ana-talk", "patient": "ana", "service": "talk", "mode": "either"},
        {"id": "ben-talk", "patient": "ben", "service": "talk"},
        {"id": "cy-manual", "patient": "cy", "service": "manual"},
    ],
}
