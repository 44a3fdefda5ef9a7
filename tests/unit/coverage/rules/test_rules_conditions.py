"""Conditions: yes, no, missing and unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from allay.base.fact import UNKNOWN
from allay.coverage.answers import Verdict
from allay.coverage.rules.conditions import Clause, Conditions, Operand

NO, UNSURE, OPEN, YES = Verdict.NO, Verdict.UNKNOWN, Verdict.CONDITIONAL, Verdict.YES
VALUES = {"limit": 12, "nobody_knows": UNKNOWN, "supervisors": ("md", "np"), "video": True}


def parameters(name):
    return VALUES[name]


def clause(path, operator, *values, **more):
    return Clause(path, operator, frozenset(values), **more)


@pytest.mark.parametrize(
    ("statement", "value", "expected"),
    [
        (clause("a", "is", "x", "y"), "x", YES),
        (clause("a", "is", "x", "y"), "z", NO),
        (clause("a", "is", "x"), None, OPEN),
        (clause("a", "is_not", "x"), "z", YES),
        (clause("a", "is_not", "x"), None, OPEN),
        (clause("a", "said", True), True, YES),
        (clause("a", "said", True), False, NO),
        (clause("a", "said", True), None, NO),
        (clause("a", "has", "x"), frozenset("xy"), YES),
        (clause("a", "has", "z"), frozenset("xy"), NO),
        (clause("a", "lacks", "z"), frozenset("xy"), YES),
        (clause("a", "lacks", "z"), frozenset(), YES),
        (Clause("a", "at_least", operand=Operand(number=3)), 3, YES),
        (Clause("a", "more_than", operand=Operand(number=3)), 3, NO),
        (Clause("a", "at_most", operand=Operand(number=3)), 3, YES),
        (Clause("a", "less_than", operand=Operand(number=3)), Decimal("2.99"), YES),
        (Clause("a", "at_least", operand=Operand(parameter="limit")), 11, NO),
        (Clause("a", "at_least", operand=Operand(parameter="limit")), 12, YES),
        (Clause("a", "at_least", operand=Operand(parameter="nobody_knows")), 12, UNSURE),
        (Clause("a", "at_least", operand=Operand(fact="b")), 12, OPEN),
        (clause("a", "is", listed="supervisors"), "np", YES),
        (clause("a", "is", listed="supervisors"), "pt", NO),
        (clause("a", "is", listed="nobody_knows"), "pt", UNSURE),
        (clause("", "is", True, parameter="video"), None, YES),
        (clause("", "is", False, parameter="video"), None, NO),
        (clause("", "is", True, parameter="nobody_knows"), None, UNSURE),
    ],
)
def test_clauses(statement, value, expected):
    assert statement.verdict({"a": value, "b": None}, parameters) is expected


A, B = clause("a", "is", "x"), clause("b", "is", "x")


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        ("x", "x", YES, YES),
        ("x", "y", NO, YES),
        ("x", None, OPEN, YES),
        ("y", None, NO, OPEN),
        (None, None, OPEN, OPEN),
        ("y", "y", NO, NO),
    ],
)
def test_all_and_any(a, b, both, either):
    facts = {"a": a, "b": b}
    assert Conditions((A, B)).verdict(facts, parameters) is both
    any_of = Conditions((), (Conditions((A,)), Conditions((B,))))
    assert any_of.verdict(facts, parameters) is either


def test_only_what_leaves_it_open_is_missing():
    either = Conditions((), (Conditions((A,)), Conditions((B,))))
    assert either.missing({"a": None, "b": "x"}, parameters) == ()
    assert either.missing({"a": None, "b": "y"}, parameters) == ("a",)
    assert Conditions((A, B)).missing({"a": None, "b": "y"}, parameters) == ()


def test_a_verdict_rests_on_the_choice_that_holds():
    either = Conditions((B,), (Conditions((A,)), Conditions((clause("c", "is", "x"),))))
    relied = either.relied_on({"a": "y", "b": "x", "c": "x"}, parameters)
    assert [one.path for one in relied] == ["b", "c"]


def test_no_conditions_hold_always():
    assert Conditions().verdict({}, parameters) is YES
