"""Substitute services: the share of patients without one month by month, and where it is heading."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allay.payment.access.cohort import Aligned
from allay.payment.access.reconciliation import months_of
from allay.payment.access.terms import Terms
from allay.programs.definitions.program_days import add_months

DAYS_OF_MONTH = Fraction(36525, 1200)


@dataclass(frozen=True, slots=True)
class SubstituteMonth:
    """The patients aligned by the end of a month, and how many of them had no substitute service yet."""

    month: dt.date
    patients: int
    without: int

    @property
    def rate(self) -> Fraction:
        """Share without."""
        return Fraction(self.without, self.patients)


@dataclass(frozen=True, slots=True)
class SubstituteTrend:
    """The trend of a cohort.

    Attributes
    ----------
    months : tuple of SubstituteMonth
        From the first alignment to `as_of`.
    a_month : float
        First substitute services for each patient-month without one so far.
    expected : float
        Share without one at the end of everybody's period, if they go on at that pace.
    """

    months: tuple[SubstituteMonth, ...]
    a_month: float
    expected: float


def substitute_trend(members: Sequence[Aligned], *, as_of: dt.date, terms: Terms) -> SubstituteTrend | None:
    """Follow a cohort's first substitute services; None where days are not known.

    The pace is constant by assumption (an exponential time to the first service).

    Examples
    --------
    >>> from allay.payment.access.attainment import Outcome
    >>> from allay.payment.access.terms import shipped_terms
    >>> day = dt.date(2026, 8, 1)
    >>> cohort = [
    ...     Aligned("p1", Outcome.OPEN, aligned_on=day),
    ...     Aligned("p2", Outcome.OPEN, aligned_on=day, substitute=True, substitute_on=dt.date(2026, 9, 3)),
    ... ]
    >>> trend = substitute_trend(cohort, as_of=dt.date(2026, 10, 31), terms=shipped_terms())
    >>> [(str(each.month), str(each.rate)) for each in trend.months]
    [('2026-08-01', '1'), ('2026-09-01', '1/2'), ('2026-10-01', '1/2')]
    """
    started = [member for member in members if member.aligned_on is not None and member.aligned_on <= as_of]
    if len(started) < len(members) or any(m.substitute and m.substitute_on is None for m in members):
        return None
    events, exposure, left = 0, 0.0, []
    for member in started:
        first, after, service = _days(member, terms, as_of)
        seen = min(as_of, after)
        if service is not None and service <= as_of:
            events += 1
            exposure += (service - first).days
            continue
        exposure += (seen - first).days
        left.append(max(0, (after - as_of).days))
    pace = events / exposure if exposure else 0.0
    expected = math.fsum(math.exp(-pace * days) for days in left) / len(started)
    return SubstituteTrend(_months(started, as_of), pace * float(DAYS_OF_MONTH), expected)


def _days(member: Aligned, terms: Terms, as_of: dt.date) -> tuple[dt.date, dt.date, dt.date | None]:
    first = member.aligned_on or as_of
    return first, add_months(first, months_of(member, terms=terms)), member.substitute_on


def _months(started: Sequence[Aligned], as_of: dt.date) -> tuple[SubstituteMonth, ...]:
    month = min(member.aligned_on for member in started if member.aligned_on is not None).replace(day=1)
    found = []
    while month <= as_of:
        following = add_months(month, 1)
        until = min(following, as_of + dt.timedelta(days=1))
        aligned = [m for m in started if m.aligned_on is not None and m.aligned_on < until]
        without = sum(m.substitute_on is None or m.substitute_on >= until for m in aligned)
        found.append(SubstituteMonth(month, len(aligned), without))
        month = following
    return tuple(found)
