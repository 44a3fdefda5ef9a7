"""Simulated claims are in the contract's shape and hold together."""

from __future__ import annotations

import json

import pytest

from allay.evaluation.claims.contract import TABLES, claims_table
from allay.evaluation.simulation.catalog import catalog
from allay.evaluation.simulation.outcomes import OUTCOMES
from allay.evaluation.simulation.people import buckets, draw_members
from allay.evaluation.simulation.tables import person_ids
from allay.evaluation.simulation.truth import read_truth

LIVE = """
select person_id, claim_id, claim_line_number, {day} as day, sum(paid_amount) as paid,
sum(case when paid_amount < 0 or allowed_amount < 0 or {units} < 0 then -1 else 1 end) as live
from (select distinct * from {table}) group by all"""
# Every table with what it is called in it: day and units.
CLAIMS = {
    "medical_claim": {"day": "claim_line_start_date", "units": "service_unit_quantity"},
    "pharmacy_claim": {"day": "dispensing_date", "units": "quantity"},
}
tables = pytest.mark.parametrize("table", CLAIMS)


@pytest.mark.parametrize("table", TABLES)
def test_tables_have_the_columns_of_the_contract(claims, table):
    described = {name: kind for name, kind, *_ in claims.rows(f"describe {table}")}
    contract = claims_table(table)
    assert set(contract.required) <= set(described)
    for name, kind in described.items():
        assert kind == contract.column(name).type.sql, name
    for column in contract.columns:
        if column.required:
            assert claims.one(f"select count(*) from {table} where {column.name} is null") == 0, column.name
        if column.values and column.name in described:
            found = {row[0] for row in claims.rows(f"select distinct {column.name} from {table}")}
            assert found <= set(column.values)


def test_everyone_is_a_member_once(claims):
    assert claims.one("select count(*) from member") == claims.design.members
    assert claims.one("select count(distinct person_id) from member") == claims.design.members
    for table in ("enrollment", "medical_claim", "pharmacy_claim", "roster"):
        assert claims.one(f"select count(*) from {table} anti join member using (person_id)") == 0


def test_spans_are_apart_and_end_with_life(claims):
    apart = """select count(*) from enrollment a join enrollment b using (person_id)
    where a.enrollment_start_date < b.enrollment_start_date
    and b.enrollment_start_date <= a.enrollment_end_date + 1"""
    assert claims.one(apart) == 0
    assert (
        claims.one("select count(*) from enrollment where enrollment_end_date < enrollment_start_date") == 0
    )
    assert claims.one("select count(death_date) from member") > 0
    after = """select count(*) from enrollment join member using (person_id)
    where enrollment_end_date > death_date"""
    assert claims.one(after) == 0
    last = """select count(*) from member join (select person_id, max(enrollment_end_date) as last
    from enrollment group by person_id) using (person_id) where last = death_date"""
    assert claims.one(last) > 0
    assert claims.one("select count(*) - count(distinct person_id) from enrollment") > 0


@tables
def test_live_lines_are_within_enrollment_but_for_those_planted(claims, table):
    live = LIVE.format(table=table, **CLAIMS[table])
    outside = f"""select count(*) from ({live}) line where live > 0 and not exists (select 1 from enrollment e
    where e.person_id = line.person_id and day between enrollment_start_date and enrollment_end_date)"""
    assert claims.one(outside) == claims.truth.counts[f"{table}.outside_enrollment"] > 0


def test_stays_end_within_enrollment(claims):
    outside = """select count(*) from medical_claim line where admission_date >= '2023-01-01' and
    not exists (select 1 from enrollment e where e.person_id = line.person_id
    and admission_date >= enrollment_start_date and discharge_date <= enrollment_end_date)"""
    assert claims.one(outside) == 0
    assert claims.one("select count(*) from medical_claim where discharge_date <= admission_date") == 0
    assert (
        claims.one("select count(*) from medical_claim where (drg_code is null) != (admission_date is null)")
        == 0
    )


@tables
def test_what_is_taken_back_nets_to_nothing_or_to_what_replaced_it(claims, table):
    live = LIVE.format(table=table, **CLAIMS[table])
    # A line is live once or not at all; what is not live has cost nothing, what is has cost something.
    assert claims.rows(f"select distinct live from ({live}) order by all") == [(0,), (1,)]
    assert claims.one(f"select count(*) from ({live}) where live = 0 and paid != 0") == 0
    assert claims.one(f"select count(*) from ({live}) where live = 1 and paid <= 0") == 0
    same_claim = f"""select count(*) from (select 1 from (select distinct * from {table})
    group by claim_id, claim_line_number having count(*) = 3 and min(paid_amount) < 0)"""
    counts = claims.truth.counts
    assert 0 < claims.one(same_claim) < counts[f"{table}.corrected"]
    taken_back = f"select count(*) from (select distinct * from {table}) where paid_amount < 0"
    assert claims.one(taken_back) == counts[f"{table}.corrected"] + counts[f"{table}.voided"]
    late = f"select count(*) from {table} where paid_date < {CLAIMS[table]['day']}"
    assert claims.one(late) == 0


