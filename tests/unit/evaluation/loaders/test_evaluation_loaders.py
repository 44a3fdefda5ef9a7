"""Loaders bring made-up files of each source into the contract, and name what they cannot read."""

# ruff: noqa: E501  # a row of a table stays on one line

from __future__ import annotations

import datetime as dt
import gzip
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from allay.base.errors import InvalidInput, InvalidValue
from allay.cli.evaluation import group
from allay.cli.frame import run
from allay.evaluation.claims import check_claims, claims_views
from allay.evaluation.loaders import load

WINDOW = (dt.date(2020, 1, 1), dt.date(2020, 12, 31))


def write(folder: Path, sign: str = ",", **tables: str) -> Path:
    """Write small tables given as lines of words; a dash is a blank."""
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        rows = [line.split() for line in text.strip().splitlines()]
        lines = [sign.join("" if cell == "-" else cell for cell in row) for row in rows]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return folder


def loaded(source, folder, out, **options):
    result = load(source, folder, out, **options)
    connection = duckdb.connect()
    claims_views(connection, out)
    return result, connection


SYNTHEA = {
    "synthea_patients": """
        patient_id birth_date death_date gender race state zip
        a 1950-01-01 2020-06-30 male White VT 05401
        b 2020-03-01 - female White VT 05401
        c 1950-01-01 2019-01-01 female White VT 05401""",
    "synthea_encounters": """
        encounter_id patient_id class start end
        e1 a IMP 2020-02-03T10:00:00 2020-02-05T09:00:00
        e2 b EMER 2020-04-01T10:00:00 2020-04-01T12:00:00""",
    "synthea_claims": """
        claim_id patient_id type start insurer principal_diagnosis_snomed encounter_id
        k1 a institutional 2020-02-05 medicare 279039007 e1
        k2 b institutional 2020-04-01 private - e2""",
    "synthea_claim_lines": """
        claim_id line snomed place_of_service submitted_amount allowed_amount deductible_amount paid_amount
        k1 1 185347001 21 - - - -
        k1 2 111 21 10.01 10.01 0 8.008
        k1 3 112 21 10.01 10.01 0 8.008
        k1 4 113 21 10.01 10.01 0 8.008
        k2 1 114 20 5.00 5.00 0 4""",
    "synthea_pharmacy_claims": """
        claim_id patient_id start medication_request_id total_amount
        f1 a 2020-02-05 m1 255""",
    "synthea_medications": """
        medication_request_id rxnorm
        m1 1049221""",
}


def test_synthea_payments_in_parts_of_cents_add_up_to_their_claim(tmp_path):
    folder = write(tmp_path / "in", **SYNTHEA)
    result, connection = loaded("synthea", folder, tmp_path / "out", window=WINDOW)
    query = "SELECT paid_amount, coinsurance_amount FROM medical_claim WHERE claim_id = 'k1'"
    # 8.008 three times is 24.024: 24.02 in cents.
    assert connection.sql(query).fetchall() == [
        (Decimal("0.00"), None),
        (Decimal("8.01"), Decimal("2.00")),
        (Decimal("8.01"), Decimal("2.00")),
        (Decimal("8.00"), Decimal("2.01")),
    ]
    assert "1 lines of visits and diagnoses have no amounts in the source; 0 stands as paid" in result.notes


def test_synthea_enrollment_is_the_window_cut_by_birth_and_death(tmp_path):
    folder = write(tmp_path / "in", **SYNTHEA)
    result, connection = loaded("synthea", folder, tmp_path / "out", window=WINDOW)
    query = "SELECT person_id, enrollment_start_date, enrollment_end_date FROM enrollment ORDER BY 1"
    assert connection.sql(query).fetchall() == [
        ("a", dt.date(2020, 1, 1), dt.date(2020, 6, 30)),
        ("b", dt.date(2020, 3, 1), dt.date(2020, 12, 31)),
    ]
    assert result.notes[0].startswith("Synthea has no enrollment: each person is enrolled from 2020-01-01")


def test_synthea_stays_fills_and_codes(tmp_path):
    _, connection = loaded("synthea", write(tmp_path / "in", **SYNTHEA), tmp_path / "out", window=WINDOW)
    query = """SELECT DISTINCT claim_start_date, admission_date, discharge_date, diagnosis_code_type, payer
        FROM medical_claim ORDER BY 1"""
    assert connection.sql(query).fetchall() == [
        (dt.date(2020, 2, 3), dt.date(2020, 2, 3), dt.date(2020, 2, 5), "snomed", "medicare"),
        (dt.date(2020, 4, 1), None, None, None, "private"),
    ]
    query = "SELECT count(hcpcs_code), count(revenue_center_code), count(snomed_code) FROM medical_claim"
    assert connection.sql(query).fetchall() == [(0, 0, 5)]
    query = "SELECT rxnorm_code, ndc_code, paid_amount, allowed_amount FROM pharmacy_claim"
    assert connection.sql(query).fetchall() == [("1049221", None, 0, 255)]
    assert check_claims(tmp_path / "out").accepted


