"""An authorization: what a payer agreed to, and how much of it is used."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction

from allay.base.dates import Period
from allay.base.errors import InvalidValue
from allay.coverage.authorizations.lifecycle import AuthorizationStage, check_move


@dataclass(frozen=True, slots=True)
class Authorization:
    """A payer's agreement, asked for in advance, to pay for services.

    Parameters
    ----------
    id, patient, payer : str
    services : tuple of str
        What it is for: ids of services or billing codes.
    stage : AuthorizationStage
    payer_type : str
        Kind of payer, on which the clock of its answer hangs; blank where not known.
    units_requested, units_approved : int, optional
        In units of billing, or visits. Without approved units nothing but dates ends it.
    units_used : int
    period : Period, optional
        Days on which services may be given.
    requested_on, decided_on : date, optional
    requested_at : datetime, optional
        When exactly the payer received an urgent request.
    urgent : bool
    visits_per_week : Fraction, optional
        The pace of the plan.
    units_per_visit : int
    answer_days : int, optional
        Calendar days in which this payer answers, as agreed with it.

    Raises
    ------
    InvalidValue
        Negative counts, a pace of less than nothing, days in the wrong order.
    """

    id: str
    patient: str
    payer: str
    services: tuple[str, ...]
    stage: AuthorizationStage
    payer_type: str = ""
    units_requested: int | None = None
    units_approved: int | None = None
    units_used: int = 0
    period: Period | None = None
    requested_on: dt.date | None = None
    requested_at: dt.datetime | None = None
    decided_on: dt.date | None = None
    urgent: bool = False
    visits_per_week: Fraction | None = None
    units_per_visit: int = 1
    answer_days: int | None = None

    def __post_init__(self) -> None:
        counts = (self.units_requested, self.units_approved, self.units_used, self.answer_days)
        for count in counts:
            if count is not None and count < 0:
                raise InvalidValue(expected="counts of at least 0", found=str(count))
        if self.units_per_visit < 1:
            raise InvalidValue(expected="at least 1 unit a visit", found=str(self.units_per_visit))
        if self.visits_per_week is not None and self.visits_per_week < 0:
            raise InvalidValue(expected="visits a week of at least 0", found=str(self.visits_per_week))
        if self.requested_on and self.decided_on and self.decided_on < self.requested_on:
            found = str(self.decided_on)
            raise InvalidValue(expected=f"a decision not before {self.requested_on}", found=found)

    @property
    def left(self) -> int | None:
        """Units left, never below 0; None where units do not limit it."""
        return None if self.units_approved is None else max(0, self.units_approved - self.units_used)

    @property
    def overused(self) -> int:
        """Units used beyond what was approved."""
        return 0 if self.units_approved is None else max(0, self.units_used - self.units_approved)

    def stage_on(self, day: dt.date) -> AuthorizationStage:
        """Return the stage on a day: one in force ends by itself when units or days have run out.

        Examples
        --------
        >>> spring = Period(dt.date(2026, 3, 1), dt.date(2026, 6, 1))
        >>> one = Authorization("a", "p", "plan", ("yoga",), AuthorizationStage.APPROVED, period=spring)
        >>> one.stage_on(dt.date(2026, 5, 31)).value, one.stage_on(dt.date(2026, 6, 1)).value
        ('approved', 'expired')
        """
        if not self.stage.in_force:
            return self.stage
        if self.left == 0:
            return AuthorizationStage.EXHAUSTED
        if self.period is not None and self.period.last is not None and day > self.period.last:
            return AuthorizationStage.EXPIRED
        return self.stage

    def move(self, to: AuthorizationStage, *, on: dt.date) -> Authorization:
        """Return it in another stage; a request and a decision note their day.

        Raises
        ------
        InvalidValue
            When the table of stages has no such step.

        Examples
        --------
        >>> draft = Authorization("a", "p", "plan", ("acupuncture",), AuthorizationStage.DRAFT)
        >>> draft.move(AuthorizationStage.REQUESTED, on=dt.date(2026, 3, 2)).requested_on
        datetime.date(2026, 3, 2)
        """
        check_move(self.stage, to)
        if to is AuthorizationStage.REQUESTED and self.requested_on is None:
            return replace(self, stage=to, requested_on=on)
        if to in (
            AuthorizationStage.APPROVED,
            AuthorizationStage.PARTIALLY_APPROVED,
            AuthorizationStage.DENIED,
        ):
            return replace(self, stage=to, decided_on=on)
        return replace(self, stage=to)

    def use(self, units: int, *, day: dt.date) -> Authorization:
        """Return it with units used on a day; with the last unit it is exhausted.

        Raises
        ------
        InvalidValue
            When it is not in force, does not cover the day, or has too few units left.

        Examples
        --------
        >>> one = Authorization("a", "p", "plan", ("yoga",), AuthorizationStage.APPROVED, units_approved=2)
        >>> one.use(2, day=dt.date(2026, 3, 2)).stage.value
        'exhausted'
        """
        if units < 1:
            raise InvalidValue(expected="at least 1 unit", found=str(units))
        if not self.stage.in_force:
            raise InvalidValue(expected="an authorization in force", found=self.stage.value)
        if self.period is not None and day not in self.period:
            raise InvalidValue(expected=f"a day covered: {self.period}", found=str(day))
        if self.left is not None and units > self.left:
            raise InvalidValue(expected=f"at most the {self.left} units left", found=str(units))
        used = replace(self, units_used=self.units_used + units)
        return used.move(AuthorizationStage.EXHAUSTED, on=day) if used.left == 0 else used
