"""`allay economics case` as people and scripts use it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.economics.case_files import example_tree, number, text_of

from allay.cli import cli
from allay.cli.frame import run
from allay.economics.case.casefile import EXAMPLE
from allay.economics.result.result import CaseResult

FILES = {"assumptions.csv", "audit.csv", "ledger.csv", "months.csv", "report.html", "results.json"}


def allay(*words: str) -> int:
    return run(cli, ["economics", "case", *words, "--draws", "100"])


def test_it_writes_results_tables_and_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "case"
    assert allay(str(EXAMPLE), "-o", str(out), "--no-pdf") == 0
    assert {path.name for path in out.iterdir()} == FILES
    assert capsys.readouterr() == ("", "")
    result = CaseResult.model_validate_json((out / "results.json").read_text(encoding="utf-8"))
    assert result.draws == 100
    assert result.seed == 1
    with (out / "months.csv").open(encoding="utf-8", newline="") as file:
        months = list(csv.DictReader(file))
    assert [float(row["cash_best"]) for row in months] == pytest.approx(result.months.cash.best)
    assert len(months) == 121
    with (out / "ledger.csv").open(encoding="utf-8", newline="") as file:
        ledger = list(csv.DictReader(file))
    assert [float(row["mean"]) for row in ledger] == pytest.approx([row.mean for row in result.ledger.rows])
    with (out / "assumptions.csv").open(encoding="utf-8", newline="") as file:
        assert {row["status"] for row in csv.DictReader(file)} == {"synthetic"}
    assert "<h1" in (out / "report.html").read_text(encoding="utf-8")


def test_the_report_is_a_pdf_too(tmp_path: Path) -> None:
    pytest.importorskip("weasyprint")
    small = example_tree()
    small["scenarios"], small["effects"] = [], {}
    case = tmp_path / "case.yaml"
    case.write_text(text_of(small), encoding="utf-8")
    assert allay(str(case), "-o", str(tmp_path / "out")) == 0
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_the_same_case_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert allay(str(EXAMPLE), "-o", str(tmp_path / name), "--no-pdf") == 0
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_without_a_folder_it_prints_a_summary(capsys: pytest.CaptureFixture[str]) -> None:
    assert allay(str(EXAMPLE)) == 0
    printed = capsys.readouterr().out
    assert "synthetic at its weakest" in printed
    assert "break-even price       medicaid_bundle: $" in printed
    assert "society" in printed


def test_a_folder_with_files_is_kept_unless_forced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    assert allay(str(EXAMPLE), "-o", str(tmp_path), "--no-pdf") == 2
    assert "empty or new (or --force)" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert allay(str(EXAMPLE), "-o", str(tmp_path), "--no-pdf", "--force") == 0
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"
    assert {path.name for path in tmp_path.iterdir()} == {"mine.txt", *FILES}


def test_a_case_that_does_not_hold_together_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = example_tree()
    tree["payers"][0]["mix"]["value"] = 0.5
    tree["scenarios"][0]["given"] = {"demand/no_shows": 0.5}
    tree["effects"]["visits"] |= {"at_home": ["reiki"], "hours_at_home": number(1, "hours")}
    case = tmp_path / "case.yaml"
    case.write_text(text_of(tree), encoding="utf-8")
    assert allay(str(case), "-o", str(tmp_path / "out")) == 2
    said = capsys.readouterr().err
    assert "/payers: payers: expected shares (mix) that add up to 1, found 0.5 + 0.35 + 0.2 = 1.05" in said
    assert "demand/no_shows" in said
    assert "/effects/visits/at_home/0: 0: expected a service that is delivered" in said
    assert not (tmp_path / "out").exists()


def evaluated(tree: dict[str, Any]) -> dict[str, Any]:
    for event in tree["effects"]["events"]:
        del event["knots"]
    tree["effects"]["evaluation"] = {"file": "effects.csv", "source": "made_up"}
    return tree


def test_an_evaluation_is_read_from_beside_the_case(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(text_of(evaluated(example_tree())), encoding="utf-8")
    draws = tmp_path / "effects.csv"
    draws.write_text(
        "draw,event,rr\n1,injection,1\n1,emergency_visit,1\n2,injection,1\n2,emergency_visit,1\n",
        encoding="utf-8",
    )
    assert allay(str(case), "-o", str(tmp_path / "out"), "--no-pdf") == 0
    result = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert result["evaluation"] == "effects.csv"
    assert [one["events"]["best"] for one in result["avoided"]] == [0, 0]
    draws.write_text("draw,event,rr\n1,injection,1\n", encoding="utf-8")
    assert allay(str(case)) == 2
    assert "an evaluation that has emergency_visit" in capsys.readouterr().err
    draws.unlink()
    assert allay(str(case)) == 2
    assert "effects.csv" in capsys.readouterr().err


def test_too_few_draws_are_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(cli, ["economics", "case", str(EXAMPLE), "--draws", "10"]) == 2
    assert "100<=x<=20000" in capsys.readouterr().err
