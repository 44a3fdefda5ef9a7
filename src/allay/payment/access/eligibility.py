"""A first look at eligibility without asking CMS: yes, no, conditional on what is missing, or unknown.

CMS answers by its own check; what is found here only spares a question that would be answered no.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import Field

from allay.base.errors import InvalidValue
from allay.base.fact import Reference
from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.coverage.answers import Answer, Reason, Verdict
from allay.payment.access.parameters import DATA, parameter
from allay.payment.access.valueset import ValueSet
from allay.programs.definitions.program_days import add_months

PREFIX = "us.cms.access.eligibility."
Text = Annotated[str, Field(min_length=1)]
Flag = Literal[
    "part_a",
    "part_b",
    "medicare_primary",
    "medicare_advantage",
    "hospice",
    "esrd",
    "pace",
    "control_group",
    "aligned_elsewhere",
    "perisurgical",
    "consent",
]


class RuleSource(Strict):
    """Where a rule is written."""

    title: Text
    href: Text | None = None
    seen_as: Text


class FlagRule(Strict):
    """A fact of the candidate that must be so or must not be so; otherwise no, or what else is asked."""

    id: Text
    fact: Flag
    wanted: bool
    text: Text
    source: Text
    status: Status
    otherwise: Literal["no", "conditional"] = "no"
    asks: Text | None = None


class ChronicRule(Strict):
    """The rule on how long pain has lasted; the months are a fact of their own."""

    id: Text
    text: Text


class DiagnosisRule(Strict):
    """The rule on diagnoses."""

    id: Text
    text: Text
    source: Text
    status: Status


class EligibilityFile(Strict):
    """The file of rules."""

    sources: dict[str, RuleSource]
    rules: tuple[FlagRule, ...]
    chronic: ChronicRule
    diagnosis: DiagnosisRule


@dataclass(frozen=True, slots=True)
class AccessCandidate:
    """What is known of somebody before they are aligned; None is not known.

    Parameters
    ----------
    diagnoses : tuple of str, optional
        ICD-10-CM codes; None where nobody has coded yet.
    pain_since : date, optional
        When the pain began.
    """

    part_a: bool | None = None
    part_b: bool | None = None
    medicare_primary: bool | None = None
    medicare_advantage: bool | None = None
    hospice: bool | None = None
    esrd: bool | None = None
    pace: bool | None = None
    control_group: bool | None = None
    aligned_elsewhere: bool | None = None
    perisurgical: bool | None = None
    consent: bool | None = None
    pain_since: dt.date | None = None
    diagnoses: tuple[str, ...] | None = None


@cache
def _file() -> EligibilityFile:
    return read_yaml(DATA / "eligibility.yaml", EligibilityFile)


def pre_check(
    candidate: AccessCandidate,
    *,
    as_of: dt.date,
    value_set: ValueSet | None = None,
    known_on: dt.date | None = None,
) -> Answer:
    """Look at every rule of the musculoskeletal track, and never stop at the first that fails.

    Parameters
    ----------
    candidate : AccessCandidate
        What is known.
    as_of : date
        The day of alignment thought of.
    value_set : ValueSet, optional
        Qualifying diagnoses; without one that rule is unknown.

    Returns
    -------
    Answer
        ``no`` when a rule fails; else ``unknown`` without a value set; else ``conditional`` while something
        is missing; else ``yes``.

    Raises
    ------
    InvalidValue
        When pain begins after `as_of`, or a diagnosis is no code.
    NotFound
        When the model has no rules for the day.

    Examples
    --------
    >>> answer = pre_check(AccessCandidate(medicare_advantage=True), as_of=dt.date(2026, 11, 22))
    >>> answer.verdict.value, len(answer.reasons), "part_a" in answer.missing
    ('no', 13, True)
    """
    file = _file()
    found = [_flag(rule, candidate, file) for rule in file.rules]
    found.append(_chronic(file.chronic, candidate, as_of, known_on))
    found.append(_diagnosis(file, candidate, value_set))
    missing = tuple(_missing(found, candidate, value_set))
    return Answer(Verdict.all_of(each for each, _ in found), tuple(reason for _, reason in found), missing)


_OUTCOMES = {
    Verdict.YES: "holds",
    Verdict.NO: "fails",
    Verdict.CONDITIONAL: "missing",
    Verdict.UNKNOWN: "unknown",
}


def _flag(rule: FlagRule, candidate: AccessCandidate, file: EligibilityFile) -> tuple[Verdict, Reason]:
    value: bool | None = getattr(candidate, rule.fact)
    said = "not known" if value is None else "yes" if value else "no"
    values: tuple[tuple[str, str], ...] = ((rule.fact, said),)
    if value is None:
        verdict = Verdict.CONDITIONAL
    elif value is rule.wanted:
        verdict = Verdict.YES
    else:
        verdict = Verdict(rule.otherwise)
        if rule.asks:
            values = ((rule.asks, "not known"), *values)
    reason = Reason(
        PREFIX + rule.id,
        rule.text,
        _OUTCOMES[verdict],
        rule.status,
        (_reference(file, rule.source),),
        values=values,
    )
    return verdict, reason


def _chronic(
    rule: ChronicRule, candidate: AccessCandidate, as_of: dt.date, known_on: dt.date | None
) -> tuple[Verdict, Reason]:
    months = parameter("eligibility.pain_months", on=as_of, known_on=known_on)
    since = candidate.pain_since
    if since is not None and since > as_of:
        raise InvalidValue(expected=f"pain that began by {as_of}", found=str(since))
    if since is None:
        verdict, said = Verdict.CONDITIONAL, "not known"
    else:
        longer = as_of > add_months(since, int(months.number))
        verdict, said = (Verdict.YES if longer else Verdict.NO), str(since)
    values = (("pain_since", said), (months.version, str(months.value)))
    return verdict, Reason(
        PREFIX + rule.id, rule.text, _OUTCOMES[verdict], months.status, months.references, values=values
    )


def _diagnosis(
    file: EligibilityFile, candidate: AccessCandidate, value_set: ValueSet | None
) -> tuple[Verdict, Reason]:
    rule, codes = file.diagnosis, candidate.diagnoses
    values = (
        ("diagnoses", "not known" if codes is None else " ".join(codes) or "none"),
        ("value_set", "none loaded" if value_set is None else value_set.reference),
    )
    if value_set is None:
        verdict = Verdict.UNKNOWN
    elif codes is None:
        verdict = Verdict.CONDITIONAL
    else:
        # Every code is looked at, so that a wrong one is refused wherever it stands.
        verdict = Verdict.YES if any([code in value_set for code in codes]) else Verdict.NO  # noqa: C419
    status = Status.UNKNOWN if verdict is Verdict.UNKNOWN else rule.status
    reference = (_reference(file, rule.source),)
    return verdict, Reason(PREFIX + rule.id, rule.text, _OUTCOMES[verdict], status, reference, values=values)


def _missing(
    found: list[tuple[Verdict, Reason]], candidate: AccessCandidate, value_set: ValueSet | None
) -> Iterator[str]:
    for verdict, reason in found:
        if verdict is Verdict.CONDITIONAL:
            yield reason.values[0][0]
    if value_set is None:
        yield "value_set"
        if candidate.diagnoses is None:
            yield "diagnoses"


def _reference(file: EligibilityFile, source: str) -> Reference:
    row = file.sources[source]
    return Reference(row.title, row.seen_as, row.href)
