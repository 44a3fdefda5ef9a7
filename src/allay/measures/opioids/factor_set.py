"""Factor sets: from a daily amount of an opioid to its morphine milligram equivalents (MME)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue, NotFound
from allay.base.fact import Reference
from allay.base.status import Status
from allay.base.tables import read_yaml
from allay.measures.opioids.conventions import number
from allay.measures.opioids.factor_file import FactorRow, FactorSetFile
from allay.measures.opioids.forms import NOT_COUNTED

FOLDER = Path(__file__).parent / "data" / "factor_sets"
DEFAULT = "cdc-2022"
_ORDER = (DEFAULT, "cdc-2018", "cdc-2016", "cdc-2016-analytic", "heal", "cosri")

Per = Literal["mg", "mcg", "mcg/h", "patch"]
PatchRoute = Literal["rate", "per-patch"]


@dataclass(frozen=True, slots=True)
class DoseStep:
    """One step of a ladder: the factor for daily doses up to `upto` mg (None: without limit)."""

    upto: int | None
    factor: float


@dataclass(frozen=True, slots=True)
class Factor:
    """A conversion factor of one ingredient in some forms.

    Attributes
    ----------
    forms : frozenset of str
        Empty for every usual form.
    per : {'mg', 'mcg', 'mcg/h', 'patch'}
        What the value multiplies: mg or mcg a day; the rate of a patch; or that rate times patches a day.
    value : float, optional
        None when it is a ladder.
    ladder : tuple of DoseStep
        For methadone in the sets of 2016: the factor rises with the total daily dose.

    Examples
    --------
    >>> get_set("cdc-2016").factor("methadone").at(20.5)
    8.0
    """

    ingredient: str
    forms: frozenset[str]
    per: Per
    value: float | None
    ladder: tuple[DoseStep, ...]
    status: Status

    def at(self, daily_mg: float) -> float:
        """Return the factor for a daily dose in mg.

        A dose between two published ranges, such as 20.5 mg, is rounded up to the next whole mg.
        """
        if self.value is not None:
            return self.value
        whole = math.ceil(round(daily_mg, 9))
        return next(step.factor for step in self.ladder if step.upto is None or whole <= step.upto)

    @property
    def ladder_tops(self) -> NDArray[np.float64]:
        """The last whole mg of each step but the highest, of shape (steps - 1,)."""
        return np.array([step.upto for step in self.ladder if step.upto is not None], dtype=np.float64)

    @property
    def ladder_values(self) -> NDArray[np.float64]:
        """The factors of the steps, lowest doses first, of shape (steps,)."""
        return np.array([step.factor for step in self.ladder], dtype=np.float64)

    def routed(self, route: PatchRoute) -> Factor:
        """Return a patch's factor for the other published route; other factors as they are.

        By rate, mcg/h times the factor whatever the number of patches; per patch, mcg/h times patches a day
        times a factor that is larger by the days a patch is worn.
        """
        if self.value is None or self.per not in ("mcg/h", "patch"):
            return self
        wanted: Per = "mcg/h" if route == "rate" else "patch"
        if wanted == self.per:
            return self
        worn = number(f"patch.{self.ingredient}.wear_days")
        value = self.value * worn if wanted == "patch" else self.value / worn
        return Factor(self.ingredient, self.forms, wanted, float(f"{value:.12g}"), (), self.status)


@dataclass(frozen=True, slots=True)
class FactorSet:
    """One published table of factors, in one version.

    Attributes
    ----------
    patch : {'rate', 'per-patch'}
        The route the set publishes for patches.

    Examples
    --------
    >>> chosen = get_set("cdc-2022")
    >>> chosen.reference, chosen.factor("hydromorphone").value
    ('cdc-2022@1.0.0', 5.0)
    >>> chosen.factor("fentanyl", forms={"patch"}).value
    2.4
    """

    id: str
    version: str
    title: str
    published: str
    accessed: date
    status: Status
    patch: PatchRoute
    sources: tuple[Reference, ...]
    notes: tuple[str, ...]
    factors: tuple[Factor, ...]

    @property
    def reference(self) -> str:
        """Name of exactly this table, for results to carry."""
        return f"{self.id}@{self.version}"

    @property
    def has_ladder(self) -> bool:
        """Whether some factor depends on the daily dose."""
        return any(factor.ladder for factor in self.factors)

    def of(self, ingredient: str) -> tuple[Factor, ...]:
        """Return all factors of an ingredient."""
        return tuple(factor for factor in self.factors if factor.ingredient == ingredient)

    def factor(
        self, ingredient: str, *, forms: Iterable[str] = ("usual",), patch: PatchRoute | None = None
    ) -> Factor:
        """Return the one factor for an ingredient in a form.

        Parameters
        ----------
        ingredient : str
            Id in the ingredient table.
        forms : iterable of str
            The forms it may be (`allay.measures.opioids.forms.FORMS`); several when that is not known.
        patch : {'rate', 'per-patch'}, optional
            Route for patches; the set's own by default.

        Raises
        ------
        NotFound
            When the set has no factor for it, with the reason.
        InvalidValue
            When the form decides and is not known.
        """
        own = self.of(ingredient)
        if not own:
            raise NotFound(f"{self.id} gives no factor for {ingredient}")
        possible = frozenset(forms)
        if possible & NOT_COUNTED:
            named = "an injection" if "injection" in possible else "an implant"
            raise NotFound(f"{named}: the factors are for oral, transdermal and transmucosal opioids")
        found = {factor for form in possible if (factor := _for_form(own, form)) is not None}
        if not found:
            named = " or ".join(sorted(possible - {"usual"})).replace("_", " ") or "this form"
            raise NotFound(f"{self.id} gives no factor for {ingredient} as {named}")
        if len(found) > 1:
            listed = ", ".join(sorted(form.replace("_", " ") for each in found for form in each.forms))
            raise InvalidValue(expected=f"the form of {ingredient}: {listed}", found="no form that decides")
        return found.pop().routed(patch or self.patch)


def _for_form(own: tuple[Factor, ...], form: str) -> Factor | None:
    for factor in own:
        if form in factor.forms:
            return factor
    usual = [factor for factor in own if not factor.forms]
    return usual[0] if usual and form != "patch" else None


def _factor(row: FactorRow, status: Status) -> Factor:
    ladder = tuple(DoseStep(step.last, step.factor) for step in row.ladder)
    return Factor(row.ingredient, frozenset(row.forms), row.per, row.factor, ladder, row.status or status)


def load_set(path: str | Path) -> FactorSet:
    """Read one factor set.

    Raises
    ------
    InvalidInput
        Naming file, line and field of what is wrong.

    Examples
    --------
    >>> load_set(FOLDER / "heal.yaml").factor("tapentadol").value
    0.3
    """
    file = read_yaml(path, FactorSetFile)
    return FactorSet(
        id=file.id,
        version=file.version,
        title=file.title,
        published=file.published,
        accessed=file.accessed,
        status=file.status,
        patch=file.patch,
        sources=tuple(Reference(**source.model_dump()) for source in file.sources),
        notes=file.notes,
        factors=tuple(_factor(row, file.status) for row in file.factors),
    )


@cache
def all_sets() -> tuple[FactorSet, ...]:
    """Return every factor set that ships with Allay, the default first.

    Examples
    --------
    >>> [each.id for each in all_sets()]
    ['cdc-2022', 'cdc-2018', 'cdc-2016', 'cdc-2016-analytic', 'heal', 'cosri']
    """
    return tuple(load_set(FOLDER / f"{name}.yaml") for name in _ORDER)


def get_set(name: str = DEFAULT) -> FactorSet:
    """Return a factor set by its id.

    Raises
    ------
    NotFound
        With the nearest ids.

    Examples
    --------
    >>> get_set().title
    'CDC Clinical Practice Guideline 2022'
    """
    for each in all_sets():
        if each.id == name:
            return each
    raise NotFound.among("factor set", name, known=[each.id for each in all_sets()])
