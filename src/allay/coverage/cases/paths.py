"""The facts that rules may read, by path: kind, allowed values and the question that asks for each."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from allay.base.errors import NotFound
from allay.coverage.cases import parts
from allay.coverage.cases.case import ServiceAsked

Kind = Literal["text", "flag", "number", "set", "date"]


@dataclass(frozen=True, slots=True)
class FactPath:
    """One fact a rule may read.

    Attributes
    ----------
    path : str
        Group and name, as `plan.payer`.
    kind : str
        `text`, `flag` (yes or no), `number`, `set` or `date`.
    allowed : tuple of str
        Values it may have; empty where any is allowed.
    question : str
        What to ask when it is missing; empty for what Allay works out itself.
    """

    path: str
    kind: Kind
    allowed: tuple[str, ...] = ()
    question: str = ""


# What is worked out from a case; `decision.*` are the verdicts of earlier stages.
_VERDICTS = ("yes", "no", "conditional", "unknown")
DERIVED = (
    FactPath("service.id", "text"),
    FactPath("practitioner.licensed", "text", (*_VERDICTS, "not_required"), "Which licenses are held?"),
    FactPath("practitioner.full_licenses", "set", (), "Which licenses are held?"),
    FactPath("outcome.improved", "flag", (), "What are the patient's scores at baseline and now?"),
    FactPath("episode.minutes_with_visit", "number"),
    FactPath("day.services", "set"),
    FactPath("day.codes", "set"),
    FactPath("day.professions_before", "set"),
    FactPath("contract.includes_service", "flag", (), "Which services are in the bundle?"),
    FactPath("contract.copays_left", "number", (), "How many copays has the patient paid?"),
    FactPath("line.code", "text"),
    FactPath("line.medicare_status", "text"),
    FactPath("line.therapy", "flag"),
    FactPath("line.timed", "flag"),
    FactPath("decision.scope", "text", _VERDICTS),
    FactPath("decision.setting", "text", _VERDICTS),
    FactPath("decision.benefit", "text", _VERDICTS),
    FactPath("decision.identity", "text", ("own", "incident_to", "assistant", "facility", "none")),
    FactPath("decision.billed_by", "text"),
)
GROUPS: Mapping[str, type[BaseModel]] = {
    "patient": parts.Patient,
    "plan": parts.Plan,
    "benefit": parts.Benefit,
    "practitioner": parts.Practitioner,
    "supervisor": parts.Supervisor,
    "setting": parts.Setting,
    "episode": parts.Episode,
    "contract": parts.Contract,
    "waiver": parts.Waiver,
    "service": ServiceAsked,
}
_NOT_READ = {
    *("licenses", "compacts", "codes", "way", "details", "episode", "benefit", "practitioner", "service"),
    "same_provider",
}


@cache
def fact_paths() -> Mapping[str, FactPath]:
    """Return every fact by its path.

    Examples
    --------
    >>> fact_paths()["patient.pain_weeks"].question
    'For how many weeks has the pain lasted?'
    """
    found = {
        f"{group}.{name}": FactPath(f"{group}.{name}", *_kind(info.annotation), info.description or "")
        for group, model in GROUPS.items()
        for name, info in model.model_fields.items()
        if name not in _NOT_READ
    }
    return found | {fact.path: fact for fact in DERIVED}


def fact_path(path: str) -> FactPath:
    """Return the fact of that path, or raise `NotFound` with the nearest."""
    if path not in fact_paths():
        raise NotFound.among("fact of a case", path, known=fact_paths())
    return fact_paths()[path]


def _kind(annotation: Any) -> tuple[Kind, tuple[str, ...]]:
    options = [one for one in _members(annotation) if one is not type(None)]
    only = options[0]
    if get_origin(only) is tuple:
        return "set", _kind(get_args(only)[0])[1]
    if get_origin(only) is Literal:
        return "text", tuple(str(value) for value in get_args(only))
    plain = get_args(only)[0] if get_origin(only) is typing.Annotated else only
    kinds: dict[object, Kind] = {bool: "flag", int: "number", Decimal: "number", str: "text"}
    return kinds.get(plain, "date"), ()


def _members(annotation: Any) -> tuple[Any, ...]:
    union = get_origin(annotation) in (types.UnionType, typing.Union)
    return get_args(annotation) if union else (annotation,)
