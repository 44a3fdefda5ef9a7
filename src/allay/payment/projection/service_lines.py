"""Service lines: what each service brings by payer, what it costs, and which pay for which."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from allay.base.errors import InvalidValue
from allay.base.money import Exact, Money
from allay.payment.ledger import PROGRAM, SUPPLIERS
from allay.payment.projection.settle import Settlement


class ServiceLine(NamedTuple):
    """One service of the program.

    Attributes
    ----------
    visits : int
        Attended or planned.
    revenue, cost, margin : Money
        Revenue counts patients' shares, and the service's part of bundles by what it costs within them.
    by_payer : dict of str to Money
        Revenue by the coverage of the patients.
    """

    service: str
    visits: int
    revenue: Money
    cost: Money
    margin: Money
    by_payer: dict[str, Money]
    interventional: bool


class CrossSubsidy(NamedTuple):
    """What lines with a surplus give to lines with a deficit, and what is left."""

    pool: Money
    needed: Money
    left: Money


class InterventionDrop(NamedTuple):
    """What falls when there are fewer interventions: by which share, and what the program keeps."""

    share: Fraction
    revenue_lost: Money
    cost_avoided: Money
    margin_lost: Money
    after: CrossSubsidy


def service_lines(settlement: Settlement) -> tuple[ServiceLine, ...]:
    """Split what the program gets and pays by service, the largest surplus first.

    What a bundle brings is allotted to its services in proportion to their cost within it, and evenly where
    nothing costs anything. Money that is for no service (grants, members, shared savings) is not in here.
    """
    rows = settlement.roster.rows
    visits: Counter[str] = Counter(row.service for row in rows if row.counts)
    revenue: dict[str, Counter[str]] = defaultdict(Counter)
    costs: Counter[str] = Counter()
    row_cost: Counter[int] = Counter()
    bundles: Counter[tuple[str, str, str]] = Counter()
    for entry in settlement.ledger:
        sign = (entry.payee == PROGRAM) - (entry.payer == PROGRAM)
        if not sign:
            continue
        cents = sign * entry.amount.cents
        if entry.payee == SUPPLIERS:
            costs[entry.item] -= cents
            row_cost[entry.row] -= cents
        elif entry.kind in ("visit", "share", "facility", "facility_share") and entry.item != entry.term:
            revenue[entry.item][entry.insurer] += cents
        elif entry.item == entry.term and entry.patient:
            bundles[entry.term, entry.patient, entry.insurer] += cents
    _allot(settlement, bundles, row_cost, revenue)
    named = set(settlement.contract.interventional)
    lines = []
    for service in sorted({*revenue, *costs, *(row.service for row in rows if row.counts)}):
        if service not in visits and not costs[service]:
            continue
        by_payer = {payer: Money(cents) for payer, cents in sorted(revenue[service].items())}
        got, cost = Money.total(by_payer.values()), Money(costs[service])
        lines.append(ServiceLine(service, visits[service], got, cost, got - cost, by_payer, service in named))
    return tuple(sorted(lines, key=lambda line: (-line.margin.cents, line.service)))


def _allot(
    settlement: Settlement,
    bundles: Counter[tuple[str, str, str]],
    row_cost: Counter[int],
    revenue: dict[str, Counter[str]],
) -> None:
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for episode in settlement.episodes:
        places[episode.term.id, episode.patient] += episode.rows
    for (term, patient, insurer), cents in bundles.items():
        mine = places[term, patient]
        if not mine:
            revenue[term][insurer] += cents
            continue
        weights = [row_cost[place] for place in mine]
        shares = Money(cents).allocate(weights if any(weights) else [1] * len(mine))
        for place, share in zip(mine, shares, strict=True):
            revenue[settlement.roster.rows[place].service][insurer] += share.cents


def cross_subsidy(lines: Sequence[ServiceLine]) -> CrossSubsidy:
    """Add up surpluses and deficits.

    Examples
    --------
    >>> def line(service, margin):
    ...     return ServiceLine(service, 1, Money(), Money(), Money(margin), {}, False)
    >>> found = cross_subsidy([line("interventional_procedure", 9000), line("massage", -5500)])
    >>> str(found.pool), str(found.needed), str(found.left)
    ('90.00', '55.00', '35.00')
    """
    pool = Money.total(line.margin for line in lines if line.margin.cents > 0)
    needed = Money.total(-line.margin for line in lines if line.margin.cents < 0)
    return CrossSubsidy(pool, needed, pool - needed)


def intervention_drop(lines: Sequence[ServiceLine], share: Exact) -> InterventionDrop:
    """Say what falls when interventional services drop by a share: revenue, their cost, and the pool.

    Their cost is taken to fall with them; what is fixed in it does not, so the loss is at least this.

    Raises
    ------
    InvalidValue
        For a share outside 0 to 1.
    """
    part = Fraction(share)
    if not 0 <= part <= 1:
        raise InvalidValue(expected="a share from 0 to 1", found=str(share))
    after = []
    lost = avoided = Money()
    for line in lines:
        if line.interventional:
            revenue, cost = line.revenue * part, line.cost * part
            lost, avoided = lost + revenue, avoided + cost
            line = line._replace(margin=line.margin - revenue + cost)
        after.append(line)
    return InterventionDrop(part, lost, avoided, lost - avoided, cross_subsidy(after))
