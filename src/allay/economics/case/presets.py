"""Presets: whole cases that ship, each with the fifteen questions that make it a program's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, model_validator

from allay.base.errors import InvalidInput, InvalidValue, NotFound, Problem
from allay.base.status import Status
from allay.base.tables import Document, Strict, read_yaml_document
from allay.economics.case.case import Case
from allay.economics.case.casefile import read_case
from allay.payment.contracts.parts import Id

FOLDER = Path(__file__).parents[1] / "data" / "presets"
QUESTIONS = 15
"""So many a director can answer in one sitting."""

PROGRAM_SOURCE = "program"
"""Key of the source of what was answered; no preset has one of that name."""


class Question(Strict):
    """A question that a program's director can answer: for one quantity, or one answer for several.

    `rest` names the share that takes what the shares of the questions with the same `rest` leave.
    """

    id: Id
    ask: str = Field(min_length=1)
    quantity: str = ""
    quantities: tuple[str, ...] = ()
    hint: str = ""
    rest: str = ""

    @model_validator(mode="after")
    def _check(self) -> Question:
        if bool(self.quantity) == bool(self.quantities):
            raise InvalidValue(expected="a quantity or several quantities", found="both or neither")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the quantities that the answer gives."""
        return self.quantities or (self.quantity,)


class Questions(Strict):
    """What a preset is called and asks: exactly fifteen questions."""

    id: Id
    title: str
    summary: str
    questions: tuple[Question, ...] = Field(min_length=QUESTIONS, max_length=QUESTIONS)


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset.

    Attributes
    ----------
    text : str
        The file of the case, with its comments.
    case : Case
    questions : Questions
    """

    text: str
    case: Case
    questions: Questions

    def question(self, name: str) -> Question:
        """Return one question, or raise `NotFound` with the nearest ids."""
        found = {question.id: question for question in self.questions.questions}
        if name not in found:
            raise NotFound.among("question", name, known=found)
        return found[name]

    def statuses(self) -> Mapping[Status, int]:
        """Count the numbers of the case by how sure they are; every status is there."""
        sources = self.case.sources
        counted = Counter(one.status_in(sources) for one in self.case.quantities().values())
        return {status: counted[status] for status in Status}


def preset_ids(*, folder: Path = FOLDER) -> tuple[str, ...]:
    """Return the ids of the presets.

    Examples
    --------
    >>> "path-2021" in preset_ids()
    True
    """
    ending = ".questions.yaml"
    return tuple(sorted(path.name.removesuffix(ending) for path in folder.glob(f"*{ending}")))


def read_preset(preset_id: str, *, folder: Path = FOLDER) -> Preset:
    """Read a preset, and check that its questions are about its case.

    Raises
    ------
    NotFound
        With the nearest ids.
    InvalidInput
        Naming file, line and field of everything that is wrong.

    Examples
    --------
    >>> preset = read_preset("path-2021")
    >>> preset.question("no_show").names
    ('demand/no_show',)
    """
    known = preset_ids(folder=folder)
    if preset_id not in known:
        raise NotFound.among("preset", preset_id, known=known)
    path = folder / f"{preset_id}.yaml"
    case = read_case(path)
    document = read_yaml_document(folder / f"{preset_id}.questions.yaml", Questions)
    if problems := [*_problems(document, case, preset_id)]:
        raise InvalidInput(problems)
    return Preset(path.read_text(encoding="utf-8"), case, document.value)


def _problems(document: Document[Questions], case: Case, preset_id: str) -> Iterator[Problem]:
    asked = document.value
    for found in {asked.id, case.id} - {preset_id}:
        expected = f"the name of the file, {preset_id}, here and in the case"
        yield document.problem("id", expected=expected, found=found)
    if PROGRAM_SOURCE in case.sources:
        yield document.problem("id", expected=f"no source {PROGRAM_SOURCE} in the case", found="one")
    quantities = case.quantities()
    rests = {question.rest for question in asked.questions}
    seen: set[str] = set()
    for place, question in enumerate(asked.questions):
        if question.id in [other.id for other in asked.questions[:place]]:
            again = f"{question.id} again"
            yield document.problem("questions", place, "id", expected="an id of its own", found=again)
        for name in filter(None, (*question.names, question.rest)):
            if name not in quantities:
                expected = "the name of a quantity of the case, such as demand/no_show"
                yield document.problem("questions", place, expected=expected, found=repr(name))
        for name in question.names:
            if name in seen or name in rests:
                expected = "a quantity that no other answer gives"
                yield document.problem("questions", place, expected=expected, found=f"{name} again")
        seen |= set(question.names)
        if (
            any(name.startswith("payers/") and name.endswith("/mix") for name in question.names)
            and not question.rest
        ):
            expected = "a rest that takes what the shares of payers leave"
            yield document.problem("questions", place, expected=expected, found="none")
        units = {quantities[name].unit for name in question.names if name in quantities}
        if len(units) > 1:
            expected = "quantities of one unit for one answer"
            yield document.problem("questions", place, expected=expected, found=" and ".join(sorted(units)))
