"""The page that shows who did what."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from tests.integration import factories as make

from allay_web.access.roles import Role
from allay_web.audit import presenters, queries
from allay_web.audit.models import AuditEntry
from allay_web.audit.presenters import LABELS, detail, label
from allay_web.audit.record import record

SOURCES = Path(presenters.__file__).parents[1]
pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return make.program()


@pytest.fixture
def director(program):
    return make.member(program, Role.DIRECTOR)


def test_the_newest_entries_come_first_and_the_reading_is_one_of_them(program, director):
    by = make.actor(director)
    record("patient.read", by=by, patient_id=7)
    found = queries.trail(program, by=by)
    assert [line.what for line in found.lines] == ["Read the audit trail", "Read a patient's record"]
    assert found.total == 2


def test_pages_go_on_where_the_last_one_ended(program, director):
    by = make.actor(director)
    for number in range(120):
        record("patient.read", by=by, patient_id=number + 1)
    first = queries.trail(program, by=by)
    second = queries.trail(program, by=by, before=first.older)
    assert [line.number for line in first.lines] == list(range(121, 71, -1))
    assert [line.number for line in second.lines] == list(range(71, 21, -1))
    assert queries.trail(program, by=by, before=22).older is None


def test_a_patients_entries_include_lists_that_named_them(program, director):
    by = make.actor(director)
    record("patient.read", by=by, patient_id=7)
    record("patient.list", by=by, detail={"patients": [5, 6, 7]})
    record("patient.list", by=by, detail={"patients": [70, 71]})
    record("patient.read", by=by, patient_id=8)
    found = queries.trail(program, by=by, patient_id=7)
    assert [line.what for line in found.lines] == [
        "Read the audit trail",
        "Read a list of patients",
        "Read a patient's record",
    ]


def test_another_programs_entries_are_not_shown(program, director):
    other = make.program()
    record("patient.read", by=make.worker(other), patient_id=7)
    assert [line.what for line in queries.trail(program, by=make.actor(director)).lines] == [
        "Read the audit trail"
    ]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN, Role.FINANCE, Role.ANALYST])
def test_only_directors_read_it(program, role):
    with pytest.raises(PermissionDenied):
        queries.trail(program, by=make.actor(make.member(program, role)))


def test_the_page_says_when_the_trail_was_last_found_whole(program, director):
    record("audit.verify", by=make.worker(program), detail={"entries": 3})
    page = make.client_for(director).get(make.url("audit:trail", program))
    assert "Last found whole: " in page.text
    assert "Checked the audit trail: whole" in page.text


def test_the_page_of_a_patient_without_entries_says_what_to_do(program, director):
    page = make.client_for(director).get(make.url("audit:trail", program), {"patient": "12"})
    assert page.status_code == 200
    assert page.context["trail"].lines[0].what == "Read the audit trail"
    earlier = make.client_for(director).get(make.url("audit:trail", program), {"patient": 13, "before": 1})
    assert "No entry is about patient 13" in earlier.text


@pytest.mark.parametrize("nonsense", ["x", "-1", "1.5", "9" * 30, "'; DROP TABLE"])
def test_nonsense_in_the_filter_is_named_and_harmless(program, director, nonsense):
    page = make.client_for(director).get(make.url("audit:trail", program), {"patient": nonsense})
    assert page.status_code == 200
    assert "Please mend this first" in page.text


def test_a_page_costs_the_same_queries_with_many_entries(program, director, django_assert_num_queries):
    by = make.actor(director)
    browser = make.client_for(director)
    address = make.url("audit:trail", program)
    browser.get(address)

    def cost():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as queries_run:
            browser.get(address)
        return len(queries_run)

    few = cost()
    for number in range(60):
        record("patient.read", by=by, patient_id=number + 1)
    assert cost() == few


def test_an_unknown_action_is_still_readable():
    assert label("visit.move_many") == "Move many visit"


def test_details_are_words():
    entry = AuditEntry(detail={"patients": list(range(1, 20)), "from": "finance", "reason": None})
    assert detail(entry) == (
        "patients: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 7 more; from: finance; reason: none"
    )


def test_labels_are_in_order():
    assert list(LABELS) == sorted(LABELS)


def recorded_actions():
    """Every action the application records under a plain name."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called == "record" and node.args:
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and re.fullmatch(r"[a-z]+\.[a-z_]+", str(part.value)):
                        yield part.value


def test_every_recorded_action_has_plain_words():
    recorded = set(recorded_actions())
    assert len(recorded) > 50
    assert sorted(recorded - set(LABELS)) == []
