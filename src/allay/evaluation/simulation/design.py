"""Designs of simulations: who is simulated, what they use, who enters the program, and what it changes."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import resources
from typing import Annotated, Any, cast

from pydantic import Field, ValidationError, field_validator, model_validator

from allay.base.errors import InvalidValue, NotFound
from allay.base.messages import expected_text, shown
from allay.base.status import Status
from allay.base.tables import Readable, Strict, read_yaml
from allay.evaluation.simulation.knobs import (
    ClaimsKnobs,
    Cohort,
    Effect,
    EnrollmentKnobs,
    Heterogeneity,
    OpioidKnobs,
    PainProcess,
    PeopleKnobs,
    Rate,
    Selection,
    Share,
    UseCategory,
)

FOLDER = resources.files("allay.evaluation.simulation") / "data"
MOST_MEMBERS, MOST_MONTHS = 50_000_000, 240
LONGEST_STAY = 6
"""Nights; so that a stay and what else must lie apart from it fit into the shortest month of cover."""


class SimulationDesign(Strict):
    """A design: everything that is known about simulated claims before they are drawn.

    Attributes
    ----------
    title, status
        What it is, and that its numbers are made up.
    members, months, start, seed
        How many people, over how many months from the first of which month, by which random numbers.
    pain_share : float
        Of members who have chronic pain: only they can enter the program.
    people, process, rates, stay_nights, opioids, enrollment
        What members are like, how their pain moves, what they use in a month, how long stays are (shares of
        1, 2, ... nights), their opioids, and how long they are enrolled.
    selection, cohorts, effects, heterogeneity
        Who enters the program, when, and by how much that changes what they use.
    negative_control : str
        The category that the program leaves as it was.
    claims
        How use becomes lines of claims, and what goes wrong in it.

    Examples
    --------
    >>> design = shipped_design("clean")
    >>> design.members, design.months, [cohort.month for cohort in design.cohorts]
    (4000, 24, [8, 10, 12, 14, 16])
    >>> design.without_effects().effects
    ()
    """

    title: str
    status: Status
    members: Annotated[int, Field(ge=1, le=MOST_MEMBERS)]
    months: Annotated[int, Field(ge=2, le=MOST_MONTHS)]
    start: dt.date
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    pain_share: Share
    people: PeopleKnobs
    process: PainProcess
    rates: dict[UseCategory, Rate]
    stay_nights: Annotated[tuple[Share, ...], Field(min_length=1, max_length=LONGEST_STAY)]
    opioids: OpioidKnobs
    enrollment: EnrollmentKnobs
    selection: Selection
    cohorts: tuple[Cohort, ...]
    effects: tuple[Effect, ...] = ()
    heterogeneity: Heterogeneity = Heterogeneity()
    negative_control: UseCategory
    claims: ClaimsKnobs

    @field_validator("start")
    @classmethod
    def _first_of_month(cls, start: dt.date) -> dt.date:
        if start.day != 1:
            raise InvalidValue(expected="the first day of a month", found=start.isoformat())
        return start

    @field_validator("stay_nights")
    @classmethod
    def _whole(cls, nights: tuple[float, ...]) -> tuple[float, ...]:
        if abs(sum(nights) - 1) > 1e-9:
            raise InvalidValue(expected="shares that sum to 1", found=f"{sum(nights):g}")
        return nights

    @field_validator("cohorts")
    @classmethod
    def _in_order(cls, cohorts: tuple[Cohort, ...]) -> tuple[Cohort, ...]:
        months = [cohort.month for cohort in cohorts]
        if months != sorted(set(months)):
            raise InvalidValue(expected="every month once, in their order", found=repr(months))
        if sum(cohort.share or 0.0 for cohort in cohorts) > 1:
            raise InvalidValue(expected="shares of at most 1 in all", found="more")
        return cohorts

    @model_validator(mode="after")
    def _holds_together(self) -> SimulationDesign:
        for cohort in self.cohorts:
            if not self.selection.lag <= cohort.month < self.months:
                expected = f"a month of {self.selection.lag} to {self.months - 1} for a cohort"
                raise InvalidValue(expected=expected, found=str(cohort.month))
        known = {cohort.month for cohort in self.cohorts}
        seen: set[tuple[str, int | None]] = set()
        for effect in self.effects:
            if effect.cohort is not None and effect.cohort not in known:
                raise InvalidValue(expected="an effect of a cohort that is there", found=str(effect.cohort))
            if (effect.category, effect.cohort) in seen:
                raise InvalidValue(expected="one effect a category and cohort", found=effect.category)
            seen.add((effect.category, effect.cohort))
            if effect.category == self.negative_control and any(ratio != 1 for ratio in effect.ratios):
                raise InvalidValue(expected="no effect on the negative control", found=effect.category)
        return self

    def changed(self, **changes: Any) -> SimulationDesign:
        """Return the design with other values, checked like a new one.

        Raises
        ------
        InvalidValue
            When they do not go together.

        Examples
        --------
        >>> shipped_design("clean").changed(members=50).members
        50
        >>> shipped_design("clean").changed(months=10)
        Traceback (most recent call last):
        allay.base.errors.InvalidValue: expected a month of 1 to 9 for a cohort, found 10
        """
        try:
            return type(self).model_validate({**dict(self), **changes})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            expected, found = expected_text(dict(first), shown(first["input"]))
            where = ".".join(map(str, first["loc"]))
            raise InvalidValue(expected=f"{where}: {expected}" if where else expected, found=found) from None

    def without_effects(self) -> SimulationDesign:
        """Return the design of a program that changes nothing."""
        return self.changed(effects=())

    def over(self, months: int) -> SimulationDesign:
        """Return the design over another number of months, cohorts moved in proportion.

        Cohorts that would fall into one month become one.

        Examples
        --------
        >>> [cohort.month for cohort in shipped_design("clean").over(12).cohorts]
        [4, 5, 6, 7, 8]
        """
        if months == self.months:
            return self
        moved: dict[int, Cohort] = {}
        to = {}
        for cohort in self.cohorts:
            month = max(cohort.month * months // self.months, self.selection.lag)
            to[cohort.month] = month
            before = moved.get(month)
            moved[month] = cohort.at(month) if before is None else before.with_(cohort)
        effects = {
            (effect.category, moved_to): effect.model_copy(update={"cohort": moved_to})
            for effect in self.effects
            for moved_to in [None if effect.cohort is None else to[effect.cohort]]
        }
        return self.changed(months=months, cohorts=tuple(moved.values()), effects=tuple(effects.values()))


def read_design(source: Readable, *, name: str | None = None) -> SimulationDesign:
    """Read a design from a YAML file.

    Raises
    ------
    InvalidInput
        With every problem, by line.

    Examples
    --------
    >>> import io
    >>> read_design(io.BytesIO(b"members: 0"))
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: ...
    """
    return read_yaml(source, SimulationDesign, name=name)


DESIGNS = ("clean", "full")
"""The designs that ship with Allay."""


@cache
def shipped_design(name: str) -> SimulationDesign:
    """Return a design that ships with Allay: `full` has every feature, `clean` parallel trends and no faults.

    Examples
    --------
    >>> shipped_design("full").selection.peak
    True
    """
    if name not in DESIGNS:
        raise NotFound.among("design", name, known=DESIGNS)
    return read_design(cast("Readable", FOLDER / f"{name}.yaml"), name=f"{name}.yaml")


def default_design(*, members: int, months: int, seed: int) -> SimulationDesign:
    """Return the design with every feature for so many members and months.

    Examples
    --------
    >>> default_design(members=100, months=24, seed=3).cohorts[0].month
    8
    """
    return shipped_design("full").over(months).changed(members=members, seed=seed)
