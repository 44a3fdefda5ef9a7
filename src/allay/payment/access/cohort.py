"""A cohort: the aligned patients of one track and period, as far as the payment looks at them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from allay.base.errors import InvalidValue
from allay.payment.access.attainment import Outcome


@dataclass(frozen=True, slots=True)
class Aligned:
    """One aligned patient.

    Parameters
    ----------
    patient_id : str
        Identifier.
    outcome : Outcome
        ``open`` while the end-of-period report can still be sent.
    substitute : bool
        Whether another Medicare provider gave a listed substitute service.
    months : int, optional
        Months aligned in the period; without it, all of them.
    multi_track : bool
        Whether the same participant has the patient in another track too.
    aligned_on : date, optional
        Needed for a ledger by month and for the trend of substitute services.
    substitute_on : date, optional
        When the first substitute service was.
    p_met : float, optional
        Chance of meeting the target, given a complete report.
    p_report : float, optional
        Chance of a complete report.

    Raises
    ------
    InvalidValue
        Months below 1, a chance outside 0 to 1, a substitute service before the alignment.
    """

    patient_id: str
    outcome: Outcome
    substitute: bool = False
    months: int | None = None
    multi_track: bool = False
    aligned_on: dt.date | None = None
    substitute_on: dt.date | None = None
    p_met: float | None = None
    p_report: float | None = None

    def __post_init__(self) -> None:
        if self.months is not None and self.months < 1:
            raise InvalidValue(expected="months from 1", found=str(self.months))
        for name, chance in (("p_met", self.p_met), ("p_report", self.p_report)):
            if chance is not None and not 0 <= chance <= 1:
                raise InvalidValue(expected=f"{name} from 0 to 1", found=f"{chance:g}")
        if self.substitute_on is not None:
            if not self.substitute:
                raise InvalidValue(expected="a substitute service with its day", found="a day without it")
            if self.aligned_on is not None and self.substitute_on < self.aligned_on:
                expected = f"substitute_on on or after {self.aligned_on}"
                raise InvalidValue(expected=expected, found=str(self.substitute_on))


def check_cohort(members: Sequence[Aligned]) -> None:
    """Refuse a cohort that nothing can be figured for.

    Raises
    ------
    InvalidValue
        When it is empty or has a patient twice.
    """
    if not members:
        raise InvalidValue(expected="at least one aligned patient", found="none")
    if len({member.patient_id for member in members}) < len(members):
        raise InvalidValue(expected="each patient once in a track and period", found="one twice")
