"""Prices of one day: lines together, with the therapy reduction and what the biller is paid of the fee.

Rounding: the fee of one unit is in whole cents, as CMS publishes it; a line is its units at their fees, times
the factors, rounded half up; lines are then added. The reduction for several surgical procedures is not
applied.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from allay.base.errors import InvalidValue, NotFound
from allay.base.fact import FactValue, Reference
from allay.base.money import Money
from allay.base.status import Status
from allay.coverage.fees.localities import NATIONAL
from allay.coverage.fees.parameters import ASSISTANT_MODIFIERS, ASSISTANT_RATIO, facts, parameter
from allay.coverage.fees.places import Site
from allay.coverage.fees.price import FeePrice
from allay.coverage.fees.reduction import paid_in_full, reduced_units
from allay.coverage.fees.schedule import FeeSchedule

SameProvider = Literal["all", "npi", "group", "tin"]
SURGERY = "2"
"""CMS's indicator of procedures that are cut when there are several on a day."""

RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class DayLine:
    """What was done on the day, as it is billed.

    Parameters
    ----------
    units : int
        One or more.
    modifiers : tuple of str
        `26`, `TC` or `53` choose the row of the schedule; `CQ` and `CO` (a therapy assistant did it) cut the
        line. Others are not read.
    factors : tuple of str
        Ids of further ratios of the fee, as `us.medicare.npp_ratio`, where the biller is paid less.
    patient, npi, group, tin : str
        Whose line it is; whose identifiers count is `same_provider` of `price_day`.
    """

    code: str
    units: int = 1
    modifiers: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    patient: str = ""
    npi: str = ""
    group: str = ""
    tin: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.units, bool) or not isinstance(self.units, int) or self.units < 1:
            raise InvalidValue(expected="a whole number of units of one or more", found=repr(self.units))


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with what it pays; without amounts and `unknown` where there is no price.

    Attributes
    ----------
    unit : Money, optional
        The fee of one unit, nothing cut.
    allowed : Money, optional
        What the line pays.
    reduction : Money, optional
        What the therapy reduction took off it.
    reason : str
        What was cut and why, or why there is no price.
    """

    line: DayLine
    unit: Money | None
    allowed: Money | None
    reduction: Money | None
    status: Status
    reason: str
    references: tuple[Reference, ...] = ()
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PricedDay:
    """The lines of a day, in the order given, with their sums.

    Attributes
    ----------
    allowed, reduction : Money
        Sums over the lines that have a price.
    complete : bool
        Whether every line has one.
    """

    lines: tuple[PricedLine, ...]
    allowed: Money
    reduction: Money
    complete: bool

    @property
    def status(self) -> Status:
        """The weakest status of the lines; unknown where there are none."""
        return Status.weakest([line.status for line in self.lines] or [Status.UNKNOWN])


def price_day(
    lines: Iterable[DayLine],
    *,
    schedule: FeeSchedule,
    day: dt.date,
    known_on: dt.date | None = None,
    site: Site = "non-facility",
    locality: str = NATIONAL,
    qualifying_apm: bool = False,
    same_provider: SameProvider = "group",
) -> PricedDay:
    """Price the lines of one day together. Costs a look-up or two for each line.

    Of all units of always-therapy codes that one provider bills for one patient, the one with the highest
    practice part is paid in full, the first given among equals; of every other the practice part is cut.

    Parameters
    ----------
    same_provider : {'group', 'npi', 'tin', 'all'}
        Which identifier makes two lines the same provider's; payers differ. Lines without it belong together.

    Examples
    --------
    >>> from allay.coverage.fees.schedule import shipped_schedule
    >>> found = price_day(
    ...     [DayLine("97110"), DayLine("97140"), DayLine("97112")],
    ...     schedule=shipped_schedule(), day=dt.date(2024, 7, 15),
    ... )
    >>> str(found.allowed), str(found.reduction)
    ('76.72', '13.15')
    """
    given = tuple(lines)
    prices: list[FeePrice | str] = []
    for line in given:
        modifier = next((each for each in line.modifiers if each in schedule.modifiers), "")
        try:
            prices.append(
                schedule.price(
                    line.code,
                    day=day,
                    known_on=known_on,
                    site=site,
                    locality=locality,
                    modifier=modifier,
                    qualifying_apm=qualifying_apm,
                )
            )
        except NotFound as absent:
            prices.append(str(absent))
    therapy = (price if isinstance(price, FeePrice) and price.therapy else None for price in prices)
    providers = (_provider(line, same_provider) for line in given)
    full = paid_in_full(zip(providers, therapy, strict=True))
    notes = _notes(given, prices, same_provider=same_provider)
    priced = [
        _priced(line, price, full=place in full, note=notes[place], day=day, known_on=known_on)
        for place, (line, price) in enumerate(zip(given, prices, strict=True))
    ]
    return PricedDay(
        lines=tuple(priced),
        allowed=Money.total(line.allowed for line in priced if line.allowed is not None),
        reduction=Money.total(line.reduction for line in priced if line.reduction is not None),
        complete=all(line.allowed is not None for line in priced),
    )


def _provider(line: DayLine, same_provider: SameProvider) -> tuple[str, str]:
    return line.patient, "" if same_provider == "all" else str(getattr(line, same_provider))


def _notes(
    lines: Sequence[DayLine], prices: Sequence[FeePrice | str], *, same_provider: SameProvider
) -> list[str]:
    """What a line's price cannot know of the other lines of its provider."""
    providers = [_provider(line, same_provider) for line in lines]
    unpriced = {who for who, price in zip(providers, prices, strict=True) if isinstance(price, str)}
    surgeries = Counter(
        who
        for who, price in zip(providers, prices, strict=True)
        if isinstance(price, FeePrice) and price.multiple_procedure == SURGERY
    )
    notes = []
    for who, price in zip(providers, prices, strict=True):
        note = ""
        if isinstance(price, FeePrice) and price.therapy and who in unpriced:
            note = "a line of the day has no price, so the unit paid in full may be another"
        if isinstance(price, FeePrice) and price.multiple_procedure == SURGERY and surgeries[who] > 1:
            note = "the reduction for several surgical procedures is not applied"
        notes.append(note)
    return notes


