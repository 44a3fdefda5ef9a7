"""`allay evaluation did`: from a file to a result, or to what is wrong with which line."""

from __future__ import annotations

import io
import json

import polars as pl
import pytest
from tests.unit.evaluation.did.did_panels import invented_panel

from allay.base.errors import InvalidInput
from allay.cli.evaluation import group
from allay.cli.frame import run
from allay.evaluation.did.panelfile import PanelColumns, read_panel

# Sums in another order, or over memory laid otherwise; bands rest on the root of a covariance.
CLOSE = 1e-7
COLUMNS = PanelColumns("id", "month", "start", "cost")
OPTIONS = ["--unit", "id", "--time", "month", "--cohort", "start", "--outcome", "cost"]
GOOD = "id,month,start,cost\na,1,2,1\na,2,2,3\nb,1,0,1\nb,2,0,2\n"


@pytest.fixture
def table():
    panel = invented_panel(covariates=2, weights=True, clusters=10)
    rows = {
        "id": [f"m{unit}" for unit in range(80) for _ in range(6)],
        "month": list(range(1, 7)) * 80,
        "cost": panel.outcome.ravel(),
    }
    columns = {"start": panel.cohort, "weight": panel.weights, "site": panel.cluster}
    columns |= {"age": panel.covariates[:, 0], "risk": panel.covariates[:, 1]}
    return pl.DataFrame(rows | {name: values.repeat(6) for name, values in columns.items()})


def answer(arguments, capsys):
    status = run(group, ["did", *map(str, arguments)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_result_keeps_the_contract(table, tmp_path, capsys):
    table.write_csv(tmp_path / "panel.csv")
    out = tmp_path / "did.json"
    assert answer([tmp_path / "panel.csv", *OPTIONS, "-o", out], capsys) == (0, "", "")
    found = json.loads(out.read_text(encoding="utf-8"))
    assert list(found["att_gt"][0])[:4] == ["cohort", "time", "att", "se"]
    assert set(found["pretest"]) == {"statistic", "df", "p"}
    assert found["n"] == 80
    for kind, label in (("group", "cohort"), ("dynamic", "event_time"), ("calendar", "time")):
        assert list(found[kind]["by"][0])[:3] == [label, "att", "se"]
        assert {"att", "se", "low", "high"} < set(found[kind])
        one = found[kind]["by"][0]
        assert one["uniform_low"] < one["low"] < one["att"] < one["high"] < one["uniform_high"]
    assert "is not the result" in found["twoway"]["warning"]
    assert sum(part["weight"] for part in found["twoway"]["decomposition"]) == pytest.approx(1)
    assert found["cross_check"]["difference"] == pytest.approx(
        found["cross_check"]["simple"]["att"] - found["simple"]["att"]
    )
    assert found["allay_version"]


def test_csv_parquet_and_any_order_give_the_same(table, tmp_path, capsys):
    table.write_csv(tmp_path / "panel.csv")
    table.write_parquet(tmp_path / "panel.parquet")
    table.sample(fraction=1.0, shuffle=True, seed=1).write_parquet(tmp_path / "mixed.parquet")
    more = ["--covariates", "age,risk", "--weights", "weight", "--cluster", "site", "--control", "notyet"]
    found = [
        json.loads(answer([tmp_path / name, *OPTIONS, *more], capsys)[1])
        for name in ("panel.csv", "panel.parquet", "mixed.parquet")
    ]
    assert found[0]["options"]["clusters"] == 10
    for other in found[1:]:
        assert other["warnings"] == found[0]["warnings"]
        for one, two in zip(found[0]["att_gt"], other["att_gt"], strict=True):
            assert one == pytest.approx(two, abs=CLOSE)


def test_the_same_file_gives_the_same_bytes(table, tmp_path, capsys):
    table.write_csv(tmp_path / "panel.csv")
    one, two = (answer([tmp_path / "panel.csv", *OPTIONS], capsys)[1] for _ in range(2))
    assert one == two


def test_a_universal_base_is_null_where_it_is_zero_by_definition(table, tmp_path, capsys):
    table.write_csv(tmp_path / "panel.csv")
    status, text, _ = answer([tmp_path / "panel.csv", *OPTIONS, "--base", "universal"], capsys)
    zero = [cell for cell in json.loads(text)["att_gt"] if cell["time"] == cell["base"]]
    assert status == 0
    assert [(cell["att"], cell["se"], cell["low"]) for cell in zero] == [(0.0, None, None)] * 3


def test_what_is_left_out_is_said(table, tmp_path, capsys):
    kept = table.filter(~((pl.col("id") == "m3") & (pl.col("month") == 2)))
    early = kept.with_columns(start=pl.when(pl.col("id") == "m5").then(1).otherwise("start"))
    early.write_csv(tmp_path / "panel.csv")
    _, text, _ = answer([tmp_path / "panel.csv", *OPTIONS], capsys)
    found = json.loads(text)
    assert (found["n"], found["dropped"]) == (79, 1)
    assert any("1 units are left out" in one for one in found["warnings"])
    assert any("cohort 1 is left out" in one for one in found["warnings"])


def test_small_cohorts_and_trends_that_differ_are_warned_of(table, tmp_path, capsys):
    few = table.filter((pl.col("start") != 3) | pl.col("id").is_in(["m1", "m5", "m9"]))
    steeper = few.with_columns(cost=pl.col("cost") + pl.col("month") * (pl.col("start") > 0))
    steeper.write_csv(tmp_path / "a.csv")
    _, text, _ = answer([tmp_path / "a.csv", *OPTIONS, "--format", "table"], capsys)
    assert "cohort 3 has 3 units only" in text
    assert "the trends were not parallel" in text
    assert "two-way fixed effects" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD.replace("b,2,0,2", "b,1,0,2"), "panel.csv:5: month: expected every unit once in a period"),
        (GOOD.replace("b,2,0,2", "b,2,2,2"), "panel.csv:5: start: expected the same in every row of a unit"),
        (GOOD.replace("b,2,0,2", "b,2,0,x"), "panel.csv:5: cost: expected a number"),
        (GOOD.replace("b,2,0,2", "b,2,0,"), "panel.csv:5: cost: expected a number"),
        (GOOD.replace("b,2,0,2", "b,2,0,inf"), "panel.csv:5: cost: expected a number"),
        (GOOD.replace("b,2,0,2", ",2,0,2"), "panel.csv:5: id: expected the name of a unit"),
        (GOOD.replace("b,2,0,2", "b,2.5,0,2"), "panel.csv:5: month: expected a period"),
        (GOOD.replace("b,2,0,2", "b,2024-02-01,0,2"), "panel.csv:5: month: expected a period"),
        (GOOD.replace("b,2,0,2", "b,2,-1,2"), "panel.csv:5: start: expected the first treated period"),
        (GOOD.replace("start", "begin"), "panel.csv:1: start: expected this column"),
        (GOOD.replace(",0,", ",2,"), "panel.csv:-: (file): expected units that are never treated"),
        ("id,month,start,cost\n", "panel.csv:1: (file): expected at least 1 row"),
    ],
)
def test_bad_input_is_named_by_line_and_nothing_is_written(text, expected, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "panel.csv").write_text(text, encoding="utf-8")
    status, out, errors = answer(["panel.csv", *OPTIONS, "-o", "did.json"], capsys)
    assert (status, out) == (2, "")
    assert errors.startswith(expected)
    assert not (tmp_path / "did.json").exists()


