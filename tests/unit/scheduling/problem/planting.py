"""A good problem to plant errors in, and how to plant them."""

from __future__ import annotations

from typing import Any

from tests.unit.scheduling.problems import tree

LINKED = {"discipline": "psy", "billable": "lead"}
PAIR = {"id": "visit", "discipline": "pt", "minutes": 60, "room_type": "treatment", "linked": LINKED}
MEETS = {"weekday": "tuesday", "start": "09:00", "lead": "psy-1", "room": "hall"}
BOOKED = {"series": "cy-manual", "number": 1, "start": "2027-01-05T09:00", "lead": "pt-1", "room": "room"}
PEOPLE = [{"id": f"p{number}", "group": "pain"} for number in range(1, 16)]


def good(**changes: Any) -> dict[str, Any]:
    """The tiny problem with a running group and a booking; each name is a place such as `series__0__mode`."""
    plain = tree()
    plain["patients"] += [dict(each) for each in PEOPLE]
    plain["cohorts"][0] |= {"members": ["ana"], "meets": dict(MEETS)}
    plain["bookings"] = [dict(BOOKED)]
    for name, value in changes.items():
        put(plain, name.split("__"), value)
    return plain


def put(plain: Any, steps: list[str], value: Any) -> None:
    """Put a value in a tree; the step `more` appends to a list."""
    *path, last = [int(step) if step.isdigit() else step for step in steps]
    for step in path:
        plain = plain[step]
    if last == "more":
        plain.extend(value if isinstance(value, list) else [value])
    else:
        plain[last] = value


def booked(**changes: Any) -> dict[str, Any]:
    return {**BOOKED, **changes}
