"""The roster: who was seen for what, when and under whose coverage, read from one CSV file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import polars as pl

from allay.base.datecolumn import iso_day
from allay.base.findings import Findings
from allay.base.money import Money
from allay.base.tables import CsvTable, Readable, read_csv
from allay.base.vocabulary import services
from allay.payment.access.attainment import Outcome
from allay.payment.contracts.contract import Contract
from allay.payment.contracts.parts import FIRST_DAY, LAST_DAY, MEMBER_MONTH, SELF, Site

Attended = Literal["yes", "no", "canceled", ""]
REQUIRED = ("patient_id", "payer", "service", "date", "attended")
DATES = ("enrolled_on", "completed_on", "left_on")
OPTIONAL = (
    "episode_id", "code", "units", "allowed", "spent", "session_id", "site", "other_payer", "own_service",
    "outcome", "substitute", *DATES,
)  # fmt: skip
_WORDS: dict[str, tuple[str, ...]] = {
    "attended": ("yes", "no", "canceled"),
    "site": ("office", "hospital", "off_campus"),
    "own_service": ("yes", "no"),
    "outcome": tuple(Outcome),
    "substitute": ("yes", "no"),
}


class RosterRow(NamedTuple):
    """One patient and one service on one day, or one patient and one month (service `member_month`).

    Attributes
    ----------
    line : int
        Line of the file.
    payer, other_payer : str
        Who covers the patient; `self` where nobody does. Another payer whose episode the patient is in.
    attended : str
        `yes`, `no`, `canceled`, or blank for a visit that is still planned.
    units : int
    allowed, spent : Money or None
        What was allowed, where it is not the contract's fee; what the payer spent in a member month.
    episode, code, session, site, own_service, outcome, substitute : str
        Blank where the file does not say.
    enrolled_on, completed_on, left_on : date or None
        Of the episode; the same in all its rows.
    """

    line: int
    patient: str
    payer: str
    service: str
    date: dt.date
    attended: Attended
    episode: str = ""
    code: str = ""
    units: int = 1
    allowed: Money | None = None
    spent: Money | None = None
    session: str = ""
    site: Site | Literal[""] = ""
    other_payer: str = ""
    own_service: str = ""
    outcome: str = ""
    substitute: str = ""
    enrolled_on: dt.date | None = None
    completed_on: dt.date | None = None
    left_on: dt.date | None = None

    @property
    def counts(self) -> bool:
        """Whether money hangs on it: attended, or still planned."""
        return self.attended in ("yes", "")


@dataclass(frozen=True, slots=True)
class Roster:
    """The rows of a roster, in the order of the file; `left_out` counts those that could not be used."""

    rows: tuple[RosterRow, ...]
    left_out: int = 0


def read_roster(
    source: Readable,
    contract: Contract,
    *,
    on_invalid: Literal["raise", "flag"] = "raise",
    name: str | None = None,
) -> Roster:
    """Read a roster: one row for each patient and service on a day, or each patient and month.

    Columns `patient_id`, `payer` (blank: no coverage), `service`, `date`, `attended` (`yes`, `no`,
    `canceled`; blank: planned); where they say something also `episode_id`, `code`, `units`, `allowed`,
    `spent`, `session_id`, `site`, `other_payer`, `own_service`, `outcome`, `substitute`, `enrolled_on`,
    `completed_on`, `left_on`. A row with the service `member_month` stands for one month of one member,
    `spent` being what the payer spent on all their care in it; one with `care_period` for one patient aligned
    on that day. Other columns are let be.

    Parameters
    ----------
    source : path or binary stream
    contract : Contract
        Whose payers and services the rows name; services of Allay's vocabulary are known too.
    on_invalid : {'raise', 'flag'}
        Refuse the file, or leave the wrong rows out and count them.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        Every cell that is wrong, with its line.

    Examples
    --------
    >>> import io
    >>> from allay.payment.contracts.catalog import shipped
    >>> text = b"patient_id,payer,service,date,attended\\nA,bcbsvt,yoga,2021-03-01,yes\\n"
    >>> read_roster(io.BytesIO(text), shipped("path-2021")).rows[0].service
    'yoga'
    """
    table = read_csv(source, columns=REQUIRED, optional=OPTIONAL, minimum_rows=1, name=name)
    findings = Findings(table)
    read = table.padded(OPTIONAL).with_columns(
        *(iso_day(pl.col(each)).alias(f"{each}:day") for each in ("date", *DATES)),
        pl.col("units").cast(pl.Int64, strict=False).fill_null(1).alias("units:number"),
    )
    for column, expected, doubtful in _doubts(contract):
        findings.add_where(read, column, doubtful, expected=expected)
    for column in DATES:
        # The dates of an episode are the same in all its rows.
        first = pl.col(column).first().over("patient_id", "episode_id")
        expected = "what the first row of the episode says"
        findings.add_where(read, column, ~pl.col(column).eq_missing(first), expected=expected)
    if on_invalid == "raise":
        findings.refuse()
    return Roster(
        tuple(_rows(read, table, np.flatnonzero(~findings.wrong).tolist())), int(findings.wrong.sum())
    )


def _doubts(contract: Contract) -> Iterable[tuple[str, str, pl.Expr]]:
    """What may be wrong with single cells: the column, what is expected, and where it is not so."""
    payers = [payer.id for payer in contract.payers]
    names = sorted(contract.services() | {each.id for each in services()})
    for column in ("patient_id", "service"):
        yield column, "a value", pl.col(column).is_null()
    for column in ("payer", "other_payer"):
        expected = f"a payer of {contract.reference}, or nothing: {', '.join(payers)}"
        yield column, expected, ~pl.col(column).is_in([*payers, SELF])
    known = "a service of the contract or of Allay's vocabulary"
    yield "service", known, ~pl.col("service").is_in(names)
    for column, allowed in _WORDS.items():
        yield column, f"{', '.join(allowed)}, or nothing", ~pl.col(column).is_in(list(allowed))
    for column in ("date", *DATES):
        day = pl.col(f"{column}:day")
        missing = day.is_null() if column == "date" else pl.col(column).is_not_null() & day.is_null()
        yield column, "a date that exists, as YYYY-MM-DD", missing
        yield column, f"a day from {FIRST_DAY} to {LAST_DAY}", ~day.is_between(FIRST_DAY, LAST_DAY)
    yield "units", "a whole number from 1 to 999", ~pl.col("units").str.contains(r"^[1-9][0-9]{0,2}$")
    for column in ("allowed", "spent"):
        amount = pl.col(column).str.contains(r"^[0-9]{1,9}(\.[0-9]{1,2})?$")
        yield column, "dollars with at most two decimals, as 1250.50", ~amount
    spent = pl.col("spent").is_not_null() & (pl.col("service") != MEMBER_MONTH)
    yield "spent", f"nothing in a row that is no {MEMBER_MONTH}", spent
    for column in ("completed_on", "left_on"):
        early = pl.col(f"{column}:day") < pl.col("enrolled_on:day")
        yield column, "a day not before the patient was enrolled", early
    both = pl.col("completed_on").is_not_null() & pl.col("left_on").is_not_null()
    yield "left_on", "nothing for a patient who completed", both
    late = (pl.col("attended") == "yes") & (pl.col("date:day") > pl.col("left_on:day"))
    yield "attended", "no visit after the day the patient left", late


def _rows(read: pl.DataFrame, table: CsvTable, kept: Sequence[int]) -> Iterable[RosterRow]:
    lines = table.lines.tolist()
    columns = (
        "patient_id", "payer", "service", "date:day", "attended", "episode_id", "code", "units:number",
        "allowed", "spent", "session_id", "site", "other_payer", "own_service",
        "outcome", "substitute", *(f"{each}:day" for each in DATES),
    )  # fmt: skip
    for place, cells in zip(kept, read.select(columns)[kept].iter_rows(), strict=True):
        patient, payer, service, day, attended, episode, code, units, allowed, spent, *rest = cells
        session, site, other, own, outcome, substitute, enrolled, completed, left = rest
        yield RosterRow(
            lines[place], patient, payer or SELF, service, day, attended or "", episode or "", code or "",
            units, Money.parse(allowed) if allowed else None, Money.parse(spent) if spent else None,
            session or "", site or "", other or "", own or "", outcome or "", substitute or "",
            enrolled, completed, left,
        )  # fmt: skip
