"""The data files behind reports: facts of response and T-scores, and the shipped registry maps."""

from __future__ import annotations

import pytest

from allay.base.status import Status
from allay.interop.registry import load_map, shipped_maps
from allay.interop.registry_plan import scales_of
from allay.measures.conventions import facts, response_fractions, t_score_population


def test_every_fact_has_a_value_a_source_and_a_day():
    ours = [fact for fact in facts() if fact.id.startswith(("measures.response.", "measures.t_score."))]
    assert len(ours) == 4
    for fact in ours:
        row = fact.latest
        assert row.known
        assert row.references
        assert row.status is Status.VERIFIED
        assert row.last_confirmed_on is not None


def test_fractions_rise():
    assert [float(fact.number) for fact in response_fractions()] == [0.3, 0.5]


def test_t_scores_have_their_middle_at_fifty():
    assert t_score_population() == (50, 10)


@pytest.mark.parametrize("name", shipped_maps())
def test_maps_say_where_the_data_comes_from_and_in_which_terms(name):
    registry = load_map(name)
    assert registry.id == name
    assert registry.source.licence
    for scale in scales_of(registry):
        assert scale.basis, scale.id
        assert all(basis.source and basis.reference for basis in scale.basis)
        if scale.is_t_score:
            assert scale.bands, scale.id
