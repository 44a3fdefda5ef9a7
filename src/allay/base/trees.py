"""YAML and JSON text to a plain tree, strictly: no value is ever guessed.

Of YAML only the plain part is taken. Unquoted ``null`` (or nothing), ``true``, ``false``, whole numbers and
decimal numbers mean what they say; everything else is text, so ``no``, ``2026-01-01``, ``1e3`` and ``012``
stay text. Duplicate keys, anchors, aliases, tags and second documents are refused.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from allay.base.errors import InvalidInput, Problem
from allay.base.messages import shown
from allay.base.sources import WHOLE_FILE

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | int | float | bool | None"

MAX_DEPTH = 40
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+", re.ASCII)
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


def pointer_to(*keys: str | int) -> str:
    """Write keys as a JSON pointer (RFC 6901).

    Examples
    --------
    >>> pointer_to("values", 0, "a/b")
    '/values/0/a~1b'
    """
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


@dataclass(slots=True)
class ParsedTree:
    """A tree, and for each JSON pointer the line it starts on (none for JSON)."""

    tree: Tree
    lines: dict[str, int] = field(default_factory=dict)


def parse_json(data: bytes, *, name: str) -> ParsedTree:
    """Parse JSON; duplicate keys and NaN are refused."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = sorted({key for key in keys if keys.count(key) > 1})
            raise InvalidInput(Problem(name, "-", key, "each key once", "it twice") for key in twice)
        return members

    def number(text: str) -> float:
        if not math.isfinite(float(text)):
            raise InvalidInput(Problem(name, "-", WHOLE_FILE, "numbers a computer can hold", text))
        return float(text)

    try:
        return ParsedTree(
            json.loads(data, object_pairs_hook=unique, parse_float=number, parse_constant=number)
        )
    except json.JSONDecodeError as error:
        problem = Problem(name, str(error.lineno), WHOLE_FILE, "JSON", f"{error.msg} in column {error.colno}")
        raise InvalidInput(problem) from None
    except RecursionError:
        raise InvalidInput(Problem(name, "1", WHOLE_FILE, "JSON", "too many levels")) from None
    except ValueError:  # Python reads no whole number of more than 4300 digits
        found = "one of thousands of digits"
        raise InvalidInput(Problem(name, "-", WHOLE_FILE, "numbers of a sensible length", found)) from None


def parse_yaml(data: bytes, *, name: str, ships: bool = False) -> ParsedTree:
    """Parse the plain part of YAML, keeping the line of every value.

    Parameters
    ----------
    data : bytes
        UTF-8 text.
    name : str
        What messages call the file.
    ships : bool
        Whether the file ships with Allay. Then libyaml reads it where ruamel.yaml.clib is installed, many
        times as fast; a test holds that both parsers read all such files alike. They differ on odd texts, so
        what a user brings is read by the parser in Python, and means the same on every machine.
    """
    text = data.decode("utf-8")
    if ships:
        try:
            return _parsed(text, name=name, pure=False)
        except (YAMLError, ImportError, InvalidInput):
            pass  # no libyaml, or something wrong: the parser in Python says what
    try:
        return _parsed(text, name=name, pure=True)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = "1" if mark is None else str(mark.line + 1)
        found = " ".join(part for part in (error.context, error.problem) if part) or "something else"
        raise InvalidInput(Problem(name, at, WHOLE_FILE, "YAML", found.replace("\n", " "))) from None
    except YAMLError as error:
        found = str(error).splitlines()[0]
        raise InvalidInput(Problem(name, "1", WHOLE_FILE, "YAML", found)) from None


def _parsed(text: str, *, name: str, pure: bool) -> ParsedTree:
    builder = _Builder(name)
    tree = builder.document(iter(YAML(typ="safe", pure=pure).parse(text)))
    if builder.problems:
        raise InvalidInput(builder.problems)
    return ParsedTree(tree, builder.lines)


class _Builder:
    """Turns the events of the YAML parser into a tree; collects problems instead of stopping at one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[str, int] = {"": 1}
        self.problems: list[Problem] = []

    def refuse(self, event: Event, where: str, expected: str, found: str) -> None:
        line = str(event.start_mark.line + 1)
        self.problems.append(Problem(self.name, line, where or WHOLE_FILE, expected, found))

    def document(self, events: Iterator[Event]) -> Tree:
        tree: Tree = None
        seen = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                seen += 1
                if seen > 1:
                    self.refuse(event, "", "one document", "a second one after '---'")
                    break
            elif isinstance(event, NodeEvent):
                tree = self.node(event, events, (), "")
        return tree

    def node(self, event: Event, events: Iterator[Event], keys: tuple[str | int, ...], where: str) -> Tree:
        self.lines[where] = event.start_mark.line + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            self.refuse(event, where, "the value itself", "an anchor or alias (& or *)")
        if (tag := getattr(event, "tag", None)) and str(tag) != "!":
            self.refuse(event, where, "a value without a tag", f"the tag {tag}")
        if len(keys) > MAX_DEPTH:
            raise InvalidInput(
                Problem(self.name, str(self.lines[where]), where, f"at most {MAX_DEPTH} levels", "more")
            )
        if isinstance(event, MappingStartEvent):
            return self.mapping(events, keys)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(events, keys)
        if isinstance(event, ScalarEvent):
            return self.scalar(event, where)
        return None

    def mapping(self, events: Iterator[Event], keys: tuple[str | int, ...]) -> dict[str, Tree]:
        members: dict[str, Tree] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            if not isinstance(event, ScalarEvent):
                raise InvalidInput(
                    Problem(
                        self.name,
                        str(event.start_mark.line + 1),
                        pointer_to(*keys) or WHOLE_FILE,
                        "a key that is one word or a quoted text",
                        "a list, a mapping or an alias",
                    )
                )
            key = str(event.value)
            where = pointer_to(*keys, key)
            if key in members:
                first = self.lines[where]
                self.refuse(event, where, "each key once", f"it again (first in line {first})")
            line = event.start_mark.line + 1
            members[key] = self.node(next(events), events, (*keys, key), where)
            self.lines[where] = line  # the key's line: a block value starts further down
        return members

    def sequence(self, events: Iterator[Event], keys: tuple[str | int, ...]) -> list[Tree]:
        entries: list[Tree] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            index = len(entries)
            entries.append(self.node(event, events, (*keys, index), pointer_to(*keys, index)))
        return entries

    def scalar(self, event: ScalarEvent, where: str) -> Tree:
        text = str(event.value)
        if event.style:  # quoted or a block: text, whatever it looks like
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _WHOLE.fullmatch(text) or _DECIMAL.fullmatch(text):
            # 15 digits is what a float keeps exactly, so 33.2875 comes out as it was written.
            if sum(character.isdigit() for character in text) > 15:
                found = f"{shown(text)} (quote it if it is text)"
                self.refuse(event, where, "a number of at most 15 digits", found)
                return text
            return float(text) if "." in text else int(text)
        return text
