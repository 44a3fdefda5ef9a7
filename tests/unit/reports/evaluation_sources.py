"""What a study made by hand read: its files, the check of its claims and its panel."""

from __future__ import annotations

import datetime as dt

from allay.evaluation.claims.kinds import RowDecision, decided
from allay.evaluation.claims.limits import claims_limits
from allay.evaluation.claims.result import ClaimsCheck, ClaimsExample, ClaimsFinding
from allay.evaluation.panel.result import Completion, PanelRecord
from allay.evaluation.panel.rules import DECISIONS

HASH = "9f2c" * 16


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
