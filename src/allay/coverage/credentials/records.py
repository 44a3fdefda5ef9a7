"""Records of a practitioner: licenses, privileges, enrollments, degrees, and agreements of supervision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Literal, TypeAlias, TypeVar

from allay.base.dates import Period
from allay.base.errors import NotFound
from allay.coverage.credentials.license_map import OPEN_START

Mode = Literal["in_person", "video", "audio"]
"""How care reaches the patient."""

ALWAYS = Period(OPEN_START)
"""The days of a record without any date."""


class LicenseStatus(StrEnum):
    """What a board says of a license, a registration or a certification."""

    ACTIVE = "active"
    RESTRICTED = "restricted"
    PENDING = "pending"
    INACTIVE = "inactive"
    SUSPENDED = "suspended"
    REVOKED = "revoked"

    @property
    def usable(self) -> bool:
        """Whether work under it is possible at all."""
        return self in (LicenseStatus.ACTIVE, LicenseStatus.RESTRICTED)


class SupervisionMode(StrEnum):
    """How a supervisor is present while the service is given."""

    IN_SUITE = "in_suite"
    ON_SITE = "on_site"
    VIDEO = "video"
    PHONE = "phone"
    GENERAL = "general"


class _Correctable:
    """What all records share: a later recorded one corrects an earlier one of the same key."""

    __slots__ = ()

    kind: ClassVar[str]
    identity: ClassVar[tuple[str, ...]]
    period: Period

    @property
    def key(self) -> tuple[str, ...]:
        """What a later recorded record of the same key corrects."""
        return (self.kind, *(str(getattr(self, name)) for name in self.identity), str(self.period.start))


@dataclass(frozen=True, slots=True)
class License(_Correctable):
    """A license, registration or certification by a state.

    `period` holds the days on which it is valid; `recorded_on` says when it was entered, if that is kept.
    """

    practitioner: str
    profession: str
    state: str
    status: LicenseStatus
    period: Period
    number: str = ""
    recorded_on: dt.date | None = None

    kind: ClassVar[str] = "license"
    identity: ClassVar[tuple[str, ...]] = ("practitioner", "profession", "state")

    @property
    def what(self) -> str:
        """What it is, in words."""
        return f"{self.profession.replace('_', ' ')}, {self.state}"


@dataclass(frozen=True, slots=True)
class Privilege(_Correctable):
    """A right under a licensing compact; without a state it serves in every member of the compact."""

    practitioner: str
    profession: str
    compact: str
    status: LicenseStatus
    period: Period
    state: str = ""
    recorded_on: dt.date | None = None

    kind: ClassVar[str] = "privilege"
    identity: ClassVar[tuple[str, ...]] = ("practitioner", "profession", "compact", "state")

    @property
    def what(self) -> str:
        """What it is, in words."""
        return f"{self.compact}, {self.state or 'all members'}"


@dataclass(frozen=True, slots=True)
class Enrollment(_Correctable):
    """A practitioner's enrollment with a payer, and perhaps in one of its networks."""

    practitioner: str
    payer: str
    period: Period
    network: str = ""
    recorded_on: dt.date | None = None

    kind: ClassVar[str] = "enrollment"
    identity: ClassVar[tuple[str, ...]] = ("practitioner", "payer", "network")

    @property
    def what(self) -> str:
        """What it is, in words."""
        return f"{self.payer}, {self.network}" if self.network else self.payer


@dataclass(frozen=True, slots=True)
class Degree(_Correctable):
    """A degree or training; `accredited` is None where nobody wrote it down."""

    practitioner: str
    profession: str
    level: str
    accredited: bool | None = None
    period: Period = ALWAYS
    recorded_on: dt.date | None = None

    kind: ClassVar[str] = "degree"
    identity: ClassVar[tuple[str, ...]] = ("practitioner", "profession", "level")

    @property
    def what(self) -> str:
        """What it is, in words."""
        return f"{self.level}, {self.profession.replace('_', ' ')}"


