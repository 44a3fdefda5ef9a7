"""What a study uses where its protocol says nothing, and the limits of its verdict: data with reasons."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files

from allay.base.errors import InvalidValue, NotFound
from allay.base.status import Status
from allay.base.tables import Strict, read_yaml

DATA = files("allay.evaluation.study") / "data"


class DefaultSource(Strict):
    """Where a default comes from.

    Attributes
    ----------
    title : str
    accessed : date
    status : Status
    """

    title: str
    accessed: dt.date
    status: Status


class DefaultNumber(Strict):
    """One default with its reason.

    Attributes
    ----------
    value : float or tuple of float
    source : str
        Key in the sources of the file.
    why : str
    """

    value: float | tuple[float, ...]
    source: str
    why: str


class StudyDefaults(Strict):
    """All defaults and limits of studies.

    Attributes
    ----------
    sources : dict of str to DefaultSource
    numbers : dict of str to DefaultNumber
        What a protocol may say otherwise.
    limits : dict of str to DefaultNumber
        What the verdict is measured by.
    """

    sources: dict[str, DefaultSource]
    numbers: dict[str, DefaultNumber]
    limits: dict[str, DefaultNumber]


@cache
def study_defaults() -> StudyDefaults:
    """Return the shipped defaults.

    Examples
    --------
    >>> study_defaults().numbers["baseline_months"].value
    12.0
    """
    return read_yaml(DATA / "defaults.yaml", StudyDefaults)


def number(name: str) -> float:
    """Return a default or limit that is one number.

    Raises
    ------
    NotFound
        For a name that the file does not have.

    Examples
    --------
    >>> number("alpha"), number("largest_difference")
    (0.05, 0.1)
    """
    value = _entry(name).value
    if isinstance(value, tuple):
        raise InvalidValue(expected=f"one number for {name}", found=f"{len(value)} numbers")
    return value


def numbers(name: str) -> tuple[float, ...]:
    """Return a default or limit that is several numbers.

    Examples
    --------
    >>> numbers("relative_improvements")
    (0.05, 0.1, 0.2)
    """
    value = _entry(name).value
    return value if isinstance(value, tuple) else (value,)


def reason(name: str) -> str:
    """Return why a default is what it is, with how sure that is.

    Examples
    --------
    >>> reason("alpha")
    'intervals of 95% (memory)'
    """
    entry = _entry(name)
    return f"{entry.why} ({study_defaults().sources[entry.source].status.value})"


def _entry(name: str) -> DefaultNumber:
    shipped = study_defaults()
    known = {**shipped.numbers, **shipped.limits}
    if name not in known:
        raise NotFound.among("default of a study", name, known=known)
    return known[name]
