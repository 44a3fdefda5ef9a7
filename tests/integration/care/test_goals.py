"""Goals: the patient's own words, at most three, and an audit trail that never holds them."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.integration import factories as make

from allay_web.access.actor import Actor
from allay_web.access.permissions import Permission
from allay_web.audit.models import AuditEntry
from allay_web.care.actions import rate_goal, state_goals
from allay_web.care.models import Goal
from allay_web.enrolment.models import Episode

pytestmark = pytest.mark.django_db

LATER = make.NOW + dt.timedelta(days=30)


@pytest.fixture
def episode() -> Episode:
    return make.episode(make.program())


def clinician(episode: Episode) -> Actor:
    return make.actor(make.member(episode.program, "clinician"))


def state(episode: Episode, *words: str, by: Actor | None = None, at: dt.datetime = make.NOW) -> list[str]:
    state_goals(episode=episode, words=words, stated_by="staff", by=by or clinician(episode), at=at)
    return [goal.words for goal in Goal.objects.of(episode.program).filter(episode=episode)]


def test_goals_keep_their_order_and_lose_stray_blanks(episode: Episode) -> None:
    assert state(episode, "  Walk my   grandson to school ", "", "Sleep") == [
        "Walk my grandson to school",
        "Sleep",
    ]


def test_a_fourth_goal_is_refused_and_nothing_changes(episode: Episode) -> None:
    state(episode, "One")
    with pytest.raises(ValidationError, match="at most 3 goals, found 4"):
        state(episode, "a", "b", "c", "d")
    with pytest.raises(ValidationError, match="at most 280 letters"):
        state(episode, "x" * 281)
    assert [goal.words for goal in Goal.objects.of(episode.program)] == ["One"]


def test_a_goal_that_stays_keeps_its_rating_wherever_it_moves(episode: Episode) -> None:
    by = clinician(episode)
    state(episode, "Walk", "Sleep", by=by)
    goal = Goal.objects.of(episode.program).get(words="Sleep")
    rate_goal(goal=goal, progress="on_course", by=by, at=LATER)
    state(episode, "Sleep", "Cook", by=by, at=LATER)
    kept, new = Goal.objects.of(episode.program).filter(episode=episode)
    assert (kept.words, kept.position, kept.progress, kept.rated_at) == ("Sleep", 1, "on_course", LATER)
    assert (kept.stated_at, new.stated_at, new.progress) == (make.NOW, LATER, "")


def test_the_trail_counts_and_never_quotes(episode: Episode) -> None:
    by = clinician(episode)
    state(episode, "Walk my grandson to school", "Sleep", by=by)
    state(episode, "Sleep", "Cook on Sundays", by=by)
    entries = AuditEntry.objects.filter(action="goal.state").order_by("number")
    assert entries.last().detail == {"goals": 2, "new": 1, "removed": 1, "stated_by": "staff"}
    assert {entry.patient_id for entry in entries} == {episode.patient_id}
    everything = json.dumps(list(AuditEntry.objects.values()), default=str)
    assert not any(word in everything for word in ("grandson", "Sleep", "Sundays"))


def test_saying_the_same_again_leaves_no_entry(episode: Episode) -> None:
    by = clinician(episode)
    state(episode, "Walk", by=by)
    state(episode, "Walk", by=by, at=LATER)
    assert AuditEntry.objects.filter(action="goal.state").count() == 1
    assert Goal.objects.of(episode.program).get().stated_at == make.NOW


def test_a_patient_states_goals_with_a_link_and_rates_none(episode: Episode) -> None:
    link = Actor("patient_link", 1, "patient", episode.program_id, frozenset({Permission.FORM_ANSWER}))
    goals = state_goals(episode=episode, words=["Walk"], stated_by="patient", by=link, at=make.NOW)
    assert goals[0].stated_by == "patient"
    with pytest.raises(PermissionDenied):
        rate_goal(goal=goals[0], progress="reached", by=link, at=make.NOW)


@pytest.mark.parametrize("role", ["finance", "analyst"])
def test_who_may_not_see_patients_may_not_state_goals(episode: Episode, role: str) -> None:
    with pytest.raises(PermissionDenied):
        state(episode, "Walk", by=make.actor(make.member(episode.program, role)))


def test_another_program_may_not_state_goals(episode: Episode) -> None:
    stranger = make.actor(make.member(make.program(), "director"))
    with pytest.raises(PermissionDenied):
        state(episode, "Walk", by=stranger)


def test_an_unknown_rating_is_refused(episode: Episode) -> None:
    by = clinician(episode)
    state(episode, "Walk", by=by)
    with pytest.raises(ValidationError, match="on_course"):
        rate_goal(goal=Goal.objects.of(episode.program).get(), progress="great", by=by, at=LATER)


def test_stated_and_rated_in_the_browser(episode: Episode) -> None:
    client = make.client_for(make.member(episode.program, "clinician"))
    address = make.url("care:goals", episode.program, episode=episode.pk)
    assert client.get(address).status_code == 200
    page = client.post(address, {"goal_1": "Walk", "goal_2": "", "goal_3": "Sleep"}, follow=True)
    assert "“Walk”" in page.content.decode()
    first = Goal.objects.of(episode.program).first()
    rate = make.url("care:rate", episode.program, goal=first.pk)
    page = client.post(rate, {"progress": "reached"}, follow=True)
    assert "reached" in page.content.decode()
    assert client.post(rate, {"progress": "nonsense"}, follow=True).status_code == 200
    assert Goal.objects.of(episode.program).first().progress == "reached"
    other = make.client_for(make.member(make.program(), "director"))
    assert other.post(rate, {"progress": "not_yet"}).status_code == 404
    too_long = client.post(address, {"goal_1": "x" * 281})
    assert too_long.status_code == 400
    assert "errors" in too_long.content.decode()
