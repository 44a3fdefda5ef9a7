"""A report of matching or weighing: who was kept, how alike they are, the estimate."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import asdict

import numpy as np

from allay.base.errors import AllayError
from allay.evaluation.matching.arrays import Flags, Floats
from allay.evaluation.matching.balance import Balance, Contrast, balance
from allay.evaluation.matching.comparison import Comparison
from allay.evaluation.matching.covariates import Covariates
from allay.evaluation.matching.limits import judge
from allay.evaluation.matching.matchresult import (
    BalanceRow,
    BeforeAfter,
    Choices,
    Coefficient,
    ContrastResult,
    DifferenceResult,
    EstimateResult,
    MatchReport,
    OtherConvention,
    Pair,
    VerdictResult,
)
from allay.evaluation.matching.nearest import Search
from allay.evaluation.matching.outcomes import Difference, Differences, differences
from allay.evaluation.matching.preoutcomes import refuse_pre_outcomes
from allay.evaluation.matching.weigh import On, weigh

SCORE = "propensity score"


def match_report(
    treated: Flags,
    covariates: Covariates,
    choices: Choices,
    *,
    allay_version: str,
    outcome: Floats | None = None,
    outcome_name: str = "outcome",
    pre_outcomes: Collection[str] = (),
) -> tuple[MatchReport, Comparison]:
    """Match or weigh, look at the balance, and compare the outcome where there is one.

    Examples
    --------
    >>> import polars as pl
    >>> from allay.evaluation.matching.covariates import encode
    >>> table = pl.DataFrame({"age": [30, 50, 50, 30, 70, 50]})
    >>> treated = np.array([True, True, False, False, False, False])
    >>> report, _ = match_report(treated, encode(table, ["age"]), Choices(method="cem"), allay_version="1")
    >>> report.dropped.untreated, report.verdict.answer
    (1.0, 'balanced')
    """
    warnings = list(refuse_pre_outcomes(covariates.names, pre_outcomes, allow=choices.allow_pre_outcomes))
    if outcome is not None:
        warnings += _suspects(covariates.names, outcome_name, pre_outcomes)
    comparison = _weighed(treated, covariates, choices, on=choices.on, search=choices.search)
    shown, names = covariates.shown, covariates.shown_names
    if comparison.scores is not None:
        shown, names = np.column_stack([comparison.scores.score, shown]), (SCORE, *names)
    found = balance(treated, shown, comparison.weights, names=names, binary_sd=choices.binary_sd)
    verdict = judge(found, comparison)
    kept = float((comparison.used & treated).sum()), float((comparison.used & ~treated).sum())
    scores = comparison.scores
    report = MatchReport(
        allay_version=allay_version,
        choices=choices,
        estimand=comparison.estimand,
        covariates=covariates.names,
        n=_pair(found.effective_before),
        used=_pair(kept),
        dropped=_pair((comparison.dropped_treated, comparison.dropped_untreated)),
        caliper_width=comparison.caliper,
        effective_sample_size=BeforeAfter(
            before=_pair(found.effective_before), after=_pair(found.effective_after)
        ),
        propensity=None
        if scores is None
        else tuple(
            Coefficient(term=term, estimate=coef, se=se)
            for term, coef, se in zip(scores.names, scores.coef.tolist(), scores.se.tolist(), strict=True)
        ),
        balance=_rows(found),
        verdict=VerdictResult(answer=verdict.answer, reasons=verdict.reasons, limits=verdict.status.value),
        estimate=None
        if outcome is None
        else _estimate(outcome, outcome_name, comparison, covariates, choices),
        warnings=tuple(warnings),
    )
    return report, comparison


def _weighed(
    treated: Flags, covariates: Covariates, choices: Choices, *, on: On, search: Search
) -> Comparison:
    return weigh(
        treated,
        covariates.values,
        names=covariates.names,
        method=choices.method,
        ratio=choices.ratio,
        caliper=choices.caliper,
        on=on,
        search=search,
        bins=choices.bins,
    )


def _estimate(
    outcome: Floats, name: str, comparison: Comparison, covariates: Covariates, choices: Choices
) -> EstimateResult:
    found: Differences = differences(outcome, comparison)
    others: list[OtherConvention] = []
    ways: Sequence[tuple[On, Search]] = (
        (("score", "nearest"), ("logit", "nearest"), ("score", "below"))
        if comparison.method == "nearest"
        else ()
    )
    for on, search in ways:
        if (on, search) == (choices.on, choices.search):
            continue
        try:
            other = _weighed(comparison.treated, covariates, choices, on=on, search=search)
        except AllayError:
            continue
        gap = differences(outcome, other).weighted.estimate
        others.append(OtherConvention(on=on, search=search, estimate=gap))
    return EstimateResult(
        outcome=name,
        estimand=comparison.estimand,
        **_difference(found.weighted).model_dump(),
        unadjusted=_difference(found.unadjusted),
        regression=None if found.regression is None else _difference(found.regression),
        weighted_regression=None
        if found.weighted_regression is None
        else _difference(found.weighted_regression),
        other_conventions=tuple(others),
    )


def _difference(found: Difference) -> DifferenceResult:
    numbers = {key: _number(value) for key, value in asdict(found).items() if key != "error"}
    return DifferenceResult.model_validate({**numbers, "error": found.error})


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _pair(numbers: tuple[float, float]) -> Pair:
    return Pair(treated=float(numbers[0]), untreated=float(numbers[1]))


def _rows(found: Balance) -> tuple[BalanceRow, ...]:
    return tuple(
        BalanceRow(
            covariate=one.name,
            binary=one.binary,
            denominator=one.denominator,
            before=_contrast(one.before),
            after=_contrast(one.after),
        )
        for one in found.covariates
    )


def _contrast(one: Contrast) -> ContrastResult:
    return ContrastResult.model_validate(asdict(one))


def _suspects(names: Sequence[str], outcome: str, marked: Collection[str]) -> list[str]:
    """Name covariates that look like the outcome at another time and are not marked as such."""
    stem = _stem(outcome)
    met = [name for name in names if len(stem) > 1 and _stem(name) == stem and name not in marked]
    if not met:
        return []
    named = "it" if len(met) == 1 else "them"
    return [
        f"{', '.join(met)} may be {outcome} at an earlier time; if so, name {named} as pre-outcomes: matching"
        " on outcomes from before the start makes a bias of its own"
    ]


def _stem(name: str) -> str:
    letters = "".join(sign for sign in name.casefold() if sign.isalpha())
    for word in ("before", "after", "pre", "post", "baseline"):
        letters = letters.removeprefix(word).removesuffix(word)
    return letters
