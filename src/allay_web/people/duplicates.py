"""Whether two records may be of one person: a rule that offers, and a person who decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from allay_web.people.folding import digits, fold

MOST_EDITS = 2  # slips of the pen in a whole name; in a short one, a single slip
LETTERS_PER_EDIT = 4


class Likeness(StrEnum):
    """Why two records look like one person, the surest first."""

    RECORD = "Same record number"
    SAME = "Same name and birth date"
    SWAPPED = "First and last name swapped, same birth date"
    CLOSE = "Nearly the same name, same birth date"
    DAY_MONTH = "Same name, day and month of birth swapped"
    PHONE = "Same phone number"
    NO_DATE = "Same name; a birth date is missing"

    @property
    def sure(self) -> bool:
        """Whether it may be taken for the same person unless somebody says otherwise."""
        return self in {Likeness.RECORD, Likeness.SAME}


_ORDER = {likeness: place for place, likeness in enumerate(Likeness)}


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one person from another, in the form in which it is compared."""

    given: str
    family: str
    birth_date: date | None = None
    phone: str = ""
    record_number: str = ""

    @classmethod
    def of(
        cls,
        *,
        given_name: str,
        family_name: str,
        birth_date: date | None = None,
        phone: str = "",
        record_number: str = "",
    ) -> Identity:
        """Fold what was written."""
        return cls(fold(given_name), fold(family_name), birth_date, digits(phone), record_number.strip())

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class Match:
    """A record that may be the same person, and why."""

    id: int
    likeness: Likeness


def edits(one: str, other: str, *, most: int) -> int:
    """Letters added, left out, changed or swapped with a neighbor; `most` + 1 when there are more.

    Examples
    --------
    >>> edits("alvarez", "alvaerz", most=2), edits("alvarez", "alvares", most=2)
    (1, 1)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = list(range(len(other) + 1)), list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:  # a swap reaches back two rows
            return most + 1
    return min(row[-1], most + 1)


def _close(one: str, other: str) -> bool:
    words, others = set(one.split()), set(other.split())
    if min(len(words), len(others)) > 1 and (words <= others or others <= words):
        return True  # a middle name on one side only
    most = min(MOST_EDITS, max(1, min(len(one), len(other)) // LETTERS_PER_EDIT))
    return edits(one, other, most=most) <= most


def _day_month_swapped(one: date | None, other: date | None) -> bool:
    if one is None or other is None or one == other:
        return False
    return (one.year, one.month, one.day) == (other.year, other.day, other.month)


def likeness(one: Identity, other: Identity) -> Likeness | None:
    """The surest reason to take two records for one person, if any; the order of the two is the same.

    Examples
    --------
    >>> ana = Identity.of(given_name="Ana", family_name="Muñoz", birth_date=date(1970, 3, 4))
    >>> likeness(ana, Identity.of(given_name="ANA", family_name="Munoz", birth_date=date(1970, 3, 4))).value
    'Same name and birth date'
    >>> likeness(ana, Identity.of(given_name="Munoz", family_name="Ana", birth_date=date(1970, 3, 4))).value
    'First and last name swapped, same birth date'
    """
    if one.record_number and one.record_number == other.record_number:
        return Likeness.RECORD
    same_name = bool(one.name) and one.name == other.name
    if one.name and other.name and one.birth_date is not None and one.birth_date == other.birth_date:
        if same_name:
            return Likeness.SAME
        if one.given == other.family and one.family == other.given:
            return Likeness.SWAPPED
        if _close(one.name, other.name):
            return Likeness.CLOSE
    if same_name and _day_month_swapped(one.birth_date, other.birth_date):
        return Likeness.DAY_MONTH
    if one.phone and len(one.phone) >= 7 and one.phone == other.phone:
        return Likeness.PHONE
    if same_name and (one.birth_date is None or other.birth_date is None):
        return Likeness.NO_DATE
    return None


class Register:
    """Known people, indexed so that finding those alike does not compare everybody with everybody."""

    def __init__(self, people: Iterable[tuple[int, Identity]] = ()) -> None:
        self._known: dict[int, Identity] = {}
        self._index: defaultdict[object, set[int]] = defaultdict(set)
        for key, identity in people:
            self.add(key, identity)

    def add(self, key: int, identity: Identity) -> None:
        """Make somebody known."""
        self._known[key] = identity
        for place in self._places(identity):
            self._index[place].add(key)

    def matches(self, identity: Identity) -> list[Match]:
        """Those who may be the same person, the surest first."""
        near = set().union(*(self._index[place] for place in self._places(identity) if place in self._index))
        found = [Match(key, reason) for key in near if (reason := likeness(identity, self._known[key]))]
        return sorted(found, key=lambda match: (_ORDER[match.likeness], match.id))

    @staticmethod
    def _places(identity: Identity) -> Iterable[object]:
        if identity.record_number:
            yield ("record", identity.record_number)
        if identity.name:
            yield ("name", identity.name)
        if identity.phone:
            yield ("phone", identity.phone)
        if identity.birth_date is not None:
            yield ("born", identity.birth_date)
