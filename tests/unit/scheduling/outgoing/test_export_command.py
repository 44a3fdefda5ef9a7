"""`allay scheduling export` and `picture`: a whole folder or none, a picture by the ending of its file."""

from __future__ import annotations

import json
import re

import pytest
from tests.unit.scheduling.checking.handmade import good, plan_of, plan_tree, problem_of, problem_tree

from allay.reports import pdf
from allay.scheduling.explaining.result import Explanation


@pytest.fixture
def written(allay):
    """A folder with the problem made by hand and its plan."""
    problem, plan = good()
    (allay.folder / "problem.json").write_text(problem.model_dump_json())
    (allay.folder / "plan.json").write_text(plan.model_dump_json())
    return allay


def names(folder) -> set[str]:
    """All files of a folder, by their path within it."""
    return {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}


def test_export_writes_tables_calendars_pictures_and_a_page(written):
    status, out, err = written("scheduling", "export", "problem.json", "plan.json", "-o", "out")
    assert (status, out) == (0, "")
    assert "there are no plain words for talk, manual, visit, coached, begun, watched;" in err
    found = names(written.folder / "out")
    patients = {f"calendars/patients/{one.id}.ics" for one in good()[0].patients}
    assert patients <= found
    assert {"calls.csv", "bookings.csv", "index.html", "week-1.svg", "week-3.svg"} <= found
    assert {"calendars/practitioners/md-1.ics", "calendars/rooms/hall-2.ics"} <= found
    assert all(
        re.fullmatch(r"[a-z]+\.(csv|html)|week-\d\.svg|calendars/[a-z]+/[\w.-]+\.ics", one) for one in found
    )
    page = (written.folder / "out" / "index.html").read_text()
    for link in re.findall(r'href="([^"#]+)"', page):
        assert link in found


def test_the_same_plan_gives_the_same_bytes(written):
    for folder in ("one", "two"):
        assert written("scheduling", "export", "problem.json", "plan.json", "-o", folder)[0] == 0
    one, two = (written.folder / folder for folder in ("one", "two"))
    assert names(one) == names(two)
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in names(one))


def test_a_filled_folder_is_refused_and_with_force_loses_what_is_gone(written):
    assert written("scheduling", "export", "problem.json", "plan.json", "-o", "out")[0] == 0
    (written.folder / "out" / "mine.txt").write_text("mine")
    status, _, err = written("scheduling", "export", "problem.json", "plan.json", "-o", "out")
    assert status == 2
    assert "--force" in err
    problem, _ = good()
    tree = plan_tree()
    tree["sessions"] = [one for one in tree["sessions"] if one["series"] != "jo-visit"]
    (written.folder / "plan.json").write_text(plan_of(tree, problem).model_dump_json())
    assert written("scheduling", "export", "problem.json", "plan.json", "-o", "out", "--force")[0] == 0
    found = names(written.folder / "out")
    assert "mine.txt" in found
    assert "calendars/patients/jo.ics" not in found


def test_bad_input_writes_nothing(written):
    tree = problem_tree()
    tree["rooms"][0]["seats"] = 13
    (written.folder / "other.json").write_text(problem_of(tree).model_dump_json())
    status, _, err = written("scheduling", "export", "other.json", "plan.json", "-o", "out")
    assert status == 2
    assert "problem_digest" in err
    assert not (written.folder / "out").exists()


def test_ids_that_a_file_system_may_take_for_one_are_refused(written):
    renamed = {name: (written.folder / f"{name}.json").read_text() for name in ("problem", "plan")}
    tree = json.loads(renamed["problem"].replace('"ben"', '"Ana"'))
    problem = problem_of(tree)
    plan = json.loads(renamed["plan"].replace('"ben"', '"Ana"'))
    del plan["problem_digest"]
    (written.folder / "problem.json").write_text(problem.model_dump_json())
    (written.folder / "plan.json").write_text(plan_of(plan, problem).model_dump_json())
    status, _, err = written("scheduling", "export", "problem.json", "plan.json", "-o", "out")
    assert status == 2
    assert "calendars/patients/Ana.ics and calendars/patients/ana.ics" in err
    assert not (written.folder / "out").exists()


