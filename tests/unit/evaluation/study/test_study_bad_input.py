"""What users get wrong: each is named with its place, and nothing of a person or a machine is told on."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from allay.base.errors import InvalidInput
from allay.cli.evaluation import group
from allay.cli.frame import run
from allay.evaluation.simulation import simulate
from allay.evaluation.study.flow import make_flow
from allay.evaluation.study.roster import read_roster

PERSON = re.compile(r"P0{3,}\d+")
PROTOCOL = """\
title: A pilot
question: Does it help?
program: {name: Pain groups}
claims: CLAIMS
roster: ROSTER
window: {start: 2023-01-01, end: 2024-12-01, run_out_months: 0}
design: {baseline_months: 6, follow_up_months: 6}
weighting: {covariates: [age, gender]}
smallest_cell: 2
outcomes: [{id: emergency_visit, role: primary}, {id: total_cost}]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad") / "claims"
    simulate(folder, members=600, months=24, seed=2)
    return folder


@pytest.fixture
def claims(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "claims"))


def study(claims: Path, protocol: str = PROTOCOL) -> int:
    file = claims.parent / "study.yaml"
    text = protocol.replace("CLAIMS", str(claims)).replace("ROSTER", str(claims / "roster.csv"))
    file.write_text(text, encoding="utf-8")
    out = claims.parent / "out"
    return run(group, ["study", str(file), "-o", str(out), "--no-pdf", "--memory", "1GB"])


def changed(claims: Path, table: str, **columns: pl.Expr) -> None:
    file = claims / f"{table}.parquet"
    pl.read_parquet(file).with_columns(**columns).write_parquet(file)


def test_rows_that_are_dropped_are_in_no_estimate_and_in_the_report(
    claims: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = next(claims.glob("medical_claim/bucket=*/*.parquet"))
    lines = pl.read_parquet(file, hive_partitioning=False)
    # A reversal of which the line is not there, of a sum that would be seen.
    paid = pl.lit(-4_000_000).cast(lines.schema["paid_amount"])
    amounts = [name for name in lines.columns if name.endswith("_amount")]
    stray = lines.head(1).with_columns(
        pl.lit("STRAY").alias("claim_id"), *(paid.alias(name) for name in amounts)
    )
    pl.concat([lines, stray]).write_parquet(file)
    assert study(claims) == 0, capsys.readouterr().err
    out = claims.parent / "out"
    result = json.loads((out / "results.json").read_text(encoding="utf-8"))
    found = {one["id"]: one for one in result["data"]["claims"]["findings"]}
    assert found["reversal_without_original"]["decision"] == "drop"
    panel = json.loads((out / "panel.json").read_text(encoding="utf-8"))
    assert panel["counts"]["medical_rows"] == result["data"]["claims"]["rows"]["medical_claim"] - 1
    assert found["reversal_without_original"]["title"] in (out / "report.html").read_text(encoding="utf-8")


def test_no_person_and_no_place_is_in_what_is_written(
    claims: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert study(claims) == 0, capsys.readouterr().err
    for file in (claims.parent / "out").iterdir():
        text = file.read_text(encoding="utf-8")
        assert not PERSON.search(text), file.name
        assert str(claims.parent) not in text, file.name
    result = json.loads((claims.parent / "out" / "results.json").read_text(encoding="utf-8"))
    assert (result["protocol"]["claims"], result["protocol"]["roster"]) == ("claims", "roster.csv")


def test_a_covariate_that_separates_is_named(claims: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = pl.read_csv(claims / "roster.csv")["person_id"]
    gender = (
        pl.when(pl.col("person_id").is_in(roster.implode())).then(pl.lit("female")).otherwise(pl.lit("male"))
    )
    changed(claims, "member", gender=gender)
    assert study(claims) == 2
    said = capsys.readouterr().err
    assert "/weighting/covariates: covariates: expected comparison members who are like some starter" in said
    assert "gender separates starters from comparison members" in said
    assert not (claims.parent / "out").exists()


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ("2029-12-01", "/window/end: end: expected months with coverage, 2023-01 to 2024-12, found 2029-12"),
        ("2024-12-01", None),
    ],
)
def test_a_window_beyond_the_claims_is_refused(
    claims: Path, capsys: pytest.CaptureFixture[str], window: str, said: str | None
) -> None:
    code = study(claims, PROTOCOL.replace("2024-12-01", window))
    assert code == (0 if said is None else 2)
    assert said is None or said in capsys.readouterr().err


def test_a_window_before_all_claims_is_refused(claims: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        study(claims, PROTOCOL.replace("2023-01-01", "2003-01-01").replace("2024-12-01", "2004-12-01")) == 2
    )
    assert "months with coverage, of which this window has none, found 2003-01" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("  ,2024-01-01", "r.csv:3: person_id: expected an id"),
        (",2024-01-01", "r.csv:3: person_id: expected an id"),
        ("smith,1914-01-01", "r.csv:3: index_date: expected a day from 1990-01-01 to 2099-12-31"),
        ("smith,2199-01-01", "r.csv:3: index_date: expected a day from 1990-01-01 to 2099-12-31"),
        ("smith,01/02/2024", "r.csv:3: index_date: expected a date as YYYY-MM-DD"),
        ("smith,", "r.csv:3: index_date: expected a date as YYYY-MM-DD"),
    ],
)
def test_rows_of_a_roster_that_cannot_be(row: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_roster(io.BytesIO(f"person_id,index_date\na,2024-01-01\n{row}\n".encode()), name="r.csv")
    assert str(refused.value).startswith(said)
    assert "smith" not in str(refused.value)


@pytest.mark.parametrize("memory", ["12XB", "-1GB", "0", "1KB", "", "8GB; DROP TABLE x", "99MB"])
def test_memory_that_cannot_be(claims: Path, capsys: pytest.CaptureFixture[str], memory: str) -> None:
    for words in (["check", str(claims)], ["panel", str(claims), "-o", str(claims.parent / "panel")]):
        assert run(group, [*words, "--memory", memory]) == 2
        assert "memory" in capsys.readouterr().err
    assert not (claims.parent / "panel").exists()


@pytest.mark.parametrize(
    "verb", [["panel", "x"], ["convert", "x"], ["simulate", "--members=9", "--months=3", "--seed=1"]]
)
@pytest.mark.parametrize("output", ["-", ""])
def test_a_folder_needs_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: list[str], output: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(group, [*verb, "-o", output]) == 2
    assert not list(tmp_path.iterdir())


def test_few_starters_are_not_given_away_by_all_others() -> None:
    counts = {("gaps", True): 0, ("in", True): 3, ("gaps", False): 20, ("age", False): 40, ("in", False): 637}
    flow = make_flow(counts, members=700, roster=3, repeated=0, hidden_up_to=10)
    assert (flow.members, flow.roster, flow.starters, flow.comparison) == (700, None, None, None)
    assert [step.comparison for step in flow.steps] == [40, None, 637]
    enough = make_flow({**counts, ("in", True): 30}, members=727, roster=30, repeated=0, hidden_up_to=10)
    assert (enough.roster, enough.starters, enough.comparison) == (30, 30, 697)
