"""Synthea patients and claims as flat tables (see `load_synthea` for their names)."""

from __future__ import annotations

import datetime as dt

from allay.base.errors import InvalidInput, Problem
from allay.evaluation.loaders.sources import Sources

_INPATIENT = "IMP"


def load_synthea(sources: Sources, window: tuple[dt.date, dt.date] | None) -> list[str]:
    """Make the tables of the contract from Synthea's.

    The files are ``synthea_patients``, ``synthea_encounters``, ``synthea_claims``, ``synthea_claim_lines``,
    ``synthea_pharmacy_claims`` and ``synthea_medications``. Synthea has no enrollment: everybody is taken as
    enrolled in the window while alive.
    """
    if window is None:
        raise InvalidInput(
            Problem(
                str(sources.folder), "-", "enrollment", "a first and last day of enrollment", "none given"
            )
        )
    _views(sources)
    execute = sources.connection.execute
    execute(_MEMBER)
    first, last = (f"DATE '{day.isoformat()}'" for day in window)
    execute(_ENROLLMENT.format(first=first, last=last))
    execute(_MEDICAL.format(inpatient=_INPATIENT))
    execute(_PHARMACY)
    blank = sources.count("SELECT count(*) FROM source_synthea_claim_lines WHERE paid_amount IS NULL")
    sources.notes += [
        f"Synthea has no enrollment: each person is enrolled from {window[0]} to {window[1]} while alive",
        f"{blank:,} lines of visits and diagnoses have no amounts in the source; 0 stands as paid",
        "payments of lines are rounded to cents so that they add up to their claim; coinsurance is the rest",
        "services have SNOMED CT codes only; there are no HCPCS and no revenue center codes",
        "what was paid for fills is not in the source: 0 stands as paid, and its constant total as allowed",
    ]
    return ["member", "enrollment", "medical_claim", "pharmacy_claim"]


def _views(sources: Sources) -> None:
    sources.view(
        "synthea_patients",
        required={"patient_id": "text", "birth_date": "date"},
        optional={"death_date": "date", "gender": "text", "race": "text", "state": "text", "zip": "text"},
    )
    sources.view(
        "synthea_encounters",
        required={"encounter_id": "text", "class": "text", "start": "time", "end": "time"},
    )
    sources.view(
        "synthea_claims",
        required={"claim_id": "text", "patient_id": "text", "type": "text", "start": "date"},
        optional={"insurer": "text", "principal_diagnosis_snomed": "text", "encounter_id": "text"},
    )
    amounts = ("submitted_amount", "allowed_amount", "deductible_amount")
    sources.view(
        "synthea_claim_lines",
        required={"claim_id": "text", "line": "whole", "snomed": "text", "paid_amount": "exact"},
        optional={"place_of_service": "text", **dict.fromkeys(amounts, "amount")},
    )
    sources.view(
        "synthea_pharmacy_claims",
        required={"claim_id": "text", "patient_id": "text", "start": "date", "medication_request_id": "text"},
        optional={"total_amount": "amount"},
    )
    sources.view("synthea_medications", required={"medication_request_id": "text", "rxnorm": "text"})


_MEMBER = """
CREATE TEMP VIEW member AS
SELECT patient_id AS person_id, gender, race, birth_date, death_date, state, zip AS zip_code,
    'synthea' AS data_source
FROM source_synthea_patients ORDER BY person_id
"""
_ENROLLMENT = """
CREATE TEMP VIEW enrollment AS
SELECT patient_id AS person_id, greatest(birth_date, {first}) AS enrollment_start_date,
    least(coalesce(death_date, {last}), {last}) AS enrollment_end_date, 'synthea' AS data_source
FROM source_synthea_patients
WHERE greatest(birth_date, {first}) <= least(coalesce(death_date, {last}), {last}) ORDER BY person_id
"""
# A claim carries the day on which its encounter ended; the encounter has the day on which it began. Payments
# have parts of cents: the sum of the lines so far is rounded, so that lines in cents add up to their claim.
_MEDICAL = """
CREATE TEMP VIEW medical_claim AS
WITH running AS (
    SELECT *, sum(coalesce(paid_amount, 0)) OVER (
        PARTITION BY claim_id ORDER BY line ROWS UNBOUNDED PRECEDING) AS so_far
    FROM source_synthea_claim_lines
), cents AS (
    SELECT * EXCLUDE (paid_amount), paid_amount IS NOT NULL AS priced,
        round(so_far, 2) - coalesce(lag(round(so_far, 2)) OVER (PARTITION BY claim_id ORDER BY line), 0)
            AS paid
    FROM running
)
SELECT c.claim_id, l.line AS claim_line_number, c.type AS claim_type, c.patient_id AS person_id,
    c.insurer AS payer, coalesce(e.start, c.start) AS claim_start_date, c.start AS claim_end_date,
    CASE WHEN e.class = '{inpatient}' THEN e.start END AS admission_date,
    CASE WHEN e.class = '{inpatient}' THEN e."end" END AS discharge_date,
    l.place_of_service AS place_of_service_code, l.snomed AS snomed_code,
    l.paid AS paid_amount, l.allowed_amount, l.submitted_amount AS charge_amount, l.deductible_amount,
    CASE WHEN l.priced THEN l.allowed_amount - coalesce(l.deductible_amount, 0) - l.paid END
        AS coinsurance_amount,
    CASE WHEN c.principal_diagnosis_snomed IS NOT NULL THEN 'snomed' END AS diagnosis_code_type,
    c.principal_diagnosis_snomed AS diagnosis_code_1, 'synthea' AS data_source
FROM cents l
JOIN source_synthea_claims c USING (claim_id)
LEFT JOIN source_synthea_encounters e USING (encounter_id)
ORDER BY person_id, claim_start_date, claim_id, claim_line_number
"""
_PHARMACY = """
CREATE TEMP VIEW pharmacy_claim AS
SELECT p.claim_id, 1 AS claim_line_number, p.patient_id AS person_id, p.start AS dispensing_date,
    m.rxnorm AS rxnorm_code, 0 AS paid_amount, p.total_amount AS allowed_amount, 'synthea' AS data_source
FROM source_synthea_pharmacy_claims p
LEFT JOIN source_synthea_medications m USING (medication_request_id)
ORDER BY person_id, dispensing_date, claim_id
"""
