"""Money: shares add up, rounding is half up, text goes there and back."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from allay.base.money import Money

cents = st.integers(-(10**12), 10**12)
weights = st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=12).filter(any)


@given(cents, weights)
def test_shares_add_up_and_are_fair(amount, parts):
    shares = Money(amount).allocate(parts)
    assert Money.total(shares) == Money(amount)
    for share, part in zip(shares, parts, strict=True):
        exact = Decimal(amount) * part / sum(parts)
        assert abs(Decimal(share.cents) - exact) < 1 + Decimal("1e-9")
        assert part > 0 or share == Money(0)


@given(cents)
def test_text_goes_there_and_back(amount):
    assert Money.parse(str(Money(amount))) == Money(amount)
    assert Money.rounded(Money(amount).dollars) == Money(amount)


@given(st.decimals(-(10**6), 10**6, places=5))
def test_rounding_is_that_of_decimal(dollars):
    assert Money.rounded(dollars).dollars == dollars.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@given(cents, st.decimals(-100, 100, places=4))
def test_a_charge_and_its_reversal_cancel(amount, factor):
    assert Money(amount) * factor + Money(-amount) * factor == Money(0)
