"""What a study says, by rules that are data: the first that applies is the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.evaluation.study.defaults import DATA, number
from allay.evaluation.study.detect import OutcomeDetectable
from allay.evaluation.study.estimates import EffectEstimate
from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.result import OutcomeResult, VerdictRecord, WeightingRecord
from allay.evaluation.study.words import amount, outcome_name, percent


class VerdictSource(Strict):
    """Where a rule comes from."""

    title: str
    accessed: dt.date
    status: Status


class VerdictRule(Strict):
    """A rule: when it applies, and what it says."""

    id: str
    source: str
    when: str
    says: str


class VerdictRules(Strict):
    """The rules in their order, with their sources."""

    sources: dict[str, VerdictSource]
    rules: tuple[VerdictRule, ...]


SINGULAR = ("spine_surgery", "opioid_mme")
"""Outcomes of one thing, beside costs: their sentence says `was`."""

LIMITS = ("smallest_ess", "largest_difference", "pretest_p", "trend_share", "negative_control_p")


@cache
def verdict_rules() -> VerdictRules:
    """Return the shipped rules.

    Examples
    --------
    >>> verdict_rules().rules[0].id
    'too_few'
    """
    return read_yaml(DATA / "verdicts.yaml", VerdictRules)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a verdict rests on.

    Attributes
    ----------
    study : Study
    starters : int
    weighting : WeightingRecord, optional
        None without a comparison group.
    results : tuple of OutcomeResult
        The primary one first; empty where nothing was estimated.
    detectable : OutcomeDetectable, optional
    """

    study: Study
    starters: int
    weighting: WeightingRecord | None
    results: tuple[OutcomeResult, ...]
    detectable: OutcomeDetectable | None

    @property
    def outcome(self) -> StudyOutcome:
        """The primary outcome."""
        return self.study.primary

    @property
    def smallest(self) -> int:
        """Fewest starters about whom anything is shown."""
        return max(self.study.smallest_cell, 2)

    @property
    def primary(self) -> OutcomeResult | None:
        """The result about the primary outcome."""
        return self.results[0] if self.results else None

    @property
    def estimate(self) -> EffectEstimate | None:
        """The main estimate."""
        return None if self.primary is None else self.primary.adjusted

    def unbalanced(self) -> list[str]:
        """Covariates that differ too much after weighing."""
        if self.weighting is None:
            return []
        limit = number("largest_difference")
        return [
            row.name
            for row in self.weighting.rows
            if row.after.smd is not None and abs(row.after.smd) > limit
        ]

    def changed_controls(self) -> list[OutcomeResult]:
        """Negative controls that seem to have changed."""
        limit = number("negative_control_p")
        return [one for one in self.results if one.role == "negative_control" and (_p(one) or 1.0) < limit]


def applies(rule: str, grounds: Grounds) -> bool:
    """Whether a rule applies, none of those before it having done so."""
    if rule == "too_few":
        return grounds.starters < grounds.smallest
    if rule == "no_comparison":
        return grounds.weighting is None
    estimate, primary = grounds.estimate, grounds.primary
    if estimate is None or primary is None or grounds.weighting is None:
        return False
    if rule == "too_little_worth":
        return grounds.weighting.comparison_worth < number("smallest_ess")
    if rule == "not_balanced":
        return bool(grounds.unbalanced())
    if rule == "trends_differ":
        before = primary.placebo
        return (
            before is not None
            and before.p is not None
            and before.p < number("pretest_p")
            and abs(before.estimate) > number("trend_share") * abs(estimate.estimate)
        )
    if rule == "control_changed":
        return bool(grounds.changed_controls())
    shown = estimate.low is not None and estimate.high is not None and not estimate.low <= 0 <= estimate.high
    hoped = (estimate.estimate < 0) == (grounds.outcome.better == "lower")
    if rule in ("improved", "worsened"):
        return shown and hoped == (rule == "improved")
    if rule == "no_plausible_effect":
        return grounds.detectable is not None and grounds.detectable.can_show is True
    return True


