"""Entries: the parts of a program definition's file, as they are written in YAML.

Every part that says something about the world names its source. What a part had to make up so that it can run
stands in its `synthetic`, by the name of the field.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from allay.base.status import Status
from allay.base.tables import Strict

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
How = Literal["individual", "group", "linked"]
Mode = Literal["in_person", "telehealth", "either"]
Channel = Literal["portal", "phone", "paper", "in_person"]
PhaseKind = Literal["care", "follow_up"]
Rule = Literal["improved_by", "improved_percent", "at_least", "at_most"]

LONGEST = 3650
"""Days: an episode of more than ten years is a slip of the pen, and a file of one would stop a machine."""
MINUTES_OF_A_DAY = 1440
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Sourced(Strict):
    """A part that rests on one of the definition's sources.

    `status` is that of the source unless a weaker one is given. Fields named in `synthetic` are made up.
    """

    source: str
    status: Status | None = None
    synthetic: tuple[str, ...] = ()
    note: str = ""


class StatementEntry(Sourced):
    """Something said in words: whom the program is for, who may refer."""

    text: str


class LengthEntry(Strict):
    """How long a phase lasts, in one unit; `program_days` counts the days on which the program is open."""

    weeks: int | None = Field(default=None, gt=0, le=LONGEST // 7)
    days: int | None = Field(default=None, gt=0, le=LONGEST)
    months: int | None = Field(default=None, gt=0, le=LONGEST // 30)
    program_days: int | None = Field(default=None, gt=0, le=LONGEST // 7)
    at_most: bool = False


class EntryRuleEntry(Sourced):
    """What must be there before a phase begins."""

    referral: str = ""
    authorization: bool = False
    documents: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()


class SizeEntry(Sourced):
    """The smallest and largest group."""

    low: int = Field(gt=0)
    high: int = Field(gt=0)


class ComponentEntry(Sourced):
    """One service within a phase, with its dose.

    The dose is one of: `every_day`, `on_days` (days of the phase, the first is 1), `sessions` with
    `spacing_days`, `per_week` (with `sessions` where it ends earlier), `sessions` alone (spread evenly). A
    component without one belongs to the program and is scheduled by people. One that is `linked_to` another
    happens with it.
    """

    id: str
    service: str
    part: Literal["core", "flexible"]
    how: How
    mode: Mode = "in_person"
    title: str = ""
    roles: tuple[str, ...] = ()
    every_day: bool = False
    on_days: tuple[int, ...] = ()
    sessions: int | None = Field(default=None, gt=0, le=LONGEST)
    per_week: int | None = Field(default=None, gt=0, le=7)
    spacing_days: int | None = Field(default=None, gt=0, le=LONGEST)
    weekdays: tuple[Weekday, ...] = ()
    time: str | None = Field(default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    minutes: int | None = Field(default=None, gt=0, le=MINUTES_OF_A_DAY)
    minutes_most: int | None = Field(default=None, gt=0, le=MINUTES_OF_A_DAY)
    linked_to: str = ""
    patient_chooses: bool = False
    group_size: SizeEntry | None = None

    @property
    def dosed(self) -> bool:
        """Whether it says when it happens."""
        return bool(self.every_day or self.on_days or self.sessions or self.per_week)


class PhaseEntry(Sourced):
    """A part of an episode. Phases follow each other in the order of the file."""

    id: str
    title: str
    kind: PhaseKind = "care"
    length: LengthEntry
    entry: EntryRuleEntry | None = None
    components: tuple[ComponentEntry, ...] = ()


class TimepointEntry(Sourced):
    """When something is asked or reported, and the days around it on which it counts.

    It lies by the start or end of the program's care or of a phase (`of`, `edge`), after another time point
    (`after`), or at each session of a component (`each`). `report` says what is reported, if anything.
    """

    id: str
    title: str
    of: str = ""
    edge: Literal["start", "end"] | None = None
    after: str = ""
    each: str = ""
    offset_days: int = Field(default=0, ge=-LONGEST, le=LONGEST)
    offset_months: int = Field(default=0, ge=0, le=LONGEST // 30)
    opens_days: int = Field(le=0, ge=-LONGEST)
    closes_days: int = Field(ge=0, le=LONGEST)
    report: str = ""


class MeasureEntry(Sourced):
    """An instrument, or an outcome definition, with the time points at which it is taken."""

    instrument: str = ""
    scales: tuple[str, ...] = ()
    definition: str = ""
    at: tuple[str, ...] = Field(min_length=1)
    by: Literal["patient", "staff"] = "patient"
    channels: tuple[Channel, ...] = ()
    only_for: str = ""


class ScoreEntry(Strict):
    """What a score must be for a gate to open."""

    instrument: str
    scale: str
    rule: Rule
    value: float
    since: str = ""


class GateEntry(Sourced):
    """A question answered at a time point, on which it depends which phases follow.

    Either `score` answers it, or people do: `decision` says what they decide and `by` which role.
    """

    id: str
    title: str
    at: str
    score: ScoreEntry | None = None
    decision: str = ""
    by: str = ""
    then: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()


class ReviewEntry(Sourced):
    """A team conference or another look at the patient's course, in one phase or through all care."""

    id: str
    title: str
    phase: str = ""
    every_weeks: int | None = Field(default=None, gt=0, le=LONGEST // 7)
    on_days: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()


class RenewalEntry(Sourced):
    """Something that has to be asked for or billed again."""

    id: str
    title: str
    phases: tuple[str, ...] = ()
    every_months: int | None = Field(default=None, gt=0, le=LONGEST // 30)
    lead_days: int = Field(default=0, ge=0, le=LONGEST)
    code: str = ""


class RoleEntry(Sourced):
    """Somebody the program needs: any of the professions, and how much of them."""

    id: str
    title: str
    professions: tuple[str, ...] = ()
    fte: float | None = Field(default=None, gt=0)
    hours_per_week: float | None = Field(default=None, gt=0)


class LeadershipEntry(Sourced):
    """Which role stands for the program, and which stands in; a program fills them with persons."""

    champion: str
    deputy: str


class CompletionEntry(Sourced):
    """What completing the program means; everything given must be met."""

    text: str
    share_of_core_sessions: float | None = Field(default=None, gt=0, le=1)
    core_sessions: int | None = Field(default=None, gt=0)
    through_phase: str = ""


class FidelityEntry(Sourced):
    """One sign that the program was delivered as defined; what names no component is observed by a person."""

    id: str
    text: str
    component: str = ""
    share_of_sessions: float | None = Field(default=None, gt=0, le=1)
    share_of_minutes: float | None = Field(default=None, gt=0, le=1)
    group_size: bool = False


class ContractEntry(Sourced):
    """How the program is paid: a reference, and what is known of the price and of the patient's share."""

    kind: str
    payer: str = ""
    reference: str = ""
    price_cents: int | None = Field(default=None, gt=0)
    copays_low: int | None = Field(default=None, ge=0)
    copays_high: int | None = Field(default=None, ge=0)
    copay_of: str = ""


class PartnerEntry(Sourced):
    """An organization of the community and the services it brings."""

    title: str
    services: tuple[str, ...] = ()


class GrowthEntry(Sourced):
    """Which service is added once there are so many patients in care."""

    service: str
    at_patients: int = Field(gt=0)
