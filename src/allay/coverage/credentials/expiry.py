"""What expires next among the credentials of a program."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allay.base.dates import Period
from allay.base.errors import InvalidValue
from allay.coverage.credentials.records import Credentials, License, Privilege, as_known


@dataclass(frozen=True, slots=True)
class Expiry:
    """A record that ends, or has ended, and that nothing follows.

    `days_left` counts to the last day on which it is valid: 0 on that day, negative afterwards.
    """

    practitioner: str
    kind: str
    what: str
    last_day: dt.date
    days_left: int

    @property
    def state(self) -> str:
        """`expired` or `expires`."""
        return "expired" if self.days_left < 0 else "expires"


def expiring(
    credentials: Credentials, *, as_of: dt.date, within_days: int, known_on: dt.date | None = None
) -> tuple[Expiry, ...]:
    """List what has expired or will within some days, the earliest first.

    A record that another of the same kind and content follows without a gap is renewed and left out; so are
    suspended, revoked and pending licenses, which no renewal helps.

    Raises
    ------
    InvalidValue
        For a negative number of days.

    Examples
    --------
    >>> from allay.coverage.credentials.records import LicenseStatus, gather
    >>> year = Period(dt.date(2026, 1, 1), dt.date(2027, 1, 1))
    >>> known = gather([License("p1", "acupuncturist", "VT", LicenseStatus.ACTIVE, year)])
    >>> [(each.what, each.days_left) for each in expiring(known, as_of=dt.date(2026, 12, 1), within_days=90)]
    [('acupuncturist, VT', 30)]
    """
    if within_days < 0:
        raise InvalidValue(expected="a number of days of at least 0", found=str(within_days))
    spans: dict[tuple[str, str, str], list[Period]] = {}
    for record in as_known(credentials.records, known_on=known_on):
        if not isinstance(record, License | Privilege) or record.status.usable:
            spans.setdefault((record.practitioner, record.kind, record.what), []).append(record.period)
    found = []
    for key, periods in spans.items():
        day = _run(periods, as_of).last
        if day is not None and (day - as_of).days <= within_days:
            found.append(Expiry(*key, day, (day - as_of).days))
    return tuple(sorted(found, key=lambda each: (each.last_day, each.practitioner, each.kind, each.what)))


def _run(periods: list[Period], as_of: dt.date) -> Period:
    """Join periods that follow each other; return the run that began last by the day, or the first."""
    runs: list[Period] = []
    for period in sorted(periods, key=lambda each: each.start):
        if runs and (runs[-1].end is None or period.start <= runs[-1].end):
            end = None if runs[-1].end is None or period.end is None else max(runs[-1].end, period.end)
            runs[-1] = Period(runs[-1].start, end)
        else:
            runs.append(period)
    return next((run for run in reversed(runs) if run.start <= as_of), runs[0])
