"""Reading problems and plans from files, with every problem found and its place."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import TypeVar

from allay.base.documents import Keys, Strict, read_json, read_yaml_document
from allay.base.errors import InvalidInput, Problem
from allay.base.sources import Readable, read_bytes
from allay.base.trees import pointer_to
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.checks.checks import check_problem
from allay.scheduling.problem.checks.index import Finding
from allay.scheduling.problem.checks.plan import check_belongs
from allay.scheduling.problem.problem import SchedulingProblem

__all__ = ["check_problem", "read_plan", "read_problem"]

M = TypeVar("M", bound=Strict)


def read_problem(source: Readable, *, name: str | None = None) -> SchedulingProblem:
    """Read a scheduling problem from JSON or YAML, and refuse what contradicts itself.

    Parameters
    ----------
    source : path or binary stream
        What begins with a brace is JSON, everything else YAML.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        With every problem found, of which the first 50 are kept: wrong shapes, or, where the shape is right,
        all that `check_problem` finds. The place is a JSON pointer.

    Examples
    --------
    >>> import io
    >>> text = '''{"id": "p", "opening": {"start": "2027-01-04"}, "rooms": [], "practitioners": [],
    ...     "services": [], "patients": [{"id": "ana"}, {"id": "ana"}]}'''
    >>> read_problem(io.BytesIO(text.encode()), name="p.json")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: p.json:/patients/1/id: id: expected each id once, found 'ana' again ...
    """
    return _read(source, SchedulingProblem, check_problem, name)


def read_plan(source: Readable, problem: SchedulingProblem, *, name: str | None = None) -> Plan:
    """Read a plan from JSON or YAML, and refuse that of another problem.

    Whether the plan keeps the rules is for `allay.scheduling.checking` to say; refused here is what cannot be
    read as a plan of this problem at all.

    Parameters
    ----------
    source : path or binary stream
    problem : SchedulingProblem
        The problem it is for.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        For wrong shapes, the id or digest of another problem, ids the problem does not have, sessions beyond
        those of their series, and weeks beyond the horizon.

    Examples
    --------
    >>> import datetime as dt, io
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(), practitioners=(),
    ...     patients=())
    >>> nothing = dict.fromkeys(
    ...     ["unserved", "late", "trips", "lost_cents", "total", *(f"{each}_points" for each in (
    ...         "unserved", "late", "trip", "continuity", "preference", "same_day"))], 0)
    >>> plan = Plan(allay_version="1", problem="q", problem_digest="0" * 64, method="replan", score=nothing)
    >>> read_plan(io.BytesIO(plan.model_dump_json().encode()), problem, name="plan.json")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: plan.json:/problem: problem: expected a plan for 'p', found one for 'q'
    """
    return _read(source, Plan, lambda plan: check_belongs(plan, problem), name)


def _read(source: Readable, model: type[M], check: Callable[[M], Iterable[Finding]], name: str | None) -> M:
    data, label = read_bytes(source, name=name)
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        value = read_json(io.BytesIO(data), model, name=label)

        def problem(keys: Keys, expected: str, found: str) -> Problem:
            return Problem(label, pointer_to(*keys), str(keys[-1]), expected, found)
    else:
        document = read_yaml_document(io.BytesIO(data), model, name=label)
        value = document.value

        def problem(keys: Keys, expected: str, found: str) -> Problem:
            return document.problem(*keys, expected=expected, found=found)

    if problems := [problem(*finding) for finding in check(value)]:
        raise InvalidInput(problems)
    return value
