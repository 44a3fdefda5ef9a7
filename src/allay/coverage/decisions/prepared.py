"""A visit made ready to be decided: its facts, its supervisors, and what licenses and scores say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from allay.base.dates import Period
from allay.coverage.answers import Reason, Verdict
from allay.coverage.cases.case import Case, ServiceAsked
from allay.coverage.cases.facts import (
    Facts,
    facts_of_service,
    facts_of_supervisor,
    facts_of_visit,
    practitioner_of,
)
from allay.coverage.cases.outcomes import ImprovementTest, improved
from allay.coverage.cases.parts import License, Practitioner
from allay.coverage.credentials.licensed import licensed_at
from allay.coverage.credentials.records import ALWAYS, LicenseStatus, Privilege
from allay.coverage.credentials.records import License as HeldLicense
from allay.coverage.credentials.records import Practitioner as Credentials
from allay.coverage.decisions.drafts import Coding, coding_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PreparedService:
    """One service of a visit with its facts; `supervised` holds those of each supervisor, by id."""

    asked: ServiceAsked
    practitioner: Practitioner
    facts: Facts
    supervised: tuple[tuple[str, Facts], ...]
    supervisor_ids: tuple[str, ...]
    coding: Coding
    notes: tuple[Reason, ...]
    license_missing: bool


@dataclass(frozen=True, slots=True)
class PreparedVisit:
    """A visit with all that rules read, so that many rulebooks can decide it."""

    case: Case
    services: tuple[PreparedService, ...]


def prepare(case: Case, tests: Iterable[ImprovementTest]) -> PreparedVisit:
    """Make a visit ready; costs some tens of microseconds a service."""
    found, scores = improved(case.outcomes, tests)
    shared = facts_of_visit(case)
    shared["outcome.improved"] = found
    services = tuple(_service(case, asked, shared, scores) for asked in case.services)
    return PreparedVisit(case, services)


def _service(case: Case, asked: ServiceAsked, shared: Facts, scores: tuple[Reason, ...]) -> PreparedService:
    facts = facts_of_service(case, asked, shared)
    if facts["outcome.improved"] is None:
        facts["outcome.improved"] = asked.episode.improved
    practitioner = practitioner_of(case, asked)
    licensed, reasons, missing = _licensed(case, practitioner)
    facts["practitioner.licensed"] = licensed
    supervised = tuple((one.id, facts_of_supervisor(one)) for one in case.supervisors or ())
    if case.supervisors == ():
        supervised = (("", facts_of_supervisor(None)),)
    names = tuple(name for name, _ in supervised)
    return PreparedService(
        asked=asked,
        practitioner=practitioner,
        facts=facts,
        supervised=supervised,
        supervisor_ids=names,
        coding=coding_of(asked),
        notes=(*reasons, *scores),
        license_missing=missing,
    )


def _licensed(case: Case, practitioner: Practitioner) -> tuple[str | None, tuple[Reason, ...], bool]:
    """Return what licenses say, why, and whether they are not known."""
    state = case.patient.state
    if state is None:
        return None, (), False
    answer = licensed_at(
        _credentials(practitioner),
        state=state,
        day=case.service_date,
        mode=case.setting.mode or "in_person",
        known_on=case.known_on,
        complete=practitioner.licenses is not None,
    )
    reasons = tuple(replace(reason, stage="scope") for reason in answer.reasons)
    if practitioner.licenses is None and answer.verdict is not Verdict.YES:
        return None, reasons, True
    return answer.verdict.value, reasons, False


def _credentials(practitioner: Practitioner) -> Credentials:
    who = (practitioner.id, practitioner.profession)
    return Credentials(
        *who,
        licenses=tuple(_held(practitioner.id, one) for one in practitioner.licenses or ()),
        privileges=tuple(
            Privilege(*who, compact, LicenseStatus.ACTIVE, ALWAYS) for compact in practitioner.compacts
        ),
    )


def _held(practitioner: str, one: License) -> HeldLicense:
    # What has expired without a date was over before any visit.
    status = LicenseStatus.INACTIVE if one.status == "expired" else LicenseStatus(one.status)
    period = ALWAYS if one.start is None and one.end is None else Period(one.start or ALWAYS.start, one.end)
    return HeldLicense(practitioner, one.profession, one.state, status, period)
