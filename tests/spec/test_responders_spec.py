"""Responders four ways.

What a few patients give at 30%. Each pair is baseline>follow-up on a rating of 0 to 10 where higher is
worse; a dash is a missing value. A patient who began at 0 is in no denominator; a patient with a missing
value stays in that of all enrolled, and the bounds count all or none of them as responders.
"""

from __future__ import annotations

import pytest

from allay.measures.responders import responders

RESPONDERS = """
| patients                                | followed | enrolled | lower | upper | worse |
| --------------------------------------- | -------- | -------- | ----- | ----- | ----- |
| 10>7 10>8 10>10 10>3                    | 2/4      | 2/4      | 2/4   | 2/4   | 0/4   |
| 10>7 10>8 10>- 10>-                     | 1/2      | 1/4      | 1/4   | 3/4   | 0/2   |
| 0>0 0>5 10>7 10>10                      | 1/2      | 1/2      | 1/2   | 1/2   | 0/2   |
| 0>- 10>7 10>-                           | 1/1      | 1/2      | 1/2   | 2/2   | 0/1   |
| ->5 ->- 10>7                            | 1/1      | 1/3      | 1/3   | 3/3   | 0/1   |
| 5>7 5>6 5>5 5>4 5>3                     | 1/5      | 1/5      | 1/5   | 1/5   | 1/5   |
| 7>5 7>4 3>2 1>0                         | 3/4      | 3/4      | 3/4   | 3/4   | 0/4   |
| 10>- 10>- 10>-                          | 0/0      | 0/3      | 0/3   | 3/3   | 0/0   |
| 0>0 0>-                                 | 0/0      | 0/0      | 0/0   | 0/0   | 0/0   |
"""


def rows(drawn: str) -> list[dict[str, str]]:
    """Return the rows of a drawn table as mappings from column to cell."""
    lines = [[c.strip() for c in line.strip().strip("|").split("|")] for line in drawn.strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


def number(text: str) -> float:
    return float("nan") if text == "-" else float(text)


@pytest.mark.parametrize("row", rows(RESPONDERS), ids=lambda row: row["patients"])
def test_responders(row: dict[str, str]) -> None:
    pairs = [pair.split(">") for pair in row["patients"].split()]
    before, after = ([number(pair[place]) for pair in pairs] for place in (0, 1))
    found = responders(before, after, fraction=0.3, direction="higher_worse")
    for way in ("followed", "enrolled", "lower", "upper", "worse"):
        figure = getattr(found, way)
        assert f"{figure.n:g}/{figure.denominator:g}" == row[way], way
