"""Reading profiles and shared files: our own strictly, those of others as far as they are known."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from allay.base.documents import Document, read_json
from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.sources import WHOLE_FILE, Readable, read_bytes, ships, text_bytes
from allay.base.trees import ParsedTree, parse_json, parse_yaml
from allay.programs.repository.exchange import ExchangeFile, is_newer
from allay.programs.repository.profile import ProgramProfile, complaint, profile_problems
from allay.programs.repository.statement import Open, Source, Statement
from allay.programs.repository.unread import Judge, left_over, lift, sift, understood

M = TypeVar("M", bound=Open)


@dataclass(frozen=True, slots=True)
class SharedProgram:
    """A shared file as far as this version can read it.

    Attributes
    ----------
    file : ExchangeFile
        What was not read is inside it, under `unread`.
    unread : tuple of str
        JSON pointers of what was not read, as places in the file.
    newer : bool
        Whether a newer version wrote it.
    """

    file: ExchangeFile
    unread: tuple[str, ...]
    newer: bool


def parse(source: Readable, *, name: str | None = None) -> tuple[str, ParsedTree]:
    """Read JSON (a file that begins with a brace) or YAML; returns the name for messages and the tree.

    Examples
    --------
    >>> parse(io.BytesIO(b"id: ours"), name="p.yaml")[1].tree
    {'id': 'ours'}
    """
    data, label = read_bytes(source, name=name)
    data = text_bytes(data, name=label)
    yaml = Path(label).suffix in (".yaml", ".yml") or not data.lstrip().startswith(b"{")
    parsed = parse_yaml(data, name=label, ships=ships(source)) if yaml else parse_json(data, name=label)
    try:
        json.dumps(parsed.tree, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        raise InvalidInput(
            Problem(label, "1", WHOLE_FILE, "text of whole characters, not nested without end", "other text")
        ) from None
    return label, parsed


def read_profile(source: Readable, *, name: str | None = None) -> ProgramProfile:
    """Read a profile strictly: for what a program says of itself, and for what ships with Allay.

    Raises
    ------
    InvalidInput
        Unknown keys and ids, missing values, statements without their source or surer than it, sources that
        nothing rests on: each with its line.

    Examples
    --------
    >>> read_profile(io.BytesIO(b"id: a\\nrecorded_on: 2026-01-31\\nsources: {}\\nplace: x"), name="p.yaml")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: p.yaml:4: /place: expected one of the keys unread, id, kind, ...
    """
    label, parsed = parse(source, name=name)
    return profile_document(label, parsed).value


def profile_document(label: str, parsed: ParsedTree) -> Document[ProgramProfile]:
    """Check a parsed profile as `read_profile` does, and keep the places of its values."""
    document = _document(parsed.tree, ProgramProfile, parsed, label)
    if problems := profile_problems(document, document.value):
        raise InvalidInput(problems)
    return document


def is_shared(parsed: ParsedTree) -> bool:
    """Say whether a parsed file has the form in which programs are shared."""
    return isinstance(parsed.tree, dict) and "format" in parsed.tree


def read_shared(source: Readable, *, name: str | None = None) -> SharedProgram:
    """Read a shared file of any version: what is known is read, the rest is kept and named.

    Parameters
    ----------
    source : path or binary stream

    Raises
    ------
    InvalidInput
        When it is no shared file, or known keys hold what they cannot hold. In a file that a newer version
        wrote, such values are set aside instead.

    Examples
    --------
    >>> text = b'''{"format": "allay-program", "format_version": "1.0", "allay_version": "0.1.0",
    ... "created_as_of": "2026-01-31", "program": {"id": "ours", "recorded_on": "2026-01-31", "sources": {},
    ... "identity": {"mascot": "an owl"}}}'''
    >>> read_shared(io.BytesIO(text)).unread
    ('/program/identity/mascot',)
    """
    label, parsed = parse(source, name=name)
    if not is_shared(parsed):
        found = "no key `format`"
        raise InvalidInput(Problem(label, "1", "format", "a file that a program has exported", found))
    return shared_from(label, parsed)


def shared_from(label: str, parsed: ParsedTree) -> SharedProgram:
    """Read a parsed shared file as `read_shared` does."""
    try:
        tree: Any = lift(parsed.tree, ExchangeFile)
    except InvalidValue as wrong:
        raise InvalidInput(Problem(label, "/", "unread", wrong.expected, wrong.found)) from None
    newer = is_newer(tree.get("format_version"), tree.get("allay_version"))
    tree = sift(tree, ExchangeFile, judge=_judge(tree) if newer else None)
    document = _document(tree, ExchangeFile, parsed, label)
    file = document.value
    if problems := profile_problems(document, file.program, before=("program",), idle=False):
        raise InvalidInput(problems)
    return SharedProgram(file, tuple(left_over(tree)), newer)


def _judge(tree: dict[str, Any]) -> Judge:
    """Make the test by which members of a newer file are taken: readable, and sure of their source."""
    program = tree.get("program")
    listed = program.get("sources") if isinstance(program, dict) else None
    sources = {}
    for key, each in (listed if isinstance(listed, dict) else {}).items():
        sifted = sift(each, Source)
        if isinstance(sifted, dict) and understood(Source, sifted):
            sources[key] = Source.model_validate_json(json.dumps(sifted))

    def judge(model: type[Open], member: dict[str, Any]) -> bool:
        if not understood(model, member):
            return False
        if not issubclass(model, Statement):
            return True
        return complaint(model.model_validate_json(json.dumps(member)), sources) is None

    return judge


def _document(tree: Any, model: type[M], parsed: ParsedTree, label: str) -> Document[M]:
    """Check a tree that was changed since it was parsed; problems are placed in the file as it stood."""
    empty: Any = None
    try:
        value = read_json(io.BytesIO(json.dumps(tree).encode()), model, name=label)
    except InvalidInput as invalid:
        unplaced = Document(label, empty, parsed)
        raise InvalidInput(
            (
                unplaced.problem(*_keys(each.at), expected=each.expected, found=each.found)
                for each in invalid.problems
            ),
            total=invalid.total,
        ) from None
    return Document(label, value, parsed)


def _keys(pointer: str) -> list[str]:
    return [key.replace("~1", "/").replace("~0", "~") for key in pointer.split("/")[1:] if pointer != "/"]
