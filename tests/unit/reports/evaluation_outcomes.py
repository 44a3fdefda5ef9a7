"""What a study made by hand found of each outcome: its estimates and its savings."""

from __future__ import annotations

import math
from typing import Any

from allay.evaluation.study.estimates import ChangeEstimate, EffectEstimate, FourMeans
from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.peak import PeakFall
from allay.evaluation.study.result import (
    AggregateRecord,
    CellRow,
    MoneyRow,
    OutcomeResult,
    PartRow,
    PretestRecord,
    RobustnessRecord,
    RobustRow,
    SavingsRow,
    SubgroupRow,
    WarningContrast,
)
from allay.evaluation.study.words import outcome_name

Z = 1.96
STARTERS, COMPARISON, WORTH = 412, 8_960, 1_840.0


def estimate(
    name: str,
    effect: float,
    se: float | None,
    *,
    without: float | None = None,
    words: str = "",
    worth: float | None = WORTH,
) -> EffectEstimate:
    low = high = p = None
    if se:
        low, high, p = effect - Z * se, effect + Z * se, math.erfc(abs(effect / se) / math.sqrt(2))
    return EffectEstimate(
        name=name,
        words=words or name,
        estimate=effect,
        se=se,
        low=low,
        high=high,
        p=p,
        p_holm=None if p is None else min(1.0, 4 * p),
        without=without,
        relative=effect / without if without else None,
        relative_low=low / without if without and low is not None else None,
        relative_high=high / without if without and high is not None else None,
        starters=STARTERS,
        comparison=COMPARISON,
        comparison_worth=worth,
    )


def change(name: str, before: float, after: float, words: str) -> ChangeEstimate:
    moved, se = after - before, abs(after - before) / 5
    return ChangeEstimate(
        name=name,
        words=words,
        before=before,
        after=after,
        change=moved,
        se=se,
        low=moved - Z * se,
        high=moved + Z * se,
        starters=STARTERS,
    )


def part(label: int, name: str, att: float, se: float | None) -> PartRow:
    ends = (None,) * 4 if se is None else tuple(att + k * se for k in (-Z, Z, -2.7, 2.7))
    return PartRow(
        label=label,
        name=name,
        att=att,
        se=se,
        low=ends[0],
        high=ends[1],
        band_low=ends[2],
        band_high=ends[3],
    )


def aggregates(effect: float, se: float) -> tuple[AggregateRecord, ...]:
    events = [
        part(k, f"{k:+d}", 0.0 if k == -2 else effect * (1 if k >= 0 else 0.05 * k), None if k == -2 else se)
        for k in range(-4, 4)
    ]
    quarters = [part(k, f"2023-{k:02d} to 2023-{k + 2:02d}", effect, se * 1.5) for k in (4, 7, 10)]
    rows = {"simple": (), "group": quarters, "dynamic": events, "calendar": quarters}
    return tuple(
        AggregateRecord(kind=kind, estimate=estimate(kind, effect, se), critical=2.7, by=tuple(by))
        for kind, by in rows.items()
    )


