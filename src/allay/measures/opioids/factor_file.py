"""The files of this room: factor sets and the ingredient table, as they stand in YAML."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from allay.base.errors import InvalidValue
from allay.base.facts import ReferenceRow
from allay.base.status import MARKS, Status
from allay.base.tables import Strict
from allay.measures.opioids.forms import FORMS

Text = Annotated[str, Field(min_length=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class LadderRow(Strict):
    """One step of a ladder: the factor for daily doses of that many whole mg."""

    first: Annotated[int, Field(gt=0, alias="from")]
    last: Annotated[int | None, Field(alias="to")]
    factor: Positive


class FactorRow(Strict):
    """One factor, or a ladder of them, for one ingredient: in some forms, or in all usual ones."""

    ingredient: Text
    forms: tuple[Text, ...] = ()
    per: Literal["mg", "mcg", "mcg/h", "patch"]
    factor: Positive | None = None
    ladder: tuple[LadderRow, ...] = ()
    status: Status | None = None

    @model_validator(mode="after")
    def _check(self) -> FactorRow:
        if unknown := [form for form in self.forms if form not in FORMS]:
            raise InvalidValue(expected="forms among " + ", ".join(sorted(FORMS)), found=", ".join(unknown))
        if (self.factor is None) is not bool(self.ladder):
            raise InvalidValue(expected="either a factor or a ladder", found="both or none")
        if ("patch" in self.forms) is not (self.per in ("mcg/h", "patch")):
            raise InvalidValue(expected="a factor per mcg/h or per patch for a patch only", found=self.per)
        for place, step in enumerate(self.ladder, start=1):
            end = self.ladder[place].first - 1 if place < len(self.ladder) else None
            if step.last != end:
                raise InvalidValue(expected=f"a step that ends at {end}", found=str(step.last))
        return self


class FactorSetFile(Strict):
    """A factor set with its sources."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    published: Text
    accessed: dt.date
    status: Status
    patch: Literal["rate", "per-patch"]
    sources: Annotated[tuple[ReferenceRow, ...], Field(min_length=1)]
    notes: tuple[Text, ...] = ()
    factors: Annotated[tuple[FactorRow, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> FactorSetFile:
        given = [(row.ingredient, form) for row in self.factors for form in row.forms or ("",)]
        if twice := sorted({place for place in given if given.count(place) > 1}):
            raise InvalidValue(expected="one factor per ingredient and form", found=f"two for {twice[0]}")
        best = min((MARKS[row.seen_as] for row in self.sources), key=lambda status: status.rank)
        if best.rank > self.status.rank:
            raise InvalidValue(expected=f"at most {best.value}, as its sources were seen", found=self.status)
        return self


class OpioidRow(Strict):
    """An opioid and its RxNorm ingredient code."""

    id: Text
    rxnorm: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,7}$")] | None = None
    status: Status


class NameRow(Strict):
    """Another name of an opioid."""

    name: Text
    ingredient: Text
    status: Status


class OtherRows(Strict):
    """Substances that are not opioids counted in MME."""

    status: Status
    names: tuple[Text, ...]


class IngredientFile(Strict):
    """The ingredient table."""

    version: Text
    accessed: dt.date
    sources: Annotated[tuple[ReferenceRow, ...], Field(min_length=1)]
    opioids: tuple[OpioidRow, ...]
    names: tuple[NameRow, ...]
    others: OtherRows
    neutral: tuple[Text, ...]

    @model_validator(mode="after")
    def _check(self) -> IngredientFile:
        ids = {row.id for row in self.opioids}
        if unknown := [row.ingredient for row in self.names if row.ingredient not in ids]:
            raise InvalidValue(expected="an ingredient of the table", found=unknown[0])
        return self
