"""Expressions: what they come to, their units, and that nothing else can be said."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.economics.uncertainty.expression import Expression
from allay.economics.uncertainty.units import Unit, unit_of

KNOWN = {"a": np.array([1.0, 2.0]), "b": np.array([[3.0], [4.0]]), "p": np.array(0.25)}
UNITS = {
    "cost": Unit.named("USD/year"),
    "fee": Unit.named("USD"),
    "euros": Unit.named("EUR"),
    "rate": Unit.named("1/year"),
    "years": Unit.named("year"),
    "p": Unit.named("probability"),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * 2", [[7, 8], [9, 10]]),
        ("-a ** 2", [-1, -4]),
        ("(1 - p) / +p", 3),
        ("min(a, 1.5) + max(a, 1.5)", [2.5, 3.5]),
        ("exp(log(sqrt(a * a)))", [1, 2]),
        ("rate_to_prob(prob_to_rate(p))", 0.25),
        ("rate_to_prob(p, 2) - (1 - exp(-2 * p))", 0),
        ("prob_to_rate(p, 2) + log(1 - p) / 2", 0),
        (" 1e-3 ", 0.001),
    ],
)
def test_what_expressions_come_to(text, expected):
    assert Expression(text).value(KNOWN) == pytest.approx(np.array(expected, dtype=float), abs=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "a = 1",
        "__import__('os')",
        "a.real",
        "a[0]",
        "[a]",
        "lambda: a",
        "a if p else b",
        "a < b",
        "a and b",
        "a // b",
        "a % b",
        "~a",
        "'text'",
        "True",
        "1j",
        "1e999",
        "abs(a)",
        "min(a)",
        "exp(a, b)",
        "exp(x=a)",
        "min(*a)",
        "f'{a}'",
        "(yield a)",
        "a\x00",
        "1 +\n",
        "a" * 501,
    ],
)
def test_nothing_else_can_be_said(text):
    with pytest.raises(InvalidValue):
        Expression(text)


@pytest.mark.parametrize(
    "text", ["1 / (p - 0.25)", "sqrt(-a)", "log(0 * a)", "prob_to_rate(a)", "rate_to_prob(-a)", "9 ** 9 ** 9"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(InvalidValue, match="to be a number"):
        Expression(text).value(KNOWN)


def test_an_unknown_name_is_named():
    with pytest.raises(NotFound, match="no name 'c'"):
        Expression("a + c").value(KNOWN)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("cost * years + fee", "USD"),
        ("fee + 5", "USD"),
        ("2 * fee", "USD"),
        ("fee / fee", "1"),
        ("fee * rate", "USD/year"),
        ("rate_to_prob(rate)", "1"),
        ("rate_to_prob(rate, years)", "1"),
        ("prob_to_rate(p, years)", "1/year"),
        ("max(fee, 0)", "USD"),
        ("min(p, 1 - p)", "1"),
        ("exp(-rate * years)", "1"),
        ("rate ** 2 * years ** 2", "1"),
        ("-p", "1"),
        ("sqrt(p)", "1"),
        ("1 + 1", "1"),
    ],
)
def test_units(text, unit):
    assert str(unit_of(Expression(text), UNITS)) == unit


@pytest.mark.parametrize("text", ["fee * unknown", "fee + unknown", "unknown", "sqrt(fee)", "fee ** p"])
def test_units_that_nobody_gave_say_nothing(text):
    assert unit_of(Expression(text), UNITS) is None


@pytest.mark.parametrize(
    "text",
    [
        "fee + euros",
        "fee - cost",
        "max(fee, p)",
        "exp(fee)",
        "log(rate)",
        "prob_to_rate(rate)",
        "prob_to_rate(fee, years)",
        "rate_to_prob(fee)",
        "rate_to_prob(rate, fee)",
    ],
)
def test_units_that_do_not_fit_are_refused(text):
    with pytest.raises(InvalidValue):
        unit_of(Expression(text), UNITS)


@pytest.mark.parametrize("text", ["", "US$", "USD/", "/year", "USD/year/patient", "USD per year"])
def test_what_is_no_unit_is_refused(text):
    with pytest.raises(InvalidValue, match="a unit such as"):
        Unit.named(text)