def test_gzipped_files_are_read_and_wrong_cells_named_with_their_lines(tmp_path):
    folder = write(tmp_path / "in", **SYNTHEA)
    text = (folder / "synthea_claim_lines.csv").read_text().replace("k1,3,112", "k1,three,112")
    (folder / "synthea_claim_lines.csv").unlink()
    with gzip.open(folder / "synthea_claim_lines.csv.gz", "wt") as file:
        file.write(text)
    with pytest.raises(InvalidInput) as caught:
        load("synthea", folder, tmp_path / "out", window=WINDOW)
    place = folder / "synthea_claim_lines.csv.gz"
    assert str(caught.value) == f"{place}:4: line: expected a whole number, found 'three'"
    assert not (tmp_path / "out").exists()


def test_files_and_columns_that_are_not_there(tmp_path):
    folder = write(tmp_path / "in", **SYNTHEA)
    with pytest.raises(InvalidInput, match="a first and last day of enrollment"):
        load("synthea", folder, tmp_path / "out")
    with pytest.raises(InvalidValue, match="a last day from 2020-12-31 on"):
        load("synthea", folder, tmp_path / "out", window=(WINDOW[1], WINDOW[0]))
    write(folder, synthea_medications="medication_request_id\nm1")
    with pytest.raises(
        InvalidInput, match=r"synthea_medications.csv:1: rxnorm: expected this column, found none"
    ):
        load("synthea", folder, tmp_path / "out", window=WINDOW)
    (folder / "synthea_medications.csv").unlink()
    with pytest.raises(InvalidInput, match=r"synthea_medications.csv: expected this file"):
        load("synthea", folder, tmp_path / "out", window=WINDOW)


def beneficiary(year, months, *, hmo=(), death="-"):
    entitled = " ".join(f"MDCR_ENTLMT_BUYIN_{n}_IND" for n in range(1, 13))
    managed = " ".join(f"HMO_{n}_IND" for n in range(1, 13))
    marks = " ".join("3" if n in months else "-" for n in range(1, 13))
    away = " ".join("1" if n in hmo else "0" for n in range(1, 13))
    head = f"BENE_ID BENE_BIRTH_DT BENE_SEX_IDENT_CD BENE_RACE_CD RFRNC_YR DEATH_DT {entitled} {managed}"
    return f"{head}\nx 11-Nov-1945 2 1 {year} {death} {marks} {away}"


CARRIER = """
    BENE_ID CLM_ID CLM_FROM_DT CLM_THRU_DT CLM_PMT_AMT FINAL_ACTION LINE_NUM LINE_NCH_PMT_AMT HCPCS_CD PRNCPAL_DGNS_CD ICD_DGNS_CD1 ICD_DGNS_CD2 PRNCPAL_DGNS_VRSN_CD
    x c1 05-Feb-2020 05-Feb-2020 30.00 F 1 10.00 99213 M545 G8929 M545 0
    x c1 05-Feb-2020 05-Feb-2020 30.00 F 2 20.00 97110 M545 G8929 M545 0
    x c0 05-Feb-2020 05-Feb-2020 99.00 N 1 99.00 99213 M545 - - 0"""
INPATIENT = """
    BENE_ID CLM_ID CLM_FROM_DT CLM_THRU_DT CLM_PMT_AMT CLM_LINE_NUM REV_CNTR CLM_ADMSN_DT NCH_BENE_DSCHRG_DT CLM_FAC_TYPE_CD CLM_SRVC_CLSFCTN_TYPE_CD CLM_FREQ_CD CLM_DRG_CD NCH_BENE_IP_DDCTBL_AMT
    x h1 01-Mar-2020 04-Mar-2020 5000.00 2 0450 01-Mar-2020 04-Mar-2020 1 1 1 552 1400.00
    x h1 01-Mar-2020 04-Mar-2020 5000.00 1 0120 01-Mar-2020 04-Mar-2020 1 1 1 552 1400.00"""
