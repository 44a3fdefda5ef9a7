"""A run says the same whoever the raters are and in whatever order they come, and shows no few of them."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allay.consensus.protocol.reading import read_exercise
from allay.consensus.ratings.reading import read_ratings
from allay.consensus.rounds.margins import DIMENSIONS, shown_margins
from allay.consensus.rounds.participation import KindTally, shown_participation
from allay.consensus.rounds.run import run_exercise
from allay.reports.consensus_page import consensus_html

PROTOCOL = """\
id: p
title: A property
question: What holds?
rounds: [{objective: Rate}, {objective: Rate again}]
groups: [{id: a, name: Ants}, {id: b, name: Bees}, {id: c, name: Cats}]
"""
STATEMENTS = ("t1", "t2", "t3")
GROUPS = ("a", "b", "c", "")
KINDS = (("payer", "west"), ("payer", ""), ("state", "west"))


@st.composite
def exercises(draw):
    """Rounds of ratings by rater, and who is in the panel."""
    raters = [f"zq{number:02d}" for number in range(draw(st.integers(1, 14)))]
    rating = st.one_of(st.none(), st.integers(1, 9))
    panel = {rater: (draw(st.sampled_from(GROUPS)), *draw(st.sampled_from(KINDS))) for rater in raters}
    ratings = {
        (number, statement, rater): draw(rating)
        for number in (1, 2)
        for statement in STATEMENTS
        for rater in raters
    }
    invited = [(number, rater) for number in (1, 2) for rater in raters if draw(st.booleans())]
    return panel, ratings, invited


def run(panel, ratings, invited, *, called=None, order=None):
    """Run an exercise whose raters may be called otherwise, with rows in another order."""
    name = called or {}
    files = {
        "panel.csv": ["rater,group,type,region"]
        + [",".join((name.get(rater, rater), *kind)) for rater, kind in panel.items()],
        "invitations.csv": ["round,rater,invited,reminded,declined"]
        + [f"{number},{name.get(rater, rater)},2026-03-02,," for number, rater in invited],
        "protocol.yaml": [PROTOCOL],
    }
    rows = [
        f"{number},{statement},{name.get(rater, rater)},{'' if value is None else value}"
        for (number, statement, rater), value in ratings.items()
    ]
    if order is not None:
        rows = [rows[place] for place in order]
        for file in ("panel.csv", "invitations.csv"):
            files[file] = [files[file][0], *reversed(files[file][1:])]
    text = "\n".join(["round,statement,rater,rating", *rows, ""])
    with tempfile.TemporaryDirectory() as folder:
        for file, lines in files.items():
            (Path(folder) / file).write_text("\n".join([*lines, ""]))
        exercise = read_exercise(folder)
        tables = read_ratings(io.BytesIO(text.encode()), name="ratings.csv")
        return run_exercise(exercise, tables, allay_version="1")


def text_of(result):
    return json.dumps(result.model_dump(mode="json"))


@settings(max_examples=25, deadline=None)
@given(made=exercises(), data=st.data())
def test_the_order_of_rows_changes_nothing(made, data):
    order = data.draw(st.permutations(range(len(made[1]))))
    assert text_of(run(*made, order=order)) == text_of(run(*made))


@settings(max_examples=25, deadline=None)
@given(made=exercises(), data=st.data())
def test_what_raters_are_called_changes_nothing(made, data):
    codes = list(made[0])
    called = dict(zip(codes, data.draw(st.permutations([f"wk{n}" for n in range(len(codes))])), strict=True))
    assert text_of(run(*made, called=called)) == text_of(run(*made))


@settings(max_examples=20, deadline=None)
@given(made=exercises())
def test_no_code_of_a_rater_stands_in_a_result(made):
    assert "zq" not in text_of(run(*made))


@pytest.mark.parametrize("seats", [3, 8])
def test_no_code_of_a_rater_stands_in_a_report(seats):
    panel = {f"zq{n:02d}": (GROUPS[n % 3], "payer", "west") for n in range(seats)}
    ratings = {(1, statement, rater): 7 for statement in STATEMENTS for rater in panel}
    assert "zq" not in consensus_html(run(panel, ratings, [(1, rater) for rater in panel]))


@settings(max_examples=40, deadline=None)
@given(made=exercises())
def test_no_few_raters_can_be_told_from_groups(made):
    for row in run(*made).statements:
        if row.n < 5:
            assert (row.counts, row.median, row.groups, row.sensitivity) == ((), None, (), ())
            continue
        assert sum(row.counts) == row.n
        assert all(group.n >= 5 for group in row.groups)
        names = [name for group in row.groups for name in group.groups]
        assert len(set(names)) == len(names)
        # What the groups leave of the whole is nobody, or enough to be shown.
        rest = row.n - sum(group.n for group in row.groups)
        assert rest == 0 or rest >= 5


@settings(max_examples=40, deadline=None)
@given(made=exercises())
def test_a_run_adds_up(made):
    result = run(*made)
    for row in result.rounds:
        of_round = [one for one in result.statements if one.round == row.number]
        assert row.decided + row.undecided == row.statements == len(of_round)
        came = {
            rater
            for (number, _, rater), value in made[1].items()
            if number == row.number and value is not None
        }
        assert row.answered == len(came)
        if row.invited:
            assert 0 <= row.response <= 1
    for moved in result.movement:
        if moved.changed is not None:
            assert moved.raters >= 5
            assert moved.up + moved.down == moved.changed <= moved.raters


@st.composite
def panels(draw):
    """Kinds with how many were recruited, and how many of them answered each of two rounds."""
    kinds = draw(
        st.lists(
            st.tuples(*(st.sampled_from(words) for words in (("p", "q"), ("u", "v"), ("x", "y", "z")))),
            unique=True,
            max_size=12,
        )
    )
    made = []
    for kind in kinds:
        size = draw(st.integers(1, 12))
        invited = draw(st.integers(0, size))
        came = tuple(draw(st.integers(0, size)) for _ in range(2))
        made.append(KindTally(*kind, recruited=size, invited=(invited, None), answered=came))
    return made


@settings(max_examples=150, deadline=None)
@given(counted=panels(), smallest=st.integers(5, 8))
def test_cells_of_participation_hold_enough_and_give_no_small_number_away(counted, smallest):
    cells = shown_participation(counted, smallest=smallest)
    total = sum(one.recruited for one in counted)
    assert sum(cell.recruited for cell in cells) == (total if total >= smallest else 0)
    assert all(cell.recruited >= smallest for cell in cells)
    for place in range(2):
        column = [cell.answered[place] for cell in cells]
        assert all(one is None or one == 0 or one >= smallest for one in column)
        # One hidden number alone is what the total leaves over.
        whole = sum(one.answered[place] for one in counted)
        assert column.count(None) != 1 or len(column) == 1
        if None not in column and cells:
            assert sum(column) == whole
    assert all(cell.invited[1] is None for cell in cells)


@settings(max_examples=150, deadline=None)
@given(counted=panels(), smallest=st.integers(5, 8))
def test_margins_hold_enough_name_every_kind_once_and_give_no_small_number_away(counted, smallest):
    rows = shown_margins(counted, smallest=smallest)
    total = sum(one.recruited for one in counted)
    for dimension in DIMENSIONS:
        of = [row for row in rows if row.dimension == dimension]
        assert sum(row.recruited for row in of) == (total if total >= smallest else 0)
        assert all(row.recruited >= smallest for row in of)
        if of:
            names = [name for row in of for name in row.kinds]
            assert sorted(names) == sorted({getattr(one, dimension) for one in counted})
        for place in range(2):
            column = [row.answered[place] for row in of]
            assert all(one is None or one == 0 or one >= smallest for one in column)
            assert column.count(None) != 1 or len(column) == 1
