"""What Allay ships of the fee schedule: codes of pain programs, some localities, places, status codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from allay.base.dates import parse_date
from allay.base.fact import Reference
from allay.base.sheetrow import SheetRow, read_rows
from allay.base.status import Status
from allay.base.tables import Strict, read_csv, read_yaml
from allay.coverage.codes.procedure import procedure
from allay.coverage.fees.cells import number
from allay.coverage.fees.localities import CostIndexTable, CostIndices
from allay.coverage.fees.places import SITES, PlaceOfService, PlacesOfService
from allay.coverage.fees.relative_values import RelativeValues, RelativeValueTable, Release

FOLDER = Path(__file__).parents[1] / "data" / "fees"


class TableHead(Strict):
    """Where a table comes from; its rows are in the CSV file of the same name."""

    title: str
    href: str
    seen_as: str
    status: Status
    accessed: dt.date
    recorded_on: dt.date

    @property
    def references(self) -> tuple[Reference, ...]:
        """The source, as results carry it."""
        return (Reference(title=self.title, seen_as=self.seen_as, href=self.href),)


class ReleaseRow(Strict):
    """Days on which a release was in force, and how sure that is."""

    release: str
    effective_from: dt.date
    effective_to: dt.date
    status: Status


class ValuesHead(TableHead):
    """The head of the relative values."""

    releases: tuple[ReleaseRow, ...] = Field(min_length=1)


class StatusCodeRow(Strict):
    """A status code: whether the schedule pays its amount, nothing, or what nobody can tell from it."""

    code: str
    pays: Literal["amount", "nothing", "unknown"]
    text: str
    status: Status


class StatusCodeFile(Strict):
    """The status codes."""

    title: str
    href: str
    seen_as: str
    accessed: dt.date
    codes: tuple[StatusCodeRow, ...]


@dataclass(frozen=True, slots=True)
class StatusCode:
    """What CMS's letter beside a code says about paying it."""

    code: str
    pays: Literal["amount", "nothing", "unknown"]
    text: str
    status: Status


@cache
def status_codes() -> Mapping[str, StatusCode]:
    """The status codes by letter.

    Examples
    --------
    >>> status_codes()["B"].pays
    'nothing'
    """
    file = read_yaml(FOLDER / "status_codes.yaml", StatusCodeFile)
    return MappingProxyType({row.code: StatusCode(**row.model_dump()) for row in file.codes})


@cache
def shipped_values() -> RelativeValueTable:
    """The relative values that ship. Costs one reading of some eighty rows, once.

    Examples
    --------
    >>> _, row = shipped_values().find("97110", day=dt.date(2024, 7, 15))
    >>> str(row.work), row.multiple_procedure
    ('9/20', '5')
    """
    head = read_yaml(FOLDER / "relative_values.yaml", ValuesHead)
    spans = [
        Release(each.release, each.effective_from, each.effective_to, each.status, head.references)
        for each in head.releases
    ]
    names = list(dict.fromkeys(each.name for each in spans))
    found = read_rows(
        read_csv(FOLDER / "relative_values.csv"),
        lambda row: _values(row, names, status=head.status, references=head.references),
    )
    return RelativeValueTable(spans, [each for several in found for each in several])


def _values(
    row: SheetRow, names: list[str], *, status: Status, references: tuple[Reference, ...]
) -> list[RelativeValues]:
    first, last = (names.index(row.cell(f"{which}_release")) for which in ("first", "last"))
    columns = ("work", "practice_non_facility", "practice_facility", "malpractice")
    work, non_facility, facility, malpractice = (row.maybe(name, number) for name in columns)
    return [
        RelativeValues(
            release=release,
            code=procedure(row.cell("code")),
            modifier=row.cell("modifier"),
            status_code=row.cell("status_code"),
            work=work,
            practice_non_facility=non_facility,
            practice_facility=facility,
            malpractice=malpractice,
            seldom_at=row.cell("seldom_at"),
            multiple_procedure=row.cell("multiple_procedure"),
            global_days=row.cell("global_days"),
            recorded_on=parse_date(row.cell("recorded_on")),
            status=status,
            references=references,
        )
        for release in names[first : last + 1]
    ]


@cache
def shipped_indices() -> CostIndexTable:
    """The geographic indices that ship."""
    head = read_yaml(FOLDER / "cost_indices.yaml", TableHead)

    def build(row: SheetRow) -> CostIndices:
        return CostIndices(
            mac=row.cell("mac"),
            number=row.cell("locality"),
            state=row.cell("state"),
            name=row.cell("name"),
            statewide=row.cell("statewide") == "yes",
            work=row.must("work", number, otherwise=Fraction(0)),
            practice=row.must("practice", number, otherwise=Fraction(0)),
            malpractice=row.must("malpractice", number, otherwise=Fraction(0)),
            starts=parse_date(row.cell("effective_from")),
            ends=parse_date(row.cell("effective_to")),
            recorded_on=parse_date(row.cell("recorded_on")),
            status=head.status,
            references=head.references,
        )

    return CostIndexTable(read_rows(read_csv(FOLDER / "cost_indices.csv"), build))


@cache
def shipped_places() -> PlacesOfService:
    """The places of service that ship, with names in our words."""
    head = read_yaml(FOLDER / "places.yaml", TableHead)
    frame = read_csv(FOLDER / "places.csv", columns=("place", "site", "name")).frame
    sites = {site: site for site in SITES}
    places = {code: PlaceOfService(code, sites[site], name) for code, site, name in frame.iter_rows()}
    return PlacesOfService(MappingProxyType(places), head.status, head.references)
