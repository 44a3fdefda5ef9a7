"""The files of this room: sources, code lists, and one service each, as they stand in YAML."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from allay.base.status import Status
from allay.base.tables import Strict
from allay.programs.services.definition import CodeSystem, Fit, Format, Measure, Modality, Setting

Text = Annotated[str, Field(min_length=1)]
Number = int | float
HOUSE = "house"


class ServiceSource(Strict):
    """A source that services point to, with the day it was read."""

    title: Text
    seen_as: Text
    accessed: dt.date
    href: Text | None = None
    locator: str | None = None


class SourcesFile(Strict):
    """The sources of a folder of services. `house` is our own judgment."""

    sources: dict[str, ServiceSource]


class CodeListFile(Strict):
    """A code system or benefit list that is held whole."""

    id: CodeSystem
    title: Text
    system: Text
    source: Text
    status: Status
    codes: Annotated[tuple[Text, ...], Field(min_length=1)]
    beside: tuple[Text, ...] = ()


class SetAsideRow(Strict):
    """A code system or value set that is not used, and why."""

    id: Text
    title: Text
    counts: dict[str, int] = {}
    why: Text
    source: Text
    status: Status


class SetAsideFile(Strict):
    """What is not used to define or count services."""

    set_aside: tuple[SetAsideRow, ...]


class Sourced(Strict):
    """A value that rests on our judgment unless it names a source; status is the source's unless weaker."""

    source: Text = HOUSE
    status: Status | None = None


class FromOutside(Strict):
    """A value that must name its source."""

    source: Text
    status: Status | None = None


class SaidRow(Sourced):
    """A text with its source."""

    text: Text


class ListedRow(Sourced):
    """A list with its source."""

    values: Annotated[tuple[Text, ...], Field(min_length=1)]


class FormatsRow(Sourced):
    """Formats with their source."""

    values: Annotated[tuple[Format, ...], Field(min_length=1)]


class SettingsRow(Sourced):
    """Settings with their source."""

    values: Annotated[tuple[Setting, ...], Field(min_length=1)]


class BoundsRow(Sourced):
    """A least and a most whole number; what is left out is open."""

    low: int | None = None
    high: int | None = None


class ModalityRow(Sourced):
    """What kind of service it is."""

    value: Modality


class TelehealthRow(Sourced):
    """How well the service suits telehealth."""

    suits: Fit
    reason: Text


class NeededRow(Sourced):
    """Components of which a session must hold at least some."""

    of: Annotated[tuple[Text, ...], Field(min_length=1)]
    at_least: int


class DoseRow(FromOutside):
    """A published dose, or a limit."""

    measure: Measure
    low: Number | None = None
    high: Number | None = None
    of: Text


class HarmRow(FromOutside):
    """A known harm."""

    text: Text


class CodeRow(FromOutside):
    """A code, with our own label; codes of lists held whole need none."""

    system: CodeSystem
    code: Text
    label: str = ""


Said = Text | SaidRow


class DescriptionRow(Strict):
    """The 12 TIDieR items; all must be written, `null` for what nobody has filled."""

    name: Said
    why: Said | None
    materials: Said | None
    procedures: Said | None
    provider: Said | None
    how: Said | None
    where: Said | None
    when_and_how_much: Said | None
    tailoring: Said | None
    modifications: Said | None
    fidelity_planned: Said | None
    fidelity_actual: Said | None


class SessionRow(Strict):
    """What a session must have been to count as this service, beside who gave it how and where."""

    minutes: BoundsRow | None = None
    group_size: BoundsRow | None = None
    required: tuple[Text, ...] | ListedRow = ()
    any_of: tuple[NeededRow, ...] = ()


class ServiceFile(Strict):
    """One service definition as it is written in its YAML file."""

    id: Text
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    sources: dict[str, ServiceSource] = {}
    modality: ModalityRow
    description: DescriptionRow
    providers: ListedRow
    formats: FormatsRow
    settings: SettingsRow
    telehealth: TelehealthRow
    doses: tuple[DoseRow, ...] = ()
    harms: Annotated[tuple[HarmRow, ...], Field(min_length=1)] | None
    codes: tuple[CodeRow, ...] = ()
    components: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Said]
    session: SessionRow
    notes: tuple[Said, ...] = ()
