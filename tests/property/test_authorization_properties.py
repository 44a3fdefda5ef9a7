"""Authorizations, for every input: nothing is used silently, nothing moves outside the table."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from allay.base.dates import Period
from allay.base.errors import InvalidValue
from allay.coverage.authorizations.authorization import Authorization
from allay.coverage.authorizations.lifecycle import NEXT, AuthorizationStage
from allay.coverage.authorizations.ranking import ranked
from allay.coverage.authorizations.renewal import renewal_due

DAYS = st.dates(dt.date(2025, 6, 1), dt.date(2028, 1, 1))
PAYERS = st.sampled_from(
    ["medicaid", "medicare_advantage", "original_medicare", "commercial", "exchange", ""]
)
COUNTS = st.none() | st.integers(0, 60)
PACES = st.none() | st.fractions(0, 7, max_denominator=4)


@st.composite
def authorizations(draw, stages=tuple(AuthorizationStage)):
    start = draw(DAYS)
    length = draw(st.none() | st.integers(1, 400))
    end = None if length is None else start + dt.timedelta(days=length)
    return Authorization(
        draw(st.text("ABC", min_size=1, max_size=3)),
        "p",
        "plan",
        ("yoga",),
        draw(st.sampled_from(stages)),
        draw(PAYERS),
        units_approved=draw(COUNTS),
        units_used=draw(st.integers(0, 60)),
        period=draw(st.none() | st.just(Period(start, end))),
        requested_on=draw(st.none() | DAYS),
        urgent=draw(st.booleans()),
        visits_per_week=draw(PACES),
        units_per_visit=draw(st.integers(1, 4)),
        answer_days=draw(st.none() | st.integers(0, 45)),
    )


IN_FORCE = authorizations(stages=(AuthorizationStage.APPROVED, AuthorizationStage.PARTIALLY_APPROVED))


@given(IN_FORCE, DAYS)
def test_the_day_to_ask_again_is_never_after_the_last_covered_day(one, as_of):
    again = renewal_due(one, as_of=as_of)
    assert (again.ask_by is None) is (again.last_covered is None)
    if again.ask_by is not None:
        assert again.ask_by <= again.last_covered
        if one.period is not None and one.period.last is not None:
            assert again.last_covered <= one.period.last


@given(IN_FORCE, DAYS, st.fractions(Fraction(1, 4), 7, max_denominator=4), st.integers(1, 30))
def test_the_visits_left_reach_to_the_last_covered_day(one, as_of, pace, more):
    """At the pace of the plan no more is used up to that day than is left, and a faster pace ends sooner."""
    again = renewal_due(one, as_of=as_of, visits_per_week=pace)
    if one.left is not None and again.last_covered is not None and one.left >= one.units_per_visit:
        start = as_of if one.period is None else max(as_of, one.period.start)
        days = (again.last_covered - start).days + 1
        if days > 1:
            assert days * pace / 7 <= Fraction(one.left, one.units_per_visit)
    faster = renewal_due(one, as_of=as_of, visits_per_week=pace + more)
    if again.last_covered is not None:
        assert faster.last_covered <= again.last_covered


@given(IN_FORCE, st.lists(st.integers(1, 9), max_size=12), DAYS)
def test_used_never_exceeds_approved_silently(one, uses, day):
    for units in uses:
        before = one
        try:
            one = one.use(units, day=day)
        except InvalidValue:
            assert one is before
            continue
        assert one.units_used == before.units_used + units
        assert one.overused == 0
    [step] = ranked([one], as_of=day)
    assert (one.overused > 0) is any("approved" in note and "used of" in note for note in step.notes)


@given(st.lists(authorizations(), max_size=8), DAYS)
def test_ranking_loses_nothing_and_does_not_hang_on_the_order(found, as_of):
    unique = list({one.id: one for one in found}.values())
    steps = ranked(unique, as_of=as_of)
    assert sorted(step.authorization.id for step in steps) == sorted(one.id for one in unique)
    assert [step.authorization.id for step in ranked(unique[::-1], as_of=as_of)] == [
        step.authorization.id for step in steps
    ]
    assert all(not step.late or step.on is not None for step in steps)
    over = [bool(step.authorization.overused) for step in steps]
    assert over == sorted(over, reverse=True)


class Life(RuleBasedStateMachine):
    """An authorization that anything may be tried on."""

    @initialize(approved=st.integers(1, 12))
    def begin(self, approved):
        self.one = Authorization(
            "a", "p", "plan", ("yoga",), AuthorizationStage.DRAFT, units_approved=approved
        )
        self.day = dt.date(2026, 1, 5)
        self.ended = False

    @rule(to=st.sampled_from(AuthorizationStage))
    def move(self, to):
        self.day += dt.timedelta(days=1)
        if to in NEXT[self.one.stage]:
            self.one = self.one.move(to, on=self.day)
            assert self.one.stage is to
        else:
            with pytest.raises(InvalidValue):
                self.one.move(to, on=self.day)

    @rule(units=st.integers(1, 5))
    def use(self, units):
        allowed = self.one.stage.in_force and units <= self.one.left
        if not allowed:
            with pytest.raises(InvalidValue):
                self.one.use(units, day=self.day)
            return
        left = self.one.left - units
        self.one = self.one.use(units, day=self.day)
        assert (self.one.stage is AuthorizationStage.EXHAUSTED) is (left == 0)

    @precondition(lambda self: self.ended)
    @rule(to=st.sampled_from(AuthorizationStage))
    def nothing_follows_an_end(self, to):
        with pytest.raises(InvalidValue):
            self.one.move(to, on=self.day)

    @invariant()
    def holds_together(self):
        if not hasattr(self, "one"):
            return
        assert self.one.overused == 0
        assert not self.ended or self.one.stage.final
        self.ended = self.one.stage.final


TestLife = Life.TestCase
