"""Expressions in files: names, numbers, arithmetic and a few functions, over arrays; nothing else."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue, NotFound

Array = NDArray[np.float64]

LONGEST = 500
"""Characters of an expression; a longer one is better said with names."""


def _rate_to_prob(rate: Array, time: Array | float = 1.0) -> Array:
    """As `allay.economics.models.rates`, but what cannot be becomes a NaN, which the caller names."""
    found: Array = np.where((rate < 0) | (np.asarray(time) < 0), np.nan, -np.expm1(-rate * time))
    return found


def _prob_to_rate(probability: Array, time: Array | float = 1.0) -> Array:
    found: Array = np.where((probability < 0) | (probability >= 1), np.nan, -np.log1p(-probability) / time)
    return found


FUNCTIONS: Mapping[str, tuple[Callable[..., Any], tuple[int, ...]]] = MappingProxyType(
    {
        "exp": (np.exp, (1,)),
        "log": (np.log, (1,)),
        "sqrt": (np.sqrt, (1,)),
        "min": (np.minimum, (2,)),
        "max": (np.maximum, (2,)),
        "rate_to_prob": (_rate_to_prob, (1, 2)),
        "prob_to_rate": (_prob_to_rate, (1, 2)),
    }
)
"""Each function with the numbers of arguments it takes."""

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that has been read: its text and the names and numbers in it.

    Parameters
    ----------
    text : str
        Such as ``"p_ill * (1 - p_die)"``. Arithmetic is ``+ - * / **`` with brackets; the functions are
        ``exp log sqrt min max rate_to_prob prob_to_rate``, the last two with an optional time.

    Raises
    ------
    InvalidValue
        For anything else.

    Examples
    --------
    >>> expression = Expression("1 - exp(-rate * years)")
    >>> sorted(expression.names), expression.numbers
    (['rate', 'years'], (1.0,))
    >>> expression.value({"rate": np.array([0.1, 0.2]), "years": np.array(2.0)}).round(3).tolist()
    [0.181, 0.33]
    >>> Expression("rate * ")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected an expression, found 'rate * '
    """

    text: str
    tree: ast.expr = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST:
            found = f"{len(self.text)} characters"
            raise InvalidValue(expected=f"an expression of at most {LONGEST} characters", found=found)
        try:
            tree = ast.parse(self.text.strip(), mode="eval").body
            for node in ast.walk(tree):
                _check(node)
        except InvalidValue:
            raise
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise InvalidValue(expected="an expression", found=repr(self.text)) from None
        object.__setattr__(self, "tree", tree)

    @property
    def names(self) -> frozenset[str]:
        """The names the expression is about."""
        called = {node.func for node in ast.walk(self.tree) if isinstance(node, ast.Call)}
        nodes = (node for node in ast.walk(self.tree) if isinstance(node, ast.Name) and node not in called)
        return frozenset(node.id for node in nodes)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers written in it."""
        return tuple(float(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Constant))  # type: ignore[arg-type]

    def value(self, known: Mapping[str, Array]) -> Array:
        """Work the expression out; arrays of several shapes are spread over one another.

        Raises
        ------
        NotFound
            For a name that is not known.
        InvalidValue
            When what comes out is not a number, such as the root of -1.
        """
        with np.errstate(all="ignore"):
            found = np.asarray(_evaluated(self.tree, known), dtype=np.float64)
        if not np.isfinite(found).all():
            raise InvalidValue(expected=f"{self.text} to be a number", found="what is none")
        return found


def _check(node: ast.AST) -> None:
    """Refuse what is not part of the language."""
    allowed = (ast.BinOp, ast.UnaryOp, ast.Name, ast.Constant, ast.Call, ast.operator, ast.unaryop, ast.Load)
    wrong = not isinstance(node, allowed)
    if isinstance(node, ast.BinOp):
        wrong = type(node.op) not in _OPERATORS
    elif isinstance(node, ast.UnaryOp):
        wrong = not isinstance(node.op, ast.USub | ast.UAdd)
    elif isinstance(node, ast.Constant):
        wrong = isinstance(node.value, bool) or not isinstance(node.value, int | float)
        wrong = wrong or not math.isfinite(float(node.value))  # type: ignore[arg-type]
    elif isinstance(node, ast.Call):
        _check_call(node)
    if wrong:
        expected = "names, numbers, + - * / ** and brackets"
        raise InvalidValue(expected=expected, found=_written(node))


def _check_call(node: ast.Call) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else _written(node.func)
    if name not in FUNCTIONS:
        raise InvalidValue(expected=f"one of the functions {', '.join(FUNCTIONS)}", found=name)
    takes = FUNCTIONS[name][1]
    if len(node.args) not in takes or node.keywords:
        expected = f"{' or '.join(map(str, takes))} arguments of {name}"
        raise InvalidValue(expected=expected, found=_written(node))


def _written(node: ast.AST) -> str:
    return ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__


def _evaluated(node: ast.expr, known: Mapping[str, Array]) -> Any:
    if isinstance(node, ast.BinOp):
        sides = _evaluated(node.left, known), _evaluated(node.right, known)
        return _OPERATORS[type(node.op)](*sides)
    if isinstance(node, ast.UnaryOp):
        inner = _evaluated(node.operand, known)
        return np.negative(inner) if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return FUNCTIONS[node.func.id][0](*(_evaluated(argument, known) for argument in node.args))
    if isinstance(node, ast.Name):
        if node.id not in known:
            raise NotFound.among("name", node.id, known=known)
        return known[node.id]
    if isinstance(node, ast.Constant):
        return np.float64(node.value)  # type: ignore[arg-type]  # a float, so that 9 ** 9 ** 9 ends at once
    raise InvalidValue(expected="an expression", found=_written(node))
