"""837: whose claim it is, who billed it and to whom, and the days of a stay."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from allay.interop.x12.envelope import Transaction
from allay.interop.x12.segments import Segment

_STATEMENT, _ADMISSION = "434", "435"
_SEXES = {"F": "female", "M": "male"}
_DAY = re.compile(r"\d{8}")


@dataclass(frozen=True, slots=True)
class ClaimParty:
    """Whose claim it is, and around it.

    Attributes
    ----------
    place : int
        The number of the segment CLM in the file.
    person_id : str
        The member's number; for dependents with birth and sex, because they have no number of their own.
    birth, first_day, last_day, admission : str
        ISO days, or empty.
    """

    place: int = 0
    member_id: str = ""
    dependent: bool = False
    birth: str = ""
    sex: str = ""
    state: str = ""
    zip_code: str = ""
    payer: str = ""
    billing_npi: str = ""
    rendering_npi: str = ""
    first_day: str = ""
    last_day: str = ""
    admission: str = ""

    @property
    def person_id(self) -> str:
        """What tells the person from others."""
        return "/".join((self.member_id, self.birth, self.sex)) if self.dependent else self.member_id


def iso_day(text: str) -> str:
    """Write a day of X12 as ISO 8601; an empty text for what is none.

    Examples
    --------
    >>> iso_day("20261102"), iso_day("202611021230"), iso_day("2026")
    ('2026-11-02', '2026-11-02', '')
    """
    if not _DAY.match(text):
        return ""
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:8])).isoformat()
    except ValueError:
        return ""


def iso_days(text: str) -> tuple[str, str]:
    """Write one day, or two with a hyphen, as first and last day.

    Examples
    --------
    >>> iso_days("20261102-20261105"), iso_days("20261102")
    (('2026-11-02', '2026-11-05'), ('2026-11-02', '2026-11-02'))
    """
    first, _, last = text.partition("-")
    return iso_day(first), iso_day(last or first)


def claim_parties(transaction: Transaction) -> Iterator[ClaimParty]:
    """Read who is behind each claim of an 837, in the order of the file.

    Parameters
    ----------
    transaction : Transaction
        Of type 837.
    """
    party, level, entity, claimed = ClaimParty(), "", "", False
    for segment in transaction.body:
        if segment.id == "HL":
            if claimed:
                yield party
            claimed, level, entity = False, segment[3], ""
            party = _at_level(party, level)
        elif segment.id == "CLM":
            if claimed:
                yield party
            party = replace(
                party, place=segment.position, rendering_npi="", first_day="", last_day="", admission=""
            )
            claimed, entity = True, ""
        elif segment.id == "NM1":
            entity = segment[1]
            party = _named(party, segment, claimed=claimed)
        elif claimed and segment.id == "DTP":
            party = _dated(party, segment)
        elif not claimed and level in ("22", "23") and entity in ("IL", "QC"):
            party = _described(party, segment)
    if claimed:
        yield party


def _at_level(party: ClaimParty, level: str) -> ClaimParty:
    """What is kept when a level begins: at a provider nothing, at a subscriber the provider."""
    if level == "20":
        return ClaimParty()
    if level == "22":
        return ClaimParty(billing_npi=party.billing_npi)
    return replace(party, dependent=True, birth="", sex="", state="", zip_code="")


def _named(party: ClaimParty, segment: Segment, *, claimed: bool) -> ClaimParty:
    entity, number = segment[1], segment[9]
    if entity == "85":
        return replace(party, billing_npi=number)
    if entity == "82" and claimed:
        return replace(party, rendering_npi=party.rendering_npi or number)
    if entity == "IL" and not claimed:
        return replace(party, member_id=number)
    if entity == "PR" and not claimed:
        return replace(party, payer=segment[3])
    return party


def _dated(party: ClaimParty, segment: Segment) -> ClaimParty:
    if segment[1] == _STATEMENT:
        first, last = iso_days(segment[3])
        return replace(party, first_day=first, last_day=last)
    if segment[1] == _ADMISSION:
        return replace(party, admission=iso_day(segment[3]))
    return party


def _described(party: ClaimParty, segment: Segment) -> ClaimParty:
    if segment.id == "DMG":
        return replace(party, birth=iso_day(segment[2]), sex=_SEXES.get(segment[3], ""))
    if segment.id == "N4":
        return replace(party, state=segment[2], zip_code=segment[3])
    return party
