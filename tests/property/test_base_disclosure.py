"""An attacker with linear programming learns no hidden count.

The attack shares nothing with the code under test: it writes down every equation a reader knows (rows and
columns add up, shown cells are what they are, hidden ones are at least 1) and asks a solver for the least and
the largest value each hidden cell may have. The equations are those of a network, so the bounds that the
solver finds for real numbers are reached by whole numbers.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from allay.base.disclosure import suppress, suppress_counts

count = st.one_of(st.just(0), st.integers(1, 3), st.integers(1, 12), st.integers(11, 60))


@st.composite
def tables(draw, largest=4):
    rows, columns = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    return np.array([[draw(count) for _ in range(columns)] for _ in range(rows)])


def equations(rows: int, columns: int) -> np.ndarray:
    """Rows, columns and both margins add up; a cell of the table with margins is one unknown."""
    index = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    found = []
    for line in [*index, *index.T]:
        equation = np.zeros(index.size)
        equation[line[:-1]] = 1
        equation[line[-1]] = -1
        found.append(equation)
    return np.array(found)


def pinned(counts: np.ndarray, hidden: np.ndarray) -> list[tuple[int, int]]:
    rows, columns = counts.shape[0] - 1, counts.shape[1] - 1
    matrix = equations(rows, columns)
    limits = [
        (1, None) if is_hidden else (value, value)
        for value, is_hidden in zip(counts.ravel(), hidden.ravel(), strict=True)
    ]
    found = []
    for cell in np.flatnonzero(hidden.ravel()):
        aim = np.zeros(counts.size)
        aim[cell] = 1
        low = linprog(aim, A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=limits)
        high = linprog(-aim, A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=limits)
        assert low.status == 0
        assert high.status in (0, 3)  # 3: no upper limit
        if high.status == 0 and -high.fun - low.fun < 0.5:
            found.append(divmod(int(cell), columns + 1))
    return found


@given(tables())
@settings(max_examples=150)
def test_no_hidden_cell_of_a_table_is_pinned(counts):
    result = suppress(counts)
    assert ((result.counts < 1) | (result.counts > 10) | result.hidden).all()
    assert not (result.hidden & (result.counts == 0)).any()
    assert pinned(result.counts, result.hidden) == []


@given(tables(largest=3))
@settings(max_examples=60)
def test_the_attack_finds_what_simple_hiding_gives_away(counts):
    """The attack is worth something: it must break tables in which only the small cells are hidden."""
    result = suppress(counts)
    only_small = (result.counts >= 1) & (result.counts <= 10)
    more = result.hidden & ~only_small
    assume(more.any())
    assert pinned(result.counts, only_small)


@given(tables(largest=3))
@settings(max_examples=60)
def test_hardly_more_is_hidden_than_must_be(counts):
    """Against trying every set of further cells: at most half as many again, with totals kept first."""
    result = suppress(counts)
    small = (result.counts >= 1) & (result.counts <= 10)
    extra = int((result.hidden & ~small).sum())
    assume(extra > 1)
    corner = (counts.shape[0], counts.shape[1])
    free = [tuple(c) for c in np.argwhere(~small & (result.counts > 0)) if tuple(c) != corner]
    assume(len(free) <= 7)
    if result.hidden[corner] and not small[corner]:
        return
    least = extra
    for choice in product((False, True), repeat=len(free)):
        if sum(choice) >= least:
            continue
        hidden = small.copy()
        for cell, hide in zip(free, choice, strict=True):
            hidden[cell] |= hide
        if not pinned(result.counts, hidden):
            least = sum(choice)
    assert result.hidden.sum() <= 1.5 * (small.sum() + least)


@given(st.dictionaries(st.text(min_size=1, max_size=3), count, max_size=6))
def test_no_hidden_group_of_a_list_is_pinned(counts):
    groups, total = suppress_counts(counts)
    assert list(groups) == list(counts)
    hidden = [name for name in groups if groups[name] is None]
    assert all(counts[name] > 0 for name in hidden)
    assert all(counts[name] == 0 or counts[name] > 10 for name in groups if name not in hidden)
    assert total in (None, sum(counts.values()))
    if total is not None and hidden:
        left = total - sum(shown for shown in groups.values() if shown is not None)
        # Each may be 1 while the others take the rest, or the most that the others leave.
        assert left - (len(hidden) - 1) > 1
        assert len(hidden) > 1
