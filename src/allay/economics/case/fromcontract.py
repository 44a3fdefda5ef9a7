"""From contracts of `allay.payment` to a case: the same terms as quantities that can vary.

Reused: fees for services, groups and linked visits, facility fees, bundles and mixed bundles, grants;
payers' days and denials where the case gives none. What a month of patients cannot say is refused by name:
terms with days in force, bundles within bundles, services paid by the visit below a floor, amounts by
member (the case says how many members there are, so the term belongs there).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from allay.base.errors import InvalidValue
from allay.coverage.answers import Verdict
from allay.economics.case.case import Case
from allay.economics.case.quantity import Quantity
from allay.economics.case.revenue import BundleEntry, FeeEntry, GrantEntry, PayerEntry
from allay.payment.contracts import parts, terms
from allay.payment.contracts.contract import Contract

WEEKS_IN_MONTH = 52 / 12


def with_contract(case: Case, contract: Contract, *, leave_out: tuple[str, ...] = ()) -> Case:
    """Return the case with the terms of a contract after its own.

    Raises
    ------
    InvalidValue
        When a term cannot be used, or one to leave out is not there.
    """
    known = {term.id for term in contract.terms}
    for one in leave_out:
        if one not in known:
            raise InvalidValue(
                expected=f"terms of {contract.id}: {', '.join(sorted(known))}", found=repr(one)
            )
    reader = _Reader(case, contract)
    fees, facility, bundles = list(case.fees), [], list(case.contracts)
    for term in contract.terms:
        if term.id in leave_out:
            continue
        if isinstance(term, terms.FacilityFeeTerm):
            facility.append(term)
        else:
            for made in reader.read(term):
                (fees if isinstance(made, FeeEntry) else bundles).append(made)  # type: ignore[arg-type]
    for term in facility:
        fees = reader.with_facility(term, fees)
    sources = {f"{contract.id}/{key}": source for key, source in contract.sources.items()}
    changed = {
        "fees": tuple(fees),
        "contracts": tuple(bundles),
        "payers": tuple(reader.payer(payer) for payer in case.payers),
        "sources": {**case.sources, **sources},
    }
    return case.model_copy(update=changed)


class _Reader:
    """Makes entries of a case from the terms of one contract."""

    def __init__(self, case: Case, contract: Contract) -> None:
        self.case, self.contract = case, contract

    def quantity(self, field: str, unit: str, *chain: parts.Part, value: Any = None) -> Quantity:
        number = getattr(chain[-1], field) if value is None else value
        source = next(
            (part.source for part in reversed(chain) if part.source), next(iter(self.contract.sources))
        )
        return Quantity(
            value=float(number),
            unit=unit,
            source=f"{self.contract.id}/{source}",
            status=self.contract.status_of(field, *chain),
        )

    def payer(self, payer: PayerEntry) -> PayerEntry:
        theirs = self.contract.payer(payer.id)
        if theirs is None:
            return payer
        filled: dict[str, Quantity] = {}
        if payer.days is None:
            filled["days"] = self.quantity("lag_days", "days", theirs)
        if payer.denial is None and theirs.denial is not None:
            filled["denial"] = self.quantity("rate", "probability", theirs, theirs.denial)
        return payer.model_copy(update=filled)

    def read(self, term: terms.TermEntry) -> Iterator[FeeEntry | BundleEntry | GrantEntry]:
        if isinstance(term, terms.GrantTerm):
            yield self._grant(term)
            return
        if term.effective_from is not None or term.effective_to is not None:
            raise _refused(term, "days in force; a case needs terms that hold throughout")
        if isinstance(term, terms.LinkedVisitTerm) and not all(
            each.answer is Verdict.YES for each in (term.state, term.payer, term.own_service)
        ):
            return
        if isinstance(term, terms.FeeForServiceTerm | terms.LinkedVisitTerm | terms.GroupVisitTerm):
            for fee in term.fees:
                yield from self._fees(fee, term, fee)
        elif isinstance(term, terms.BundleTerm):
            yield from self._bundle(term)
        else:
            raise _refused(term, "an amount by member: write it in the case, which says how many there are")

    def _payers(self, term: terms.TermEntry, fee: parts.FeeEntry | None = None) -> tuple[str, ...]:
        if fee is not None and fee.payer:
            return (fee.payer,)
        return term.payers or tuple(payer.id for payer in self.contract.payers)

    def _fees(self, fee: parts.FeeEntry, *chain: parts.Part) -> Iterator[FeeEntry]:
        term = chain[0]
        assert isinstance(term, terms.TermEntry)  # for the type checker
        if fee.site is not None:
            raise _refused(term, f"a fee for one site, {fee.site}")
        for payer in self._payers(term, fee):
            made: dict[str, Any] = {"allowed": self.quantity("allowed", "usd/visit", *chain)}
            if fee.copay:
                made["copay"] = self.quantity("copay", "usd/visit", *chain)
            if fee.coinsurance:
                made["coinsurance"] = self.quantity("coinsurance", "probability", *chain)
            yield FeeEntry(service=fee.service, payer=payer, **made)

    def with_facility(self, term: terms.FacilityFeeTerm, fees: list[FeeEntry]) -> list[FeeEntry]:
        """Put the second bill beside the fee for the visit itself."""
        found = list(fees)
        for fee in term.fees:
            for payer in self._payers(term, fee):
                place = [n for n, one in enumerate(found) if (one.service, one.payer) == (fee.service, payer)]
                if not place:
                    raise _refused(term, f"no fee for {fee.service} by {payer} beside that for the place")
                to = "health_system" if term.to == "hospital" else "program"
                bill = {"facility": self.quantity("allowed", "usd/visit", term, fee), "facility_to": to}
                found[place[0]] = found[place[0]].model_copy(update=bill)
        return found

    def _bundle(self, term: terms.BundleTerm) -> Iterator[FeeEntry | BundleEntry]:
        longest = math.ceil(term.length_weeks / WEEKS_IN_MONTH)
        if self.case.panel.months > longest:
            raise _refused(
                term, f"{term.length_weeks} weeks, and patients who stay {self.case.panel.months} months"
            )
        if term.nested is not None or term.held_by != "program":
            raise _refused(term, "a bundle that somebody else holds")
        price = term.price
        if term.withhold is not None and term.withhold.quality_met is not Verdict.YES:
            price *= Decimal(1) - term.withhold.share
        made: dict[str, Any] = {}
        if term.patient_payments is not None:
            paid = term.patient_payments
            made["copays"] = self.quantity("count", "visits", term, paid)
            made["copay"] = self.quantity("amount", "usd/visit", term, paid)
            made["within_price"] = paid.within_price
        for payer in self._payers(term):
            yield BundleEntry(
                type="bundle",
                id=term.id if len(self._payers(term)) == 1 else f"{term.id}_{payer}",
                payer=payer,
                price=self.quantity("price", "usd", term, value=price),
                included=term.included,
                clawback=self._clawback(term),
                **made,
            )
        if isinstance(term, terms.MixedTerm):
            for carved in term.carve_outs:
                if carved.floor is not None:
                    raise _refused(term, "a service that is paid by the visit below a floor")
                yield from self._fees(carved.fee, term, carved, carved.fee)

    def _clawback(self, term: terms.BundleTerm) -> tuple[Quantity, ...]:
        if term.drop_out.rule == "none":
            return ()
        if term.drop_out.rule != "by_week":
            raise _refused(term, f"a drop-out rule by visits ({term.drop_out.rule})")
        back = []
        for month in range(1, self.case.panel.months):
            left = min(1.0, math.ceil(month * WEEKS_IN_MONTH) / term.length_weeks)
            back.append(self.quantity("rule", "probability", term, term.drop_out, value=1 - left))
        return tuple(back)

    def _grant(self, term: terms.GrantTerm) -> GrantEntry:
        year, month = map(int, self.case.program.opens.split("-"))
        first = _months(dt.date(year, month, 1), term.effective_from) + 1
        last = _months(dt.date(year, month, 1), term.effective_to - dt.timedelta(days=1)) + 1
        if last < 1:
            raise _refused(term, f"an end before the program opens, on {term.effective_to}")
        return GrantEntry(
            type="grant",
            id=term.id,
            grantor=term.grantor,
            amount=self.quantity("amount", "usd", term),
            purposes=term.purposes,
            from_month=max(0, first),
            to_month=last,
            paid=term.paid,
            returns_unspent=term.returns_unspent,
        )


def _months(start: dt.date, day: dt.date) -> int:
    return (day.year - start.year) * 12 + day.month - start.month


def _refused(term: terms.TermEntry, found: str) -> InvalidValue:
    return InvalidValue(expected=f"a term {term.id} that a case can use (or leave it out)", found=found)
