"""Stage of codes: from what was done, or the codes somebody chose, to lines with units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from allay.base.errors import AllayError
from allay.base.fact import Reference
from allay.base.status import Status
from allay.coverage.answers import Reason, Verdict
from allay.coverage.cases.case import ServiceAsked
from allay.coverage.codes.book import code_book
from allay.coverage.codes.coding import code_service
from allay.coverage.codes.units import MEDICARE, count_units, unit_rule

_KEPT = 100_000
DETAILS = "service.details."
_PLACES = {"minutes": "service.minutes", "way": "service.way", "activities": "service.codes"}
Chosen = tuple[str, int | None, int | None, tuple[str, ...]]  # code, minutes, units, modifiers


@dataclass(frozen=True, slots=True)
class Draft:
    """A code with its units, before any rule was asked; and what the code book says of it.

    The code is empty for a service inside a bundle that has none.
    """

    code: str
    units: int
    modifiers: tuple[str, ...]
    medicare_status: str | None
    therapy: bool | None
    timed: bool | None


@dataclass(frozen=True, slots=True)
class Drafts:
    """The lines a service comes to, with why, and what is missing to know them.

    Equal `lines` are one object, so that they can be told by their identity.
    """

    lines: tuple[Draft, ...]
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...] = ()

    @property
    def without_lines(self) -> Verdict:
        """What it means for a bill that no line could be made."""
        outcomes = {reason.outcome for reason in self.reasons}
        if "missing" in outcomes or self.missing:
            return Verdict.CONDITIONAL
        refused = (reason.rule != "coding" for reason in self.reasons if reason.outcome == "not_coded")
        return Verdict.NO if any(refused) else Verdict.UNKNOWN


# A visit inside a bundle needs no code: the bundle is billed.
IN_BUNDLE = Drafts((Draft("", 1, (), None, None, None),), ())
_lines: dict[tuple[Draft, ...], tuple[Draft, ...]] = {}


def _made(lines: Iterable[Draft], reasons: tuple[Reason, ...], missing: tuple[str, ...] = ()) -> Drafts:
    found = tuple(lines)
    return Drafts(_lines.setdefault(found, found), reasons, missing)


class Coding(NamedTuple):
    """What the lines of a service follow from: the way and what it asks, or the codes somebody chose."""

    service: str
    way: str | None
    minutes: int | None
    details: tuple[tuple[str, bool | int | str], ...]
    codes: tuple[Chosen, ...] | None


def coding_of(asked: ServiceAsked) -> Coding:
    """Return what the lines of a service follow from."""
    codes = asked.codes
    chosen = None if codes is None else tuple((x.code, x.minutes, x.units, x.modifiers) for x in codes)
    details = tuple(sorted(asked.details.items())) if asked.details else ()
    return Coding(asked.service, asked.way, asked.minutes, details, chosen)


@lru_cache(_KEPT)
def draft_lines(coding: Coding, *, rule: str) -> Drafts:
    """Return the lines of a service, its units counted by the rule `medicare` or `ama`.

    The same question costs one look-up the second time.
    """
    service, way, minutes, details, codes = coding
    if codes is not None:
        return _counted(codes, rule)
    try:
        found = code_service(service, way=way, minutes=minutes, details=dict(details), rule=rule)
    except AllayError as wrong:
        reason = Reason("coding", str(wrong), "missing", Status.DERIVED, stage="codes")
        return _made((), (reason,))
    missing = tuple(detail_path(name) for name in found.missing)
    reasons = tuple(replace(reason, stage="codes") for reason in found.reasons)
    return _made((_draft(line.code, line.units, ()) for line in found.lines), reasons, missing)


def detail_path(name: str) -> str:
    """Return where a case says what a way of coding asks: `stimulation` in the details of the service."""
    return _PLACES.get(name, f"{DETAILS}{name}")


def _counted(codes: tuple[Chosen, ...], rule: str) -> Drafts:
    """Count the units of codes that somebody chose; a code of the day is one line.

    What the rule does not count in minutes is one unit by itself, or a unit for every time that is met.
    """
    minutes = {code: timed for code, timed, units, _ in codes if timed is not None and units is None}
    by_rule = {code: timed for code, timed in minutes.items() if _by_rule(code, rule)}
    alone = {code: timed for code, timed in minutes.items() if code not in by_rule and _unit(code)}
    try:
        counted = count_units(by_rule, rule=rule) if by_rule else {}
    except AllayError as wrong:
        return _made((), (Reason("units", str(wrong), "missing", Status.DERIVED, stage="codes"),))
    chosen = unit_rule(rule)
    references = tuple(reference for fact in chosen.facts for reference in fact.references)
    reasons = [
        _units_reason(f"units.{rule}", code, minutes[code], units, chosen.label, chosen.status, references)
        for code, units in counted.items()
    ]
    for code, timed in alone.items():
        counted[code] = timed // _unit(code)
        reasons.append(_units_reason("units.met", code, timed, counted[code], _MET, Status.DERIVED))
    lines = (_draft(code, counted.get(code, units or 1), modifiers) for code, _, units, modifiers in codes)
    return _made((line for line in lines if line.units), tuple(reasons))


_MET = "whole units that are met"


def _by_rule(code: str, rule: str) -> bool:
    """Whether a rule counts the units of a code from minutes."""
    if code not in code_book():
        return True  # the rule says that it does not know the code
    known = code_book().get(code)
    return known.timed and not known.add_on_to and (bool(known.always_therapy) or rule != MEDICARE)


def _unit(code: str) -> int:
    """Return the minutes of a unit of a timed code, 0 for what is not counted in minutes."""
    known = code_book().get(code)
    return (known.minutes or 0) if known.timed else 0


def _units_reason(
    rule: str,
    code: str,
    minutes: int,
    units: int,
    label: str,
    status: Status,
    references: tuple[Reference, ...] = (),
) -> Reason:
    return Reason(
        rule,
        f"{code}: {minutes} minutes are {units} by {label}",
        "coded" if units else "not_coded",
        status,
        references,
        stage="codes",
        values=((f"minutes of {code}", str(minutes)),),
    )


def _draft(code: str, units: int, modifiers: tuple[str, ...]) -> Draft:
    book = code_book()
    if code not in book:
        return Draft(code, units, modifiers, None, None, None)
    known = book.get(code)
    return Draft(code, units, modifiers, known.medicare.value, known.always_therapy, known.timed)
