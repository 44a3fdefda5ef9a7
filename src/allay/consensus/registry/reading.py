"""Reading a registry from its folder, with every problem found and its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from importlib.resources.abc import Traversable
from pathlib import Path

from allay.base.documents import Document, read_yaml_document
from allay.base.errors import InvalidInput, Problem
from allay.consensus.registry.checks.coverage import check_rules
from allay.consensus.registry.checks.endorsements import check_withdrawals
from allay.consensus.registry.checks.finding import Entries, RegistryFinding
from allay.consensus.registry.checks.histories import check_histories, days_past
from allay.consensus.registry.checks.once import check_once
from allay.consensus.registry.checks.references import check_references
from allay.consensus.registry.files import FILES, RegistryFile
from allay.consensus.registry.registry import Registry
from allay.coverage.rules.rulebook import Rulebook

SUFFIX = ".yaml"
Folder = str | Path | Traversable


def read_registry(
    folder: Folder, *, as_of: dt.date | None = None, rule_ids: Collection[str] | None = None
) -> Registry:
    """Read a registry and check that what its entries say of each other holds.

    Parameters
    ----------
    folder : path
        With the files `sources.yaml`, `organizations.yaml` and so on; one that is not there is empty.
    as_of : date, optional
        Refuse what is said to have happened after that day.
    rule_ids : collection of str, optional
        Rules that policies may name; by default those that ship with `allay.coverage`.

    Raises
    ------
    InvalidInput
        With every problem of all files. Where a file cannot be read, what may be in it is not missed.

    Examples
    --------
    >>> from allay.consensus.registry.seed import FIELD
    >>> registry = read_registry(FIELD)
    >>> registry.find("workgroups", "Improving Access to Quality Pain Care")
    'coverage'
    """
    documents, problems, unread = _read(_opened(folder), str(folder))
    entries: Entries = {kind: getattr(one.value, kind) for kind, one in documents.items()}
    findings = _findings(entries, unread, as_of, rule_ids)
    problems += [_placed(documents[one.kind], one) for one in findings]
    if problems:
        raise InvalidInput(sorted(problems, key=_place))
    made_up = frozenset(kind for kind, one in documents.items() if one.value.synthetic)
    return Registry(**{kind: tuple(found) for kind, found in entries.items()}, synthetic=made_up)  # type: ignore[arg-type]


def _opened(folder: Folder) -> Path | Traversable:
    place = Path(folder) if isinstance(folder, str) else folder
    if not place.is_dir():
        found = "a file" if place.is_file() else "no such folder"
        raise InvalidInput(Problem(str(folder), "-", "(folder)", "the folder of a registry", found))
    return place


def _read(
    folder: Path | Traversable, name: str
) -> tuple[dict[str, Document[RegistryFile]], list[Problem], set[str]]:
    files = {entry.name: entry for entry in folder.iterdir() if entry.name.endswith((SUFFIX, ".yml"))}
    known = {f"{kind}{SUFFIX}" for kind in FILES}
    if not known & set(files):
        expected = f"a folder with {', '.join(sorted(known))}, or some of them"
        raise InvalidInput(Problem(name, "-", "(folder)", expected, "none of them"))
    problems = [
        Problem(f"{name.rstrip('/')}/{one}", "-", "(file)", f"one of {', '.join(sorted(known))}", one)
        for one in sorted(set(files) - known)
    ]
    documents: dict[str, Document[RegistryFile]] = {}
    unread: set[str] = set()
    for kind, model in FILES.items():
        file = files.get(f"{kind}{SUFFIX}")
        if file is None:
            continue
        try:
            documents[kind] = read_yaml_document(file, model, name=str(file))
        except InvalidInput as invalid:
            problems += invalid.problems
            unread.add(kind)
    return documents, problems, unread


def _findings(
    entries: Entries, unread: Collection[str], as_of: dt.date | None, rule_ids: Collection[str] | None
) -> Iterator[RegistryFinding]:
    yield from check_once(entries)
    yield from check_references(entries, unread=unread)
    yield from check_histories(entries)
    yield from check_withdrawals(entries)
    if entries.get("policies"):
        known = rule_ids if rule_ids is not None else {rule.id for rule in Rulebook.shipped().rules}
        yield from check_rules(entries, known)
    if as_of is not None:
        yield from days_past(entries, as_of)


def _placed(document: Document[RegistryFile], finding: RegistryFinding) -> Problem:
    keys = (finding.kind, *finding.keys)
    return document.problem(*keys, expected=finding.expected, found=finding.found)


def _place(problem: Problem) -> tuple[str, int]:
    return problem.file, int(problem.at) if problem.at.isdecimal() else 0
