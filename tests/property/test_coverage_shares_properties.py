"""Caps and floors of a patient's share count for the whole service, and an open one is never passed over."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from allay.base.money import Money
from allay.coverage.decisions.plan import SharePlan
from allay.coverage.decisions.shares import held_shares

AMOUNTS = st.integers(0, 20_000).map(Money)
SHARES = st.lists(AMOUNTS, min_size=1, max_size=5)
SOME = st.lists(AMOUNTS, max_size=2).map(tuple)


def plan(*, caps=(), floors=(), open_caps=(), open_floors=()):
    return SharePlan("copay", 0, caps, floors, open_caps, open_floors, of_bundle=False)


@given(SHARES, SOME)
def test_the_sum_is_no_more_than_the_least_cap(shares, caps):
    held = held_shares(shares, plan(caps=caps))
    assert Money.total(held) == min((Money.total(shares), *caps))
    assert all(one <= before for one, before in zip(held, shares, strict=True))


@given(SHARES, SOME)
def test_the_sum_is_no_less_than_the_highest_floor(shares, floors):
    held = held_shares(shares, plan(floors=floors))
    assert Money.total(held) == max((Money.total(shares), *floors))


@given(SHARES, AMOUNTS)
def test_a_cap_that_might_apply_leaves_the_share_open_where_it_would_change_it(shares, cap):
    held = held_shares(shares, plan(open_caps=(cap,)))
    changes = cap < Money.total(shares)
    assert list(held) == ([None] * len(shares) if changes else shares)


@given(SHARES)
def test_a_cap_of_unknown_amount_leaves_any_share_open(shares):
    held = held_shares(shares, plan(open_caps=(None,)))
    assert (None in held) is bool(Money.total(shares))


@given(SHARES, AMOUNTS)
def test_a_floor_that_might_apply_leaves_the_share_open_where_it_would_change_it(shares, floor):
    held = held_shares(shares, plan(open_floors=(floor,)))
    assert (None in held) is (floor > Money.total(shares))
