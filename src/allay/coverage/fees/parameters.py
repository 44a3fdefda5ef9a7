"""The dated numbers beside the fee schedule: conversion factors, ratios, thresholds, deductibles."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import resources

from allay.base.fact import FactValue
from allay.base.facts import Facts, load_facts

CONVERSION_FACTOR = "us.medicare.pfs.conversion_factor"
CONVERSION_FACTOR_APM = "us.medicare.pfs.conversion_factor_apm"
THERAPY_REDUCTION = "us.medicare.pfs.therapy_reduction_ratio"
ASSISTANT_RATIO = "us.medicare.therapy.assistant_ratio"
ASSISTANT_MODIFIERS = "us.medicare.therapy.assistant_modifiers"


@cache
def facts() -> Facts:
    """The facts of this room. Costs one reading of some thirty files; later calls cost nothing.

    Examples
    --------
    >>> THERAPY_REDUCTION in facts()
    True
    """
    return load_facts(resources.files("allay.coverage") / "data" / "facts" / "fees")


def parameter(fact_id: str, *, day: dt.date, known_on: dt.date | None = None) -> FactValue:
    """Return a parameter of this room by its id on a day, as `Fact.require`.

    Raises
    ------
    NotFound
        For an id there is none of, with the nearest; for a day that no row covers.

    Examples
    --------
    >>> found = parameter("us.medicare.part_b.deductible", day=dt.date(2026, 3, 1))
    >>> found.value, found.status.value
    (283, 'secondary')
    """
    return facts().get(fact_id).require(day, known_on=known_on)
