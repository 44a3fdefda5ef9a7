"""`allay programs cases`, `export`, `import` and `compare`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import click
import pytest

from allay.cli.frame import run
from allay.cli.programs import repository

ROOT = Path(__file__).resolve().parents[4]

PROFILE = """\
id: ours
recorded_on: 2026-10-01
sources:
  own: {title: Our own records, seen_as: SEEN, accessed: 2026-10-01, own: true}
identity:
  name:
    - {value: Riverside pain program, as_of: 2026-09, source: own, status: verified}
population:
  patients:
    - {value: 7, as_of: 2026-09, source: own, status: verified}
"""
COUNTS = """\
step,period,dimension,group,count
referred,2026-Q1,sex,women,140
referred,2026-Q1,sex,men,131
"""


@pytest.fixture
def programs(tmp_path, monkeypatch, capfdbinary):
    """Run a verb in a folder of its own; returns (exit status, output, errors)."""
    monkeypatch.chdir(tmp_path)
    verbs = [repository.cases, repository.export, repository.import_, repository.compare]
    group = click.Group("programs", commands=verbs)

    def call(*words: str) -> tuple[int, str, str]:
        status = run(group, list(words))
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    (tmp_path / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "counts.csv").write_text(COUNTS, encoding="utf-8")
    call.folder = tmp_path
    return call


def test_cases(programs):
    status, out, _ = programs("cases", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0
    assert [row["id"] for row in rows if row["kind"] == "program"] == [
        "wvu-cipm",
        "uvm-path",
        "peoples-community-clinic",
        "unm-pain-center",
    ]
    assert all(int(row["statements"]) and int(row["sources"]) for row in rows)


def test_export_import_compare(programs):
    status, _, err = programs("export", "profile.yaml", "--counts", "counts.csv", "-o", "ours.json")
    assert (status, err) == (0, "allay: profile.yaml: /population/patients/0: a small count was hidden\n")
    status, out, err = programs("import", "ours.json", "-o", "kept.json")
    assert (status, err) == (0, "")
    assert "ours: Riverside pain program" in out
    assert "counts: referred by sex, 2026-Q1 to 2026-Q1, 0 of 6 hidden" in out
    assert programs("export", "kept.json", "-o", "again.json")[0] == 0
    assert (programs.folder / "again.json").read_bytes() == (programs.folder / "ours.json").read_bytes()
    status, out, _ = programs("compare", "ours.json", "profile.yaml", "--format", "csv")
    assert status == 2  # one id twice
    status, out, _ = programs("compare", "ours.json", "uvm-path", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["program"] for row in rows} == {"ours", "uvm-path"}
    assert [row["value"] for row in rows if row["label"] == "Patients"] == ["hidden (small count)", ""]


def test_the_day_is_an_option_and_the_bytes_are_the_same(programs):
    first = programs("export", "profile.yaml", "--as-of", "2026-09-30")
    assert first[0] == 0
    assert json.loads(first[1])["created_as_of"] == "2026-09-30"
    assert programs("export", "profile.yaml", "--as-of", "2026-09-30")[1] == first[1]
    status, out, err = programs("export", "profile.yaml", "--as-of", "30/09/2026")
    assert (status, out) == (2, "")
    assert "'--as-of': expected a date as YYYY-MM-DD" in err


def test_a_second_release_knows_the_first(programs):
    programs("export", "profile.yaml", "--counts", "counts.csv", "-o", "q1.json")
    later = COUNTS + "referred,2026-Q2,sex,women,150\nreferred,2026-Q2,sex,men,120\n"
    (programs.folder / "later.csv").write_text(later, encoding="utf-8")
    words = ("export", "profile.yaml", "--counts", "later.csv", "--previous", "q1.json")
    status, out, err = programs(*words)
    assert (status, err.count("whatever is hidden")) == (0, 0)
    assert json.loads(out)["counts"][0]["periods"] == ["2026-Q1", "2026-Q2"]
    (programs.folder / "fewer.csv").write_text(COUNTS.replace("140", "100"), encoding="utf-8")
    status, out, err = programs("export", "profile.yaml", "--counts", "fewer.csv", "--previous", "q1.json")
    assert (status, out) == (2, "")
    assert "expected at least the 140 that were shared before" in err


def test_what_is_not_read_is_told_and_kept(programs):
    programs("export", "profile.yaml", "-o", "ours.json")
    tree = json.loads((programs.folder / "ours.json").read_text(encoding="utf-8"))
    tree["program"]["climate"] = {"heat": [1, 2.0]}
    tree["format_version"] = "3.1"
    (programs.folder / "newer.json").write_text(json.dumps(tree), encoding="utf-8")
    status, out, err = programs("import", "newer.json", "-o", "-")
    assert status == 0
    assert json.loads(out)["program"]["unread"] == {"climate": {"heat": [1, 2.0]}}
    assert "newer.json: written by a newer version" in err
    assert "newer.json: not read, and kept under `unread`: /program/climate" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("export", "counts.csv"), "counts.csv:"),
        (("export", "profile.yaml", "--counts", "profile.yaml"), "profile.yaml:4: (row): expected 1 field"),
        (("export", "gone.yaml"), "gone.yaml:-: (file): expected a file that can be read"),
        (("import", "profile.yaml"), "profile.yaml:1: format: expected a file that a program has exported"),
        (("compare", "uvm-pat"), "there is no file 'uvm-pat', and there is no program in the repository"),
        (("compare",), "Missing argument"),
    ],
)
def test_bad_input_is_refused_and_nothing_written(programs, words, says):
    before = sorted(programs.folder.iterdir())
    more = ("-o", "out.json")
    status, out, err = programs(*words, *more)
    assert (status, out) == (2, "")
    assert says in err
    assert "Traceback" not in err
    assert sorted(programs.folder.iterdir()) == before


def test_problems_of_a_profile_have_file_pointer_field_and_line(programs):
    (programs.folder / "bad.yaml").write_text(
        PROFILE.replace("2026-09, source", "soon, source"), encoding="utf-8"
    )
    status, _, err = programs("export", "bad.yaml")
    assert status == 2
    lines = err.splitlines()
    assert lines[0].startswith("bad.yaml:/identity/name/0/as_of: as_of: expected")
    assert lines[0].endswith("(line 7)")
    assert len(lines) == 2


def test_the_guide_works_as_written(programs):
    """Profile and counts of the how-to guide are exported, and the small count is not in the file."""
    guide = (ROOT / "docs" / "how-to" / "share-a-program.md").read_text(encoding="utf-8")
    for name, language in (("riverside.yaml", "yaml"), ("counts.csv", "csv")):
        block = guide.split(f"```{language}\n")[1].split("```")[0]
        (programs.folder / name).write_text(block, encoding="utf-8")
    status, out, err = programs("export", "riverside.yaml", "--counts", "counts.csv")
    assert (status, err) == (0, "")
    (completed,) = (table for table in json.loads(out)["counts"] if table["step"] == "completed")
    assert completed["counts"][0][1] is None


@pytest.mark.parametrize("depth", [30, 500, 5000])
def test_deep_files_end_in_words(programs, depth):
    programs("export", "profile.yaml", "-o", "ours.json")
    text = (programs.folder / "ours.json").read_text(encoding="utf-8")
    deep = "[" * depth + "]" * depth
    (programs.folder / "deep.json").write_text(text.replace('"program": {', f'"program": {{ "deep": {deep},'))
    status, _, err = programs("import", "deep.json", "-o", "kept.json")
    assert "internal error" not in err
    assert status == (2 if depth > 1000 else status)