def test_with_the_plan_before_only_what_is_new_is_listed(written):
    problem, _ = good()
    tree = plan_tree()
    tree["sessions"][0]["start"] = "2027-01-05T15:00:00"
    (written.folder / "now.json").write_text(plan_of(tree, problem).model_dump_json())
    words = ["scheduling", "export", "problem.json", "now.json", "--before", "plan.json", "-o", "out"]
    assert written(*words)[0] == 0
    rows = (written.folder / "out" / "bookings.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["ana"]
    assert "SEQUENCE:1" in (written.folder / "out" / "calendars" / "patients" / "ana.ics").read_text()
    assert written(*words, "--force", "--revision", "4")[0] == 0
    assert "SEQUENCE:4" in (written.folder / "out" / "calendars" / "patients" / "ana.ics").read_text()


def test_a_plan_before_of_patients_who_are_gone_asks_for_its_own_problem(written):
    tree, plan = problem_tree(), plan_tree()
    tree["series"] = [one for one in tree["series"] if one["patient"] != "jo"]
    tree["patients"] = [one for one in tree["patients"] if one["id"] != "jo"]
    plan["sessions"] = [one for one in plan["sessions"] if one["series"] != "jo-visit"]
    now = problem_of(tree)
    (written.folder / "now.json").write_text(now.model_dump_json())
    (written.folder / "plan-now.json").write_text(plan_of(plan, now).model_dump_json())
    words = ["scheduling", "export", "now.json", "plan-now.json", "--before", "plan.json", "-o", "out"]
    status, _, err = written(*words)
    assert status == 2
    assert "--before-problem" in err
    assert written(*words, "--before-problem", "problem.json")[0] == 0
    assert "STATUS:CANCELLED" in (written.folder / "out" / "calendars" / "patients" / "jo.ics").read_text()


def test_a_plan_before_of_another_program_is_refused(written):
    tree = json.loads((written.folder / "plan.json").read_text())
    (written.folder / "before.json").write_text(json.dumps({**tree, "problem": "elsewhere"}))
    words = ["scheduling", "export", "problem.json", "plan.json", "--before", "before.json", "-o", "out"]
    status, _, err = written(*words)
    assert status == 2
    assert "an earlier plan for 'handmade', found 'elsewhere'" in err
    assert (
        written("scheduling", "export", "problem.json", "plan.json", "--before-problem", "x", "-o", "o")[0]
        == 2
    )


def test_own_names_and_an_explanation_are_used(written):
    _, plan = good()
    (written.folder / "names.yaml").write_text(
        'phrases:\n  service.talk: {en: "Talk", es: "Hablar"}\n'
        '  practitioner.psy-1: {en: "Dr. Lee", es: "Dr. Lee"}\n'
    )
    told = Explanation(
        allay_version="1",
        problem="handmade",
        problem_digest=plan.problem_digest,
        synthetic=True,
        method=plan.method,
    )
    (written.folder / "why.json").write_text(told.model_dump_json())
    words = ["scheduling", "export", "problem.json", "plan.json", "-o", "out"]
    status, _, err = written(*words, "--names", "names.yaml", "--explanation", "why.json")
    assert status == 0
    assert "words for manual, visit" in err
    assert "With Dr. Lee." in (written.folder / "out" / "calendars" / "patients" / "ana.ics").read_text()
    assert "Why, and what would help" in (written.folder / "out" / "index.html").read_text()
    (written.folder / "why.json").write_text(told.model_copy(update={"method": "replan"}).model_dump_json())
    status, _, err = written(*words, "--force", "--explanation", "why.json")
    assert status == 2
    assert "an explanation of this plan" in err


@pytest.mark.parametrize(
    ("ending", "starts"), [("svg", b"<svg"), ("html", b"<!doctype html>"), ("png", b"\x89PNG")]
)
def test_a_picture_has_the_form_of_its_ending(written, ending, starts):
    words = ["scheduling", "picture", "problem.json", "plan.json", "--week", "2", "-o", f"week.{ending}"]
    status, out, _ = written(*words, "--by", "room")
    assert (status, out) == (0, "")
    assert (written.folder / f"week.{ending}").read_bytes().lstrip().startswith(starts)


def test_weeks_count_from_1_for_people(written):
    _, first, _ = written("scheduling", "picture", "problem.json", "plan.json")
    assert "week 1 of 3" in first
    assert written("scheduling", "picture", "problem.json", "plan.json", "--week", "1")[1] == first
    assert "week 3 of 3" in written("scheduling", "picture", "problem.json", "plan.json", "--week", "3")[1]
    assert written("scheduling", "picture", "problem.json", "plan.json", "--week", "0")[0] == 2


def test_a_pdf_is_the_page_and_where_it_cannot_be_made_nothing_is_written(written, monkeypatch):
    def lacking(page):
        raise pdf.PdfUnavailable("PDF needs Pango; write the report as HTML")

    words = ["scheduling", "picture", "problem.json", "plan.json", "-o", "week.pdf"]
    monkeypatch.setattr(pdf, "pdf_bytes", lacking)
    status, _, err = written(*words)
    assert status == 2
    assert "Pango" in err
    assert not list(written.folder.glob("week*"))
    monkeypatch.setattr(pdf, "pdf_bytes", lambda page: page[:15].encode())
    assert written(*words)[0] == 0
    assert (written.folder / "week.pdf").read_bytes().startswith(b"<!doctype html>")


def test_a_picture_goes_to_standard_output_and_bad_input_is_named(written):
    status, out, _ = written("scheduling", "picture", "problem.json", "plan.json")
    assert status == 0
    assert out.startswith("<svg")
    status, out, err = written("scheduling", "picture", "problem.json", "plan.json", "--week", "4")
    assert (status, out) == (2, "")
    assert "there is no week 4; problem.json has 3, and they count from 1" in err
    status, _, err = written("scheduling", "picture", "problem.json", "plan.json", "-o", "week.gif")
    assert status == 2
    assert ".svg, .html, .pdf or .png" in err
    assert written("scheduling", "picture", "-", "-")[0] == 2
