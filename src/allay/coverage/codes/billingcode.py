"""A billing code: what it is, how it is counted, and what Medicare makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from allay.base.fact import Reference
from allay.base.status import Status
from allay.base.vocabulary import ServiceId


class CodeUnit(StrEnum):
    """What one unit of a code stands for."""

    TIMED = "timed"  # so many minutes
    SESSION = "session"  # once, however long
    MONTH = "month"  # a calendar month
    PROCEDURE = "procedure"  # a thing done


class MedicareStatus(StrEnum):
    """Status letter of a code in the Medicare physician fee schedule."""

    PAYABLE = "A"
    BUNDLED = "B"
    OTHER_CODE_WANTED = "I"
    NOT_COVERED = "N"
    OUTSIDE = "X"  # not of this fee schedule


@dataclass(frozen=True, slots=True)
class BillingCode:
    """A code under which a service is billed.

    Parameters
    ----------
    code : str
        The CPT or HCPCS code.
    label : str
        What it is, in our words.
    services : tuple of ServiceId
        The services it can belong to.
    unit, minutes : CodeUnit, int or None
        What a unit is, and its minutes where it is timed (for a month: the minutes to reach).
    medicare : MedicareStatus
        In the fee schedule of the book's `release`.
    always_therapy : bool
        Whether Medicare treats it as therapy whoever bills it; the therapy reduction applies.
    plan_modifiers : tuple of str
        Of which one names the plan of care (GP, GO).
    per_patient : bool
        Whether each patient of a group is billed.
    visit : bool
        Whether it is an office visit (evaluation and management).
    add_on_to : tuple of str
        The codes one of which it must follow; empty where it stands alone.
    """

    code: str
    label: str
    services: tuple[ServiceId, ...]
    unit: CodeUnit
    minutes: int | None
    medicare: MedicareStatus
    always_therapy: bool
    plan_modifiers: tuple[str, ...]
    per_patient: bool
    visit: bool
    add_on_to: tuple[str, ...]
    status: Status
    reference: Reference
    note: str = ""

    @property
    def timed(self) -> bool:
        """Whether it is counted in units of minutes."""
        return self.unit is CodeUnit.TIMED

    @property
    def payable_by_medicare(self) -> bool:
        """Whether the fee schedule has a price for it."""
        return self.medicare is MedicareStatus.PAYABLE
