"""What a study uses where its protocol says nothing, and the limits of its verdict: data with reasons."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from allay.base.errors import InvalidValue, NotFound
from allay.base.tables import read_yaml
from allay.evaluation.limits import Limit, Limits

DATA = files("allay.evaluation.study") / "data"


class StudyDefaults(Limits):
    """All defaults and limits of studies.

    Attributes
    ----------
    numbers : dict of str to Limit
        What a protocol may say otherwise. The limits are what the verdict is measured by.
    """

    numbers: dict[str, Limit]


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


def _entry(name: str) -> Limit:
    shipped = study_defaults()
    known = {**shipped.numbers, **shipped.limits}
    if name not in known:
        raise NotFound.among("default of a study", name, known=known)
    return known[name]
