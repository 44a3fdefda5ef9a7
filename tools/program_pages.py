"""The reference pages of program definitions, from the definitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allay.programs.definitions.definition import ProgramDefinition
    from allay.programs.definitions.entries import Sourced

Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


def file_name(definition: ProgramDefinition) -> str:
    """Return the name of a definition's page."""
    return definition.reference.replace("@", "-")


def overview(table: Table) -> str:
    """Write the table of all definitions, each with the way to its page."""
    from allay.programs.definitions.catalog import all_definitions
    from allay.programs.definitions.words import length_text

    rows = [
        [
            f"[`{one.reference}`](programs/{file_name(one)}.md)",
            one.title,
            ", ".join(length_text(phase.length) for phase in one.phases),
            str(len({component.service for _, component in one.components()})),
            str(len(one.made_up)),
        ]
        for one in all_definitions()
    ]
    return "\n\n".join(
        [
            "# Program definitions",
            "Programs as data that runs. `made up` counts the parts and fields that nobody published "
            "and that were invented so that the definition can run; on the page of a program they say so.",
            table(["id", "title", "length", "services", "made up"], rows),
        ]
    )


def page(definition: ProgramDefinition, table: Table) -> str:
    """Write the page of one definition."""
    parts = [f"# {definition.title}", f"`{definition.reference}`. {definition.summary}"]
    parts += [f"For {each.text}{_mark(definition, each)}." for each in definition.population]
    if definition.cohort:
        size = definition.cohort
        parts.append(f"Cohorts of {size.low} to {size.high}{_mark(definition, size)}.")
    parts += ["## Phases", _phases(definition, table), "## Components", _components(definition, table)]
    parts += ["## Time points", _points(definition, table)]
    if definition.gates:
        parts += ["## Decisions", _gates(definition, table)]
    rest = _rest(definition)
    if rest:
        parts += ["## Reviews, renewals, payment, partners, growth", _list(rest)]
    ended = [definition.completion.text + _mark(definition, definition.completion)]
    ended += [item.text + _mark(definition, item) for item in definition.fidelity]
    parts += ["## Completion and fidelity", _list(ended), "## Team", _team(definition, table)]
    if definition.notes:
        parts += ["## Notes", _list(definition.notes)]
    return "\n\n".join([*parts, "## Sources", _sources(definition)])


def _mark(definition: ProgramDefinition, part: Sourced) -> str:
    from allay.programs.definitions.text import mark

    said = mark(definition, part).strip().strip("[]")
    return f" ({said})" if said else ""


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _phases(definition: ProgramDefinition, table: Table) -> str:
    from allay.programs.definitions.words import length_text, phase_condition

    rows = []
    for phase in definition.phases:
        entry = phase.entry
        before = [f"referral by the {entry.referral}"] if entry and entry.referral else []
        before += ["authorization"] if entry and entry.authorization else []
        before += [*entry.documents, *entry.criteria] if entry else []
        when = phase_condition(definition, phase.id) or "always"
        length = length_text(phase.length) + _mark(definition, phase)
        rows.append([f"`{phase.id}`", phase.title, length, when, ", ".join(before) or "-", phase.note])
    return table(["phase", "title", "length", "when", "before it", "note"], rows)


def _components(definition: ProgramDefinition, table: Table) -> str:
    from allay.programs.definitions.words import dose_text

    rows = [
        [
            f"`{one.id}`",
            f"`{one.service}`",
            phase.id,
            one.part + (", patients choose" if one.patient_chooses else ""),
            one.how,
            dose_text(one),
            " ".join(one.roles),
            (one.note + _mark(definition, one)).strip(),
        ]
        for phase, one in definition.components()
    ]
    return table(["component", "service", "phase", "part", "how", "dose", "by", "note"], rows)


def _points(definition: ProgramDefinition, table: Table) -> str:
    from allay.programs.definitions.words import measure_text, timepoint_text

    rows = []
    for point in definition.timepoints:
        asked = [
            f"`{measure_text(one)}`{_mark(definition, one)}"
            for one in definition.measures
            if point.id in one.at
        ]
        asked += [f"report: {point.report}"] if point.report else []
        when = timepoint_text(point) + _mark(definition, point)
        rows.append([f"`{point.id}`", when, ", ".join(asked) or "-"])
    return table(["time point", "when", "what"], rows)


def _gates(definition: ProgramDefinition, table: Table) -> str:
    from allay.programs.definitions.points import rule_text

    rows = [
        [
            f"`{gate.id}`",
            gate.title,
            gate.at,
            rule_text(gate.score) if gate.score else f"{gate.decision} (by {gate.by})",
            ", ".join(gate.then) or "-",
            ", ".join(gate.otherwise) or "-",
            (gate.note + _mark(definition, gate)).strip(),
        ]
        for gate in definition.gates
    ]
    return table(["gate", "question", "at", "rule", "yes", "no", "note"], rows)


def _rest(definition: ProgramDefinition) -> list[str]:
    lines = []
    for review in definition.reviews:
        when = f"every {review.every_weeks} weeks" if review.every_weeks else "on set days"
        lines.append(f"{review.title}, {when}{_mark(definition, review)}")
    for renewal in definition.renewals:
        lines.append(f"{renewal.title} {renewal.code}{_mark(definition, renewal)}".strip())
    for one in definition.contracts:
        said = [one.kind, one.payer, one.reference]
        if one.copays_low is not None:
            said.append(f"{one.copays_low} to {one.copays_high} copays of a {one.copay_of}")
        lines.append("Payment: " + ", ".join(part for part in said if part) + _mark(definition, one))
    for partner in definition.partners:
        lines.append(f"Partner: {partner.title}{_mark(definition, partner)}")
    for step in definition.growth:
        lines.append(f"`{step.service}` is added from {step.at_patients} patients{_mark(definition, step)}")
    return lines


def _team(definition: ProgramDefinition, table: Table) -> str:
    lead = definition.leadership
    sure = _mark(definition, lead)
    stands = {lead.champion: f"champion{sure}", lead.deputy: f"deputy{sure}"}
    rows = []
    for role in definition.roles:
        part = stands.get(role.id, "")
        amount = f"{role.fte:g} FTE" if role.fte else ""
        amount = f"{role.hours_per_week:g} hours a week" if role.hours_per_week else amount
        who = ", ".join(role.professions) + _mark(definition, role)
        rows.append([f"`{role.id}`", role.title, who, amount, part])
    return table(["role", "title", "any of", "how much", "stands for"], rows)


def _sources(definition: ProgramDefinition) -> str:
    lines = []
    for name, source in definition.sources.items():
        title = f"[{source.title}]({source.href})" if source.href else source.title
        where = f", {source.locator}" if source.locator else ""
        lines.append(f"`{name}`: {title}{where} (read {source.accessed.isoformat()}, {source.status})")
    return _list(lines)
