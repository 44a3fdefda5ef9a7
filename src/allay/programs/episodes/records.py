"""Records of episodes and their scheduled sessions, read from one CSV file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl

from allay.base.dates import parse_date
from allay.base.errors import InvalidValue
from allay.base.findings import Findings, Mask
from allay.base.tables import CsvTable, Readable, read_csv
from allay.programs.definitions.definition import ProgramDefinition

Attended = Literal["yes", "no", "canceled", ""]
REQUIRED = ("episode_id", "enrolled_on", "status", "date", "component", "attended")
OPTIONAL = ("ended_on", "reason", "minutes", "group_size")
OF_EPISODE = ("enrolled_on", "status", "ended_on", "reason")
STATUSES = ("open", "ended")
NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class ScheduledSession:
    """One scheduled session of one episode; `attended` is blank where nobody recorded it."""

    date: dt.date
    component: str
    attended: Attended
    minutes: float | None = None
    group_size: int | None = None


@dataclass(frozen=True, slots=True)
class EpisodeRecord:
    """One patient's time in the program.

    Attributes
    ----------
    id : str
    enrolled_on : date
    is_open : bool
        Whether care goes on.
    ended_on : date or None
    reason : str
        Why it ended, as the file says it.
    sessions : tuple of ScheduledSession
        Every session that was scheduled, those after the patient stopped included; none where the patient
        never got so far.
    """

    id: str
    enrolled_on: dt.date
    is_open: bool
    ended_on: dt.date | None = None
    reason: str = NOT_RECORDED
    sessions: tuple[ScheduledSession, ...] = ()


@dataclass(frozen=True, slots=True)
class EpisodeFile:
    """The episodes of a file; `left_out` counts the rows that could not be used."""

    episodes: tuple[EpisodeRecord, ...]
    left_out: int = 0


@dataclass(slots=True)
class _Rows:
    """The cells of a table by column, and what is wrong with them."""

    table: CsvTable
    findings: Findings
    cells: dict[str, list[str | None]] = field(default_factory=dict)

    @property
    def wrong(self) -> Mask:
        return self.findings.wrong

    def mark(self, mask: Mask, column: str, expected: str) -> None:
        self.findings.add(mask, column, expected=expected)


def read_episodes(
    source: Readable,
    definition: ProgramDefinition,
    *,
    as_of: dt.date | None = None,
    on_invalid: Literal["raise", "flag"] = "raise",
    name: str | None = None,
) -> EpisodeFile:
    """Read episodes and their sessions.

    One row per scheduled session, with the episode's own columns repeated: `episode_id`, `enrolled_on`,
    `status` (`open` or `ended`), `ended_on`, `reason`, `date`, `component`, `attended` (`yes`, `no`,
    `canceled` by the program, or blank), `minutes`, `group_size`. An episode without any session has one row
    with `date`, `component` and `attended` blank. Other columns are let be.

    Parameters
    ----------
    source : path or binary stream
    definition : ProgramDefinition
        Whose components the rows name.
    as_of : date, optional
        The last day known of: later enrollments and sessions are left out, later ends are taken as open.
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
    >>> from allay.programs.definitions.catalog import get
    >>> head = b"episode_id,enrolled_on,status,date,component,attended\\n"
    >>> rows = b"A,2026-01-05,open,2026-01-05,weekly_group,yes\\nB,2026-01-05,ended,,,\\n"
    >>> file = read_episodes(io.BytesIO(head + rows), get("ppact"))
    >>> [(each.id, each.is_open, len(each.sessions)) for each in file.episodes]
    [('A', True, 1), ('B', False, 0)]
    """
    table = read_csv(source, columns=REQUIRED, optional=OPTIONAL, minimum_rows=1, name=name)
    rows = _Rows(table, Findings(table))
    read = table.padded(OPTIONAL)
    rows.cells = {column: read.get_column(column).to_list() for column in (*REQUIRED, *OPTIONAL)}
    dates = {column: _dates(rows, column) for column in ("enrolled_on", "ended_on", "date")}
    numbers = {column: _numbers(rows, column) for column in ("minutes", "group_size")}
    _check_words(rows, definition)
    _check_episodes(rows, dates)
    if on_invalid == "raise":
        rows.findings.refuse()
    made = _episodes(rows, dates, numbers, as_of)
    return EpisodeFile(made, int(rows.wrong.sum()))


def _dates(rows: _Rows, column: str) -> list[dt.date | None]:
    found: list[dt.date | None] = []
    wrong = np.zeros(len(rows.wrong), dtype=bool)
    known: dict[str, dt.date] = {}
    for index, cell in enumerate(rows.cells[column]):
        if cell is not None and cell not in known:
            try:
                known[cell] = parse_date(cell)
            except InvalidValue:
                wrong[index] = True
        found.append(known.get(cell) if cell is not None else None)
    if column == "enrolled_on":
        wrong |= np.array([cell is None for cell in rows.cells[column]])
    if column in rows.table.columns:
        rows.mark(wrong, column, "a date that exists, as YYYY-MM-DD")
    return found


def _numbers(rows: _Rows, column: str) -> list[float | None]:
    if column not in rows.table.columns:
        return [None] * len(rows.wrong)
    text = rows.table.frame.get_column(column)
    pattern = r"^\d{1,6}$" if column == "group_size" else r"^\d{1,6}(\.\d+)?$"
    fits = text.str.contains(pattern).fill_null(True).to_numpy()
    kind = "a whole number" if column == "group_size" else "a number"
    rows.mark(~fits, column, f"{kind} of at least 0, or nothing")
    return list(text.cast(pl.Float64, strict=False).to_list())


def _check_words(rows: _Rows, definition: ProgramDefinition) -> None:
    components = [component.id for _, component in definition.components()]

    def outside(column: str, allowed: tuple[str | None, ...]) -> Mask:
        return np.array([cell not in allowed for cell in rows.cells[column]], dtype=bool)

    rows.mark(outside("status", STATUSES), "status", "open or ended")
    allowed = ("yes", "no", "canceled", None)
    rows.mark(outside("attended", allowed), "attended", "yes, no, canceled or nothing")
    expected = f"a component of {definition.reference}: {', '.join(components)}"
    rows.mark(outside("component", (*components, None)), "component", expected)
    blank = {column: np.array([cell is None for cell in rows.cells[column]]) for column in REQUIRED}
    rows.mark(blank["episode_id"], "episode_id", "the id of an episode")
    rows.mark(~blank["date"] & blank["component"], "component", "the component of the session on that date")
    rows.mark(blank["date"] & ~blank["component"], "date", "the day of the session")
    rows.mark(blank["date"] & ~blank["attended"], "attended", "nothing in a row without a session")


def _check_episodes(rows: _Rows, dates: dict[str, list[dt.date | None]]) -> None:
    """The columns of an episode say the same in all its rows, and its days are in order."""
    first: dict[str | None, int] = {}
    differs = {column: np.zeros(len(rows.wrong), dtype=bool) for column in OF_EPISODE}
    for index, episode in enumerate(rows.cells["episode_id"]):
        start = first.setdefault(episode, index)
        for column in OF_EPISODE:
            differs[column][index] = rows.cells[column][index] != rows.cells[column][start]
    for column, mask in differs.items():
        if column in rows.table.columns:
            rows.mark(mask, column, "what the first row of the episode says")
    enrolled, ended, held = dates["enrolled_on"], dates["ended_on"], dates["date"]

    def earlier(days: list[dt.date | None]) -> Mask:
        return np.array([bool(a and b and a < b) for a, b in zip(days, enrolled, strict=True)], dtype=bool)

    rows.mark(earlier(held), "date", "a day not before the patient was enrolled")
    if "ended_on" in rows.table.columns:
        rows.mark(earlier(ended), "ended_on", "a day not before the patient was enrolled")
        still = np.array([cell == "open" for cell in rows.cells["status"]], dtype=bool)
        given = np.array([day is not None for day in ended], dtype=bool)
        rows.mark(still & given, "ended_on", "nothing while the episode is open")


def _episodes(
    rows: _Rows,
    dates: dict[str, list[dt.date | None]],
    numbers: dict[str, list[float | None]],
    as_of: dt.date | None,
) -> tuple[EpisodeRecord, ...]:
    cells = rows.cells
    sessions: dict[str, list[ScheduledSession]] = {}
    heads: dict[str, EpisodeRecord] = {}
    for index in np.flatnonzero(~rows.wrong).tolist():
        episode, enrolled = cells["episode_id"][index], dates["enrolled_on"][index]
        if episode is None or enrolled is None or (as_of and enrolled > as_of):
            continue
        if episode not in heads:
            ended = dates["ended_on"][index]
            later = bool(as_of and ended and ended > as_of)
            is_open = cells["status"][index] == "open" or later
            reason = "" if is_open else cells["reason"][index] or NOT_RECORDED
            heads[episode] = EpisodeRecord(episode, enrolled, is_open, None if later else ended, reason)
            sessions[episode] = []
        day, component = dates["date"][index], cells["component"][index]
        if day and component and not (as_of and day > as_of):
            attended: Attended = cells["attended"][index] or ""  # type: ignore[assignment]
            size = numbers["group_size"][index]
            minutes = numbers["minutes"][index]
            sessions[episode].append(
                ScheduledSession(day, component, attended, minutes, None if size is None else int(size))
            )
    return tuple(
        EpisodeRecord(e.id, e.enrolled_on, e.is_open, e.ended_on, e.reason, tuple(sessions[e.id]))
        for e in heads.values()
    )
