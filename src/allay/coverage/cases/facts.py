"""The facts of a case as rules read them: one value for each path, None for what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from allay.base.dates import holds_on
from allay.coverage.cases.case import Case, ServiceAsked
from allay.coverage.cases.parts import Practitioner, Supervisor
from allay.coverage.cases.paths import GROUPS, fact_paths
from allay.coverage.rules.conditions import FactValue

Facts = dict[str, FactValue]
_FIELDS = {
    group: {name: f"{group}.{name}" for name in model.model_fields if f"{group}.{name}" in fact_paths()}
    for group, model in GROUPS.items()
}
_DEFAULTS = {
    path: frozenset(default) if isinstance(default, tuple) else default
    for group, model in GROUPS.items()
    for name, path in _FIELDS[group].items()
    if (default := model.model_fields[name].get_default(call_default_factory=True)) is not PydanticUndefined
}
_NOTHING: Mapping[str, FactValue] = MappingProxyType(dict.fromkeys(fact_paths()) | _DEFAULTS)


def facts_of_visit(case: Case) -> Facts:
    """Return the facts that all services of a visit share."""
    facts = dict(_NOTHING)
    for group in ("patient", "plan", "setting", "contract", "waiver"):
        _add(facts, group, getattr(case, group))
    facts["day.services"] = frozenset(asked.service for asked in case.services)
    facts["day.codes"] = frozenset(line.code for asked in case.services for line in asked.codes or ())
    facts["day.professions_before"] = frozenset()
    return facts


def facts_of_service(case: Case, asked: ServiceAsked, shared: Facts) -> Facts:
    """Return the facts of one service of the visit, without those of supervisor and licenses."""
    facts = dict(shared)
    facts["service.id"] = asked.service
    _add(facts, "service", asked)
    _add(facts, "benefit", asked.benefit)
    _add(facts, "episode", asked.episode)
    facts["episode.minutes_with_visit"] = _minutes_with(asked)
    practitioner = practitioner_of(case, asked)
    _add(facts, "practitioner", practitioner)
    facts["practitioner.full_licenses"] = _full_licenses(case, practitioner)
    contract = case.contract
    if contract.included is not None:
        inside = asked.service in contract.included and asked.service not in contract.carved_out
        facts["contract.includes_service"] = inside
    if contract.copay_cap is not None and contract.copays_paid is not None:
        facts["contract.copays_left"] = max(0, contract.copay_cap - contract.copays_paid)
    return facts


def facts_of_supervisor(supervisor: Supervisor | None) -> Facts:
    """Return the facts of one supervisor; of nobody, that none is present."""
    facts: Facts = dict.fromkeys(_FIELDS["supervisor"].values())
    if supervisor is None:
        return facts | {"supervisor.mode": "none"}
    _add(facts, "supervisor", supervisor)
    return facts


def practitioner_of(case: Case, asked: ServiceAsked) -> Practitioner:
    """Return who gives the service: the one named, or the first."""
    by_id = {one.id: one for one in case.practitioners}
    return by_id[asked.practitioner] if asked.practitioner else case.practitioners[0]


def _minutes_with(asked: ServiceAsked) -> int | None:
    """Return the minutes of the year with those of the visit; None where one or the other is not said."""
    before, minutes = asked.episode.minutes_year, asked.minutes
    if minutes is None:
        each = [line.minutes for line in asked.codes or ()]
        minutes = sum(one for one in each if one is not None) if each and None not in each else None
    return None if before is None or minutes is None else before + minutes


def _full_licenses(case: Case, practitioner: Practitioner) -> frozenset[str] | None:
    """Return the professions of the unrestricted licenses held where the patient is; None if not said."""
    if practitioner.licenses is None or case.patient.state is None:
        return None
    day = case.service_date
    return frozenset(
        one.profession
        for one in practitioner.licenses
        if one.state == case.patient.state and one.status == "active" and holds_on(day, one.start, one.end)
    )


def _add(facts: Facts, group: str, part: BaseModel) -> None:
    """Add the facts of a part that somebody said; the rest is there already, as missing or by default."""
    fields = _FIELDS[group]
    for name in part.model_fields_set:
        if name in fields:
            value = getattr(part, name)
            facts[fields[name]] = frozenset(value) if isinstance(value, tuple) else value
