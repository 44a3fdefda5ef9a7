"""A published study as its text gives it: sample, themes, and counts only where there are any."""

from __future__ import annotations

import datetime as dt
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from allay.base.documents import Strict, read_yaml
from allay.base.errors import NotFound
from allay.base.status import Status
from allay.consensus.protocol.words import Id, Label, Text

UnknownCount: TypeAlias = Annotated[int, Field(ge=0)] | Literal["unknown"]
ANSWERS = "answer"


class StudySource(Strict):
    """A text the study is known from."""

    title: Label
    href: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    accessed: dt.date


class StudyCount(Strict):
    """A number of the study; `unknown` goes with the status `unknown` and with nothing else."""

    id: Id
    label: Label
    value: UnknownCount
    status: Status
    source: Id
    note: Text | None = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        if (self.value == "unknown") != (self.status is Status.UNKNOWN):
            raise ValueError("the status unknown for the value unknown, and only there")
        return self


class StudyCategory(Strict):
    """What the study says within a theme.

    Attributes
    ----------
    kind : {"barrier", "answer", "finding"}
    answers : tuple of str
        Barriers that an answer is one to.
    cases : int or "unknown"
        Programs it occurs in, where the text gives their number.
    """

    id: Id
    kind: Literal["barrier", "answer", "finding"]
    text: Text
    answers: tuple[Id, ...] = ()
    cases: UnknownCount
    status: Status
    cases_status: Status
    note: Text | None = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        if (self.cases == "unknown") != (self.cases_status is Status.UNKNOWN):
            raise ValueError("the status unknown for the value unknown, and only there")
        if self.answers and self.kind != ANSWERS:
            raise ValueError("answers only for the kind answer")
        return self


class StudyTheme(Strict):
    """A theme of the study."""

    id: Id
    name: Label
    source: Id
    categories: Annotated[tuple[StudyCategory, ...], Field(min_length=1)]


class PublishedStudy(Strict):
    """A study that others did, in our words.

    Attributes
    ----------
    labels : str
        Why no category is labeled.

    Examples
    --------
    >>> study = read_study("2023")
    >>> len(study.themes), {one.id: one.value for one in study.sample}["interviews"]
    (4, 53)
    """

    format: Literal["allay-consensus-study/1"] = "allay-consensus-study/1"
    id: Id
    title: Label
    summary: Text
    labels: Text
    sources: dict[Id, StudySource]
    sample: tuple[StudyCount, ...]
    themes: tuple[StudyTheme, ...]

    @model_validator(mode="after")
    def _together(self) -> Self:
        named = {one.source for one in self.sample} | {one.source for one in self.themes}
        if lost := sorted(named - set(self.sources)):
            raise ValueError(f"sources of the study, not {', '.join(lost)}")
        categories = [one for theme in self.themes for one in theme.categories]
        ids = [one.id for one in categories]
        if len(set(ids)) < len(ids):
            raise ValueError("each category once")
        barriers = {one.id for one in categories if one.kind == "barrier"}
        if lost := sorted({name for one in categories for name in one.answers} - barriers):
            raise ValueError(f"answers to barriers of the study, not to {', '.join(lost)}")
        return self


def _folder() -> Traversable:
    return resources.files("allay.consensus.themes") / "data" / "studies"


def study_ids() -> tuple[str, ...]:
    """Return the studies that ship.

    Examples
    --------
    >>> study_ids()
    ('2023',)
    """
    names = (file.name for file in _folder().iterdir() if file.name.endswith(".yaml"))
    return tuple(sorted(name.removesuffix(".yaml") for name in names))


def read_study(name: str) -> PublishedStudy:
    """Return a study by its id.

    Raises
    ------
    NotFound
        With what there is.
    """
    if name not in study_ids():
        raise NotFound.among("study", name, known=study_ids())
    return read_yaml(_folder() / f"{name}.yaml", PublishedStudy, name=f"{name}.yaml")
