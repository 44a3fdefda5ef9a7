"""Moving how a quantity varies along with its value: an answer changes the middle, not how unsure one is."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pydantic import ValidationError

from allay.economics.case.quantity import UNITS, DistributionEntry, Quantity

FIXED = DistributionEntry(name="fixed")
"""Does not vary."""

_SCALED: Mapping[str, frozenset[str]] = {
    "gamma": frozenset(("mean", "se", "scale")),
    "lognormal": frozenset(("mean", "median", "se", "low", "high")),
    "normal": frozenset(("mean", "se")),
    "truncated_normal": frozenset(("mean", "se", "low", "high")),
    "triangular": frozenset(("low", "mode", "high")),
    "pert": frozenset(("low", "mode", "high")),
    "uniform": frozenset(("low", "high")),
}
"""Numbers that grow with the value, by distribution."""

_CUT = frozenset(("triangular", "pert", "uniform", "truncated_normal"))

_DIGITS = 6
"""Significant digits of a moved number: more would say more than anybody knows."""


def moved(given: DistributionEntry, *, unit: str, old: float, new: float) -> DistributionEntry:
    """Return the distribution around a new value.

    The relative spread stays: what a gamma, lognormal or normal is given by is scaled with the value, and so
    are the ends of a triangular, PERT or uniform, which are cut to what the unit allows. A beta keeps its
    standard error, but no more than half the way to 0 or 1. Where nothing of the kind can be, such as around
    a value of zero, it does not vary any more.

    Examples
    --------
    >>> moved(DistributionEntry(name="gamma", parameters={"se": 10}), unit="usd", old=50, new=75).parameters
    {'se': 15.0}
    >>> moved(DistributionEntry(name="beta", parameters={"se": 0.05}), unit="probability", old=0.3, new=0.06)
    DistributionEntry(name='beta', parameters={'se': 0.03})
    """
    if new == old:
        return given
    if given.name == "fixed" or not _ratio(old, new):
        return FIXED
    made = _beta(given, new) if given.name == "beta" else _scaled(given, unit=unit, old=old, new=new)
    return made if _holds(made, unit=unit, value=new) else FIXED


def _ratio(old: float, new: float) -> float:
    """How many times as much; 0 where there is no such number, or the sign turns."""
    return new / old if old and new / old > 0 else 0.0


def _beta(given: DistributionEntry, new: float) -> DistributionEntry:
    numbers = dict(given.parameters)
    if "mean" in numbers:
        numbers["mean"] = new
    if "se" in numbers:
        numbers["se"] = short(min(numbers["se"], min(new, 1 - new) / 2))
    elif total := numbers.get("a", 0.0) + numbers.get("b", 0.0):
        numbers |= {"a": short(total * new), "b": short(total * (1 - new))}
    return DistributionEntry(name=given.name, parameters=numbers)


def _scaled(given: DistributionEntry, *, unit: str, old: float, new: float) -> DistributionEntry:
    ratio, least, most = _ratio(old, new), *UNITS[unit]
    numbers = {}
    for key, number in given.parameters.items():
        if key == "log_mean":
            numbers[key] = short(number + math.log(ratio))
            continue
        grown = number * ratio if key in _SCALED[given.name] else number
        if given.name in _CUT and key in ("low", "mode", "high"):
            grown = min(max(grown, least), most)
        numbers[key] = short(grown)
    if "low" in numbers and given.parameters["low"] <= old:
        numbers["low"] = min(numbers["low"], new)
    if "high" in numbers and given.parameters["high"] >= old:
        numbers["high"] = max(numbers["high"], new)
    return DistributionEntry(name=given.name, parameters=numbers)


def _holds(made: DistributionEntry, *, unit: str, value: float) -> bool:
    try:
        Quantity(value=value, unit=unit, source="x", distribution=made)
    except (ValidationError, ZeroDivisionError, OverflowError):
        return False
    return True


def short(number: float) -> float:
    """Round to a few significant digits."""
    return float(f"{number:.{_DIGITS}g}")
