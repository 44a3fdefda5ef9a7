"""Units of timed codes: from minutes to what is billed, by Medicare's total or code by code.

Medicare adds the minutes of all timed codes of the day, turns the total into units (eight minutes or more
over whole units are one more), and gives them out: first each code's whole units, then what is left to the
codes with the most minutes remaining. The American Medical Association's way looks at each code alone and
counts a unit once more than half of it has passed, so one visit can come to a unit more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

from allay.base.errors import InvalidValue, NotFound
from allay.base.fact import FactValue
from allay.base.facts import Facts, load_facts
from allay.base.status import Status
from allay.coverage.codes.billingcode import BillingCode
from allay.coverage.codes.book import code_book

LONGEST_DAY = 24 * 60
MEDICARE, AMA = "medicare", "ama"


@dataclass(frozen=True, slots=True)
class UnitRule:
    """A way of counting units, with the facts it rests on."""

    id: str
    label: str
    facts: tuple[FactValue, ...]

    @property
    def status(self) -> Status:
        """How sure we are of it: the weakest of its facts."""
        return Status.weakest(fact.status for fact in self.facts)


@cache
def unit_facts() -> Facts:
    """The facts of counting units.

    Examples
    --------
    >>> unit_facts().get("us.medicare.timed_units.least_minutes").latest.number
    8
    """
    return load_facts(resources.files("allay.coverage") / "data" / "facts" / "units")


@cache
def unit_rules() -> Mapping[str, UnitRule]:
    """The ways of counting, by id.

    Examples
    --------
    >>> {rule.id: rule.status.value for rule in unit_rules().values()}
    {'medicare': 'secondary', 'ama': 'memory'}
    """
    facts = unit_facts()
    unit, least = (
        facts.get(f"us.medicare.timed_units.{name}").latest for name in ("unit_minutes", "least_minutes")
    )
    share = facts.get("us.ama.timed_units.more_than_share").latest
    return {
        MEDICARE: UnitRule(MEDICARE, "total minutes of the day, eight-minute rule", (unit, least)),
        AMA: UnitRule(AMA, "each code alone, more than half of the unit", (share,)),
    }


def unit_rule(name: str) -> UnitRule:
    """Return a way of counting, or raise `NotFound`.

    Examples
    --------
    >>> unit_rule("ama").label
    'each code alone, more than half of the unit'
    """
    found = unit_rules().get(name)
    if found is None:
        raise NotFound.among("rule of counting units", name, known=unit_rules())
    return found


def count_units(minutes: Mapping[str, int], *, rule: str = MEDICARE) -> dict[str, int]:
    """Count the units of the timed codes of one patient's day.

    Parameters
    ----------
    minutes : mapping of str to int
        Whole minutes of one-on-one time for each code; all of one provider's therapy of the day.
    rule : {"medicare", "ama"}
        `medicare` takes therapy codes of 15 minutes only. What is left over goes to the code with the most
        minutes remaining after its whole units; of two with as many, to the one with more minutes in all;
        of two with as many again, to the lower code.

    Returns
    -------
    dict of str to int
        Units for each code asked about, 0 included, in the order given.

    Raises
    ------
    InvalidValue
        For a code that is not counted in minutes or only follows another one, and minutes that cannot be.
    NotFound
        For a code that is not in the code book, or another rule.

    Examples
    --------
    >>> day = {"97110": 25, "97140": 15, "97112": 10}
    >>> count_units(day), count_units(day, rule="ama")
    ({'97110': 2, '97140': 1, '97112': 0}, {'97110': 2, '97140': 1, '97112': 1})
    """
    chosen = unit_rule(rule)
    codes = {code: _timed(code) for code in minutes}
    for code, value in minutes.items():
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST_DAY:
            raise InvalidValue(
                expected=f"whole minutes from 0 to {LONGEST_DAY} for {code}", found=repr(value)
            )
    if chosen.id == AMA:
        share = Decimal(chosen.facts[0].number)
        return {code: units_alone(value, _minutes(codes[code]), share) for code, value in minutes.items()}
    unit, least = (int(fact.number) for fact in chosen.facts)
    for code, entry in codes.items():
        if entry.minutes != unit or not entry.always_therapy:
            expected = f"therapy codes of {unit} minutes for the eight-minute rule"
            raise InvalidValue(expected=expected, found=f"{code} ({entry.label})")
    return _of_total(minutes, unit=unit, least=least)


def units_alone(minutes: int, unit: int, share: Decimal) -> int:
    """Count the units of one code alone: a unit counts when more than `share` of it has passed.

    Examples
    --------
    >>> [units_alone(minutes, 15, Decimal("0.5")) for minutes in (7, 8, 22, 23)]
    [0, 1, 1, 2]
    """
    whole, rest = divmod(minutes, unit)
    return whole + (rest > unit * share)


def _of_total(minutes: Mapping[str, int], *, unit: int, least: int) -> dict[str, int]:
    whole, rest = divmod(sum(minutes.values()), unit)
    units = {code: value // unit for code, value in minutes.items()}
    left = whole + (rest >= least) - sum(units.values())
    # Each code has less than a unit remaining, so no code is due more than one of what is left.
    by_remainder = sorted(minutes, key=lambda code: (-(minutes[code] % unit), -minutes[code], code))
    for code in by_remainder[:left]:
        units[code] += 1
    return units


def _timed(code: str) -> BillingCode:
    entry = code_book().get(code)
    if not entry.timed:
        found = f"{code} ({entry.label}), billed by {entry.unit.value}"
        raise InvalidValue(expected="codes that are counted in minutes", found=found)
    if entry.add_on_to:
        found = f"{code} ({entry.label}), which follows " + " or ".join(entry.add_on_to)
        raise InvalidValue(expected="codes that are counted by themselves", found=found)
    return entry


def _minutes(entry: BillingCode) -> int:
    if entry.minutes is None:
        raise InvalidValue(expected=f"the minutes of a unit of {entry.code}", found="none in the code book")
    return entry.minutes
