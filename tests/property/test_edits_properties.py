"""Same-day edits, for any table and any day, against a plain reading of all rows."""

from __future__ import annotations

import datetime as dt
import io
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from allay.base.errors import InvalidInput
from allay.base.fact import Reference
from allay.base.status import Status
from allay.coverage.codes.edition import Edition
from allay.coverage.edits.applying import apply_edits
from allay.coverage.edits.editline import EditLine
from allay.coverage.edits.pair import Indicator, PairEdit
from allay.coverage.edits.pairfile import load_pairs
from allay.coverage.edits.shipped import shipped_edits
from allay.coverage.edits.table import EditTable

CODES = ["97110", "97112", "97140", "97530"]
FIRST = dt.date(2024, 7, 1)
EDITION = Edition.quarter("Edits", FIRST, recorded_on=FIRST)
SOURCE = Reference("Edits, made up", "synthetic")
near = st.integers(0, 12).map(lambda days: FIRST + dt.timedelta(days=days))
known_codes = sorted(
    {code for pair in [("97810", "20561"), ("97162", "96158"), ("98941", "97140")] for code in pair}
    | {"97811", "99213", "G3003", "97803", "90853", "97150"}
)


@st.composite
def rows(draw):
    found = {}
    for _ in range(draw(st.integers(0, 12))):
        first, second = draw(st.sampled_from(list(permutations(CODES, 2))))
        start, recorded = draw(near), draw(near)
        end = draw(st.none() | st.integers(0, 6).map(lambda days, s=start: s + dt.timedelta(days=days)))
        found[first, second, start, recorded] = PairEdit(
            first, second, Indicator("1"), start, end, recorded, EDITION, Status.SYNTHETIC, SOURCE
        )
    return list(found.values())


def plainly(table, codes, day, known_on):
    """Read every row: of a pair and first day the latest known, or the first; of what holds, the last."""
    found = set()
    for pair in {(row.column1, row.column2) for row in table}:
        if not set(pair) <= set(codes):
            continue
        spans = {row.effective_from for row in table if (row.column1, row.column2) == pair}
        holding = []
        for start in spans:
            of_span = [r for r in table if (r.column1, r.column2, r.effective_from) == (*pair, start)]
            known = [r for r in of_span if known_on is None or r.recorded_on <= known_on]
            row = (
                max(known, key=lambda r: r.recorded_on)
                if known
                else min(of_span, key=lambda r: r.recorded_on)
            )
            if start <= day and (row.effective_to is None or day < row.effective_to):
                holding.append(row)
        if holding:
            found.add(max(holding, key=lambda r: r.effective_from).version)
    return found


@given(rows(), st.sets(st.sampled_from(CODES)), near, st.none() | near)
def test_the_table_agrees_with_a_plain_reading(table, codes, day, known_on):
    edits = EditTable(table).between(sorted(codes), day=day, known_on=known_on)
    assert {edit.pair.version for edit in edits} == plainly(table, codes, day, known_on)
    assert len({(edit.pays, edit.denied) for edit in edits}) == len(edits)


@given(st.lists(st.sampled_from(known_codes), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_change_what_is_found(codes, chance):
    def told(order):
        report = apply_edits([EditLine(code) for code in order], table=shipped_edits(), day=FIRST)
        return sorted((each.code, each.outcome, each.rule) for each in report.findings)

    shuffled = list(codes)
    chance.shuffle(shuffled)
    assert told(shuffled) == told(codes)


@given(st.lists(st.sampled_from(known_codes), max_size=6), st.sampled_from(known_codes))
def test_another_line_never_lifts_a_pair(codes, more):
    def denied(order):
        report = apply_edits([EditLine(code) for code in order], table=shipped_edits(), day=FIRST)
        return {(each.code, each.other) for each in report.findings if each.outcome.value == "denied"}

    assert denied(codes) <= denied([*codes, more])


@given(st.lists(st.sampled_from(known_codes), min_size=1, max_size=6))
def test_lines_of_different_providers_have_no_pair(codes):
    lines = [EditLine(code, npi=str(place)) for place, code in enumerate(codes)]
    report = apply_edits(lines, table=shipped_edits(), day=FIRST)
    outcomes = {each.outcome.value for each in report.findings}
    assert outcomes <= {"too_many_units", "base_missing", "base_in_month"}


CELL = st.sampled_from(["20561", "97810", "", "*", "0", "1", "9", "20240701", "20249999", "x", '"', "\t"])


def told(text):
    """Load a file; return how many pairs it has and the lines that were refused."""
    data = io.BytesIO(("Column 1\tColumn 2\t*\tEff\tDel\tMod\tWhy\n" + text).encode())
    try:
        return len(load_pairs(data, quarter=FIRST, recorded_on=FIRST, name="ptp.txt")), []
    except InvalidInput as invalid:
        return 0, [each.at for each in invalid.problems]


@given(st.lists(st.lists(CELL, max_size=9).map("\t".join), max_size=6).map("\n".join))
def test_any_rows_are_read_or_refused_by_line(text):
    pairs, lines = told(text)
    assert bool(pairs) is not bool(lines)
    assert all(line.isdecimal() for line in lines)
