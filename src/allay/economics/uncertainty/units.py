"""Units in expressions: dollars are not added to euros, nor is a rate taken for a probability."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from allay.base.errors import InvalidValue
from allay.economics.uncertainty.expression import Expression

Exponents: TypeAlias = tuple[tuple[str, int], ...]

PLAIN = ("1", "probability", "ratio", "count", "logarithm")
"""Words for numbers without a unit."""
UTILITY = "utility"
"""A utility is quality-adjusted life years in a year."""
_UNIT = re.compile(r"[A-Za-z1][\w-]*(/[A-Za-z][\w-]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the powers of its words; none for a plain number.

    Words are not converted into one another: dollars a month and dollars a year are two units.

    Examples
    --------
    >>> str(Unit.named("USD/year")), str(Unit.named("utility")), str(Unit.named("probability"))
    ('USD/year', 'qaly/year', '1')
    """

    powers: Exponents = ()

    @classmethod
    def named(cls, text: str) -> Unit:
        """Read a unit: one word, or one word per another (``USD/year``, ``1/year``, ``probability``).

        Raises
        ------
        InvalidValue
            For anything else.
        """
        if not _UNIT.fullmatch(text):
            expected = "a unit such as USD, USD/year, 1/year, utility, probability or ratio"
            raise InvalidValue(expected=expected, found=repr(text))
        above, _, below = ("qaly/year" if text == UTILITY else text).partition("/")
        powers = Counter({} if above in PLAIN else {above: 1})
        powers.subtract([below] if below else [])
        return cls._of(powers)

    @classmethod
    def _of(cls, powers: Mapping[str, int]) -> Unit:
        return cls(tuple(sorted((word, power) for word, power in powers.items() if power)))

    def times(self, other: Unit, *, power: int = 1) -> Unit:
        """Multiply with a power of another unit; -1 divides by it."""
        powers = Counter(dict(self.powers))
        powers.update({word: count * power for word, count in other.powers})
        return self._of(powers)

    def __str__(self) -> str:
        above = "*".join(word for word, power in self.powers for _ in range(power))
        below = "*".join(word for word, power in self.powers for _ in range(-power))
        return (above or "1") + (f"/{below}" if below else "")


NUMBER = Unit()


def unit_of(expression: Expression, units: Mapping[str, Unit]) -> Unit | None:
    """Return the unit of an expression; None where a name in it has no unit, so that nothing can be said.

    A number that is written out has no unit, but may be added to or compared with anything.

    Raises
    ------
    InvalidValue
        When different units are added or compared, or a function is given what it does not take.

    Examples
    --------
    >>> units = {"visit": Unit.named("USD"), "visits": Unit.named("1/year"), "p": Unit.named("probability")}
    >>> str(unit_of(Expression("visit * visits"), units))
    'USD/year'
    >>> unit_of(Expression("visit + visits"), units)
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected the same unit on both sides of visit + visits, found USD
    and 1/year
    """
    return _inferred(expression.tree, units)


def _inferred(node: ast.expr, units: Mapping[str, Unit]) -> Unit | None:
    if isinstance(node, ast.Name):
        return units.get(node.id)
    if isinstance(node, ast.UnaryOp):
        return _inferred(node.operand, units)
    if isinstance(node, ast.Call):
        return _of_call(node, units)
    if not isinstance(node, ast.BinOp):
        return NUMBER
    left, right = _inferred(node.left, units), _inferred(node.right, units)
    if isinstance(node.op, ast.Mult | ast.Div):
        if left is None or right is None:
            return None
        return left.times(right, power=1 if isinstance(node.op, ast.Mult) else -1)
    if isinstance(node.op, ast.Add | ast.Sub):
        return _same(node, (node.left, left), (node.right, right))
    if isinstance(node.right, ast.Constant) and isinstance(node.right.value, int):
        return None if left is None else NUMBER.times(left, power=node.right.value)
    return left if left == NUMBER else None


def _same(node: ast.expr, *sides: tuple[ast.expr, Unit | None]) -> Unit | None:
    """The unit of what is added or compared; a number that is written out takes the other's."""
    found = {unit for side, unit in sides if not _written_out(side)}
    known = [unit for unit in found if unit is not None]
    if len(known) > 1:
        shown = " and ".join(str(unit) for _, unit in sides)
        raise InvalidValue(expected=f"the same unit on both sides of {ast.unparse(node)}", found=shown)
    if not found:
        return NUMBER
    return known[0] if len(known) == len(found) else None


def _written_out(node: ast.expr) -> bool:
    return not any(isinstance(inner, ast.Name) for inner in ast.walk(node))


def _of_call(node: ast.Call, units: Mapping[str, Unit]) -> Unit | None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    given = [_inferred(argument, units) for argument in node.args]
    if name in ("min", "max"):
        return _same(node, *zip(node.args, given, strict=True))
    if name in ("rate_to_prob", "prob_to_rate") and len(given) == 2:
        return _with_time(node, name, *given)
    if name == "rate_to_prob":
        first = given[0]
        if first is not None and first.powers and [power for _, power in first.powers] != [-1]:
            raise InvalidValue(expected=f"a rate in {ast.unparse(node)}", found=str(first))
        return NUMBER
    if name == "sqrt":
        return given[0] if given[0] == NUMBER else None
    if given[0] is not None and given[0] != NUMBER:
        raise InvalidValue(expected=f"a number without a unit in {ast.unparse(node)}", found=str(given[0]))
    return None if name == "prob_to_rate" else NUMBER


def _with_time(node: ast.Call, name: str, first: Unit | None, time: Unit | None) -> Unit | None:
    if name == "prob_to_rate":
        if first is not None and first != NUMBER:
            raise InvalidValue(expected=f"a probability in {ast.unparse(node)}", found=str(first))
        return None if time is None else NUMBER.times(time, power=-1)
    if first is not None and time is not None and first.times(time) != NUMBER:
        expected = f"a rate and a time that go together in {ast.unparse(node)}"
        raise InvalidValue(expected=expected, found=f"{first} and {time}")
    return NUMBER
