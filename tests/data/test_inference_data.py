"""The data files behind inference from claims: conventions with sources, and names of events."""

from __future__ import annotations

import pytest

from allay.base.status import Status
from allay.economics.case.downstream import EVENTS
from allay.evaluation.inference.conventions import convention, facts
from allay.evaluation.inference.log_ratios import event_names


def test_every_convention_has_a_value_a_source_and_a_day():
    found = list(facts())
    assert len(found) == 7
    for fact in found:
        row = fact.latest
        assert fact.id.startswith("evaluation.")
        assert row.known
        assert row.references
        assert row.last_confirmed_on is not None
        # None of these was read in its source: whoever shows one says so.
        assert row.status in {Status.MEMORY, Status.DERIVED}


@pytest.mark.parametrize(
    "name",
    [
        "credibility.full_probability",
        "credibility.full_within",
        "detectable.power",
        "detectable.significance",
        "effect_draws.certainty",
    ],
)
def test_probabilities_lie_between_zero_and_one(name):
    assert 0 < convention(name).number < 1


def test_every_event_of_the_business_case_has_one_outcome():
    names = event_names()
    assert names.source
    assert names.status is Status.CONTRACT
    assert sorted(names.events.values()) == sorted(EVENTS)
