"""Scores from patterns and from sums: what holds at the edges, where the properties do not look."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.unit.measures.irt.banks import BANK

from allay.base.errors import InvalidValue
from allay.measures.irt.bank import GradedItem, ItemBank
from allay.measures.irt.eap import eap_scores
from allay.measures.irt.quadrature import Quadrature
from allay.measures.irt.reference import plain_estimate, plain_posterior
from allay.measures.irt.settings import quadrature
from allay.measures.irt.sums import sum_log_probabilities, sum_table

GRID = quadrature("promis-pattern")
# Both ways add the same 81 numbers, in another order.
SAME = 1e-12


def drawn(n: int, *, missing: float = 0.2) -> np.ndarray:
    draw = np.random.default_rng(4)
    found = draw.integers(1, BANK.categories + 1, (n, len(BANK.items))).astype(np.int8)
    found[draw.random(found.shape) < missing] = -1
    return found


def test_every_block_and_pack_gives_the_plain_score():
    answers = drawn(1300)  # more than two blocks; all items in one pack
    found = eap_scores(BANK, answers, quadrature=GRID)
    for row in (0, 1, 511, 512, 1023, 1024, 1299):
        given = {item: int(a) for item, a in zip(BANK.ids, answers[row], strict=True) if a > 0}
        theta, se = plain_estimate(plain_posterior(BANK, given, GRID), GRID)
        assert found.answered[row] == len(given)
        assert found.theta[row] == pytest.approx(theta, abs=SAME)
        assert found.se[row] == pytest.approx(se, abs=SAME)


def test_how_many_respondents_there_are_changes_no_score():
    answers = drawn(1300)
    many = eap_scores(BANK, answers, quadrature=GRID)
    for row in range(0, 1300, 130):
        one = eap_scores(BANK, answers[row : row + 1], quadrature=GRID)
        assert one.theta[0] == pytest.approx(many.theta[row], abs=SAME, nan_ok=True)
        assert one.se[0] == pytest.approx(many.se[row], abs=SAME, nan_ok=True)


def test_threads_change_no_score():
    answers = drawn(1300)
    one = eap_scores(BANK, answers, quadrature=GRID)
    for threads in (2, 3, 2000):
        more = eap_scores(BANK, answers, quadrature=GRID, threads=threads)
        assert np.allclose(one.theta, more.theta, rtol=0, atol=SAME, equal_nan=True)
        assert np.allclose(one.se, more.se, rtol=0, atol=SAME, equal_nan=True)
        assert one.answered.tolist() == more.answered.tolist()
    with pytest.raises(InvalidValue, match="at least one thread"):
        eap_scores(BANK, answers, quadrature=GRID, threads=0)


def test_who_answered_nothing_has_no_score():
    found = eap_scores(BANK, [[-1] * 5, [1, -1, -1, -1, -1]], quadrature=GRID)
    assert found.answered.tolist() == [0, 1]
    for numbers in (found.theta, found.se, found.t, found.t_se):
        assert np.isnan(numbers).tolist() == [True, False]


def test_no_respondents():
    assert eap_scores(BANK, np.empty((0, 5), dtype=np.int8), quadrature=GRID).theta.shape == (0,)


def test_t_scores_are_those_of_the_general_population():
    found = eap_scores(BANK, [[4, 5, 5, 4, 2]], quadrature=GRID)
    assert found.t[0] == pytest.approx(50 + 10 * found.theta[0], abs=SAME)
    assert found.t_se[0] == pytest.approx(10 * found.se[0], abs=SAME)


def test_answers_that_contradict_each_other_do_not_underflow():
    """300 steep items, half of them answered as by the lowest, half as by the highest theta."""
    bank = ItemBank(tuple(GradedItem(f"i{n}", 9.0, (-3.0 if n % 2 else 3.0,)) for n in range(300)))
    answers = [[1 if n % 2 else 2 for n in range(300)], [2 if n % 2 else 1 for n in range(300)]]
    found = eap_scores(bank, answers, quadrature=GRID)
    logs = []
    for theta in GRID.points.tolist():
        against = 9.0 * (theta + 3.0), -9.0 * (theta - 3.0)
        logs.append(
            -0.5 * theta**2 - sum(150 * max(0.0, x) + 150 * math.log1p(math.exp(-abs(x))) for x in against)
        )
    weights = [math.exp(each - max(logs)) for each in logs]
    mean = sum(w * x for w, x in zip(weights, GRID.points.tolist(), strict=True)) / sum(weights)
    assert found.theta[0] == pytest.approx(mean, abs=1e-9)  # logs of about -4000 keep twelve digits
    assert np.isfinite(found.se).all()
    assert found.theta[1] == pytest.approx(0.0, abs=1e-9)  # nothing but the middle is likely


def test_a_far_category_keeps_its_digits():
    """Differences of cumulative probabilities would give 0 here."""
    bank = ItemBank((GradedItem("x", 3.0, (-4.0, -3.9)),))
    found = bank.log_probabilities(np.array([10.0]))[0, 1, 0]
    # In between: the product of both sides and the gap, all but the gap nearly 1 or exp(-3 * 13.9).
    assert found == pytest.approx(-3 * 13.9 + math.log(-math.expm1(-0.3)), abs=1e-9)


def test_sums_of_a_bank_add_up_to_certainty():
    chances = np.exp(sum_log_probabilities(BANK, GRID.points))
    assert chances.shape == (16, 81)  # sums of 5 to 20
    assert chances.sum(axis=0) == pytest.approx(np.ones(81), abs=SAME)


def test_the_table_of_one_item_is_its_pattern_scores():
    one = BANK.select(["mid"])
    table = sum_table(one, quadrature=GRID)
    patterns = eap_scores(one, [[1], [2], [3], [4], [5]], quadrature=GRID)
    assert table.raw.tolist() == [1, 2, 3, 4, 5]
    assert table.theta == pytest.approx(patterns.theta, abs=SAME)
    assert table.se == pytest.approx(patterns.se, abs=SAME)


def test_the_order_of_items_changes_no_table():
    straight = sum_table(BANK, quadrature=GRID)
    turned = sum_table(BANK.select(BANK.ids[::-1]), quadrature=GRID)
    assert straight.theta == pytest.approx(turned.theta, abs=SAME)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"minimum": 4.0}, "a grid that ends above its start"),
        ({"step": 0.0}, "a grid step above 0"),
        ({"step": -0.1}, "a grid step above 0"),
        ({"step": 0.3}, "a grid step that divides the range"),
        ({"step": 16.0}, "a grid step that divides the range"),
        ({"step": 1e-6}, "a grid of at most 10,001 points"),
        ({"prior_sd": 0.0}, "a prior standard deviation above 0"),
        ({"prior_mean": math.nan}, "finite numbers"),
        ({"maximum": math.inf}, "finite numbers"),
    ],
)
def test_an_impossible_grid_cannot_be_made(changed, said):
    given = {"minimum": -4.0, "maximum": 4.0, "step": 0.1, "prior_mean": 0.0, "prior_sd": 1.0}
    with pytest.raises(InvalidValue, match=said):
        Quadrature(**{**given, **changed})


def test_the_prior_counts():
    wide = Quadrature(minimum=-6, maximum=6, step=0.1, prior_mean=1.0, prior_sd=3.0)
    for grid in (GRID, wide):
        theta, se = plain_estimate(plain_posterior(BANK, {"low": 1}, grid), grid)
        found = eap_scores(BANK, [[1, -1, -1, -1, -1]], quadrature=grid)
        assert (found.theta[0], found.se[0]) == pytest.approx((theta, se), abs=SAME)
