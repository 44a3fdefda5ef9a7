"""Difference-in-differences of 200,000 members, 36 months and 7 cohorts, beside csdid and moderndid.

All start from the same long table of 7.2 million rows in a Parquet file, of which reading is part, and end
with the effects of every cohort in every month with analytic errors, and with all four aggregates. We also
give uniform bands for each; the peers make bands by a bootstrap only, which is left out of their time. Each
runs in a process of its own, started anew, whose peak of memory the system reports; imports are in nobody's
time. We take the median of a few runs, the peers one run each, as that takes a minute and some gigabytes. The
effects, aggregates and errors of all three are the same.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl

from figures import Figure, report

MEMBERS, MONTHS, STARTS, SEED = 200_000, 36, (8, 12, 16, 20, 24, 28, 32), 7
TIMES, MEMORY_LIMIT, REPEATS = 10.0, 1.0, 3
# Sums of 200,000 outcomes near 300 in another order of adding.
CLOSE = 1e-8
KINDS = ("simple", "group", "dynamic", "calendar")
Numbers = dict[str, list[float]]


def invented(path: Path) -> None:
    """Write monthly costs of members: serial correlation, effects that grow and differ between cohorts."""
    random = np.random.default_rng(SEED)
    start = random.choice([0, *STARTS], size=MEMBERS, p=[0.44, *[0.08] * len(STARTS)])
    month = np.arange(1, MONTHS + 1)
    cost = 300 + 40 * random.standard_normal((MEMBERS, 1)) + 0.8 * month
    noise = random.standard_normal((MEMBERS, MONTHS)) * 60
    for late in range(1, MONTHS):
        noise[:, late] += 0.5 * noise[:, late - 1]
    since = month - start[:, None]
    cost += noise - np.where((start[:, None] > 0) & (since >= 0), 10 + 0.5 * start[:, None] + since, 0)
    table = pl.DataFrame(
        {
            "member": np.repeat(np.arange(1, MEMBERS + 1), MONTHS),
            "month": np.tile(month, MEMBERS),
            "start": np.repeat(start, MONTHS),
            "cost": cost.ravel(),
        }
    )
    table.write_parquet(path)


def ours(path: Path) -> Callable[[], Numbers]:
    """Our way: the table as arrays, effects from moments, aggregates with bands."""
    from allay.evaluation.did.aggregate import aggregate
    from allay.evaluation.did.effects import group_time_effects
    from allay.evaluation.did.panel import wide

    def run() -> Numbers:
        table = pl.read_parquet(path)
        columns = [table.get_column(name).to_numpy() for name in ("member", "month", "start", "cost")]
        effects = group_time_effects(wide(*columns))
        found = {"att": effects.att.tolist(), "se": effects.se.tolist()}
        for kind in KINDS:
            one = aggregate(effects, kind)
            found[kind] = [one.att, one.se, *one.by.att, *one.by.se]
            assert (one.by.high >= one.by.att).all()
        return found

    return run


def csdid(path: Path) -> Callable[[], Numbers]:
    """Set csdid up as its documentation shows, with analytic errors."""
    import pandas as pd
    from csdid.att_gt import ATTgt

    def run() -> Numbers:
        table = pd.read_parquet(path)
        fit = ATTgt(yname="cost", gname="start", idname="member", tname="month", data=table).fit(
            est_method="reg", bstrap=False
        )
        found = {name: list(map(float, fit.results[name])) for name in ("att", "se")}
        for kind in KINDS:
            one = fit.aggte(typec=kind, bstrap=False, cband=False).atte
            found[kind] = _flat(one["overall_att"], one["overall_se"], one["att_egt"], one["se_egt"])
        return found

    return run


def moderndid(path: Path) -> Callable[[], Numbers]:
    """Set moderndid up as its documentation shows, with analytic errors."""
    from moderndid import aggte, att_gt

    def run() -> Numbers:
        fit = att_gt(
            data=pl.read_parquet(path),
            yname="cost",
            tname="month",
            idname="member",
            gname="start",
            est_method="reg",
            boot=False,
        )
        found = {"att": list(map(float, fit.att_gt)), "se": list(map(float, fit.se_gt))}
        for kind in KINDS:
            one = aggte(fit, type=kind, boot=False, cband=False)
            found[kind] = _flat(one.overall_att, one.overall_se, one.att_by_event, one.se_by_event)
        return found

    return run


def _flat(*parts: object) -> list[float]:
    rows = [np.ravel(np.asarray(part, dtype=object)) for part in parts]
    return [float(value) for row in rows for value in row if value is not None]


PEERS = {"csdid": csdid, "moderndid": moderndid}
WAYS = {"allay": ours, **PEERS}


def alone(way: str, path: Path) -> None:
    """Time one way in this process and print what it took and found."""
    warnings.simplefilter("ignore")
    repeats = REPEATS if way == "allay" else 1
    with contextlib.redirect_stdout(io.StringIO()):
        run = WAYS[way](path)
        times = []
        for _ in range(repeats):
            began = time.perf_counter()
            found = run()
            times.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    json.dump({"seconds": statistics.median(times), "peak": peak, "found": found}, sys.stdout)


def measured(way: str, path: Path) -> tuple[float, float, Numbers]:
    """Run one way in a process of its own: seconds, peak in GB, and what it found."""
    command = [sys.executable, __file__, "--alone", way, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    if done.returncode:
        raise RuntimeError(f"{way}: {done.stderr[-2000:]}")
    answer = json.loads(done.stdout)
    return answer["seconds"], answer["peak"], answer["found"]


def main() -> int:
    """Measure, print, and return 1 when a limit is missed."""
    options = argparse.ArgumentParser()
    options.add_argument("--alone", nargs=2)
    chosen = options.parse_args().alone
    if chosen:
        alone(chosen[0], Path(chosen[1]))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "panel.parquet"
        invented(path)
        seconds, peak, mine = measured("allay", path)
        print(f"allay: {seconds:.2f} s, {peak:.2f} GB; {len(mine['att'])} effects, from Parquet to bands")
        figures = [Figure(f"{MEMBERS * MONTHS:,} rows, peak of memory", peak, MEMORY_LIMIT, "GB")]
        for peer in PEERS:
            if find_spec(peer) is None:
                print(f"{peer}: skipped, it is not installed (`pip install {peer}`)")
                continue
            taken, most, theirs = measured(peer, path)
            apart = max(_apart(mine[name], theirs[name]) for name in ("att", "se", *KINDS))
            assert apart < CLOSE, f"{peer} differs by {apart}"
            print(f"{peer}: {taken:.1f} s, {most:.2f} GB; equal to {apart:.1e}")
            figures.append(Figure(f"times {peer}", taken / seconds, TIMES, "x", at_least=True))
    return report(figures)


def _apart(mine: list[float], theirs: list[float]) -> float:
    return float(np.abs(np.subtract(mine, theirs)).max())


if __name__ == "__main__":
    sys.exit(main())
