"""Whole results of studies made by hand, from a protocol to a verdict."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from tests.unit.reports.evaluation_outcomes import COMPARISON, STARTERS, WORTH, outcome, savings_of
from tests.unit.reports.evaluation_sources import HASH, claims_check, panel_record

from allay.base.status import Status
from allay.evaluation.study.checklist import answered
from allay.evaluation.study.detect import Needed, OutcomeDetectable
from allay.evaluation.study.flow import make_flow
from allay.evaluation.study.lock import FrozenEffect, FrozenFile
from allay.evaluation.study.outcomes import COSTS
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.protocolfile import canonical, protocol_hash
from allay.evaluation.study.result import (
    BalanceRow,
    CohortRow,
    DataRecord,
    DrawsRecord,
    FreezeRecord,
    SampleMoments,
    StudyResult,
    VerdictRecord,
    WeightingRecord,
)
from allay.evaluation.study.words import outcome_name

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
