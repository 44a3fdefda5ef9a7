"""`allay economics frontier`: what it reads, writes and refuses."""

from __future__ import annotations

import csv
import io
import json

import pytest

from allay.cli.economics.frontier import frontier

TABLE = "strategy,cost,effect,note\nB,300,3,later\nA,100,1,now\nC,400,2,\n"


def test_rows_come_by_cost_with_what_else_they_had(call):
    (call.folder / "t.csv").write_text(TABLE)
    status, out, _ = call(frontier, "t.csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0
    assert [row["strategy"] for row in rows] == ["A", "B", "C"]
    assert [row["status"] for row in rows] == ["frontier", "frontier", "dominated"]
    assert [row["icer"] for row in rows] == ["", "100.0", ""]
    assert [row["note"] for row in rows] == ["now", "later", ""]
    assert [row["compared_with"] for row in rows] == ["", "A", "B"]


def test_json_has_numbers(call):
    (call.folder / "t.csv").write_text(TABLE)
    _, out, _ = call(frontier, "t.csv", "--format", "json")
    assert json.loads(out)[1]["icer"] == 100.0
    assert json.loads(out)[0]["icer"] is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("strategy,cost\nA,1\n", "t.csv:1: effect: expected this column"),
        ("strategy,cost,effect\n", "at least 1 row(s) of data"),
        (
            "strategy,cost,effect\nA,ten,1\n",
            "t.csv:2: cost: expected a number, at most 1e+15 from zero, found 'ten'",
        ),
        (
            "strategy,cost,effect\nA,1,\n",
            "t.csv:2: effect: expected a number, at most 1e+15 from zero, found nothing",
        ),
        (
            "strategy,cost,effect\nA,inf,1\n",
            "t.csv:2: cost: expected a number, at most 1e+15 from zero, found 'inf'",
        ),
        ("strategy,cost,effect\nA,1e300,1\n", "t.csv:2: cost: expected a number, at most 1e+15"),
        ("strategy,cost,effect\n,1,1\n", "t.csv:2: strategy: expected a value, found nothing"),
        ("strategy,cost,effect\nA,1,1\n A ,2,2\n", "t.csv:3: strategy: expected every strategy once"),
        ("strategy,cost,effect,icer\nA,1,1,2\n", "t.csv:1: icer: expected another name"),
    ],
)
def test_bad_input_is_named_by_line(call, text, said):
    (call.folder / "t.csv").write_text(text)
    status, out, err = call(frontier, "t.csv", "-o", "out.csv")
    assert (status, out) == (2, "")
    assert said in err
    assert not (call.folder / "out.csv").exists()


def test_every_bad_cell_is_named(call):
    (call.folder / "t.csv").write_text("strategy,cost,effect\nA,x,y\nB,1,z\n")
    _, _, err = call(frontier, "t.csv")
    assert [line.split(": expected")[0] for line in err.splitlines()] == [
        "t.csv:2: cost",
        "t.csv:2: effect",
        "t.csv:3: effect",
    ]
