"""Visits as coverage is asked about them: services of a problem, who gives them, under whose supervision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allay.base.vocabulary import profession_id
from allay.coverage.cases.case import Case, ServiceAsked
from allay.coverage.cases.parts import License, Practitioner, Supervisor
from allay.coverage.credentials.states import state_code
from allay.scheduling.problem import people
from allay.scheduling.problem.care import LinkedVisit, Service
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.rules.payers import LinkedFacts, Payers

# How the second practitioner of a linked visit is present, in coverage's words. Who is there only at the
# start may be anywhere later, so that nothing is said.
MODES = {"full": "in_suite", "start": None, "general": "on_site"}


@dataclass(frozen=True, slots=True)
class GivenService:
    """A service of a problem and those who give it, as coverage sees them.

    In a linked visit the one who does not bill gives the service, and the billable one supervises.

    Attributes
    ----------
    service : str
        Id in the problem.
    practitioner : Practitioner
        Of coverage.
    supervisors : tuple of Supervisor, optional
        None where nothing is said about supervision; empty where nobody supervises.
    """

    service: str
    practitioner: Practitioner
    supervisors: tuple[Supervisor, ...] | None = None


def as_covered(one: people.Practitioner, payers: Payers) -> Practitioner | None:
    """Return a practitioner of the problem as coverage sees him or her; None without a profession.

    Raises
    ------
    NotFound
        A profession or a state that coverage does not know.

    Examples
    --------
    >>> from allay.coverage.cases.parts import Plan
    >>> from allay.scheduling.rules.payers import PayerFacts
    >>> payers = Payers(payers={"a": PayerFacts(plan=Plan())})
    >>> ana = people.Practitioner(
    ...     id="ana", disciplines=("ACU",), profession="acupuncturist", states=("VT",))
    >>> as_covered(ana, payers).licenses[0].state
    'VT'
    """
    facts: dict[str, Any] = {}
    mine = next((payers.disciplines[name] for name in one.disciplines if name in payers.disciplines), None)
    for told in (payers.everybody, mine, payers.practitioners.get(one.id)):
        if told is not None:
            facts |= {field: getattr(told, field) for field in told.model_fields_set}
    facts = {field: value for field, value in facts.items() if value is not None}
    profession = facts.pop("profession", None) or one.profession
    if profession is None:
        return None
    profession = profession_id(str(profession))
    held = facts.pop("licensed_in", None) or one.states
    if "licenses" not in facts and held:
        states = (state_code(state) for state in held)
        facts["licenses"] = tuple(License(state=state, profession=profession) for state in states)
    return Practitioner.model_validate({"id": one.id, "profession": profession, **facts})


def linked_facts(payers: Payers, payer: str, service: str) -> LinkedFacts:
    """Return what is told of the billable member: what this payer's part says, over the whole file's."""
    found: dict[str, object] = {}
    for told in (payers.linked.get(service), payers.payers[payer].linked.get(service)):
        if told is not None:
            found |= {field: getattr(told, field) for field in told.model_fields_set}
    return LinkedFacts.model_validate(found)


def supervising(biller: Practitioner, linked: LinkedVisit, facts: LinkedFacts) -> Supervisor:
    """Return the billable member of a linked visit as the supervisor of the other one.

    The lead is in the room; the second is present as the linked visit says, unless `facts` say how.
    """
    told = {"enrolled": biller.enrolled} | {field: getattr(facts, field) for field in _TOLD}
    mode = facts.mode or ("in_suite" if linked.billable == "lead" else MODES[linked.presence])
    known = {field: value for field, value in (told | {"mode": mode}).items() if value is not None}
    return Supervisor.model_validate({"id": biller.id, "profession": biller.profession, **known})


_TOLD = ("enrolled", "began_care", "own_service", "delegation_allowed")


def givens_of(problem: SchedulingProblem, service: Service, payers: Payers, payer: str) -> list[GivenService]:
    """Return each way in which a service can be given: by whom, and in a linked visit under whom.

    Practitioners without a profession are left out. Costs the pairs of people of a linked visit.
    """
    able = [one for one in problem.practitioners if service.discipline in one.disciplines]
    leads = [person for one in able if (person := as_covered(one, payers))]
    if service.linked is None:
        return [GivenService(service.id, lead) for lead in leads]
    others = [one for one in problem.practitioners if service.linked.discipline in one.disciplines]
    seconds = [person for one in others if (person := as_covered(one, payers))]
    facts = linked_facts(payers, payer, service.id)
    found: list[GivenService] = []
    for lead, second in ((lead, second) for lead in leads for second in seconds if lead.id != second.id):
        biller, helper = (second, lead) if service.linked.billable == "second" else (lead, second)
        found.append(GivenService(service.id, helper, (supervising(biller, service.linked, facts),)))
    return found


def asked_of(problem: SchedulingProblem, service: Service, payers: Payers, payer: str) -> ServiceAsked | None:
    """Return what a service is for coverage with a payer; None where the file does not say.

    Minutes are those of the problem and group visits those of its cohorts, unless the file says so.
    """
    facts = payers.payers[payer]
    asked = facts.services.get(service.id) or payers.services.get(service.id)
    if asked is None:
        return None
    more: dict[str, object] = {}
    if asked.minutes is None and not asked.codes:
        more["minutes"] = service.minutes
    if asked.group is None and any(cohort.service == service.id for cohort in problem.cohorts):
        more["group"] = True
    if service.id in facts.benefits:
        more["benefit"] = facts.benefits[service.id]
    return asked.model_copy(update=more)


def visit(
    name: str,
    givens: Sequence[GivenService],
    asked: Sequence[ServiceAsked],
    *,
    payers: Payers,
    payer: str,
    day: dt.date,
    supervisors: tuple[Supervisor, ...] | None = None,
) -> Case:
    """Return a visit of one or more services of a day as a case of coverage.

    `supervisors` are those of the whole day: a case has one list.
    """
    facts = payers.payers[payer]
    staff = {one.practitioner.id: one.practitioner for one in givens}
    services = [
        one.model_copy(update={"practitioner": given.practitioner.id})
        for one, given in zip(asked, givens, strict=True)
    ]
    return Case(
        id=name,
        service_date=day,
        patient=facts.patient,
        plan=facts.plan,
        practitioners=tuple(staff.values()),
        supervisors=supervisors,
        setting=facts.setting,
        contract=facts.contract,
        services=tuple(services),
    )
