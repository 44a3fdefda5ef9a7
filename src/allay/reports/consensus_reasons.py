"""Why another rule decides otherwise: the numbers that it looks at."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from allay.base.errors import InvalidValue
from allay.consensus.checklists.wording import part_of
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.protocol.rule import AppropriatenessRule, DecisionRule
from allay.consensus.rounds.result import RuleVerdict, StatementRow
from allay.consensus.verdicts.appropriateness import appropriateness
from allay.consensus.verdicts.rule_names import rule_of
from allay.consensus.verdicts.verdict import VerdictWord
from allay.reports.consensus_words import rule_label, verdict
from allay.reports.words import number

__all__ = ["flip_lines", "reason"]

_HALF = "ram-half-"


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
