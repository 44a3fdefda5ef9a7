"""An interview: answers to the questions of a preset, and the case file that is made of them."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
from collections.abc import Mapping, Sequence

from pydantic import RootModel

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.tables import Document, read_json
from allay.economics.case.amount import check_amount, plain, read_amount
from allay.economics.case.case import Case
from allay.economics.case.casefile import read_case
from allay.economics.case.moved import moved
from allay.economics.case.presets import Preset, Question
from allay.economics.case.rewritten import rewritten

_NEARLY = 1e-9


class Answers(RootModel[dict[str, float | str]]):
    """Answers by id of the question: a number, or a text such as 36% or $3,800."""


class Interview:
    """The questions of a preset, and what was answered so far.

    Examples
    --------
    >>> from allay.economics.case.presets import read_preset
    >>> talk = Interview(read_preset("path-2021"))
    >>> talk.answer("no_show", 0.25)
    >>> talk.answer("plan", 1.2)
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected a share from 0 to 1 (such as 0.25 or 25%), found 1.2
    >>> text = talk.case_file(as_of=dt.date(2026, 11, 27))
    >>> [line.strip() for line in text.splitlines() if "The preset had" in line]
    ['note: The preset had 0.36 (first_visits).']
    """

    def __init__(self, preset: Preset) -> None:
        self.preset = preset
        self.given: dict[str, float] = {}
        self.asked: set[str] = set()
        self._before = {name: quantity.value for name, quantity in preset.case.quantities().items()}
        self._keys = {name: keys for name, keys, _ in preset.case.placed()}
        self._tree = preset.case.model_dump_json(exclude_unset=True)

    def unit(self, question: str) -> str:
        """Return the unit of an answer."""
        return self.preset.case.quantity(self.preset.question(question).names[0]).unit

    def defaults(self, question: str) -> tuple[float, ...]:
        """Return what the preset has, in order: one number, or several where it tells quantities apart."""
        return tuple(sorted({self._before[name] for name in self.preset.question(question).names}))

    def answer(self, question: str, value: float | str) -> None:
        """Take an answer, or refuse it with what was expected; then nothing has changed.

        Shares of a mix that were not asked yet may still become nothing.

        Raises
        ------
        NotFound
            When there is no such question.
        InvalidValue
            When the answer cannot be, by itself or with the others.
        """
        unit = self.unit(question)
        number = read_amount(value, unit=unit) if isinstance(value, str) else check_amount(value, unit=unit)
        given, asked = {**self.given, question: number}, {*self.asked, question}
        self._try(self._changed(given, asked))
        self.given, self.asked = given, asked

    def keep(self, question: str) -> None:
        """Keep what the preset has, with its own source.

        Raises
        ------
        InvalidValue
            When a share of the preset does not go with the shares already given.
        """
        asked = {*self.asked, self.preset.question(question).id}
        self._changed(self.given, asked)
        self.asked = asked

    def case_file(self, *, as_of: dt.date | None, title: str = "") -> str:
        """Return the case file: YAML with the comments of the preset.

        Answered quantities have the source `program` with the status `memory`: nobody has checked them yet
        against a document. How they vary moves along (`allay.economics.case.moved`), and so do scenarios.

        Parameters
        ----------
        as_of : date or None
            The day of the answers; None where there are none.
        title : str
            In place of the preset's.
        """
        for question in self.preset.questions.questions:
            if question.id not in self.asked:
                self.keep(question.id)
        if self.given and as_of is None:
            raise InvalidValue(expected="the day of the answers", found="none")
        changed = self._changed(self.given, self.asked)
        text = rewritten(self.preset, changed, as_of=as_of, title=title, answered=len(self.given))
        read_case(io.BytesIO(text.encode("utf-8")), name=self.preset.case.id)
        return text

    def _try(self, changed: Mapping[str, float]) -> None:
        """Refuse values that the shape of a case does not have; the file as a whole is read at the end."""
        tree = json.loads(self._tree)
        for name, value in changed.items():
            entry = tree
            for key in self._keys[name]:
                entry = entry[key]
            before = self.preset.case.quantity(name)
            entry["value"] = value
            if before.distribution is not None:
                found = moved(before.distribution, unit=before.unit, old=before.value, new=value)
                entry["distribution"] = found.model_dump()
        try:
            read_json(io.BytesIO(json.dumps(tree).encode("utf-8")), Case)
        except InvalidInput as refused:
            problem = refused.problems[0]
            raise InvalidValue(expected=problem.expected, found=problem.found) from None

    def _changed(self, given: Mapping[str, float], asked: set[str]) -> dict[str, float]:
        """New values by name of the quantity, with what a rest takes."""
        changed = {
            name: value for question, value in given.items() for name in self.preset.question(question).names
        }
        sharing: dict[str, list[Question]] = {}
        for question in self.preset.questions.questions:
            if question.rest:
                sharing.setdefault(question.rest, []).append(question)
        for rest, questions in sharing.items():
            if any(question.id in given for question in questions):
                changed |= self._rest(rest, questions, changed=changed, asked=asked)
        return changed

    def _rest(
        self, rest: str, questions: Sequence[Question], *, changed: Mapping[str, float], asked: set[str]
    ) -> dict[str, float]:
        names = [name for question in questions for name in question.names]
        whole = math.fsum(self._before[name] for name in (*names, rest))
        new = {
            name: changed.get(name, self._before[name] if question.id in asked else 0.0)
            for question in questions
            for name in question.names
        }
        left = whole - math.fsum(new.values())
        if left < -_NEARLY:
            parts = " + ".join(plain(value) for value in new.values() if value)
            expected = f"shares that add up to {plain(whole)} at most ({rest} takes what they leave)"
            raise InvalidValue(expected=expected, found=f"{parts} = {plain(math.fsum(new.values()))}")
        return {**new, rest: round(max(left, 0.0), 9)}


def case_from_answers(
    preset: Preset, answers: Mapping[str, float | str], *, as_of: dt.date, title: str = ""
) -> str:
    """Apply all answers at once, and return the case file.

    Raises
    ------
    NotFound, InvalidValue
        For the first answer that cannot be.
    """
    talk = Interview(preset)
    for question, value in answers.items():
        talk.answer(question, value)
    return talk.case_file(as_of=as_of, title=title)


def take_answers(talk: Interview, document: Document[Answers]) -> None:
    """Take the answers of a file.

    Raises
    ------
    InvalidInput
        With every answer that cannot be, and its line.
    """
    known = [question.id for question in talk.preset.questions.questions]
    problems: list[Problem] = []
    for question, value in document.value.root.items():
        try:
            if question not in known:
                raise InvalidValue(expected=f"the id of a question: {', '.join(known)}", found=repr(question))
            talk.answer(question, value)
        except InvalidValue as refused:
            problems.append(document.problem(question, expected=refused.expected, found=refused.found))
    for question in known if not problems else ():
        try:
            if question not in talk.asked:
                talk.keep(question)
        except InvalidValue as refused:
            problems.append(document.problem(expected=refused.expected, found=refused.found))
    if problems:
        raise InvalidInput(problems)
