"""From where on a value of a claims table is not believed: as data."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import Field

from allay.base.tables import Strict, read_yaml
from allay.evaluation.claims.kinds import JudgementSource

_FILE = resources.files("allay.evaluation.claims") / "data" / "limits.yaml"
Count = Annotated[int, Field(gt=0)]


class ClaimsLimits(Strict):
    """From where on a value is not believed.

    Attributes
    ----------
    source : JudgementSource
        Where the limits are from.
    earliest_birth, earliest_day, latest_day : date
        No birth is before the first, no other day before the second and none after the third.
    largest_amount : int
        Dollars of one line, either sign.
    largest_quantity, longest_days_supply : int
        Units of one line; days of one fill.
    days_after_death : int
        Services that many days after a death are no wonder yet.

    Examples
    --------
    >>> claims_limits().source.status.value, claims_limits().earliest_day.isoformat()
    ('derived', '1990-01-01')
    """

    source: JudgementSource
    earliest_birth: dt.date
    earliest_day: dt.date
    latest_day: dt.date
    largest_amount: Count
    largest_quantity: Count
    longest_days_supply: Count
    days_after_death: Count


@cache
def claims_limits() -> ClaimsLimits:
    """Return the limits that ship with Allay.

    Examples
    --------
    >>> claims_limits().largest_amount
    5000000
    """
    return read_yaml(_FILE, ClaimsLimits, name="limits.yaml")
