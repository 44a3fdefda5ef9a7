"""A case: everything a program's business case rests on, each number with unit and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from allay.base.errors import NotFound
from allay.base.status import Status
from allay.base.tables import Strict
from allay.economics.case.delivery import FixedEntry, RoleEntry, ServiceEntry, StartUpEntry
from allay.economics.case.demand import DemandEntry, HazardsEntry, PanelEntry
from allay.economics.case.downstream import DownstreamEvent
from allay.economics.case.quantity import Quantity, units
from allay.economics.case.returns import EffectsEntry, FollowUpEntry, NonFinancialEntry, ScenarioEntry
from allay.economics.case.revenue import Contract, ContractFileEntry, FeeEntry, PayerEntry
from allay.measures.entries import SourceEntry
from allay.payment.contracts.parts import Id

Keys = tuple[str | int, ...]

LONGEST = 600
"""Months; further off, a case is a mistake."""


class ProgramEntry(Strict):
    """The program: when it opens, how far the case looks, and the year of its dollars.

    `reserve` is what is in the bank for it when it opens, after what was spent to start.
    """

    name: str
    opens: str = Field(pattern=r"^(19[5-9]\d|2[01]\d\d)-(0[1-9]|1[0-2])$")
    months: int = Field(default=120, ge=1, le=LONGEST)
    currency_year: int = Field(ge=1950, le=2199)
    discount: Annotated[Quantity, units("per year")] | None = None
    reserve: Annotated[Quantity, units("usd")] | None = None


class CorrelationEntry(Strict):
    """Two quantities by name that vary together: the correlation of the normal numbers beneath them."""

    between: tuple[str, str]
    correlation: float = Field(ge=-1, le=1)


class Case(Strict):
    """One version of a program's case.

    Attributes
    ----------
    sources : mapping of str to SourceEntry
        Every quantity names one.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> case = read_case(EXAMPLE)
    >>> case.quantity("services/yoga/no_show").value
    0.2
    """

    id: Id
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    title: str
    summary: str = ""
    sources: dict[str, SourceEntry] = Field(min_length=1)
    program: ProgramEntry
    demand: DemandEntry
    panel: PanelEntry
    services: tuple[ServiceEntry, ...] = Field(min_length=1)
    staff: tuple[RoleEntry, ...] = ()
    payers: tuple[PayerEntry, ...] = ()
    fees: tuple[FeeEntry, ...] = ()
    contracts: tuple[Contract, ...] = ()
    contract_files: tuple[ContractFileEntry, ...] = ()
    fixed: tuple[FixedEntry, ...] = ()
    start_up: tuple[StartUpEntry, ...] = ()
    hazards: HazardsEntry = HazardsEntry()
    effects: EffectsEntry = EffectsEntry()
    follow_up: FollowUpEntry | None = None
    non_financial: tuple[NonFinancialEntry, ...] = ()
    scenarios: tuple[ScenarioEntry, ...] = ()
    correlations: tuple[CorrelationEntry, ...] = ()
    notes: tuple[str, ...] = ()

    def quantities(self) -> Mapping[str, Quantity]:
        """Return every quantity by name: the place in the file, with ids in place of numbers.

        Names do not change when an entry is added before another, so neither do draws.
        """
        return {name: quantity for name, _, quantity in self.placed()}

    def quantity(self, name: str) -> Quantity:
        """Return one quantity, or raise `NotFound` with the nearest names."""
        found = self.quantities()
        if name not in found:
            raise NotFound.among("quantity", name, known=found)
        return found[name]

    def role(self, name: str) -> RoleEntry:
        """Return one role of the staff."""
        return next(role for role in self.staff if role.role == name)

    def placed(self) -> Iterator[tuple[str, Keys, Quantity]]:
        """Go through all quantities: name, keys in the file, quantity."""
        yield from placed_in(self)

    def status_of(self, name: str) -> Status:
        """Say how sure we are of a quantity."""
        return self.quantity(name).status_in(self.sources)


def placed_in(value: object, names: Keys = (), keys: Keys = ()) -> Iterator[tuple[str, Keys, Quantity]]:
    """Go through the quantities of a part of a case: name, keys in the file, quantity.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> [name for name, _, _ in placed_in(read_case(EXAMPLE).panel, ("panel",))]
    ['panel/drop_out/1', 'panel/drop_out/2']
    """
    if isinstance(value, Quantity):
        yield "/".join(map(str, names)), keys, value
    elif isinstance(value, Strict):
        for field in type(value).model_fields:
            yield from placed_in(getattr(value, field), (*names, field), (*keys, field))
    elif isinstance(value, tuple):
        for index, member in enumerate(value):
            yield from placed_in(member, (*names, *_name(member, index)), (*keys, index))


def _name(member: object, index: int) -> Keys:
    """The name of a member of a list: what tells it from the others, or its place."""
    match member:
        case FeeEntry():
            return (member.service, member.payer)
        case RoleEntry():
            return (member.role,)
        case FixedEntry() | StartUpEntry():
            return (member.name,)
        case DownstreamEvent():
            return (member.event,)
        case _:
            return (str(getattr(member, "id", index + 1)),)
