"""Linked visits: whether coverage lets a pair bill, and what becomes of it when one of the two is removed."""

from __future__ import annotations

import datetime as dt

from allay.base.errors import InvalidValue, NotFound
from allay.base.status import Status
from allay.coverage.answers import Reason, Verdict
from allay.coverage.cases.parts import Practitioner, Supervisor
from allay.coverage.decisions.decision import Decision
from allay.coverage.decisions.engine import Engine
from allay.scheduling.plan.plan import Plan, Session
from allay.scheduling.problem.care import LinkedVisit, Service
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.rules.findings import LinkedStatus, reason_card
from allay.scheduling.rules.payers import Payers
from allay.scheduling.rules.visits import (
    GivenService,
    as_covered,
    asked_of,
    linked_facts,
    supervising,
    visit,
)


def pair_status(
    problem: SchedulingProblem,
    service: str,
    *,
    payer: str | None,
    lead: str | None,
    second: str | None,
    payers: Payers,
    day: dt.date | None = None,
    engine: Engine | None = None,
) -> LinkedStatus:
    """Ask coverage whether a linked service is billable with the two members, or with one of them removed.

    The member who does not bill gives the service and the billable one supervises; without the billable one
    nobody supervises. Without the other one, the billable member gives it alone.

    Parameters
    ----------
    problem : SchedulingProblem
    service : str
        A linked service of it.
    payer : str, optional
        Of the patient; without one, or one that `payers` has not, nothing is known.
    lead, second : str, optional
        Practitioners of the problem; None is a member who was removed.
    payers : Payers
    day : datetime.date, optional
        Of the visit, where `payers` names no day; without both, the first day of the problem.
    engine : Engine, optional

    Raises
    ------
    NotFound
        No such service or practitioner.
    InvalidValue
        A service that is not linked, or nobody at all.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="mn", opening={"start": dt.date(2024, 7, 15)}, rooms=(), patients=(),
    ...     practitioners=({"id": "pta", "disciplines": ("EX",), "states": ("MN",),
    ...                     "profession": "physical_therapist_assistant"},
    ...                    {"id": "dc", "disciplines": ("DC",), "profession": "chiropractor"}),
    ...     services=({"id": "exercise", "discipline": "EX", "minutes": 30,
    ...                "linked": {"discipline": "DC", "billable": "second", "presence": "general"}},))
    >>> payers = Payers.model_validate_json('''{
    ...   "services": {"exercise": {"service": "graded_exercise", "codes": [{"code": "97110", "minutes": 30}],
    ...     "benefit": {"covered": true, "delegate_accepted": true, "out_of_network": false,
    ...                 "prior_auth": false}}},
    ...   "linked": {"exercise": {"own_service": true}},
    ...   "payers": {"plan-a": {"plan": {"payer": "commercial", "network": "out_of_network"},
    ...                         "patient": {"state": "MN"}}}}''')
    >>> asked = {"payer": "plan-a", "payers": payers}
    >>> pair_status(problem, "exercise", lead="pta", second="dc", **asked).bill
    'yes'
    >>> alone = pair_status(problem, "exercise", lead="pta", second=None, **asked)
    >>> alone.bill, alone.allowed_in_plan
    ('no', False)
    """
    care, linked = _linked_service(problem, service)
    if lead is None and second is None:
        raise InvalidValue(expected="one member of a linked visit at least", found="nobody")
    asked = None if payer not in payers.payers else asked_of(problem, care, payers, payer or "")
    names = {"service": service, "payer": payer, "lead": lead, "second": second}
    if payer is None or asked is None:
        what = f"payers/{payer}" if payer and payer not in payers.payers else f"services/{service}"
        return _unsaid(names, "payer of the patient" if payer is None else what)
    people = {role: _covered(problem, name, payers) for role, name in (("lead", lead), ("second", second))}
    nameless = [names[role] for role, one in people.items() if one is None and names[role] is not None]
    if nameless:
        return _unsaid(names, f"profession of {nameless[0]}")
    given = _given(linked, people, payers, payer, service)
    on = payers.service_date or day or problem.opening.start
    case = visit("pair", [given], [asked], payers=payers, payer=payer, day=on, supervisors=given.supervisors)
    return _status(names, (engine or Engine()).decide(case))


