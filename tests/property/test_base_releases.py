"""A reader with linear programming learns nothing small from any number of releases.

The attack shares nothing with the code under test. It knows the true number of people in each smallest group,
which the protection is never told, and asks a solver for the least and the largest value of everything that
must stay unknown, given every shown count, that people are not negative, that a hidden small count is 1 to 10
and that any other hidden count is 11 or more. A value is found out when the bounds, rounded to whole people
between them, are one number. Besides, all sums of smallest groups with 1 to 10 people are tried: one is found
out when it has the same value whichever way the shown counts are made up.

1,000 sets by default, 10,000 with HYPOTHESIS_PROFILE=thorough.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, kron

from allay.base.releases import ReleaseCell, protect

LIMIT = 10
THOROUGH = settings.get_current_profile_name() == "thorough"
SETS, BATCH = 10_000 if THOROUGH else 1_000, 50
# The solver keeps its equations to about 1e-7.
SOLVED = 1e-6
# More people than any set here has; a range that is cut off there is still no single value.
MANY = 5_000
# All sums of so many groups are tried: 2 ** 14 of them.
SUMMED = 14


class Attack:
    """What a reader finds out from the cells that are not hidden."""

    def __init__(self, cells: list[ReleaseCell], people: dict[str, int], hidden: frozenset[str]) -> None:
        groups = sorted(people)
        rows = np.array([[group in cell.members for group in groups] for cell in cells], dtype=float)
        self.rows, together = np.unique(rows, axis=1, return_inverse=True)
        self.truth = np.zeros(self.rows.shape[1])
        np.add.at(self.truth, together.ravel(), [people[group] for group in groups])
        self.counts = self.rows @ self.truth
        assert self.counts.tolist() == [cell.count for cell in cells]
        self.hidden = np.array([cell.id in hidden for cell in cells])
        differences = [
            self.rows[a] - self.rows[b]
            for a, b in np.argwhere(self.small(self.counts[:, None] - self.counts))
            if (self.rows[b] <= self.rows[a]).all()
        ]
        used = self.rows.any(axis=0)
        targets = np.array([*self.rows[self.hidden], *differences, *np.eye(len(used))[used]])
        low, high = self.bounds(targets.reshape(-1, len(used)))
        found = np.ceil(low - SOLVED) >= np.floor(high + SOLVED)
        first, second = self.hidden.sum(), self.hidden.sum() + len(differences)
        self.cells, self.differences = int(found[:first].sum()), int(found[first:second].sum())
        self.possible = np.zeros(len(used), dtype=bool)
        self.possible[used] = high[second:] > SOLVED
        self.sums = self.small_sums()

    @staticmethod
    def small(counts: np.ndarray) -> np.ndarray:
        return (counts >= 1) & (counts <= LIMIT)

    def bounds(self, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the range of each target: all questions in one program of independent blocks."""
        blocks = 2 * len(targets)
        if not blocks:
            return np.zeros(0), np.zeros(0)
        is_small = self.small(self.counts)
        limits = np.vstack([-self.rows[self.hidden], self.rows[self.hidden & is_small]])
        at_least = np.where(is_small, 1, np.where(self.counts > 0, LIMIT + 1, 0))[self.hidden]
        at_most = np.append(-at_least, [LIMIT] * sum(self.hidden & is_small))
        shown, one = self.rows[~self.hidden], eye_array(blocks)
        answer = linprog(
            np.vstack([targets, -targets]).ravel(),
            A_ub=kron(one, csr_array(limits)) if len(limits) else None,
            b_ub=np.tile(at_most, blocks) if len(limits) else None,
            A_eq=kron(one, csr_array(shown)) if len(shown) else None,
            b_eq=np.tile(self.counts[~self.hidden], blocks) if len(shown) else None,
            bounds=(0, MANY),
        )
        assert answer.status == 0
        ends = (answer.x.reshape(blocks, -1) * np.vstack([targets, targets])).sum(axis=1)
        low, high = ends[: len(targets)], ends[len(targets) :]
        truth = targets @ self.truth
        assert (low <= truth + SOLVED).all()
        assert (high >= truth - SOLVED).all()
        return low, high

    def small_sums(self) -> int:
        """Count the small sums of groups that no change behind the shown counts changes."""
        truth = self.truth[self.possible]
        free = np.eye(len(truth))
        if (~self.hidden).any():
            free = null_space(self.rows[np.ix_(~self.hidden, self.possible)])
        few = np.flatnonzero(truth <= LIMIT)[:SUMMED]
        chosen = (np.arange(2 ** len(few))[:, None] >> np.arange(len(few))) & 1
        chosen = chosen[self.small(chosen @ truth[few])]
        return int((np.abs(chosen @ free[few]).max(axis=1, initial=0) < SOLVED).sum())

    @property
    def found(self) -> tuple[int, int, int]:
        return self.cells, self.differences, self.sums


