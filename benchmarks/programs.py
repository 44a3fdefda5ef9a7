"""Program data: loading services, evidence and definitions once, and timelines of 10,000 episodes.

Loading is measured in processes that have imported the code and read nothing: what counts is reading and
checking the files. The second load comes from memory. Episodes begin on random days of three years, under all
definitions in turn; some of them share a day and with it a timeline. Beside it stand the same timelines, none
shared. All is on the clock, the best of a few, because others may be using the machine.
"""

from __future__ import annotations

import datetime as dt
import gc
import importlib
import importlib.util
import json
import subprocess
import sys
import time

import numpy as np

from allay.programs.definitions.catalog import all_definitions
from allay.programs.definitions.timeline import Planner
from figures import Figure, report

EPISODES = 10_000
DAYS = 3 * 365
REPEATS = 5
FIRST = dt.date(2025, 1, 1)
# Rooms of the same data: (module, what to call). A room that is not there is named and left out.
ROOMS = (
    ("allay.programs.services.catalog", "all_services"),
    ("allay.programs.evidence.library", "evidence"),
    ("allay.programs.definitions.catalog", "all_definitions"),
)


def load() -> tuple[float, float, list[str]]:
    """Load every room twice; returns seconds for the first and the second time, and what is missing."""
    calls, missing = [], []
    for module, name in ROOMS:
        found = importlib.import_module(module) if importlib.util.find_spec(module) else None
        call = getattr(found, name, None)
        if call is None:
            missing.append(f"{module}.{name}")
        else:
            calls.append(call)
    gc.collect()
    took = []
    for _ in range(2):
        began = time.perf_counter()
        for call in calls:
            call()
        took.append(time.perf_counter() - began)
    return took[0], took[1], missing


def fresh_loads() -> list[tuple[float, float, list[str]]]:
    """Load in processes of their own, because a process reads a file once."""
    words = [sys.executable, __file__, "load"]
    runs = [subprocess.run(words, check=True, capture_output=True, text=True) for _ in range(REPEATS)]
    return [tuple(json.loads(run.stdout)) for run in runs]


def main() -> int:
    """Measure, print, and return 1 when a limit is missed."""
    loads = fresh_loads()
    first, second, missing = min(loads)
    if missing:
        print(f"not there, and not measured: {', '.join(missing)}")
    definitions = all_definitions()
    draw = np.random.default_rng(29)
    days = [FIRST + dt.timedelta(days=int(day)) for day in draw.integers(0, DAYS, EPISODES)]
    shared, single = [], []
    activities = 0
    for _ in range(REPEATS):
        gc.collect()
        began = time.perf_counter()
        planners = [Planner(each) for each in definitions]
        activities = sum(
            len(planners[number % len(planners)].timeline(day).activities) for number, day in enumerate(days)
        )
        shared.append(time.perf_counter() - began)
    for number, each in enumerate(definitions):
        planner = Planner(each)
        planner.timeline(FIRST)
        began = time.perf_counter()
        mine = sorted(set(days[number :: len(definitions)]))
        for day in mine:
            planner.timeline(day)
        single.append((time.perf_counter() - began) / len(mine) * EPISODES)
    print(
        f"{EPISODES:,} episodes, {activities:,} activities, {len(definitions)} definitions; medians: "
        f"{np.median(shared):.2f} s; one by one {np.mean(single):.2f} s; "
        f"loading median {1000 * np.median([each[0] for each in loads]):.0f} ms"
    )
    return report(
        [
            Figure("loading services, evidence and definitions", 1000 * first, 300, "ms"),
            Figure("loading them again", 1000 * second, 5, "ms"),
            Figure("timelines of 10,000 episodes", min(shared), 1, "s"),
        ]
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["load"]:
        print(json.dumps(load()))
        sys.exit(0)
    sys.exit(main())
