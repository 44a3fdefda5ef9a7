"""Codes by blocks of minutes: the first block, then each further one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from allay.base.errors import InvalidValue
from allay.coverage.answers import Reason
from allay.coverage.codes.choosing import Details
from allay.coverage.codes.coded import CODED, MISSING, NOT_CODED, CodedService, CodedUnits, way_reason
from allay.coverage.codes.codingfile import ChoiceRow, WayRow
from allay.coverage.codes.units import AMA, unit_rule, units_alone
from allay.coverage.codes.ways import coding_sources

TIMES = ("met", "midpoint")


def in_blocks(
    service: str,
    way: WayRow,
    choice: ChoiceRow,
    given: Details,
    *,
    time: str | None,
    open_reasons: tuple[Reason, ...] = (),
    missing: tuple[str, ...] = (),
) -> CodedService:
    """Code the minutes of a choice that has a first and a further code.

    Examples
    --------
    >>> from allay.coverage.codes.ways import way_of
    >>> way = way_of("care_coordination", "chronic_pain_month")
    >>> found = in_blocks("care_coordination", way, way.choices[1], {"minutes": 59}, time=None)
    >>> [(line.code, line.units) for line in found.lines], found.reasons[-1].text
    ([('G3002', 1), ('G3003', 1)], 'G3003: 14 minutes: below 15')
    """
    if choice.first is None or choice.further is None or way.time is None:
        raise InvalidValue(expected=f"first and further minutes of {way.id}", found="none")
    first, further = choice.first, choice.further
    clock = _Clock(way, "met" if way.time.must_be_met else time or way.time.counted)
    minutes = int(given["minutes"])
    if not clock.count(min(minutes, first.minutes), first.minutes):
        reason = clock.below(first.code, minutes, first.minutes)
        return CodedService(service, (), (reason, *open_reasons), missing)
    over = max(minutes - first.minutes, 0)
    more = clock.count(over, further.minutes)
    units = {first.code: 1}
    reasons = [clock.reason(f"{first.code}: 1", CODED)]
    if more and further.needs is not None and given.get(further.needs) is not True:
        asked = way.asks[further.needs]
        if further.needs in given:
            reasons.append(
                clock.reason(f"{further.code}: {more} not coded, answered with no: {asked}", NOT_CODED)
            )
        else:
            reasons.append(way_reason(way, f"{further.code}: {more} hang on this: {asked}", MISSING))
            missing = (*missing, further.needs)
    elif more:
        units[further.code] = units.get(further.code, 0) + more
        reasons.append(clock.reason(f"{further.code}: {more}", CODED))
    if (rest := over - more * further.minutes) > 0:
        reasons.append(clock.below(further.code, rest, further.minutes))
    lines = tuple(CodedUnits(code, number) for code, number in units.items())
    return CodedService(service, lines, (*reasons, *open_reasons), missing)


@dataclass(frozen=True, slots=True)
class _Clock:
    """How a way counts time: every minute of a unit met, or its midpoint passed."""

    way: WayRow
    counted: str

    def count(self, minutes: int, unit: int) -> int:
        """Count the units in some minutes."""
        return minutes // unit if self.counted == "met" else units_alone(minutes, unit, _midpoint())

    def below(self, code: str, minutes: int, unit: int) -> Reason:
        """Say that some minutes are too few for a unit."""
        least = str(unit) if self.counted == "met" else f"more than half of {unit}"
        return self.reason(f"{code}: {minutes} minutes: below {least}", NOT_CODED)

    def reason(self, text: str, outcome: str) -> Reason:
        """Make a reason that rests on the way and on how it counts time."""
        row = self.way.time
        if self.counted == "midpoint":
            fact = unit_rule(AMA).facts[0]
            return way_reason(self.way, text, outcome, status=fact.status, more=fact.references)
        if row is None:
            return way_reason(self.way, text, outcome)
        return way_reason(self.way, text, outcome, status=row.status, more=(coding_sources()[row.source],))


def _midpoint() -> Decimal:
    return Decimal(unit_rule(AMA).facts[0].number)