def linked_status(
    problem: SchedulingProblem, session: Session, payers: Payers, *, engine: Engine | None = None
) -> LinkedStatus:
    """Ask coverage whether a session of a linked service is billable as planned.

    Raises
    ------
    NotFound
        A series or a practitioner that the problem has not.
    InvalidValue
        A session of a service that is not linked.
    """
    series = {one.id: one for one in problem.series}
    if session.series not in series:
        raise NotFound.among("series", session.series, known=series)
    mine = series[session.series]
    patients = {one.id: one for one in problem.patients}
    found = pair_status(
        problem,
        mine.service,
        payer=patients[mine.patient].payer,
        lead=session.lead,
        second=session.second,
        payers=payers,
        day=session.start.date(),
        engine=engine,
    )
    return found.model_copy(update={"series": session.series, "number": session.number})


def linked_statuses(
    problem: SchedulingProblem, plan: Plan, payers: Payers, *, engine: Engine | None = None
) -> tuple[LinkedStatus, ...]:
    """Ask about every session of a linked service in a plan, in the plan's order.

    Costs a decision for each; the engine keeps what was asked before.
    """
    engine = engine or Engine()
    linked = {one.id for one in problem.services if one.linked}
    mine = {one.id for one in problem.series if one.service in linked}
    return tuple(
        linked_status(problem, session, payers, engine=engine)
        for session in plan.sessions
        if session.series in mine
    )


def _linked_service(problem: SchedulingProblem, service: str) -> tuple[Service, LinkedVisit]:
    services = {one.id: one for one in problem.services}
    if service not in services:
        raise NotFound.among("service", service, known=services)
    linked = services[service].linked
    if linked is None:
        raise InvalidValue(expected="a service with a linked visit", found=service)
    return services[service], linked


def _covered(problem: SchedulingProblem, name: str | None, payers: Payers) -> Practitioner | None:
    if name is None:
        return None
    people = {one.id: one for one in problem.practitioners}
    if name not in people:
        raise NotFound.among("practitioner", name, known=people)
    return as_covered(people[name], payers)


def _given(
    linked: LinkedVisit, people: dict[str, Practitioner | None], payers: Payers, payer: str, service: str
) -> GivenService:
    other = "lead" if linked.billable == "second" else "second"
    biller, helper = people[linked.billable], people[other]
    supervisors: tuple[Supervisor, ...] = ()
    if biller is not None and helper is not None:
        supervisors = (supervising(biller, linked, linked_facts(payers, payer, service)),)
    who = helper or biller
    assert who is not None  # the caller has one at least
    return GivenService(service, who, supervisors)


def _status(names: dict[str, str | None], decision: Decision) -> LinkedStatus:
    told = [reason for reason in decision.reasons if _matters(reason, decision.bill)]
    return LinkedStatus.model_validate(
        {
            **names,
            "bill": decision.bill.value,
            "bill_as": decision.bill_as,
            "allowed_in_plan": _whole(names),
            "status": decision.confidence.value,
            "reasons": tuple(reason_card(one) for one in told),
            "missing": tuple(path for path, _ in decision.missing),
        }
    )


def _whole(names: dict[str, str | None]) -> bool:
    return names["lead"] is not None and names["second"] is not None


def _matters(reason: Reason, bill: Verdict) -> bool:
    """Whether a reason says something of who bills, or stands in the way."""
    if reason.stage == "edits" and bill is not Verdict.NO:
        return False
    return reason.stage == "identity" or reason.outcome in ("fails", "missing", "unknown")


def _unsaid(names: dict[str, str | None], missing: str) -> LinkedStatus:
    return LinkedStatus.model_validate(
        {
            **names,
            "bill": "unknown",
            "bill_as": "none",
            "allowed_in_plan": _whole(names),
            "status": Status.UNKNOWN.value,
            "missing": (missing,),
        }
    )
