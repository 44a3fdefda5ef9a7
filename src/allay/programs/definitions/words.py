"""A definition in words: dose, length and time points as people say them, for pages and the command line."""

from __future__ import annotations

from allay.programs.definitions.definition import ProgramDefinition
from allay.programs.definitions.entries import ComponentEntry, LengthEntry, MeasureEntry, TimepointEntry


def length_text(length: LengthEntry) -> str:
    """Say how long a phase is.

    Examples
    --------
    >>> length_text(LengthEntry(program_days=20, at_most=True)), length_text(LengthEntry(weeks=1))
    ('up to 20 program days', '1 week')
    """
    name, count = next(
        (name, count)
        for name in ("weeks", "days", "months", "program_days")
        if (count := getattr(length, name))
    )
    unit = name.replace("_", " ")
    return f"{'up to ' if length.at_most else ''}{count} {unit[:-1] if count == 1 else unit}"


def dose_text(component: ComponentEntry) -> str:
    """Say how often a component takes place; "no dose given" where the definition does not say.

    Examples
    --------
    >>> weekly = ComponentEntry(
    ...     id="a", service="yoga", part="core", how="group", per_week=1, sessions=12, minutes=90, source="x"
    ... )
    >>> dose_text(weekly)
    '12 sessions, 1 a week, 90 minutes'
    """
    if component.linked_to:
        parts = [f"with {component.linked_to}"]
    elif component.every_day:
        parts = ["every program day"]
    elif component.on_days:
        parts = [
            f"on day{'s' if len(component.on_days) > 1 else ''} {', '.join(map(str, component.on_days))}"
        ]
    else:
        parts = (
            [f"{component.sessions} session{'s' * (component.sessions > 1)}"] if component.sessions else []
        )
        parts += [f"{component.per_week} a week"] if component.per_week else []
        parts += [f"every {component.spacing_days} days"] if component.spacing_days else []
    parts = parts or ["no dose given"]
    if component.weekdays:
        parts.append(f"on {' '.join(component.weekdays)}")
    if component.minutes:
        most = f" to {component.minutes_most}" if component.minutes_most else ""
        parts.append(f"{component.minutes}{most} minutes")
    return ", ".join(parts)


def timepoint_text(timepoint: TimepointEntry) -> str:
    """Say when a time point is, and its window.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> timepoint_text(get("starter").timepoint("three_months"))
    '3 months after the end of the program; open from 14 days before to 28 days after'
    """
    if timepoint.each:
        anchor = f"each session of {timepoint.each}"
    elif timepoint.after:
        anchor = timepoint.after
    else:
        name = "the program" if timepoint.of == "program" else timepoint.of
        anchor = f"the {timepoint.edge} of {name}"
    moves = [f"{timepoint.offset_months} months"] if timepoint.offset_months else []
    moves += [f"{abs(timepoint.offset_days)} days"] if timepoint.offset_days else []
    side = "before" if timepoint.offset_days < 0 and not timepoint.offset_months else "after"
    when = f"{' and '.join(moves)} {side} {anchor}" if moves else anchor
    window = f"{-timepoint.opens_days} days before to {timepoint.closes_days} days after"
    return f"{when}; open from {window}"


def measure_text(measure: MeasureEntry) -> str:
    """Say what is measured.

    Examples
    --------
    >>> measure_text(MeasureEntry(instrument="odi", at=("end",), only_for="low back", source="x"))
    'odi (only for low back)'
    """
    only = f" (only for {measure.only_for})" if measure.only_for else ""
    return " ".join((measure.instrument or measure.definition, *measure.scales)) + only


def phase_condition(definition: ProgramDefinition, phase_id: str) -> str:
    """Say on which gate a phase depends; empty where every episode has it.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> phase_condition(get("acupuncture-clbp"), "more_visits")
    'if improving: yes'
    """
    opened = definition.gate_of(phase_id)
    return f"if {opened[0].id}: {'yes' if opened[1] else 'no'}" if opened else ""