@dataclass(frozen=True, slots=True)
class Supervision(_Correctable):
    """An agreement: `practitioner` supervises `whom`, in one way, for all services and settings or some."""

    practitioner: str
    whom: str
    mode: SupervisionMode
    period: Period
    service: str = ""
    setting: str = ""
    recorded_on: dt.date | None = None

    kind: ClassVar[str] = "supervision"
    identity: ClassVar[tuple[str, ...]] = ("practitioner", "whom", "mode", "service", "setting")

    @property
    def what(self) -> str:
        """What it is, in words."""
        about = "; ".join(part for part in (self.service, self.setting) if part)
        return f"of {self.whom} ({self.mode.value})" + (f": {about}" if about else "")


Record: TypeAlias = License | Privilege | Enrollment | Degree | Supervision
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A person who gives care, with what allows it."""

    id: str
    profession: str = ""
    licenses: tuple[License, ...] = ()
    privileges: tuple[Privilege, ...] = ()
    enrollments: tuple[Enrollment, ...] = ()
    degrees: tuple[Degree, ...] = ()

    @property
    def professions(self) -> tuple[str, ...]:
        """The profession stated, or else those of the licenses and privileges, in their order."""
        if self.profession:
            return (self.profession,)
        licensed = [each.profession for each in self.licenses]
        return tuple(dict.fromkeys([*licensed, *(each.profession for each in self.privileges)]))

    def enrolled(self, payer: str, *, day: dt.date, known_on: dt.date | None = None) -> bool:
        """Whether the practitioner is enrolled with a payer on a day."""
        known = as_known(self.enrollments, known_on=known_on)
        return any(each.payer == payer and day in each.period for each in known)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The practitioners of a program with their records, and who supervises whom."""

    practitioners: Mapping[str, Practitioner] = field(default_factory=dict)
    supervisions: tuple[Supervision, ...] = ()

    def get(self, practitioner: str) -> Practitioner:
        """Return a practitioner, or raise `NotFound` with the nearest ids."""
        if practitioner not in self.practitioners:
            raise NotFound.among("practitioner", practitioner, known=self.practitioners)
        return self.practitioners[practitioner]

    @property
    def records(self) -> tuple[Record, ...]:
        """Every record."""
        found: list[Record] = []
        for each in self.practitioners.values():
            found += [*each.licenses, *each.privileges, *each.enrollments, *each.degrees]
        return (*found, *self.supervisions)


def as_known(records: Iterable[R], *, known_on: dt.date | None = None) -> list[R]:
    """Return the records that counted on a day of knowledge: of each key, the last recorded by then.

    A record without the day it was entered was always known. Asked as known before the first record of a key
    was entered, that first record counts.

    Examples
    --------
    >>> start = Period(dt.date(2026, 1, 1))
    >>> def row(status, recorded):
    ...     day = dt.date.fromisoformat(recorded)
    ...     return License("p1", "acupuncturist", "VT", LicenseStatus(status), start, recorded_on=day)
    >>> rows = [row("active", "2026-01-05"), row("suspended", "2026-02-05")]
    >>> [each.status.value for each in as_known(rows, known_on=dt.date(2026, 2, 1))]
    ['active']
    """
    kept: dict[tuple[str, ...], R] = {}
    for record in sorted(records, key=lambda record: record.recorded_on or OPEN_START):
        recorded = record.recorded_on
        if known_on is None or recorded is None or recorded <= known_on or record.key not in kept:
            kept[record.key] = record
    return list(kept.values())


def gather(records: Iterable[Record], *, professions: Mapping[str, str] | None = None) -> Credentials:
    """Sort records by practitioner; `professions` names those that were stated, license or not.

    Examples
    --------
    >>> gather([], professions={"y1": "yoga_therapist"}).get("y1").professions
    ('yoga_therapist',)
    """
    everything, stated = list(records), dict(professions or {})
    mine: dict[str, list[Record]] = {who: [] for who in stated}
    for record in everything:
        mine.setdefault(record.practitioner, []).append(record)
    practitioners = {
        who: Practitioner(
            who,
            stated.get(who, ""),
            licenses=tuple(each for each in own if isinstance(each, License)),
            privileges=tuple(each for each in own if isinstance(each, Privilege)),
            enrollments=tuple(each for each in own if isinstance(each, Enrollment)),
            degrees=tuple(each for each in own if isinstance(each, Degree)),
        )
        for who, own in mine.items()
    }
    return Credentials(practitioners, tuple(each for each in everything if isinstance(each, Supervision)))
