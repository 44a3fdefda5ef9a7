"""Checks of a contract: what does not hold together is named with file, line and field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from allay.base.errors import InvalidInput
from allay.base.tables import Document
from allay.payment.contracts.contract import Contract, Keys
from allay.payment.contracts.parts import SELF, Dated, FeeEntry
from allay.payment.contracts.terms import (
    BundleTerm,
    GrantTerm,
    GroupVisitTerm,
    LinkedVisitTerm,
    MixedTerm,
    TermEntry,
)

Doubt = tuple[Keys, str, str]


def check(document: Document[Contract]) -> None:
    """Refuse a contract that does not hold together.

    Raises
    ------
    InvalidInput
        With every problem found, each with its line and JSON pointer.
    """
    contract = document.value
    found = [*_ids(contract), *_sources(contract)]
    for index, term in enumerate(contract.terms):
        found += [((*("terms", index), *keys), wanted, came) for keys, wanted, came in _term(contract, term)]
    if found:
        problems = [document.problem(*keys, expected=wanted, found=came) for keys, wanted, came in found]
        raise InvalidInput(sorted(problems, key=lambda problem: int(problem.at)))


def _ids(contract: Contract) -> Iterator[Doubt]:
    for name in ("payers", "terms"):
        ids = [each.id for each in getattr(contract, name)]
        times = Counter(ids)
        for index, each in enumerate(ids):
            if times[each] > 1 and each in ids[:index]:
                yield (name, index, "id"), "an id of its own", f"{each} again"
    services = [cost.service for cost in contract.costs]
    for index, service in enumerate(services):
        if service in services[:index]:
            yield ("costs", index, "service"), "each service once", f"{service} again"
    for index, payer in enumerate(contract.payers):
        if payer.id == SELF:
            yield ("payers", index, "id"), f"another id: {SELF} means a patient who pays alone", payer.id


def _sources(contract: Contract) -> Iterator[Doubt]:
    for keys, chain in contract.parts():
        part = chain[-1]
        if part.source and part.source not in contract.sources:
            yield (*keys, "source"), f"one of the sources {', '.join(contract.sources)}", part.source
        elif not any(each.source or each.status for each in chain):
            yield keys, "a source, or a status", "neither, and none in the part it stands in"
        for name in part.field_status:
            if name not in type(part).model_fields:
                yield (*keys, "field_status", name), "the name of a field beside it", name


def _term(contract: Contract, term: TermEntry) -> Iterator[Doubt]:
    yield from _payers(contract, term)
    yield from _dates(term)
    yield from _repeated(term)
    for index, fee in enumerate(getattr(term, "fees", ())):
        yield from _fee(contract, fee, ("fees", index))
        one = getattr(term, "service", "") if isinstance(term, GroupVisitTerm) else ""
        if isinstance(term, LinkedVisitTerm):
            one = term.billable
        if one and fee.service != one:
            yield ("fees", index, "service"), f"{one}, which is what is billed", fee.service
    if isinstance(term, LinkedVisitTerm) and term.billable == term.partner:
        yield ("partner",), "another service than the billable one", term.partner
    if isinstance(term, BundleTerm):
        yield from _bundle(contract, term)


def _repeated(term: TermEntry) -> Iterator[Doubt]:
    """Of two fees for the same thing nobody could say which counts."""
    seen: dict[tuple[str, str, str, str], int] = {}
    for index, fee in enumerate(getattr(term, "fees", ())):
        first = seen.setdefault((fee.service, fee.payer, fee.code, fee.site or ""), index)
        if first != index:
            yield ("fees", index), "one fee for a service, payer, code and site", f"that of fee {first} again"


def _payers(contract: Contract, term: TermEntry) -> Iterator[Doubt]:
    known = [payer.id for payer in contract.payers]
    for index, payer in enumerate(term.payers):
        if payer not in known:
            yield ("payers", index), f"a payer of the contract: {', '.join(known) or 'it has none'}", payer


def _dates(term: Dated) -> Iterator[Doubt]:
    start, end = term.effective_from, term.effective_to
    if start is not None and end is not None and end <= start:
        what = "the day after the last of the grant" if isinstance(term, GrantTerm) else "a later day"
        yield ("effective_to",), f"{what}, after {start}", str(end)


def _fee(contract: Contract, fee: FeeEntry, keys: Keys) -> Iterator[Doubt]:
    known = [payer.id for payer in contract.payers]
    if fee.payer and fee.payer != SELF and fee.payer not in known:
        yield (*keys, "payer"), f"a payer of the contract, or {SELF}", fee.payer
    if fee.copay and fee.coinsurance:
        yield (*keys, "coinsurance"), "a copay or a coinsurance", "both"


def _bundle(contract: Contract, term: BundleTerm) -> Iterator[Doubt]:
    rule = term.drop_out
    if (rule.rule in ("by_visit", "threshold")) != (rule.visits_planned is not None):
        found = "none" if rule.visits_planned is None else str(rule.visits_planned)
        yield ("drop_out", "visits_planned"), "a number of visits for by_visit and threshold alone", found
    paid = term.patient_payments
    if paid is not None and not set(paid.services) <= set(term.included):
        wrong = ", ".join(sorted(set(paid.services) - set(term.included)))
        yield ("patient_payments", "services"), "services that are included", wrong
    if isinstance(term, MixedTerm):
        for index, carved in enumerate(term.carve_outs):
            yield from _fee(contract, carved.fee, ("carve_outs", index, "fee"))
            if carved.floor is not None and carved.fee.service not in term.included:
                expected = "a service that is included, when it has a floor"
                yield ("carve_outs", index, "fee", "service"), expected, carved.fee.service
    if term.nested is not None:
        yield from _nested(contract, term, term.nested.within)


def _nested(contract: Contract, term: BundleTerm, within: str) -> Iterator[Doubt]:
    keys = ("nested", "within")
    outer = next((each for each in contract.terms if each.id == within), None)
    if not isinstance(outer, BundleTerm) or outer is term:
        yield keys, "another bundle of this contract", within
    elif outer.nested is not None:
        yield keys, "a bundle that is not nested itself", within
    elif outer.price < term.price:
        yield keys, f"a bundle whose price is at least {term.price}", f"{within} at {outer.price}"
