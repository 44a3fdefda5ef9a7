"""Violations planted in a good plan, one by one: each is rejected under the rules it breaks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.unit.scheduling.checking.draft import Draft, checked
from tests.unit.scheduling.checking.planted_groups import GROUPS, LINKED, WHOLE
from tests.unit.scheduling.checking.planted_sessions import PLACES, SERIES

from allay.scheduling.checking.rules import RULES

ALL = [*WHOLE, *PLACES, *SERIES, *LINKED, *GROUPS]


@pytest.mark.parametrize(("rules", "where", "change"), ALL, ids=[f"{one[0]}-{one[1]}" for one in ALL])
def test_a_planted_violation_is_named(rules: str, where: str, change: Callable[[Draft], object]) -> None:
    report = checked(change, rescored="score" not in rules)
    assert set(report.broken) == set(rules.split()), [str(one) for one in report.violations]
    assert not report.ok
    assert any(where in one.where or where in one.text for one in report.violations)
    assert sum(report.broken.values()) == len(report.violations)


def test_every_rule_has_a_planted_violation() -> None:
    planted = {rule for rules, _, _ in ALL for rule in rules.split()}
    assert planted == set(RULES)
    # Each alone too, apart from the horizon, within which every window lies.
    assert planted - {rules for rules, _, _ in ALL} == {"grid.horizon"}
