"""Properties of scoring that hold for any answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allay.measures.catalog import all_instruments, get, name_of
from allay.measures.encoding import prorate_half_up
from allay.measures.reference import score_plain
from allay.measures.scoring import score, score_one

SCORED = [instrument for instrument in all_instruments() if instrument.items]
NAMES = [name_of(instrument) for instrument in SCORED]


def sheets(instrument, *, most=12):
    """Answers of a few assessments, any of them missing, as a matrix with -1."""
    row = st.tuples(*(st.integers(item.minimum - 1, item.maximum) for item in instrument.items))
    rows = st.lists(row, min_size=1, max_size=most)
    lows = np.array([item.minimum for item in instrument.items])
    return rows.map(lambda cells: np.where((a := np.array(cells)) < lows, -1, a).astype(np.int8))


instruments = st.sampled_from(SCORED)
cases = instruments.flatmap(lambda instrument: st.tuples(st.just(instrument), sheets(instrument)))


@given(cases)
def test_fast_and_plain_agree(case):
    instrument, answers = case
    found = score(instrument, answers)
    for row, cells in enumerate(answers.tolist()):
        named = dict(zip(instrument.item_ids, (None if v < 0 else v for v in cells), strict=True))
        for scale_id, plain in score_plain(instrument, named).items():
            part = found[scale_id]
            assert part.status[row] == plain.status
            assert part.answered[row] == plain.answered
            assert (None if np.isnan(part.raw[row]) else int(part.raw[row])) == plain.raw
            assert (None if np.isnan(part.se[row]) else part.se[row]) == plain.se
            if plain.score is None:
                assert np.isnan(part.score[row])
            elif part.inputs:
                # The fast composite multiplies the formula out, so the last bits of the sum may differ.
                assert part.score[row] == pytest.approx(plain.score, abs=1e-9)
            else:
                assert part.score[row] == plain.score


@given(cases, st.randoms(use_true_random=False))
def test_rows_do_not_touch_each_other(case, random):
    instrument, answers = case
    order = list(range(len(answers)))
    random.shuffle(order)
    straight, shuffled = score(instrument, answers), score(instrument, answers[order])
    for part in straight:
        assert np.array_equal(part.score[order], shuffled[part.scale.id].score, equal_nan=True)
        assert part.status[order].tolist() == shuffled[part.scale.id].status.tolist()


@given(cases)
def test_scores_stay_in_range_and_in_one_band(case):
    instrument, answers = case
    for part in score(instrument, answers):
        known = part.score[~np.isnan(part.score)]
        assert ((known >= part.scale.minimum - 1e-9) & (known <= part.scale.maximum + 1e-9)).all()
        for value, band in zip(part.score, part.band, strict=True):
            holding = [each.id for each in part.scale.bands if each.holds(value)]
            assert holding == ([band] if band else [])
            assert bool(band) == (bool(part.scale.bands) and not np.isnan(value))


@given(cases)
def test_floats_and_bytes_agree(case):
    instrument, answers = case
    floats = np.where(answers < 0, np.nan, answers.astype(np.float64))
    for part, other in zip(score(instrument, answers), score(instrument, floats), strict=True):
        assert np.array_equal(part.score, other.score, equal_nan=True)


@given(cases)
def test_missing_rule(case):
    instrument, answers = case
    for part in score(instrument, answers):
        if part.inputs:
            continue
        missing = len(part.scale.items) - part.answered
        scored = ~np.isnan(part.score)
        assert (scored == (missing <= part.scale.missing.may_miss)).all()
        assert ((part.status == "prorated") == (scored & (missing > 0))).all()


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_a_higher_answer_never_lowers_a_sum(name, data):
    instrument = get(name)
    answers = {item.id: data.draw(st.integers(item.minimum, item.maximum)) for item in instrument.items}
    item = data.draw(
        st.sampled_from([each for each in instrument.items if each.id in instrument.scored_items])
    )
    if answers[item.id] == item.maximum:
        return
    before = {each.scale.id: each.score for each in score_one(instrument, answers)}
    after = {
        each.scale.id: each.score for each in score_one(instrument, answers | {item.id: answers[item.id] + 1})
    }
    for scale in instrument.scales:
        if item.id in scale.items:
            points = instrument.points(scale, item.id)
            difference = points[answers[item.id] + 1] - points[answers[item.id]]
            # The sign of the difference in points is the sign of the difference in scores.
            assert np.sign(after[scale.id] - before[scale.id]) == np.sign(difference)


@given(st.integers(0, 200), st.integers(1, 40), st.integers(0, 10))
def test_prorating_rounds_half_up(points, answered, missing):
    items = answered + missing
    found = prorate_half_up(points, answered=answered, items=items)
    # found - 1/2 <= points * items / answered < found + 1/2, in whole numbers
    assert (2 * found - 1) * answered <= 2 * points * items < (2 * found + 1) * answered
