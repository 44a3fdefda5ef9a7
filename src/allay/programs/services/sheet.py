"""Session records from a CSV file, and what the operational test says of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from allay.base.errors import InvalidInput, Problem
from allay.base.tables import CsvTable, Readable, read_csv
from allay.programs.services.catalog import all_components, get
from allay.programs.services.decision import SessionDecision, decide
from allay.programs.services.definition import ServiceDefinition
from allay.programs.services.rows import COLUMNS, read_row

ADDED = ("definition", "answer", "status", "not_met", "unknown", "reasons")
INVALID = "invalid"


@dataclass(frozen=True, slots=True, eq=False)
class CheckedSessions:
    """A file of sessions with what was decided of each.

    Attributes
    ----------
    table : CsvTable
        What was given; columns that are none of ours pass through.
    decisions : tuple of SessionDecision or tuple of Problem
        One a row: the decision, or what is wrong with the row.
    """

    table: CsvTable
    decisions: tuple[SessionDecision | tuple[Problem, ...], ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many sessions got which answer."""
        answers = [_answer(decision) for decision in self.decisions]
        return {answer: answers.count(answer) for answer in ("yes", "no", "unknown", INVALID)}

    def frame(self) -> pl.DataFrame:
        """Return the given columns, then `ADDED`; `reasons` lists every rule, met or not."""
        added = pl.DataFrame(
            [_added(decision) for decision in self.decisions],
            schema=dict.fromkeys(ADDED, pl.String),
            orient="row",
        )
        return self.table.frame.hstack(added)


def check_sessions(
    source: Readable,
    *,
    own: Iterable[ServiceDefinition] = (),
    on_invalid: Literal["raise", "flag"] = "raise",
    name: str | None = None,
) -> CheckedSessions:
    """Decide for every row of a CSV file whether the session counts as the service it claims to be.

    Parameters
    ----------
    source : path or binary stream
        Columns `COLUMNS`, in any order. Blank means not recorded. ``components`` are separated by ``;``, and
        ``none`` says that nothing of the kind was done.
    own : iterable of ServiceDefinition
        Definitions that take the place of the shipped ones.
    on_invalid : {'raise', 'flag'}
        Whether a row that cannot be read stops everything or is marked `invalid`.

    Raises
    ------
    InvalidInput
        For columns that are missing or names of the result; and, unless flagged, for every cell that cannot
        be: unknown ids, numbers that are none, a session given twice.

    Examples
    --------
    >>> import io
    >>> head = b"session_id,service,profession,minutes,format,participants,setting,components\\n"
    >>> row = b"s1,massage,massage_therapist,10,individual,1,in_person,soft_tissue_work;response_noted\\n"
    >>> checked = check_sessions(io.BytesIO(head + row), name="sessions.csv")
    >>> checked.frame()["answer"][0], checked.frame()["not_met"][0]
    ('no', 'minutes')
    """
    table = read_csv(source, columns=COLUMNS, name=name)
    expected = "another name, as the result has this column"
    if taken := [Problem(table.name, "1", c, expected, repr(c)) for c in table.columns if c in ADDED]:
        raise InvalidInput(taken)
    definitions = {definition.id: definition for definition in own}
    known = all_components() | {key for each in definitions.values() for key in each.components}
    decisions: list[SessionDecision | tuple[Problem, ...]] = []
    problems: list[Problem] = []
    seen: dict[tuple[str | None, str | None], int] = {}
    for place, row in enumerate(table.frame.select(COLUMNS).iter_rows(named=True)):
        record = read_row(table, place, row, known=known)
        wrong = record if isinstance(record, tuple) else ()
        key = (row["session_id"], row["service"])
        if (first := seen.setdefault(key, place)) != place and None not in key:
            found = f"{key[0]!r} again (first in line {table.lines[first]})"
            expected = "one row for a session and service"
            wrong = (*wrong, table.problem(place, "session_id", expected=expected, found=found))
        if wrong or isinstance(record, tuple):
            problems += wrong
            decisions.append(wrong)
        else:
            decisions.append(decide(record, definitions.get(record.service) or get(record.service)))
    if problems and on_invalid == "raise":
        raise InvalidInput(problems)
    return CheckedSessions(table, tuple(decisions))


def _answer(decision: SessionDecision | tuple[Problem, ...]) -> str:
    return decision.answer if isinstance(decision, SessionDecision) else INVALID


def _added(decision: SessionDecision | tuple[Problem, ...]) -> dict[str, str | None]:
    cells: tuple[str | None, ...]
    if isinstance(decision, SessionDecision):
        cells = (
            decision.definition,
            decision.answer,
            str(decision.status),
            _listed(result.rule for result in decision.not_met),
            _listed(result.rule for result in decision.unknown),
            _listed(result.text for result in decision.results),
        )
    else:
        said = _listed(f"{each.field}: expected {each.expected}, found {each.found}" for each in decision)
        cells = (None, INVALID, None, None, None, said)
    return dict(zip(ADDED, cells, strict=True))


def _listed(texts: Iterable[str]) -> str | None:
    return "; ".join(texts) or None