def test_separation_and_collinearity_name_the_covariate(table, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    twice = table.with_columns(risk=2 * pl.col("age"), age=pl.col("age"))
    twice.write_csv("twice.csv")
    table.with_columns(risk=(pl.col("start") > 0) * 9.0 + pl.col("risk") / 9).write_csv("apart.csv")
    for name in ("twice", "apart"):
        status, _, errors = answer([f"{name}.csv", *OPTIONS, "--covariates", "age,risk"], capsys)
        assert status == 2
        assert f"{name}.csv:-: (file): expected" in errors
        assert "'risk'" in errors


def test_a_parquet_file_that_is_none_is_refused(table, tmp_path):
    table.write_parquet(tmp_path / "panel.parquet")
    whole = (tmp_path / "panel.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    for name, found in (("cut", "a whole Parquet file"), ("absent", "no such file")):
        with pytest.raises(InvalidInput, match=found):
            read_panel(tmp_path / f"{name}.parquet", COLUMNS)
    with pytest.raises(InvalidInput, match="first: expected this column"):
        read_panel(tmp_path / "panel.parquet", PanelColumns("id", "month", "first", "cost"))


def test_dates_and_lists_as_numbers_are_refused_by_column(table, tmp_path):
    dated = table.with_columns(month=pl.date(2024, pl.col("month"), 1))
    dated.write_parquet(tmp_path / "dated.parquet")
    with pytest.raises(InvalidInput, match="month: expected a period"):
        read_panel(tmp_path / "dated.parquet", COLUMNS)


def test_what_changes_within_a_unit_names_both_lines():
    text = "id,month,start,cost,age\na,1,2,1,30\nb,1,0,1,40\na,2,2,3,31\nb,2,0,2,40\n"
    columns = PanelColumns("id", "month", "start", "cost", covariates=("age",))
    with pytest.raises(InvalidInput) as refused:
        read_panel(io.BytesIO(text.encode()), columns, name="p.csv")
    assert (
        str(refused.value)
        == "p.csv:4: age: expected the same in every row of a unit, found 31, unlike line 2 of the same unit"
    )


def test_messages_do_not_name_units():
    """A unit may be a person."""
    text = "id,month,start,cost\nsmith,1,2,1\nsmith,1,2,3\nsmith,2,2,x\n"
    for rows in (text.replace(",x", ",4"), text.replace(",1,2,3", ",3,0,3").replace(",x", ",4")):
        with pytest.raises(InvalidInput) as refused:
            read_panel(io.BytesIO(rows.encode()), PanelColumns("id", "month", "start", "cost"))
        assert "smith" not in str(refused.value)


def test_a_column_is_one_thing_only():
    text = b"id,month,start,cost\na,1,2,1\na,2,2,3\nb,1,0,1\nb,2,0,2\n"
    for columns, twice in (
        (PanelColumns("id", "id", "start", "cost"), "id"),
        (PanelColumns("month", "month", "start", "cost"), "month"),
        (PanelColumns("id", "month", "start", "cost", covariates=("id",)), "id"),
        (PanelColumns("id", "month", "start", "cost", covariates=("x", "x")), "x"),
    ):
        with pytest.raises(InvalidInput, match=f"{twice}: expected a column for one thing, found it for two"):
            read_panel(io.BytesIO(text), columns)
    for cluster in ("id", "start"):
        panel = read_panel(io.BytesIO(text), PanelColumns("id", "month", "start", "cost", cluster=cluster))
        assert panel.outcome.tolist() == [[1.0, 3.0], [1.0, 2.0]]


def test_the_schema_is_printed(capsys):
    assert run(group, ["schema", "did-result"]) == 0
    assert "att_gt" in json.loads(capsys.readouterr().out)["properties"]
