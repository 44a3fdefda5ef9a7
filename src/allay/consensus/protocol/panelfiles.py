"""Files of the panel beside a protocol: `panel.csv`, `invitations.csv` and `comments.csv`, read strictly."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from allay.base.cells import whole_number
from allay.base.csvfile import CsvTable, read_csv
from allay.base.dates import parse_date
from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.messages import shown
from allay.base.sheetrow import Sheet, SheetRow
from allay.base.sources import Readable, read_bytes
from allay.consensus.protocol.panel import NOT_REPORTED, PanelComment, Panelist, RoundInvitation

T = TypeVar("T")
MOST_ROUNDS = 20
LONGEST_LABEL = 200
LONGEST_TEXT = 20_000
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_AUTHORS = (
    *("rater", "panelist", "author", "name", "person", "user", "mail", "respondent", "participant"),
    *("who", "code", "initial", "expert", "member", "sender", "phone", "written", "said"),
    *("autor", "nombre", "usuario", "inicial", "correo", "persona"),
)


@dataclass(frozen=True, slots=True)
class PanelRows(Generic[T]):
    """Rows of a file of the panel with their lines.

    Attributes
    ----------
    name : str
        What messages call the file.
    rows : tuple
    lines : tuple of int
        The line of the file on which each row starts.
    complete : bool
        Whether every row of the file is among them.
    """

    name: str
    rows: tuple[T, ...]
    lines: tuple[int, ...]
    complete: bool = True

    def problem(self, place: int, column: str, *, expected: str, found: str) -> Problem:
        """Make the problem of a row (`place` counts from 0)."""
        return Problem(self.name, str(self.lines[place]), column, expected, found)


def read_panel(
    source: Readable, *, name: str | None = None, problems: list[Problem] | None = None
) -> PanelRows[Panelist]:
    """Read `panel.csv`: `rater,group,type,setting,region`, of which all but `rater` may be blank or absent.

    Parameters
    ----------
    source : path or binary stream
    name : str, optional
        What messages call the file.
    problems : list of Problem, optional
        Takes what is wrong with rows, of which the others are returned; without it they are refused.

    Raises
    ------
    InvalidInput
        Naming every line with a code that is none, an e-mail address or a name with blanks, or is there
        before.

    Examples
    --------
    >>> import io
    >>> read_panel(io.BytesIO(b"rater,type\\nr1,payer\\nr2,\\n"), name="panel.csv").rows[1].type
    'not reported'
    >>> read_panel(io.BytesIO(b"rater\\nann@example.org\\n"), name="panel.csv")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: panel.csv:2: rater: expected a code, found an e-mail address
    """
    seen: dict[object, int] = {}

    def build(row: SheetRow) -> Panelist:
        rater = _code(row, "rater")
        if rater:
            row.once("rater", rater, seen=seen, expected="each rater once")
        return Panelist(
            rater,
            row.maybe("group", code_of),
            *(row.maybe(kind, _label) or NOT_REPORTED for kind in ("type", "setting", "region")),
        )

    table = read_csv(
        source,
        columns=("rater",),
        optional=("group", "type", "setting", "region"),
        others="refuse",
        name=name,
    )
    return _rows(table, build, problems)


def read_invitations(
    source: Readable, *, name: str | None = None, problems: list[Problem] | None = None
) -> PanelRows[RoundInvitation]:
    """Read `invitations.csv`: `round,rater,invited,reminded,declined`; the last two may be blank or absent.

    Parameters as of `read_panel`.

    Raises
    ------
    InvalidInput
        Naming every line with a wrong day, a reminder or an answer before the invitation, or somebody who was
        invited to the round in a line before.

    Examples
    --------
    >>> import io
    >>> file = b"round,rater,invited,reminded\\n1,r1,2026-03-02,2026-03-09 2026-03-12\\n"
    >>> len(read_invitations(io.BytesIO(file)).rows[0].reminded)
    2
    """
    seen: dict[object, int] = {}

    def build(row: SheetRow) -> RoundInvitation:
        number = row.must("round", round_number, otherwise=0)
        rater = _code(row, "rater")
        invited = row.must("invited", parse_date, otherwise=dt.date.min)
        reminded = row.maybe("reminded", _days) or ()
        declined = row.maybe("declined", parse_date)
        if row.sound:
            row.once("rater", (number, rater), seen=seen, expected=f"each rater once in round {number}")
        if any(day < invited for day in reminded):
            row.wrong("reminded", f"days not before the invitation ({invited})")
        if declined and declined < invited:
            row.wrong("declined", f"a day not before the invitation ({invited})")
        return RoundInvitation(number, rater, invited, reminded, declined)

    table = read_csv(
        source,
        columns=("round", "rater", "invited"),
        optional=("reminded", "declined"),
        others="refuse",
        name=name,
    )
    return _rows(table, build, problems)


def read_comments(
    source: Readable, *, name: str | None = None, problems: list[Problem] | None = None
) -> PanelRows[PanelComment]:
    """Read `comments.csv`: `round,statement,text` and, where wanted, `group`; nothing says who wrote it.

    Parameters as of `read_panel`.

    Raises
    ------
    InvalidInput
        Naming every column that could hold who wrote a comment, and every line with a wrong cell.

    Examples
    --------
    >>> import io
    >>> read_comments(io.BytesIO(b"round,statement,text\\n1,s1,Too long\\n")).rows[0].text
    'Too long'
    >>> read_comments(io.BytesIO(b"round,statement,text,rater\\n"), name="comments.csv")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: comments.csv:1: rater: expected no column for who wrote a comment ...
    """

    def build(row: SheetRow) -> PanelComment:
        return PanelComment(
            row.must("round", round_number, otherwise=0),
            _code(row, "statement"),
            row.must("text", _text, otherwise=""),
            row.maybe("group", code_of),
        )

    columns, optional = ("round", "statement", "text"), ("group",)
    data, label = read_bytes(source, name=name)
    try:
        table = read_csv(io.BytesIO(data), columns=columns, optional=optional, others="refuse", name=label)
    except InvalidInput as invalid:
        raise InvalidInput(map(_unknown_author, invalid.problems), total=invalid.total) from None
    return _rows(table, build, problems)


def _rows(table: CsvTable, build: Callable[[SheetRow], T], problems: list[Problem] | None) -> PanelRows[T]:
    sheet = Sheet(table)
    sound = []
    for row in sheet:
        value = build(row)
        if row.sound:
            sound.append((value, row.line))
    if problems is None:
        sheet.refuse()
    else:
        problems += sheet.problems
    values, lines = zip(*sound, strict=True) if sound else ((), ())
    return PanelRows(table.name, values, lines, complete=not sheet.problems)


def code_of(text: str) -> str:
    """Read a code: letters, digits, dots, hyphens and underscores, at most 64; never a name.

    Examples
    --------
    >>> code_of("r-01")
    'r-01'
    >>> code_of("Ann Example")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected a code without blanks, not a name, found a text with blanks
    """
    if "@" in text:
        raise InvalidValue(expected="a code", found="an e-mail address")
    if len(text.split()) > 1:
        raise InvalidValue(expected="a code without blanks, not a name", found="a text with blanks")
    if not _ID.fullmatch(text):
        expected = "a code of at most 64 letters, digits, dots, hyphens or underscores"
        raise InvalidValue(expected=expected, found=shown(text))
    return text


def round_number(text: str) -> int:
    """Read the number of a round.

    Examples
    --------
    >>> round_number("2")
    2
    """
    expected = f"the number of a round, 1 to {MOST_ROUNDS}"
    try:
        number = whole_number(text)
    except InvalidValue:
        number = 0
    if not 1 <= number <= MOST_ROUNDS:
        raise InvalidValue(expected=expected, found=shown(text))
    return number


def _code(row: SheetRow, column: str) -> str:
    return row.must(column, code_of, otherwise="") if row.text(column) else ""


def _label(text: str) -> str:
    if len(text) > LONGEST_LABEL or not text.isprintable():
        raise InvalidValue(expected=f"one line of at most {LONGEST_LABEL} signs", found=shown(text))
    return text


def _text(text: str) -> str:
    if not text:
        raise InvalidValue(expected="a text", found="nothing")
    if len(text) > LONGEST_TEXT:
        raise InvalidValue(expected=f"at most {LONGEST_TEXT} signs", found=f"{len(text)}")
    if any(unicodedata.category(sign) == "Cc" for sign in text if sign not in "\n\r\t"):
        raise InvalidValue(expected="text without control characters", found="one")
    return text


def _days(text: str) -> tuple[dt.date, ...]:
    days = tuple(map(parse_date, text.split()))
    if sorted(set(days)) != list(days):
        raise InvalidValue(expected="days in order, each once", found=shown(text))
    return days


def _unknown_author(problem: Problem) -> Problem:
    column = problem.field.casefold()
    if problem.found == "one more" and any(word in column for word in _AUTHORS):
        expected = "no column for who wrote a comment (comments are kept apart from who wrote them)"
        return Problem(problem.file, problem.at, problem.field, expected, "one")
    return problem