def release_set(seed: int) -> tuple[list[ReleaseCell], dict[str, int]]:
    """Make up to three quarters of a table with totals at all levels; some cells are left out."""
    draw = np.random.default_rng(seed)
    quarters = range(int(draw.integers(1, 4)))
    levels = [range(int(draw.integers(1, 4))) for _ in range(int(draw.integers(1, 3)))]
    sizes = [
        lambda: 0,
        lambda: draw.integers(1, 4),
        lambda: draw.integers(1, 13),
        lambda: draw.integers(11, 60),
    ]
    groups = list(product(*levels))
    people = {
        f"{group} {quarter}": int(sizes[draw.choice(4, p=[0.15, 0.2, 0.35, 0.3])]())
        for group in groups
        for quarter in quarters
    }
    cumulative = draw.random() < 0.7
    subgroups = [
        pattern
        for pattern in product(*[[None, *level] for level in levels])
        if draw.random() < 0.75 or not any(value is not None for value in pattern)
    ]
    cells = []
    for quarter, pattern in product(quarters, subgroups):
        if draw.random() < 0.85:
            members = frozenset(
                f"{group} {entered}"
                for group in groups
                if all(value in (None, own) for value, own in zip(pattern, group, strict=True))
                for entered in (range(quarter + 1) if cumulative else [quarter])
            )
            count = sum(people[member] for member in members)
            cells.append(ReleaseCell(id=f"{quarter} {pattern}", members=members, count=count))
    return cells, people


def hidden_quarter_by_quarter(cells: list[ReleaseCell]) -> frozenset[str]:
    """Protect each quarter when it comes, bound by what was released before."""
    past: list[ReleaseCell] = []
    hidden: frozenset[str] = frozenset()
    for quarter in "012":
        now = [*past, *(cell for cell in cells if cell.id.startswith(quarter))]
        result = protect(now)
        assert result.exposed == ()
        assert result.hidden >= hidden
        hidden = result.hidden
        past = [
            replace(cell, already_published=cell.id not in hidden, already_hidden=cell.id in hidden)
            for cell in now
        ]
    return hidden


def only_small(cells: list[ReleaseCell]) -> frozenset[str]:
    return frozenset(cell.id for cell in cells if 1 <= cell.count <= LIMIT)


@pytest.mark.parametrize("start", range(0, SETS, BATCH))
def test_nothing_is_found_out_from_random_sets(start):
    """Half of the sets are released at once, half quarter by quarter."""
    for seed in range(start, start + BATCH):
        cells, people = release_set(seed)
        if not cells:
            continue
        if seed % 2:
            hidden = hidden_quarter_by_quarter(cells)
        else:
            result = protect(cells)
            assert result.exposed == (), seed
            hidden = result.hidden
        assert hidden >= only_small(cells)
        assert seed % 2 or not any(cell.id in hidden for cell in cells if cell.count == 0)
        assert Attack(cells, people, hidden).found == (0, 0, 0), seed


def test_the_attack_finds_what_hiding_only_small_counts_gives_away():
    """The attack is worth something: each of its three parts succeeds where only small counts are hidden."""
    broken = np.zeros(3, dtype=int)
    for seed in range(200):
        cells, people = release_set(seed)
        if cells:
            broken += np.array(Attack(cells, people, only_small(cells)).found) > 0
    assert (broken >= 50).all(), broken


def fewest(cells: list[ReleaseCell], people: dict[str, int], *, below: int) -> int:
    """Return the least number of hidden cells that withstands the attack, by trying all choices."""
    must = only_small(cells)
    large = [cell.id for cell in cells if cell.count > LIMIT]
    for more in range(below - len(must)):
        for chosen in combinations(large, more):
            if Attack(cells, people, must | set(chosen)).found == (0, 0, 0):
                return len(must) + more
    return below


def test_hardly_more_is_hidden_than_must_be():
    """At most half as many again in any small set, and next to none on average."""
    ratios = []
    for seed in range(2_000 if THOROUGH else 250):
        cells, people = release_set(seed)
        if 0 < sum(cell.count > 0 for cell in cells) <= 12:
            hidden = protect(cells).hidden
            if hidden > only_small(cells):
                ratios.append(len(hidden) / fewest(cells, people, below=len(hidden)))
    assert len(ratios) > 60
    assert max(ratios) <= 1.5
    assert np.mean(ratios) <= 1.05


@st.composite
def any_sets(draw):
    """Any groups in any cells, some of them released before, small ones too."""
    groups = "abcdef"[: draw(st.integers(1, 6))]
    size = st.one_of(st.just(0), st.integers(1, 12), st.integers(11, 60))
    people = {group: draw(size) for group in groups}
    kinds = st.tuples(
        st.frozensets(st.sampled_from(groups), min_size=1), st.sampled_from(["new", "new", "shown"])
    )
    cells = [
        ReleaseCell(
            id=f"{number}",
            members=members,
            count=sum(people[member] for member in members),
            already_published=kind == "shown",
        )
        for number, (members, kind) in enumerate(draw(st.lists(kinds, min_size=1, max_size=7)))
    ]
    return cells, people


@given(any_sets())
@settings(max_examples=150)
def test_any_cells_are_protected_or_called_exposed(example):
    cells, people = example
    result = protect(cells)
    published = {cell.id for cell in cells if cell.already_published}
    assert not result.hidden & published
    assert result.hidden >= only_small(cells) - published
    assert published or not any(cell.id in result.hidden for cell in cells if cell.count == 0)
    found = Attack(cells, people, result.hidden).found
    assert result.exposed or found == (0, 0, 0)
    if not published:
        assert not result.exposed


@given(any_sets())
@settings(max_examples=50)
def test_the_order_of_cells_and_the_names_of_groups_protect_alike(example):
    cells, people = example
    renamed = [
        replace(cell, members=frozenset(f"of {name}" for name in cell.members)) for cell in cells[::-1]
    ]
    for result in (protect(cells), protect(renamed)):
        if not result.exposed:
            assert Attack(cells, people, result.hidden).found == (0, 0, 0)
