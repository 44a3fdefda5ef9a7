"""What is asked when: the schedule of a new episode, what a high score adds, and single forms."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied
from tests.integration import factories

from allay.base.errors import InvalidInput
from allay_web.outcomes import actions, schedule
from allay_web.outcomes.models import Assignment, Score
from allay_web.outcomes.refusals import Refused

NOW = factories.NOW


def asked(clinic, **only):
    rows = Assignment.objects.of(clinic.program).filter(**only).order_by("due_on", "pk")
    return [(a.timepoint, a.instrument, a.status) for a in rows]


def enter(clinic, instrument, timepoint, value):
    form = clinic.form(instrument, timepoint)
    count = {"phq9": 9, "gad7": 7, "peg": 3}[instrument]
    actions.enter(
        assignment=form,
        answers={f"{instrument}_{k}": value for k in range(1, count + 1)},
        mode="phone",
        language="en",
        by=clinic.staff,
        at=NOW,
    )


def test_everybody_is_asked_at_baseline_every_four_weeks_at_the_end_and_after(clinic):
    forms = Assignment.objects.of(clinic.program).order_by("due_on", "pk")
    opened = clinic.episode.opened_on
    days = [((a.due_on - opened).days, (a.closes_on - a.due_on).days) for a in forms]
    assert [(a.timepoint, a.instrument, *d) for a, d in zip(forms, days, strict=True)] == [
        ("baseline", "peg", 0, 14),
        ("baseline", "phq9", 0, 14),
        ("baseline", "gad7", 0, 14),
        ("week_4", "peg", 28, 14),
        ("week_8", "peg", 56, 14),
        ("end", "peg", 91, 14),
        ("end", "phq9", 91, 14),
        ("end", "gad7", 91, 14),
        ("month_3", "peg", 182, 30),
        ("month_3", "phq9", 182, 30),
        ("month_3", "gad7", 182, 30),
    ]  # fmt: skip


def test_a_second_time_assigns_nothing(clinic):
    assert actions.assign_schedule(episode=clinic.episode, by=clinic.staff, at=NOW) == 0
    assert Assignment.objects.of(clinic.program).count() == 11


def test_accepting_a_referral_assigns(db):
    program = factories.program()
    coordinator = factories.member(program)
    episode = factories.accepted(factories.referral(program), by=factories.actor(coordinator))
    assert Assignment.objects.of(program).filter(episode=episode).count() == 11


def test_ten_or_more_is_asked_again_every_four_weeks(clinic):
    factories.shift(clinic.program, clinic.clinician, weekday=2)
    enter(clinic, "gad7", "baseline", 2)
    assert asked(clinic, instrument="gad7", timepoint__startswith="week") == [
        ("week_4", "gad7", "open"),
        ("week_8", "gad7", "open"),
    ]


def test_below_ten_is_not(clinic):
    enter(clinic, "gad7", "baseline", 1)
    assert asked(clinic, instrument="gad7", timepoint__startswith="week") == []


def test_once_it_falls_it_is_no_longer_asked_until_the_end(clinic):
    enter(clinic, "gad7", "baseline", 2)
    enter(clinic, "gad7", "week_4", 1)
    assert asked(clinic, instrument="gad7", timepoint__startswith="week") == [
        ("week_4", "gad7", "completed"),
        ("week_8", "gad7", "closed"),
    ]
    assert clinic.form("gad7", "week_8").why_closed == "Not needed: the last GAD-7 was 7, below 10."
    assert clinic.form("gad7", "end").status == "open"


def test_an_older_form_entered_late_does_not_overrule_a_newer_one(clinic):
    enter(clinic, "gad7", "end", 0)
    enter(clinic, "gad7", "baseline", 3)
    assert asked(clinic, instrument="gad7", timepoint__startswith="week") == []


def test_a_form_that_came_on_paper_can_be_added(clinic):
    form = actions.add_assignment(
        episode=clinic.episode, instrument="promis-global10", timepoint="baseline", by=clinic.staff, at=NOW
    )
    assert (form.due_on, form.status) == (clinic.episode.opened_on, "open")
    with pytest.raises(Refused, match="already"):
        actions.add_assignment(
            episode=clinic.episode,
            instrument="promis-global10",
            timepoint="baseline",
            by=clinic.staff,
            at=NOW,
        )


def test_assigning_needs_the_permission(clinic):
    analyst = factories.actor(factories.member(clinic.program, "analyst"))
    with pytest.raises(PermissionDenied):
        actions.assign_schedule(episode=clinic.episode, by=analyst, at=NOW)


def test_scores_carry_version_day_and_band(clinic):
    enter(clinic, "gad7", "baseline", 2)
    score = Score.objects.of(clinic.program).get()
    assert (score.score, score.band, score.version, score.on) == (
        14,
        "moderate",
        "1.0.0",
        dt.date(2026, 11, 23),
    )


GOOD = schedule.FILE.read_text()


@pytest.mark.parametrize(
    ("old", "new"),
    [("day: 28", "day: 0"), ("ask: [peg]", "ask: []"), ("id: week_4", "id: Week 4"), ("derived", "sure")],
    ids=["order", "empty", "id", "status"],
)  # fmt: skip
def test_a_faulty_schedule_is_refused(old, new):
    assert old in GOOD
    with pytest.raises(InvalidInput):
        schedule.read_schedule(io.BytesIO(GOOD.replace(old, new, 1).encode()))
