"""271 answers as facts about a plan: what is left of the deductible, a copay, visits remaining.

What a payer does not state is not there: an absent key is unknown, never zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Any

from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.interop.x12.eligibility import PlanBenefit

FILE = resources.files("allay.interop") / "data" / "x12" / "eligibility.yaml"


class CodeRow(Strict):
    """What a code of a 271 means here, and how sure we are."""

    means: str
    status: Status
    source: str


class EligibilityFile(Strict):
    """The few codes of a 271 that Allay reads."""

    recorded_on: dt.date
    sources: dict[str, str]
    service_types: dict[str, CodeRow]
    statements: dict[str, CodeRow]
    periods: dict[str, CodeRow]
    quantities: dict[str, CodeRow]


@cache
def eligibility_codes() -> EligibilityFile:
    """Return the codes that ship.

    Examples
    --------
    >>> eligibility_codes().service_types["64"].means
    'acupuncture'
    """
    return read_yaml(FILE, EligibilityFile)


PLAN = "30"
_ACTIVE, _INACTIVE = ("1", "2", "3", "4", "5"), ("6", "7", "8")
_OWN = {"plan.active": "benefit.covered", "plan.coinsurance": "benefit.coinsurance"}


def plan_facts(
    benefits: Iterable[PlanBenefit], *, service_type: str | None = None, in_network: bool = True
) -> dict[str, Any]:
    """Return what a 271 says of a plan, for one service type, under the names that coverage cases use.

    Parameters
    ----------
    benefits : iterable of PlanBenefit
        Of one member.
    service_type : str, optional
        ``33`` chiropractic, ``64`` acupuncture, ``PT`` physical therapy, ``MH`` mental health, ...; what is
        stated for the plan (``30``) or for no type holds too, where nothing is stated for the type itself.
    in_network : bool
        Which of the two the cost share is for; what holds for both counts.

    Returns
    -------
    dict
        Those that are stated of `plan.active`, `plan.deductible`, `plan.deductible_left`,
        `plan.coinsurance`, `plan.out_of_pocket_left`; `benefit.covered`, `benefit.copay`,
        `benefit.coinsurance`, `benefit.visit_limit`, `benefit.visits_left`, `benefit.prior_auth`. Dollars are
        exact decimals, coinsurance is a share from 0 to 1. And `status`: the weakest of the codes read. Of
        several amounts the largest counts, of several counts of visits the smallest.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from allay.base.money import Money
    >>> found = plan_facts(
    ...     [
    ...         PlanBenefit("C", service_types=("30",), period="29", amount=Money(25000)),
    ...         PlanBenefit("B", service_types=("64",), amount=Money(3000), in_network="Y"),
    ...         PlanBenefit("F", "", ("64",), period="29", quantity_qualifier="VS", quantity=Decimal(7)),
    ...     ],
    ...     service_type="64",
    ... )
    >>> str(found["plan.deductible_left"]), str(found["benefit.copay"]), found["benefit.visits_left"]
    ('250.00', '30.00', 7)
    """
    own: dict[str, list[Any]] = {}
    whole: dict[str, list[Any]] = {}
    read: set[Status] = set()
    avoided = "N" if in_network else "Y"
    for benefit in benefits:
        if benefit.in_network == avoided:
            continue
        mine = service_type is not None and service_type in benefit.service_types
        if not mine and benefit.service_types and PLAN not in benefit.service_types:
            continue
        for key, value in _stated(benefit):
            if mine and service_type != PLAN:
                own.setdefault(_OWN.get(key, key), []).append(value)
            else:
                whole.setdefault(key, []).append(value)
            read |= _statuses(benefit, service_type)
    facts = {key: _chosen(key, values) for key, values in {**whole, **own}.items()}
    status = Status.weakest(read) if read else Status.UNKNOWN
    return {**dict(sorted(facts.items())), "status": status.value}


def facts_by_service(
    benefits: Sequence[PlanBenefit], *, in_network: bool = True
) -> dict[str, dict[str, Any]]:
    """Return `plan_facts` for each service type of pain programs that a 271 names.

    Examples
    --------
    >>> list(facts_by_service([PlanBenefit("1", service_types=("1", "33", "PT"))]))
    ['33', 'PT']
    """
    named = {each for benefit in benefits for each in benefit.service_types}
    return {
        each: plan_facts(benefits, service_type=each, in_network=in_network)
        for each in eligibility_codes().service_types
        if each in named
    }


def _stated(benefit: PlanBenefit) -> list[tuple[str, Any]]:
    """The facts one statement makes."""
    found: list[tuple[str, Any]] = []
    left = benefit.period == "29"
    dollars = None if benefit.amount is None else benefit.amount.dollars
    if benefit.info in _ACTIVE or benefit.info in _INACTIVE:
        found.append(("plan.active", benefit.info in _ACTIVE))
    elif benefit.info == "I":
        found.append(("benefit.covered", False))
    elif benefit.info == "A" and benefit.percent is not None:
        found.append(("plan.coinsurance", benefit.percent))
    elif benefit.info == "B" and dollars is not None:
        found.append(("benefit.copay", dollars))
    elif benefit.info == "C" and dollars is not None:
        found.append(("plan.deductible_left" if left else "plan.deductible", dollars))
    elif benefit.info == "G" and dollars is not None and left:
        found.append(("plan.out_of_pocket_left", dollars))
    elif benefit.info == "F" and benefit.quantity is not None and benefit.quantity_qualifier == "VS":
        found.append(("benefit.visits_left" if left else "benefit.visit_limit", int(benefit.quantity)))
    if benefit.authorization_required in ("Y", "N"):
        found.append(("benefit.prior_auth", benefit.authorization_required == "Y"))
    return found


def _chosen(key: str, values: list[Any]) -> Any:
    lowest = key in ("plan.active", "benefit.covered", "benefit.visits_left", "benefit.visit_limit")
    return min(values) if lowest else max(values)


def _statuses(benefit: PlanBenefit, service_type: str | None) -> set[Status]:
    codes = eligibility_codes()
    rows = [codes.statements.get(benefit.info)]
    if service_type in benefit.service_types:
        rows.append(codes.service_types.get(service_type or ""))
    if benefit.period:
        rows.append(codes.periods.get(benefit.period))
    if benefit.quantity_qualifier:
        rows.append(codes.quantities.get(benefit.quantity_qualifier))
    return {row.status if row else Status.MEMORY for row in rows}
