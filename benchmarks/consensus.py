"""Appropriateness with the whole sensitivity panel: 10,000 statements x 30 raters, beside a loop over them.

Ours starts from the array of ratings: it counts them, works out every figure of the RAND/UCLA method, and
judges by all rules of the usual panel. The peer is what one would write at first: for each statement its
ratings, `numpy.percentile`, a median, and the rules one after the other. The results are checked to be
equal. Some statements have all 30 ratings, others 12, so that the count rule is used as well. A time is the
best of several calls, since what else the machine does meanwhile only makes it longer; the comparison is in
processor time. What the commands take, from a file to a file, is said without a limit.
"""

from __future__ import annotations

import contextlib
import gc
import io
import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from allay.cli.consensus.ram import ram
from allay.cli.consensus.sensitivity import sensitivity
from allay.cli.frame import run
from allay.consensus.protocol.rule import AppropriatenessRule
from allay.consensus.ratings.counts import count_ratings
from allay.consensus.verdicts.appropriateness import Appropriateness, appropriateness
from allay.consensus.verdicts.sensitivity import SensitivityPanel, sensitivity_panel
from figures import Figure, report

STATEMENTS, RATERS, SEED, REPEATS = 10_000, 30, 9, 50
FEWER, PANEL = 2_000, 12
LIMIT, TIMES = 0.1, 20.0
# The peer works in floats, we in whole numbers divided once.
CLOSE = 1e-12
NUMBERS = ("n", "median", "p30", "p70", "ipr", "ai", "ipras", "di")
SIZES = {8: (3, 10), 11: (4, 13), 14: (5, 16)}


def invented_ratings() -> np.ndarray:
    """Make up ratings: each statement has a middle and a spread of its own; some have only 12 raters."""
    draw = np.random.default_rng(SEED)
    middle, spread = draw.uniform(1, 9, (STATEMENTS, 1)), draw.uniform(0.5, 4, (STATEMENTS, 1))
    ratings = np.clip(np.rint(draw.normal(middle, spread, (STATEMENTS, RATERS))), 1, 9)
    ratings[:FEWER, PANEL:] = np.nan
    return ratings


def ours(ratings: np.ndarray) -> tuple[Appropriateness, SensitivityPanel]:
    """Count, work out every figure, judge by all rules."""
    counts = count_ratings(ratings)
    return appropriateness(counts), sensitivity_panel(counts, AppropriatenessRule())


def region(median: float, half: str) -> str:
    """The verdict of a median without disagreement."""
    if median in (3.5, 6.5):
        if half == "uncertain":
            return "uncertain"
        median += 0.5 if half == "up" else -0.5
    return "inappropriate" if median <= 3 else "appropriate" if median >= 7 else "uncertain"


def peer(ratings: np.ndarray) -> list[tuple[list[float], dict[str, str]]]:
    """Take one statement after the other."""
    found = []
    for row in ratings:
        given = row[~np.isnan(row)]
        n, median = len(given), float(np.median(given))
        low, high = int((given <= 3).sum()), int((given >= 7).sum())
        numbers: list[float] = []
        words = {}
        for name, method in (("ram-linear", "linear"), ("ram-nearest-rank", "inverted_cdf")):
            p30, p70 = np.percentile(given, [30, 70], method=method)
            ipr, asymmetry = p70 - p30, abs(5 - (p30 + p70) / 2)
            limit = 2.35 + 1.5 * asymmetry
            if method == "linear":
                numbers = [n, median, p30, p70, ipr, asymmetry, limit, ipr / limit]
            # A difference of a billionth is one of floats: the range equals its limit.
            disagree = ipr - limit > 1e-9
            for half in ("up", "down", "uncertain"):
                verdict = "uncertain" if disagree else region(median, half)
                if half == "up":
                    words[name] = verdict
                if method == "linear":
                    words[f"ram-half-{half}"] = verdict if median in (3.5, 6.5) else ""
        words["ram-count"] = ""
        for smallest, (extreme, largest) in SIZES.items():
            if smallest <= n <= largest:
                words["ram-count"] = "uncertain" if min(low, high) >= extreme else region(median, "up")
        in_ = 100 * high >= 70 * n and 100 * low < 15 * n
        mirrored = 100 * low >= 70 * n and 100 * high < 15 * n
        words["comet-70-15-a"] = "in" if in_ else "out" if mirrored else "none"
        words["comet-70-15-b"] = "in" if in_ else "out" if 100 * high <= 50 * n else "none"
        for share in (75, 80):
            least = math.ceil(share * n / 100)
            words[f"percent-{share}"] = "in" if high >= least else "out" if low >= least else "none"
        found.append((numbers, words))
    return found


def check_equal(ratings: np.ndarray) -> int:
    """Compare every number and every verdict of the two; return how many verdicts there are."""
    (found, panel), theirs = ours(ratings), peer(ratings)
    numbers = np.stack([getattr(found, name) for name in NUMBERS], axis=1)
    assert np.abs(numbers - np.array([row for row, _ in theirs])).max() < CLOSE
    for name, verdicts in zip(panel.names, panel.verdicts, strict=True):
        assert verdicts.tolist() == [words[name] for _, words in theirs], name
    assert found.verdict.tolist() == [words["ram-linear"] for _, words in theirs]
    assert set(theirs[0][1]) == set(panel.names)
    return panel.verdicts.size


def best(call: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Return the best clock and processor time of several calls, the first left out."""
    times = []
    for _ in range(repeats + 1):
        gc.collect()
        clock, processor = time.perf_counter(), time.process_time()
        call()
        times.append((time.perf_counter() - clock, time.process_time() - processor))
    clocks, processors = zip(*times[1:], strict=True)
    return min(clocks), min(processors)


def commands(ratings: np.ndarray) -> None:
    """Say what the commands take, from a file to a file."""
    rows = [
        f"s{s},r{r},{value:.0f}\n"
        for s, row in enumerate(ratings)
        for r, value in enumerate(row)
        if not np.isnan(value)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path, output = Path(folder) / "ratings.csv", Path(folder) / "result.csv"
        path.write_text("statement,rater,rating\n" + "".join(rows), encoding="utf-8")
        for command in (ram, sensitivity):
            # Its remark on half-point medians is not wanted here.
            with contextlib.redirect_stderr(io.StringIO()):
                took, _ = best(lambda command=command: run(command, [str(path), "-o", str(output)]), 2)
            print(f"allay consensus {command.name}: {took:.2f} s from file to file, {len(rows):,} ratings")


def main() -> int:
    """Measure, print, and return 1 when a limit is missed."""
    ratings = invented_ratings()
    verdicts = check_equal(ratings)
    clock, mine = best(lambda: ours(ratings), REPEATS)
    _, theirs = best(lambda: peer(ratings), 2)
    print(f"processor: {mine * 1e3:.0f} ms, the loop over statements {theirs:.2f} s; all figures and")
    print(f"{verdicts:,} verdicts by other rules are equal")
    commands(ratings)
    size = f"{STATEMENTS:,} statements x {RATERS} raters with sensitivity panel"
    return report(
        [
            Figure(f"{size}, clock", clock, LIMIT, "s"),
            Figure("times a loop over statements, processor", theirs / mine, TIMES, "x", at_least=True),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
