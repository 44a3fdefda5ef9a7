"""`allay programs list`, `show`, `validate` and `timeline`."""

from __future__ import annotations

import csv
import io
import json

import pytest
from tests.unit.programs.definitions import small

from allay.cli.frame import run
from allay.cli.programs import group


@pytest.fixture
def programs(tmp_path, monkeypatch, capfdbinary):
    """Run a verb in a folder of its own; returns (exit status, output, errors)."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        status = run(group, list(words))
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    call.folder = tmp_path
    return call


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_list_names_every_version(programs):
    status, out, _ = programs("list", "--format", "csv")
    assert status == 0
    assert [row["version"] for row in rows(out) if row["id"] == "path"] == ["3.0.0", "2.0.0", "1.0.0"]
    assert all(int(row["made_up"]) > 0 for row in rows(out))


@pytest.mark.parametrize("name", ["path", "path@1.0.0", "wa-simp", "starter", "access-msk"])
def test_show_in_words_and_as_json(programs, name):
    status, out, _ = programs("show", name)
    assert status == 0
    assert "[made up" in out
    status, out, _ = programs("show", name, "--format", "json")
    assert status == 0
    shown = json.loads(out)
    assert shown["allay_version"]
    assert shown["sources"]
    assert shown["made_up"]


def test_what_is_not_verified_prints_its_status(programs):
    _, out, _ = programs("show", "ppact")
    assert "weekly_group: cognitive_behavioral_therapy, group, core; 12 sessions, 1 a week, 90 minutes" in out
    assert "  peg: at baseline, three_months, answered by patient [derived]" in out


def test_an_unknown_definition_is_refused(programs):
    status, out, err = programs("show", "paht")
    assert (status, out) == (2, "")
    assert "did you mean 'path'" in err


def test_validate_says_yes(programs):
    (programs.folder / "d.yaml").write_text(small.SMALL)
    status, out, err = programs("validate", "d.yaml")
    assert (status, err) == (0, "")
    assert out.startswith("d.yaml: small@1.0.0 holds together")


def test_validate_says_no_with_file_pointer_and_line(programs):
    (programs.folder / "d.yaml").write_text(small.changed(("service: yoga", "service: yogo")))
    status, out, err = programs("validate", "d.yaml")
    assert (status, out) == (1, "")
    assert err.startswith("d.yaml:/phases/0/components/0/service: service: expected an id that is known")
    assert err.rstrip().endswith("(line 19)")


def test_validate_cannot_read(programs):
    status, _, err = programs("validate", "none.yaml")
    assert status == 2
    assert "a file that can be read" in err


def test_timeline_as_csv_json_table_and_ics(programs):
    status, out, _ = programs("timeline", "ppact", "--start", "2026-09-07")
    assert status == 0
    sessions = [row for row in rows(out) if row["kind"] == "session"]
    assert [row["date"] for row in sessions][:2] == ["2026-09-07", "2026-09-14"]
    assert len(sessions) == 12
    status, out, _ = programs("timeline", "ppact", "--start", "2026-09-07", "--format", "json")
    assert json.loads(out)["definition"] == "ppact@1.0.0"
    assert len(json.loads(out)["activities"]) == 15
    status, out, _ = programs("timeline", "ppact", "--start", "2026-09-07", "--format", "table")
    assert status == 0
    status, out, _ = programs("timeline", "ppact", "--start", "2026-09-07", "--format", "ics", "-o", "p.ics")
    assert (status, out) == (0, "")
    assert (programs.folder / "p.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_timeline_of_a_file_with_a_zone(programs):
    text = small.changed(("minutes: 60", 'minutes: 60, time: "09:30"'))
    (programs.folder / "d.yaml").write_text(text)
    status, out, _ = programs("timeline", "d.yaml", "--start", "2026-10-26", "--zone", "America/Denver")
    assert status == 0
    starts = [row["starts_at"] for row in rows(out) if row["id"] == "group"]
    assert starts[:2] == ["2026-10-26T09:30:00-06:00", "2026-11-02T09:30:00-07:00"]


def test_timeline_with_what_is_known(programs):
    head = "timepoint,instrument,scale,score\n"
    (programs.folder / "s.csv").write_text(head + "baseline,peg,total,7\nafter_first_visits,peg,total,6.5\n")
    words = ("timeline", "acupuncture-clbp", "--start", "2026-09-07")
    _, out, _ = programs(*words, "--known", "s.csv")
    assert {row["phase"] for row in rows(out)} == {"first_visits", ""}
    _, out, _ = programs(*words, "--known", "s.csv", "--decide", "improving=yes")
    assert {row["phase"] for row in rows(out)} == {"first_visits", "more_visits", ""}
    assert {row["certainty"] for row in rows(out)} == {"planned"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--start", "2026-02-30"), "a date that exists"),
        (("--start", "9999-12-01"), "leaves room for the whole episode"),
        (("--start", "0001-01-01"), "leaves room for the whole episode"),
        (("--start", "2026-09-07", "--zone", "Vermont"), "a time zone such as America/New_York"),
        (("--start", "2026-09-07", "--decide", "improving=maybe"), "GATE=yes or GATE=no (gates: improving)"),
        (("--start", "2026-09-07", "--done", "start=2026-09-01"), "baseline, after_first_visits, end"),
        (("--start", "2026-09-07", "--done", "baseline=soon"), "a date as YYYY-MM-DD"),
        (("--start", "2026-09-07", "--known", "none.csv"), "a file that can be read"),
    ],
)
def test_wrong_options_are_refused_and_nothing_is_written(programs, more, said):
    status, out, err = programs("timeline", "acupuncture-clbp", *more, "-o", "t.csv")
    assert (status, out) == (2, "")
    assert said in err
    assert list(programs.folder.iterdir()) == []


def test_known_scores_are_checked_cell_by_cell(programs):
    (programs.folder / "s.csv").write_text(
        "timepoint,instrument,scale,score\n"
        "baseline,peg,total,11\n"
        "baseline,peg,totl,1\n"
        "baseline,pegg,total,1\n"
        "end,peg,total,x\n"
        "after_first_visits,peg,total,3\n"
        "after_first_visits,peg,total,4\n"
        "elsewhere,peg,total,99\n"
        "end,peg,total,\n"
    )
    status, _, err = programs("timeline", "acupuncture-clbp", "--start", "2026-09-07", "--known", "s.csv")
    assert status == 2
    found = [line.split(": ")[:2] for line in err.splitlines()]
    assert found == [
        [f"s.csv:{n}", column]
        for n, column in zip((2, 3, 4, 5, 7), ("score", "scale", "scale", "score", "score"), strict=True)
    ]


def test_schema_has_the_definition(programs):
    status, out, _ = programs("schema", "definition")
    assert status == 0
    assert "timepoints" in json.loads(out)["properties"]