PDE = """
    BENE_ID PDE_ID SRVC_DT PROD_SRVC_ID TOT_RX_CST_AMT CVRD_D_PLAN_PD_AMT NCVRD_PLAN_PD_AMT PTNT_PAY_AMT DAYS_SUPLY_NUM
    x d1 01-Mar-2020 00000000001 50.00 30.00 5.00 15.00 30"""


def rif(folder):
    years = {
        "beneficiary_2019": beneficiary(2019, range(7, 13)),
        "beneficiary_2020": beneficiary(2020, range(1, 13), hmo=(6, 7), death="15-Nov-2020"),
    }
    return write(folder, "|", **years, carrier=CARRIER, inpatient=INPATIENT, pde=PDE)


def test_rif_enrollment_is_the_months_with_both_parts_and_without_managed_care(tmp_path):
    _, connection = loaded("rif", rif(tmp_path / "in"), tmp_path / "out")
    query = "SELECT enrollment_start_date, enrollment_end_date FROM enrollment ORDER BY 1"
    assert connection.sql(query).fetchall() == [
        (dt.date(2019, 7, 1), dt.date(2020, 5, 31)),
        (dt.date(2020, 8, 1), dt.date(2020, 11, 15)),
    ]
    query = "SELECT gender, race, birth_date, death_date FROM member"
    assert connection.sql(query).fetchall() == [
        ("female", "white", dt.date(1945, 11, 11), dt.date(2020, 11, 15))
    ]


def test_rif_payments_of_a_stay_count_once_and_final_claims_only(tmp_path):
    _, connection = loaded("rif", rif(tmp_path / "in"), tmp_path / "out")
    query = """SELECT claim_id, claim_line_number, paid_amount, deductible_amount, admission_date, bill_type_code,
        diagnosis_code_1, diagnosis_code_2, diagnosis_code_type FROM medical_claim ORDER BY 1, 2"""
    assert connection.sql(query).fetchall() == [
        ("c1", 1, 10, None, None, None, "M545", "G8929", "icd-10-cm"),
        ("c1", 2, 20, None, None, None, "M545", "G8929", "icd-10-cm"),
        ("h1", 1, 5000, 1400, dt.date(2020, 3, 1), "111", None, None, None),
        ("h1", 2, 0, None, dt.date(2020, 3, 1), "111", None, None, None),
    ]
    query = "SELECT paid_amount, allowed_amount, copayment_amount FROM pharmacy_claim"
    assert connection.sql(query).fetchall() == [(35, 50, 15)]


SYNPUF = (
    "DESYNPUF_ID BENE_BIRTH_DT BENE_DEATH_DT BENE_SEX_IDENT_CD BENE_RACE_CD SP_STATE_CODE PLAN_CVRG_MOS_NUM"
)
EVENTS = "DESYNPUF_ID PDE_ID SRVC_DT PROD_SRVC_ID QTY_DSPNSD_NUM DAYS_SUPLY_NUM PTNT_PAY_AMT TOT_RX_CST_AMT"


def test_synpuf_months_are_placed_in_the_year(tmp_path):
    people = {
        "synpuf_beneficiary_2008": f"{SYNPUF}\na 19400101 - 1 1 39 03\nb 19400101 - 1 1 39 12\nc 19400101 - 2 5 39 0",
        "synpuf_beneficiary_2009": f"{SYNPUF}\na 19400101 - 1 1 39 12\nb 19400101 20090410 1 1 39 04\nc 19400101 - 2 5 39 0",
    }
    fills = f"{EVENTS}\na p1 20090105 1 30.000 10 20.00 10.00\nb p2 20090105 1 30.000 10 10.00 50.00"
    folder = write(tmp_path / "in", **people, synpuf_prescription_drug_events=fills)
    result, connection = loaded("synpuf", folder, tmp_path / "out")
    query = "SELECT person_id, enrollment_start_date, enrollment_end_date FROM enrollment ORDER BY 1, 2"
    assert connection.sql(query).fetchall() == [
        ("a", dt.date(2008, 10, 1), dt.date(2009, 12, 31)),  # newly covered: the last months, then on
        ("b", dt.date(2008, 1, 1), dt.date(2009, 4, 10)),  # covered before, and died
    ]
    assert connection.sql("SELECT paid_amount FROM pharmacy_claim ORDER BY claim_id").fetchall() == [
        (0,),
        (40,),
    ]
    assert any("in 1 fills the patient paid more" in note for note in result.notes)
    (folder / "synpuf_prescription_drug_events.csv").unlink()
    with pytest.raises(InvalidInput, match="found 2 and 0"):
        load("synpuf", folder, tmp_path / "more")


