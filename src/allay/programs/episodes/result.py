"""The whole result of a program's episodes: completion, drop-out, adherence, dose and fidelity."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

import allay
from allay.base.disclosure import largest_hidden
from allay.measures.outcome_definitions import outcome_definition
from allay.programs.definitions.definition import ProgramDefinition
from allay.programs.episodes.adherence import adherence, dose_received
from allay.programs.episodes.completion import completion
from allay.programs.episodes.fidelity import fidelity
from allay.programs.episodes.planned import PlannedDoses
from allay.programs.episodes.records import EpisodeFile


def episodes_result(
    file: EpisodeFile, definition: ProgramDefinition, *, as_of: dt.date | None = None
) -> dict[str, Any]:
    """Work out everything about the episodes of one definition, as a plain result.

    Parameters
    ----------
    file : EpisodeFile
        Everybody enrolled.
    definition : ProgramDefinition
        In the version the episodes are under.
    as_of : date, optional
        The day the file was read as of.

    Returns
    -------
    dict
        With the versions of what it rests on, and `notes` that must be read with the numbers.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> from allay.programs.episodes.records import EpisodeRecord
    >>> never = EpisodeRecord("B", dt.date(2026, 1, 5), is_open=False)
    >>> found = episodes_result(EpisodeFile((never,)), get("ppact"))
    >>> found["completion"]["definition"], found["completion"]["share"]
    ('completion@1.0.0', 0.0)
    """
    doses = PlannedDoses(definition)
    counted = completion(file.episodes, doses)
    attendance = adherence(file.episodes, doses, as_of=as_of)
    rule = definition.completion
    return {
        "allay_version": allay.__version__,
        "definition": definition.reference,
        "as_of": as_of,
        "rows_left_out": file.left_out,
        "completion": {
            "definition": outcome_definition("completion").reference,
            "rule": rule.text,
            "rule_status": str(definition.status_of(rule)),
            **_plain(asdict(counted)),
            "ended": counted.ended,
        },
        "adherence": {
            "definition": outcome_definition("adherence").reference,
            **_plain(asdict(attendance)),
        },
        "dose": [_plain(asdict(each)) for each in dose_received(file.episodes, doses)],
        "fidelity": [_plain(asdict(each)) for each in fidelity(file.episodes, doses)],
        "notes": _notes(counted.ended, counted.still_open, file.left_out, as_of),
    }


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Intervals as two limits."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "interval":
            found["low"] = value["low"] if value else None
            found["high"] = value["high"] if value else None
        else:
            found[name] = value
    return found


def _notes(ended: int, still_open: int, left_out: int, as_of: dt.date | None) -> list[str]:
    largest = largest_hidden()
    notes = [
        "Everybody enrolled is counted, those who never started included.",
        "No comparison: these numbers say what was delivered, not what it did.",
        f"Counts of 1 to {largest} people must not be shown outside the program, nor what they follow from.",
    ]
    if ended <= largest:
        notes.append(f"Only {ended} episodes have ended: the shares say little, and may point to a person.")
    if still_open and as_of is None:
        notes.append("Open episodes are counted with all their sessions; give the day the file was made.")
    if left_out:
        notes.append(f"{left_out} rows could not be used and are left out.")
    return notes
