"""A fact answers as a plain reading of its rows does, on every day and from every day of knowledge."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from allay.base.errors import InvalidValue, NotFound
from allay.base.fact import Fact, FactValue, Reference
from allay.base.status import Status

START = dt.date(2024, 1, 1)
SOURCE = (Reference("A", "S1", "https://a.org"),)
day = st.integers(0, 8).map(lambda n: START + dt.timedelta(days=n))


@st.composite
def rows(draw):
    first, last = draw(day), draw(st.one_of(st.none(), day))
    if last is not None and last < first:
        first, last = last, first
    return FactValue(
        "us.a", "n", draw(st.integers(0, 99)), first, last, draw(day), None, Status.VERIFIED, SOURCE
    )


def answers(values, on, known_on):
    """Every row that could be meant: known, covering, not replaced by a later one of the same first day."""
    known = [row for row in values if row.recorded_on <= known_on]
    return [
        row
        for row in known
        if row.effective_from <= on
        and (row.effective_to is None or on < row.effective_to)
        and not any(o.effective_from == row.effective_from and o.recorded_on > row.recorded_on for o in known)
    ]


@given(st.lists(rows(), min_size=1, max_size=4))
def test_a_fact_either_answers_once_or_cannot_exist(values):
    days = [START + dt.timedelta(days=n) for n in range(-1, 10)]
    views = {(on, known): answers(values, on, known) for on in days for known in days}
    twice = len({(row.effective_from, row.recorded_on) for row in values}) < len(values)
    try:
        fact = Fact("us.a", "A", "n", {}, tuple(values))
    except InvalidValue:
        assert twice or any(len(found) > 1 for found in views.values())
        return
    assert not twice
    for (on, known), found in views.items():
        assert len(found) <= 1
        try:
            assert fact.on(on, known_on=known) is found[0]
        except NotFound:
            assert not found


@given(st.lists(rows(), min_size=1, max_size=4))
def test_knowledge_from_before_the_first_record_is_that_of_the_first_record(values):
    try:
        fact = Fact("us.a", "A", "n", {}, tuple(values))
    except InvalidValue:
        return
    begins = min(row.recorded_on for row in values)
    days = [START + dt.timedelta(days=n) for n in range(-1, 10)]
    for on in days:
        for known in days:
            found = answers(values, on, begins if known < begins else known)
            assert fact.known(on, known_on=known) is (found[0] if found else None)
        everything = answers(values, on, dt.date.max)
        assert fact.known(on) is (everything[0] if everything else None)
