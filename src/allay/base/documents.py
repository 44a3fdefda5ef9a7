"""Reading YAML and JSON into checked models; every error names file, line and field."""

from __future__ import annotations

import datetime as dt
import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from allay.base.errors import InvalidInput, Problem
from allay.base.messages import expected_text, shown
from allay.base.sources import Readable, read_bytes, ships, text_bytes
from allay.base.trees import ParsedTree, Tree, parse_json, parse_yaml, pointer_to

WHOLE_DOCUMENT = "(document)"

M = TypeVar("M", bound=BaseModel)
Keys = tuple[str | int, ...]


class Strict(BaseModel):
    """Base of the models of our files: unknown keys refused, nothing converted, frozen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True, slots=True)
class Document(Generic[M]):
    """A checked model together with where each of its values stood.

    Attributes
    ----------
    name : str
        File name, as messages show it.
    value : Strict
        The checked model.
    """

    name: str
    value: M
    _parsed: ParsedTree = field(repr=False)

    def problem(self, *keys: str | int, expected: str, found: str) -> Problem:
        """Make a `Problem` for the value under `keys`, with its line."""
        return _problem(self.name, self._parsed, keys, expected=expected, found=found)


def read_yaml(source: Readable, model: type[M], *, name: str | None = None) -> M:
    """Read a YAML file into a model.

    Parameters
    ----------
    source : path or binary stream
        The file; UTF-8, a byte-order mark is skipped.
    model : subclass of Strict
        The shape of the document.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        With every problem found: syntax, duplicate and unknown keys, missing keys, wrong types, and whatever
        the validators of the model refuse. `Problem.at` is the line, `Problem.field` the JSON pointer.

    Examples
    --------
    >>> import io
    >>> class Person(Strict):
    ...     name: str
    ...     visits: int
    >>> read_yaml(io.BytesIO(b"name: Ana\\nvisits: 3"), Person)
    Person(name='Ana', visits=3)
    >>> read_yaml(io.BytesIO(b"name: Ana\\nvisits: three"), Person, name="p.yaml")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: p.yaml:2: /visits: expected a whole number, found 'three'
    """
    return read_yaml_document(source, model, name=name).value


def read_yaml_document(source: Readable, model: type[M], *, name: str | None = None) -> Document[M]:
    """Read a YAML file as `read_yaml` does, and keep the lines for checks that come later.

    Examples
    --------
    >>> import io
    >>> class Range(Strict):
    ...     low: int
    ...     high: int
    >>> document = read_yaml_document(io.BytesIO(b"low: 5\\nhigh: 3"), Range, name="r.yaml")
    >>> print(document.problem("high", expected="a number above low", found="3"))
    r.yaml:2: /high: expected a number above low, found 3
    """
    data, label = read_bytes(source, name=name)
    parsed = parse_yaml(text_bytes(data, name=label), name=label, ships=ships(source))
    return Document(label, _validate(parsed, model, label), parsed)


def read_json(source: Readable, model: type[M], *, name: str | None = None) -> M:
    """Read a JSON file into a model; the errors are those of `read_yaml`.

    Lines are not kept for JSON: `Problem.at` is the JSON pointer and `Problem.field` the key.

    Examples
    --------
    >>> import io
    >>> class Visit(Strict):
    ...     minutes: int
    >>> read_json(io.BytesIO(b'{"minutes": "30"}'), Visit, name="v.json")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: v.json:/minutes: minutes: expected a whole number, found '30'
    """
    data, label = read_bytes(source, name=name)
    return _validate(parse_json(text_bytes(data, name=label), name=label), model, label)


def _validate(parsed: ParsedTree, model: type[M], name: str) -> M:
    try:
        # Through JSON, because strictness then allows exactly what a text file can say: a date as text.
        value = model.model_validate_json(json.dumps(parsed.tree))
    except ValidationError as error:
        halves = [
            _problem(name, parsed, keys, expected="whole characters", found="half of a surrogate pair")
            for keys in _halves(parsed.tree, ())
        ]
        raise InvalidInput(halves or _problems(error, parsed, model, name)) from None
    problems = [
        _problem(name, parsed, keys, expected="a date as YYYY-MM-DD", found=found)
        for keys, found in _odd_dates(value, parsed.tree, ())
    ]
    if problems:
        raise InvalidInput(problems)
    return value


def _halves(tree: Tree, keys: Keys) -> Iterable[Keys]:
    """Find texts that nothing can write: an escape such as "\\ud800" stands for half a character."""
    if isinstance(tree, str):
        if any("\ud800" <= sign <= "\udfff" for sign in tree):
            yield keys
    elif isinstance(tree, dict):
        for key, branch in tree.items():
            halved = [*_halves(key, keys)]
            yield from halved or _halves(branch, (*keys, key))
    elif isinstance(tree, list):
        for index, branch in enumerate(tree):
            yield from _halves(branch, (*keys, index))


def _odd_dates(value: Any, tree: Tree, keys: Keys) -> Iterable[tuple[Keys, str]]:
    """Find dates given as a count of seconds ("1579564800"), which pydantic takes even when strict."""
    if isinstance(value, dt.date) and isinstance(tree, str):
        if not tree.startswith(dt.date(value.year, value.month, value.day).isoformat()):
            yield keys, repr(tree)
    elif isinstance(value, BaseModel) and isinstance(tree, dict):
        for key, info in type(value).model_fields.items():
            alias = info.alias or key
            if alias in tree:
                yield from _odd_dates(getattr(value, key), tree[alias], (*keys, alias))
    elif isinstance(value, dict) and isinstance(tree, dict):
        for key, member in value.items():
            if key in tree:
                yield from _odd_dates(member, tree[key], (*keys, key))
    elif isinstance(value, list | tuple) and isinstance(tree, list):
        for index, (member, branch) in enumerate(zip(value, tree, strict=False)):
            yield from _odd_dates(member, branch, (*keys, index))


def _problem(name: str, parsed: ParsedTree, keys: Keys, *, expected: str, found: str) -> Problem:
    where = pointer_to(*keys)
    if not parsed.lines:
        return Problem(name, where or "/", str(keys[-1]) if keys else WHOLE_DOCUMENT, expected, found)
    line = next(
        parsed.lines[pointer]
        for pointer in (pointer_to(*keys[:length]) for length in range(len(keys), -1, -1))
        if pointer in parsed.lines
    )
    return Problem(name, str(line), where or WHOLE_DOCUMENT, expected, found)


def _problems(error: ValidationError, parsed: ParsedTree, model: type[BaseModel], name: str) -> list[Problem]:
    """One problem per place: pydantic reports each member of a union by itself."""
    merged: dict[Keys, tuple[list[str], str]] = {}
    for item in error.errors(include_url=False):
        keys, value, exists = _follow(parsed.tree, item["loc"], missing=item["type"] == "missing")
        found = shown(value) if exists else "nothing"
        expected, found = expected_text(item, found)
        if item["type"] == "extra_forbidden":
            found = f"the unknown key {keys[-1]!r}"
            expected = _known_keys(model, keys, parsed.tree)
        alternatives, _ = merged.setdefault(keys, ([], found))
        if expected not in alternatives:
            alternatives.append(expected)
    deepest = [keys for keys in merged if not any(o != keys and o[: len(keys)] == keys for o in merged)]
    problems = [
        _problem(name, parsed, keys, expected=" or ".join(merged[keys][0]), found=merged[keys][1])
        for keys in deepest
    ]
    return sorted(problems, key=lambda problem: int(problem.at) if problem.at.isdigit() else 0)


def _follow(tree: Tree, location: Keys, *, missing: bool) -> tuple[Keys, Tree, bool]:
    """Follow a pydantic location in the tree, leaving out the steps that name a type and not a key."""
    keys: list[str | int] = []
    for step in location:
        if isinstance(tree, dict) and isinstance(step, str) and step in tree:  # noqa: SIM114
            tree = tree[step]
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            continue
        keys.append(step)
    if missing and location:
        return (*keys, location[-1]), None, False
    return tuple(keys), tree, True


def _known_keys(model: type[BaseModel], keys: Keys, tree: Tree) -> str:
    """Say which keys are allowed where an unknown one was found."""
    schema = model.model_json_schema()
    node: dict[str, Any] = schema
    value: Tree = tree
    for key in keys[:-1]:
        node = _resolve(node, schema, value)
        step = node.get("items", {}) if isinstance(key, int) else node.get("properties", {}).get(key)
        node = step if isinstance(step, dict) else node.get("additionalProperties") or {}
        value = value[key]  # type: ignore[index]  # these keys were found in the tree
    names = list(_resolve(node, schema, value).get("properties", {}))
    near = difflib.get_close_matches(str(keys[-1]), names, n=1)
    listed = "one of the keys " + ", ".join(names) if names else "no such key"
    return listed + (f" (did you mean {near[0]!r}?)" if near else "")


def _resolve(node: dict[str, Any], schema: dict[str, Any], value: Tree) -> dict[str, Any]:
    """Follow references; of several models, take the one that the value itself names."""
    marked = node.get("discriminator")
    if marked and isinstance(value, dict):
        named = marked["mapping"].get(value.get(marked["propertyName"]))
        node = {"$ref": named} if named else node
    for option in (node, *node.get("anyOf", ()), *node.get("oneOf", ())):
        if "$ref" in option:
            return dict(schema["$defs"][option["$ref"].rsplit("/", 1)[-1]])
    return next((o for o in node.get("anyOf", ()) if o.get("type") != "null"), node)
