"""What fits into a day, against every way to lay it out."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from allay.scheduling.solving.bounds.capacity import day_capacity


def layouts(free: tuple[bool, ...], sizes: tuple[int, ...]) -> set[tuple[int, ...]]:
    """Every multiset of sizes that can be laid into a day, as counts of each."""

    @cache
    def rest(at: int) -> frozenset[tuple[int, ...]]:
        if at >= len(free):
            return frozenset({(0,) * len(sizes)})
        found = set(rest(at + 1))
        for which, size in enumerate(sizes):
            if at + size <= len(free) and all(free[at : at + size]):
                for counts in rest(at + size):
                    found.add((*counts[:which], counts[which] + 1, *counts[which + 1 :]))
        return frozenset(found)

    return set(rest(0))


@pytest.mark.parametrize("seed", range(30))
def test_bounds_are_reached_and_never_passed(seed: int) -> None:
    draw = np.random.default_rng(seed)
    free = draw.random(10) < 0.8
    sizes = tuple(sorted({int(size) for size in draw.integers(1, 5, size=2)}))
    all_of = layouts(tuple(free.tolist()), sizes)
    found = day_capacity(free, sizes)
    assert found.slots == max(
        sum(n * size for n, size in zip(counts, sizes, strict=True)) for counts in all_of
    )
    for at, (size, most) in enumerate(found.most):
        assert size == sizes[at]
        assert most == max(sum(counts[at:]) for counts in all_of)


def test_a_day_without_lengths_holds_nothing() -> None:
    assert day_capacity(np.ones(4, dtype=bool), []).slots == 0
