"""A service as data: who delivers it how, dose, harms, codes, and what a session of it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from allay.base.errors import InvalidValue
from allay.base.vocabulary import ServiceId
from allay.programs.services.provenance import AllowedValues, Bounds, Provenance, SourcedText, in_words
from allay.programs.services.tidier import TidierDescription

Modality = Literal[
    "psychological", "physical", "manual", "integrative", "medical", "educational", "social", "organizational"
]
Format = Literal["individual", "group", "linked"]
Setting = Literal["in_person", "telehealth"]
Fit = Literal["well", "partly", "poorly", "not_possible", "unknown"]
Measure = Literal[
    "sessions",
    "session_minutes",
    "sessions_per_week",
    "sessions_per_year",
    "weeks",
    "days",
    "minutes_per_month",
    "group_size",
]
CodeSystem = Literal["cpt", "hcpcs", "snomed", "cds4cpm", "va_list"]
FORMATS: tuple[Format, ...] = get_args(Format)
SETTINGS: tuple[Setting, ...] = get_args(Setting)


@dataclass(frozen=True, slots=True)
class DoseRange:
    """How long, how many or how often, as one source has it.

    Attributes
    ----------
    of : str
        Whose dose it is: a program, a trial, a payer's limit.
    """

    measure: Measure
    low: float | None
    high: float | None
    of: str
    provenance: Provenance

    def __post_init__(self) -> None:
        given = [number for number in (self.low, self.high) if number is not None]
        if not given or min(given) <= 0 or given != sorted(given):
            raise InvalidValue(expected=f"a range of {self.measure}", found=f"{self.low} to {self.high}")

    @property
    def text(self) -> str:
        """The range in words.

        Examples
        --------
        >>> from allay.programs.services.catalog import get
        >>> get("acupuncture").doses[0].text
        'sessions per year: at most 20'
        """
        return f"{self.measure.replace('_', ' ')}: {in_words(self.low, self.high)}"


@dataclass(frozen=True, slots=True)
class TelehealthFit:
    """How well a service suits telehealth, and why."""

    suits: Fit
    reason: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class ServiceCode:
    """A code under which a service may be recorded; whether it is paid is not said here.

    Attributes
    ----------
    label : str
        Our own; the wording of CPT belongs to the American Medical Association.
    """

    system: CodeSystem
    code: str
    label: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class ComponentRule:
    """Of some components, how many a session must hold.

    Raises
    ------
    InvalidValue
        When it asks for none, for more than there are, or names one twice.
    """

    of: tuple[str, ...]
    at_least: int
    provenance: Provenance

    def __post_init__(self) -> None:
        if not 1 <= self.at_least <= len(self.of) or len(set(self.of)) != len(self.of):
            raise InvalidValue(
                expected="at least 1 and at most all of some components, each named once",
                found=f"{self.at_least} of {', '.join(self.of) or 'none'}",
            )


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """One version of one service.

    Attributes
    ----------
    id, version : str
        Together they name this definition: ``yoga@1.0.0``.
    providers, formats, settings : AllowedValues
        Who may deliver it (profession ids), how and where: as practice, not as law.
    harms : tuple of SourcedText
        Empty when they are unknown, which is not the same as none.
    components : mapping of id to SourcedText
        What a session can hold.
    minutes, group_size : Bounds, optional
        What a session needs; None when no length, or no size, is asked for.
    needed : tuple of ComponentRule
        The components a session needs.

    Examples
    --------
    >>> from allay.programs.services.catalog import get
    >>> yoga = get("yoga")
    >>> yoga.reference, yoga.modality.text, yoga.minutes.text
    ('yoga@1.0.0', 'physical', 'at least 30')
    """

    id: ServiceId
    version: str
    label: str
    modality: SourcedText
    description: TidierDescription
    providers: AllowedValues
    formats: AllowedValues
    settings: AllowedValues
    telehealth: TelehealthFit
    doses: tuple[DoseRange, ...]
    harms: tuple[SourcedText, ...]
    codes: tuple[ServiceCode, ...]
    components: Mapping[str, SourcedText]
    minutes: Bounds | None
    group_size: Bounds | None
    needed: tuple[ComponentRule, ...]
    notes: tuple[SourcedText, ...] = ()

    def __hash__(self) -> int:
        """Hash by reference: two definitions with the same id and version are meant to be the same."""
        return hash(self.reference)

    @property
    def reference(self) -> str:
        """The id with the version, as results store it."""
        return f"{self.id}@{self.version}"
