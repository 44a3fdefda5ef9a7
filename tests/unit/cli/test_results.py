"""Results come as CSV, JSON or an aligned table, to a file whole or to standard output."""

from __future__ import annotations

import datetime as dt
import json
import sys
from decimal import Decimal
from enum import StrEnum

import numpy as np
import polars as pl
import pytest

from allay.base.errors import InvalidInput
from allay.cli.results import aligned, deliver_frame, deliver_text, json_text, opened

FRAME = pl.DataFrame({"id": ["a", "b"], "score": [1.5, None], "n": [10, 2]})


class Mode(StrEnum):
    GROUP = "group"


def test_standard_input_is_a_dash():
    assert opened("-") == (sys.stdin.buffer, "<stdin>")
    assert opened("a.csv")[0].name == "a.csv"


@pytest.mark.parametrize("output", [None, "-"])
def test_standard_output(output, capfdbinary):
    deliver_text(output, "ñ")
    assert capfdbinary.readouterr().out == "ñ\n".encode()


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("csv", "id,score,n\na,1.5,10\nb,,2\n"),
        ("table", "id  score   n\na     1.5  10\nb       –   2\n"),
    ],
)
def test_forms(form, text, tmp_path):
    deliver_frame(str(tmp_path / "out"), FRAME, form=form)
    assert (tmp_path / "out").read_text() == text


def test_json_form(tmp_path):
    deliver_frame(str(tmp_path / "out"), FRAME, form="json")
    assert json.loads((tmp_path / "out").read_text()) == [
        {"id": "a", "score": 1.5, "n": 10},
        {"id": "b", "score": None, "n": 2},
    ]


def test_json_of_everything_a_result_may_hold():
    result = {
        "exact": Decimal("65.26"),
        "whole": Decimal("12.00"),
        "day": dt.date(2026, 1, 2),
        "nan": float("nan"),
        "infinite": np.inf,
        "array": np.array([1, 2]),
        "scalar": np.float64(0.5),
        "mode": Mode.GROUP,
        "pair": (1, "ñ"),
    }
    assert json.loads(json_text(result)) == {
        "exact": 65.26,
        "whole": 12,
        "day": "2026-01-02",
        "nan": None,
        "infinite": None,
        "array": [1, 2],
        "scalar": 0.5,
        "mode": "group",
        "pair": [1, "ñ"],
    }
    assert "ñ" in json_text(result)


def test_json_refuses_what_it_does_not_know():
    with pytest.raises(TypeError):
        json_text({"x": object()})


def test_a_table_without_rows_shows_its_header():
    assert aligned(FRAME.clear()) == "id  score  n"


def test_a_table_keeps_to_one_line_a_row_and_sends_a_terminal_nothing_but_text():
    odd = "two\nlines\t\x1b[31m\u202ered\u2028end é 1\u00a0000 👩\u200d⚕"
    lines = aligned(pl.DataFrame({"id": [odd, "b"], "n": [1, 2]})).splitlines()
    # Spaces that do not break and joined emoji are text.
    assert lines[1] == r"two\nlines\t\x1b[31m\u202ered\u2028end é " + "1\u00a0000 👩\u200d⚕  1"
    assert len(lines) == 3
    assert lines[2].startswith("b ")


def test_standard_input_that_is_closed_is_said(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InvalidInput, match="<stdin>:-: .file.: expected a file that can be read, found"):
        opened("-")


def test_standard_output_that_is_closed_is_said(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(InvalidInput, match="output: expected a place that can be written to, found standard"):
        deliver_text(None, "lost")