OMOP = {
    "person": "person_id year_of_birth month_of_birth day_of_birth gender_source_value\n1 1970 5 4 F\n2 1980 - - M",
    "payer_plan_period": """
        person_id payer_plan_period_start_date payer_plan_period_end_date payer_source_value
        1 2020-01-01 2020-12-31 A
        2 2020-01-01 2020-12-31 A""",
    "visit_occurrence": """
        visit_occurrence_id person_id visit_concept_id visit_start_date visit_end_date
        10 1 9202 2020-02-03 2020-02-03
        11 2 9203 2020-02-03 2020-02-03
        12 2 9201 2020-03-01 2020-03-04""",
    "procedure_occurrence": """
        procedure_occurrence_id person_id visit_occurrence_id procedure_concept_id procedure_source_concept_id procedure_date quantity
        100 1 10 900 901 2020-02-03 2
        101 1 10 902 0 2020-02-03 1""",
    "drug_exposure": """
        drug_exposure_id person_id drug_concept_id drug_source_concept_id drug_exposure_start_date quantity days_supply
        200 1 910 911 2020-02-04 30 10""",
    "cost": """
        cost_event_id cost_domain_id total_charge amount_allowed paid_by_payer paid_patient_copay
        10 Visit 100 80 60 20
        100 Procedure 50 40 40 0
        200 Drug 12 10 8 2""",
    "concept": """
        concept_id vocabulary_id concept_code
        900 SNOMED 229070002
        901 CPT4 97110
        902 SNOMED 44608003
        910 RxNorm 1049221
        911 NDC 00406051262""",
}


def test_omop_visits_are_claims_and_procedures_their_lines(tmp_path):
    result, connection = loaded("omop", write(tmp_path / "in", **OMOP), tmp_path / "out")
    query = """SELECT claim_id, claim_line_number, claim_type, place_of_service_code, hcpcs_code, snomed_code,
        paid_amount, allowed_amount, admission_date FROM medical_claim ORDER BY 1, 2"""
    assert connection.sql(query).fetchall() == [
        ("visit-10", 1, "professional", None, None, None, 60, 80, None),
        ("visit-10", 2, "professional", None, "97110", "229070002", 40, 40, None),
        ("visit-10", 3, "professional", None, None, "44608003", 0, None, None),
        ("visit-11", 1, "professional", "23", None, None, 0, None, None),
        ("visit-12", 1, "institutional", None, None, None, 0, None, dt.date(2020, 3, 1)),
    ]
    query = "SELECT ndc_code, rxnorm_code, days_supply, paid_amount, copayment_amount FROM pharmacy_claim"
    assert connection.sql(query).fetchall() == [("00406051262", "1049221", 10, 8, 2)]
    query = "SELECT person_id, birth_date FROM member ORDER BY 1"
    assert connection.sql(query).fetchall() == [("1", dt.date(1970, 5, 4)), ("2", dt.date(1980, 1, 1))]
    assert any("3 visits and procedures have no row in cost" in note for note in result.notes)
    assert any("(memory)" in note for note in result.notes)
    assert check_claims(tmp_path / "out").accepted


def test_omop_without_what_need_not_be_there(tmp_path):
    less = {name: OMOP[name] for name in ("person", "visit_occurrence")}
    folder = write(tmp_path / "in", **less)
    with pytest.raises(InvalidInput, match=r"payer_plan_period.csv or observation_period.csv"):
        load("omop", folder, tmp_path / "out")
    period = "person_id observation_period_start_date observation_period_end_date\n1 2020-01-01 2020-12-31"
    write(folder, observation_period=period)
    result, connection = loaded("omop", folder, tmp_path / "out")
    assert result.rows == {"member": 2, "enrollment": 1, "medical_claim": 3}
    assert connection.sql("SELECT count(hcpcs_code) FROM medical_claim").fetchall() == [(0,)]
    assert "enrollment is taken from observation periods, which need not be coverage" in result.notes


def test_the_command_says_what_was_taken_for_what(tmp_path, capsys):
    folder = write(tmp_path / "in", **SYNTHEA)
    words = ["convert", str(folder), "--from", "synthea", "-o", str(tmp_path / "out")]
    assert run(group, [*words, "--from-date", "2020-01-01", "--to-date", "2020-12-31"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "member: 3 rows",
        "enrollment: 2 rows",
        "medical_claim: 5 rows",
        "pharmacy_claim: 1 rows",
    ]
    assert lines[4].startswith("Synthea has no enrollment")
