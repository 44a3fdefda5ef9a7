"""Labels by case counts, at every limit."""

from __future__ import annotations

import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.consensus.themes.labels import LABELS, LabelRule, label_of, label_rules, read_rule


@pytest.mark.parametrize(
    ("rule", "of", "labels"),
    [
        # From all cases down to none.
        ("hill-2005", 8, "general general typical typical variant variant variant single absent"),
        ("hill-2005", 5, "general general typical variant single absent"),
        ("hill-2005", 3, "general general single absent"),
        ("hill-2005", 2, "general single absent"),
        ("hill-2005", 1, "general absent"),
        ("hill-1997", 8, "general typical typical typical typical variant variant single absent"),
    ],
)
def test_small_samples(rule, of, labels):
    found = [label_of(cases, of=of, rule=read_rule(rule)) for cases in range(of, -1, -1)]
    assert found == labels.split()


@pytest.mark.parametrize(
    ("of", "cases", "label"),
    [
        (15, 3, "variant"),
        (15, 2, "variant"),
        (16, 4, "variant"),
        (16, 3, "rare"),
        (16, 2, "rare"),
        (16, 1, "single"),
        (16, 8, "variant"),
        (16, 9, "typical"),
        (16, 14, "typical"),
        (16, 15, "general"),
    ],
)
def test_rare_is_for_samples_of_more_than_fifteen(of, cases, label):
    assert label_of(cases, of=of, rule=read_rule("hill-2005")) == label


@pytest.mark.parametrize(("cases", "of"), [(-1, 4), (5, 4), (0, 0)])
def test_impossible_counts(cases, of):
    with pytest.raises(InvalidValue, match="cases between 0"):
        label_of(cases, of=of, rule=read_rule("hill-2005"))


def test_rules_say_where_they_are_from_and_that_they_are_from_memory():
    for rule in label_rules():
        assert rule.status.value == "memory"
        assert "10.1037" in str(rule.source.href) or rule.source.title


def test_an_unknown_rule_gets_the_nearest():
    with pytest.raises(NotFound, match="did you mean 'hill-2005'"):
        read_rule("hill2005")


def test_a_rule_out_of_order_is_refused():
    row = read_rule("hill-2005").model_dump()
    with pytest.raises(ValueError, match="rare_from <= rare_to"):
        LabelRule.model_validate({**row, "rare_from": 4})


def test_labels_are_in_order_of_cases():
    assert LABELS[0] == "absent"
    assert LABELS[-1] == "general"
