"""`allay services`: list, show, check and schema."""

from __future__ import annotations

import csv
import io
import json

import pytest

from allay.programs.services.catalog import FOLDER

HEAD = "session_id,service,profession,minutes,format,participants,setting,components,clinic\n"
YES = "s1,massage,massage_therapist,45,individual,1,in_person,soft_tissue_work;response_noted,north\n"
NO = "s2,massage,massage_therapist,10,individual,1,in_person,none,north\n"
SILENT = "s3,massage,,,,,,,\n"


def sessions(allay, *rows, head=HEAD):
    (allay.folder / "sessions.csv").write_text(head + "".join(rows), encoding="utf-8")


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_list(allay):
    status, out, err = allay("services", "list", "--format", "csv")
    rows = table(out)
    assert (status, err, len(rows)) == (0, "", 31)
    assert {row["id"]: row["described"] for row in rows}["yoga"] == "9/12"
    assert all(row["telehealth_status"] and row["test_status"] for row in rows)
    assert len(json.loads(allay("services", "list", "--format", "json")[1])) == 31
    assert "Opioid taper support" in allay("services", "list")[1]


def test_show_marks_what_is_not_verified(allay):
    status, out, _ = allay("services", "show", "acupuncture")
    assert status == 0
    plain = " ".join(out.split())
    assert (
        "sessions per year: at most 20 (the most Medicare covers, for chronic low back pain) harms" in plain
    )
    assert "Collapsed lung or infection, rare [memory]" in plain
    assert "it lasted at least 15 minutes [derived]" in plain
    assert "cpt 97810 acupuncture, first 15 minutes cpt" in plain
    reiki = allay("services", "show", "reiki")[1]
    assert "unknown: nobody has looked" in reiki
    assert "none recorded" in reiki


def test_show_json(allay):
    status, out, _ = allay("services", "show", "yoga@1.0.0", "--format", "json")
    shown = json.loads(out)
    assert status == 0
    assert (shown["filled"], shown["items"], shown["completeness"]) == (9, 12, 0.75)
    assert shown["description"]["fidelity_actual"] is None
    assert shown["missing"] == ["when_and_how_much"]
    assert shown["not_yet"] == ["modifications", "fidelity_actual"]
    assert shown["session"]["minutes"]["status"] == "derived"
    assert shown["allay_version"]


def test_show_refuses_what_it_does_not_know(allay):
    status, out, err = allay("services", "show", "yogo")
    assert (status, out) == (2, "")
    assert "did you mean 'yoga'?" in err


def test_check(allay):
    sessions(allay, YES, NO, SILENT)
    status, out, err = allay("services", "check", "sessions.csv")
    rows = table(out)
    assert status == 1
    assert [row["answer"] for row in rows] == ["yes", "no", "unknown"]
    assert rows[0]["clinic"] == "north"
    assert rows[0]["definition"] == "massage@1.0.0"
    assert rows[0]["status"] == "derived"
    assert rows[1]["not_met"] == "minutes; component:soft_tissue_work; component:areas_agreed|response_noted"
    assert rows[0]["reasons"].count("; ") >= 5
    assert "minutes not met (expected at least 15, found 10)" in rows[1]["reasons"]
    assert err == "allay: sessions.csv: yes 1, no 1, unknown 1\n"


def test_check_answers_0_where_nothing_is_no(allay):
    sessions(allay, YES, SILENT)
    status, out, _ = allay("services", "check", "sessions.csv", "-o", "checked.csv")
    assert (status, out) == (0, "")
    assert len(table((allay.folder / "checked.csv").read_text(encoding="utf-8"))) == 2


def test_check_json_and_table(allay):
    sessions(allay, NO)
    _, out, _ = allay("services", "check", "sessions.csv", "--format", "json")
    report = json.loads(out)
    assert report["counts"] == {"yes": 0, "no": 1, "unknown": 0, "invalid": 0}
    [session] = report["sessions"]
    assert {rule["outcome"] for rule in session["rules"]} == {"met", "not_met"}
    assert all(rule["status"] and rule["source"] for rule in session["rules"])
    assert "not_met" in allay("services", "check", "sessions.csv", "--format", "table")[1]


