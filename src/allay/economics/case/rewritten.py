"""A preset's file with other values: its comments and order stay, answers have a source of their own."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from allay.base.status import Status
from allay.economics.case.amount import plain
from allay.economics.case.moved import moved, short
from allay.economics.case.presets import PROGRAM_SOURCE, Preset
from allay.economics.case.quantity import UNITS

SAID = "Given by the program when this case was written"

_HOW = """\
What was answered has not been checked against a document yet: that is what the status `memory` says. To raise
it, write a source beside this one (title, locator, the day it was read; status verified, or contract for what
two parties agreed on) and name it at the number."""


def rewritten(
    preset: Preset,
    changed: Mapping[str, float],
    *,
    as_of: dt.date | None,
    title: str = "",
    answered: int = 0,
) -> str:
    """Return the text of the preset's case with new values, by name of the quantity."""
    yaml = _yaml()
    tree = yaml.load(preset.text)
    keys = {name: place for name, place, _ in preset.case.placed()}
    for name, value in changed.items():
        _set(_at(tree, keys[name]), preset, name, value)
    if changed:
        _add_source(tree["sources"], as_of)
    for scenario in tree.get("scenarios", ()):
        _move_scenario(scenario["given"], preset, changed)
    if title:
        tree["title"] = title
    _add_note(tree, preset, answered)
    text = io.StringIO()
    yaml.dump(tree, text)
    return text.getvalue()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100_000  # lines stay as long as they were
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _at(tree: Any, keys: tuple[str | int, ...]) -> CommentedMap:
    for key in keys:
        tree = tree[key]
    return tree  # type: ignore[no-any-return]


def _set(entry: CommentedMap, preset: Preset, name: str, value: float) -> None:
    before = preset.case.quantity(name)
    note = f"The preset had {plain(before.value)} ({before.source})."
    entry["value"], entry["source"] = _number(value), PROGRAM_SOURCE
    if "status" in entry:
        entry["status"] = Status.MEMORY.value
    if before.distribution is not None:
        given = entry["distribution"]
        found = moved(before.distribution, unit=before.unit, old=before.value, new=value)
        given["name"] = found.name
        if found.parameters or "parameters" in given:
            given["parameters"] = _flow({key: _number(each) for key, each in found.parameters.items()})
    entry["note"] = note


def _add_source(sources: CommentedMap, as_of: dt.date | None) -> None:
    told = {"title": SAID, "accessed": as_of, "status": Status.MEMORY.value}
    sources.insert(0, PROGRAM_SOURCE, _flow(told))
    sources.yaml_set_comment_before_after_key(PROGRAM_SOURCE, before=_HOW, indent=2)


def _move_scenario(given: CommentedMap, preset: Preset, changed: Mapping[str, float]) -> None:
    """Keep how far a scenario is from the value: its ratio, for a share that of its odds."""
    for name in given:
        if name in changed:
            before = preset.case.quantity(name)
            found = as_far(float(given[name]), unit=before.unit, old=before.value, new=changed[name])
            given[name] = _number(short(found))


def as_far(value: float, *, unit: str, old: float, new: float) -> float:
    """Return what is as far from `new` as a value was from `old`: in odds for a share, else as a ratio.

    Examples
    --------
    >>> as_far(3420, unit="usd", old=3800, new=3000), as_far(0.5, unit="probability", old=0.2, new=0.4)
    (2700.0, 0.7272727272727273)
    """
    if unit == "probability":
        if value in (0, 1) or old in (0, 1) or new in (0, 1):
            return value
        odds = value / (1 - value) * (1 - old) / old * new / (1 - new)
        return odds / (1 + odds)
    least, most = UNITS[unit]
    return min(max(value * new / old, least), most) if old else value


def _add_note(tree: CommentedMap, preset: Preset, answered: int) -> None:
    asked = len(preset.questions.questions)
    told = f"{answered} of {asked} questions were answered" if answered else "no question was answered"
    version = preset.case.version
    note = f"Written from the preset {preset.case.id} (version {version}): {told}; all else is the preset's."
    if "notes" not in tree:
        tree["notes"] = CommentedSeq()
    tree["notes"].insert(0, note)


def _flow(members: Mapping[str, Any]) -> CommentedMap:
    found = CommentedMap(members)
    found.fa.set_flow_style()
    return found


def _number(value: float) -> Any:
    """A number that is written without an exponent, as our files have them."""
    return _yaml().load(plain(value))
