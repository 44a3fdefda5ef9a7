"""Parts of a contract's file: amounts, rates, fees, payers and costs, each with how sure it is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from allay.base.dates import holds_on
from allay.base.status import Status
from allay.base.tables import Strict
from allay.coverage.answers import Verdict

FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
"""Further off, a date is a mistake, and what follows from it may have no date at all."""
Day = Annotated[dt.date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Dollars = Annotated[Decimal, Field(ge=0, le=1_000_000_000, decimal_places=2)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$")]
Site = Literal["office", "hospital", "off_campus"]

SELF = "self"
"""Payer of a fee that patients without coverage pay themselves."""
MEMBER_MONTH = "member_month"
"""Service of a roster row that stands for one month of one member."""
CARE_PERIOD = "care_period"
"""Service of a roster row that stands for one patient's care period in an outcome-aligned model."""


class Part(Strict):
    """A part that rests on one of the contract's sources.

    A part without a `source` rests on that of the part it stands in. `status` replaces the status of the
    source; `field_status` does so for single numbers.
    """

    source: str = ""
    status: Status | None = None
    field_status: dict[str, Status] = {}
    note: str = ""


class RateEntry(Part):
    """A share of all cases, and of how many it was counted: with `of`, forecasts know how unsure it is."""

    rate: Share
    of: int | None = Field(default=None, gt=0)


class PayerEntry(Part):
    """Who pays: how many days after a service, and what share of lines is denied."""

    id: Id
    title: str
    lag_days: int = Field(default=0, ge=0, le=1100)
    denial: RateEntry | None = None


class FeeEntry(Part):
    """What is allowed for one unit of a service, and the patient's share of it.

    `code`, `payer` and `site` narrow it; the fee that fits a row most narrowly counts. The share is a fixed
    `copay`, or `coinsurance` as a part of what is allowed.
    """

    service: Id
    allowed: Dollars
    code: str = ""
    payer: str = ""
    site: Site | None = None
    copay: Dollars = Decimal(0)
    coinsurance: Share = Decimal(0)


class StaffEntry(Part):
    """Minutes of one role, and what a minute costs."""

    role: str
    minutes: Decimal = Field(gt=0, le=1440)
    per_minute: Dollars


class CostEntry(Part):
    """What a service costs the program: for each visit, and once for each session of a group."""

    service: Id
    per_visit: Dollars = Decimal(0)
    per_session: Dollars = Decimal(0)
    staff: tuple[StaffEntry, ...] = ()


class PatientPaymentsEntry(Part):
    """What a patient pays within a bundle: so much at each of the first visits, and no more.

    `count` visits at most, and `total_most` dollars at most where given. `within_price` says that the payer
    pays the price less what the patient pays. `services` narrows the visits that count.
    """

    count: int = Field(ge=0, le=1000)
    amount: Dollars
    total_most: Dollars | None = None
    within_price: bool = False
    services: tuple[Id, ...] = ()


class ProrationEntry(Part):
    """What is left of the price when a patient leaves before the end.

    `none`: all of it. `by_week`: the share of weeks begun. `by_visit`: visits attended of `visits_planned`.
    `threshold`: all from `visits_planned` visits on, else the share `below`.
    """

    rule: Literal["none", "by_week", "by_visit", "threshold"] = "none"
    visits_planned: int | None = Field(default=None, gt=0)
    below: Share = Decimal(0)


class NestedEntry(Part):
    """How a bundle lies within another payer's episode, so that nobody pays twice.

    `included`: the holder of the other bundle passes the price on, and the payer pays nothing more.
    `deduct`: the payer pays, and the other bundle's payer pays that much less.
    """

    within: Id
    rule: Literal["included", "deduct"]


class WithholdEntry(Part):
    """A share of the payer's part that is held back, and whether the quality it hangs on was reached."""

    share: Share
    quality_met: Literal[Verdict.YES, Verdict.NO, Verdict.UNKNOWN] = Verdict.UNKNOWN


class CarveOutEntry(Part):
    """A service of a bundle that is paid by the visit: always, or after a month of too little use.

    `floor` is visits for each patient in care in a calendar month; below it, the service is paid by the visit
    in the month after.
    """

    fee: FeeEntry
    floor: Decimal | None = Field(default=None, gt=0)


class QualityEntry(Part):
    """The score of the year, the least that pays anything, and what the share is multiplied by."""

    score: Share | None = None
    gate: Share = Decimal(0)
    multiplier: Decimal = Field(default=Decimal(1), ge=0, le=2)


class ConditionEntry(Part):
    """An answer to one condition of a linked visit."""

    answer: Verdict


class Dated(Part):
    """A part that holds from one day up to, not including, another."""

    effective_from: Day | None = None
    effective_to: Day | None = None

    def holds(self, day: dt.date) -> bool:
        """Whether it holds on that day."""
        return holds_on(day, self.effective_from, self.effective_to)
