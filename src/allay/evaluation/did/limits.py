"""Limits of difference-in-differences, as data: when units are left out, and what is warned of."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from allay.base.tables import read_yaml
from allay.evaluation.limits import Limits

FILE = Path(__file__).parent / "data" / "limits.yaml"


@cache
def did_limits() -> Limits:
    """Read the limits.

    Examples
    --------
    >>> did_limits()["likely"]
    0.995
    """
    return read_yaml(FILE, Limits)
