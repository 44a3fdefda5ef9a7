"""The provider taxonomy of the National Uniform Claim Committee, from the user's own file.

Its terms are licensed: Allay ships none of its text. A copy must carry the committee's notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from allay.base.codes import Nucc
from allay.base.sheetrow import Sheet
from allay.base.tables import Readable, read_csv
from allay.coverage.fees.cells import matching

COLUMNS = ("Code", "Grouping", "Classification", "Specialization", "Display Name", "Section")


@dataclass(frozen=True, slots=True)
class ProviderType:
    """A row of the taxonomy, with the committee's own words."""

    code: str
    grouping: str
    classification: str
    specialization: str
    display_name: str
    section: str


def read_taxonomy(source: Readable, *, name: str | None = None) -> Mapping[str, ProviderType]:
    """Read the committee's CSV file into provider types by code. Costs one pass.

    Raises
    ------
    InvalidInput
        With every problem, by line: a code of another form, a code twice, no classification.

    Examples
    --------
    >>> import io
    >>> head = b"Code,Grouping,Classification,Specialization,Definition,Notes,Display Name,Section\\n"
    >>> types = read_taxonomy(io.BytesIO(head + b"171100000X,G,Needles,,,,Needler,Individual\\n"))
    >>> types["171100000X"].section
    'Individual'
    """
    sheet = Sheet(
        read_csv(source, columns=COLUMNS, optional=("Definition", "Notes"), name=name, minimum_rows=1)
    )
    code_of = matching(Nucc.pattern, Nucc.form)
    found: dict[str, ProviderType] = {}
    for row in sheet:
        code = row.must("Code", code_of, otherwise="")
        if code in found:
            row.wrong("Code", "each code once")
        words = [row.cell(column) for column in COLUMNS[1:]]
        if not words[1]:
            row.wrong("Classification", "a classification")
        if code:
            found[code] = ProviderType(code, *words)
    sheet.refuse()
    return MappingProxyType(found)
