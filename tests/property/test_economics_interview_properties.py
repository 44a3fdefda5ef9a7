"""Statements about interviews that hold for every preset and every answer."""

from __future__ import annotations

import datetime as dt
import io
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allay.base.errors import InvalidValue
from allay.economics.case.amount import MOST, plain, read_amount
from allay.economics.case.casefile import read_case
from allay.economics.case.interview import Interview
from allay.economics.case.moved import moved
from allay.economics.case.presets import Preset, preset_ids, read_preset
from allay.economics.case.quantity import UNITS, DistributionEntry, Quantity
from allay.economics.program.run import run_program

DAY = dt.date(2026, 11, 27)


@cache
def preset(preset_id: str) -> Preset:
    return read_preset(preset_id)


def answers_of(preset_id: str, draw: st.DrawFn) -> dict[str, float]:
    """Answers to some questions: mostly near the preset's number, now and then anything."""
    found = {}
    asked = preset(preset_id).questions.questions
    for question in draw(st.lists(st.sampled_from(asked), max_size=6, unique_by=lambda one: one.id)):
        one = preset(preset_id).case.quantity(question.names[0])
        near = st.floats(0, 3).map(lambda factor, value=one.value: value * factor)
        found[question.id] = draw(st.one_of(near, near, st.sampled_from([0.0, 1.0]), st.floats(-10, 1e9)))
    return found


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_file_is_valid_or_an_answer_is_refused(data):
    preset_id = data.draw(st.sampled_from(preset_ids()))
    answers = data.draw(st.composite(lambda draw: answers_of(preset_id, draw))())
    talk = Interview(preset(preset_id))
    for question, value in answers.items():
        before, taken = dict(talk.given), True
        try:
            talk.answer(question, value)
        except InvalidValue:
            taken = False
        assert talk.given == (
            pytest.approx({**before, question: value}, rel=1e-9, abs=1e-12) if taken else before
        )
    why = ""
    try:
        text = talk.case_file(as_of=DAY)
    except InvalidValue as refused:
        why = refused.expected
    if why:
        assert "add up to" in why  # shares that go with no other
        return
    case = read_case(io.BytesIO(text.encode()))
    quantities, old = case.quantities(), preset(preset_id).case.quantities()
    assert quantities.keys() == old.keys()
    for question, value in talk.given.items():
        for name in preset(preset_id).question(question).names:
            assert quantities[name].value == pytest.approx(value, rel=1e-9, abs=1e-12)
            assert (quantities[name].source, quantities[name].unit) == ("program", old[name].unit)
            assert (quantities[name].distribution is None) == (old[name].distribution is None)
    rests = {one.rest for one in preset(preset_id).questions.questions}
    given_names = {name for one in talk.given for name in preset(preset_id).question(one).names}
    for name, one in quantities.items():
        if one.source != "program":
            assert one == old[name]
        elif name not in given_names:
            assert name in rests or name.endswith("/mix")
    before = [line.strip() for line in preset(preset_id).text.splitlines() if line.strip().startswith("#")]
    after = [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
    assert [line for line in after if line in before] == before
    run = run_program(case)
    assert run.cash.shape == (1, case.program.months + 1)


UNBOUNDED = st.sampled_from(["usd", "patients/month", "fte"])
WAYS = st.sampled_from(["gamma", "lognormal"])


@given(WAYS, UNBOUNDED, st.floats(0.5, 1e6), st.floats(0.02, 0.8), st.floats(0.01, 100))
def test_the_relative_spread_stays(kind, unit, old, relative, ratio):
    given_by = DistributionEntry(name=kind, parameters={"se": old * relative})
    before = Quantity(value=old, unit=unit, source="x", distribution=given_by)
    new = old * ratio
    found = Quantity(
        value=new, unit=unit, source="x", distribution=moved(given_by, unit=unit, old=old, new=new)
    )
    assert found.distribution.name == kind
    assert found.spread.sd / new == pytest.approx(before.spread.sd / old, rel=1e-4)


@given(
    st.sampled_from(["beta", "triangular", "uniform", "pert"]),
    st.floats(0.01, 0.99),
    st.floats(0, 0.9),
    st.floats(0, 1),
)
def test_shares_stay_shares(kind, old, wide, new):
    if kind == "beta":
        numbers = {"se": max(min(old, 1 - old) * wide / 2, 1e-3)}
    else:
        numbers = {"low": old * (1 - wide) - 0.001 * old, "high": old + (1 - old) * wide + 0.001 * (1 - old)}
    found = moved(DistributionEntry(name=kind, parameters=numbers), unit="probability", old=old, new=new)
    one = Quantity(value=new, unit="probability", source="x", distribution=found)
    least, most = UNITS["probability"]
    assert least <= one.spread.mean <= most


@given(st.sampled_from(sorted(UNITS)), st.floats(0, MOST, exclude_max=True))
def test_what_is_written_is_read_again(unit, value):
    if value > UNITS[unit][1]:
        return
    try:
        found = read_amount(plain(value), unit=unit)
    except InvalidValue:
        assert value > MOST * (1 - 1e-9)
        return
    assert found == pytest.approx(value, rel=1e-9, abs=1e-12)
    assert read_amount(plain(found), unit=unit) == found
    assert sum(sign.isdigit() for sign in plain(found)) <= 15
