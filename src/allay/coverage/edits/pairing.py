"""What a pair edit does to a line, given its modifiers and those of the lines beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allay.base.fact import Reference
from allay.base.status import Status
from allay.coverage.codes.book import code_book
from allay.coverage.edits.editline import EditLine
from allay.coverage.edits.editsfile import SourcedRow
from allay.coverage.edits.finding import EditFinding, EditOutcome
from allay.coverage.edits.pair import Edit, Indicator
from allay.coverage.edits.shipped import edit_sources, edits_file

INSTEAD = "another day or another provider would do"


def pair_finding(
    edit: Edit, lines: Sequence[EditLine], place: int, beside: Sequence[int], *, scope: str
) -> EditFinding:
    """Say what an edit does to the line at `place`, the lines at `beside` being of the same provider.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.coverage.edits.shipped import shipped_edits
    >>> lines = [EditLine("98941"), EditLine("97140", modifiers=("59",))]
    >>> edit = shipped_edits().between(["98941", "97140"], day=dt.date(2024, 7, 15))[0]
    >>> pair_finding(edit, lines, 1, [0], scope="npi").text
    '97140 is paid beside 98941 by its modifier 59, if it was truly distinct'
    """
    line, pays = lines[place], edit.pays
    denied = f"{line.code} is not paid beside {pays} on one day by one {scope}"
    if edit.indicator is Indicator.NEVER:
        text = f"{denied}; no modifier helps; {INSTEAD}"
        return _finding(edit, place, line, EditOutcome.DENIED, text)
    way = _way(edit)
    used = _used(way, lines, place, beside)
    listed = ", ".join(way.modifiers)
    if edit.indicator is Indicator.UNSTATED:
        outcome = EditOutcome.MODIFIER_UNSTATED if used.modifier else EditOutcome.DENIED
        text = f"{denied}; whether a modifier helps is not stated; {INSTEAD}"
        return _finding(edit, place, line, outcome, text, modifiers=way.modifiers)
    if not used.modifier:
        where = f"{listed} on {way.on}" if len(way.modifiers) == 1 else f"one of {listed} on {way.on}"
        text = f"{denied}, unless it was truly distinct and has {where}"
        return _finding(
            edit, place, line, EditOutcome.MODIFIER_WANTED, text, modifiers=way.modifiers, rests=way.rests
        )
    whose = "its modifier" if used.own else f"the modifier of {pays},"
    text = f"{line.code} is paid beside {pays} by {whose} {used.modifier}, if it was truly distinct"
    return _finding(
        edit,
        place,
        line,
        EditOutcome.ALLOWED_BY_MODIFIER,
        text,
        modifiers=(used.modifier,),
        rests=(*way.rests, *used.rests),
    )


def is_visit(code: str) -> tuple[bool, SourcedRow]:
    """Whether a code is a visit, and what says so: the code book, or the range of visit codes.

    Examples
    --------
    >>> is_visit("99213")[0], is_visit("99490")[0], is_visit("97110")[0], is_visit("99233")[0]
    (True, False, False, True)
    """
    sheet = edits_file().modifiers
    if code in code_book():
        return code_book().get(code).visit, sheet
    row = sheet.visit_codes
    return row.low <= code <= row.high, row


@dataclass(frozen=True, slots=True)
class _Way:
    """Which modifiers help, on which line, and what says so."""

    modifiers: tuple[str, ...]
    on: str
    own: bool
    other: bool
    rests: tuple[SourcedRow, ...]


@dataclass(frozen=True, slots=True)
class _Used:
    """The modifier that is there: on the line itself or on the one beside it."""

    modifier: str = ""
    own: bool = True
    rests: tuple[SourcedRow, ...] = ()


def _way(edit: Edit) -> _Way:
    sheet = edits_file().modifiers
    for code, own in ((edit.denied, True), (edit.pays, False)):
        visit, row = is_visit(code)
        if visit:
            return _Way(sheet.visit, code, own, not own, (row,))
    return _Way(sheet.distinct, edit.denied, True, True, ())


def _used(way: _Way, lines: Sequence[EditLine], place: int, beside: Sequence[int]) -> _Used:
    if way.own:
        for modifier in lines[place].modifiers:
            if modifier in way.modifiers:
                return _Used(modifier)
    if way.other:
        found = [[each for each in lines[other].modifiers if each in way.modifiers] for other in beside]
        if found and all(found):
            rests = (edits_file().modifiers.other_line,) if way.own else ()
            return _Used(found[0][0], own=False, rests=rests)
    return _Used()


def _finding(
    edit: Edit,
    place: int,
    line: EditLine,
    outcome: EditOutcome,
    text: str,
    *,
    modifiers: tuple[str, ...] = (),
    rests: tuple[SourcedRow, ...] = (),
) -> EditFinding:
    known = edit_sources()
    sources: tuple[Reference, ...] = (edit.pair.reference, *(known[row.source] for row in rests))
    return EditFinding(
        line=place,
        code=line.code,
        outcome=outcome,
        text=text,
        rule=edit.pair.version,
        status=Status.weakest([edit.pair.status, *(row.status for row in rests)]),
        references=tuple(dict.fromkeys(sources)),
        other=edit.pays,
        modifiers=modifiers,
        note=edit.note,
    )
