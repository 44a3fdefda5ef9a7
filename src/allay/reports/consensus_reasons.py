"""Why another rule decides otherwise: the numbers that it looks at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from allay.base.errors import InvalidValue
from allay.consensus.checklists.wording import part_of
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.protocol.rule import AppropriatenessRule, DecisionRule
from allay.consensus.rounds.result import RuleVerdict, StatementRow
from allay.consensus.verdicts.appropriateness import appropriateness
from allay.consensus.verdicts.panel_count import sizes_text
from allay.consensus.verdicts.rule_names import rule_of
from allay.consensus.verdicts.verdict import VerdictWord
from allay.reports.consensus_statements import RuleSummary, StatementView
from allay.reports.consensus_words import rule_label, verdict
from allay.reports.words import number

__all__ = ["flip_lines", "reason", "unusable_lines", "unusable_rules"]

_HALF = "ram-half-"
_COUNT = "ram-count"


def flip_lines(row: StatementRow, protocol: ConsensusProtocol) -> list[str]:
    """Say which rules decide otherwise and why; those that say the same for the same reason in one line.

    Examples
    --------
    >>> flip_lines.__annotations__["return"]
    'list[str]'
    """
    found: defaultdict[tuple[VerdictWord | None, str | None], list[str]] = defaultdict(list)
    for one in row.sensitivity:
        if one.differs:
            found[one.verdict, reason(one, row, protocol)].append(rule_label(one.rule))
    return [
        f"{verdict(word)} by {'; by '.join(rules)}{f': {why}' if why else ''}"
        for (word, why), rules in found.items()
    ]


def reason(one: RuleVerdict, row: StatementRow, protocol: ConsensusProtocol) -> str | None:
    """Say what a rule of the sensitivity panel sees in a statement.

    Parameters
    ----------
    one : RuleVerdict
        Of this row; its own reason comes first where it has one.
    row : StatementRow
    protocol : ConsensusProtocol
        For the scale, and for rules that change one choice of its rule.

    Returns
    -------
    str or None
        None where counts are not shown, or no rule has this name.

    Examples
    --------
    >>> reason(RuleVerdict(rule="mine", verdict="in", differs=True, why="It is so"), None, None)
    'It is so'
    """
    if one.why:
        return one.why
    rule = _rule(one.rule, protocol)
    if not row.counts or rule is None:
        return None
    if isinstance(rule, AppropriatenessRule):
        return _spread(rule, row)
    scale = protocol.scale
    low = sum(row.counts[: scale.low_to - scale.minimum + 1])
    high = sum(row.counts[scale.high_from - scale.minimum :])
    ends = (
        f"{part_of(high, row.n, 'panelist')} rate {scale.high_from} to {scale.maximum}",
        f"{low} rate {scale.minimum} to {scale.low_to}",
    )
    return ", ".join(ends) + ("; each group has to by itself" if rule.each_group else "")


def unusable_lines(rules: Sequence[RuleSummary], views: Sequence[StatementView]) -> list[str]:
    """Say of rules that could be used for no statement why not.

    Rules on half-point medians are left out: without such a median there is nothing for them to decide.

    Examples
    --------
    >>> unusable_lines([RuleSummary("mine", {}, (), 2, "no ratings by group")], [])
    ['mine can be used for no statement: no ratings by group.']
    """
    said = []
    for one in rules:
        if one.verdicts or one.rule.startswith(_HALF):
            continue
        why = one.why or "no reason is given"
        if one.rule.startswith(_COUNT) and views:
            numbers = sorted({view.last.n for view in views})
            given = f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else f"{numbers[0]}"
            why = f"it is a rule for panels of {sizes_text()}, and {given} rated each statement here"
        said.append(f"{rule_label(one.rule)} can be used for no statement: {why}.")
    return said


def unusable_rules(row: StatementRow, rules: Sequence[RuleSummary]) -> list[RuleVerdict]:
    """Rules that can be used for other statements and not for this one, apart from those on half points.

    Examples
    --------
    >>> unusable_rules.__annotations__["return"]
    'list[RuleVerdict]'
    """
    used = {one.rule for one in rules if one.verdicts}
    return [
        one
        for one in row.sensitivity
        if one.verdict is None and one.rule in used and not one.rule.startswith(_HALF)
    ]


def _rule(name: str, protocol: ConsensusProtocol) -> DecisionRule | None:
    if name.startswith(_HALF) and isinstance(protocol.rule, AppropriatenessRule):
        return protocol.rule.model_copy(update={"half_point": name.removeprefix(_HALF)})
    try:
        return rule_of(name)
    except InvalidValue:
        return None


def _spread(rule: AppropriatenessRule, row: StatementRow) -> str | None:
    try:
        found = appropriateness(
            np.array([row.counts], dtype=np.int64),
            percentile=rule.percentile,
            half_point=rule.half_point,
            panel_rule=rule.panel_rule,
        )
    except InvalidValue:
        return None
    half = (
        f"median {number(float(found.median[0]))} counts {rule.half_point}; " if found.half_point[0] else ""
    )
    disagrees = bool(found.disagreement[0])
    if rule.panel_rule == "count":
        ends = f"{sum(row.counts[:3])} ratings of 1 to 3 and {sum(row.counts[6:])} of 7 to 9"
        return f"{half}{ends}, {'' if disagrees else 'no '}disagreement"
    limit = f"IPR {number(float(found.ipr[0]), 2)}, IPRAS {number(float(found.ipras[0]), 2)}"
    return f"{half}{limit}: {'' if disagrees else 'no '}disagreement"
