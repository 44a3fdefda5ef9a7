"""Limits of difference-in-differences: each has a source, and each is used."""

from __future__ import annotations

from allay.evaluation.did.limits import FILE, did_limits


def test_every_limit_has_its_source_and_every_source_a_limit():
    limits = did_limits()
    assert {one.source for one in limits.limits.values()} == set(limits.sources)
    assert all(one.why for one in limits.limits.values())
    assert all(one.locator for one in limits.sources.values())


def test_every_limit_is_used():
    code = "".join(path.read_text(encoding="utf-8") for path in FILE.parents[1].glob("*.py"))
    assert [name for name in did_limits().limits if f'["{name}"]' not in code] == []
