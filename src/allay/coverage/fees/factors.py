"""Conversion factors from the user's files of CMS."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

from allay.base.dates import parse_date
from allay.base.fact import Fact, FactValue
from allay.base.sheetrow import Sheet, SheetRow
from allay.base.status import Status
from allay.base.tables import Readable, read_csv
from allay.coverage.fees.cells import positive
from allay.coverage.fees.given import references_of, unpacked
from allay.coverage.fees.parameters import CONVERSION_FACTOR

COLUMNS = ("date_start", "date_end", "conversion_factor")


def read_conversion_factors(
    source: Readable,
    *,
    recorded_on: dt.date | None = None,
    fact_id: str = CONVERSION_FACTOR,
    status: Status = Status.VERIFIED,
    name: str | None = None,
) -> Fact:
    """Read conversion factors with the first and last day of each. Costs one pass.

    Parameters
    ----------
    source : path or binary stream
        CSV with the columns ``date_start, date_end, conversion_factor``; both days are included.
    recorded_on : date, optional
        The day the file came to us; by default each factor was known from the day it held.
    fact_id : str
        The fact it becomes: the factor of everybody, or that of qualifying participants.

    Raises
    ------
    InvalidInput
        With every problem, by line: an end before its start, days of another row, a factor of zero.

    Examples
    --------
    >>> import io
    >>> text = "date_start,date_end,conversion_factor\\n2027-01-01,2027-12-31,33.1\\n"
    >>> fact = read_conversion_factors(io.BytesIO(text.encode()))
    >>> str(fact.on(dt.date(2027, 12, 31)).value)
    '33.1'
    """
    data, label = unpacked(source, name=name)
    sheet = Sheet(read_csv(data, columns=COLUMNS, name=label, minimum_rows=1))
    references = references_of(label, status)
    rows: list[tuple[dt.date, dt.date, SheetRow, Decimal]] = []
    for row in sheet:
        factor = row.must("conversion_factor", positive, otherwise=None)
        start, end = (row.must(each, parse_date, otherwise=None) for each in COLUMNS[:2])
        if start and end and end < start:
            row.wrong("date_end", f"a day on or after {start}")
        elif start and end and factor:
            rows.append((start, end, row, Decimal(row.cell("conversion_factor"))))
    rows.sort(key=lambda each: each[:2])
    for earlier, later in pairwise(rows):
        if later[0] <= earlier[1]:
            later[2].wrong("date_start", f"a day that no other row covers, one holding to {earlier[1]}")
    sheet.refuse()
    day = dt.timedelta(days=1)
    values = tuple(
        FactValue(
            fact=fact_id,
            unit="usd_per_rvu",
            value=factor,
            effective_from=start,
            effective_to=end + day,
            recorded_on=recorded_on or start,
            last_confirmed_on=recorded_on,
            status=status,
            references=references,
        )
        for start, end, _, factor in rows
    )
    return Fact(fact_id, f"Conversion factor of {label}", "usd_per_rvu", {}, values)
