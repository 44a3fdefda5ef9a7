"""Stage of codes: from what was done, or the codes somebody chose, to lines with units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from allay.base.errors import AllayError
from allay.base.status import Status
from allay.coverage.answers import Reason
from allay.coverage.cases.case import CodedLine, ServiceAsked
from allay.coverage.codes.book import code_book
from allay.coverage.codes.coding import code_service
from allay.coverage.codes.units import count_units, unit_rule

_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A code with its units, before any rule was asked; and what the code book says of it."""

    code: str
    units: int
    modifiers: tuple[str, ...]
    medicare_status: str | None
    therapy: bool | None
    timed: bool | None


@dataclass(frozen=True, slots=True)
class Drafts:
    """The lines a service comes to, with why, and what is missing to know them."""

    lines: tuple[Draft, ...]
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...] = ()


def draft_lines(asked: ServiceAsked, *, rule: str) -> Drafts:
    """Return the lines of a service, its units counted by the rule `medicare` or `ama`.

    The same question costs one look-up the second time.
    """
    details = tuple(sorted(asked.details.items()))
    return _drafts(asked.service, asked.way, asked.minutes, details, asked.codes, rule)


@lru_cache(_KEPT)
def _drafts(
    service: str,
    way: str | None,
    minutes: int | None,
    details: tuple[tuple[str, bool | int | str], ...],
    codes: tuple[CodedLine, ...] | None,
    rule: str,
) -> Drafts:
    if codes is not None:
        return _chosen(codes, rule)
    try:
        found = code_service(service, way=way, minutes=minutes, details=dict(details), rule=rule)
    except AllayError as wrong:
        reason = Reason("coding", str(wrong), "missing", Status.DERIVED, stage="codes")
        return Drafts((), (reason,))
    missing = tuple(f"service.{name}" for name in found.missing)
    reasons = tuple(replace(reason, stage="codes") for reason in found.reasons)
    return Drafts(tuple(_draft(line.code, line.units, ()) for line in found.lines), reasons, missing)


def _chosen(codes: tuple[CodedLine, ...], rule: str) -> Drafts:
    """Count the units of codes that somebody chose; a code of the day is one line."""
    minutes = {line.code: line.minutes for line in codes if line.minutes is not None and line.units is None}
    try:
        counted = count_units(minutes, rule=rule) if minutes else {}
    except AllayError as wrong:
        return Drafts((), (Reason("units", str(wrong), "missing", Status.DERIVED, stage="codes"),))
    chosen = unit_rule(rule)
    references = tuple(reference for fact in chosen.facts for reference in fact.references)
    reasons = tuple(
        Reason(
            f"units.{rule}",
            f"{code}: {minutes[code]} minutes are {units} by {chosen.label}",
            "coded" if units else "not_coded",
            chosen.status,
            references,
            stage="codes",
            values=((f"minutes of {code}", str(minutes[code])),),
        )
        for code, units in counted.items()
    )
    units_of = {line.code: counted.get(line.code, line.units or 1) for line in codes}
    lines = (_draft(line.code, units_of[line.code], line.modifiers) for line in codes)
    return Drafts(tuple(line for line in lines if line.units), reasons)


def _draft(code: str, units: int, modifiers: tuple[str, ...]) -> Draft:
    book = code_book()
    if code not in book:
        return Draft(code, units, modifiers, None, None, None)
    known = book.get(code)
    return Draft(code, units, modifiers, known.medicare.value, known.always_therapy, known.timed)
