"""Limits of balance: their shape, sources and status."""

from __future__ import annotations

import datetime as dt

from allay.evaluation.matching.limits import balance_limits

USED = {"smd", "smd_far", "variance_ratio_low", "variance_ratio_high", "kept_share"}


def test_every_limit_that_is_used_is_there_and_no_other():
    assert set(balance_limits().limits) == USED


def test_every_limit_has_a_source_and_a_reason():
    limits = balance_limits()
    for name, limit in limits.limits.items():
        assert limit.source in limits.sources, name
        assert limit.why.strip(), name
    assert {limit.source for limit in limits.limits.values()} == set(limits.sources)


def test_sources_say_where_and_when():
    for source in balance_limits().sources.values():
        assert source.title.strip()
        assert dt.date(2026, 1, 1) <= source.accessed
        # What was written from memory says so in words too.
        assert source.status.value != "memory" or "memory" in source.locator
