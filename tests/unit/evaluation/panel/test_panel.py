"""The panel as a whole: denominators, money, run-out, what is counted on the way."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import polars as pl
import pytest
from tests.unit.evaluation.panel.panel_claims import (
    YEAR,
    day,
    fill,
    frame,
    line,
    panels,
    reversal,
    span,
    write_claims,
)

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.evaluation.panel import PanelSpec, build_panel
from allay.evaluation.panel.columns import COLUMNS, COSTS
from allay.evaluation.panel.completion import chain_ladder
from allay.evaluation.panel.result import read_panel

BOTH = ("reference", "duckdb")


def made(folder, spec=YEAR, engines=BOTH):
    found = panels(folder, engines, spec)
    frames = [frame(one) for one in found.values()]
    assert all(frames[0].equals(other) for other in frames[1:])
    assert len({json.dumps(dict(one.counts), sort_keys=True) for one in found.values()}) == 1
    assert len({one.record.top_coding_level_cents for one in found.values()}) == 1
    return frames[0], found[engines[-1]]


def test_every_enrolled_month_is_there(tmp_path):
    spans = [
        span("2024-01-15", "2024-02-10"),
        span("2024-02-05", "2024-03-01"),
        span("2024-05-01", "2024-05-01"),
        span(person="B"),
    ]
    table, result = made(write_claims(tmp_path / "c", [line("2024-01-20")], enrollment=spans))
    assert tuple(table.columns) == COLUMNS
    mine = table.filter(pl.col("person_id") == "A").select("month", "enrolled_days").rows()
    assert mine == [
        (day("2024-01-01"), 17),
        (day("2024-02-01"), 29),
        (day("2024-03-01"), 1),
        (day("2024-05-01"), 1),
    ]
    assert table.filter(pl.col("person_id") == "B").height == 12
    assert table.equals(table.sort("person_id", "month"))
    assert (result.counts["members"], result.counts["member_months"]) == (2, 16)


def test_money(tmp_path):
    rows = [
        line("2024-01-05", claim="a", paid="100.01", allowed_amount=Decimal("130.00")),
        line("2024-01-05", claim="b", paid="50.00"),
        reversal(line("2024-01-05", claim="b", paid="50.00")),
        line("2024-02-05", claim="d", paid="7.00"),
        line("2024-02-05", claim="d", paid="7.00"),
        line("2024-02-06", claim="e", paid="-3.00"),
        line("2024-01-31", claim="f", paid="1.00", claim_line_start_date="2024-03-01"),
    ]
    folder = write_claims(tmp_path / "c", rows, [fill("2024-01-09", paid="20.50")])
    table, result = made(folder)
    assert table.select(COSTS).head(4).rows() == [
        (10001, 2050, 12051),
        (400, 0, 400),
        (100, 0, 100),
        (0, 0, 0),
    ]
    counts = result.counts
    assert (counts["medical_rows"], counts["medical_duplicates"]) == (7, 1)
    assert (counts["medical_lines_live"], counts["medical_lines_reversed"]) == (3, 2)
    allowed = YEAR.model_copy(update={"cost": "allowed"})
    folder = write_claims(tmp_path / "d", rows[:1])
    assert made(folder, allowed)[0]["total_cost_cents"][0] == 13000


def test_top_coding_is_shown_both_ways(tmp_path):
    rows = [line(f"2024-{month:02d}-01", claim=str(month), paid=f"{month * 10}.00") for month in range(1, 12)]
    table, result = made(write_claims(tmp_path / "c", rows), YEAR.model_copy(update={"top_coding": 0.8}))
    # Eleven positive months: the ninth is the first at or above 80%.
    assert result.record.top_coding_level_cents == 9000
    assert table["total_cost_cents"].to_list()[8:] == [9000, 10000, 11000, 0]
    assert table["total_cost_topcoded_cents"].to_list()[8:] == [9000, 9000, 9000, 0]


def test_nothing_cost_anything(tmp_path):
    table, result = made(write_claims(tmp_path / "c", [line("2024-03-01", paid="0.00")]))
    assert result.record.top_coding_level_cents is None
    assert table["total_cost_topcoded_cents"].sum() == 0


def test_outside(tmp_path):
    rows = [
        line("2023-03-01", claim="a", paid="1.00"),
        line("2024-03-01", claim="b", person="X", paid="2.00"),
        line("2024-07-01", claim="d", paid="4.00"),
    ]
    folder = write_claims(tmp_path / "c", rows, enrollment=[span("2024-01-01", "2024-06-30")])
    counts = made(folder)[1].counts
    assert counts["medical_rows_outside_window"] == 1
    assert counts["medical_rows_outside_enrollment"] == 2
    assert counts["medical_cents_outside_enrollment"] == 600


def test_a_window_of_its_own(tmp_path):
    folder = write_claims(
        tmp_path / "c", [line("2024-03-10")], [fill("2024-06-10")], [span("2020-01-01", "2099-12-31")]
    )
    table, _ = made(folder, PanelSpec())
    assert (table["month"].min(), table["month"].max()) == (day("2024-03-01"), day("2024-06-01"))


def test_months_without_run_out(tmp_path):
    folder = write_claims(tmp_path / "c", [line("2024-03-10")])
    spec = YEAR.model_copy(update={"paid_through": day("2024-10-15"), "run_out_months": 2})
    table, result = made(folder, spec)
    assert table["month"].max() == day("2024-07-01")
    assert result.record.left_out_from == day("2024-08-01")
    flagged = spec.model_copy(update={"incomplete": "flag"})
    table, result = made(write_claims(tmp_path / "d", [line("2024-03-10")]), flagged)
    assert table["month"].max() == day("2024-12-01")
    assert [one.month for one in result.record.incomplete_months] == [8, 9, 10, 11, 12]


def test_completion(tmp_path):
    paid = [
        ("2024-01-05", "2024-01-20", "60.00"),
        ("2024-01-06", "2024-02-20", "40.00"),
        ("2024-02-05", "2024-02-20", "50.00"),
    ]
    rows = [line(date, claim=str(n), paid=amount, paid_date=on) for n, (date, on, amount) in enumerate(paid)]
    spec = YEAR.model_copy(update={"completion": True})
    found = made(write_claims(tmp_path / "c", rows), spec)[1].record.completion
    assert [(one.lag, round(one.factor, 12)) for one in found] == [(0, 0.6), (1, 1.0)]


def test_chain_ladder_by_hand():
    # Taylor-like triangle: factors 150/100 and 330/300 ... worked out by hand.
    triangle = {0: {0: 100, 1: 50, 2: 15}, 1: {0: 100, 1: 50}, 2: {0: 90}}
    found = {one.lag: one.factor for one in chain_ladder(triangle, 2)}
    assert found[2] == 1
    assert found[1] == pytest.approx(150 / 165)
    assert found[0] == pytest.approx(1 / (300 / 200 * 165 / 150))


def test_no_months_left(tmp_path):
    folder = write_claims(tmp_path / "c", [line("2024-03-10")])
    with pytest.raises(InvalidInput, match="a month with its run-out"):
        build_panel(
            folder, spec=YEAR.model_copy(update={"paid_through": day("2024-02-01")}), output=tmp_path / "o"
        )
    assert not (tmp_path / "o").exists()
    folder = write_claims(tmp_path / "d", [line("2025-03-10")])
    with pytest.raises(InvalidInput, match="coverage in a month with claims"):
        build_panel(folder, output=tmp_path / "o")


def test_refusals(tmp_path):
    folder = write_claims(tmp_path / "c", [line("2024-03-10")])
    with pytest.raises(InvalidValue, match="an engine"):
        build_panel(folder, engine="polars", output=tmp_path / "o")
    with pytest.raises(InvalidValue, match="an amount of memory"):
        build_panel(folder, memory="much", output=tmp_path / "o")
    with pytest.raises(NotFound, match="no value set 'mris'"):
        build_panel(
            folder, spec=YEAR.model_copy(update={"value_sets": {"mris": "x.yaml"}}), output=tmp_path / "o"
        )
    with pytest.raises(ValueError, match="first day of a month"):
        PanelSpec(first_month=day("2024-01-02"))
    with pytest.raises(InvalidInput, match=r"panel\.parquet"):
        read_panel(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(InvalidInput, match="--force"):
        build_panel(folder, output=tmp_path / "full")


def test_the_record_says_what_it_rests_on(tmp_path):
    folder = write_claims(tmp_path / "c", [line("2024-03-10")])
    _, result = made(folder)
    assert read_panel(result.path) == result
    assert result.versions["emergency"] == "emergency@1.0.0 (verified)"
    assert result.record.opioid_products_without_dose["rxnorm 861467"].endswith("meperidine")
    assert len(result.decisions) == 9


def test_own_value_sets_and_products(tmp_path):
    own = tmp_path / "mri.yaml"
    own.write_text(
        "id: mri\nversion: 9.0.0\ntitle: ours\ngroups:\n"
        "  - {id: a, label: a, system: hcpcs, source: recalled, status: contract, codes: [Z9999]}\n"
    )
    products = tmp_path / "p.csv"
    products.write_text("system,code,drug_name,strength,unit,form\nndc,00000000001,oxycodone,10,mg,tablet\n")
    spec = YEAR.model_copy(update={"value_sets": {"mri": str(own)}, "opioid_products": str(products)})
    rows = [line("2024-03-10", hcpcs_code="Z9999"), line("2024-03-11", claim="b", hcpcs_code="72148")]
    fills = [fill("2024-03-01", drug=None, ndc_code="00000000001", quantity="10")]
    table, result = made(write_claims(tmp_path / "c", rows, fills), spec)
    march = table.row(2, named=True)
    assert (march["mri"], march["opioid_fill"], march["opioid_mme_milli"]) == (1, 1, 150_000)
    assert result.versions["mri"] == "mri@9.0.0 (contract)"


def test_csv_claims(tmp_path):
    folder = tmp_path / "c"
    folder.mkdir()
    (folder / "member.csv").write_text("person_id,birth_date\nA,1970-01-01\n")
    (folder / "enrollment.csv").write_text(
        "person_id,enrollment_start_date,enrollment_end_date\nA,2024-01-01,2024-02-29\n"
    )
    (folder / "medical_claim.csv").write_text(
        "claim_id,claim_line_number,claim_type,person_id,claim_start_date,hcpcs_code,paid_amount\nc,1,professional,A,2024-01-09,72148,99.5\n"
    )
    table, _ = made(folder, YEAR)
    assert table.select("mri", "total_cost_cents").rows() == [(1, 9950), (0, 0)]


def test_buckets_that_split_a_member_are_dealt_anew(tmp_path):
    rows = [
        line(f"2024-{m:02d}-09", claim=f"{p}{m}", person=p, hcpcs_code="97110") for p in "AB" for m in (1, 2)
    ]
    rows.append(reversal(rows[0]))
    spans = [span(person="A"), span(person="B")]
    plain = write_claims(tmp_path / "plain", rows, [fill("2024-01-02")], spans)
    split = write_claims(tmp_path / "split", rows, [fill("2024-01-02")], spans)
    for name in ("enrollment", "medical_claim", "pharmacy_claim"):
        table = pl.read_parquet(split / f"{name}.parquet")
        (split / f"{name}.parquet").unlink()
        for bucket in (0, 1):
            place = split / name / f"bucket={bucket}"
            place.mkdir(parents=True)
            # Rows in turn: a member's rows, and a reversal and what it reverses, end up in different buckets.
            table.gather_every(2, bucket).write_parquet(place / "part.parquet")
    table, _ = made(split)
    assert table.equals(made(plain)[0])


@pytest.mark.parametrize(
    "tables", [("medical_claim", "pharmacy_claim"), ("enrollment", "medical_claim", "pharmacy_claim")]
)
def test_buckets_of_whole_members(tmp_path, tables):
    people = ["A", "B", "C", "D", "E"]
    rows = [
        line("2024-01-09", claim=f"{p}{n}", person=p, hcpcs_code="97110") for p in people[:4] for n in (1, 2)
    ]
    rows += [reversal(rows[0]), rows[3], line("2024-01-09", claim="x", person="stranger")]
    spans = [span(person=person) for person in people]
    fills = [fill("2024-01-02", person=person) for person in ("D", "A")]
    plain = write_claims(tmp_path / "plain", rows, fills, spans)
    parted = write_claims(tmp_path / "parted", rows, fills, spans)
    for name in tables:
        table = pl.read_parquet(parted / f"{name}.parquet")
        (parted / f"{name}.parquet").unlink()
        for bucket, mine in enumerate(("AC", "BDE")):
            place = parted / name / f"bucket={bucket}"
            place.mkdir(parents=True)
            here = pl.col("person_id").is_in(list(mine)) | (
                pl.lit(bucket == 1) & (pl.col("person_id") == "stranger")
            )
            table.filter(here).write_parquet(place / "part.parquet")
    table, result = made(parted)
    expected, whole = made(plain)
    assert table.equals(expected)
    assert result.counts == whole.counts
    assert table["person_id"].unique().sort().to_list() == people


@pytest.mark.parametrize("as_of", [dt.date(2024, 9, 30), dt.date(2024, 9, 29)])
def test_whole_months_of_run_out(as_of):
    expected = dt.date(2024, 6, 30) if as_of.day == 30 else dt.date(2024, 5, 31)
    assert PanelSpec(paid_through=as_of, run_out_months=3).complete_through() == expected
