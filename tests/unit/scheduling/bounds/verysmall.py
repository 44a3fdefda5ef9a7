"""Very small problems from a seed: all of their plans can be tried."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from allay.scheduling.problem.problem import SchedulingProblem

DAYS = ("monday", "tuesday", "wednesday")


def very_small(seed: int, *, slots: int = 2, group: bool = True) -> SchedulingProblem:
    """Two or three patients with up to four sessions, up to three days of `slots` hours, and a cohort."""
    draw = np.random.default_rng(seed)
    closes = 8 + slots
    patients = int(draw.integers(1, 4))
    people = [
        {
            "id": f"p{at}",
            "trip_weight": int(draw.integers(1, 4)),
            "payer": str(draw.choice(["a", "b"])),
            "group": "g" if group and draw.random() < 0.7 else None,
            "most_trips": int(draw.integers(1, 3)) if draw.random() < 0.3 else None,
            "hours": _hours(draw, DAYS, closes) if draw.random() < 0.5 else (),
        }
        for at in range(patients)
    ]
    series = [
        {
            "id": f"s{at}",
            "patient": f"p{int(draw.integers(patients))}",
            "service": str(draw.choice(["pt", "psy"])),
            "sessions": 1 + (draw.random() < 0.2),
            "per_week": 2,
            "min_gap_hours": int(draw.choice([0, 0, 20, 30])),
        }
        for at in range(int(draw.integers(1, 4)))
    ]
    rules = [
        {
            "id": f"r{at}",
            "payers": ("a",) if draw.random() < 0.7 else (),
            "services": tuple(str(one) for one in draw.choice(["pt", "psy", "group"], 2)),
            "effect": str(draw.choice(["forbidden", "priced"])),
            "lost_cents": 5000,
        }
        for at in range(int(draw.integers(0, 3)))
    ]
    return SchedulingProblem(
        id="very-small",
        opening={
            "start": dt.date(2027, 1, 4),
            "weekdays": DAYS[: int(draw.integers(1, 4))],
            "opens": dt.time(8),
            "closes": dt.time(closes),
            "slot_minutes": 60,
        },
        rooms=({"id": "room", "type": "small"}, {"id": "hall", "type": "large", "seats": 4}),
        practitioners=tuple(
            {"id": name, "disciplines": kinds, "hours": _hours(draw, DAYS, closes)}
            for name, kinds in (("k1", ("pt",)), ("k2", ("psy", "lead")), ("k3", ("pt", "lead")))
        ),
        services=(
            _service("pt", "pt", "small"),
            _service("psy", "psy", str(draw.choice(["small", "large"]))),
            _service("group", "lead", "large"),
        ),
        patients=tuple(people),
        cohorts=(
            {"id": "c", "kind": "g", "service": "group", "min_size": int(draw.integers(1, 3)), "max_size": 2},
        )
        if group
        else (),
        series=tuple(series),
        same_day=tuple(rules),
    )


def _service(name: str, discipline: str, room_type: str) -> dict[str, Any]:
    return {"id": name, "discipline": discipline, "minutes": 60, "room_type": room_type}


def _hours(draw: np.random.Generator, days: tuple[str, ...], closes: int) -> tuple[dict[str, Any], ...]:
    some = [day for day in days if draw.random() < 0.75] or [days[0]]
    return tuple(
        {
            "weekday": day,
            "start": dt.time(8 + int(draw.random() < 0.2) * (closes > 9)),
            "end": dt.time(closes),
        }
        for day in some
    )
