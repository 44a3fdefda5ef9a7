"""Reading the conditions and numbers of a rule; whatever cannot be meant is a problem with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final

from pydantic import JsonValue

from allay.base.errors import NotFound, Problem
from allay.base.fact import UNKNOWN
from allay.base.facts import Facts
from allay.base.vocabulary import profession_id, service_id
from allay.coverage.cases.paths import FactPath, fact_path
from allay.coverage.rules.conditions import COMPARE, Clause, Conditions, Operand, Operator

Note = Callable[..., None]  # keys..., expected=, found=
_ONE_OF: Final[Mapping[str, Operator]] = {
    "is": "is",
    "is_not": "is_not",
    "said": "said",
    "given": "given",
    "has": "has",
    "lacks": "lacks",
}
# Facts whose values are ids of the common vocabulary.
_VOCABULARY: Mapping[str, Callable[[str], object]] = {
    "service.id": service_id,
    "day.services": service_id,
    "practitioner.profession": profession_id,
    "supervisor.profession": profession_id,
}


class ConditionReader:
    """Reads conditions and collects what is wrong with them."""

    def __init__(self, parameters: Facts, note: Note) -> None:
        self._parameters = parameters
        self._note = note

    def conditions(self, tree: Mapping[str, JsonValue], *keys: str | int) -> Conditions:
        """Read a block: facts and parameters with their conditions, and `any_of` with a list of blocks."""
        clauses = []
        choices = []
        for path, wanted in tree.items():
            if path in self._parameters:
                clauses += self._flag(path, wanted, (*keys, path))
            elif path != "any_of":
                clauses += self._clause(path, wanted, (*keys, path))
            elif isinstance(wanted, list) and all(isinstance(one, dict) for one in wanted):
                blocks = [one for one in wanted if isinstance(one, dict)]
                choices += [self.conditions(one, *keys, path, place) for place, one in enumerate(blocks)]
            else:
                self._note(*keys, path, expected="a list of blocks of conditions", found=repr(wanted))
        return Conditions(tuple(clauses), tuple(choices))

    def operand(self, value: JsonValue, *keys: str | int) -> Operand | None:
        """Read a number: written out, the id of a parameter, or `{fact: path}`."""
        match value:
            case bool():
                pass
            case int() | float():
                return Operand(number=Decimal(str(value)))
            case str():
                if value in self._parameters:
                    return self._parameter(value, keys)
                near = NotFound.among("parameter", value, known=(one.id for one in self._parameters))
                self._note(*keys, expected="the id of a parameter", found=str(near))
                return None
            case {"fact": str(path), **rest} if not rest:
                known = self._path(path, keys)
                if known is not None and known.kind != "number":
                    self._note(*keys, expected="a fact that is a number", found=f"{path}, a {known.kind}")
                return None if known is None else Operand(fact=path)
        self._note(*keys, expected="a number, the id of a parameter or {fact: path}", found=repr(value))
        return None

    def _parameter(self, name: str, keys: Iterable[str | int]) -> Operand | None:
        rows = self._parameters.get(name).values
        if all(row.value is UNKNOWN or isinstance(row.value, int | Decimal) for row in rows):
            return Operand(parameter=name)
        self._note(*keys, expected="a parameter that is a number", found=f"{name} in {rows[0].unit}")
        return None

    def _flag(self, name: str, wanted: JsonValue, keys: tuple[str | int, ...]) -> list[Clause]:
        """Read a condition on a parameter alone: true or false."""
        if isinstance(wanted, bool):
            return [Clause("", "is", frozenset([wanted]), parameter=name)]
        self._note(*keys, expected="true or false for a parameter", found=repr(wanted))
        return []

    def _path(self, path: str, keys: Iterable[str | int]) -> FactPath | None:
        try:
            return fact_path(path)
        except NotFound as missing:
            self._note(*keys, expected="a fact that rules may read", found=str(missing))
            return None

    def _clause(self, path: str, wanted: JsonValue, keys: tuple[str | int, ...]) -> list[Clause]:
        known = self._path(path, keys)
        if known is None:
            return []
        if not isinstance(wanted, dict):
            return self._one_of(known, "has" if known.kind == "set" else "is", wanted, keys)
        clauses = []
        for operator, value in wanted.items():
            if operator in COMPARE:
                clauses += self._comparison(known, operator, value, keys)
            elif operator == "given" and isinstance(value, bool):
                clauses.append(Clause(path, "given", frozenset([value])))
            elif operator in _ONE_OF and operator != "given":
                clauses += self._one_of(known, operator, value, keys)
            else:
                self._note(*keys, expected="one of " + ", ".join([*_ONE_OF, *COMPARE]), found=operator)
        return clauses

    def _comparison(
        self, known: FactPath, operator: str, value: JsonValue, keys: tuple[str | int, ...]
    ) -> list[Clause]:
        if known.kind != "number":
            self._note(*keys, expected=f"{known.path} to be a number for {operator}", found=f"a {known.kind}")
            return []
        operand = self.operand(value, *keys, operator)
        if operand is None:
            return []
        return [Clause(known.path, _OPERATORS[operator], operand=operand)]

    def _one_of(
        self, known: FactPath, operator: str, wanted: JsonValue, keys: tuple[str | int, ...]
    ) -> list[Clause]:
        if (known.kind == "set") is not (operator in ("has", "lacks")):
            kind = "a set, with has or lacks" if operator in ("has", "lacks") else "no set (use has or lacks)"
            self._note(*keys, expected=f"{known.path} to be {kind}", found=f"a {known.kind}")
            return []
        if isinstance(wanted, dict):
            return self._listed(known, operator, wanted, keys)
        values = wanted if isinstance(wanted, list) else [wanted]
        good = [value for value in values if self._allowed(known, value, keys)]
        return [Clause(known.path, _OPERATORS[operator], frozenset(good))] if good else []

    def _listed(
        self, known: FactPath, operator: str, wanted: Mapping[str, JsonValue], keys: tuple[str | int, ...]
    ) -> list[Clause]:
        """Read a list that is a parameter: `{parameter: id}`."""
        name = wanted.get("parameter")
        if set(wanted) == {"parameter"} and isinstance(name, str) and name in self._parameters:
            return [Clause(known.path, _OPERATORS[operator], listed=name)]
        self._note(*keys, expected="{parameter: id of a list}", found=repr(dict(wanted)))
        return []

    def _allowed(self, known: FactPath, value: JsonValue, keys: tuple[str | int, ...]) -> bool:
        kinds: Mapping[str, type] = {"flag": bool, "number": int}
        kind = kinds.get(known.kind, str)
        if type(value) is not kind:
            words = {bool: "true or false", int: "a whole number"}.get(kind, "text")
            self._note(*keys, expected=words, found=repr(value))
            return False
        if known.allowed and value not in known.allowed:
            near = NotFound.among("value", str(value), known=known.allowed)
            self._note(*keys, expected=f"a value of {known.path}", found=str(near))
            return False
        try:
            _VOCABULARY.get(known.path, str)(str(value))
        except NotFound as missing:
            self._note(*keys, expected=f"a value of {known.path}", found=str(missing))
            return False
        return True


_OPERATORS: Mapping[str, Operator] = {
    **_ONE_OF,
    "at_least": "at_least",
    "more_than": "more_than",
    "at_most": "at_most",
    "less_than": "less_than",
}


def note_into(problems: list[Problem], problem: Callable[..., Problem], *start: str | int) -> Note:
    """Return a function that appends a problem at a place below `start`."""

    def note(*keys: str | int, expected: str, found: str) -> None:
        problems.append(problem(*start, *keys, expected=expected, found=found))

    return note
