"""Nearest neighbors, against loops over all pairs and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.evaluation.matching.slow_matching import slow_nearest

from allay.evaluation.matching.nearest import nearest_neighbors

T, F = True, False


def pairs(treated, score, **settings):
    found = nearest_neighbors(np.array(treated), np.array(score, dtype=float), **settings)
    return {
        row: [each for each in found[row].tolist() if each >= 0] for row in np.flatnonzero(treated).tolist()
    }


@pytest.mark.parametrize(
    ("treated", "score", "settings", "expected"),
    [
        # The highest treated chooses first, and takes what the other would have had.
        ([T, T, F, F], [0.5, 0.6, 0.55, 0.1], {}, {0: [3], 1: [2]}),
        # Equal scores of treated: the first row first.
        ([T, T, F, F], [0.5, 0.5, 0.4, 0.5], {}, {0: [3], 1: [2]}),
        # Equally near on both sides, or equal scores: the first row.
        ([T, F, F], [0.5, 0.75, 0.25], {}, {0: [1]}),
        ([T, F, F], [0.5, 0.25, 0.75], {}, {0: [1]}),
        ([T, F, F, F], [0.5, 0.9, 0.4, 0.4], {}, {0: [2]}),
        # More treated than untreated.
        ([T, T, F], [0.9, 0.1, 0.2], {}, {0: [2], 1: []}),
        # A caliper counts its border in.
        ([T, T, F, F], [0.75, 0.25, 0.5, 0.0], {"caliper": 0.25}, {0: [2], 1: [3]}),
        ([T, F], [0.75, 0.5], {"caliper": 0.2}, {0: []}),
        # In rounds: nobody has a second before everybody has a first.
        ([T, T, F, F, F], [0.9, 0.8, 0.85, 0.7, 0.1], {"ratio": 2}, {0: [2, 4], 1: [3]}),
        # Downward first, as one build of MatchIt has it.
        ([T, F, F], [0.5, 0.51, 0.1], {"search": "below"}, {0: [2]}),
        ([T, F], [0.5, 0.51], {"search": "below"}, {0: [1]}),
        ([T, F, F], [0.5, 0.51, 0.1], {"search": "below", "caliper": 0.2}, {0: [1]}),
    ],
)
def test_pairs_by_hand(treated, score, settings, expected):
    assert pairs(treated, score, **settings) == expected


@pytest.mark.parametrize("search", ["nearest", "below"])
@pytest.mark.parametrize("caliper", [None, 0.05, 1.0])
@pytest.mark.parametrize("ratio", [1, 3])
@pytest.mark.parametrize("digits", [1, 2, 12])
def test_sorted_scores_give_the_pairs_of_loops(search, caliper, ratio, digits):
    for seed in range(10):
        draw = np.random.default_rng(seed)
        n = int(draw.integers(2, 60))
        treated = draw.random(n) < 0.4
        score = draw.random(n).round(digits)
        settings = {"ratio": ratio, "caliper": caliper, "search": search}
        assert pairs(treated, score, **settings) == slow_nearest(treated, score.tolist(), **settings)


def test_many_people_are_matched_in_little_time():
    # 20,000 x 200,000 distances would be 32 GB; sorted scores need none of them.
    draw = np.random.default_rng(1)
    treated = np.zeros(220_000, dtype=bool)
    treated[:20_000] = True
    score = draw.random(220_000)
    found = nearest_neighbors(treated, score)[:20_000, 0]
    assert len(set(found.tolist())) == 20_000
    assert np.abs(score[:20_000] - score[found]).max() < 1e-3
