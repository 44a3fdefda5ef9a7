"""One authorization for the services of a bundle, as a value contract agrees it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allay.base.dates import Period
from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.coverage.answers import Answer, Reason, Verdict


@dataclass(frozen=True, slots=True)
class BundledAuthorization:
    """An authorization that covers every service of a bundle for its length, with no request for each.

    Parameters
    ----------
    id, patient, payer : str
    contract : str
        The value contract that agrees on it.
    services : tuple of str
        What the bundle includes.
    start : date
    weeks : int
        Length of the bundle.

    Raises
    ------
    InvalidValue
        No service, or no length.
    """

    id: str
    patient: str
    payer: str
    contract: str
    services: tuple[str, ...]
    start: dt.date
    weeks: int

    def __post_init__(self) -> None:
        if not self.services:
            raise InvalidValue(expected="the services of the bundle", found="none")
        if self.weeks < 1:
            raise InvalidValue(expected="a length of at least 1 week", found=str(self.weeks))

    @property
    def period(self) -> Period:
        """The days it covers."""
        return Period(self.start, self.start + dt.timedelta(weeks=self.weeks))

    def covers(self, service: str, *, day: dt.date) -> Answer:
        """Say whether a service on a day needs no request of its own.

        Examples
        --------
        >>> services = ("acupuncture", "yoga")
        >>> bundle = BundledAuthorization("b", "p", "plan", "path", services, dt.date(2026, 1, 5), 13)
        >>> [bundle.covers("yoga", day=dt.date(2026, 4, day)).verdict.value for day in (5, 6)]
        ['yes', 'no']
        """
        if service not in self.services:
            text = f"{service} is not in the bundle: it needs what the plan asks for outside of it"
        elif day not in self.period:
            text = f"{day} is outside the bundle ({self.period})"
        else:
            text = f"one authorization covers every service of the bundle ({self.period})"
            return Answer(Verdict.YES, (self._reason(text, "holds"),))
        return Answer(Verdict.NO, (self._reason(text, "fails"),))

    def _reason(self, text: str, outcome: str) -> Reason:
        return Reason(f"contract.{self.contract}.authorization", text, outcome, Status.CONTRACT)
