"""Numbers of this room that are not factors: cautions, gaps, tapers, days a patch is worn. Dated, sourced."""

from __future__ import annotations

from functools import cache
from importlib import resources

from allay.base.facts import Facts, FactValue, load_facts

CAUTION = "MME factors are not for converting a patient from one opioid to another"

PREFIX = "opioids."


@cache
def facts() -> Facts:
    """The facts of this room.

    Examples
    --------
    >>> "opioids.caution.mme" in facts()
    True
    """
    return load_facts(resources.files("allay.measures.opioids") / "data" / "facts")


def fact(name: str) -> FactValue:
    """Return a fact by its name without ``opioids.``.

    Examples
    --------
    >>> fact("high_dose.mme").value, fact("taper.longer.fall_percent").status.value
    (90, 'secondary')
    """
    return facts().get(PREFIX + name).latest


def number(name: str) -> float:
    """Return the number of a fact.

    Examples
    --------
    >>> number("gap.days")
    7.0
    """
    return float(fact(name).number)
