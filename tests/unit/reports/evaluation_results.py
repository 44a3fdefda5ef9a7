"""Results of studies made by hand, one for each kind of answer a report must be able to give."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

from allay.base.status import Status
from allay.evaluation.claims.kinds import RowDecision, decided
from allay.evaluation.claims.limits import claims_limits
from allay.evaluation.claims.result import ClaimsCheck, ClaimsExample, ClaimsFinding
from allay.evaluation.panel.result import Completion, PanelRecord
from allay.evaluation.panel.rules import DECISIONS
from allay.evaluation.study.checklist import answered
from allay.evaluation.study.detect import Needed, OutcomeDetectable
from allay.evaluation.study.estimates import ChangeEstimate, EffectEstimate, FourMeans
from allay.evaluation.study.flow import make_flow
from allay.evaluation.study.lock import Deviation, FrozenEffect, FrozenFile
from allay.evaluation.study.outcomes import COSTS, StudyOutcome
from allay.evaluation.study.peak import PeakFall
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.protocolfile import canonical, protocol_hash
from allay.evaluation.study.result import (
    AggregateRecord,
    BalanceRow,
    CellRow,
    CohortRow,
    DataRecord,
    DrawsRecord,
    FreezeRecord,
    MoneyRow,
    OutcomeResult,
    PartRow,
    PretestRecord,
    RobustnessRecord,
    RobustRow,
    SampleMoments,
    SavingsRow,
    SeriesRecord,
    StudyResult,
    SubgroupRow,
    VerdictRecord,
    WarningContrast,
    WeightingRecord,
)
from allay.evaluation.study.words import outcome_name

Z = 1.96
STARTERS, COMPARISON, WORTH = 412, 8_960, 1_840.0
HASH = "9f2c" * 16

OUTCOMES: dict[str, tuple[str, float, float, float]] = {
    # Role, mean without the program, effect, standard error: all per member-month.
    "emergency_visit": ("primary", 0.0612, -0.0104, 0.0031),
    "inpatient_day": ("secondary", 0.0420, -0.0051, 0.0079),
    "mri": ("secondary", 0.0187, -0.0023, 0.0014),
    "injection": ("secondary", 0.0254, -0.0061, 0.0018),
    "opioid_fill": ("secondary", 0.2210, -0.0312, 0.0102),
    "therapy_visit": ("secondary", 0.1880, 0.0240, 0.0150),
    "total_cost": ("secondary", 742.10, -58.40, 31.20),
    "total_cost_topcoded": ("secondary", 668.30, -44.90, 18.60),
    "x_ray": ("negative_control", 0.0310, 0.0004, 0.0016),
}
"""A study with many outcomes."""


def study(outcomes: dict[str, tuple[str, float, float, float]], **change: Any) -> Study:
    """A protocol of these outcomes."""
    tree: dict[str, Any] = {
        "title": "Integrated pain management in a Medicaid plan",
        "question": "Do members who start the program go to the emergency department less often?",
        "program": {"name": "Riverside IPM", "cost_per_member": 640, "cost_source": "contract of 2024"},
        "claims": "claims",
        "roster": "roster.csv",
        "window": {"start": "2022-01-01", "end": "2024-12-01"},
        "outcomes": [
            {"id": one, "role": role, "better": "higher" if one == "therapy_visit" else "lower"}
            | (
                {"plausible_change": -0.1, "plausible_source": "two trials of group care"}
                if role == "primary"
                else {}
            )
            for one, (role, *_) in outcomes.items()
        ],
        "subgroups": [
            {"id": "women", "covariate": "gender", "values": ["female"]},
            {"id": "65 and older", "covariate": "age", "youngest": 65},
        ],
        **change,
    }
    return Study.model_validate_json(json.dumps(tree))


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


def moments(starters: float, other: float | None, smd: float | None) -> SampleMoments:
    return SampleMoments(starters=starters, comparison=other, smd=smd, variance_ratio=1.04)


def weighting(**more: Any) -> WeightingRecord:
    rows = (
        ("age", False, 46.2, 38.1, 0.61, 46.2, 0.0),
        ("gender=female", True, 0.63, 0.52, 0.22, 0.63, 0.001),
        ("payer=medicaid", True, 0.81, 0.77, 0.09, 0.81, 0.0),
        ("diagnoses", False, 2.1, 1.6, 0.48, 2.09, 0.02),
    )
    given: dict[str, Any] = {
        "method": "entropy",
        "estimand": "ATT",
        "starters": STARTERS,
        "comparison": COMPARISON,
        "comparison_worth": WORTH,
        "unlike": 312,
        "rows": tuple(
            BalanceRow(
                name=name, binary=binary, before=moments(mine, theirs, smd), after=moments(mine, later, left)
            )
            for name, binary, mine, theirs, smd, later, left in rows
        ),
        "answer": "balanced",
        "reasons": ("every standardized difference is within 0.1",),
        "pre_outcomes": (),
        "because": "",
    }
    return WeightingRecord(**(given | more))


def detectable(found: Study, outcomes: dict[str, tuple[str, float, float, float]]) -> list[OutcomeDetectable]:
    rows = []
    for one in found.outcomes:
        _, without, _, se = outcomes[one.id]
        smallest = 2.8 * se
        rows.append(
            OutcomeDetectable(
                outcome=one.id,
                unit=one.unit,
                mean=without * 1.05,
                smallest=smallest,
                relative=smallest / (without * 1.05),
                se=se,
                power=0.8,
                alpha=0.05,
                starters=STARTERS,
                comparison_worth=WORTH,
                needed=(
                    Needed(change=0.05, starters=3_900, comparison=17_400),
                    Needed(change=0.1, starters=980, comparison=4_360),
                ),
                plausible_change=one.plausible_change,
                plausible_source=one.plausible_source,
                chance=0.47 if one.plausible_change else None,
                can_show=False if one.plausible_change else None,
                words=f"{outcome_name(one)}: said before any result",
            )
        )
    return rows


def claims_check() -> ClaimsCheck:
    example = ClaimsExample(
        file="medical_claim.csv", row=218, expected="a day from 1990 on", found="1914-03-02"
    )
    finding = ClaimsFinding(
        id="impossible_day",
        title="A day is too early or too late",
        table="medical_claim",
        column="claim_start_date",
        count=14,
        decision=RowDecision.DROP,
        examples=(example,),
    )
    return ClaimsCheck(
        allay_version="1",
        rows={"member": 9_800, "medical_claim": 402_118},
        dropped={"member": 0, "medical_claim": 14},
        extract_end=dt.date(2025, 3, 31),
        limits=claims_limits(),
        decisions=decided(),
        findings=(finding,),
        notes=("pharmacy_claim.csv has no column data_source",),
        accepted=True,
    )


def panel_record() -> PanelRecord:
    return PanelRecord(
        allay_version="1",
        engine="duckdb",
        first_month=dt.date(2022, 1, 1),
        last_month=dt.date(2024, 9, 1),
        cost="paid",
        value_sets={"emergency": "emergency@1 (verified)", "spine_surgery": "spine_surgery@1 (memory)"},
        factor_set="cdc-2022",
        opioid_products=40,
        opioid_products_without_dose={"ndc 00000000000": "strength not known"},
        decisions=DECISIONS,
        notes=(),
        counts={
            "medical_claim_rows": 402_118,
            "medical_claim_duplicates": 208,
            "medical_outside_enrollment": 1_204,
        },
        paid_through=dt.date(2024, 12, 31),
        incomplete_months=(dt.date(2024, 9, 1),),
        left_out_from=dt.date(2024, 10, 1),
        completion=(Completion(lag=0, factor=0.52), Completion(lag=1, factor=0.87)),
        top_coding_share=0.99,
        top_coding_level_cents=1_204_550,
    )


def verdict(answer: str, headline: str, *reasons: str) -> VerdictRecord:
    return VerdictRecord(
        answer=answer,
        headline=headline,
        reasons=reasons,
        rules=("there is no comparison group", "the interval leaves zero out, on the side hoped for"),
        status=Status.DERIVED,
    )


def result(
    outcomes: dict[str, tuple[str, float, float, float]],
    /,
    *,
    says: VerdictRecord,
    protocol: Study | None = None,
    primary: dict[str, Any] | None = None,
    **more: Any,
) -> StudyResult:
    found = study(outcomes) if protocol is None else protocol
    counts = {
        ("gaps", True): 133,
        ("gaps", False): 20_511,
        ("age", True): 21,
        ("age", False): 3_002,
        ("late", True): 48,
        ("unweighted", False): 312,
        ("in", True): STARTERS,
        ("in", False): COMPARISON,
    }
    said = detectable(found, outcomes)
    results = [
        outcome(name, *given, **(primary or {} if given[0] == "primary" else {}))
        for name, given in outcomes.items()
    ]
    given: dict[str, Any] = {
        "allay_version": "1",
        "as_of": dt.date(2025, 4, 2),
        "protocol": json.loads(canonical(found)),
        "freeze": FreezeRecord(
            before=True,
            frozen_on=dt.date(2025, 3, 1),
            protocol_sha256=protocol_hash(found),
            frozen_sha256=protocol_hash(found),
            detectable=tuple(
                FrozenEffect(outcome=one.outcome, smallest=one.smallest, relative=one.relative)
                for one in said
            ),
            deviations=(),
            words="frozen before outcomes were read; nothing deviates",
        ),
        "data": DataRecord(
            inputs=(FrozenFile(path="medical_claim.csv", size=81_204_118, sha256=HASH),),
            value_sets=panel_record().value_sets,
            panel=panel_record().model_dump(mode="json"),
            claims=claims_check().model_dump(mode="json"),
        ),
        "flow": make_flow(counts, members=33_399, roster=614, repeated=3, hidden_up_to=10),
        "cohorts": (
            CohortRow(period=5, name="2023-01 to 2023-03", starters=188, shown=True),
            CohortRow(period=6, name="2023-04 to 2023-06", starters=224, shown=True),
        ),
        "window": ("2022-01", "2024-09"),
        "period_months": 3,
        "detectable": tuple(said),
        "weighting": weighting(),
        "outcomes": tuple(results),
        "series": (),
        "savings": tuple(savings_of(name, *given[2:]) for name, given in outcomes.items() if name in COSTS),
        "draws": DrawsRecord(
            draws=2_000, seed=1, events=("emergency_visit", "mri"), left_out=("x_ray: a negative control",)
        ),
        "verdict": says,
        "missing": ("Members who leave the plan are not followed.",),
        "checklist": (),
        "checklist_status": Status.MEMORY,
    }
    made = StudyResult(**(given | more))
    return made.model_copy(update={"checklist": answered(made.model_dump(mode="json"))})


def _only(name: str, effect: float, se: float) -> dict[str, tuple[str, float, float, float]]:
    role, without, _, _ = OUTCOMES[name]
    return {name: (role, without, effect, se)}


def clear_effect() -> StudyResult:
    """Many outcomes, an effect on the primary one, simulated claims."""
    made = result(
        OUTCOMES,
        says=verdict(
            "improved",
            "Emergency visits were lower by 10.4 per 1,000 members a month (95% interval 4.3 to 16.5), "
            "compared "
            "with 8,960 members of the same plan who never started.",
            "The adjusted interval leaves zero out.",
        ),
    )
    return made.model_copy(update={"data": made.data.model_copy(update={"synthetic": True})})


def nothing_shown() -> StudyResult:
    """Zero is inside the interval, though the plausible change could have been shown."""
    return result(
        _only("emergency_visit", -0.0004, 0.0012),
        says=verdict(
            "no_plausible_effect", "No effect on emergency visits was shown, although the study could have."
        ),
    )


def cannot_show() -> StudyResult:
    """Too small to show what is plausible; nothing is known of the savings."""
    return result(
        _only("emergency_visit", -0.0104, 0.0110),
        says=verdict(
            "not_shown",
            "No effect on emergency visits was shown: a smaller one is neither shown nor ruled out.",
        ),
    )


def no_comparison() -> StudyResult:
    """A program without a comparison group."""
    found = study(_only("emergency_visit", 0, 0.003), design={"comparison": "none"})
    months = (*range(-15, -3), *range(12))
    means = tuple(0.06 + 0.01 * math.sin(k) - (0.012 if k >= 0 else 0) for k in months)
    series = SeriesRecord(
        outcome="emergency_visit",
        name="emergency visits",
        unit="events per member-month",
        model="poisson",
        months=months,
        means=means,
        expected=tuple(0.06 + 0.0001 * k for k in months),
        step=0.82,
        step_low=0.71,
        step_high=0.95,
        p=0.008,
        total=-0.0121,
        total_low=-0.0198,
        total_high=-0.0044,
        autocorrelation=0.12,
        starters=STARTERS,
        words="a change against the trend before is not an effect",
    )
    return result(
        _only("emergency_visit", 0, 0.003),
        protocol=found,
        says=verdict(
            "no_comparison", "This study cannot tell what the program did: there is no comparison group."
        ),
        weighting=None,
        outcomes=(),
        series=(series,),
        savings=(),
        draws=None,
        detectable=(),
        missing=("No smallest detectable effect: there is nobody to compare with.",),
    )


def hidden_cells() -> StudyResult:
    """Small counts everywhere."""
    counts = {("gaps", True): 4, ("age", True): 30, ("in", True): 96, ("in", False): 2_400}
    return result(
        _only("emergency_visit", -0.0104, 0.0110),
        says=verdict("not_shown", "No effect on emergency visits was shown."),
        flow=make_flow(counts, members=2_530, roster=130, repeated=0, hidden_up_to=10),
        cohorts=(
            CohortRow(period=5, name="2023-01 to 2023-03", starters=None, shown=False),
            CohortRow(period=6, name="2023-04 to 2023-06", starters=None, shown=False),
        ),
        weighting=weighting(
            unlike=None,
            rows=(
                BalanceRow(
                    name="region=981",
                    binary=True,
                    before=SampleMoments(starters=None, comparison=None, smd=None, variance_ratio=None),
                    after=SampleMoments(starters=None, comparison=None, smd=None, variance_ratio=None),
                ),
            ),
        ),
    )


def failed_pretrend() -> StudyResult:
    """Starters were on another path before they started."""
    words = "trends before the start differ by more than chance explains (p = 0.004, limit 0.05)"
    return result(
        _only("emergency_visit", -0.0104, 0.0031),
        says=verdict(
            "trends_differ",
            "This study cannot tell what the program did to emergency visits: the starters were on another "
            "path.",
        ),
        primary={
            "pretest": PretestRecord(statistic=13.4, df=3, p=0.004, words=words),
            "placebo": estimate("placebo", -0.0092, 0.0031, words="the same contrast within the baseline"),
        },
    )


def deviating() -> StudyResult:
    """Something is not as it was frozen."""
    made = clear_effect()
    freeze = made.freeze.model_copy(
        update={
            "frozen_sha256": "ab12" * 16,
            "deviations": (Deviation(path="/design/anticipation_months", frozen="3", now="1"),),
            "words": "1 deviation from the frozen protocol",
        }
    )
    return made.model_copy(update={"freeze": freeze})


def too_few() -> StudyResult:
    """Nobody may be shown."""
    counts = {("gaps", True): 3, ("in", True): 6, ("in", False): 2_400}
    return result(
        _only("emergency_visit", 0, 0.003),
        says=verdict(
            "too_few", "This study cannot tell: there are too few starters to show anything about them."
        ),
        flow=make_flow(counts, members=2_409, roster=9, repeated=0, hidden_up_to=10),
        cohorts=(),
        weighting=None,
        outcomes=(),
        savings=(),
        draws=None,
        detectable=(),
        missing=("Everything about the starters: there are too few of them.",),
    )


KINDS = {
    made.__name__: made
    for made in (
        clear_effect,
        nothing_shown,
        cannot_show,
        no_comparison,
        hidden_cells,
        failed_pretrend,
        deviating,
        too_few,
    )
}
"""Every kind, by name."""