def verdict(grounds: Grounds) -> VerdictRecord:
    """Find the first rule that applies, and say it with the numbers it rests on.

    Examples
    --------
    >>> from allay.evaluation.study.protocolfile import _SMALL
    >>> few = Grounds(_SMALL, 4, None, (), None)
    >>> verdict(few).answer
    'too_few'
    """
    found = verdict_rules()
    words = _words(grounds)
    rule = next(one for one in found.rules if applies(one.id, grounds))
    return VerdictRecord(
        answer=rule.id,
        headline=" ".join(rule.says.format_map(words).split()),
        reasons=tuple(_reasons(grounds, words)),
        rules=tuple(f"{one.id}: {one.when.format_map(words).strip()}" for one in found.rules),
        status=Status.weakest([found.sources[one.source].status for one in found.rules] + [Status.MEMORY]),
    )


def _words(grounds: Grounds) -> Mapping[str, str]:
    """Everything that a rule may name; blank where it is not there, as then no rule that names it applies."""
    outcome, estimate, primary = grounds.outcome, grounds.estimate, grounds.primary
    name = outcome_name(outcome)
    found = {
        "outcome": name,
        "Outcome": name[:1].upper() + name[1:],
        "smallest_treated": str(grounds.smallest),
        **{limit: f"{number(limit):g}" for limit in LIMITS},
    }
    found["control"] = ", ".join(one.name for one in grounds.changed_controls())
    found["unbalanced"] = ", ".join(grounds.unbalanced())
    found["worth"] = "" if grounds.weighting is None else f"{grounds.weighting.comparison_worth:,.0f} members"
    before = None if primary is None else primary.placebo
    found["trend"] = "" if before is None else amount(outcome, before.estimate)
    found["trend_p"] = "" if before is None or before.p is None else f"{before.p:.3f}"
    found["plausible"] = "" if outcome.plausible_change is None else percent(abs(outcome.plausible_change))
    smallest = None if grounds.detectable is None else grounds.detectable.smallest
    found["smallest"] = "an unknown size" if smallest is None else amount(outcome, smallest)
    return found | _effect_words(grounds, estimate)


def _effect_words(grounds: Grounds, estimate: EffectEstimate | None) -> dict[str, str]:
    if estimate is None:
        return dict.fromkeys(("effect", "interval", "were", "direction", "compared"), "")
    outcome = grounds.outcome
    shown = estimate.low is not None and estimate.high is not None and not estimate.low <= 0 <= estimate.high
    size = abs(estimate.estimate) if shown else estimate.estimate
    relative = "" if estimate.relative is None else f"; {percent(estimate.relative)}"
    interval = "no interval"
    if estimate.low is not None and estimate.high is not None:
        low, high = (amount(outcome, end).split(" ")[0] for end in (estimate.low, estimate.high))
        level = percent(1 - grounds.study.inference.alpha)
        interval = f"{level} interval {low} to {high}{relative}"
    return {
        "effect": amount(outcome, size),
        "interval": interval,
        "were": "was" if outcome.is_cost or outcome.id in SINGULAR else "were",
        "direction": "lower" if estimate.estimate < 0 else "higher",
        "compared": f"{estimate.comparison:,} members who did not start, made alike in what was known before",
    }


def _reasons(grounds: Grounds, words: Mapping[str, str]) -> Iterator[str]:
    primary = grounds.primary
    if grounds.detectable is not None:
        yield grounds.detectable.words
    if primary is None:
        return
    if grounds.weighting is not None:
        yield (
            f"comparison members are worth {grounds.weighting.comparison_worth:,.0f} after weighing; "
            f"covariates are {grounds.weighting.answer}"
        )
    if primary.placebo is None or primary.placebo.p is None:
        yield "trends before the start could not be compared"
    else:
        yield (
            f"within the baseline, where no effect can be, starters moved by {words['trend']} more than "
            f"comparison members (p = {words['trend_p']})"
        )
    for one in grounds.results:
        if one.role == "negative_control":
            p = "unknown" if _p(one) is None else f"{_p(one):.3f}"
            yield f"negative control {one.name}: p = {p}"
    yield primary.peak.words
    for robust in primary.robustness:
        if robust.restriction == "relative_magnitudes":
            yield robust.words


def _p(control: OutcomeResult) -> float | None:
    """P value of a negative control, adjusted for their number."""
    return control.adjusted.p if control.adjusted.p_holm is None else control.adjusted.p_holm
