"""The twelve criteria of evidence-to-decision tables."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from allay.base.documents import Document
from allay.base.errors import Problem
from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.consensus.protocol.record import ExerciseRecord

DATA = files("allay.consensus.decisions") / "data"


class CriteriaSource(Strict):
    """Where the criteria come from."""

    title: str
    accessed: dt.date
    status: Status


class EtdCriterion(Strict):
    """A criterion, and the question it asks."""

    id: str
    name: str
    asks: str


class EtdCriteria(Strict):
    """All criteria, in the order in which a table shows them."""

    source: CriteriaSource
    criteria: tuple[EtdCriterion, ...]


@cache
def etd_criteria() -> EtdCriteria:
    """Return the shipped criteria.

    Examples
    --------
    >>> len(etd_criteria().criteria), etd_criteria().source.status.value
    (12, 'memory')
    """
    return read_yaml(DATA / "criteria.yaml", EtdCriteria)


def known_criteria() -> tuple[str, ...]:
    """Return the ids that a judgment may name.

    Examples
    --------
    >>> known_criteria()[0], known_criteria()[-1]
    ('problem', 'feasibility')
    """
    return tuple(one.id for one in etd_criteria().criteria)


def judgment_problems(document: Document[ExerciseRecord]) -> tuple[Problem, ...]:
    """Find judgments on criteria that do not exist.

    Parameters
    ----------
    document : Document of ExerciseRecord
        As it was read, so that each problem has its line.

    Examples
    --------
    >>> import io
    >>> from allay.base.documents import read_yaml_document
    >>> text = b'''
    ... decisions:
    ...   - {id: r1, recommendation: Do it, statements: [s1], origin: new, conclusion: Yes,
    ...      judgments: [{criterion: equality, judgment: more}]}
    ... '''
    >>> print(judgment_problems(read_yaml_document(io.BytesIO(text), ExerciseRecord, name="record.yaml"))[0])
    record.yaml:4: /decisions/0/judgments/0/criterion: expected a criterion, such as equity, found 'equality'
    """
    known = known_criteria()
    problems = []
    for at, decision in enumerate(document.value.decisions):
        for place, judgment in enumerate(decision.judgments):
            keys = ("decisions", at, "judgments", place, "criterion")
            if judgment.criterion not in known:
                expected = _expected(judgment.criterion, known)
                problems.append(document.problem(*keys, expected=expected, found=repr(judgment.criterion)))
    return tuple(problems)


def _expected(wanted: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(wanted, known, n=1)
    return f"a criterion, such as {near[0]}" if near else f"one of the criteria {', '.join(known)}"
