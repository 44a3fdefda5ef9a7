"""The text of a definition, for reading; what is not verified or made up says so."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from allay.base.status import Status
from allay.programs.definitions.definition import ProgramDefinition
from allay.programs.definitions.entries import Sourced
from allay.programs.definitions.points import rule_text
from allay.programs.definitions.words import (
    dose_text,
    length_text,
    measure_text,
    phase_condition,
    timepoint_text,
)


def mark(definition: ProgramDefinition, part: Sourced) -> str:
    """Say how sure a part is, and which of its fields are made up; empty where all is verified.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> path = get("path")
    >>> mark(path, path.phases[0]), mark(path, path.component("weekly_group"))
    ('', ' [made up: part, per_week]')
    """
    status = definition.status_of(part)
    if status is Status.SYNTHETIC:
        return " [made up]"
    said = [] if status.certain else [status.value]
    said += [f"made up: {', '.join(part.synthetic)}"] if part.synthetic else []
    return f" [{'; '.join(said)}]" if said else ""


def definition_text(definition: ProgramDefinition) -> str:
    """Write a definition for reading.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> print(definition_text(get("ppact")).splitlines()[0])
    ppact@1.0.0  PPACT: pain program for active coping and training
    """
    return "\n".join(_lines(definition))


def _lines(definition: ProgramDefinition) -> Iterator[str]:
    said = partial(_said, definition)
    yield f"{definition.reference}  {definition.title}"
    yield definition.summary
    for statement in definition.population:
        yield said(f"for: {statement.text}", statement)
    if definition.cohort:
        yield said(f"cohort: {definition.cohort.low} to {definition.cohort.high}", definition.cohort)
    yield f"  open on: {' '.join(definition.weekdays)}"
    for phase in definition.phases:
        condition = phase_condition(definition, phase.id)
        yield ""
        name = f"phase {phase.id}: {phase.title}, {length_text(phase.length)}"
        yield (name + (f", {condition}" if condition else "") + mark(definition, phase)).strip()
        if phase.entry:
            needs = [f"referral by the {phase.entry.referral}"] if phase.entry.referral else []
            needs += ["authorization"] if phase.entry.authorization else []
            needs += [*phase.entry.documents, *phase.entry.criteria]
            yield said(f"before it: {', '.join(needs)}", phase.entry)
        for each in phase.components:
            chosen = ", patients choose" if each.patient_chooses else ""
            name = f"{each.id}: {each.service}, {each.how}, {each.part}{chosen}; {dose_text(each)}"
            yield said(name, each)
    yield from ("", "time points")
    for point in definition.timepoints:
        report = f"; report: {point.report}" if point.report else ""
        yield said(f"{point.id}: {timepoint_text(point)}{report}", point)
    yield from ("", "measures")
    for measure in definition.measures:
        yield said(f"{measure_text(measure)}: at {', '.join(measure.at)}, answered by {measure.by}", measure)
    yield from ("", "decisions, reviews, renewals") if _any(definition) else ()
    for gate in definition.gates:
        rule = rule_text(gate.score) if gate.score else f"{gate.decision} (by {gate.by})"
        then = f"; then {', '.join(gate.then)}" if gate.then else ""
        otherwise = f"; otherwise {', '.join(gate.otherwise)}" if gate.otherwise else ""
        yield said(f"{gate.id} at {gate.at}: {rule}{then}{otherwise}", gate)
    for review in definition.reviews:
        when = f"every {review.every_weeks} weeks" if review.every_weeks else f"on days {review.on_days}"
        yield said(f"{review.id}: {review.title}, {when}", review)
    for renewal in definition.renewals:
        when = f", every {renewal.every_months} months" if renewal.every_months else ""
        yield said(f"{renewal.id}: {renewal.title} {renewal.code}{when}", renewal)
    yield from ("", "completion and fidelity", said(definition.completion.text, definition.completion))
    for item in definition.fidelity:
        yield said(f"{item.id}: {item.text}", item)
    yield from ("", "team")
    for role in definition.roles:
        amount = f", {role.fte:g} FTE" if role.fte else ""
        amount += f", {role.hours_per_week:g} hours a week" if role.hours_per_week else ""
        yield said(f"{role.id}: {role.title} ({' or '.join(role.professions) or 'any'}){amount}", role)
    lead = definition.leadership
    yield said(f"champion: {lead.champion}; deputy: {lead.deputy}", lead)
    yield from _around(definition)
    yield from ("", "sources")
    for name, source in definition.sources.items():
        where = "".join(f", {part}" for part in (source.locator, source.href) if part)
        yield f"  {name}: {source.title}{where}, accessed {source.accessed} [{source.status}]"


def _any(definition: ProgramDefinition) -> bool:
    return bool(definition.gates or definition.reviews or definition.renewals)


def _said(definition: ProgramDefinition, text: str, part: Sourced) -> str:
    note = f" - {part.note}" if part.note else ""
    return f"  {text}{mark(definition, part)}{note}"


def _around(definition: ProgramDefinition) -> Iterator[str]:
    said = partial(_said, definition)
    for contract in definition.contracts:
        parts = [contract.kind, contract.payer, contract.reference]
        if contract.copays_low is not None:
            parts.append(f"{contract.copays_low} to {contract.copays_high} copays of a {contract.copay_of}")
        yield said(f"paid: {', '.join(part for part in parts if part)}", contract)
    for partner in definition.partners:
        yield said(f"partner: {partner.title} ({', '.join(partner.services)})", partner)
    for step in definition.growth:
        yield said(f"add {step.service} from {step.at_patients} patients in care", step)
    for note in definition.notes:
        yield f"  note: {note}"