def _priced(
    line: DayLine,
    price: FeePrice | str,
    *,
    full: bool,
    note: str,
    day: dt.date,
    known_on: dt.date | None,
) -> PricedLine:
    if isinstance(price, str):
        return PricedLine(line, None, None, None, Status.UNKNOWN, price)
    try:
        ratios = _ratios(line, day=day, known_on=known_on)
    except NotFound as absent:
        return PricedLine(line, price.amount, None, None, Status.UNKNOWN, str(absent))
    whole = allowed = price.amount * line.units
    cut = 0
    if price.therapy:
        allowed, cut = reduced_units(price, line.units, full=full)
    if ratios:
        share = math.prod((Fraction(ratio.number) for ratio in ratios), start=Fraction(1))
        whole, allowed = whole * share, allowed * share
    reasons = [price.note, f"therapy reduction on {cut} of {line.units} unit(s)" if cut else ""]
    reasons += [f"x {ratio.number} ({ratio.fact})" for ratio in ratios if ratio.number != 1]
    reasons += ["seldom or never done at this site" if price.seldom else "", note]
    return PricedLine(
        line=line,
        unit=price.amount,
        allowed=allowed,
        reduction=whole - allowed,
        status=Status.weakest(
            [price.reduced_status if cut else price.status, *(ratio.status for ratio in ratios)]
        ),
        reason="; ".join(filter(None, reasons)),
        references=tuple(
            dict.fromkeys([*price.references, *(r for ratio in ratios for r in ratio.references)])
        ),
        versions=(*price.versions, *(ratio.version for ratio in ratios)),
    )


def _ratios(line: DayLine, *, day: dt.date, known_on: dt.date | None) -> list[FactValue]:
    """The ratios of the fee that a line is paid at: those its modifiers ask for, and those it names."""
    wanted = list(line.factors)
    if not _assistant_modifiers().isdisjoint(line.modifiers):
        wanted.append(ASSISTANT_RATIO)
    for fact_id in wanted:
        if facts().get(fact_id).unit != RATIO:
            raise InvalidValue(expected=f"a ratio of the fee, such as {ASSISTANT_RATIO}", found=fact_id)
    return [parameter(fact_id, day=day, known_on=known_on) for fact_id in dict.fromkeys(wanted)]


@cache
def _assistant_modifiers() -> frozenset[str]:
    """The modifiers of therapy assistants; they mean nothing else on any day."""
    return frozenset(facts().get(ASSISTANT_MODIFIERS).latest.texts)
