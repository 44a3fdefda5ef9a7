"""Unit limits: the most units of a code that are paid for one patient, by one provider, on one day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from allay.base.fact import Reference
from allay.base.status import Status
from allay.coverage.codes.edition import Edition


class LimitScope(StrEnum):
    """What the units of a limit are counted over."""

    LINE = "1"  # each line of a claim
    DAY_POLICY = "2"  # the day, as the law or the code itself has it
    DAY_CLINICAL = "3"  # the day, as practice has it; more may be paid on appeal
    UNSTATED = ""  # counted over the day here


@dataclass(frozen=True, slots=True)
class UnitLimit:
    """A row of a table of unit limits."""

    code: str
    units: int
    scope: LimitScope
    edition: Edition
    status: Status
    reference: Reference
    rationale: str = ""

    @property
    def version(self) -> str:
        """Name of exactly this row, for results to carry."""
        return f"units.{self.code}@{self.edition.covers_from}/{self.edition.recorded_on}"


class LimitOnDay(NamedTuple):
    """A limit as it applies on a day; `note` says when its table was issued for other days."""

    limit: UnitLimit
    note: str = ""

    @property
    def units(self) -> int:
        """The most units."""
        return self.limit.units


def on_day(limits: tuple[UnitLimit, ...], day: dt.date) -> LimitOnDay | None:
    """Return the limit whose table was issued for the day; else of the nearest table, with a note.

    Of two editions for the day, the one recorded last counts.
    """
    if not limits:
        return None
    right = [each for each in limits if each.edition.covers(day)]
    if right:
        return LimitOnDay(max(right, key=lambda each: each.edition.recorded_on))
    earlier = [each for each in limits if each.edition.covers_from <= day]
    nearest = (
        max(earlier, key=lambda each: each.edition.covers_from)
        if earlier
        else min(limits, key=lambda each: each.edition.covers_from)
    )
    return LimitOnDay(nearest, nearest.edition.note(day))
