"""Stage of codes: from what was done, or the codes somebody chose, to lines with units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from allay.base.errors import AllayError
from allay.base.status import Status
from allay.coverage.answers import Reason, Verdict
from allay.coverage.cases.case import ServiceAsked
from allay.coverage.codes.book import code_book
from allay.coverage.codes.coding import code_service
from allay.coverage.codes.units import count_units, unit_rule

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


def draft_lines(asked: ServiceAsked, *, rule: str) -> Drafts:
    """Return the lines of a service, its units counted by the rule `medicare` or `ama`.

    The same question costs one look-up the second time.
    """
    codes = asked.codes
    chosen = None if codes is None else tuple((x.code, x.minutes, x.units, x.modifiers) for x in codes)
    details = tuple(sorted(asked.details.items())) if asked.details else ()
    return _drafts(asked.service, asked.way, asked.minutes, details, chosen, rule)


@lru_cache(_KEPT)
def _drafts(
    service: str,
    way: str | None,
    minutes: int | None,
    details: tuple[tuple[str, bool | int | str], ...],
    codes: tuple[Chosen, ...] | None,
    rule: str,
) -> Drafts:
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
    """Count the units of codes that somebody chose; a code of the day is one line."""
    minutes = {code: timed for code, timed, units, _ in codes if timed is not None and units is None}
    try:
        counted = count_units(minutes, rule=rule) if minutes else {}
    except AllayError as wrong:
        return _made((), (Reason("units", str(wrong), "missing", Status.DERIVED, stage="codes"),))
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
    lines = (_draft(code, counted.get(code, units or 1), modifiers) for code, _, units, modifiers in codes)
    return _made((line for line in lines if line.units), reasons)


def _draft(code: str, units: int, modifiers: tuple[str, ...]) -> Draft:
    book = code_book()
    if code not in book:
        return Draft(code, units, modifiers, None, None, None)
    known = book.get(code)
    return Draft(code, units, modifiers, known.medicare.value, known.always_therapy, known.timed)
