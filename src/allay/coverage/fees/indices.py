"""Geographic indices, localities, conversion factors and places of service from the user's files of CMS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from allay.base.sheetrow import Sheet
from allay.base.status import Status
from allay.base.tables import Readable, read_csv
from allay.coverage.fees.cells import matching, positive
from allay.coverage.fees.given import references_of, unpacked
from allay.coverage.fees.localities import CostIndices
from allay.coverage.fees.places import PlaceOfService, PlacesOfService, Site

INDEX_COLUMNS = ("mac", "locality_number", "locality_name", "gpci_work", "gpci_pe", "gpci_mp")
LOCALITY_COLUMNS = ("mac", "locality_number", "state", "fee_schedule_area", "counties", "state_abb")
PLACE_COLUMNS = ("pos_code", "pos_type", "pos_name")
_MAC = matching("[0-9]{5}", "a contractor of five digits")
_NUMBER = matching("[0-9]{2}", "a locality of two digits")
_STATE = matching("([A-Z]{2})?", "two letters or a blank")
_PLACE = matching("[0-9]{2}", "two digits")


@dataclass(frozen=True, slots=True)
class Locality:
    """Where a locality is: its contractor and number, its state, its area and the counties in it."""

    mac: str
    number: str
    state: str
    area: str
    counties: str

    @property
    def id(self) -> str:
        """Contractor and locality, as `14512-50`."""
        return f"{self.mac}-{self.number}"


def read_cost_indices(
    source: Readable,
    *,
    year: int,
    recorded_on: dt.date | None = None,
    status: Status = Status.VERIFIED,
    name: str | None = None,
) -> list[CostIndices]:
    """Read the geographic practice cost indices of a year. Costs one pass.

    Parameters
    ----------
    source : path or binary stream
        CSV with the columns ``mac, locality_number, locality_name, gpci_work, gpci_pe, gpci_mp`` and perhaps
        ``state`` (two letters); others are ignored.
    year : int
        The file does not say it.
    recorded_on : date, optional
        The day the file came to us; by default the indices were known from the first day of the year.

    Raises
    ------
    InvalidInput
        With every problem, by line: an index of zero or less, a locality twice.

    Examples
    --------
    >>> import io
    >>> text = ",".join(INDEX_COLUMNS) + "\\n15202,00,OHIO,1,0.915,1.049\\n"
    >>> [row] = read_cost_indices(io.BytesIO(text.encode()), year=2020)
    >>> row.id, str(row.practice)
    ('15202-00', '183/200')
    """
    data, label = unpacked(source, name=name)
    sheet = Sheet(read_csv(data, columns=INDEX_COLUMNS, optional=("state",), name=label, minimum_rows=1))
    references = references_of(label, status)
    found: dict[str, CostIndices] = {}
    for row in sheet:
        columns = INDEX_COLUMNS[3:]
        work, practice, malpractice = (row.must(each, positive, otherwise=Fraction(1)) for each in columns)
        indices = CostIndices(
            mac=row.must("mac", _MAC, otherwise=""),
            number=row.must("locality_number", _NUMBER, otherwise=""),
            state=row.must("state", _STATE, otherwise=""),
            name=row.cell("locality_name"),
            statewide=None,
            work=work,
            practice=practice,
            malpractice=malpractice,
            starts=dt.date(year, 1, 1),
            ends=dt.date(year + 1, 1, 1),
            recorded_on=recorded_on or dt.date(year, 1, 1),
            status=status,
            references=references,
        )
        if indices.id in found:
            row.wrong("locality_number", "each locality once")
        found[indices.id] = indices
    sheet.refuse()
    return list(found.values())


def read_localities(source: Readable, *, name: str | None = None) -> list[Locality]:
    """Read which counties each locality holds. Costs one pass.

    CMS's notes at the end of the list start with an asterisk and have no number; they are no localities. A
    locality that two contractors serve has two rows.

    Raises
    ------
    InvalidInput
        With every problem, by line.

    Examples
    --------
    >>> import io
    >>> text = ",".join(LOCALITY_COLUMNS) + "\\n14512,50,VERMONT,STATEWIDE,ALL COUNTIES,VT\\n"
    >>> read_localities(io.BytesIO(text.encode()))[0].area
    'STATEWIDE'
    """
    data, label = unpacked(source, name=name)
    sheet = Sheet(read_csv(data, columns=LOCALITY_COLUMNS, name=label, minimum_rows=1))
    found = []
    for row in sheet:
        if row.cell("mac").startswith("*") and not row.cell("locality_number"):
            continue
        found.append(
            Locality(
                mac=row.must("mac", _MAC, otherwise=""),
                number=row.must("locality_number", _NUMBER, otherwise=""),
                state=row.must("state_abb", _STATE, otherwise=""),
                area=row.cell("fee_schedule_area"),
                counties=row.cell("counties"),
            )
        )
    sheet.refuse()
    return found


def read_places(
    source: Readable, *, status: Status = Status.VERIFIED, name: str | None = None
) -> PlacesOfService:
    """Read the places of service and the rate paid there. Costs one pass.

    Raises
    ------
    InvalidInput
        With every problem, by line: a place twice, a rate that is neither Facility nor Non-Facility.

    Examples
    --------
    >>> import io
    >>> text = "pos_code,pos_type,pos_name\\n11,Non-Facility,Office\\n"
    >>> read_places(io.BytesIO(text.encode())).get("11").site
    'non-facility'
    """
    data, label = unpacked(source, name=name)
    sheet = Sheet(read_csv(data, columns=PLACE_COLUMNS, name=label, minimum_rows=1))
    sites: Mapping[str, Site] = {"facility": "facility", "non-facility": "non-facility"}
    found: dict[str, PlaceOfService] = {}
    for row in sheet:
        code = row.must("pos_code", _PLACE, otherwise="")
        site = sites.get(row.cell("pos_type").casefold())
        if site is None:
            row.wrong("pos_type", "Facility or Non-Facility")
        elif code in found:
            row.wrong("pos_code", "each place once")
        else:
            found[code] = PlaceOfService(code, site, row.cell("pos_name"))
    sheet.refuse()
    return PlacesOfService(MappingProxyType(found), status, references_of(label, status))
