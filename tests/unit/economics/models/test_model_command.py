"""`allay economics model`: results, draws as tables, exit codes, nothing half-written."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from allay.cli.economics.model import SCHEMAS, economics_model
from allay.cli.frame import run
from allay.economics.models.result import ModelResult

PUBLISHED = Path(__file__).with_name("published")
HIV = str(PUBLISHED / "hiv.yaml")


def test_strategies_beside_the_comparator(capsys):
    assert run(economics_model, [HIV]) == 0
    result = json.loads(capsys.readouterr().out)
    ModelResult.model_validate_json(json.dumps(result))
    mono, combination = result["strategies"]
    assert (mono["strategy"], mono["icer"], mono["comparison"]) == ("mono", None, "comparator")
    assert round(combination["icer"], 3) == 6275.956
    assert (result["status"], result["draws"], result["seed"]) == ("verified", 0, None)
    assert result["conventions"]["counting"] == "end"


def test_draws_as_tables(tmp_path, capsys):
    psa, parameters, output = (tmp_path / name for name in ("psa.csv", "parameters.csv", "out.json"))
    words = [str(PUBLISHED / "back-pain.yaml"), "--draws", "200", "--seed", "5", "-o", str(output)]
    words += ["--psa", str(psa), "--parameters", str(parameters)]
    assert run(economics_model, words) == 0
    rows = list(csv.DictReader(psa.open(encoding="utf-8")))
    assert list(rows[0]) == ["draw", "strategy", "cost", "effect"]
    assert [(row["draw"], row["strategy"]) for row in rows[:3]] == [
        ("1", "usual"),
        ("1", "program"),
        ("2", "usual"),
    ]
    assert len(rows) == 400
    result = json.loads(output.read_text(encoding="utf-8"))
    program = result["strategies"][1]["uncertainty"]
    costs = np.array([float(row["cost"]) for row in rows]).reshape(200, 2)
    assert program["cost"]["mean"] == pytest.approx(costs[:, 1].mean())
    assert program["incremental_cost"]["low"] == pytest.approx(np.quantile(costs[:, 1] - costs[:, 0], 0.025))
    drawn = list(csv.DictReader(parameters.open(encoding="utf-8")))
    assert len(drawn) == 200
    assert list(drawn[0])[:3] == ["draw", "c_low", "c_moderate"]
    assert "c_program" not in drawn[0]


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    found = []
    for name in ("one", "two"):
        psa, output = tmp_path / f"{name}.csv", tmp_path / f"{name}.json"
        assert run(economics_model, [HIV, "--draws", "50", "--psa", str(psa), "-o", str(output)]) == 0
        found.append((psa.read_bytes(), output.read_bytes()))
    assert found[0] == found[1]


@pytest.mark.parametrize("name", ["hiv", "sick-sicker", "hip", "sumatriptan", "stent", "back-pain"])
def test_a_table_for_reading(name, capsys):
    assert run(economics_model, [str(PUBLISHED / f"{name}.yaml"), "--format", "table", "--draws", "20"]) == 0
    text = capsys.readouterr().out
    assert "against the comparator" in text
    assert ("unconfirmed" in text) == (name in ("hip", "back-pain"))
    assert all(line == line.rstrip() for line in text.splitlines())


def test_bad_input_writes_nothing(tmp_path, capsys):
    source, psa, output = tmp_path / "bad.yaml", tmp_path / "psa.csv", tmp_path / "out.json"
    text = Path(HIV).read_text(encoding="utf-8").replace("from_A_B * risk", "from_A_B * risc")
    source.write_text(text.replace("cycles: 20", "cycles: twenty"), encoding="utf-8")
    words = [str(source), "--draws", "5", "--psa", str(psa), "-o", str(output)]
    assert run(economics_model, words) == 2
    said = capsys.readouterr().err
    assert f"{source}:/cycles: cycles: expected a whole number, found 'twenty'" in said
    source.write_text(text, encoding="utf-8")
    assert run(economics_model, words) == 2
    said = capsys.readouterr().err
    assert "/transitions/A/B: B: expected the name of a parameter (did you mean 'risk'?), found risc" in said
    assert not psa.exists()
    assert not output.exists()


def test_a_table_of_draws_needs_draws(tmp_path, capsys):
    assert run(economics_model, [HIV, "--psa", str(tmp_path / "psa.csv")]) == 2
    assert "--draws" in capsys.readouterr().err


def longer(tmp_path):
    """The back pain model over twice as long, as a file."""
    text = (PUBLISHED / "back-pain.yaml").read_text(encoding="utf-8")
    file = tmp_path / "longer.yaml"
    file.write_text(text.replace("cycles: 9", "cycles: 18"), encoding="utf-8")
    return str(file)


def test_a_tornado_needs_a_price_and_no_draws(capsys):
    model = str(PUBLISHED / "back-pain.yaml")
    assert run(economics_model, [model]) == 0
    assert json.loads(capsys.readouterr().out)["tornado"] is None
    assert run(economics_model, [model, "--wtp", "5000,30000,90000"]) == 0
    result = json.loads(capsys.readouterr().out)
    ModelResult.model_validate_json(json.dumps(result))
    found = result["tornado"]
    assert (found["wtp"], found["comparator"]) == (30000, "usual")  # near 30,692, where the two are alike
    assert found["strategies"][0]["parameters"][0]["parameter"] == "ratio"
    assert result["scenarios"] is None


def test_scenarios_beside_the_model(tmp_path, capsys):
    model, other = str(PUBLISHED / "back-pain.yaml"), longer(tmp_path)
    words = [model, "--scenario", f"eighteen cycles={other}", "--draws", "40", "--wtp", "8000,60000"]
    assert run(economics_model, words) == 0
    result = json.loads(capsys.readouterr().out)
    ModelResult.model_validate_json(json.dumps(result))
    itself, named = result["scenarios"]["models"]
    assert (itself["name"], named["name"]) == ("this model", "eighteen cycles")
    assert itself["strategies"] == result["strategies"]
    assert run(economics_model, [other, "--draws", "40"]) == 0
    assert json.loads(capsys.readouterr().out)["strategies"] == named["strategies"]
    assert [each["changes"] for each in named["choices"]] == [True, False]
    assert run(economics_model, [*words, "--format", "table"]) == 0
    text = capsys.readouterr().out
    assert "eighteen cycles: cycles: 18 instead of 9" in text
    assert "program (changed)" in text
    assert all(line == line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--scenario", "longer"], "expected a name and a model file as NAME=FILE, found 'longer'"),
        (
            ["--scenario", f"a={HIV}", "--scenario", f"a={HIV}"],
            "expected a name for each, and none 'this model'",
        ),
        (["--scenario", f"this model={HIV}"], "expected a name for each, and none 'this model'"),
        (["--scenario", "a=-", "--scenario", "b=-"], "only one model can be read from standard input"),
    ],
)
def test_scenarios_that_cannot_be_asked_for(words, said, capsys):
    assert run(economics_model, [HIV, *words]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_scenario_of_other_strategies_writes_nothing(tmp_path, capsys):
    output, report = tmp_path / "out.json", tmp_path / "r.html"
    other = str(PUBLISHED / "hip.yaml")
    words = [HIV, "--scenario", f"hip={other}", "-o", str(output), "--report", str(report)]
    assert run(economics_model, words) == 2
    said = capsys.readouterr().err
    assert f"{other}:/strategies: strategies: expected the strategies mono, combination" in said
    assert not output.exists()
    assert not report.exists()


def test_schemas_describe_every_file():
    for model in SCHEMAS.values():
        assert model.model_json_schema()["properties"]["type"]
