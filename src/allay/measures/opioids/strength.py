"""Strengths: how much opioid is in one unit, one milliliter, one actuation, or given off in an hour."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from allay.base.errors import InvalidValue

Basis = Literal["unit", "mL", "actuation", "h"]

_MASS = {"mcg": 1.0, "ug": 1.0, "µg": 1.0, "μg": 1.0, "mg": 1_000.0, "g": 1_000_000.0}
_BASIS: dict[str, Basis] = {
    **dict.fromkeys(("h", "hr", "hour"), "h"),
    "ml": "mL",
    **dict.fromkeys(("actuation", "actuat", "{actuat}", "spray", "act"), "actuation"),
    **dict.fromkeys(
        ("unit", "tablet", "tab", "{tbl}", "capsule", "cap", "film", "patch", "lozenge", "each", "ea"), "unit"
    ),
}
_UNIT = re.compile(r"(?P<mass>[a-zµμ]+)(?:\s*/\s*(?P<many>\d+(?:\.\d+)?)?\s*(?P<per>[a-z{}]+))?")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
KNOWN_UNITS = "mg, mcg, mg/mL, mg/5 mL, mcg/h or mcg/actuation"


@dataclass(frozen=True, slots=True)
class Strength:
    """An amount of opioid.

    Attributes
    ----------
    mcg : float
        Micrograms per one of `per`.
    per : {'unit', 'mL', 'actuation', 'h'}
        Tablet, capsule, film, ... ; milliliter; spray; hour, for patches.

    Examples
    --------
    >>> Strength.of(0.075, "MG/HR"), Strength.of(15, "mg/5 mL").mcg
    (Strength(mcg=75.0, per='h'), 3000.0)
    >>> Strength.of(0, "mg")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected a strength above 0, found 0
    """

    mcg: float
    per: Basis

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mcg) and self.mcg > 0):
            raise InvalidValue(expected="a strength above 0", found=f"{self.mcg:g}")

    @classmethod
    def of(cls, value: float, unit: str) -> Strength:
        """Make one from a number and a unit.

        Raises
        ------
        InvalidValue
            For an unknown unit, or a strength of zero or less.
        """
        mcg, per = parse_unit(unit)
        # Through 12 digits, so that 0.075 mg/h and 75 mcg/h are one strength.
        return cls(float(f"{value * mcg:.12g}"), per)


def read_number(text: str) -> float:
    """Read a number as files write it: ``7.5``, ``.5`` or ``1e3``, and not ``1_000``.

    Raises
    ------
    InvalidValue
        When it is no number.

    Examples
    --------
    >>> read_number("7.5")
    7.5
    """
    if not _NUMBER.fullmatch(text.strip()):
        raise InvalidValue(expected="a number above 0", found=repr(text))
    return float(text)


@cache
def parse_unit(text: str) -> tuple[float, Basis]:
    """Return how many micrograms the unit is, and per what.

    Raises
    ------
    InvalidValue
        When it is no unit of a strength.

    Examples
    --------
    >>> parse_unit("mcg/actuation"), parse_unit("MG")
    ((1.0, 'actuation'), (1000.0, 'unit'))
    """
    match = _UNIT.fullmatch(text.strip().casefold().replace("{tab}", "tab").replace("[", "").replace("]", ""))
    mass = _MASS.get(match["mass"]) if match else None
    per = _BASIS.get(match["per"] or "unit") if match else None
    many = float(match["many"] or 1) if match else 0.0
    if mass is None or per is None or many <= 0:
        raise InvalidValue(expected=f"a unit such as {KNOWN_UNITS}", found=repr(text))
    return mass / many, per
