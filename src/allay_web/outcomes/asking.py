"""What is asked of a patient on their own phone, in what order, and what is held back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from allay.base.errors import NotPermitted
from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.measures.instrument import Instrument

FILE = Path(__file__).parent / "data" / "asking.yaml"

Answers = Mapping[str, int | None]  # item id to value; None where the patient chose not to answer


class Alarm(Strict):
    """An item whose answer calls for a person at once."""

    instrument: str
    item: str
    at_least: int
    source: str
    status: Status


class AfterAProblem(Strict):
    """An item asked only when another was answered above its lowest answer."""

    item: str
    source: str
    status: Status


class Seconds(Strict):
    """How long one question takes."""

    value: int
    source: str
    status: Status


class Phone(Strict):
    """A telephone number everybody may call."""

    value: str
    source: str
    status: Status


class Rules(Strict):
    """The rules of asking."""

    alarms: tuple[Alarm, ...]
    after_a_problem: tuple[AfterAProblem, ...]
    seconds_per_question: Seconds
    texting: Phone
    emergency_phone: Phone


@cache
def rules() -> Rules:
    """The rules that are shipped."""
    return read_yaml(FILE, Rules)


def alarm_items(instrument_id: str) -> frozenset[str]:
    """The items of an instrument that may call for a person at once.

    Examples
    --------
    >>> sorted(alarm_items("phq9")), sorted(alarm_items("peg"))
    (['phq9_9'], [])
    """
    return frozenset(rule.item for rule in rules().alarms if rule.instrument == instrument_id)


def is_alarm(instrument_id: str, *, item: str, value: int | None) -> bool:
    """Whether this answer calls for a person at once.

    Examples
    --------
    >>> is_alarm("phq9", item="phq9_9", value=1), is_alarm("phq9", item="phq9_9", value=0)
    (True, False)
    """
    return value is not None and any(
        value >= rule.at_least
        for rule in rules().alarms
        if rule.instrument == instrument_id and rule.item == item
    )


def items_to_ask(instrument: Instrument, answers: Answers, *, on_duty: bool) -> tuple[str, ...]:
    """The items a patient is asked now, in the order of the form.

    Parameters
    ----------
    answers : what was answered so far
    on_duty : whether somebody answers alarms at this hour; if not, alarm items that are still open are
        left out, because nobody would see the answer in time

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> len(items_to_ask(get("phq9"), {}, on_duty=True)), len(items_to_ask(get("phq9"), {}, on_duty=False))
    (9, 8)
    >>> len(items_to_ask(get("phq9"), {"phq9_1": 2}, on_duty=True))
    10
    """
    alarms = alarm_items(instrument.id)
    later = {rule.item for rule in rules().after_a_problem}
    problem = any(
        (value or 0) > instrument.item(item).minimum for item, value in answers.items() if item not in later
    )
    return tuple(
        item
        for item in instrument.item_ids
        if (item not in alarms or on_duty or item in answers) and (item not in later or problem)
    )


def minutes(questions: int) -> int:
    """About how many minutes so many questions take, at least one.

    Examples
    --------
    >>> minutes(19), minutes(1)
    (3, 1)
    """
    return max(1, math.ceil(questions * rules().seconds_per_question.value / 60))


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer on offer."""

    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question as a patient reads it, all of it in one language."""

    stem: str
    text: str
    choices: tuple[Choice, ...]
    anchors: tuple[str, str] | None
    attribution: str


def question(instrument: Instrument, item: str, *, language: str) -> Question:
    """The official wording of one item.

    Raises
    ------
    NotPermitted
        where there is no official wording in this language that may be shown.
    """
    wording = instrument.wording_for(language)
    choices = tuple(
        Choice(answer.value, label)
        for answer, label in zip(instrument.item(item).answers, wording.answers[item], strict=True)
    )
    return Question(
        stem=wording.stem_for(item),
        text=wording.items[item],
        choices=choices,
        anchors=wording.anchors.get(item),
        attribution=wording.attribution,
    )


def may_show(instrument: Instrument, *, language: str) -> bool:
    """Whether a patient may be shown this instrument in this language."""
    try:
        instrument.wording_for(language)
    except NotPermitted:
        return False
    return True


def short_title(instrument: Instrument) -> str:
    """How an instrument is called in a list.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> [short_title(get(name)) for name in ("peg", "phq9", "promis29")]
    ['PEG', 'PHQ-9', 'PROMIS-29 Profile v2.x']
    """
    before, _, inside = instrument.title.partition(" (")
    inside = inside.rstrip(")")
    return inside if inside and " " not in inside else before
