"""Loading facts from YAML files, one fact per file, the file named after the fact's id."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, HttpUrl, JsonValue, TypeAdapter, ValidationError

from allay.base.documents import Document, Strict, read_yaml_document
from allay.base.errors import InvalidInput, NotFound, Problem
from allay.base.fact import UNKNOWN, Fact, FactValue, Reference, Unknown, Value, find_clash
from allay.base.messages import shown
from allay.base.sources import yaml_files
from allay.base.status import MARKS, Status

__all__ = [
    "UNKNOWN",
    "Fact",
    "FactFile",
    "FactValue",
    "Facts",
    "Reference",
    "Status",
    "Unknown",
    "load_facts",
]

Text = Annotated[str, Field(min_length=1)]
_URL = TypeAdapter(HttpUrl)
# Statuses that claim a text was seen, so the text must be findable.
_SEEN = (Status.VERIFIED, Status.SECONDARY)


class ReferenceRow(Strict):
    """A reference in a fact file."""

    title: Text
    seen_as: Text
    href: Text | None = None
    locator: Text | None = None
    reviewer: Text | None = None


class ValueRow(Strict):
    """A value in a fact file; `effective_to: null` must be written out, so that no end is forgotten."""

    value: bool | int | float | str | tuple[str, ...]
    effective_from: dt.date
    effective_to: dt.date | None
    recorded_on: dt.date
    last_confirmed_on: dt.date | None
    status: Status
    reference: Annotated[tuple[ReferenceRow, ...], Field(min_length=1)]


class FactFile(Strict):
    """A fact file."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")]
    label: Text
    unit: Text
    scope: dict[str, JsonValue]
    values: Annotated[tuple[ValueRow, ...], Field(min_length=1)]


class Facts:
    """A collection of facts, by id.

    Examples
    --------
    >>> from allay.base.disclosure import FACTS
    >>> load_facts(FACTS).get("us.cms.cell_suppression.largest_hidden").latest.value
    10
    """

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._by_id = MappingProxyType({fact.id: fact for fact in sorted(facts, key=lambda fact: fact.id)})

    def get(self, fact_id: str) -> Fact:
        """Return the fact of that id.

        Raises
        ------
        NotFound
            With the nearest ids.
        """
        if fact_id not in self._by_id:
            raise NotFound.among("fact", fact_id, known=self._by_id)
        return self._by_id[fact_id]

    def __contains__(self, fact_id: object) -> bool:
        return fact_id in self._by_id

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)


def load_facts(folder: str | Path | Traversable) -> Facts:
    """Load every fact below a folder.

    Parameters
    ----------
    folder : path
        Searched with its subfolders; each ``ID.yaml`` holds the fact ID.

    Raises
    ------
    InvalidInput
        With the problems of all files: unknown or missing keys, a value that does not go with its unit, a
        missing source, a status stronger than its sources, periods that overlap, an id used twice.
    """
    root = Path(folder) if isinstance(folder, str) else folder
    if not root.is_dir():
        raise InvalidInput(Problem(str(root), "-", "(folder)", "a folder of facts", "no folder"))
    problems: list[Problem] = []
    facts: dict[str, Fact] = {}
    for file in yaml_files(root):
        try:
            fact = _load(file)
        except InvalidInput as invalid:
            problems.extend(invalid.problems)
            continue
        if fact.id in facts:
            problems.append(Problem(str(file), "1", "/id", "an id of its own", f"{fact.id} a second time"))
        facts[fact.id] = fact
    if problems:
        raise InvalidInput(problems)
    return Facts(facts.values())


def _load(file: Path | Traversable) -> Fact:
    document = read_yaml_document(file, FactFile)
    content = document.value
    problems = []
    if file.name != f"{content.id}.yaml":
        problems.append(document.problem("id", expected=f"the file {content.id}.yaml", found=file.name))
    for key, entry in content.scope.items():
        if not isinstance(entry, str | int | bool) and not _is_texts(entry):
            expected = "a text, a whole number, true, false or a list of texts"
            problems.append(document.problem("scope", key, expected=expected, found=shown(entry)))
    for index, row in enumerate(content.values):
        problems += _row_problems(document, index, row)
    if problems:
        raise InvalidInput(problems)
    rows = [_value(content, row) for row in content.values]
    if clash := find_clash(rows):
        raise InvalidInput(_clash_problem(document, rows, clash))
    scope = {key: tuple(v) if isinstance(v, list) else v for key, v in content.scope.items()}
    return Fact(content.id, content.label, content.unit, MappingProxyType(scope), tuple(rows))  # type: ignore[arg-type]


