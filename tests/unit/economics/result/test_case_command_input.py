"""What `allay economics case` says of input that cannot be: all of it, by place, and nothing is written."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.unit.economics.case_files import example_tree, number, text_of

from allay.cli import cli
from allay.cli.frame import run
from allay.economics.case.casefile import EXAMPLE

Tree = dict[str, Any]


def allay(*words: str) -> int:
    return run(cli, ["economics", "case", *words, "--draws", "100"])


def written(tmp_path: Path, tree: Tree) -> str:
    path = tmp_path / "case.yaml"
    path.write_text(text_of(tree), encoding="utf-8")
    return str(path)


def several(tree: Tree) -> None:
    """One mistake in every section that is checked as a whole."""
    tree["effects"]["events"][0]["event"] = "injection"
    tree["effects"]["evaluation"] = {"file": "x.csv", "source": "nobody"}
    tree["effects"]["visits"] |= {"at_home": ["reiki"], "hours_at_home": number(1, "hours")}
    tree["non_financial"][1]["source"] = "nobody"
    tree["scenarios"][0]["given"] = {"demand/no_show": 1.5, "demand/nothing": 1}
    tree["scenarios"][1]["given"] = {"services/yoga/group/fill": 0}
    tree["correlations"][0]["between"] = ["demand/no_show", "demand/leaving"]
    tree["program"]["discount"]["distribution"] = {"name": "gamma", "parameters": {"se": 0.01}}


SAID = [
    ("/effects/events/1/event", "each event once"),
    ("/effects/evaluation/source", "one of the sources"),
    ("/effects/visits/at_home/0", "a service that is delivered"),
    ("/non_financial/1/source", "one of the sources"),
    ("/scenarios/0/given/demand~1no_show", "within 0 and 1 probability, found 1.5"),
    ("/scenarios/0/given/demand~1nothing", "the name of a quantity of the case"),
    ("/scenarios/1/given", "a fill above 0"),
    ("/correlations/0/between/1", "a quantity with a distribution"),
    ("/program/discount/distribution", "a rate that does not vary"),
]


def test_every_problem_is_named_by_file_and_pointer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = example_tree()
    several(tree)
    case = written(tmp_path, tree)
    assert allay(case, "-o", str(tmp_path / "out"), "--no-pdf") == 2
    out, err = capsys.readouterr()
    lines = err.splitlines()
    for pointer, message in SAID:
        assert [line for line in lines if line.startswith(f"{case}:{pointer}: ") and message in line], pointer
    assert len(lines) == len(SAID)
    assert out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["case.yaml"]


@pytest.mark.parametrize(
    ("place", "value", "pointer"),
    [
        (
            ("contracts", 0, "quality"),
            {"withheld": number(2, "probability")},
            "/contracts/0/quality/withheld",
        ),
        (("contracts", 0, "quality"), {"withheld": number(0.1, "usd")}, "/contracts/0/quality/withheld"),
        (
            ("effects", "events", 0, "patient_share"),
            number(0.2, "usd"),
            "/effects/events/0/patient_share",
        ),
        (("effects", "events", 0, "ends"), 0, "/effects/events/0/ends"),
        (("effects", "events", 0, "knots", 0, "month"), -1, "/effects/events/0/knots/0/month"),
        (("effects", "health", "willingness_to_pay"), [], "/effects/health/willingness_to_pay"),
        (("effects", "work", "gains"), "nobody", "/effects/work/gains"),
        (("effects", "referrers", "fall"), number(1.1, "probability"), "/effects/referrers/fall"),
        (("follow_up", "chance"), number(60, "probability"), "/follow_up/chance"),
        (("scenarios", 0, "given"), {}, "/scenarios/0/given"),
        (("correlations", 0, "correlation"), 1.1, "/correlations/0/correlation"),
        (("program", "opens"), "9999-01", "/program/opens"),
        (("program", "months"), 601, "/program/months"),
        (("payers", 1, "members"), number(0, "members"), "/payers/1"),
    ],
)
def test_what_a_section_cannot_have_is_bad_input(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    place: tuple[Any, ...],
    value: object,
    pointer: str,
) -> None:
    tree = example_tree()
    entry: Any = tree
    for key in place[:-1]:
        entry = entry[key]
    entry[place[-1]] = value
    case = written(tmp_path, tree)
    assert allay(case, "-o", str(tmp_path / "out"), "--no-pdf") == 2
    err = capsys.readouterr().err
    assert any(line.startswith(f"{case}:{pointer}") for line in err.splitlines()), err
    assert "internal error" not in err
    assert not (tmp_path / "out").exists()


DRAWS = "draw,event,month,rr\r\n1,injection,3,0.5\r\n2,injection,3,0.75\r\n"


def test_draws_of_an_evaluation_may_come_from_windows_or_from_standard_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ours.csv"
    file.write_bytes(b"\xef\xbb\xbf" + DRAWS.encode())

    class Stdin:
        buffer = io.BytesIO(DRAWS.encode())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert allay(str(EXAMPLE), "--effects", str(file), "-o", str(tmp_path / "one"), "--no-pdf") == 0
    assert allay(str(EXAMPLE), "--effects", "-", "-o", str(tmp_path / "two"), "--no-pdf") == 0
    one, two = (
        json.loads((tmp_path / name / "results.json").read_text(encoding="utf-8")) for name in ("one", "two")
    )
    assert (one.pop("evaluation"), two.pop("evaluation")) == ("ours.csv", "<stdin>")
    assert one == two
    assert capsys.readouterr() == ("", "")


def test_one_stream_cannot_be_two_inputs(capsys: pytest.CaptureFixture[str]) -> None:
    assert allay("-", "--effects", "-") == 2
    assert "not both" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        (
            "draw,event,rr\n1,injections,0.5\n",
            "draws.csv:1: event: ",
            "an event of the case: emergency_visit",
        ),
        ("draw,event,month,rr\n1,injection,24,0.5\n", "/effects/events/1/ends: ", "after month 24"),
        ("draw,event,rr\n1,injection,0\n", "draws.csv:2: rr: ", "a relative risk above 0"),
        ("draw,event,rr\n1,injection,nan\n", "draws.csv:2: rr: ", "found"),
    ],
)
def test_draws_that_do_not_go_with_the_case_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, where: str, message: str
) -> None:
    (tmp_path / "draws.csv").write_text(text, encoding="utf-8")
    words = ("--effects", str(tmp_path / "draws.csv"), "-o", str(tmp_path / "out"), "--no-pdf")
    assert allay(str(EXAMPLE), *words) == 2
    err = capsys.readouterr().err
    assert where in err
    assert message in err
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_to_is_said_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(*_: object, **__: object) -> None:
        raise AssertionError("worked for nothing")

    monkeypatch.setattr("allay.cli.economics.case.case_result", work)
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    for output, message in (
        (str(tmp_path), "empty or new"),
        (str(tmp_path / "none" / "out"), "no folder"),
        (str(tmp_path / "mine.txt"), "found a file"),
        ("-", "-o takes a folder"),
    ):
        assert allay(str(EXAMPLE), "-o", output) == 2
        assert message in capsys.readouterr().err


def test_no_report_of_another_result_is_left(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-old")
    assert allay(str(EXAMPLE), "-o", str(tmp_path), "--no-pdf", "--force") == 0
    assert not (tmp_path / "report.pdf").exists()


def test_a_case_from_standard_input_finds_its_evaluation_in_the_folder_one_is_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = example_tree()
    tree["effects"]["evaluation"] = {"file": "ours.csv", "source": "made_up"}
    (tmp_path / "ours.csv").write_text(DRAWS, encoding="utf-8")

    class Stdin:
        buffer = io.BytesIO(text_of(tree).encode())

    monkeypatch.setattr(sys, "stdin", Stdin)
    monkeypatch.chdir(tmp_path)
    assert allay("-", "-o", "out", "--no-pdf") == 0
    found = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert found["evaluation"] == "ours.csv"
    assert capsys.readouterr().err == ""


def test_draws_that_are_given_take_the_place_of_the_file_of_the_case(tmp_path: Path) -> None:
    tree = example_tree()
    tree["effects"]["evaluation"] = {"file": "none.csv", "source": "made_up"}
    case = written(tmp_path, tree)
    (tmp_path / "other.csv").write_text(DRAWS, encoding="utf-8")
    words = ("--effects", str(tmp_path / "other.csv"), "-o", str(tmp_path / "out"), "--no-pdf")
    assert allay(case, *words) == 0
    found = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert found["evaluation"] == "other.csv"