BAD = [
    ("s4,masage,massage_therapist,45,individual,1,in_person,none,\n", "service", "did you mean 'massage'?"),
    (
        "s4,,massage_therapist,45,individual,1,in_person,none,\n",
        "service",
        "claimed to have been, found nothing",
    ),
    (",massage,massage_therapist,45,individual,1,in_person,none,\n", "session_id", "a name of the session"),
    ("s4,massage,masseur,45,individual,1,in_person,none,\n", "profession", "the id of a profession"),
    ("s4,massage,massage_therapist,long,individual,1,in_person,none,\n", "minutes", "a number of minutes"),
    ("s4,massage,massage_therapist,0,individual,1,in_person,none,\n", "minutes", "minutes above 0"),
    ("s4,massage,massage_therapist,45,solo,1,in_person,none,\n", "format", "individual, group, linked"),
    ("s4,massage,massage_therapist,45,individual,3,in_person,none,\n", "participants", "found 3"),
    ("s4,massage,massage_therapist,45,group,2.5,in_person,none,\n", "participants", "a whole number"),
    ("s4,massage,massage_therapist,45,individual,1,at home,none,\n", "setting", "in_person, telehealth"),
    (
        "s4,massage,massage_therapist,45,individual,1,in_person,rubbing,\n",
        "components",
        "the id of a component",
    ),
    (
        "s4,massage,massage_therapist,45,individual,1,in_person,consent;;none,\n",
        "components",
        "found 'consent;;none'",
    ),
    (YES, "session_id", "'s1' again (first in line 2)"),
]


@pytest.mark.parametrize(("row", "column", "says"), BAD)
def test_bad_rows_are_named_and_nothing_is_written(allay, row, column, says):
    sessions(allay, YES, row)
    status, out, err = allay("services", "check", "sessions.csv", "-o", "checked.csv")
    assert (status, out) == (2, "")
    assert err.startswith(f"sessions.csv:3: {column}: expected ")
    assert says in err
    assert not (allay.folder / "checked.csv").exists()


def test_every_bad_cell_is_named(allay):
    sessions(allay, "s1,masage,masseur,long,solo,x,at home,rubbing,\n", NO)
    _, _, err = allay("services", "check", "sessions.csv")
    assert len(err.splitlines()) == 7


def test_flagged_rows_are_kept_apart(allay):
    sessions(allay, YES, "s2,massage,masseur,long,individual,1,in_person,none,\n")
    status, out, err = allay("services", "check", "sessions.csv", "--on-invalid", "flag")
    rows = table(out)
    assert status == 0
    assert [row["answer"] for row in rows] == ["yes", "invalid"]
    assert "profession: expected" in rows[1]["reasons"]
    assert "minutes: expected" in rows[1]["reasons"]
    assert "invalid 1" in err
    _, out, _ = allay("services", "check", "sessions.csv", "--on-invalid", "flag", "--format", "json")
    assert len(json.loads(out)["sessions"][1]["problems"]) == 2


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (HEAD.replace("components", "componets"), "components: expected this column"),
        (HEAD.replace("clinic", "answer"), "answer: expected another name"),
    ],
)
def test_bad_headers(allay, head, says):
    sessions(allay, YES, head=head)
    status, _, err = allay("services", "check", "sessions.csv")
    assert status == 2
    assert says in err


def test_own_definitions(allay):
    text = (FOLDER / "massage.yaml").read_text(encoding="utf-8")
    own = text.replace("minutes: {low: 15}", "minutes: {low: 60}").replace("version: 1.0.0", "version: 1.0.1")
    (allay.folder / "own.yaml").write_text(own, encoding="utf-8")
    sessions(allay, YES)
    status, out, _ = allay("services", "check", "sessions.csv", "--definition", "own.yaml")
    assert status == 1
    assert table(out)[0]["definition"] == "massage@1.0.1"
    assert allay("services", "show", "own.yaml")[1].startswith("massage@1.0.1")
    (allay.folder / "own.yaml").write_text(own.replace("[soft_tissue_work]", "[rubbing]"), encoding="utf-8")
    status, _, err = allay("services", "show", "own.yaml")
    assert status == 2
    assert "own.yaml:/session/required/0:" in err


def test_schema(allay):
    status, out, _ = allay("services", "schema", "service")
    assert status == 0
    assert {"description", "session", "providers"} <= set(json.loads(out)["properties"])
    assert set(json.loads(allay("services", "schema")[1])) == {
        "service", "card", "sources", "code-list", "set-aside",
    }  # fmt: skip
