"""A contract: its parties, its costs, its terms, and how sure each of its numbers is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from pydantic import Field

from allay.base.status import Status
from allay.base.tables import Strict
from allay.measures.entries import SourceEntry
from allay.payment.contracts.parts import (
    CARE_PERIOD,
    MEMBER_MONTH,
    CostEntry,
    Id,
    Part,
    PayerEntry,
    RateEntry,
)
from allay.payment.contracts.terms import (
    BundleTerm,
    GrantTerm,
    GroupVisitTerm,
    LinkedVisitTerm,
    MixedTerm,
    Term,
    TermEntry,
)
from allay.payment.ledger import unconfirmed

Keys = tuple[str | int, ...]


class ForecastEntry(Strict):
    """What planned visits and open bundles come to: shares that attend, and that stay to the end."""

    attendance: RateEntry | None = None
    completion: RateEntry | None = None


class UnconfirmedNumber(NamedTuple):
    """A number of a contract that nobody signed and nobody has read at its origin."""

    where: str
    value: Decimal | int
    status: Status

    def __str__(self) -> str:
        return f"unconfirmed: {self.where} is {self.value} ({self.status})"


class Contract(Strict):
    """One version of one contract.

    Examples
    --------
    >>> from allay.payment.contracts.catalog import shipped
    >>> path = shipped("path-2021")
    >>> [term.type for term in path.terms], path.status_of("price", path.terms[0]).value
    (['mixed', 'fee_for_service'], 'synthetic')
    """

    id: Id
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    title: str
    summary: str = ""
    sources: dict[str, SourceEntry] = Field(min_length=1)
    payers: tuple[PayerEntry, ...] = ()
    costs: tuple[CostEntry, ...] = ()
    forecast: ForecastEntry = ForecastEntry()
    interventional: tuple[Id, ...] = ()
    terms: tuple[Term, ...] = Field(min_length=1)
    notes: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """The id with the version, as results store it."""
        return f"{self.id}@{self.version}"

    def status_of(self, field: str, *parts: Part) -> Status:
        """Say how sure we are of a number; `parts` go from the term to the part that holds the number."""
        inner = parts[-1].field_status.get(field)
        if inner is not None:
            return inner
        for part in reversed(parts):
            if part.status is not None:
                return part.status
            if part.source:
                return self.sources[part.source].status
        return Status.UNKNOWN

    def payer(self, payer_id: str) -> PayerEntry | None:
        """Return one payer, or None where the contract does not name it."""
        return next((payer for payer in self.payers if payer.id == payer_id), None)

    def services(self) -> set[str]:
        """Return every service the contract names."""
        found = {MEMBER_MONTH, CARE_PERIOD, *self.interventional, *(cost.service for cost in self.costs)}
        for term in self.terms:
            found.update(services_of(term))
        return found

    def parts(self) -> Iterator[tuple[Keys, tuple[Part, ...]]]:
        """Go through all parts with their keys in the file, each with those it stands in."""
        yield from _parts(self, (), ())

    def unconfirmed_numbers(self) -> tuple[UnconfirmedNumber, ...]:
        """Return every number that must be shown as unconfirmed, by its place in the file."""
        found = []
        for keys, chain in self.parts():
            for name in type(chain[-1]).model_fields:
                value = getattr(chain[-1], name)
                if isinstance(value, bool) or not isinstance(value, int | Decimal):
                    continue
                status = self.status_of(name, *chain)
                if unconfirmed(status) and name in chain[-1].model_fields_set:
                    found.append(UnconfirmedNumber("/" + "/".join(map(str, (*keys, name))), value, status))
        return tuple(found)


def services_of(term: TermEntry) -> set[str]:
    """Return the services a term names.

    Examples
    --------
    >>> from allay.payment.contracts.catalog import shipped
    >>> sorted(services_of(shipped("path-2019").terms[1]))
    ['interventional_procedure']
    """
    found = {fee.service for fee in getattr(term, "fees", ())} | set(getattr(term, "attribution", ()))
    match term:
        case LinkedVisitTerm():
            found |= {term.billable, term.partner}
        case GroupVisitTerm():
            found.add(term.service)
        case BundleTerm():
            found.update(term.included)
            if isinstance(term, MixedTerm):
                found.update(each.fee.service for each in term.carve_outs)
        case GrantTerm():
            found.update(term.purposes)
    return found


def _parts(model: Strict, keys: Keys, chain: tuple[Part, ...]) -> Iterator[tuple[Keys, tuple[Part, ...]]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        members = enumerate(value) if isinstance(value, tuple) else ((None, value),)
        for index, member in members:
            where = (*keys, name) if index is None else (*keys, name, index)
            if isinstance(member, Part):
                yield where, (*chain, member)
                yield from _parts(member, where, (*chain, member))
            elif isinstance(member, Strict):
                yield from _parts(member, where, chain)
