"""Money is whole cents, rounded half up per line, and shares add up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from allay.base.errors import InvalidValue
from allay.base.money import Money


@pytest.mark.parametrize(
    ("text", "cents"),
    [("0", 0), ("12", 1200), ("12.5", 1250), ("-0.05", -5), ("+3.10", 310), ("007.01", 701)],
)
def test_parse(text, cents):
    assert Money.parse(text).cents == cents


@pytest.mark.parametrize(
    "text",
    ["", "1.005", "1,250", "$5", "1e3", " 5", "5 ", ".5", "5.", "NaN", "--5", "5\n", "٥", 5, "9" * 5000],
)
def test_parse_refuses(text):
    with pytest.raises(InvalidValue, match="two decimals"):
        Money.parse(text)


@pytest.mark.parametrize(
    ("dollars", "cents"),
    [("0.005", 1), ("0.0049999", 0), ("-0.005", -1), ("2.675", 268), ("1.115", 112), ("-1.115", -112)],
)
def test_halves_go_up_and_a_reversal_cancels(dollars, cents):
    assert Money.rounded(Decimal(dollars)).cents == cents


def test_published_fees_are_reproduced_to_the_cent():
    # Relative value units x conversion factor of July 2024 (facts on coverage, section 1).
    factor = Decimal("33.2875")
    for rvu, dollars in (("0.88", "29.29"), ("1.15", "38.28"), ("3.10", "103.19"), ("7.40", "246.33")):
        assert str(Money.rounded(Decimal(rvu) * factor)) == dollars


@pytest.mark.parametrize("wrong", [0.1, True, "1", None, Decimal("NaN"), Decimal("Infinity")])
def test_floats_and_other_inexact_things_are_refused(wrong):
    with pytest.raises(InvalidValue):
        Money.rounded(wrong)
    with pytest.raises(InvalidValue):
        Money(100) * wrong
    with pytest.raises(InvalidValue):
        Money(wrong)


def test_arithmetic():
    assert Money(1050) + Money(25) - Money(75) == Money(1000)
    assert -Money(5) == Money(-5)
    assert Money(333) * 3 == 3 * Money(333) == Money(999)
    assert Money(1000) * Fraction(1, 3) == Money(333)
    assert Money(1) < Money(2)
    assert Money.total([]) == Money()
    assert not Money(0)
    with pytest.raises(TypeError):
        Money(5) + 5
    with pytest.raises(TypeError):
        Money(5) - Decimal(5)


def test_text_and_dollars():
    assert [str(Money(cents)) for cents in (0, 5, -5, 123456)] == ["0.00", "0.05", "-0.05", "1234.56"]
    assert Money(10**40 + 1).dollars == Decimal(10**40 + 1).scaleb(
        -2, context=__import__("decimal").Context(prec=60)
    )


def test_shares():
    assert [s.cents for s in Money(100).allocate([1, 1, 1])] == [34, 33, 33]
    assert [s.cents for s in Money(-100).allocate([1, 1, 1])] == [-34, -33, -33]
    assert [s.cents for s in Money(5).allocate([Decimal("0.7"), 0, Decimal("0.3")])] == [4, 0, 1]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [0.5, 0.5]])
def test_shares_need_weights(weights):
    with pytest.raises(InvalidValue):
        Money(100).allocate(weights)
