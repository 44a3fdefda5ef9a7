"""Statements: what a source says that is no cell of a table, such as harms and recommendations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from allay.base.documents import Strict, read_yaml_document
from allay.base.errors import InvalidInput
from allay.base.sources import Readable
from allay.base.status import MARKS, Status
from allay.programs.evidence.effect import FOLDER
from allay.programs.evidence.review import reviews
from allay.programs.evidence.terms import terms


class StatementKind(StrEnum):
    """What kind of statement it is."""

    FINDING = "finding"
    HARM = "harm"
    TRIALS = "trials"
    RECOMMENDATION = "recommendation"


class StatementRow(Strict):
    """A statement in the file of statements; `plain` is the id of a phrase for patients."""

    id: str
    source: str
    kind: StatementKind
    conditions: tuple[str, ...]
    services: tuple[str, ...]
    comparator: str | None
    text: str
    plain: str | None
    locator: str
    status: Status


class StatementFile(Strict):
    """The file of statements."""

    recorded_on: dt.date
    statements: tuple[StatementRow, ...]


@dataclass(frozen=True, slots=True)
class EvidenceStatement:
    """What a source says in words, in words of our own.

    `conditions` and `services` are ids; `plain` is the id of the phrase that says it to patients, if any.
    """

    id: str
    source: str
    kind: StatementKind
    conditions: tuple[str, ...]
    services: tuple[str, ...]
    comparator: str | None
    text: str
    plain: str | None
    locator: str
    status: Status

    def concerns(self, *, condition: str | None, services: Collection[str] | None) -> bool:
        """Whether it is about the condition and one of the services; None is any."""
        return (condition is None or condition in self.conditions) and (
            services is None or bool(set(services) & set(self.services))
        )


def load_statements(source: Readable) -> tuple[EvidenceStatement, ...]:
    """Read a file of statements.

    Raises
    ------
    InvalidInput
        Ids used twice; sources, conditions, services and comparators that are not there; a status stronger
        than its source was seen.

    Examples
    --------
    >>> len(load_statements(FOLDER / "statements.yaml"))
    10
    """
    document = read_yaml_document(source, StatementFile)
    problems, seen = [], set()
    for index, row in enumerate(document.value.statements):
        known = {
            "source": ([row.source], reviews()),
            "conditions": (row.conditions, terms().conditions),
            "services": (row.services, terms().interventions),
            "comparator": ([row.comparator] if row.comparator else [], terms().comparators),
        }
        for name, (given, there) in known.items():
            for each in given:
                if each not in there:
                    expected = f"one of {', '.join(there)}"
                    where = ("statements", index, name)
                    problems.append(document.problem(*where, expected=expected, found=repr(each)))
        if row.id in seen:
            found = f"{row.id} again"
            problems.append(
                document.problem("statements", index, "id", expected="an id of its own", found=found)
            )
        seen.add(row.id)
        best = MARKS[reviews()[row.source].seen_as] if row.source in reviews() else Status.VERIFIED
        if row.status.rank < best.rank:
            expected, found = f"at most {best}, as its source was seen", row.status.value
            problems.append(document.problem("statements", index, "status", expected=expected, found=found))
    if problems:
        raise InvalidInput(problems)
    return tuple(EvidenceStatement(**dict(row)) for row in document.value.statements)


@cache
def statements() -> tuple[EvidenceStatement, ...]:
    """Return the statements that ship with Allay."""
    return load_statements(FOLDER / "statements.yaml")