def _is_texts(entry: object) -> bool:
    return isinstance(entry, list | tuple) and bool(entry) and all(isinstance(text, str) for text in entry)


def _row_problems(document: Document[FactFile], index: int, row: ValueRow) -> Iterator[Problem]:
    def problem(*keys: str | int, expected: str, found: str) -> Problem:
        return document.problem("values", index, *keys, expected=expected, found=found)

    unit, value, unknown = document.value.unit, row.value, row.value == UNKNOWN.value
    if wanted := _wrong_for(unit, value):
        yield problem("value", expected=f"{wanted}, the unit being {unit}", found=shown(value))
    if unknown is not (row.status is Status.UNKNOWN):
        expected = "the status unknown with the value unknown, and only with it"
        yield problem("status", expected=expected, found=row.status.value)
    if row.effective_to is not None and row.effective_to < row.effective_from:
        expected = f"a day on or after {row.effective_from}"
        yield problem("effective_to", expected=expected, found=str(row.effective_to))
    if row.status in _SEEN and row.last_confirmed_on is None:
        expected = f"the day it was last compared with its source, the status being {row.status.value}"
        yield problem("last_confirmed_on", expected=expected, found="null")
    for place, reference in enumerate(row.reference):
        if reference.seen_as not in MARKS:
            expected = "one of the marks " + ", ".join(MARKS)
            yield problem("reference", place, "seen_as", expected=expected, found=repr(reference.seen_as))
        if reference.href is not None and not _is_url(reference.href):
            found = repr(reference.href)
            yield problem("reference", place, "href", expected="a web address", found=found)
        if reference.href is None and row.status in _SEEN:
            expected = f"a web address, the status being {row.status.value}"
            yield problem("reference", place, "href", expected=expected, found="none")
    supported = [MARKS[r.seen_as] for r in row.reference if r.seen_as in MARKS]
    if supported and (best := min(supported, key=lambda status: status.rank)).rank > row.status.rank:
        expected = f"at most {best.value}, as its references were seen"
        yield problem("status", expected=expected, found=row.status.value)


def _wrong_for(unit: str, value: object) -> str:
    """Say what a value of this unit must be, or "" when it is that."""
    if value == UNKNOWN.value:
        return ""
    if unit == "bool":
        return "" if isinstance(value, bool) else "true, false or unknown"
    if unit == "code_list":
        return "" if _is_texts(value) else "a list of codes, or unknown"
    if unit == "text":
        return "" if isinstance(value, str) else "a text, or unknown"
    return "" if isinstance(value, int | float) and not isinstance(value, bool) else "a number, or unknown"


def _is_url(text: str) -> bool:
    try:
        _URL.validate_python(text)
    except ValidationError:
        return False
    return True


def _value(content: FactFile, row: ValueRow) -> FactValue:
    value: Value
    if row.value == UNKNOWN.value:
        value = UNKNOWN
    elif isinstance(row.value, float):
        value = Decimal(repr(row.value))  # what was written: at most 15 digits are taken from a file
    else:
        value = row.value
    references = tuple(Reference(**reference.model_dump()) for reference in row.reference)
    return FactValue(
        fact=content.id,
        unit=content.unit,
        value=value,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        recorded_on=row.recorded_on,
        last_confirmed_on=row.last_confirmed_on,
        status=row.status,
        references=references,
    )


def _clash_problem(
    document: Document[FactFile], rows: list[FactValue], clash: tuple[FactValue, FactValue]
) -> Problem:
    earlier, later = (next(i for i, row in enumerate(rows) if row is member) for member in clash)
    other = document.problem("values", earlier, expected="", found="").at
    if clash[0].effective_from == clash[1].effective_from:
        found = f"two rows for it recorded on {clash[1].recorded_on} (the other in line {other})"
        return document.problem("values", later, "recorded_on", expected="one row for a period", found=found)
    found = f"{clash[1].effective_from}, while the row of line {other} holds {clash[0].span}"
    expected = "a first day not covered by another row (end that row by a new one with the same first day)"
    return document.problem("values", later, "effective_from", expected=expected, found=found)