def outcome(name: str, role: str, without: float, effect: float, se: float, **more: Any) -> OutcomeResult:
    one = StudyOutcome(id=name)
    adjusted = estimate("adjusted", effect, se, without=without, words="weighed by entropy")
    found = aggregates(effect, se)
    given: dict[str, Any] = {
        "outcome": name,
        "name": outcome_name(one),
        "role": role,
        "unit": one.unit,
        "better": "higher" if name == "therapy_visit" else "lower",
        "peak_to_after": change(
            "peak_to_after", without * 1.5, without + effect, "from the 3 months right before the start"
        ),
        "before_after": change(
            "before_after", without * 1.2, without + effect, "from the 12 months right before the start"
        ),
        "unadjusted": estimate("unadjusted", effect * 1.4, se * 0.9, without=without, worth=COMPARISON),
        "adjusted": adjusted,
        "means": FourMeans(
            starters_before=without * 1.05,
            starters_after=without + effect,
            comparison_before=without * 0.9,
            comparison_after=without * 0.85,
        ),
        "peak": PeakFall(
            months=3,
            peak=without * 1.5,
            observed=without + effect - without * 1.5,
            alone=-without * 0.42,
            share=0.64,
            matched=0.97,
            starters=STARTERS,
            words="of the fall, 64% also happened to comparison members with the same use in those months",
        ),
        "alternatives": (
            estimate("weights_ipw", effect * 0.95, se, words="comparison members weighed by ipw"),
            estimate("anticipation_6", effect * 0.9, se, words="6 months before the start left out"),
        ),
        "cells": tuple(
            CellRow(cohort=cohort, period=cohort + event, event=event, att=effect, se=se, low=None, high=None)
            for cohort, last in ((5, 3), (6, 2))
            for event in range(-4, last + 1)
        ),
        "aggregates": found,
        "placebo": estimate("placebo", effect * 0.1, se, words="the same contrast within the baseline"),
        "pretest": PretestRecord(
            statistic=1.9,
            df=3,
            p=0.593,
            words="trends before the start do not differ by more than chance explains",
        ),
        "imputation": AggregateRecord(
            kind="imputation",
            estimate=estimate("imputation", effect * 1.02, se),
            critical=2.7,
            by=found[2].by,
        ),
        "two_way": WarningContrast(
            estimate=estimate("two_way", effect * 0.7, se),
            kinds=(
                ("treated vs untreated", 0.71, effect),
                ("earlier vs later", 0.17, effect * 0.6),
                ("later vs earlier", 0.12, effect * -0.4),
            ),
            wrong_share=0.12,
            warning="some comparisons use members who are treated already",
        ),
        "robustness": (
            RobustnessRecord(
                restriction="relative_magnitudes",
                construction="test inversion",
                estimate=effect,
                rows=tuple(
                    RobustRow(bound=k, low=effect - (Z + 2 * k) * se, high=effect + (Z + 2 * k) * se)
                    for k in (0.0, 0.5, 1.0)
                ),
                breakdown=0.7 if abs(effect) > Z * se else None,
                words="the effect stays until trends after the start differ 0.70 times as much"
                if abs(effect) > Z * se
                else "even with equal trends, zero is inside the interval",
            ),
        ),
        "subgroups": (
            SubgroupRow(
                id="women",
                estimate=estimate("women", effect * 1.2, se * 1.4, without=without),
                difference=effect * 0.4,
                difference_p=0.21,
                difference_p_holm=0.42,
                halves=(effect * 0.6, -effect * 0.1),
                words="the difference does not hold in both halves of the members: take it for chance",
            ),
            SubgroupRow(
                id="65 and older",
                estimate=None,
                difference=None,
                difference_p=None,
                difference_p_holm=None,
                halves=(),
                words="hidden: fewer than 11 starters in it, or in all others",
            ),
        ),
        "sites": (),
        "notes": (),
    }
    return OutcomeResult(**(given | more))


def money(value: float, se: float) -> MoneyRow:
    return MoneyRow(estimate=value, se=se, low=value - Z * se, high=value + Z * se)


def savings_of(name: str, effect: float, se: float) -> SavingsRow:
    return SavingsRow(
        outcome=name,
        members=STARTERS,
        member_months=STARTERS * 12.0,
        per_member_month=money(-effect, se),
        per_member=money(-effect * 12, se * 12),
        total=money(-effect * 12 * STARTERS, se * 12 * STARTERS),
        program_cost_per_member=640.0,
        program_cost_source="contract of 2024",
        net_per_member=money(-effect * 12 - 640, se * 12),
        net=money((-effect * 12 - 640) * STARTERS, se * 12 * STARTERS),
        ratio=-effect * 12 / 640,
        ratio_low=(-effect - Z * se) * 12 / 640,
        ratio_high=(-effect + Z * se) * 12 / 640,
        credibility=0.31,
        credibility_needed=4_280.0,
        credibility_words=(
            "by the standard of limited fluctuation (memory) 4,280 starters would carry this figure"
        ),
    )
