"""Limits of aggregation, from a data file with their sources."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field

from allay.base.documents import Strict, read_yaml
from allay.base.status import Status

FOLDER = files("allay.consensus.estimates") / "data"


class LimitSource(Strict):
    """Where a limit comes from and how sure it is."""

    title: str
    href: str | None = None
    locator: str | None = None
    accessed: dt.date
    status: Status


class LogOddsLimits(Strict):
    """What a probability is drawn to before its log-odds are taken."""

    lowest: Annotated[float, Field(gt=0, lt=0.5)]
    highest: Annotated[float, Field(gt=0.5, lt=1)]
    why: str
    source: LimitSource


class OtherScaleLimits(Strict):
    """When numbers of an expert are plainly on a scale from 0 to 1.

    Attributes
    ----------
    at_most : float
        All of them are at most this, and
    from_scale : float
        the stated scale goes from 0 to at least this.
    """

    at_most: float
    from_scale: float
    why: str
    source: LimitSource


class EstimateLimits(Strict):
    """The file `limits.yaml`."""

    log_odds: LogOddsLimits
    other_scale: OtherScaleLimits


@cache
def limits() -> EstimateLimits:
    """Read the limits, once.

    Examples
    --------
    >>> limits().log_odds.lowest, limits().log_odds.source.status.value
    (0.01, 'secondary')
    """
    return read_yaml(FOLDER / "limits.yaml", EstimateLimits)
