"""Verdicts of a round by the rule of the protocol and by others, with the place of what cannot be judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.ratings.table import Ints
from allay.consensus.rounds.rated import RatedRound
from allay.consensus.rounds.result import RuleVerdict
from allay.consensus.verdicts.judge import judge
from allay.consensus.verdicts.sensitivity import SensitivityPanel, sensitivity_panel
from allay.consensus.verdicts.verdict import VerdictWord


def judged(one: RatedRound, protocol: ConsensusProtocol, *, rated: Ints) -> SensitivityPanel:
    """Judge the statements of a round that somebody rated.

    Parameters
    ----------
    rated : int64 array
        Their rows in the round.

    Raises
    ------
    InvalidInput
        Naming every statement that the rule of the protocol cannot judge: too few or too many ratings for the
        count rule, no rating of a group where each group has to agree.

    Examples
    --------
    >>> from allay.consensus.protocol.scale import NINE_POINTS
    >>> from allay.consensus.ratings.table import RatingTable
    >>> from allay.consensus.rounds.rated import rated_round
    >>> protocol = ConsensusProtocol(id="a", title="A", question="What?", rounds=({"objective": "Rate"},))
    >>> table = RatingTable("r.csv", ("s1",), ("a", "b"), np.array([[8.0, 9.0]]), np.array([[2, 3]]))
    >>> one = rated_round(table, order=["s1"], scale=NINE_POINTS, smallest=5)
    >>> judged(one, protocol, rated=np.array([0])).main.tolist()
    ['appropriate']
    """
    by_group = {group: found[rated] for group, found in one.group_counts.items()}
    try:
        return sensitivity_panel(
            one.counts[rated],
            protocol.rule,
            protocol.scale,
            rules=protocol.sensitivity,
            round=one.number,
            group_counts=by_group,
        )
    except InvalidValue as refused:
        problems = [*_unjudged(one, protocol, rated)]
        raise InvalidInput(problems or [_problem(one, None, refused)]) from None


FEW_OF_A_GROUP = "too few raters of a group: it would tell how they rated"


def groups_of_few(one: RatedRound, *, smallest: int) -> NDArray[np.bool_]:
    """Whether of some group fewer rated a statement than may be shown, but not nobody.

    Returns
    -------
    bool array of shape (statements,)

    Examples
    --------
    >>> from allay.consensus.protocol.panel import Panelist
    >>> from allay.consensus.protocol.protocol import PanelGroup
    >>> from allay.consensus.protocol.scale import NINE_POINTS
    >>> from allay.consensus.ratings.table import RatingTable
    >>> from allay.consensus.rounds.rated import rated_round
    >>> table = RatingTable("r.csv", ("s1",), ("a", "b"), np.array([[8.0, 9.0]]), np.array([[2, 3]]))
    >>> one = rated_round(table, order=["s1"], scale=NINE_POINTS, smallest=5,
    ...     groups=[PanelGroup(id="p", name="Payers")], panel=[Panelist("a", "p")])
    >>> groups_of_few(one, smallest=5).tolist(), groups_of_few(one, smallest=1).tolist()
    ([True], [False])
    """
    found = np.zeros(len(one.counts), dtype=np.bool_)
    for counts in one.group_counts.values():
        n = counts.sum(axis=1)
        found |= (n > 0) & (n < smallest)
    return found


def rule_verdicts(
    panel: SensitivityPanel, row: int, *, few_of_a_group: bool = False
) -> tuple[RuleVerdict, ...]:
    """What the other rules say of the statement in a row of the panel.

    Parameters
    ----------
    few_of_a_group : bool
        Rules that ask each group then say nothing: beside the verdict of the whole panel theirs tells how a
        few raters rated.

    Examples
    --------
    >>> panel = sensitivity_panel(np.array([[0, 0, 3, 0, 0, 0, 3, 3, 0]]), ConsensusProtocol(
    ...     id="a", title="A", question="What?", rounds=({"objective": "Rate"},)).rule)
    >>> [(one.rule, one.verdict) for one in rule_verdicts(panel, 0) if one.differs][0]
    ('ram-nearest-rank', 'uncertain')
    """
    verdicts, differs = panel.verdicts[:, row].tolist(), panel.differs[:, row].tolist()
    return tuple(
        RuleVerdict(rule=name, verdict=None, differs=False, why=FEW_OF_A_GROUP)
        if few_of_a_group and verdict and rule.method != "ram" and rule.each_group
        else RuleVerdict(
            rule=name,
            verdict=cast("VerdictWord", verdict) if verdict else None,
            differs=other,
            why=None if verdict else reason,
        )
        for name, rule, verdict, other, reason in zip(
            panel.names, panel.rules, verdicts, differs, panel.reasons, strict=True
        )
    )


def _unjudged(one: RatedRound, protocol: ConsensusProtocol, rated: Ints) -> Iterator[Problem]:
    for row in rated.tolist():
        by_group = {group: found[row : row + 1] for group, found in one.group_counts.items()}
        try:
            judge(
                one.counts[row : row + 1],
                protocol.rule,
                protocol.scale,
                round=one.number,
                group_counts=by_group,
            )
        except InvalidValue as refused:
            yield _problem(one, row, refused)


def _problem(one: RatedRound, row: int | None, refused: InvalidValue) -> Problem:
    if row is None:
        return Problem(
            one.table.name, "-", "rating", refused.expected, f"{refused.found} in round {one.number}"
        )
    line = int(np.min(one.table.lines[row], where=one.table.lines[row] > 0, initial=np.iinfo(np.int64).max))
    n = int(one.counts[row].sum())
    where = f"of {one.table.statements[row]!r} in round {one.number}"
    groups = [group for group, found in one.group_counts.items() if not found[row].any()]
    found = f"{n} {where}" + (f", none of {', '.join(groups)}" if groups else "")
    return Problem(one.table.name, str(line), "rating", refused.expected, found)
