"""The file of payers: what the rules of coverage must know of payers, services and people of a problem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field

from allay.base.documents import Document, Strict, read_yaml_document
from allay.base.errors import InvalidInput, Problem
from allay.base.sources import Readable
from allay.coverage.cases.case import ServiceAsked
from allay.coverage.cases.parts import (
    Benefit,
    CompactName,
    Contract,
    License,
    Patient,
    Plan,
    ProfessionName,
    Setting,
    State,
    Supervision,
)
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import Id, Text

FORMAT = "allay-scheduling-payers/1"
Told = Literal["verified", "contract", "secondary", "derived", "memory", "synthetic"]


class PractitionerFacts(Strict):
    """What coverage must know of a practitioner beyond the problem.

    `licensed_in` are the states where the license of the profession is held; without it and `licenses`, the
    `states` of the problem count.
    """

    profession: ProfessionName | None = None
    licensed_in: tuple[State, ...] | None = None
    licenses: tuple[License, ...] | None = None
    compacts: tuple[CompactName, ...] | None = None
    degrees: tuple[Text, ...] | None = None
    enrolled: bool | None = None
    employed_by_facility: bool | None = None
    trained_as_therapist: bool | None = None
    in_scope: bool | None = None
    tax_id_key: str | None = None


class LinkedFacts(Strict):
    """What coverage must know of the billable member of a linked visit, who supervises the other.

    Attributes
    ----------
    mode : str, optional
        How he or she is present; without it, as the linked visit's `presence` says.
    enrolled, began_care, own_service, delegation_allowed : bool, optional
        The supervisor's facts in a case of coverage.
    max_ratio : int, optional
        Most linked sessions at one moment, where law, payer or program states it, as `max_ratio_source` says
        and as sure as `max_ratio_status`.
    """

    mode: Supervision | None = None
    enrolled: bool | None = None
    began_care: bool | None = None
    own_service: bool | None = None
    delegation_allowed: bool | None = None
    max_ratio: Annotated[int, Field(ge=1, le=20)] | None = None
    max_ratio_source: Text | None = None
    max_ratio_status: Told = "contract"


class PayerFacts(Strict):
    """A payer of the problem: its plan, and what its patients have in common.

    `services` take the place of those of the whole file; `benefits` and `linked` say what this payer's papers
    say of a service. `status` says how sure all this is.
    """

    plan: Plan
    patient: Patient = Patient()
    setting: Setting = Setting()
    contract: Contract = Contract()
    services: dict[Id, ServiceAsked] = Field(default_factory=dict)
    benefits: dict[Id, Benefit] = Field(default_factory=dict)
    linked: dict[Id, LinkedFacts] = Field(default_factory=dict)
    status: Told = "contract"
    note: Text | None = None


class Payers(Strict):
    """The file of payers of a problem.

    Attributes
    ----------
    service_date : datetime.date, optional
        The day whose rules and prices count; without it, the first day of the problem.
    services : dict
        What each service of the problem is for coverage; without `minutes` those of the problem count.
    everybody, disciplines, practitioners : PractitionerFacts
        Of all practitioners, of those of a discipline (of several, the first that is here), and of single
        ones by id: what is told later in this order counts.
    linked : dict
        Of the billable member, by linked service.
    payers : dict
        By the ids that patients name as `payer`.

    Examples
    --------
    >>> payers = Payers(payers={"plan-a": PayerFacts(plan=Plan(payer="commercial"))})
    >>> payers.payers["plan-a"].status
    'contract'
    """

    format: Literal["allay-scheduling-payers/1"] = "allay-scheduling-payers/1"
    service_date: dt.date | None = None
    services: dict[Id, ServiceAsked] = Field(default_factory=dict)
    everybody: PractitionerFacts = PractitionerFacts()
    disciplines: dict[Id, PractitionerFacts] = Field(default_factory=dict)
    practitioners: dict[Id, PractitionerFacts] = Field(default_factory=dict)
    linked: dict[Id, LinkedFacts] = Field(default_factory=dict)
    payers: Annotated[dict[Id, PayerFacts], Field(min_length=1)]


def read_payers(source: Readable, problem: SchedulingProblem, *, name: str | None = None) -> Payers:
    """Read the payers of a problem from YAML.

    Parameters
    ----------
    source : path or binary stream
    problem : SchedulingProblem
        Whose services, linked visits and practitioners are named. Payers that none of its patients has are
        allowed, so that one file serves many weeks.

    Raises
    ------
    InvalidInput
        Unknown keys and values, a service or a practitioner that the problem has not, facts of a linked visit
        for a service that is none, a service that names its practitioner.

    Examples
    --------
    >>> import io
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)},
    ...     practitioners=(), rooms=(), services=(), patients=())
    >>> text = b"payers: {a: {plan: {payer: medicaid}}}\\nservices: {yoga: {service: yoga}}"
    >>> read_payers(io.BytesIO(text), problem, name="p.yaml")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: p.yaml:2: /services/yoga: expected a service of the problem, found 'yoga'
    """
    document = read_yaml_document(source, Payers, name=name)
    problems = list(_problems(document, problem))
    if problems:
        raise InvalidInput(problems)
    return document.value


def _problems(document: Document[Payers], problem: SchedulingProblem) -> Iterator[Problem]:
    file = document.value
    services = {one.id for one in problem.services}
    linked = {one.id for one in problem.services if one.linked}
    people = {one.id for one in problem.practitioners}
    whole = ((), file.services, file.linked)
    of_payers = ((("payers", key), one.services, one.linked) for key, one in file.payers.items())
    for keys, asked, links in (whole, *of_payers):
        yield from _unknown(document, (*keys, "services"), asked, services, "a service of the problem")
        yield from _unknown(document, (*keys, "linked"), links, linked, "a linked service of the problem")
        for service, one in asked.items():
            if one.practitioner is not None:
                where = (*keys, "services", service, "practitioner")
                yield document.problem(
                    *where, expected="nobody: the problem says who gives it", found=repr(one.practitioner)
                )
    for key, payer in file.payers.items():
        where = ("payers", key, "benefits")
        yield from _unknown(document, where, payer.benefits, services, "a service of the problem")
    able = {discipline for one in problem.practitioners for discipline in one.disciplines}
    yield from _unknown(document, ("disciplines",), file.disciplines, able, "a discipline of the problem")
    expected = "a practitioner of the problem"
    yield from _unknown(document, ("practitioners",), file.practitioners, people, expected)


def _unknown(
    document: Document[Payers],
    keys: tuple[str, ...],
    named: Iterable[str],
    known: set[str],
    expected: str,
) -> Iterator[Problem]:
    for one in named:
        if one not in known:
            yield document.problem(*keys, one, expected=expected, found=repr(one))
