"""Numbers and choices behind verdicts, with their sources and how sure they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from importlib import resources
from types import MappingProxyType

from allay.base.documents import Strict, read_yaml
from allay.base.errors import NotFound
from allay.base.status import Status

FOLDER = resources.files("allay.consensus.verdicts") / "data"


class Convention(Strict):
    """A number or a choice; `note` names the traps around it."""

    id: str
    label: str
    value: int | float | str
    status: Status
    accessed: dt.date
    source: str
    href: str | None = None
    note: str | None = None


class ConventionFile(Strict):
    """The file of all of them."""

    conventions: tuple[Convention, ...]


class PanelSize(Strict):
    """A row of the count rule.

    Attributes
    ----------
    smallest, largest : int
        Raters.
    outside_at_most : int
        Agreement: no more ratings than this outside the region of the median.
    each_extreme_from : int
        Disagreement: at least this many ratings in the low region, and as many in the high one.
    """

    smallest: int
    largest: int
    outside_at_most: int
    each_extreme_from: int


class PanelSizeFile(Strict):
    """The count rule by panel size."""

    source: str
    status: Status
    accessed: dt.date
    note: str
    sizes: tuple[PanelSize, ...]


@cache
def conventions() -> Mapping[str, Convention]:
    """All conventions by id.

    Examples
    --------
    >>> conventions()["ram.half_point"].status.value
    'memory'
    """
    file = read_yaml(FOLDER / "conventions.yaml", ConventionFile, name="conventions.yaml")
    return MappingProxyType({each.id: each for each in file.conventions})


def convention(name: str) -> Convention:
    """Return one by its id.

    Raises
    ------
    NotFound

    Examples
    --------
    >>> convention("ram.ipras.base").value
    2.35
    """
    if name not in conventions():
        raise NotFound.among("convention", name, known=conventions())
    return conventions()[name]


@cache
def exact(name: str) -> Fraction:
    """The number of a convention as it is written, without the error of a float.

    Examples
    --------
    >>> exact("ram.ipras.base")
    Fraction(47, 20)
    """
    return as_written(convention(name).value)


def as_written(number: float | str) -> Fraction:
    """A number as its shortest decimal says it: 0.7 is 7/10.

    Examples
    --------
    >>> as_written(0.7), as_written(66.6)
    (Fraction(7, 10), Fraction(333, 5))
    """
    return Fraction(str(number))


@cache
def panel_sizes() -> PanelSizeFile:
    """The count rule.

    Examples
    --------
    >>> [(row.smallest, row.largest) for row in panel_sizes().sizes]
    [(8, 10), (11, 13), (14, 16)]
    """
    return read_yaml(FOLDER / "panel_sizes.yaml", PanelSizeFile, name="panel_sizes.yaml")
