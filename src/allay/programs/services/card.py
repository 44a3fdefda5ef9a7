"""Cards: a service as `allay services show` prints it, every part with its source and status."""

from __future__ import annotations

from typing import TypedDict

from pydantic import BaseModel, ConfigDict

import allay
from allay.base.status import Status
from allay.programs.services.definition import Fit, Measure, ServiceDefinition
from allay.programs.services.provenance import AllowedValues, Bounds, Provenance, SourcedText
from allay.programs.services.tidier import ITEMS


class Card(BaseModel):
    """Base of what is printed as JSON: no unknown keys."""

    model_config = ConfigDict(extra="forbid")


class SourcedCard(Card):
    """How sure a part is, and where it comes from."""

    status: Status
    source: str
    href: str | None


class TextCard(SourcedCard):
    """A text."""

    text: str


class ListCard(SourcedCard):
    """A closed list."""

    values: tuple[str, ...]


class BoundsCard(SourcedCard):
    """A least and a most number; null is open."""

    low: int | None
    high: int | None


class DoseCard(SourcedCard):
    """How long, how many or how often, as one source has it."""

    measure: Measure
    low: float | None
    high: float | None
    of: str
    text: str


class TelehealthCard(SourcedCard):
    """How well the service suits telehealth."""

    suits: Fit
    reason: str


class CodeCard(SourcedCard):
    """A code with our own label."""

    system: str
    code: str
    label: str


class NeededCard(SourcedCard):
    """Components of which a session needs at least some."""

    of: tuple[str, ...]
    at_least: int


class SessionCard(Card):
    """What a session needs to count, beside provider, format and setting."""

    minutes: BoundsCard | None
    group_size: BoundsCard | None
    needed: tuple[NeededCard, ...]


class ServiceCard(Card):
    """One service definition; `description` has null where an item is not filled."""

    allay_version: str
    id: str
    version: str
    label: str
    modality: TextCard
    filled: int
    items: int
    completeness: float
    missing: tuple[str, ...]
    not_yet: tuple[str, ...]
    description: dict[str, TextCard | None]
    providers: ListCard
    formats: ListCard
    settings: ListCard
    telehealth: TelehealthCard
    doses: tuple[DoseCard, ...]
    harms_known: bool
    harms: tuple[TextCard, ...]
    codes: tuple[CodeCard, ...]
    components: dict[str, TextCard]
    session: SessionCard
    notes: tuple[TextCard, ...]


class _Shown(TypedDict):
    """The fields of `SourcedCard`."""

    status: Status
    source: str
    href: str | None


def card(service: ServiceDefinition) -> ServiceCard:
    """Make the card of a service.

    Examples
    --------
    >>> from allay.programs.services.catalog import get
    >>> shown = card(get("yoga"))
    >>> shown.completeness, shown.providers.status.value
    (0.75, 'derived')
    """
    described = service.description
    return ServiceCard(
        allay_version=allay.__version__,
        id=service.id,
        version=service.version,
        label=service.label,
        modality=_text(service.modality),
        filled=described.filled,
        items=len(ITEMS),
        completeness=round(described.completeness, 4),
        missing=described.missing,
        not_yet=tuple(item for item in ITEMS if item in described.not_yet),
        description={
            item: _text(described.items[item]) if item in described.items else None for item in ITEMS
        },
        providers=_list(service.providers),
        formats=_list(service.formats),
        settings=_list(service.settings),
        telehealth=TelehealthCard(
            suits=service.telehealth.suits,
            reason=service.telehealth.reason,
            **_shown(service.telehealth.provenance),
        ),
        doses=tuple(
            DoseCard(
                measure=dose.measure,
                low=dose.low,
                high=dose.high,
                of=dose.of,
                text=dose.text,
                **_shown(dose.provenance),
            )
            for dose in service.doses
        ),
        harms_known=bool(service.harms),
        harms=tuple(_text(harm) for harm in service.harms),
        codes=tuple(
            CodeCard(system=code.system, code=code.code, label=code.label, **_shown(code.provenance))
            for code in service.codes
        ),
        components={key: _text(said) for key, said in service.components.items()},
        session=SessionCard(
            minutes=_bounds(service.minutes),
            group_size=_bounds(service.group_size),
            needed=tuple(
                NeededCard(of=rule.of, at_least=rule.at_least, **_shown(rule.provenance))
                for rule in service.needed
            ),
        ),
        notes=tuple(_text(note) for note in service.notes),
    )


def _shown(provenance: Provenance) -> _Shown:
    reference = provenance.reference
    return _Shown(status=provenance.status, source=reference.title, href=reference.href)


def _text(said: SourcedText) -> TextCard:
    return TextCard(text=said.text, **_shown(said.provenance))


def _list(allowed: AllowedValues) -> ListCard:
    return ListCard(values=allowed.values, **_shown(allowed.provenance))


def _bounds(bounds: Bounds | None) -> BoundsCard | None:
    if bounds is None:
        return None
    return BoundsCard(low=bounds.low, high=bounds.high, **_shown(bounds.provenance))
