"""The joint test of trends before the start, where starters are few."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtri, fdtrc

from allay.evaluation.did.grouptime import Pretest
from allay.evaluation.study.staggered import pretest_p

# Shares of 4,000 draws: three errors of a share of 5%.
DRAWS, WITHIN = 4_000, 3 * np.sqrt(0.05 * 0.95 / 4_000)


def test_few_starters_are_found_different_no_more_often_than_said() -> None:
    random = np.random.default_rng(4)
    starters, tested = 40, 8
    rows = random.standard_normal((DRAWS, starters, tested))
    mean = rows.mean(axis=1)
    away = rows - mean[:, None]
    covariance = np.einsum("dni,dnj->dij", away, away) / (starters - 1) / starters
    wald = np.einsum("di,dij,dj->d", mean, np.linalg.inv(covariance), mean)
    p = np.array([pretest_p(Pretest(float(one), tested, 0.0), starters=starters) for one in wald])
    assert abs((p < 0.05).mean() - 0.05) < WITHIN
    assert (wald > chdtri(tested, 0.05)).mean() > 0.1


def test_one_tested_effect_is_a_test_by_students_t() -> None:
    p = pretest_p(Pretest(4.0, 1, 0.0455), starters=31)
    assert p is not None
    assert abs(p - float(fdtrc(1, 30, 4.0))) < 1e-12


def test_no_more_starters_than_effects_tell_nothing() -> None:
    assert pretest_p(Pretest(30.0, 12, 0.01), starters=12) is None
