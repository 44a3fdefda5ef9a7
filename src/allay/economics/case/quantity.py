"""A quantity: a number of a case with its unit, its source, how sure it is, and how it is drawn."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, model_validator

from allay.base.errors import InvalidValue, NotFound
from allay.base.status import Status
from allay.base.tables import Strict
from allay.economics.uncertainty.distributions import Distribution
from allay.economics.uncertainty.draws import sample as sample_distribution
from allay.economics.uncertainty.named import named_distribution
from allay.measures.entries import SourceEntry

Array = NDArray[np.float64]

_MANY = math.inf

UNITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "probability": (0.0, 1.0),
        "ratio": (0.0, _MANY),
        "count": (0.0, _MANY),
        "minutes": (0.0, _MANY),
        "hours": (0.0, _MANY),
        "hours/week": (0.0, 168.0),
        "weeks/year": (0.0, 53.0),
        "days": (0.0, _MANY),
        "days/month": (0.0, 31.0),
        "months": (0.0, _MANY),
        "per month": (0.0, _MANY),
        "per year": (0.0, _MANY),
        "events/month": (0.0, _MANY),
        "events/year": (0.0, _MANY),
        "visits": (0.0, _MANY),
        "visits/month": (0.0, _MANY),
        "patients": (0.0, _MANY),
        "patients/month": (0.0, _MANY),
        "members": (0.0, _MANY),
        "seats": (0.0, _MANY),
        "fte": (0.0, _MANY),
        "rvu": (0.0, _MANY),
        "utility": (-1.0, 1.0),
        "usd": (0.0, _MANY),
        "usd/minute": (0.0, _MANY),
        "usd/hour": (0.0, _MANY),
        "usd/day": (0.0, _MANY),
        "usd/month": (0.0, _MANY),
        "usd/year": (0.0, _MANY),
        "usd/visit": (0.0, _MANY),
        "usd/event": (0.0, _MANY),
        "usd/member-month": (0.0, _MANY),
        "usd/qaly": (0.0, _MANY),
    }
)
"""Every unit with its least and its greatest value. What a quantity stands for says which way money goes, so
none is negative; but health may be lost as well as gained."""

MONEY = "usd"


class DistributionEntry(Strict):
    """A named distribution and its numbers; `value` stands for a mean, median or mode that is not given."""

    name: str
    parameters: dict[str, float] = {}


class Quantity(Strict):
    """A number with everything one has to know to use it.

    Attributes
    ----------
    value : float
        Best estimate.
    unit : str
        One of `UNITS`, which also says what values there can be.
    source : str
        Key of one of the sources of the file it stands in; required, because a number without a source is
        no argument.
    status : Status, optional
        How sure it is, where that differs from its source.
    year : int, optional
        Year of the dollars; without it, those of the case.
    distribution : DistributionEntry, optional
        How it varies (`allay.economics.uncertainty.named`); without it, it is the same in every draw.
    note : str

    Examples
    --------
    >>> no_show = Quantity(value=0.2, unit="probability", source="clinic",
    ...                    distribution=DistributionEntry(name="beta", parameters={"se": 0.05}))
    >>> round(no_show.spread.sd, 3)
    0.05
    >>> Quantity(value=1.2, unit="probability", source="clinic")
    Traceback (most recent call last):
    pydantic_core._pydantic_core.ValidationError: 1 validation error for Quantity...
    """

    value: float = Field(allow_inf_nan=False)
    unit: str
    source: str = Field(min_length=1)
    status: Status | None = None
    year: int | None = Field(default=None, ge=1950, le=2199)
    distribution: DistributionEntry | None = None
    note: str = ""

    @model_validator(mode="after")
    def _check(self) -> Quantity:
        if self.unit not in UNITS:
            raise InvalidValue(expected=f"a unit: {', '.join(UNITS)}", found=repr(self.unit))
        low, high = UNITS[self.unit]
        if not low <= self.value <= high:
            raise InvalidValue(expected=f"{_range(low, high)} {self.unit}", found=f"{self.value:g}")
        if self.year is not None and not self.unit.startswith(MONEY):
            raise InvalidValue(
                expected="a year of dollars for money alone", found=f"{self.unit} of {self.year}"
            )
        spread = self.spread
        if spread is not None:
            least, most = spread.quantile(np.array([0.0, 1.0])).tolist()
            if least < low or most > high:
                expected = f"a distribution that stays {_range(low, high)} {self.unit}"
                raise InvalidValue(expected=expected, found=f"one from {least:g} to {most:g}")
            if not least <= self.value <= most:
                expected = f"a distribution around the value {self.value:g}"
                raise InvalidValue(expected=expected, found=f"one from {least:g} to {most:g}")
        return self

    @property
    def spread(self) -> Distribution | None:
        """The distribution, or None where it does not vary."""
        if self.distribution is None:
            return None
        given = self.distribution
        return named_distribution(given.name, given.parameters, value=self.value)

    def status_in(self, sources: Mapping[str, SourceEntry]) -> Status:
        """Say how sure it is, given the sources of its file."""
        if self.status is not None:
            return self.status
        if self.source not in sources:
            raise NotFound.among("source", self.source, known=sources)
        return sources[self.source].status


def _range(low: float, high: float) -> str:
    return f"{low:g} or more" if math.isinf(high) else f"within {low:g} and {high:g}"


def units(*names: str) -> AfterValidator:
    """Annotate a field of a model with the units it takes.

    Examples
    --------
    >>> from typing import Annotated
    >>> class Wage(Strict):
    ...     pay: Annotated[Quantity, units("usd/hour", "usd/minute")]
    >>> Wage(pay=Quantity(value=60, unit="minutes", source="x"))
    Traceback (most recent call last):
    pydantic_core._pydantic_core.ValidationError: 1 validation error for Wage...
    """

    def check(quantity: Quantity) -> Quantity:
        if quantity.unit not in names:
            raise InvalidValue(expected=f"the unit {' or '.join(names)}", found=quantity.unit)
        return quantity

    return AfterValidator(check)


_KNOT = re.compile(r"(?<=/knots)/\d+/|(?<=/presenteeism)/\d+/")


def drawn_as(name: str) -> str:
    """Return the name that keys the draws of a quantity: one for all knots of a curve.

    Examples
    --------
    >>> drawn_as("effects/events/mri/knots/2/ratio"), drawn_as("demand/no_show")
    ('effects/events/mri/knots/ratio', 'demand/no_show')
    """
    return _KNOT.sub("/", name)


def sample(quantity: Quantity, *, name: str, seed: int, draws: int) -> Array:
    """Draw a quantity; the draws hang on seed, name and number of the draw alone.

    Returns
    -------
    array [draw]

    Examples
    --------
    >>> sample(Quantity(value=3, unit="visits", source="x"), name="visits", seed=1, draws=2).tolist()
    [3.0, 3.0]
    """
    if quantity.spread is None:
        return np.full(draws, quantity.value)
    return sample_distribution(quantity.spread, name=name, seed=seed, draws=draws)
