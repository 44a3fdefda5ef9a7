"""Adaptive tests: each rule that ends one, ties, missing answers, and what the summary counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.measures.irt.banks import BANK

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.measures.irt.adaptive import AdaptiveTest
from allay.measures.irt.agreement import summarize
from allay.measures.irt.bank import GradedItem, ItemBank
from allay.measures.irt.eap import eap_scores
from allay.measures.irt.rules import STOPS, AdaptiveRules
from allay.measures.irt.settings import adaptive_rules, named_settings, quadrature
from allay.measures.irt.simulation import simulate

GRID = quadrature("promis-pattern")
OPEN = AdaptiveRules(GRID, "mpwi", min_items=1, max_items=5)


def reasons(answers, rules, bank=BANK):
    found = simulate(bank, answers, rules=rules)
    return [STOPS[code] for code in found.stopped.tolist()], found.used.tolist()


def test_a_bank_that_is_exhausted_ends_the_test():
    assert reasons([[1, 1, 1, 1, 1]], replace(OPEN, max_items=9)) == (["bank_exhausted"], [5])


def test_at_most_so_many_items():
    assert reasons([[1, 1, 1, 1, 1]], replace(OPEN, max_items=2)) == (["max_items"], [2])
    assert reasons([[1, 1, 1, 1, 1]], OPEN) == (["max_items"], [5])


def test_the_end_is_below_the_standard_error_and_not_at_it():
    answers = [[2, 3, 3, 1, 1]]
    after_two = float(simulate(BANK, answers, rules=OPEN).se[0, 1])
    assert reasons(answers, replace(OPEN, se_stop=after_two))[1] == [3]
    assert reasons(answers, replace(OPEN, se_stop=np.nextafter(after_two, 1))) == (["se"], [2])


def test_no_end_before_the_fewest_items():
    answers = [[2, 3, 3, 1, 1]]
    assert reasons(answers, replace(OPEN, se_stop=9.0)) == (["se"], [1])
    assert reasons(answers, replace(OPEN, se_stop=9.0, min_items=4)) == (["se"], [4])
    assert reasons(answers, replace(OPEN, se_change=9.0, min_items=3)) == (["se_change"], [3])


def test_a_change_of_the_standard_error_counts_up_and_down():
    answers = [[1, 5, 1, 4, 1], [1, 1, 1, 1, 1]]
    se = simulate(BANK, answers, rules=OPEN).se
    steps = np.abs(np.diff(se, axis=1))
    assert (np.diff(se, axis=1) > 0).any()  # a surprising answer raises it
    for row, changes in enumerate(steps.tolist()):
        limit = sum(sorted(changes)[:2]) / 2
        first = next(place for place, change in enumerate(changes) if change < limit)
        found = reasons([answers[row]], replace(OPEN, se_change=limit, min_items=2))
        assert found == (["se_change"], [first + 2])


def test_zero_never_ends_a_test():
    assert reasons([[1, 1, 1, 1, 1]], replace(OPEN, se_stop=0.0, se_change=0.0)) == (["max_items"], [5])


def test_the_screen_ends_after_the_healthiest_first_answer():
    rules = replace(OPEN, min_items=4, screen=True)
    first = AdaptiveTest(BANK, rules).state({}).item
    place = BANK.ids.index(first)
    healthy, ill, best = [1] * 5, [1] * 5, [1] * 5
    ill[place], best[place] = 2, int(BANK.categories[place])
    assert reasons([healthy, ill, best], rules) == (["screen", "max_items", "max_items"], [1, 5, 5])
    turned = replace(rules, healthiest="highest")
    assert reasons([healthy, ill, best], turned) == (["max_items", "max_items", "screen"], [5, 5, 1])


def test_the_first_reason_that_holds_is_named():
    rules = replace(OPEN, max_items=1, screen=True, se_stop=9.0, se_change=9.0)
    assert reasons([[1] * 5], rules)[0] == ["screen"]
    assert reasons([[1] * 5], replace(rules, screen=False))[0] == ["se"]
    assert reasons([[1] * 5], replace(rules, screen=False, se_stop=None))[0] == ["se_change"]
    assert reasons([[1] * 5], replace(rules, screen=False, se_stop=None, se_change=None))[0] == ["max_items"]


def test_equal_items_are_asked_in_the_order_of_the_bank():
    for order in (BANK.ids, BANK.ids[::-1]):
        bank = BANK.select(order)
        asked = [bank.ids[place] for place in simulate(bank, [[1, 1, 1, 1, 1]], rules=OPEN).items[0]]
        twins = [item for item in asked if item in ("mid", "twin")]
        assert twins == [item for item in order if item in ("mid", "twin")]


def test_mirror_images_tie_at_the_middle():
    """Equal in theory, different in the last bits of the sums: the first of the bank is asked."""
    right, left = GradedItem("right", 2.3, (0.7, 1.9)), GradedItem("left", 2.3, (-1.9, -0.7))
    for items in ((right, left), (left, right)):
        for selection in ("mpwi", "mfi"):
            test = AdaptiveTest(ItemBank(items), replace(OPEN, selection=selection))
            assert test.state({}).item == items[0].id


@pytest.mark.parametrize("selection", ["mpwi", "mfi"])
def test_items_that_tell_nothing_are_each_asked_once(selection):
    """So steep and so far away that their information is zero in any arithmetic."""
    bank = ItemBank(tuple(GradedItem(f"far{n}", 900.0, (3.95 + n / 1000,)) for n in range(3)))
    found = simulate(bank, [[1, 1, 1]], rules=replace(OPEN, selection=selection))
    assert sorted(found.items[0].tolist()) == [0, 1, 2]
    assert found.used.tolist() == [3]


def test_an_item_without_an_answer_gives_way_to_the_next_best():
    full = simulate(BANK, [[2, 3, 3, 1, 1]], rules=OPEN).items[0].tolist()
    answers = np.array([[2, 3, 3, 1, 1]], dtype=np.int8)
    answers[0, full[0]] = -1
    found = simulate(BANK, answers, rules=OPEN)
    test = AdaptiveTest(BANK, OPEN)
    shown = BANK.ids[full[0]]
    assert test.state({}).item == shown
    assert BANK.ids[found.items[0, 0]] == test.state({}, unanswered=[shown]).item
    assert found.used.tolist() == [4]
    assert [STOPS[code] for code in found.stopped] == ["bank_exhausted"]


def test_who_answered_nothing_has_no_test():
    found = simulate(BANK, [[-1] * 5, [1] * 5], rules=OPEN)
    assert found.used.tolist() == [0, 5]
    assert [STOPS[code] for code in found.stopped] == ["nothing_answered", "max_items"]
    assert np.isnan(found.theta[0]).all()
    assert np.isnan(found.final.theta).tolist() == [True, False]
    assert AdaptiveTest(BANK, OPEN).state({}, unanswered=BANK.ids).stopped == "nothing_answered"


def test_a_test_as_it_is_given_says_what_it_knows():
    test = AdaptiveTest(BANK, replace(OPEN, max_items=2))
    start = test.state({})
    assert (start.stopped, start.theta, start.se, start.t, start.t_se) == ("", None, None, None, None)
    end = test.state({start.item: 1, "yes_no": 2})
    assert (end.item, end.stopped) == (None, "max_items")
    assert (end.t, end.t_se) == (50 + 10 * end.theta, 10 * end.se)


def test_unknown_items_and_answers_are_refused():
    test = AdaptiveTest(BANK, OPEN)
    with pytest.raises(NotFound, match="did you mean 'twin'"):
        test.state({"twim": 1})
    with pytest.raises(NotFound):
        test.state({}, unanswered=["nothing"])
    with pytest.raises(InvalidInput, match="yes_no: expected a whole number 1 to 2, or blank, found 3"):
        test.state({"yes_no": 3})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"selection": "best"}, "mpwi or mfi"),
        ({"healthiest": "middle"}, "lowest or highest"),
        ({"min_items": 0}, "min items of 1 or more"),
        ({"min_items": 6}, "max items not below"),
        ({"se_stop": -0.1}, "a SE to stop at"),
        ({"se_change": float("nan")}, "a change of SE to stop at"),
    ],
)
def test_impossible_rules_cannot_be_made(changed, said):
    with pytest.raises(InvalidValue, match=said):
        replace(OPEN, **changed)


def test_the_summary_counts_everybody():
    answers = [[1, 1, 1, 1, 1], [4, 5, 5, 4, 2], [-1] * 5]
    rules = replace(OPEN, max_items=3)
    whole = eap_scores(BANK, answers, quadrature=GRID)
    found = summarize(simulate(BANK, answers, rules=rules), bank_scores=whole)
    short = simulate(BANK, answers, rules=rules).final
    difference = (short.t - whole.t)[:2]
    assert (found.respondents, found.scored, found.bank_items) == (3, 2, 5)
    assert (found.mean_items, found.fewest_items, found.most_items) == (3.0, 3, 3)
    assert found.stopped == {"max_items": 2, "nothing_answered": 1}
    assert found.correlation == pytest.approx(1.0)
    assert found.mean_difference == pytest.approx(difference.mean())
    assert found.root_mean_square_difference == pytest.approx(np.sqrt((difference**2).mean()))
    assert found.largest_difference == pytest.approx(np.abs(difference).max())
    assert found.mean_t_se > found.mean_t_se_bank


@pytest.mark.parametrize("answers", [np.empty((0, 5), dtype=np.int8), [[-1] * 5], [[1] * 5], [[1] * 5] * 3])
def test_a_summary_without_spread_has_no_correlation(answers):
    whole = eap_scores(BANK, answers, quadrature=GRID)
    found = summarize(simulate(BANK, answers, rules=OPEN), bank_scores=whole)
    assert found.correlation is None
    assert (found.mean_items is None) == (found.scored == 0)


def test_named_settings_are_those_of_the_sources():
    """A change here is a change of what a name stands for."""
    found = {name: quadrature(name) for name in ("promis-pattern", "promis-short-form-table", "raw-table")}
    assert {name: (q.minimum, q.maximum, q.step) for name, q in found.items()} == {
        "promis-pattern": (-4.0, 4.0, 0.1),
        "promis-short-form-table": (-4.5, 4.5, 0.1),
        "raw-table": (-4.0, 4.0, 0.05),
    }
    assert {(q.prior_mean, q.prior_sd) for q in found.values()} == {(0.0, 1.0)}
    names = [each.id for each in named_settings() if each.kind == "test"]
    rules = {name: adaptive_rules(name) for name in names}
    assert {n: (r.min_items, r.max_items, r.se_stop, r.se_change, r.screen) for n, r in rules.items()} == {
        "promis-adult": (4, 12, 0.3, None, False),
        "promis-adult-recommended": (4, 8, 0.3, 0.01, False),
        "promis-pediatric": (5, 12, 0.4, None, False),
        "promis-screen": (4, 12, 0.3, None, True),
    }
    statuses = {each.id: each.status.value for each in named_settings()}
    assert {name for name, status in statuses.items() if status != "verified"} == {
        "promis-short-form-table",
        "raw-table",
        "promis-screen",
    }
    assert all(each.title and each.source for each in named_settings())
    with pytest.raises(NotFound, match="promis-adult"):
        adaptive_rules("promis-adlt")
    with pytest.raises(NotFound, match="there is no grid"):
        quadrature("fine")
