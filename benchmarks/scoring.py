"""Scoring PROMIS-29: the public call on a million assessments, and the command from CSV to CSV.

The call is given 29 columns of bytes, 10% of the answers missing, and must give every score and standard
error of all eleven scales as float64 arrays, having checked every answer. It is held against a plain loop
over the same definition, whose scores must be equal. "Per core" is per second of processor time: the call
uses one thread, and what else the machine does meanwhile is not its doing. The command is held to time on
the clock.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from allay.measures.catalog import get
from allay.measures.reference import score_plain
from allay.measures.scoring import Scores, score
from figures import Figure, report

N = 1_000_000
PLAIN = 2_000
REPEATS = 9
INSTRUMENT = get("promis29")
SCALES = len(INSTRUMENT.scales)


def answers(n: int, *, missing: float = 0.1) -> dict[str, np.ndarray]:
    """Return random answers, a share of them missing."""
    draw = np.random.default_rng(29)
    found = {}
    for item in INSTRUMENT.items:
        column = draw.integers(item.minimum, item.maximum + 1, n).astype(np.int8)
        column[draw.random(n) < missing] = -1
        found[item.id] = column
    return found


def check(scores: Scores, given: dict[str, np.ndarray], rows: int) -> None:
    """Hold the first rows against the plain loop, and every row against the shape of the whole."""
    columns = [given[item].tolist() for item in INSTRUMENT.item_ids]
    for row in range(rows):
        cells = {
            item: None if column[row] < 0 else column[row]
            for item, column in zip(INSTRUMENT.item_ids, columns, strict=True)
        }
        for scale_id, plain in score_plain(INSTRUMENT, cells).items():
            part = scores[scale_id]
            for fast, slow in ((part.score[row], plain.score), (part.se[row], plain.se)):
                # Composites are multiplied out, so their last bits may differ; all else is equal to the bit.
                if slow is None:
                    same = bool(np.isnan(fast))
                else:
                    same = abs(fast - slow) <= 1e-9 if part.inputs else fast == slow
                if not same:
                    raise AssertionError(f"row {row}, {scale_id}: {fast} is not {slow}")


def fast_seconds(given: dict[str, np.ndarray]) -> tuple[float, float]:
    """Return the median (processor, clock) time of the public call, its outputs allocated anew each time."""
    times = []
    for _ in range(REPEATS + 1):
        gc.collect()
        clock, processor = time.perf_counter(), time.process_time()
        scores = score(INSTRUMENT, given)
        times.append((time.process_time() - processor, time.perf_counter() - clock))
        assert all(part.score.shape == (N,) and part.se.shape == (N,) for part in scores)
        del scores
    processor, clock = np.median(times[1:], axis=0)
    return float(processor), float(clock)


def plain_seconds(given: dict[str, np.ndarray]) -> float:
    """Return the processor time of the plain loop on some of the assessments, scaled up to all."""
    columns = [given[item][:PLAIN].tolist() for item in INSTRUMENT.item_ids]
    rows = [
        {k: None if v < 0 else v for k, v in zip(INSTRUMENT.item_ids, cells, strict=True)}
        for cells in zip(*columns, strict=True)
    ]
    began = time.process_time()
    for row in rows:
        score_plain(INSTRUMENT, row)
    return (time.process_time() - began) * N / PLAIN


def command_seconds(given: dict[str, np.ndarray]) -> float:
    """Return the wall time of `allay measures score promis29` from CSV to CSV, from the start of Python."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "answers.csv", Path(folder) / "scores.csv"
        columns = {"patient_id": pl.Series(range(N)).cast(pl.String), "timepoint": ["baseline"] * N}
        blanks = {item: pl.Series(column).replace(-1, None) for item, column in given.items()}
        pl.DataFrame({**columns, **blanks}).write_csv(source)
        command = "from allay.cli import main; main()"
        before = os.times()
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", command, "measures", "score", "promis29", str(source), "-o", str(target)],
            check=True,
        )
        taken = time.perf_counter() - began
        after = os.times()
        work = after.children_user + after.children_system - before.children_user - before.children_system
        with target.open("rb") as file:
            lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
        if lines != SCALES * N + 1:
            raise AssertionError(f"expected {SCALES * N + 1} lines, found {lines}")
        size = target.stat().st_size / 1e6
        print(
            f"command: {source.stat().st_size / 1e6:.0f} MB in, {size:.0f} MB out ({SCALES * N:,} rows), "
            f"{work:.1f} s of processor time"
        )
    return taken


def main() -> int:
    """Measure, print, and return 1 when a limit is missed."""
    given = answers(N)
    check(score(INSTRUMENT, given), given, PLAIN)
    (fast, clock), plain = fast_seconds(given), plain_seconds(given)
    # Eleven scores a row, and a standard error for the seven that come from tables.
    print(
        f"public call: {fast * 1e3:.1f} ms for {N:,} PROMIS-29 ({N / fast:,.0f} assessments/s, "
        f"{29 * N / fast:,.0f} answers/s, {SCALES * N / fast:,.0f} scores/s per core; "
        f"{clock * 1e3:.1f} ms on the clock)"
    )
    print(
        f"plain loop: {plain:.1f} s, from {PLAIN:,} assessments with equal scores; "
        f"{plain / fast:,.0f} times slower"
    )
    return report(
        [
            Figure("PROMIS-29 per second and core, 10% missing", N / fast, 10_000_000, "1/s", at_least=True),
            Figure("the same, times the plain loop", plain / fast, 1, "x", at_least=True),
            Figure("allay measures score, 1,000,000 rows, CSV to CSV", command_seconds(given), 15, "s"),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
