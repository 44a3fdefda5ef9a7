"""`allay consensus new`, and the example of two rounds from its files to its report."""

from __future__ import annotations

import json

import pytest

from allay.consensus.examples.example import read_example


def test_list(allay):
    status, out, err = allay("consensus", "new", "--list")
    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == [
        "id",
        "definition-2017",
        "two-rounds",
        "interviews",
    ]
    found = json.loads(allay("consensus", "new", "--list", "--format", "json")[1])
    assert [row["synthetic"] for row in found] == [False, True, True]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "NAME is missing"),
        (("two-rounds",), "-o DIR is missing"),
        (("two-rounds", "--list"), "--list goes by itself"),
        (("two-rounds", "-o", "-"), "-o takes the name of a folder"),
        (("tworounds", "-o", "x"), "did you mean 'two-rounds'"),
        (("two-rounds", "-o", "no/such"), "no folder"),
    ],
)
def test_refused(allay, words, told):
    status, out, err = allay("consensus", "new", *words)
    assert (status, out) == (2, "")
    assert told in err
    assert not any(allay.folder.iterdir())


def test_a_folder_with_files_is_left_alone_without_force(allay):
    (allay.folder / "x").mkdir()
    (allay.folder / "x" / "protocol.yaml").write_text("mine")
    assert allay("consensus", "new", "two-rounds", "-o", "x")[0] == 2
    assert (allay.folder / "x" / "protocol.yaml").read_text() == "mine"
    assert allay("consensus", "new", "two-rounds", "-o", "x", "--force")[0] == 0
    assert (allay.folder / "x" / "protocol.yaml").read_text() != "mine"


@pytest.mark.parametrize("name", ["definition-2017", "two-rounds", "interviews"])
def test_every_command_that_is_named_next_works(allay, name):
    status, _, err = allay("consensus", "new", name, "-o", "example")
    assert status == 0
    commands = [line.removeprefix("next: allay ") for line in err.splitlines() if line.startswith("next: ")]
    assert len(commands) == len(read_example(name).row.then)
    for command in commands:
        assert allay(*command.replace("YYYY-MM-DD", "2027-01-04").split())[0] == 0, command


def test_the_filled_form_of_the_definition_is_a_file_of_ratings(allay):
    allay("consensus", "new", "definition-2017", "-o", "d")
    rows = (allay.folder / "d" / "ratings-form.csv").read_text().splitlines()
    filled = [rows[0]] + [row.replace(",,", f",r{n},8") for n in range(9) for row in rows[1:]]
    (allay.folder / "ratings.csv").write_text("\n".join(filled) + "\n")
    status, out, err = allay("consensus", "ram", "ratings.csv")
    assert (status, err) == (0, "")
    assert out.count("appropriate") == 7


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """Run the example once, through the command."""
    from allay.cli import cli
    from allay.cli.frame import run

    folder = tmp_path_factory.mktemp("two-rounds")
    example, found = folder / "example", folder / "result"
    assert run(cli, ["consensus", "new", "two-rounds", "-o", str(example)]) == 0
    words = [str(example / "protocol.yaml"), str(example / "ratings.csv"), "-o", str(found)]
    assert run(cli, ["consensus", "run", *words]) == 0
    return found


def test_two_rounds_runs_from_its_files_to_its_report(result):
    found = json.loads((result / "results.json").read_text())
    page = (result / "report.html").read_text()
    assert found["synthetic"] is True
    assert "synthetic" in page.lower()
    assert (found["freezing"]["state"], found["freezing"]["before_first_round"]) == ("frozen", True)
    assert [(one["answered"], one["invited"]) for one in found["rounds"]] == [(23, 24), (22, 24)]
    assert len(found["checklists"]) == 35
    assert [one["item"] for one in found["checklists"] if one["answered"] == "no"] == []
    for code in (
        row.split(",")[0] for row in read_example("two-rounds").files["panel.csv"].decode().splitlines()[1:]
    ):
        assert code not in page
        assert code not in (result / "results.json").read_text()


def test_two_rounds_teaches_what_it_is_for(result):
    found = json.loads((result / "results.json").read_text())
    rows = {(row["statement"], row["round"]): row for row in found["statements"]}

    def others(statement, number):
        return {one["rule"]: one["verdict"] for one in rows[statement, number]["sensitivity"]}

    bundle = rows["c10", 2]
    assert (bundle["n"], bundle["p30"], bundle["p70"], bundle["verdict"]) == (22, 4.2, 8, "appropriate")
    assert others("c10", 2)["ram-nearest-rank"] == "uncertain"
    assert rows["s03", 1]["median"] == 6.5
    assert others("s03", 1)["ram-half-down"] == "uncertain"
    assert rows["m07", 1]["disagreement"] is rows["m07", 2]["disagreement"] is True
    assert (rows["m08", 1]["verdict"], rows["m08", 2]["verdict"]) == ("uncertain", "inappropriate")
    assert (rows["s04", 1]["version"], rows["s04", 2]["version"]) == (1, 2)
    assert (rows["s04", 1]["verdict"], rows["s04", 2]["verdict"]) == ("uncertain", "appropriate")
    assert ("c12", 2) not in rows
    assert ("c13", 1) not in rows
    moved = {row["statement"]: row for row in found["movement"]}
    assert moved["m07"]["share_changed"] < 0.1 < 0.5 < moved["s04"]["share_changed"]
    assert sum(row["iqr_to"] <= row["iqr_from"] for row in moved.values()) == len(moved) - 1
    assert [one["statement"] for one in found["changes"]] == ["c12", "s04", "c13"]
    labels = {group["label"] for row in found["statements"] for group in row["groups"]}
    assert {"Payers and Researchers", "Researchers and Payers", "payers and researchers"} & labels
    assert not {"Payers", "Researchers", "payers", "researchers"} & labels


def test_taking_entries_away_from_the_journal_is_seen(allay):
    allay("consensus", "new", "two-rounds", "-o", "x")
    journal = allay.folder / "x" / "protocol.journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(lines[:1]))
    assert allay("consensus", "run", "x/protocol.yaml", "x/ratings.csv", "-o", "r")[0] == 2
    assert not (allay.folder / "r").exists()
    journal.write_text("".join([lines[0], lines[1].replace("patient", "payer"), lines[2]]))
    assert allay("consensus", "run", "x/protocol.yaml", "x/ratings.csv", "-o", "r")[0] == 2


def test_a_protocol_changed_after_freezing_is_refused(allay):
    allay("consensus", "new", "two-rounds", "-o", "x")
    file = allay.folder / "x" / "protocol.yaml"
    file.write_text(file.read_text().replace("percentile: linear", "percentile: nearest-rank"))
    status, _, err = allay("consensus", "run", "x/protocol.yaml", "x/ratings.csv", "-o", "r")
    assert status == 2
    assert "/rule/percentile" in err
