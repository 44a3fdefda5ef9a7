"""Properties of evidence cells that hold whatever is entered."""

from __future__ import annotations

import csv
import datetime as dt
import io

from hypothesis import assume, given
from hypothesis import strategies as st

from allay.base.errors import InvalidInput, InvalidValue
from allay.base.status import Status
from allay.programs.evidence.cell import SIGNS, UNGRADED, EvidenceCell, EvidenceStrength, Outcome, Window
from allay.programs.evidence.cellsheet import COLUMNS, read_cells, write_cells
from allay.programs.evidence.effect import EffectClass, EvidenceState, Metric, effect_class
from allay.programs.evidence.library import evidence
from allay.programs.evidence.review import last_day, reviews
from allay.programs.evidence.terms import terms

numbers = st.integers(-400, 400).map(lambda n: n / 100)
counts = st.one_of(st.none(), st.integers(1, 5000))
texts = st.text(st.sampled_from(list('abc ,;"é\n–')), max_size=12).map(str.strip)
LABELS = {strength: sign for sign, strength in SIGNS.items()}


@st.composite
def cells(draw: st.DrawFn) -> EvidenceCell:
    """A cell of any state, with or without an estimate."""
    effect = draw(st.sampled_from([*EffectClass, None]))
    pooled = effect is None or (effect is not EffectClass.NO_EVIDENCE and draw(st.booleans()))
    lo, estimate, hi = sorted(draw(st.tuples(numbers, numbers, numbers))) if pooled else (None, None, None)
    graded = effect is not None and effect not in UNGRADED
    soe = draw(st.sampled_from(EvidenceStrength)) if graded else None
    empty = effect is EffectClass.NO_EVIDENCE
    return EvidenceCell(
        review="AHRQ CER 227",
        locator=draw(st.sampled_from(["Table 1", 'Table "2", part b'])),
        condition=draw(st.sampled_from(sorted(terms().conditions))),
        service=draw(st.sampled_from(sorted(terms().interventions))),
        comparator=draw(st.sampled_from(sorted(terms().comparators))),
        outcome=draw(st.sampled_from(Outcome)),
        window=draw(st.sampled_from(Window)),
        metric=Metric.SMD if pooled else Metric.NONE,
        estimate=estimate,
        lo=lo,
        hi=hi,
        trials=None if empty else draw(counts),
        comparisons=None if empty else draw(counts),
        participants=None if empty else draw(counts),
        i2=draw(st.one_of(st.none(), st.integers(0, 1000).map(lambda n: n / 10))),
        effect_class=effect,
        soe=soe,
        soe_label=LABELS.get(soe, ""),
        footnote=draw(texts),
        class_note="as the review says",
        source="cer-227",
        extractor="first reader",
        checker=draw(st.sampled_from(["", "second reader"])),
        accessed=dt.date(2026, 11, 22),
        status=draw(st.sampled_from([Status.VERIFIED, Status.MEMORY, Status.SYNTHETIC])),
    )


@given(st.lists(cells(), max_size=12, unique_by=lambda cell: cell.key))
def test_every_state_survives_being_written_and_read(given_cells):
    read = read_cells(io.BytesIO(write_cells(given_cells).encode()))
    assert read == tuple(given_cells)
    assert [cell.state for cell in read] == [cell.state for cell in given_cells]


def test_what_ships_holds_all_five_states():
    assert {cell.state for cell in evidence().cells} == set(EvidenceState)


def problems_of(sheet):
    try:
        read_cells(io.BytesIO(sheet.getvalue().encode()))
    except InvalidInput as invalid:
        return invalid.problems
    return ()


@given(cells(), numbers)
def test_an_interval_holds_its_estimate(cell, other):
    assume(cell.estimate is not None)
    outside = not cell.lo <= other <= cell.hi
    row = {**cell.values(), "estimate": other}
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerows([COLUMNS, ["" if value is None else value for value in row.values()]])
    assert {problem.field for problem in problems_of(sheet)} <= {"lo", "hi"}
    assert bool(problems_of(sheet)) is outside
    try:
        EvidenceCell(**row)
    except InvalidValue:
        assert outside


@given(numbers, numbers, numbers, st.sampled_from([Metric.MD_0_10, Metric.SMD, Metric.MD_RMDQ]))
def test_classes_of_estimates(a, b, c, metric):
    lo, estimate, hi = sorted((a, b, c))
    found = effect_class(metric=metric, estimate=estimate, lo=lo, hi=hi)
    assert (found is EffectClass.NONE) is (lo <= 0 <= hi)
    assert (found is EffectClass.FAVORS_COMPARATOR) is (lo > 0)
    sizes = [EffectClass.SMALL, EffectClass.MODERATE, EffectClass.LARGE]
    if found in sizes:
        larger = effect_class(metric=metric, estimate=estimate - 1, lo=lo - 1, hi=hi)
        assert sizes.index(larger) >= sizes.index(found)


@given(st.dates(dt.date(2015, 1, 1), dt.date(2040, 1, 1)), st.integers(0, 400))
def test_what_is_stale_stays_stale(as_of, later):
    for review in reviews().values():
        if review.stale(as_of):
            assert review.stale(as_of + dt.timedelta(days=later))
        if review.last_search and as_of <= last_day(review.last_search):
            assert review.stale(as_of) is False
