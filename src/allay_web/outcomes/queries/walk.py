"""A patient's way through a link: the questions in order, what is answered, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from allay.measures.catalog import get
from allay_web.audit.record import record
from allay_web.outcomes.asking import alarm_items, is_alarm, items_to_ask, minutes
from allay_web.outcomes.queries.answers import answers_by_form
from allay_web.outcomes.queries.links import interpreter_needed, showable, unfinished
from allay_web.outcomes.queries.watch import somebody_on_duty

if TYPE_CHECKING:
    from allay.measures.instrument import Instrument
    from allay_web.access.actor import Actor
    from allay_web.outcomes.models import Assignment, Invitation


@dataclass(frozen=True, slots=True)
class Step:
    """One question."""

    number: int
    assignment: Assignment
    instrument: Instrument
    item: str
    answered: bool
    value: int | None

    @property
    def skipped(self) -> bool:
        """Whether the patient chose not to answer."""
        return self.answered and self.value is None

    @property
    def alarms(self) -> bool:
        """Whether the answer that stands calls for help."""
        return is_alarm(self.instrument.id, item=self.item, value=self.value)


@dataclass(frozen=True, slots=True)
class Walk:
    """All questions of a link that are asked now."""

    steps: tuple[Step, ...]
    waits_for_interpreter: bool  # something is due that may not be shown in the patient's language

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self.steps)

    @property
    def next_open(self) -> int | None:
        """The first question neither answered nor skipped; None where there is none."""
        return next((step.number for step in self.steps if not step.answered), None)

    @property
    def skipped(self) -> list[Step]:
        """The questions the patient chose not to answer."""
        return [step for step in self.steps if step.skipped]

    @property
    def minutes(self) -> int:
        """About how long all of it takes."""
        return minutes(self.total)

    def minutes_from(self, number: int) -> int:
        """About how long it takes from a question on."""
        return minutes(self.total - number + 1)

    def step(self, number: int) -> Step | None:
        """A question by its number."""
        return self.steps[number - 1] if 1 <= number <= self.total else None

    def number_of(self, assignment_id: int, item: str) -> int | None:
        """The number of a question now; answers given meanwhile may have moved it."""
        for step in self.steps:
            if step.assignment.pk == assignment_id and step.item == item:
                return step.number
        return None

    @property
    def after_alarm(self) -> int | None:
        """The question after the one that called for help, if there is one."""
        alarms = [step.number for step in self.steps if step.item in alarm_items(step.instrument.id)]
        return max(alarms) + 1 if alarms and max(alarms) < self.total else None


def walk(invitation: Invitation, *, at: datetime, language: str = "") -> Walk:
    """What a link asks at this moment, in its language or in another the patient thinks of choosing."""
    waiting = unfinished(invitation.episode, invitation.timepoint)
    read_in = language or invitation.language
    shown = showable(waiting, language=read_in)
    answers = answers_by_form(invitation.program_id, shown)
    on_duty = somebody_on_duty(invitation.program, at=at)
    found: list[Step] = []
    for assignment in shown:
        instrument = get(f"{assignment.instrument}@{assignment.version}")
        given = answers.get(assignment.pk, {})
        for item in items_to_ask(instrument, given, on_duty=on_duty):
            number = len(found) + 1
            found.append(Step(number, assignment, instrument, item, item in given, given.get(item)))
    return Walk(tuple(found), interpreter_needed(waiting, language=read_in))


def read_walk(invitation: Invitation, *, by: Actor, at: datetime) -> Walk:
    """The same, for a page that shows the answers: the reading is audited."""
    record("form.read", by=by, about=invitation, patient_id=invitation.episode.patient_id)
    return walk(invitation, at=at)
