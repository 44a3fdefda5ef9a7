"""Properties of item-response theory that hold for any bank and any answers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allay.measures.irt.adaptive import AdaptiveTest
from allay.measures.irt.bank import GradedItem, ItemBank
from allay.measures.irt.eap import eap_scores
from allay.measures.irt.quadrature import Quadrature
from allay.measures.irt.reference import (
    plain_estimate,
    plain_information,
    plain_posterior,
    plain_probabilities,
    plain_sums,
    plain_test,
)
from allay.measures.irt.rules import STOPS, AdaptiveRules
from allay.measures.irt.simulation import simulate
from allay.measures.irt.sums import sum_table

# The plain way takes probabilities as differences of numbers near 1, whose last bit is 1e-16; products of a
# few items and sums over the grid leave that many digits.
SAME = 1e-8
# One way, another order of adding.
BITS = 1e-11

numbers = st.integers(-30, 30).map(lambda tenths: tenths / 10)


@st.composite
def items(draw, name="x", most=4):
    slope = draw(st.integers(3, 45)) / 10
    steps = draw(st.lists(st.integers(1, 15), min_size=0, max_size=most - 1))
    start = draw(numbers)
    return GradedItem(name, slope, tuple(start + sum(steps[:k]) / 10 for k in range(len(steps) + 1)))


@st.composite
def banks(draw, most_items=5, most=4):
    count = draw(st.integers(1, most_items))
    return ItemBank(tuple(draw(items(name=f"i{k}", most=most)) for k in range(count)))


@st.composite
def grids(draw):
    end = draw(st.sampled_from([3.0, 4.0, 4.5]))
    step = draw(st.sampled_from([0.25, 0.5]))
    return Quadrature(-end, end, step, draw(st.integers(-2, 2)) / 2, draw(st.sampled_from([0.5, 1.0, 3.0])))


@st.composite
def cases(draw, most_rows=6, missing=True):
    bank = draw(banks())
    low = 0 if missing else 1
    row = st.tuples(*(st.integers(low, k) for k in bank.categories.tolist()))
    rows = np.array(draw(st.lists(row, min_size=1, max_size=most_rows)), dtype=np.int8)
    return bank, np.where(rows == 0, -1, rows).astype(np.int8), draw(grids())


@st.composite
def rules(draw, grid):
    fewest = draw(st.integers(1, 4))
    limits = st.none() | st.integers(1, 60).map(lambda k: k / 100 + 0.00123)
    return AdaptiveRules(
        grid,
        draw(st.sampled_from(["mpwi", "mfi"])),
        fewest,
        draw(st.integers(fewest, 6)),
        se_stop=draw(limits),
        se_change=draw(limits),
        screen=draw(st.booleans()),
        healthiest=draw(st.sampled_from(["lowest", "highest"])),
    )


def named(bank, row):
    return {item: int(answer) for item, answer in zip(bank.ids, row, strict=True) if answer > 0}


@given(cases())
def test_fast_and_plain_scores_agree(case):
    bank, answers, grid = case
    found = eap_scores(bank, answers, quadrature=grid)
    for row, cells in enumerate(answers):
        given = named(bank, cells)
        assert found.answered[row] == len(given)
        if not given:
            assert np.isnan(found.theta[row])
            assert np.isnan(found.se[row])
            continue
        theta, se = plain_estimate(plain_posterior(bank, given, grid), grid)
        assert found.theta[row] == pytest.approx(theta, abs=SAME)
        assert found.se[row] == pytest.approx(se, abs=SAME)


@given(items(most=6), numbers)
def test_probabilities_and_information(item, theta):
    bank = ItemBank((item,))
    chances = np.exp(bank.log_probabilities(np.array([theta])))[0, :, 0]
    assert chances.sum() == pytest.approx(1.0, abs=BITS)
    assert chances == pytest.approx(plain_probabilities(item, theta), abs=BITS)
    information = bank.information(np.array([theta]))[0, 0]
    assert information == pytest.approx(plain_information(item, theta), rel=1e-4, abs=SAME)
    assert information > 0


@given(banks(), numbers)
def test_one_more_item_never_takes_information_away(bank, theta):
    each = bank.information(np.array([theta]))[:, 0]
    assert (np.diff(np.cumsum(each)) > 0).all()


@settings(max_examples=30)
@given(banks(most_items=4, most=3), grids())
def test_the_table_of_sums_is_that_of_all_patterns(bank, grid):
    table, plain = sum_table(bank, quadrature=grid), plain_sums(bank, grid)
    assert table.raw.tolist() == list(plain)
    assert table.theta == pytest.approx([theta for theta, _ in plain.values()], abs=SAME)
    assert table.se == pytest.approx([se for _, se in plain.values()], abs=SAME)


@given(banks(most=1), grids())
def test_a_higher_sum_of_two_category_items_is_a_higher_theta(bank, grid):
    """With more categories it need not be: a narrow middle category says less than its place in the sum."""
    table = sum_table(bank, quadrature=grid)
    assert (np.diff(table.theta) > -BITS).all()


@given(cases())
def test_theta_stays_within_the_grid(case):
    bank, answers, grid = case
    found = eap_scores(bank, answers, quadrature=grid)
    theta, se = (column[found.answered > 0] for column in (found.theta, found.se))
    assert ((theta >= grid.minimum - BITS) & (theta <= grid.maximum + BITS)).all()
    assert ((se >= 0) & (se <= (grid.maximum - grid.minimum) / 2 + BITS)).all()


@given(cases(missing=False), st.data())
def test_a_higher_answer_never_lowers_theta(case, data):
    bank, answers, grid = case
    place = data.draw(st.integers(0, len(bank.items) - 1))
    higher = answers.copy()
    higher[:, place] = np.minimum(answers[:, place] + 1, bank.categories[place])
    before, after = (eap_scores(bank, each, quadrature=grid).theta for each in (answers, higher))
    assert (after >= before - BITS).all()


@given(cases(), st.randoms(use_true_random=False), st.data())
def test_the_order_of_rows_changes_nothing(case, random, data):
    bank, answers, grid = case
    order = list(range(len(answers)))
    random.shuffle(order)
    straight, turned = (eap_scores(bank, each, quadrature=grid) for each in (answers, answers[order]))
    assert turned.theta == pytest.approx(straight.theta[order], abs=BITS, nan_ok=True)
    assert turned.se == pytest.approx(straight.se[order], abs=BITS, nan_ok=True)
    chosen = data.draw(rules(grid))
    tests, others = (simulate(bank, each, rules=chosen) for each in (answers, answers[order]))
    assert others.items.tolist() == tests.items[order].tolist()
    assert others.stopped.tolist() == tests.stopped[order].tolist()


@given(cases(), st.data())
def test_adaptive_tests_are_those_of_the_plain_way(case, data):
    bank, answers, grid = case
    chosen = data.draw(rules(grid))
    found = simulate(bank, answers, rules=chosen)
    for row, cells in enumerate(answers):
        steps, reason = plain_test(bank, named(bank, cells), rules=chosen)
        used = int(found.used[row])
        assert [bank.ids[place] for place in found.items[row, :used]] == [step.item for step in steps]
        assert found.answers[row, :used].tolist() == [step.answer for step in steps]
        assert found.theta[row, :used] == pytest.approx([step.theta for step in steps], abs=SAME)
        assert found.se[row, :used] == pytest.approx([step.se for step in steps], abs=SAME)
        assert STOPS[found.stopped[row]] == reason
        assert (found.items[row, used:] == -1).all()
        assert np.isnan(found.theta[row, used:]).all()


@given(cases(), st.data())
def test_a_test_given_question_by_question_is_the_simulated_one(case, data):
    bank, answers, grid = case
    chosen = data.draw(rules(grid))
    found = simulate(bank, answers, rules=chosen)
    test = AdaptiveTest(bank, chosen)
    for row, cells in enumerate(answers):
        known, given, unanswered = named(bank, cells), {}, []
        state = test.state(given)
        while state.item is not None:
            if state.item in known:
                given[state.item] = known[state.item]
            else:
                unanswered.append(state.item)
            state = test.state(given, unanswered=unanswered)
        used = int(found.used[row])
        assert list(given) == [bank.ids[place] for place in found.items[row, :used]]
        assert state.stopped == STOPS[found.stopped[row]]
        if used:
            assert state.theta == pytest.approx(found.theta[row, used - 1], abs=BITS)
            assert state.t_se == pytest.approx(10 * found.se[row, used - 1], abs=10 * BITS)
        else:
            assert state.theta is None


@given(cases(missing=False))
def test_a_test_without_an_end_comes_to_the_score_of_the_bank(case):
    bank, answers, grid = case
    chosen = AdaptiveRules(grid, "mpwi", 1, len(bank.items))
    found = simulate(bank, answers, rules=chosen).final
    whole = eap_scores(bank, answers, quadrature=grid)
    assert found.theta == pytest.approx(whole.theta, abs=BITS)
    assert found.se == pytest.approx(whole.se, abs=1e-6)  # the root of a difference that may be near 0


@given(st.integers(1, 60), st.integers(1, 60))
def test_contradiction_or_not_there_is_a_score(low, high):
    bank = ItemBank(tuple(GradedItem(f"i{k}", 20.0, (3.5 if k < low else -3.5,)) for k in range(low + high)))
    answers = [[2] * low + [1] * high]  # each half is next to impossible where the other is likely
    found = eap_scores(bank, answers, quadrature=Quadrature(-4, 4, 0.1, 0, 1))
    assert math.isfinite(found.theta[0])
    assert math.isfinite(found.se[0])
    assert (found.theta[0] > 0) == (low > high) or low == high
