"""Carries the demonstration plan out through the application's own actions, as staff would have done it.

Cost: about fifteen actions a patient; 244 patients take well under a minute on SQLite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from allay.measures.catalog import get
from allay_web.access.actor import staff, system
from allay_web.access.models import Membership, Program
from allay_web.care.actions import rate_goal, state_goals
from allay_web.enrolment import actions as enrolment
from allay_web.enrolment.models import Blocker, Contact, DeclineReason, Episode
from allay_web.ops.demo import answers
from allay_web.ops.demo.plan import PROGRAM_WEEKS, SEED, Course, Person, people, words
from allay_web.ops.demo.staff import make_program
from allay_web.outcomes import actions as outcomes
from allay_web.outcomes.queries import forms_of
from allay_web.outcomes.schedule import standard
from allay_web.worklist import actions as worklist
from allay_web.worklist.queries import tasks_of

DETAILS = (
    "given_name",
    "family_name",
    "birth_date",
    "sex",
    "language",
    "payer_type",
    "payer_name",
    "phone",
    "email",
)

LONGEST_UNTOUCHED = 5  # days a referral of the demonstration may wait for a first next step


@transaction.atomic
def load(*, as_of: date, progress: Callable[[int, int], None] | None = None) -> Program:
    """Make the demonstration program as it stands on the morning of `as_of`."""
    program, members = make_program()
    loader = _Loader(program, members, as_of)
    everybody = people(as_of=as_of)
    for number, person in enumerate(everybody, start=1):
        loader.add(person)
        if progress is not None:
            progress(number, len(everybody))
    loader.send_links()
    loader.settle_alerts()
    loader.alert_today()
    outcomes.refresh_due(program, by=loader.system, at=loader.now)
    return program


class _Loader:
    """Adds one person after another, drawing what happens from one seeded generator."""

    def __init__(self, program: Program, members: dict[str, Membership], as_of: date) -> None:
        self.program = program
        self.coordinator, self.clinician = (staff(members[name]) for name in ("coordinator", "clinician"))
        self.system = system(program, name="demonstration")
        self.as_of, self.now = as_of, self.at(as_of, hour=9)
        self.rng = np.random.default_rng(SEED + 1)
        self.words = words()

    def at(self, day: date, *, hour: int = 10) -> datetime:
        return datetime.combine(day, time(hour, 15), self.program.zone)

    def add(self, person: Person) -> None:
        received = self.at(person.received_on)
        referral = enrolment.enter_referral(
            program=self.program,
            patient_fields={name: value for name, value in asdict(person).items() if name in DETAILS},
            received_on=person.received_on,
            referred_by=person.referred_by,
            reason=person.reason,
            by=self.coordinator,
            at=received,
        )
        if person.decision == "open":
            self._work(referral, person)
            return
        decided = self.at(person.received_on + timedelta(days=person.days_to_decision))
        self._contact(referral, decided - timedelta(hours=2), "reached")
        if person.decision == "decline":
            reasons = [r for r in DeclineReason.values if r not in {"other", "duplicate"}]
            reason = str(self.rng.choice(reasons))
            enrolment.decline(referral=referral, reason=reason, by=self.coordinator, at=decided)
            return
        episode = enrolment.accept(
            referral=referral, by=self.coordinator, at=decided, clinician_id=self.clinician.id
        )
        if person.course is not None:
            self._course(episode, person, person.course, decided)

    def _contact(self, referral: Any, at: datetime, outcome: str) -> None:
        enrolment.log_contact(
            referral=referral,
            channel=Contact.Channel.PHONE,
            outcome=outcome,
            note="",
            by=self.coordinator,
            at=at,
        )

    def _work(self, referral: Any, person: Person) -> None:
        """An open referral: some worked on, some waiting for a next step."""
        tries = int(self.rng.integers(0, 3))
        for number in range(tries):
            at = self.at(person.received_on + timedelta(days=1 + 2 * number), hour=14)
            if at < self.now:
                self._contact(referral, at, str(self.rng.choice(["left_message", "no_answer", "reached"])))
        waited = (self.as_of - person.received_on).days
        if waited > LONGEST_UNTOUCHED or self.rng.random() < 0.4:
            blockers = ["", "", *[b for b in Blocker.values if b not in {"", "other", "interpreter"}]]
            blocked = (
                "interpreter"
                if person.language == "es" and self.rng.random() < 0.5
                else str(self.rng.choice(blockers))
            )
            at = min(self.at(person.received_on + timedelta(days=1), hour=15), self.now)
            due = self.as_of + timedelta(days=int(self.rng.integers(-2, 12)))
            enrolment.set_next_step(
                referral=referral,
                next_step=str(self.rng.choice(self.words["next_steps"][blocked])),
                due_on=max(due, at.date()),
                owner_id=self.coordinator.id,
                blocked_by=blocked,
                by=self.coordinator,
                at=at,
            )

    def _course(self, episode: Episode, person: Person, course: Course, opened: datetime) -> None:
        goals = state_goals(
            episode=episode, words=person.goals, stated_by="staff", by=self.clinician, at=opened
        )
        came = {
            "baseline": course.baseline,
            "week_4": course.during[0],
            "week_8": course.during[1],
            "end": course.end,
            "month_3": course.month_3,
        }
        if course.promis:
            self._promis(episode, opened)
        for point in standard().timepoints:
            day = opened.date() + timedelta(days=point.day + int(self.rng.integers(-2, 8)))
            left = course.left_after_weeks
            gone = left is not None and point.id != "month_3" and point.day > left * 7
            if day < self.as_of and came.get(point.id, False) and not gone:
                share = min(point.day / (PROGRAM_WEEKS * 7), 1.0)
                self._answer(episode, person, course, point.id, max(day, opened.date()), share)
        self._finish(episode, course, opened, goals)

    def _promis(self, episode: Episode, opened: datetime) -> None:
        for timepoint in ("baseline", "month_3"):
            outcomes.add_assignment(
                episode=episode, instrument="promis29", timepoint=timepoint, by=self.clinician, at=opened
            )

    def _answer(
        self, episode: Episode, person: Person, course: Course, timepoint: str, day: date, share: float
    ) -> None:
        """All forms of one time point, entered at once; `share` of the whole change has happened by then."""
        noise = self.rng.normal(0, 0.25, 2)
        pain = course.pain + share * course.pain_change + noise[0]
        mood = course.mood + share * course.mood_change + noise[1]
        waiting = forms_of(self.program).filter(episode=episode, timepoint=timepoint, status="open")
        mode = (
            "interpreter"
            if person.language == "es"
            else str(self.rng.choice(["paper", "phone", "in_person"]))
        )
        for form in waiting.order_by("pk"):
            outcomes.enter(
                assignment=form,
                answers=self._draw(form.instrument, pain=pain, mood=mood),
                mode=mode,
                language="en",
                by=self.clinician,
                at=self.at(day, hour=11),
                on=day,
            )

    def _draw(self, instrument: str, *, pain: float, mood: float) -> dict[str, int]:
        definition = get(instrument)
        items = [item.id for item in definition.items if item.id != "phq9_difficulty"]
        if instrument == "peg":
            return answers.numeric(self.rng, items, pain)
        if instrument in {"phq9", "gad7"}:
            return answers.four_step(self.rng, items, mood)
        drawn: dict[str, int] = {}
        for scale in definition.scales:
            if scale.id == "pain_intensity":
                drawn |= answers.numeric(self.rng, scale.items, pain)
            elif scale.items:
                severity = mood if scale.id in {"anxiety", "depression"} else (pain + mood) / 2 + 0.3
                better = scale.direction == "higher_better"
                drawn |= answers.five_step(self.rng, scale.items, severity, better_is_higher=better)
        return drawn

    def _finish(self, episode: Episode, course: Course, opened: datetime, goals: Iterable[Any]) -> None:
        if course.left_after_weeks is not None:
            day = opened.date() + timedelta(weeks=course.left_after_weeks)
            if day < self.as_of:
                reason = str(
                    self.rng.choice(["No ride", "Work hours changed", "Moved away", "Felt no benefit"])
                )
                enrolment.close_episode(
                    episode=episode, reason=reason, by=self.coordinator, at=self.at(day), on=day
                )
            return
        day = opened.date() + timedelta(weeks=PROGRAM_WEEKS)
        if day >= self.as_of:
            return
        enrolment.complete_episode(episode=episode, by=self.coordinator, at=self.at(day), on=day)
        for goal in goals:
            good = course.pain_change < -0.5
            chances = [0.15, 0.35, 0.3, 0.2] if good else [0.55, 0.35, 0.08, 0.02]
            progress = str(self.rng.choice(["not_yet", "on_course", "reached", "better"], p=chances))
            rate_goal(goal=goal, progress=progress, by=self.clinician, at=self.at(day))

    def send_links(self) -> None:
        """Links to what is due: most patients who can read the forms have one, some have not used it."""
        due = (
            forms_of(self.program)
            .filter(status="open", due_on__lte=self.as_of, closes_on__gte=self.as_of)
            .filter(episode__patient__language="en", instrument="peg")
            .order_by("pk")
        )
        for form in due:
            if self.rng.random() < 0.75:
                at = self.now - timedelta(days=int(self.rng.integers(1, 8)))
                outcomes.invite(episode=form.episode, timepoint=form.timepoint, by=self.coordinator, at=at)

    def settle_alerts(self) -> None:
        """Close what staff would have closed long ago; the newest alerts stay open."""
        recent = self.now - timedelta(days=4)
        old = tasks_of(self.program).filter(kind="safety", closed_at=None, opened_at__lt=recent)
        for task in old.order_by("pk"):
            at = task.opened_at + timedelta(minutes=12)
            worklist.acknowledge(task=task, by=self.clinician, at=at)
            worklist.close_task(
                task=task,
                disposition=str(self.rng.choice(["safety_plan", "no_acute_risk"], p=[0.4, 0.6])),
                by=self.clinician,
                at=at + timedelta(minutes=40),
            )

    def alert_today(self) -> None:
        """This morning somebody answered item 9 of the PHQ-9 by phone, so that an alert can be seen open."""
        due = forms_of(self.program).filter(status="open", instrument="phq9", episode__patient__language="en")
        form = due.filter(due_on__lte=self.as_of, closes_on__gte=self.as_of).order_by("-due_on", "pk").first()
        if form is not None:
            drawn = self._draw("phq9", pain=0.5, mood=0.8)
            at = self.now - timedelta(minutes=20)
            outcomes.enter(
                assignment=form,
                answers={**drawn, "phq9_9": 1},
                mode="phone",
                language="en",
                by=self.coordinator,
                at=at,
                on=self.as_of,
            )
