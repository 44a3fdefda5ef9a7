"""The sheet beside the shipped tables of edits, as it stands in YAML."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, model_validator

from allay.base.status import Status
from allay.base.tables import Strict
from allay.coverage.codes.procedure import MODIFIER
from allay.coverage.codes.sheet import Sources, Text, check_source

Modifier = Annotated[str, Field(pattern=f"^{MODIFIER}$")]


class EditionRow(Strict):
    """An edition of a table."""

    title: Text
    covers_from: dt.date
    covers_to: dt.date


class SourcedRow(Strict):
    """That something rests on a source."""

    source: Text
    status: Status


class VisitCodesRow(SourcedRow):
    """The range of codes that are visits."""

    low: Text
    high: Text


class ModifiersRow(SourcedRow):
    """The modifiers that let both codes of a pair be paid."""

    distinct: Annotated[tuple[Modifier, ...], Field(min_length=1)]
    visit: Annotated[tuple[Modifier, ...], Field(min_length=1)]
    other_line: SourcedRow
    visit_codes: VisitCodesRow


class EditsFile(Strict):
    """The file `edits.yaml`."""

    recorded_on: dt.date
    sources: Sources
    editions: dict[str, EditionRow]
    modifiers: ModifiersRow

    @model_validator(mode="after")
    def _check(self) -> EditsFile:
        for row in (self.modifiers, self.modifiers.other_line, self.modifiers.visit_codes):
            check_source(row.source, row.status, self.sources)
        return self
