"""Synthetic claims of three publishers through our loaders: their identities and totals hold.

Payments of Synthea have parts of cents. Ours are in cents and add up to those of each claim, rounded; so sums
over claims may be off by half a cent for each claim.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from decimal import Decimal

import duckdb
import pytest

from allay.evaluation.claims import check_claims, claims_views
from allay.evaluation.loaders import load

# For each claim, whose payment we hold in cents; other expected sums were added up as floating point numbers.
HALF_A_CENT = 0.005
WINDOW = (dt.date(2015, 1, 1), dt.date(2020, 12, 31))


@pytest.fixture(scope="module")
def claims(allay_data):
    return allay_data / "synthetic_claims"


@pytest.fixture(scope="module")
def expected(claims):
    return json.loads((claims / "expected_summary.json").read_text())


def loaded(source, folder, out, **options):
    result = load(source, folder, out, **options)
    connection = duckdb.connect()
    claims_views(connection, out)
    return result, connection, out


@pytest.fixture(scope="module")
def synthea(claims, tmp_path_factory):
    return loaded("synthea", claims, tmp_path_factory.mktemp("claims") / "synthea", window=WINDOW)


@pytest.fixture(scope="module")
def rif(claims, tmp_path_factory):
    return loaded("rif", claims / "rif_synthea", tmp_path_factory.mktemp("claims") / "rif")


@pytest.fixture(scope="module")
def synpuf(claims, tmp_path_factory):
    return loaded("synpuf", claims, tmp_path_factory.mktemp("claims") / "synpuf")


def one(connection, query):
    return connection.sql(query).fetchall()[0][0]


def test_synthea_has_its_rows_and_people(synthea, expected):
    result, connection, _ = synthea
    rows = expected["synthea_tables"]["rows"]
    assert result.rows["member"] == rows["patients"]
    assert result.rows["medical_claim"] == rows["claim_lines"]
    assert result.rows["pharmacy_claim"] == rows["pharmacy_claims"]
    assert one(connection, "SELECT count(DISTINCT claim_id) FROM medical_claim") == rows["claims"]
    people = expected["synthea_tables"]["patients"]
    assert one(connection, "SELECT count(death_date) FROM member") == people["deceased"]
    assert (
        dict(connection.sql("SELECT gender, count(*) FROM member GROUP BY gender").fetchall())
        == (people["gender"])
    )


def test_synthea_lines_hold_their_identity(synthea, expected):
    _, connection, _ = synthea
    query = """SELECT count(*),
        count_if(allowed_amount - deductible_amount - coinsurance_amount = paid_amount), sum(paid_amount),
        sum(allowed_amount), sum(coinsurance_amount)
        FROM medical_claim WHERE allowed_amount IS NOT NULL"""
    lines, held, paid, allowed, coinsurance = connection.sql(query).fetchall()[0]
    wanted = expected["synthea_tables"]["claim_lines"]
    assert lines == held == wanted["lines_with_amounts"]
    assert float(allowed) == pytest.approx(wanted["allowed_sum"], abs=HALF_A_CENT)
    assert paid + coinsurance == allowed
    off = HALF_A_CENT * expected["synthea_tables"]["rows"]["claims"]
    assert float(paid) == pytest.approx(wanted["paid_sum"], abs=off)
    assert float(coinsurance) == pytest.approx(wanted["coinsurance_sum"], abs=off)


def test_synthea_claims_are_paid_what_their_lines_are(synthea, claims, expected):
    _, connection, _ = synthea
    source = f"read_csv('{claims / 'synthea_claims.csv.gz'}', all_varchar=true)"
    query = f"""WITH lines AS (SELECT claim_id, sum(paid_amount) AS paid FROM medical_claim GROUP BY 1)
        SELECT count(*), count_if(paid = round(CAST(payment_amount AS DECIMAL(18,6)), 2))
        FROM {source} JOIN lines USING (claim_id)"""
    count, held = connection.sql(query).fetchall()[0]
    assert count == held == expected["synthea_tables"]["rows"]["claims"]
    query = "SELECT payer, count(DISTINCT claim_id), sum(paid_amount) FROM medical_claim GROUP BY payer"
    found = {payer: (number, float(paid)) for payer, number, paid in connection.sql(query).fetchall()}
    by_payer = expected["synthea_tables"]["claims"]["by_insurer"]
    assert found.keys() == by_payer.keys()
    for payer, wanted in by_payer.items():
        assert found[payer][0] == wanted["claims"]
        assert found[payer][1] == pytest.approx(wanted["payment_sum"], abs=HALF_A_CENT * wanted["claims"])


def test_synthea_payments_by_year_and_encounters_by_year(synthea, expected):
    _, connection, _ = synthea
    query = """SELECT year(claim_end_date), sum(paid_amount), count(DISTINCT claim_id)
        FROM medical_claim GROUP BY 1"""
    found = {str(year): (float(paid), claims) for year, paid, claims in connection.sql(query).fetchall()}
    for year, paid in expected["synthea_tables"]["claims"]["payment_sum_by_year_2015_2020"].items():
        assert found[year][0] == pytest.approx(paid, abs=HALF_A_CENT * found[year][1])
    query = """SELECT year(claim_start_date), count(DISTINCT claim_id) FROM medical_claim
        WHERE admission_date IS NOT NULL GROUP BY ALL"""
    stays = {str(year): number for year, number in connection.sql(query).fetchall()}
    by_year = expected["synthea_tables"]["encounters_by_class_year_2015_2020"]
    assert {year: stays[year] for year in by_year} == {year: each["IMP"] for year, each in by_year.items()}


def test_synthea_fills_have_the_opioids_of_the_requests(synthea, expected):
    _, connection, _ = synthea
    wanted = dict(expected["synthea_tables"]["opioid_requests"]["by_rxnorm"])
    # The expected count has this code only under one of its two spellings; the other has 16 requests.
    wanted["1049221"] += 16
    listed = ", ".join(f"'{code}'" for code in wanted)
    query = f"SELECT rxnorm_code, count(*) FROM pharmacy_claim WHERE rxnorm_code IN ({listed}) GROUP BY ALL"
    assert dict(connection.sql(query).fetchall()) == wanted


def test_synthea_is_accepted_and_days_of_1914_are_named(synthea):
    _, _, out = synthea
    check = check_claims(out)
    assert check.accepted
    early = check.findings[0]
    assert (early.id, early.table) == ("implausible_date", "medical_claim")
    assert early.decision.value == "drop"
    assert check.dropped["medical_claim"] == early.count > 0
    assert check_claims(out, decisions={"implausible_date": "refuse"}).accepted is False


def test_rif_has_the_claims_that_its_publisher_counts(rif, claims):
    _, connection, _ = rif
    with (claims / "rif_synthea" / "export_summary.csv").open() as file:
        (summary,) = csv.DictReader(file)
    counted = {
        "CARRIER_CLAIMS": "claim_type = 'professional'",
        "INPATIENT_CLAIMS": "admission_date IS NOT NULL",
        "HHA_CLAIMS": "bill_type_code LIKE '3%'",
        "HOSPICE_CLAIMS": "bill_type_code LIKE '8%'",
        "OUTPATIENT_CLAIMS": "bill_type_code LIKE '13%'",
    }
    for column, where in counted.items():
        query = f"SELECT count(DISTINCT claim_id) FROM medical_claim WHERE {where}"
        assert one(connection, query) == int(summary[column]), column
    assert one(connection, "SELECT count(*) FROM pharmacy_claim") == int(summary["PDE_CLAIMS"])
    assert one(connection, "SELECT count(DISTINCT person_id) FROM medical_claim") == 1


def test_rif_payments_count_once(rif, expected):
    _, connection, _ = rif
    (wanted,) = expected["rif_synthea"].values()
    medical = {kind: each for kind, each in wanted.items() if kind != "pde"}
    paid, lines = connection.sql("SELECT sum(paid_amount), count(*) FROM medical_claim").fetchall()[0]
    total = sum(Decimal(str(each["claim_payment_sum"])) for each in medical.values())
    assert float(paid) == pytest.approx(float(total), abs=HALF_A_CENT)
    assert lines == sum(each["lines"] for each in medical.values())
    carrier = one(connection, "SELECT sum(paid_amount) FROM medical_claim WHERE claim_type = 'professional'")
    assert float(carrier) == pytest.approx(wanted["carrier"]["claim_payment_sum"], abs=HALF_A_CENT)


def test_rif_enrollment_is_one_span_and_its_claims_lie_in_it(rif):
    _, connection, out = rif
    query = "SELECT enrollment_start_date, enrollment_end_date FROM enrollment"
    assert connection.sql(query).fetchall() == [(dt.date(2011, 1, 1), dt.date(2021, 5, 31))]
    check = check_claims(out)
    assert (check.accepted, check.findings) == (True, ())


def test_synpuf_sums_of_fills(synpuf, expected):
    _, connection, _ = synpuf
    wanted = expected["de_synpuf"]["prescription_drug_events"]
    query = """SELECT count(*), count(DISTINCT person_id), sum(days_supply), sum(copayment_amount),
        sum(allowed_amount), sum(paid_amount),
        count_if(paid_amount = greatest(allowed_amount - copayment_amount, 0))
        FROM pharmacy_claim"""
    rows, people, days, patient, total, paid, held = connection.sql(query).fetchall()[0]
    assert (rows, people, days) == (wanted["rows"], wanted["patients"], wanted["days_supply_sum"])
    assert (float(patient), float(total)) == (wanted["patient_pay_sum"], wanted["total_cost_sum"])
    assert held == rows
    # Where the patient paid more than the (rounded) cost, 0 stands as paid.
    assert paid >= total - patient


def test_synpuf_people(synpuf, expected):
    _, connection, out = synpuf
    wanted = expected["de_synpuf"]
    assert one(connection, "SELECT count(*) FROM member") == wanted["2008"]["rows"]
    female = "SELECT count(*) FROM member WHERE gender = 'female'"
    assert one(connection, female) == wanted["2008"]["female"]
    for year in ("2008", "2009", "2010"):
        dead = f"SELECT count(*) FROM member WHERE year(death_date) = {year}"
        assert one(connection, dead) == wanted[year]["deaths"], year
    query = """SELECT count(*) FROM enrollment e JOIN member m USING (person_id)
        WHERE e.enrollment_end_date > m.death_date OR e.enrollment_start_date < m.birth_date"""
    assert one(connection, query) == 0
    check = check_claims(out)
    assert check.accepted
    assert [each.id for each in check.findings] == ["missing_table", "outside_enrollment"]
