"""What is published of an exercise says nothing about who is who: every file of a run, byte by byte."""

from __future__ import annotations

import io
import re
import tempfile
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.consensus.rounds.exercises import (
    CODES,
    COMMENTS,
    PANEL,
    RECORD,
    ROUND_1,
    ROUND_2,
    invitations_text,
    panel_text,
    ratings_text,
    write_exercise,
)

from allay.cli import cli
from allay.cli.frame import run
from allay.consensus.protocol.reading import read_exercise
from allay.consensus.ratings.reading import read_ratings
from allay.consensus.rounds.run import run_exercise

GROUPS = ("a", "b", "c", "")
PROTOCOL = """\
id: p
title: A property
question: What holds?
rounds: [{objective: Rate}]
groups: [{id: a, name: Ants}, {id: b, name: Bees}, {id: c, name: Cats}]
sensitivity: [{method: percent, each_group: true}, {method: comet, each_group: true}, {method: comet}]
"""


def published(folder: Path) -> dict[str, bytes]:
    """Every file that a run writes."""
    paths = [str(folder / name) for name in ("protocol.yaml", "ratings.csv", "out")]
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        assert run(cli, ["consensus", "run", *paths[:2], "-o", paths[2]]) == 0
    assert "round 1" in said.getvalue()
    return {path.name: path.read_bytes() for path in (folder / "out").iterdir()} | {
        "said": said.getvalue().encode()
    }


def turned(text: str, by: int) -> str:
    """A file of rows with its rows in another order."""
    head, *rows = text.splitlines()
    place = by % len(rows)
    return "\n".join([head, *reversed(rows[place:]), *rows[:place], ""])


@pytest.mark.parametrize("by", [1, 5])
def test_other_codes_in_another_order_give_the_same_files(tmp_path, by):
    others = (*reversed(CODES[by:]), *CODES[:by])
    called = dict(zip(CODES, others, strict=True))
    record = RECORD + "  - {rater: zq05, on: 2026-02-20, declared: Sells a device}\n"
    written = []
    for place, codes in enumerate((CODES, others)):
        files = {
            "panel": panel_text({called[code] if place else code: kinds for code, kinds in PANEL.items()}),
            "ratings": ratings_text({1: ROUND_1, 2: ROUND_2}, codes),
            "invitations": invitations_text(codes),
            "comments": COMMENTS + "1,s1,Surely,\n1,s2,Of course,payers\n",
        }
        if place:
            files = {name: turned(text, by) for name, text in files.items()}
            record = re.sub("|".join(CODES), lambda found: called[found.group()], record)
        folder = tmp_path / str(place)
        folder.mkdir()
        write_exercise(folder, record=record, **files)
        written.append(published(folder))
    # A hash of a file of people would differ: 6 raters and 2 statements are found by trying in a second.
    assert written[0] == written[1]
    assert {"results.json", "report.html", "groups.csv", "said"} <= set(written[0])


@st.composite
def panels(draw):
    """Raters with their groups and ratings of two statements, blanks among them."""
    raters = [f"zq{number:02d}" for number in range(draw(st.integers(5, 16)))]
    group = {rater: draw(st.sampled_from(GROUPS)) for rater in raters}
    rating = st.one_of(st.none(), st.integers(1, 9))
    rated = {(statement, rater): draw(rating) for statement in ("t1", "t2") for rater in raters}
    return group, rated


@settings(max_examples=60, deadline=None)
@given(made=panels(), smallest=st.integers(5, 7))
def test_no_sum_or_difference_of_what_is_shown_is_that_of_a_few(made, smallest):
    group, rated = made
    with tempfile.TemporaryDirectory() as folder:
        text = PROTOCOL + f"smallest_group: {smallest}\n"
        (Path(folder) / "protocol.yaml").write_text(text)
        rows = [f"{rater},{of}" for rater, of in group.items()]
        (Path(folder) / "panel.csv").write_text("\n".join(["rater,group", *rows, ""]))
        lines = [f"{one},{who},{'' if given is None else given}" for (one, who), given in rated.items()]
        ratings = io.BytesIO("\n".join(["statement,rater,rating", *lines, ""]).encode())
        result = run_exercise(read_exercise(folder), read_ratings(ratings), allay_version="1")
    for row in result.statements:
        given_by = Counter(
            group[who] for (one, who), value in rated.items() if one == row.statement and value is not None
        )
        shown = [Counter(dict(enumerate(of.counts))) for of in row.groups]
        whole = Counter(dict(enumerate(row.counts)))
        # Whatever an insider takes away from the whole is of nobody, or of enough.
        for size in range(len(shown) + 1):
            for some in combinations(shown, size):
                rest = whole - sum(some, Counter())
                assert rest.total() == 0 or rest.total() >= smallest or not row.counts
        if any(0 < given_by[one] < smallest for one in ("a", "b", "c")):
            told = [other for other in row.sensitivity if other.rule.endswith("each-group")]
            assert all(other.verdict is None and not other.differs for other in told)
