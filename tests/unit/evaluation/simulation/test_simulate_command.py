"""`allay evaluation simulate`."""

from __future__ import annotations

import json
from importlib import resources

import pytest

import allay
from allay.cli.evaluation import group
from allay.cli.frame import run

OPTIONS = ("--members", "400", "--months", "24", "--seed", "3")


@pytest.fixture
def evaluation(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    clean = (resources.files("allay.evaluation.simulation") / "data" / "clean.yaml").read_text(
        encoding="utf-8"
    )
    (tmp_path / "design.yaml").write_text(clean, encoding="utf-8")

    def call(*words: str) -> tuple[int, str, str]:
        status = run(group, list(words))
        return status, *capfd.readouterr()

    call.folder = tmp_path
    return call


def test_simulates_and_says_what_is_true(evaluation):
    status, out, err = evaluation("simulate", "-o", "claims", *OPTIONS)
    assert (status, err) == (0, "")
    assert "claims: 400 members, 24 months" in out
    assert "nothing here is about real people" in out
    truth = json.loads((evaluation.folder / "claims" / "truth.json").read_text(encoding="utf-8"))
    assert truth["allay_version"] == allay.__version__
    assert truth["design"]["title"] == "Claims with every feature"
    line = next(line for line in out.splitlines() if "emergency_visit" in line)
    effect = next(one for one in truth["effects"] if one["outcome"] == "emergency_visit")
    assert float(line.split()[1]) == round(effect["simple"]["att"], 4)
    assert [line.split()[0] for line in out.splitlines() if "negative control" in line] == ["x_ray"]


def test_takes_a_design_and_replaces_on_demand(evaluation):
    assert evaluation("simulate", "-o", "claims", *OPTIONS)[0] == 0
    again = ("simulate", "-o", "claims", *OPTIONS, "--design", "design.yaml")
    status, _, err = evaluation(*again)
    assert status == 2
    assert "claims:-: output: expected a folder that is empty or new (or --force)" in err
    assert evaluation(*again, "--force")[0] == 0
    truth = json.loads((evaluation.folder / "claims" / "truth.json").read_text(encoding="utf-8"))
    assert truth["design"]["title"] == "Clean claims with parallel trends"
    assert (truth["design"]["members"], truth["design"]["seed"]) == (400, 3)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--members", "0", "--months", "24", "--seed", "1"), "--members"),
        (("--members", "9", "--months", "24"), "Missing option '--seed'"),
        ((*OPTIONS, "--design", "none.yaml"), "none.yaml"),
        (
            ("--members", "9", "--months", "10", "--seed", "1", "--design", "design.yaml"),
            "design.yaml:-: cohorts: expected a month of 1 to 9 for a cohort (with --months 10), found 10",
        ),
    ],
)
def test_bad_input_is_named_and_nothing_written(evaluation, words, message):
    status, out, err = evaluation("simulate", "-o", "claims", *words)
    assert (status, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    assert not (evaluation.folder / "claims").exists()


def test_the_schema_of_designs_is_printed(evaluation):
    status, out, _ = evaluation("schema", "simulation-design")
    assert status == 0
    assert "cohorts" in json.loads(out)["properties"]
