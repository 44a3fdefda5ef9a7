"""`allay economics new` and `presets`: on a terminal, from a pipe, from a file, without questions."""

from __future__ import annotations

import io
import json

import pytest
from click.testing import CliRunner, Result

from allay.cli.economics import group
from allay.economics.case.casefile import read_case
from allay.economics.case.presets import preset_ids, read_preset

DAY = ("--as-of", "2026-11-27")


def called(*words: str, lines: str = "") -> Result:
    """Call the noun as `allay` would, with what is piped into it."""
    from allay.cli.frame import run

    runner = CliRunner()
    with runner.isolation(input=lines) as (out, err, _):
        code = run(group, list(words))
        told = err.getvalue() if err is not None else b""
        return Result(runner, out.getvalue(), told, out.getvalue(), None, code, None)


def quantities(result: Result) -> dict[str, float]:
    case = read_case(io.BytesIO(result.stdout_bytes))
    return {name: one.value for name, one in case.quantities().items()}


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr("allay.cli.economics.new._on_terminal", lambda: True)


def test_defaults_ask_nothing_and_need_no_day():
    found = called("new", "path-2021", "--defaults", "--title", "Ours: a trial")
    assert found.exit_code == 0
    before = read_preset("path-2021").case.quantities()
    assert quantities(found) == {name: one.value for name, one in before.items()}
    assert read_case(io.BytesIO(found.stdout_bytes)).title == "Ours: a trial"


def test_a_terminal_is_asked_fifteen_questions_and_again_where_an_answer_cannot_be(terminal, tmp_path):
    output = tmp_path / "ours.yaml"
    lines = ["30", "", "a lot", "150%", "40%", *[""] * 12]
    found = called("new", "path-2021", *DAY, "-o", str(output), lines="\n".join(lines) + "\n")
    assert found.exit_code == 0
    assert found.stdout == ""
    assert "1 of 15: How many patients are referred in a month" in found.stderr
    assert "[26 patients/month]" in found.stderr
    assert "[$3,800]" in found.stderr
    assert "Count the last three months." in found.stderr
    assert "expected a share from 0 to 1 (such as 0.25 or 25%), found 'a lot'" in found.stderr
    assert "found 1.5" in found.stderr
    assert found.stderr.count("\n3 of 15") == 1
    case = read_case(output)
    assert case.quantity("demand/referrals/most").value == 30
    assert case.quantity("demand/no_show").value == 0.4
    assert case.quantity("demand/referrals/middle").source == "made_up"


def test_who_stops_halfway_leaves_no_file(terminal, tmp_path):
    output = tmp_path / "ours.yaml"
    found = called("new", "path-2021", *DAY, "-o", str(output), lines="30\n")
    assert found.exit_code == 130
    assert not output.exists()


def test_lines_of_a_pipe_are_answers_in_order():
    found = called("new", "path-2021", *DAY, lines="30\n\n40%\n" + "\n" * 12)
    assert found.exit_code == 0
    got = quantities(found)
    assert (got["demand/referrals/most"], got["demand/referrals/middle"], got["demand/no_show"]) == (
        30,
        7,
        0.4,
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "standard input is no terminal and has no answers: give --answers FILE or --defaults, or pipe"),
        ("30\n", "1 lines for 15 questions"),
        ("\n" * 15 + "7\n", "16 lines for 15 questions"),
    ],
)
def test_a_pipe_without_fifteen_lines_is_bad_usage(lines, said):
    found = called("new", "path-2021", *DAY, lines=lines)
    assert found.exit_code == 2
    assert said in found.stderr
    assert found.stdout == ""


def test_a_bad_line_of_a_pipe_is_bad_input_and_nothing_is_asked_again(tmp_path):
    output = tmp_path / "ours.yaml"
    found = called("new", "path-2021", *DAY, "-o", str(output), lines="-3\n\n4\n" + "\n" * 12)
    assert found.exit_code == 2
    assert found.stderr.splitlines() == [
        "<stdin>:1: referrals: expected patients/month of 0 or more, found -3",
        "<stdin>:3: no_show: expected a share from 0 to 1 (such as 0.25 or 25%), found 4",
    ]
    assert not output.exists()


def test_answers_come_from_a_file(tmp_path):
    file = tmp_path / "answers.yaml"
    file.write_text("no_show: 40%\nprice: 4000\nemployer: 0.1\n", encoding="utf-8")
    got = quantities(called("new", "path-2021", *DAY, "--answers", str(file)))
    assert (got["demand/no_show"], got["contracts/employer_bundle/price"]) == (0.4, 4000)
    assert got["payers/self/mix"] == pytest.approx(0.15)
    file.write_text("no_show: 4\n", encoding="utf-8")
    found = called("new", "path-2021", *DAY, "--answers", str(file))
    assert found.exit_code == 2
    assert f"{file}:/no_show: no_show: expected a share from 0 to 1" in found.stderr


def test_a_file_that_is_there_stays_without_force(tmp_path):
    output = tmp_path / "ours.yaml"
    output.write_text("mine", encoding="utf-8")
    found = called("new", "path-2021", "--defaults", "-o", str(output))
    assert (found.exit_code, output.read_text(encoding="utf-8")) == (2, "mine")
    assert "expected a file that is not there yet, or --force" in found.stderr
    assert called("new", "path-2021", "--defaults", "--force", "-o", str(output)).exit_code == 0
    assert read_case(output).id == "path-2021"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("new", "path-2021"), "--as-of is missing"),
        (("new", "path-2021", *DAY, "--defaults", "--answers", "a.yaml"), "exclude each other"),
        (("new", "path-2020", "--defaults"), "there is no preset 'path-2020'; did you mean"),
        (("new", "path-2021", *DAY, "--answers", "not-there.yaml"), "expected a file that can be read"),
    ],
)
def test_bad_usage_says_what_to_do(words, said):
    found = called(*words)
    assert (found.exit_code, found.stdout) == (2, "")
    assert said in found.stderr


def test_the_same_answers_give_the_same_bytes():
    lines = "30\n\n40%\n" + "\n" * 12
    first, second = (called("new", "path-2021", *DAY, lines=lines) for _ in range(2))
    assert first.stdout_bytes == second.stdout_bytes


def test_presets_are_listed_with_how_sure_their_numbers_are():
    rows = json.loads(called("presets", "--format", "json").stdout)
    assert [row["id"] for row in rows] == list(preset_ids())
    row = next(row for row in rows if row["id"] == "path-2021")
    statuses = ("verified", "contract", "secondary", "derived", "memory", "synthetic")
    assert (
        sum(row[status] for status in statuses)
        == row["numbers"]
        == len(read_preset("path-2021").case.quantities())
    )
    assert row["summary"] == read_preset("path-2021").questions.summary
    table = called("presets").stdout.splitlines()
    assert table[0].split()[:4] == ["id", "title", "numbers", "verified"]
    assert called("presets", "--format", "csv").stdout.startswith("id,title,numbers,verified,")


def test_schemas_of_questions_and_answers():
    assert json.loads(called("schema", "questions").stdout)["properties"]["questions"]["minItems"] == 15
    assert json.loads(called("schema", "answers").stdout)["type"] == "object"
