"""An attack on what a program shares, quarter after quarter: no small count may be worked out from it.

The attacker takes the shared files only, writes every shown number as a sum of groups too small to split
(people of a quarter and of one group of every dimension, by the steps they had reached at each release), and
asks an integer program for the least and the most that each hidden count can be. It shares no code with the
protection.
"""

from __future__ import annotations

import io
import itertools
import json

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from allay.programs.repository.counts import CountSheet
from allay.programs.repository.export import exchange_text, export_program
from allay.programs.repository.profile import ProgramProfile
from allay.programs.repository.reading import read_shared

PROFILE = ProgramProfile.model_validate(
    {"id": "ours", "recorded_on": "2026-10-01", "sources": {}}, strict=False
)
STEPS = ("referred", "completed")
DIMENSIONS = {"sex": ("women", "men"), "language": ("English", "Spanish")}
SMALL = range(1, 11)
SETS = 8


def people(rng: np.random.Generator, quarters: int) -> np.ndarray:
    """Random people: counts by quarter, sex, language and step reached last, some of them small."""
    large = rng.integers(0, 90, size=(quarters, 2, 2, 2))
    return np.where(rng.random(large.shape) < 0.5, rng.integers(0, 14, size=large.shape), large)


def sheet(groups: np.ndarray) -> CountSheet:
    """The counts a program would write: everybody referred, and of those the ones who completed."""
    quarters = tuple(f"2026-Q{place + 1}" for place in range(len(groups)))
    counts = {}
    for place, quarter in enumerate(quarters):
        for step, reached in zip(STEPS, (groups[place].sum(axis=2), groups[place][:, :, 1]), strict=True):
            for dimension, axis in (("sex", 1), ("language", 0)):
                for group, count in zip(DIMENSIONS[dimension], reached.sum(axis=axis), strict=True):
                    counts[step, quarter, dimension, group] = int(count)
    return CountSheet(STEPS, quarters, DIMENSIONS, counts)


def attack(files: list[dict], truths: list[CountSheet]) -> tuple[list[str], list[str]]:
    """Return the small counts that are shown, and the small numbers that are worked out all the same.

    Besides the hidden counts it looks for those who did not complete, and for whoever came since the release
    before. It knows which hidden counts are small, and that the others are not.
    """
    levels = list(itertools.combinations_with_replacement(range(len(STEPS) + 1), len(files)))
    quarters = max((file["counts"][0]["periods"] for file in files), key=len)
    atoms = list(itertools.product(quarters, *DIMENSIONS.values(), levels))
    cells = {}
    for release, (file, truth) in enumerate(zip(files, truths, strict=True)):
        for table in file["counts"]:
            for row, period in zip(table["counts"], (*table["periods"], None), strict=True):
                for count, group in zip(row, (*table["groups"], None), strict=True):
                    key = (release, table["step"], period, table["dimension"], group)
                    cells[key] = (sums_of(key, atoms, table["periods"]), real(key, truth), count is not None)
    told = [str(key) for key, (_, count, shown) in cells.items() if shown and count in SMALL]
    rules = []
    for of, count, shown in cells.values():
        bounds = (count, count) if shown else (1, max(SMALL)) if count in SMALL else (max(SMALL) + 1, np.inf)
        rules.append(LinearConstraint(of, *bounds))
    goals = {str(key): (of, count) for key, (of, count, shown) in cells.items() if not shown}
    for (release, step, *rest), (of, count, _) in cells.items():
        for whole in ((release, STEPS[0], *rest), (release + 1, step, *rest)):
            if whole in cells and whole != (release, step, *rest):
                goals[f"{whole} without {release} {step}"] = (cells[whole][0] - of, cells[whole][1] - count)

    def end(of: np.ndarray, sign: int) -> float:
        found = milp(sign * of, constraints=rules, integrality=np.ones(len(atoms)), bounds=Bounds(0, 100_000))
        return round(sign * found.fun)

    return told, [
        name for name, (of, count) in goals.items() if count in SMALL and end(of, 1) == end(of, -1) == count
    ]


def sums_of(key: tuple, atoms: list[tuple], periods: list[str]) -> np.ndarray:
    """Which of the smallest groups a count is the sum of, as ones and zeros."""
    release, step, period, _, group = key
    return np.array(
        [
            quarter in periods
            and period in (None, quarter)
            and (group is None or group in (sex, language))
            and reached[release] > STEPS.index(step)
            for quarter, sex, language, reached in atoms
        ],
        dtype=float,
    )


def real(key: tuple, truth: CountSheet) -> int:
    """The true count."""
    _, step, period, dimension, group = key
    return sum(
        count
        for (s, p, d, g), count in truth.counts.items()
        if (s, d) == (step, dimension) and period in (None, p) and group in (None, g)
    )


def releases(seed: int) -> tuple[list[CountSheet], list[dict]]:
    """Two releases: the second has another quarter, and some who completed since."""
    rng = np.random.default_rng(seed)
    first = people(rng, 1)
    moved = np.minimum(first[..., 0], rng.integers(0, 6, size=first[..., 0].shape))
    later = np.stack([first[..., 0] - moved, first[..., 1] + moved], axis=-1)
    second = np.concatenate([later, people(rng, 1)])
    sheets = [sheet(first), sheet(second)]
    files: list[dict] = []
    earlier = []
    for each in sheets:
        text = exchange_text(export_program(PROFILE, counts=each, earlier=earlier).file)
        earlier.append(read_shared(io.BytesIO(text.encode())).file.counts)
        files.append(json.loads(text))
    return sheets, files


def naive(truth: CountSheet) -> dict:
    """What hiding the small counts alone would share."""
    file = json.loads(exchange_text(export_program(PROFILE, counts=truth).file))
    for table in file["counts"]:
        real = np.array(
            [
                [truth.counts[table["step"], p, table["dimension"], g] for g in table["groups"]]
                for p in table["periods"]
            ]
        )
        real = np.vstack([real, real.sum(axis=0)])
        real = np.column_stack([real, real.sum(axis=1)])
        table["counts"] = [[None if count in SMALL else int(count) for count in row] for row in real.tolist()]
    return file


@pytest.mark.parametrize("seed", range(SETS))
def test_no_small_count_is_told_or_worked_out(seed):
    sheets, files = releases(seed)
    assert attack(files, sheets) == ([], [])


def test_the_attack_can_succeed():
    """Hiding only what is small gives counts away: the attack is no dud."""
    found = [attack([naive(sheets[1])], [sheets[1]])[1] for sheets, _ in map(releases, range(3))]
    assert any(found)


def test_what_is_large_is_mostly_shown():
    counts = [
        count
        for file in releases(0)[1]
        for table in file["counts"]
        for row in table["counts"]
        for count in row
    ]
    assert sum(count is not None for count in counts) > len(counts) / 4
