"""The clinician's one page: what the patient wants, what needs somebody, how it goes, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from allay.measures.change import reliable_z
from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.care.models import Goal
from allay_web.care.trends import Reading, Rule, ScaleFacts, Trend, trend
from allay_web.enrolment import queries as enrolment
from allay_web.outcomes.asking import short_title
from allay_web.outcomes.queries.course import Course, courses_of
from allay_web.outcomes.queries.forms import forms_of
from allay_web.outcomes.queries.links import UNFINISHED
from allay_web.outcomes.schedule import standard, title
from allay_web.worklist import queries as worklist

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from allay_web.access.actor import Actor
    from allay_web.access.models import Program
    from allay_web.enrolment.models import Episode
    from allay_web.worklist.models import Task

PROGRESS = Goal.Progress.choices

# Instruments whose total, at the sourced level at which they are asked again, is worth a word before a visit.
WATCHED = ("phq9", "gad7")
SDS_DRAWN = 3  # a T-score's picture reaches this many SD to either side of the general population


@dataclass(frozen=True, slots=True)
class Due:
    """A time point's questionnaires that wait for answers."""

    timepoint: str
    instruments: str
    due_on: date
    closes_on: date
    overdue_days: int


@dataclass(frozen=True, slots=True)
class PatientPage:
    """One patient before a visit."""

    episode: Episode
    age: int | None
    week: int | None
    goals: list[Goal]
    tasks: list[Task]
    remarks: list[str]
    trends: list[Trend]
    due: list[Due]
    later: Due | None


def goals_of(program: Program, *, episode_id: int) -> list[Goal]:
    """An episode's goals in their order; the caller's page audits the reading."""
    return list(Goal.objects.of(program).filter(episode=episode_id))


def goals(program: Program) -> QuerySet[Goal]:
    """The program's goals, to look one up by its id."""
    found: QuerySet[Goal] = Goal.objects.of(program)
    return found.select_related("episode")


@transaction.atomic
def patient_page(program: Program, episode_id: int, *, by: Actor, on: date) -> PatientPage | None:
    """Everything of the one page: a constant number of queries, one audit entry; None where there is none."""
    by.must(Permission.PATIENT_READ, program.pk)
    episode = enrolment.episode(program, episode_id)
    if episode is None:
        return None
    record("patient.read", by=by, about=episode, patient_id=episode.patient_id)
    courses = courses_of(program, episode_id)
    trends = [_trend(course) for course in courses]
    waiting = _waiting(program, episode_id, on=on)
    return PatientPage(
        episode=episode,
        age=_age(episode, on=on),
        week=(on - episode.opened_on).days // 7 + 1 if episode.opened_on else None,
        goals=goals_of(program, episode_id=episode_id),
        tasks=sorted(
            worklist.open_of_episode(program, episode_id=episode_id), key=lambda task: task.kind != "safety"
        ),
        remarks=_remarks(courses, trends),
        trends=trends,
        due=[due for due in waiting if due.due_on <= on],
        later=next((due for due in waiting if due.due_on > on), None),
    )


def _age(episode: Episode, *, on: date) -> int | None:
    born = episode.patient.birth_date
    if born is None:
        return episode.age_at_start
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _waiting(program: Program, episode_id: int, *, on: date) -> list[Due]:
    from allay.measures.catalog import get

    forms = forms_of(program).filter(episode=episode_id, status__in=UNFINISHED).order_by("due_on", "pk")
    by_point: dict[str, list[tuple[date, date, str]]] = {}
    for form in forms:
        name = short_title(get(f"{form.instrument}@{form.version}"))
        by_point.setdefault(form.timepoint, []).append((form.due_on, form.closes_on, name))
    return [
        Due(
            timepoint=title(point),
            instruments=", ".join(name for _, _, name in rows),
            due_on=rows[0][0],
            closes_on=max(closes for _, closes, _ in rows),
            overdue_days=max(0, (on - rows[0][0]).days),
        )
        for point, rows in by_point.items()
    ]


def _remarks(courses: list[Course], trends: list[Trend]) -> list[str]:
    """What the scores say that a clinician should not miss; item 9 is a task of its own."""
    level = standard().last_score.at_least
    found = []
    for course, drawn in zip(courses, trends, strict=True):
        name, last = drawn.facts.title, drawn.last
        high = course.instrument in WATCHED and course.scores[-1].scale == "total" and last.score >= level
        worse = drawn.change is not None and drawn.change.tone == "worse"
        if high:
            found.append(f"{name} is {last.score:g}, {last.band.lower()}{', and worse' if worse else ''}")
        elif worse:
            found.append(f"{name} is {drawn.change.verdict if drawn.change else ''}")
    return found


def _trend(course: Course) -> Trend:
    scale = course.scale
    names = {band.id: band.title for band in scale.bands}
    normal = None
    if scale.bands:
        best = scale.bands[-1 if scale.direction == "higher_better" else 0]
        normal = (best.low, best.high)
    domain = (scale.minimum, scale.maximum)
    if scale.population_mean is not None and scale.population_sd is not None:
        reach = SDS_DRAWN * scale.population_sd
        domain = (scale.population_mean - reach, scale.population_mean + reach)
    rule = None
    if course.rule:
        threshold = course.rule.threshold
        rule = Rule(threshold.value, threshold.kind, course.rule.source, str(threshold.status))
    facts = ScaleFacts(
        title=scale.title,
        instrument=scale.instrument,
        unit=scale.unit,
        higher_is_better=scale.direction == "higher_better",
        domain=domain,
        normal=normal,
        rule=rule,
        percent_response=scale.percent_response,
    )
    readings = [
        Reading(point, score.on, score.score, score.se, names.get(score.band, ""))
        for point, score in zip(course.timepoints, course.scores, strict=True)
        if score.score is not None
    ]
    return trend(facts, readings, z95=float(reliable_z().number))
