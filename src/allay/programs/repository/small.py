"""Small counts among the statements of a profile: hidden before it is shared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allay.base.disclosure import largest_hidden
from allay.programs.repository.profile import ProgramProfile, statements
from allay.programs.repository.statement import Number, PeopleStatement, Range, ResultStatement, Statement

PEOPLE = frozenset({"patient", "person", "member", "participant", "people", "veteran", "worker"})
PERCENT = frozenset({"%", "percent", "percentage"})


def is_small(value: Number | Range | None) -> bool:
    """Say whether a count of people is too small to be shown; zero is not.

    Examples
    --------
    >>> [is_small(each) for each in (0, 1, 10, 11, None, Range(low=5, high=40))]
    [False, True, True, False, False, True]
    """
    if value is None:
        return False
    ends = (value.low, value.high) if isinstance(value, Range) else (value,)
    return any(0 < end < largest_hidden() + 1 for end in ends)


def without_small_counts(profile: ProgramProfile) -> tuple[ProgramProfile, tuple[str, ...]]:
    """Hide counts of 1 to 10 people, results of so few, and percentages that give such a count away.

    A percentage of n people is a count of them, and so is the rest: 85% of 60 says that 9 did not.

    Returns
    -------
    profile : ProgramProfile
    hidden : tuple of str
        Where something was hidden, as JSON pointers.

    Examples
    --------
    >>> import datetime as dt
    >>> seen = {"as_of": "2026", "source": "own", "status": "verified", "value": 7}
    >>> few = PeopleStatement.model_validate(seen, strict=False)
    >>> ours = ProgramProfile(id="ours", recorded_on=dt.date(2026, 1, 31), sources={}, results=())
    >>> ours = ours.model_copy(update={"population": ours.population.model_copy(update={"patients": (few,)})})
    >>> without_small_counts(ours)[1]
    ('/population/patients/0',)
    """
    hidden = dict(_hidden(profile))
    changed: dict[str, Any] = {}
    for (section, *rest), statement in hidden.items():
        if len(rest) == 1:
            held = list(changed.get(section, getattr(profile, section)))
            held[int(rest[0])] = statement
            changed[section] = tuple(held)
        else:
            field, place = str(rest[0]), int(rest[1])
            content = changed.get(section, getattr(profile, section))
            held = list(getattr(content, field))
            held[place] = statement
            changed[section] = content.model_copy(update={field: tuple(held)})
    where = tuple("/" + "/".join(map(str, keys)) for keys in hidden)
    return profile.model_copy(update=changed), where


def _hidden(profile: ProgramProfile) -> Iterator[tuple[tuple[Any, ...], Statement]]:
    for keys, statement in statements(profile):
        if isinstance(statement, PeopleStatement) and is_small(statement.value):
            yield keys, statement.model_copy(update={"value": None, "hidden": True, "note": None})
        elif isinstance(statement, ResultStatement) and (cleared := _cleared(statement)):
            yield keys, statement.model_copy(update=cleared)


def _cleared(result: ResultStatement) -> dict[str, Any]:
    nothing = {"value": None, "direction": None, "low": None, "high": None, "sd": None, "note": None}
    if is_small(result.n):
        return {**nothing, "n": None, "hidden": True}
    unit = (result.unit or "").lower().split()[:1]
    tells = any(word.removesuffix("s") in PEOPLE for word in unit) and is_small(result.value)
    if any(word in PERCENT for word in unit) and result.n and result.value is not None:
        shares = (result.value.low, result.value.high) if isinstance(result.value, Range) else (result.value,)
        counts = [round(share / 100 * result.n) for share in shares]
        tells = any(is_small(count) or is_small(result.n - count) for count in counts)
    return {**nothing, "hidden": True} if tells else {}
