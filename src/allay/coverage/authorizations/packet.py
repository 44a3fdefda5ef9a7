"""What a payer needs to decide on a request, gathered, with what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from allay.base.codes import Icd10cm, Npi
from allay.base.errors import InvalidValue
from allay.measures.catalog import get


@dataclass(frozen=True, slots=True)
class OutcomeScores:
    """A patient's scores on one scale, at the start and lately; the instrument is one of the catalog."""

    instrument: str
    baseline: Decimal
    baseline_on: dt.date
    latest: Decimal | None = None
    latest_on: dt.date | None = None
    scale: str = "total"

    def __post_init__(self) -> None:
        if (self.latest is None) is not (self.latest_on is None):
            raise InvalidValue(expected="a latest score with its day", found="one without the other")
        if self.latest_on is not None and self.latest_on < self.baseline_on:
            found = str(self.latest_on)
            raise InvalidValue(expected=f"a latest score not before {self.baseline_on}", found=found)

    @property
    def improvement(self) -> Decimal | None:
        """Change since the start, positive when better; None without a latest score.

        Examples
        --------
        >>> start, later = dt.date(2026, 1, 5), dt.date(2026, 3, 30)
        >>> OutcomeScores("peg", Decimal(7), start, Decimal(4), later).improvement
        Decimal('3')
        """
        if self.latest is None:
            return None
        change = self.latest - self.baseline
        return change if get(self.instrument).scale(self.scale).direction == "higher_better" else -change

    @property
    def text(self) -> str:
        """The scores in words."""
        name = f"{self.instrument} {self.scale.replace('_', ' ')}"
        start = f"{name}: {self.baseline} on {self.baseline_on}"
        if self.improvement is None:
            return start
        better = self.improvement
        words = f"better by {better}" if better > 0 else f"worse by {-better}" if better < 0 else "no change"
        return f"{start}, {self.latest} on {self.latest_on} ({words})"


@dataclass(frozen=True, slots=True)
class RequestedService:
    """One service asked for, with units and days; what nobody stated is None."""

    service: str
    units: int | None = None
    start: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PacketFacts:
    """What is known for a request; a field nobody filled is missing."""

    diagnoses: tuple[Icd10cm, ...] = ()
    duration_weeks: int | None = None
    prior_treatments: tuple[str, ...] = ()
    outcomes: tuple[OutcomeScores, ...] = ()
    plan_of_care: str = ""
    services: tuple[RequestedService, ...] = ()
    clinician: str = ""
    npi: Npi | None = None


@dataclass(frozen=True, slots=True)
class Packet:
    """A request ready to send, or what it still lacks.

    Attributes
    ----------
    items : mapping of str to tuple of str
        Lines of each item, in the order a payer reads them.
    missing : tuple of str
        What to ask for; empty when the packet is complete.
    """

    items: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def build_packet(facts: PacketFacts, *, renewal: bool = False) -> Packet:
    """Gather what a payer needs.

    Parameters
    ----------
    facts : PacketFacts
    renewal : bool
        Whether more of the same is asked for. Then scores need a follow-up, so that change shows.

    Examples
    --------
    >>> packet = build_packet(PacketFacts(diagnoses=(Icd10cm("M54.50"),), duration_weeks=14))
    >>> packet.items["diagnoses"], packet.missing[0]
    (('M54.50',), 'prior treatments')
    """
    items = {
        "diagnoses": tuple(str(code) for code in facts.diagnoses),
        "duration": () if facts.duration_weeks is None else (f"{facts.duration_weeks} weeks",),
        "prior treatments": facts.prior_treatments,
        "outcome scores": tuple(scores.text for scores in facts.outcomes),
        "plan of care": (facts.plan_of_care,) if facts.plan_of_care.strip() else (),
        "services requested": tuple(_service_text(each) for each in facts.services),
        "clinician": tuple(
            part for part in (facts.clinician, f"NPI {facts.npi}" if facts.npi else "") if part
        ),
    }
    missing = [name for name, lines in items.items() if not lines]
    if renewal:
        missing += [
            f"follow-up score of {scores.instrument} {scores.scale}".removesuffix(" total")
            for scores in facts.outcomes
            if scores.latest is None
        ]
    for each in facts.services:
        missing += [f"{name} of {each.service}" for name in _gaps(each)]
    if facts.clinician and facts.npi is None:
        missing.append("NPI of the clinician")
    if facts.npi is not None and not facts.clinician:
        missing.append("name of the clinician")
    return Packet(items, tuple(missing))


def _service_text(each: RequestedService) -> str:
    units = "" if each.units is None else f", {each.units} units"
    days = "" if each.start is None else f", {each.start} to {each.last or 'no day'}"
    return f"{each.service}{units}{days}"


def _gaps(each: RequestedService) -> list[str]:
    given = (("units", each.units), ("first day", each.start), ("last day", each.last))
    return [name for name, value in given if value is None]
