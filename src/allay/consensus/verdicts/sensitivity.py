"""The sensitivity panel: what other rules would say of the same ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.consensus.protocol.rule import AppropriatenessRule, DecisionRule, PercentRule, ThresholdRule
from allay.consensus.protocol.scale import NINE_POINTS, RatingScale
from allay.consensus.ratings.table import Ints
from allay.consensus.verdicts.appropriateness import Words
from allay.consensus.verdicts.conventions import exact
from allay.consensus.verdicts.judge import ranked_directions, words_of
from allay.consensus.verdicts.panel_count import has_count_rule, sizes_text
from allay.consensus.verdicts.percentiles import RankedCounts
from allay.consensus.verdicts.regions import is_between
from allay.consensus.verdicts.rule_names import rule_name

HALF_POINT = "ram-half-"
NO_HALF_POINT = "the median is not between two regions"
NO_GROUPS = "no ratings by group"
EMPTY_GROUP = "a group without ratings"


@dataclass(frozen=True, slots=True, eq=False)
class SensitivityPanel:
    """Verdicts by rule and statement, beside the rule that counts.

    Attributes
    ----------
    names : tuple of str
        Of the other rules, such as `ram-nearest-rank` or `percent-80`.
    rules : tuple of AppropriatenessRule, ThresholdRule or PercentRule
    main : str array of shape (statements,)
        Verdicts by the rule that counts.
    verdicts : str array of shape (rules, statements)
        Empty where a rule cannot be used.
    differs : bool array of shape (rules, statements)
        Whether a rule decides otherwise than the one that counts; `appropriate` and `in` are the same.
    reasons : tuple of str
        For each rule, why it could not be used where it could not; empty where it could everywhere.
    """

    names: tuple[str, ...]
    rules: tuple[DecisionRule, ...]
    main: Words
    verdicts: Words
    differs: NDArray[np.bool_]
    reasons: tuple[str, ...]

    @property
    def depends(self) -> NDArray[np.bool_]:
        """Whether any other rule decides otherwise, by statement."""
        return np.asarray(self.differs.any(axis=0), dtype=np.bool_)

    def differing(self, statement: int) -> tuple[str, ...]:
        """Names of the rules that decide otherwise for the statement at this place."""
        return tuple(name for name, one in zip(self.names, self.differs[:, statement], strict=True) if one)


def sensitivity_panel(
    counts: Ints,
    rule: DecisionRule,
    scale: RatingScale = NINE_POINTS,
    *,
    rules: Sequence[DecisionRule] = (),
    round: int = 1,  # noqa: A002
    group_counts: Mapping[str, Ints] | None = None,
) -> SensitivityPanel:
    """Judge the same ratings by other rules.

    Parameters
    ----------
    counts : int64 array of shape (statements, points)
        Ratings by point, at least one of every statement.
    rule : AppropriatenessRule, ThresholdRule or PercentRule
        The rule that counts.
    scale : RatingScale
    rules : sequence of rules
        The others; those of `usual_rules` without them. Two of one name are one.
    round, group_counts : as for `judge`

    Returns
    -------
    SensitivityPanel
        In a time that grows with rules times statements. Rules on half-point medians stand in the usual panel
        only where some median is one.

    Raises
    ------
    InvalidValue
        When the rule that counts cannot be used (as `judge`). Another rule that cannot be used for a
        statement has no verdict there, and a reason.

    Examples
    --------
    >>> panel = sensitivity_panel(np.array([[0, 0, 3, 0, 0, 0, 3, 3, 0]]), AppropriatenessRule())
    >>> panel.main.tolist(), panel.differing(0)
    (['appropriate'], ('ram-nearest-rank', 'ram-count', ... 'percent-80'))
    """
    groups = group_counts or {}
    ranked = RankedCounts.of(counts)
    main = ranked_directions(ranked, rule, scale, round=round, group_counts=groups)
    named = {rule_name(each): each for each in rules} if rules else usual_rules(rule, scale)
    between = is_between(ranked.halves, scale)
    if not between.any():
        named = {name: each for name, each in named.items() if not name.startswith(HALF_POINT)}
    shape = (len(named), len(main))
    verdicts, differs = np.full(shape, "", dtype="<U13"), np.zeros(shape, dtype=np.bool_)
    reasons = []
    for row, (name, each) in enumerate(named.items()):
        usable, reason = _usable(ranked, each, groups)
        here = _directions(ranked, each, scale, number=round, groups=groups, usable=usable)
        if name.startswith(HALF_POINT):
            reason = reason if not usable.all() else NO_HALF_POINT
            usable = usable & between
        verdicts[row] = np.where(usable, np.array(words_of(each))[here + 1], "")
        differs[row] = usable & (here != main)
        reasons.append("" if usable.all() else reason)
    return SensitivityPanel(
        tuple(named),
        tuple(named.values()),
        np.array(words_of(rule))[main + 1],
        verdicts,
        differs,
        tuple(reasons),
    )


def usual_rules(rule: DecisionRule, scale: RatingScale = NINE_POINTS) -> dict[str, DecisionRule]:
    """The rules that stand beside a verdict unless the protocol names others.

    Parameters
    ----------
    rule : AppropriatenessRule, ThresholdRule or PercentRule
        The rule that counts. Where it is one of the RAND/UCLA method, its variants change one thing each.

    Returns
    -------
    dict of str to rule
        On nine points in thirds `ram-linear`, `ram-nearest-rank`, `ram-count`, `ram-half-up`,
        `ram-half-down`, `ram-half-uncertain`; on every scale `comet-70-15-a`, `comet-70-15-b`, `percent-75`,
        `percent-80`.

    Examples
    --------
    >>> list(usual_rules(PercentRule(), RatingScale(minimum=1, maximum=5, low_to=2, high_from=4)))
    ['comet-70-15-a', 'comet-70-15-b', 'percent-75', 'percent-80']
    """
    found: dict[str, DecisionRule] = {}
    if scale.nine_in_thirds:
        base = rule if isinstance(rule, AppropriatenessRule) else AppropriatenessRule()
        found = {
            "ram-linear": base.model_copy(update={"percentile": "linear", "panel_rule": "ipras"}),
            "ram-nearest-rank": base.model_copy(update={"percentile": "nearest-rank", "panel_rule": "ipras"}),
            "ram-count": base.model_copy(update={"panel_rule": "count"}),
            **{
                f"{HALF_POINT}{half}": base.model_copy(update={"half_point": half})
                for half in ("up", "down", "uncertain")
            },
        }
    shares: list[DecisionRule] = [ThresholdRule(exclusion="a"), ThresholdRule(exclusion="b")]
    shares += [PercentRule(share=float(exact(f"percent.share{which}"))) for which in ("", ".stricter")]
    return {**found, **{rule_name(each): each for each in shares}}


def _usable(
    ranked: RankedCounts, rule: DecisionRule, groups: Mapping[str, Ints]
) -> tuple[NDArray[np.bool_], str]:
    """Where a rule can be used, and why it cannot be elsewhere."""
    everywhere = np.ones(len(ranked.counts), dtype=np.bool_)
    if isinstance(rule, AppropriatenessRule):
        if rule.panel_rule == "count":
            return has_count_rule(ranked.up_to[-1]), f"not {sizes_text()} raters"
        return everywhere, ""
    if not rule.each_group:
        return everywhere, ""
    if not groups:
        return ~everywhere, NO_GROUPS
    sizes = np.array([given.sum(axis=1) for given in groups.values()])
    return np.asarray((sizes > 0).all(axis=0), dtype=np.bool_), EMPTY_GROUP


def _directions(
    ranked: RankedCounts,
    rule: DecisionRule,
    scale: RatingScale,
    *,
    number: int,
    groups: Mapping[str, Ints],
    usable: NDArray[np.bool_],
) -> NDArray[np.int8]:
    if usable.all():
        return ranked_directions(ranked, rule, scale, round=number, group_counts=groups)
    found = np.zeros(len(ranked.counts), dtype=np.int8)
    if usable.any():
        some = {name: given[usable] for name, given in groups.items()}
        part = RankedCounts.of(ranked.counts[usable])
        found[usable] = ranked_directions(part, rule, scale, round=number, group_counts=some)
    return found
