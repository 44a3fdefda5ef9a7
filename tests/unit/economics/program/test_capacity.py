"""What there is time for: nobody works longer than there are minutes, and nobody waits for no reason."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from allay.economics.program.capacity import shares_that_fit

# Shares of a few loads, in float64.
MINUTES = 1e-9
ROLES = 3

amounts = st.floats(0, 1_000).filter(lambda value: value == 0 or value > 0.01)
services = st.lists(
    st.dictionaries(st.integers(0, ROLES - 1), st.lists(amounts, min_size=4, max_size=4), max_size=ROLES),
    min_size=1,
    max_size=5,
)
there = st.lists(st.lists(amounts, min_size=4, max_size=4), min_size=ROLES, max_size=ROLES)


@settings(max_examples=300)
@given(services, there)
def test_every_role_fits_and_who_is_cut_waits_for_a_full_role(demand, capacity) -> None:
    loads = [[(role, np.array(minutes)) for role, minutes in load.items()] for load in demand]
    limits = [np.array(one) for one in capacity]
    shares = shares_that_fit(loads, limits)
    used = np.zeros((ROLES, 4))
    for load, share in zip(loads, shares, strict=True):
        assert ((share >= 0) & (share <= 1)).all()
        for role, minutes in load:
            used[role] += share * minutes
    size = 1 + np.array(limits)
    assert (used <= np.array(limits) + MINUTES * size).all()
    full = used >= np.array(limits) - MINUTES * size
    for load, share in zip(loads, shares, strict=True):
        for draw in range(4):
            if share[draw] < 1:
                assert any(full[role, draw] for role, _ in load)


def test_a_service_does_not_starve_for_a_role_it_does_not_need() -> None:
    minutes = np.array([100.0])
    group, visit = [(0, minutes), (1, minutes)], [(1, minutes)]
    found = shares_that_fit([group, visit], [np.array([50.0]), np.array([150.0])])
    assert [share.tolist() for share in found] == [[0.5], [1.0]]


def test_those_who_need_the_same_role_are_cut_alike() -> None:
    found = shares_that_fit([[(0, np.array([60.0]))], [(0, np.array([40.0]))]], [np.array([25.0])])
    assert [share.tolist() for share in found] == [[0.25], [0.25]]
