"""Queries that put OMOP tables into the shape of the contract."""

# ruff: noqa: S608  # names of our own

from __future__ import annotations

MEMBER = """
CREATE TEMP VIEW member AS
SELECT p.person_id, gender_source_value AS gender, race_source_value AS race,
    make_date(year_of_birth, coalesce(month_of_birth, 1), coalesce(day_of_birth, 1)) AS birth_date,
    d.death_date, 'omop' AS data_source
FROM source_person p
LEFT JOIN (
    SELECT person_id, min(death_date) AS death_date FROM source_death GROUP BY person_id
) d USING (person_id)
ORDER BY person_id
"""
ENROLLMENT = """
CREATE TEMP VIEW enrollment AS
SELECT person_id, payer_source_value AS payer, plan_source_value AS plan, {start} AS enrollment_start_date,
    {end} AS enrollment_end_date, 'omop' AS data_source
FROM source_{period} ORDER BY person_id, enrollment_start_date
"""

_COST = """
    SELECT cost_domain_id AS domain, cost_event_id AS event, sum(paid_by_payer) AS paid,
        sum(amount_allowed) AS allowed, sum(total_charge) AS charge, sum(paid_patient_copay) AS copayment,
        sum(paid_patient_coinsurance) AS coinsurance, sum(paid_patient_deductible) AS deductible
    FROM source_cost GROUP BY ALL
"""

# The visit itself is the first line of its claim; its procedures follow in the order of their days and ids.
MEDICAL = (
    """
CREATE TEMP TABLE medical_lines AS
WITH costs AS ("""
    + _COST
    + """),
lines AS (
    SELECT visit_occurrence_id AS visit, 0 AS kind, visit_occurrence_id AS event, 'Visit' AS domain,
        visit_start_date AS day, NULL AS quantity, NULL AS hcpcs_code, NULL AS snomed_code
    FROM source_visit_occurrence
    UNION ALL
    SELECT visit_occurrence_id, 1, procedure_occurrence_id, 'Procedure', procedure_date, quantity,
        CASE WHEN given.vocabulary_id IN ({hcpcs}) THEN given.concept_code
            WHEN standard.vocabulary_id IN ({hcpcs}) THEN standard.concept_code END,
        CASE WHEN standard.vocabulary_id IN ({snomed}) THEN standard.concept_code
            WHEN given.vocabulary_id IN ({snomed}) THEN given.concept_code END
    FROM source_procedure_occurrence
    LEFT JOIN source_concept given ON given.concept_id = procedure_source_concept_id
    LEFT JOIN source_concept standard ON standard.concept_id = procedure_concept_id
)
SELECT 'visit-' || visit AS claim_id,
    row_number() OVER (PARTITION BY visit ORDER BY kind, day, event) AS claim_line_number,
    CASE WHEN v.visit_concept_id IN ({inpatient}) THEN 'institutional' ELSE 'professional' END AS claim_type,
    v.person_id, v.visit_start_date AS claim_start_date, v.visit_end_date AS claim_end_date,
    lines.day AS claim_line_start_date,
    CASE WHEN v.visit_concept_id IN ({inpatient}) THEN v.visit_start_date END AS admission_date,
    CASE WHEN v.visit_concept_id IN ({inpatient}) THEN v.visit_end_date END AS discharge_date,
    CASE WHEN v.visit_concept_id IN ({emergency}) THEN {place} END AS place_of_service_code,
    quantity AS service_unit_quantity, hcpcs_code, snomed_code, coalesce(paid, 0) AS paid_amount,
    allowed AS allowed_amount, charge AS charge_amount, coinsurance AS coinsurance_amount,
    copayment AS copayment_amount, deductible AS deductible_amount, 'omop' AS data_source,
    kind, paid IS NOT NULL AS costed
FROM lines
JOIN source_visit_occurrence v ON v.visit_occurrence_id = lines.visit
LEFT JOIN costs USING (domain, event);
CREATE TEMP VIEW medical_claim AS
SELECT * EXCLUDE (kind, costed) FROM medical_lines
ORDER BY person_id, claim_start_date, claim_id, claim_line_number
"""
)
DRUGS = (
    """
CREATE TEMP VIEW pharmacy_claim AS
WITH costs AS ("""
    + _COST
    + """)
SELECT 'drug-' || drug_exposure_id AS claim_id, 1 AS claim_line_number, person_id,
    drug_exposure_start_date AS dispensing_date,
    CASE WHEN given.vocabulary_id IN ({ndc}) THEN given.concept_code END AS ndc_code,
    CASE WHEN standard.vocabulary_id IN ({rxnorm}) THEN standard.concept_code END AS rxnorm_code,
    quantity, days_supply, coalesce(paid, 0) AS paid_amount, allowed AS allowed_amount,
    copayment AS copayment_amount, coinsurance AS coinsurance_amount, deductible AS deductible_amount,
    'omop' AS data_source
FROM source_drug_exposure
LEFT JOIN costs ON domain = 'Drug' AND event = drug_exposure_id
LEFT JOIN source_concept given ON given.concept_id = drug_source_concept_id
LEFT JOIN source_concept standard ON standard.concept_id = drug_concept_id
ORDER BY person_id, dispensing_date, claim_id
"""
)
