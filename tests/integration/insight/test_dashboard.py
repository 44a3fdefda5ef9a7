"""The dashboard: everybody counted, the library's own figures, small groups hidden, empty states help."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.integration import factories as make
from tests.integration.insight.people import cohort, join
from tests.integration.registry.files import csv
from tests.integration.registry.test_import import take

from allay.reports.outcomes import analyze
from allay_web.access.models import Program
from allay_web.audit.models import AuditEntry
from allay_web.audit.record import record
from allay_web.insight import kept
from allay_web.insight.queries import Dashboard, dashboard
from allay_web.outcomes.models import Score
from allay_web.outcomes.queries.table import cohorts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    kept.forget()


def look(program: Program, **wanted: str) -> Dashboard:
    return dashboard(program, wanted=wanted, by=make.worker(program), on=make.TODAY)


def page_of(program: Program, query: str = "", role: str = "director") -> str:
    client = make.client_for(make.member(program, role))
    answer = client.get(make.url("insight:dashboard", program) + query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def steps(found: Dashboard) -> list[tuple[str, int]]:
    return [(step.title, step.n) for step in found.funnels[0].steps]


def test_a_new_program_is_told_where_to_begin() -> None:
    page = page_of(make.program())
    assert "Nobody is in this program yet" in page
    assert "Import a registry" in page


def test_referrals_alone_show_a_funnel_and_no_outcomes() -> None:
    program = make.program()
    make.referral(program)
    found = look(program)
    assert steps(found) == [("Referred", 1), ("Accepted", 0)]
    assert found.outcomes is None
    assert "No outcomes yet" in page_of(program)


def test_the_funnel_counts_everybody_referred() -> None:
    program = make.program()
    cohort(program)
    make.referral(program)
    join(program, peg=(None, None))
    found = look(program)
    assert steps(found) == [
        ("Referred", 92),
        ("Accepted", 91),
        ("Started", 90),
        ("Finished", 30),
        ("Answered again at 3 months after", 52),
    ]
    assert found.funnels[0].steps[1].note == "median 6 days"


def test_responders_four_ways_are_those_of_the_library() -> None:
    program = make.program()
    cohort(program)
    outcomes = look(program).outcomes
    assert outcomes is not None
    assert outcomes.change is not None
    third = outcomes.change.responders[0]
    assert (third.followed.n, third.followed.denominator) == (20, 52)
    assert (third.enrolled.n, third.enrolled.denominator) == (20, 90)
    assert (third.upper.n, third.worse.n) == (58, 5)
    table, plan = cohorts(program)[0].table, cohorts(program)[0].plan
    changes = [change for change in analyze(table, plan).changes if change.of.end == "month_3"]
    theirs = next(change for change in changes if change.of.scale == "peg.total")
    assert outcomes.change.responders == theirs.responders
    assert outcomes.change.paired == theirs.paired


def test_who_joined_too_late_is_not_counted_as_missing() -> None:
    program = make.program()
    cohort(program)
    for _ in range(7):
        join(program, days_ago=30)
    outcomes = look(program).outcomes
    assert outcomes is not None
    assert outcomes.capture is not None
    assert (outcomes.started, outcomes.reached, outcomes.not_yet) == (97, 90, 7)
    assert outcomes.capture.enrolled == 90
    assert "7 more joined too late to be asked yet" in page_of(program)


def test_small_groups_are_hidden_with_what_would_give_them_away() -> None:
    program = make.program()
    cohort(program)
    for _ in range(4):
        join(program, language="other", peg=(6.0, 2.0))
    outcomes = look(program).outcomes
    assert outcomes is not None
    rows = {view.grouping.id: [group.enrolled for group, _ in rows] for view, rows in outcomes.groups}
    assert None in rows["language"]
    assert rows["language"].count(None) >= 2
    for role in ("director", "analyst", "finance"):
        assert "hidden" in page_of(program, role=role)


def test_the_gap_between_groups_is_named_with_its_size() -> None:
    program = make.program()
    cohort(program)
    outcomes = look(program).outcomes
    assert outcomes is not None
    gaps = {gap.level: gap for view, rows in outcomes.groups for _, gap in rows if gap}
    assert gaps["es"].capture is not None
    assert gaps["es"].capture[0] == pytest.approx(12 / 30 - 40 / 60)
    assert any("Language Spanish: 40% answer, against 67% (English)" in h.what for h in outcomes.helps)


def test_what_would_help_counts_those_who_may_still_answer() -> None:
    program = make.program()
    cohort(program)
    for _ in range(10):
        join(program, days_ago=190)
    outcomes = look(program).outcomes
    assert outcomes is not None
    (window,) = [h for h in outcomes.helps if h.what.startswith("Reach")]
    assert window.what == "Reach 10 people who may still answer at 3 months after"
    assert window.gain == "up to +10 points of capture"


def test_an_imported_registry_starts_at_assessed() -> None:
    program = make.program()
    take(program, csv())
    found = look(program)
    assert steps(found) == [("In the file", 5), ("Assessed", 4), ("Answered again at 3 months", 2)]
    page = page_of(program)
    assert "A registry begins with the assessment" in page
    assert "Among all 4 in the registry" in page  # of five, one began at 0


def test_people_referred_and_imported_never_share_a_denominator() -> None:
    program = make.program()
    cohort(program)
    take(program, csv())
    found = look(program)
    assert found.outcomes is not None
    assert found.outcomes.choice.cohort == "everyone"
    assert len(found.funnels) == 2
    assert found.outcomes.reached == 90
    assert {domain.scale.id for domain in found.outcomes.domains} >= {"peg.total", "pain", "mood"}
    registry = look(program, cohort="registry").outcomes
    assert registry is not None
    assert (registry.choice.scale, registry.reached) == ("pain", 5)


def test_a_choice_that_does_not_exist_falls_back() -> None:
    program = make.program()
    cohort(program)
    found = look(program, cohort="martians", scale="<script>", timepoint="never").outcomes
    assert found is not None
    assert (found.choice.cohort, found.choice.scale, found.choice.timepoint) == (
        "referrals",
        "peg.total",
        "month_3",
    )
    page = page_of(program, "?scale=%3Cscript%3E&cohort=martians")
    assert "<script>" not in page.replace("<script src=", "")


def test_a_t_score_has_no_percent_and_says_so() -> None:
    program = make.program()
    cohort(program)
    for score in Score.objects.of(program).filter(instrument="peg"):
        score.pk = None
        score.instrument, score.scale, score.score = "promis29", "pain_interference", 50 + score.score
        score.save(force_insert=True)
    page = page_of(program, "?scale=promis29.pain_interference&timepoint=month_3")
    assert "A T-score has no zero" in page
    assert "improved by 2 points or more" in page.lower()


def test_a_program_in_its_first_weeks_has_baselines_and_no_change() -> None:
    program = make.program()
    for _ in range(3):
        join(program, days_ago=2)
    found = look(program)
    assert found.outcomes is not None
    assert (found.outcomes.choice.timepoint, found.outcomes.change) == ("", None)
    assert steps(found)[-1] == ("Finished", 0)
    page = page_of(program)
    assert "No change to show" in page
    assert "asked at baseline only" in page


def test_looking_is_audited_without_naming_anybody() -> None:
    program = make.program()
    cohort(program)
    page_of(program, "?scale=peg.total")
    entry = AuditEntry.objects.order_by("pk").last()
    assert (entry.action, entry.patient_id) == ("dashboard.read", None)
    assert entry.detail == {"scale": "peg.total"}


def test_no_name_reaches_the_page() -> None:
    program = make.program()
    cohort(program)
    assert "Test-" not in page_of(program)


def test_figures_are_kept_until_something_changes() -> None:
    program = make.program()
    cohort(program)
    first = look(program)
    assert look(program) is first
    join(program, peg=(6.0, 3.0))
    again = look(program)
    assert again is not first
    assert steps(again)[0] == ("Referred", 91)


def test_a_rescored_form_changes_the_figures_though_no_score_is_new() -> None:
    program = make.program()
    cohort(program)
    first = look(program)
    changed = Score.objects.of(program).filter(timepoint="month_3").order_by("pk").last()
    assert changed is not None
    changed.score = 1.0
    changed.save()
    record("form.complete", by=make.worker(program), patient_id=changed.episode.patient_id)
    again = look(program)
    assert again.outcomes is not None
    assert first.outcomes is not None
    assert again.outcomes.change != first.outcomes.change


def test_another_program_is_never_counted() -> None:
    program, other = make.program(), make.program()
    cohort(program)
    join(other, peg=(6.0, 1.0))
    assert steps(look(other))[0] == ("Referred", 1)
    assert steps(look(program))[0] == ("Referred", 90)


def test_queries_do_not_grow_with_people() -> None:
    def queries(program: Program) -> int:
        client = make.client_for(make.member(program, "director"))
        client.get(make.url("insight:dashboard", program))  # the first entry of a trail opens its chain
        kept.forget()
        with CaptureQueriesContext(connection) as found:
            client.get(make.url("insight:dashboard", program))
        return len(found)

    few, many = make.program(), make.program()
    for _ in range(3):
        join(few, peg=(6.0, 3.0))
    cohort(many)
    assert queries(few) == queries(many)


@pytest.mark.parametrize("fmt", ["html", "json", "pdf"])
def test_the_report_is_that_of_the_library(fmt: str) -> None:
    program = make.program()
    cohort(program)
    client = make.client_for(make.member(program, "analyst"))
    answer = client.get(make.url("insight:report", program, fmt=fmt) + "?timepoint=month_3")
    assert answer.status_code == 200
    assert f'filename="{program.slug}-outcomes.{fmt}"' in answer["Content-Disposition"]
    if fmt == "json":
        found: dict[str, Any] = json.loads(answer.content)
        assert found["n_rows"] == 90
        assert found["peg_total_change_baseline_to_month_3"]["responder_ge30pct_n"] == 20
    elif fmt == "html":
        assert answer.content.count(b"<h1") == 1
    else:
        assert answer.content.startswith(b"%PDF-")
    assert AuditEntry.objects.filter(action="report.read").count() == 1


def test_an_unknown_format_is_nothing_and_an_empty_report_goes_back() -> None:
    program = make.program()
    client = make.client_for(make.member(program, "director"))
    assert client.get(make.url("insight:report", program, fmt="exe")).status_code == 404
    assert client.get(make.url("insight:report", program, fmt="json")).status_code == 302
