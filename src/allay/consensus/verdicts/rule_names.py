"""Names of rules, such as `ram-nearest-rank`, `comet-70-15-a` and `percent-75`, both ways."""

from __future__ import annotations

import re

from pydantic import ValidationError

from allay.base.errors import InvalidValue
from allay.consensus.protocol.rule import AppropriatenessRule, DecisionRule, PercentRule, ThresholdRule

EACH_GROUP = "-each-group"
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_RAM = re.compile(r"ram-(linear|nearest-rank|count)(?:-half-(up|down|uncertain))?")
_COMET = re.compile(rf"comet-{_NUMBER}-{_NUMBER}-(?:(a)|(b)(?:-{_NUMBER})?)({EACH_GROUP})?")
_PERCENT = re.compile(rf"percent-(?:{_NUMBER}-then-)?{_NUMBER}({EACH_GROUP})?")


def rule_name(rule: DecisionRule) -> str:
    """Name a rule by what decides; what is as by default is left out.

    Examples
    --------
    >>> rule_name(AppropriatenessRule(panel_rule="count", half_point="down"))
    'ram-count-half-down'
    >>> rule_name(ThresholdRule(exclusion="b", high_at_most=40))
    'comet-70-15-b-40'
    >>> rule_name(PercentRule(first_round=50, share=70))
    'percent-50-then-70'
    """
    if isinstance(rule, AppropriatenessRule):
        spread = "count" if rule.panel_rule == "count" else rule.percentile
        half = "" if rule.half_point == "up" else f"-half-{rule.half_point}"
        return f"ram-{spread}{half}"
    groups = EACH_GROUP if rule.each_group else ""
    if isinstance(rule, ThresholdRule):
        usual = rule.exclusion == "a" or rule.high_at_most == ThresholdRule().high_at_most
        limit = "" if usual else f"-{rule.high_at_most:.15g}"
        return f"comet-{rule.high_share:.15g}-{rule.low_limit:.15g}-{rule.exclusion}{limit}{groups}"
    first = "" if rule.first_round is None else f"{rule.first_round:.15g}-then-"
    return f"percent-{first}{rule.share:.15g}{groups}"


def rule_of(name: str) -> DecisionRule:
    """Return the rule of a name.

    Raises
    ------
    InvalidValue
        When there is no such rule; the message says how names are made.

    Examples
    --------
    >>> rule_of("comet-80-15-b").high_share, rule_of("ram-count").panel_rule
    (80.0, 'count')
    >>> rule_of("percent-40")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected ram-linear, ... found 'percent-40'
    """
    try:
        found = _parsed(name)
    except ValidationError:
        found = None
    if found is None:
        expected = (
            "ram-linear, ram-nearest-rank or ram-count (with -half-up, -half-down or -half-uncertain), "
            "comet-70-15-a, comet-70-15-b, percent-75 or percent-50-then-70, with percentages from 0 to 100 "
            "(percent-: above 50)"
        )
        raise InvalidValue(expected=expected, found=repr(name))
    return found


def _parsed(name: str) -> DecisionRule | None:
    if ram := _RAM.fullmatch(name):
        spread, half = ram.groups()
        return AppropriatenessRule.model_validate(
            {
                "percentile": "linear" if spread == "count" else spread,
                "panel_rule": "count" if spread == "count" else "ipras",
                "half_point": half or "up",
            }
        )
    if comet := _COMET.fullmatch(name):
        high, low, a, b, limit, groups = comet.groups()
        return ThresholdRule.model_validate(
            {
                "high_share": float(high),
                "low_limit": float(low),
                "exclusion": a or b,
                "high_at_most": float(limit) if limit else ThresholdRule().high_at_most,
                "each_group": bool(groups),
            }
        )
    if percent := _PERCENT.fullmatch(name):
        first, share, groups = percent.groups()
        return PercentRule(
            share=float(share), first_round=float(first) if first else None, each_group=bool(groups)
        )
    return None