@tables
def test_a_corrected_line_was_paid_too_much_at_first(claims, table):
    paid = f"""select min_by(paid_amount, paid_date) as first, max_by(paid_amount, paid_date) as final
    from (select distinct * from {table}) group by claim_id, claim_line_number
    having count(*) = 3"""
    ratios = [row[0] for row in claims.rows(f"select first / final from ({paid})")]
    # A tenth too much and a cent, of amounts of a dollar at least.
    assert len(ratios) > 10
    assert 1.1 <= min(ratios) <= max(ratios) < 1.12


@tables
def test_rows_and_duplicates_are_counted(claims, table):
    counts = claims.truth.counts
    rows = claims.one(f"select count(*) from {table}")
    assert rows == counts[f"{table}.rows"]
    different = claims.one(f"select count(*) from (select distinct * from {table})")
    assert rows - different == counts[f"{table}.duplicates"] > 0


@tables
def test_amounts_add_up(claims, table):
    wrong = f"select count(*) from {table} where paid_amount + copayment_amount != allowed_amount"
    assert claims.one(wrong) == 0


def test_emergency_visits_stand_on_a_facility_and_mostly_a_professional_claim(claims):
    days = "select distinct person_id, claim_line_start_date as day from medical_claim where"
    facility, doctor = f"{days} revenue_center_code = '0450'", f"{days} place_of_service_code = '23'"
    both = claims.one(f"select count(*) from ({facility}) join ({doctor}) using (person_id, day)")
    alone = claims.one(f"select count(*) from ({facility}) anti join ({doctor}) using (person_id, day)")
    assert 0 < alone < both
    bills = claims.rows(
        "select distinct bill_type_code from medical_claim where revenue_center_code = '0450'"
    )
    assert bills == [("131",)]


def test_rows_lie_sorted_by_person_and_day(claims):
    import pyarrow.parquet as pq

    for table, names in CLAIMS.items():
        for file in (claims.folder / table).rglob("*.parquet"):
            found = pq.read_table(file, columns=["person_id", names["day"]]).to_pydict()
            keys = list(zip(*found.values(), strict=True))
            assert keys == sorted(keys)


def test_the_roster_names_those_who_started_and_when(claims):
    by_day = dict(claims.rows("select index_date::varchar, count(*) from roster group by all"))
    assert by_day == {cohort.first_day: cohort.members for cohort in claims.truth.cohorts}
    assert claims.one("select count(*) - count(distinct person_id) from roster") == 0
    not_enrolled = """select count(*) from roster r where not exists (select 1 from enrollment e
    where e.person_id = r.person_id and index_date between enrollment_start_date and enrollment_end_date)"""
    assert claims.one(not_enrolled) == 0


def test_truth_is_written_as_it_is_returned(claims):
    assert read_truth(claims.folder / "truth.json") == claims.truth
    written = json.loads((claims.folder / "truth.json").read_text(encoding="utf-8"))
    assert written["allay_version"]
    assert written["design"]["seed"] == claims.design.seed
    assert {effect["outcome"] for effect in written["effects"]} == set(OUTCOMES)
    controls = {effect["outcome"] for effect in written["effects"] if effect["negative_control"]}
    assert controls == {written["negative_control"]} == {"x_ray"}
    billed = claims.rows(
        "select distinct hcpcs_code from medical_claim union select drg_code from medical_claim"
    )
    filled = claims.rows("select distinct rxnorm_code from pharmacy_claim")
    named = {code for codes in written["codes"].values() for code in codes}
    assert {row[0] for row in billed + filled} - {None} == named


def test_codes_are_those_the_value_sets_know():
    from allay.evaluation.panel.rules import use_rules
    from allay.evaluation.panel.spec import PanelSpec
    from allay.evaluation.simulation.lines import drugs

    rules = use_rules(PanelSpec())
    for service in catalog().services:
        known = {name for name, (codes, _) in rules.daily.items() if set(service.codes) & codes}
        wanted = {service.id} & set(rules.daily)
        assert known == wanted, service.id
        if wanted:
            assert set(service.codes) <= rules.daily[service.id][0]
    assert set(catalog().service("spine_surgery").codes) <= rules.surgery["hcpcs"]
    assert not set(catalog().service("inpatient_stay").drgs) & rules.surgery["ms_drg"]
    products = {one.code for one in rules.products if one.system == "rxnorm"}
    plain = len(catalog().pharmacy.drugs)
    assert not set(drugs()[:plain]) & products
    assert set(drugs()[plain:]) <= products


def test_chronic_pain_shows_on_office_visits_of_those_who_have_it(claims):
    members = [draw_members(claims.design, bucket) for bucket in range(buckets(claims.design))]
    pain = {name for one in members for name in person_ids(one.number[one.pain])}
    office = f"hcpcs_code in ({', '.join(repr(code) for code in catalog().service('office_visit').codes)})"
    coded = f"coalesce(diagnosis_code_3, '') = '{catalog().pain_code}'"
    seen = dict(
        claims.rows(f"select person_id, bool_and({coded}) from medical_claim where {office} group by 1")
    )
    assert {name for name, every in seen.items() if every} == pain & set(seen)
    assert len(pain & set(seen)) > 0.9 * len(pain)
    assert claims.one(f"select count(*) from medical_claim where {coded} and not {office}") == 0
