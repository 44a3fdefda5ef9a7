"""Checks of a case: what does not hold together is named with file, line and field."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from allay.base.errors import InvalidInput
from allay.base.tables import Document
from allay.economics.case.case import Case, Keys
from allay.economics.case.checkcorrelations import check_correlations
from allay.economics.case.checkreturns import check_returns
from allay.economics.case.delivery import TriggerEntry
from allay.economics.case.quantity import MONEY
from allay.economics.case.revenue import BundleEntry, GrantEntry

Doubt = tuple[Keys, str, str]

MIX_TOLERANCE = 1e-6
"""Shares with six decimals add up to one within this; 0.33 three times does not, and is refused."""


def check(document: Document[Case], case: Case | None = None) -> None:
    """Refuse a case that does not hold together.

    Parameters
    ----------
    document : Document of Case
        As it was read, with its lines.
    case : Case, optional
        The same with the terms of its contract files after its own; what is wrong with those is reported at
        the contract files.

    Raises
    ------
    InvalidInput
        With every problem found, each with its line and JSON pointer.
    """
    case = case or document.value
    found = [
        *_sources(case),
        *_unique(case),
        *_mix(case),
        *_patients(case),
        *_delivered(case),
        *_paid_twice(case),
        *_named(case),
        *check_correlations(case),
        *check_returns(case),
    ]
    if found:
        own = document.value
        placed = [(_placed(own, keys), wanted, came) for keys, wanted, came in found]
        problems = [document.problem(*keys, expected=wanted, found=came) for keys, wanted, came in placed]
        raise InvalidInput(sorted(problems, key=lambda problem: int(problem.at)))


def _placed(own: Case, keys: Keys) -> Keys:
    """Point at the contract files for what came out of them."""
    if len(keys) > 1 and isinstance(keys[1], int) and keys[1] >= len(getattr(own, str(keys[0]))):
        return ("contract_files",)
    return keys


def _sources(case: Case) -> Iterator[Doubt]:
    year = case.program.currency_year
    for _, keys, quantity in case.placed():
        if quantity.source not in case.sources:
            yield (*keys, "source"), f"one of the sources {', '.join(case.sources)}", quantity.source
        if quantity.unit.startswith(MONEY) and quantity.year not in (None, year):
            yield (*keys, "year"), f"dollars of {year}, as the case has them", str(quantity.year)


def _unique(case: Case) -> Iterator[Doubt]:
    for name, field in (
        ("services", "id"),
        ("staff", "role"),
        ("payers", "id"),
        ("contracts", "id"),
        ("fixed", "name"),
        ("start_up", "name"),
    ):
        seen = [getattr(each, field) for each in getattr(case, name)]
        for index, one in enumerate(seen):
            if one in seen[:index]:
                yield (name, index, field), "a name of its own", f"{one} again"
    pairs = [(fee.service, fee.payer) for fee in case.fees]
    for index, pair in enumerate(pairs):
        if pair in pairs[:index]:
            yield ("fees", index), "one fee for a service and payer", f"{pair[0]} and {pair[1]} again"


def _mix(case: Case) -> Iterator[Doubt]:
    total = math.fsum(payer.mix.value for payer in case.payers)
    if case.payers and abs(total - 1) > MIX_TOLERANCE:
        shown = " + ".join(f"{payer.mix.value:g}" for payer in case.payers)
        yield ("payers",), "shares (mix) that add up to 1", f"{shown} = {total:g}"


def _patients(case: Case) -> Iterator[Doubt]:
    ages = case.panel.months
    if len(case.panel.drop_out) >= max(ages, 2):
        found = str(len(case.panel.drop_out))
        yield ("panel", "drop_out"), f"at most {ages - 1}, one for each month after the first", found
    discount = case.program.discount
    if discount is not None and discount.value >= 1:
        yield ("program", "discount", "value"), "a rate below 1 a year: 0.03 is 3%", f"{discount.value:g}"
    if discount is not None and discount.distribution is not None:
        expected = "a rate that does not vary (other rates are scenarios)"
        yield ("program", "discount", "distribution"), expected, discount.distribution.name
    for index, service in enumerate(case.services):
        if service.opens > case.program.months:
            expected = f"a month up to {case.program.months}, the last of the case"
            yield ("services", index, "opens"), expected, str(service.opens)
        for place, dose in enumerate(service.dose):
            last = ages if dose.to_month is None else dose.to_month
            if not dose.from_month <= last <= ages:
                expected = f"months within the {ages} that patients stay, in order"
                yield ("services", index, "dose", place), expected, f"{dose.from_month} to {last}"
    for index, fixed in enumerate(case.fixed):
        if fixed.to_month is not None and fixed.to_month < fixed.from_month:
            yield ("fixed", index, "to_month"), f"month {fixed.from_month} or later", str(fixed.to_month)


def _delivered(case: Case) -> Iterator[Doubt]:
    """A fee or a contract for a service nobody delivers would pay for nothing."""
    services = {service.id for service in case.services}
    payers = {payer.id for payer in case.payers}
    for index, fee in enumerate(case.fees):
        yield from _among(("fees", index, "service"), fee.service, services, "a service that is delivered")
        yield from _among(("fees", index, "payer"), fee.payer, payers, "a payer of the case")
    for index, term in enumerate(case.contracts):
        if isinstance(term, GrantEntry):
            known = services | {role.role for role in case.staff}
            known |= {each.name for each in case.fixed} | {each.name for each in case.start_up}
            what = "a service, role, fixed or start-up cost of the case"
            for place, one in enumerate(term.purposes):
                yield from _among(("contracts", index, "purposes", place), one, known, what)
            continue
        yield from _among(("contracts", index, "payer"), term.payer, payers, "a payer of the case")
        if isinstance(term, BundleEntry) and len(term.clawback) > max(case.panel.months - 1, 1):
            expected = f"at most {case.panel.months - 1}, one for each month after the first"
            yield ("contracts", index, "clawback"), expected, str(len(term.clawback))
        for place, one in enumerate(term.included if isinstance(term, BundleEntry) else ()):
            what = "a service that is delivered"
            yield from _among(("contracts", index, "included", place), one, services, what)


def _paid_twice(case: Case) -> Iterator[Doubt]:
    held: dict[str, str] = {}
    bundled: dict[tuple[str, str], str] = {}
    for index, term in enumerate(case.contracts):
        if isinstance(term, BundleEntry):
            if term.payer in held:
                yield (
                    ("contracts", index, "payer"),
                    "one bundle for a payer",
                    f"{held[term.payer]} is another",
                )
            held[term.payer] = term.id
            bundled |= {(service, term.payer): term.id for service in term.included}
    for index, fee in enumerate(case.fees):
        if (fee.service, fee.payer) in bundled:
            within = bundled[fee.service, fee.payer]
            yield (
                ("fees", index),
                f"no fee for what the bundle {within} includes",
                f"{fee.service}, {fee.payer}",
            )


def _named(case: Case) -> Iterator[Doubt]:
    roles = {role.role for role in case.staff}
    triggers: list[tuple[Keys, TriggerEntry]] = []
    for index, service in enumerate(case.services):
        for place, step in enumerate(service.steps):
            yield from _among(
                ("services", index, "steps", place, "role"), step.role, roles, "a role of the staff"
            )
        if service.when is not None:
            triggers.append((("services", index, "when"), service.when))
    for index, role in enumerate(case.staff):
        if role.grows is not None:
            triggers.append((("staff", index, "grows", "when"), role.grows.when))
    known = {"backlog": {service.id for service in case.services}, "use": roles, "waiting": {""}}
    for keys, trigger in triggers:
        what = f"what a {trigger.measure} is of"
        yield from _among((*keys, "of"), trigger.of, known[trigger.measure], what)


def _among(keys: Keys, name: str, known: Iterable[str], what: str) -> Iterator[Doubt]:
    names = sorted(known)
    if name not in names:
        yield keys, f"{what}: {', '.join(names[:12]) or 'there is none'}", repr(name)
