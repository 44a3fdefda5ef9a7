"""What a small multiple says of a change: error of measurement first, then the published threshold.

first (SE)  last (SE)   direction      rule   says
65 (1.8)    62.9 (1.8)  higher worse   2      within error: 2.1 is below 1.96 x sqrt(1.8^2 + 1.8^2) = 5.0
70 (1.8)    60 (1.8)    higher worse   2      better, at or above 2 points
7           6           higher worse   1      better: exactly the threshold counts
7           6.5         higher worse   1      below the threshold
12          17          higher worse   5      worse
40 (2)      48 (2)      higher better  none   better, beyond error
"""

from __future__ import annotations

import datetime as dt
import math

import pytest

from allay_web.care.trends import HEIGHT, WIDTH, Reading, Rule, ScaleFacts, change_between, trend

Z = 1.96


def facts(*, better: bool = False, rule: float | None = 1, percent: bool = False) -> ScaleFacts:
    stated = None if rule is None else Rule(rule, "change", "a source", "verified")
    return ScaleFacts("Scale", "Form", "points", better, (0, 100), (0, 55), stated, percent)


def reading(score: float, se: float | None = None, on: dt.date | None = None) -> Reading:
    return Reading("t", on, score, se, "")


@pytest.mark.parametrize(
    ("first", "last", "se", "better", "rule", "tone", "says"),
    [
        (65, 62.9, 1.8, False, 2, "within", "within error"),
        (70, 60, 1.8, False, 2, "better", "at or above 2 points"),
        (7, 6, None, False, 1, "better", "at or above 1 point"),
        (7, 6.5, None, False, 1, "within", "below the threshold of 1"),
        (12, 17, None, False, 5, "worse", "worse"),
        (40, 48, 2, True, None, "better", "beyond error"),
        (40, 48, None, True, None, "unknown", "no published threshold"),
        (40, 30, 2, True, 2, "worse", "worse"),
    ],
)
def test_what_is_said(
    first: float, last: float, se: float | None, better: bool, rule: float | None, tone: str, says: str
) -> None:
    change = change_between(facts(better=better, rule=rule), reading(first, se), reading(last, se), z95=Z)
    assert change.tone == tone
    assert says in change.verdict
    assert change.error == (None if se is None else pytest.approx(Z * math.sqrt(2) * se))


def test_percent_only_where_it_has_a_meaning() -> None:
    assert change_between(facts(percent=True), reading(8), reading(6), z95=Z).percent_better == 0.25
    assert change_between(facts(percent=True), reading(0), reading(6), z95=Z).percent_better is None
    assert change_between(facts(), reading(8), reading(6), z95=Z).percent_better is None


def test_points_lie_within_the_picture_by_date_or_evenly() -> None:
    days = [dt.date(2026, 1, 1), dt.date(2026, 1, 11), dt.date(2026, 4, 11)]
    dated = trend(facts(), [reading(50 + n, on=day) for n, day in enumerate(days)], z95=Z)
    undated = trend(facts(), [reading(50 + n) for n in range(3)], z95=Z)
    for drawn in (dated, undated):
        assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in drawn.dots)
    assert dated.dots[1][0] == pytest.approx(28.4)
    assert undated.dots[1][0] == WIDTH / 2
    assert not undated.dated


def test_one_reading_shows_no_change_and_no_line() -> None:
    drawn = trend(facts(), [reading(50)], z95=Z)
    assert drawn.change is None
    assert drawn.summary.startswith("One reading, 50")


def test_a_reading_outside_the_usual_range_widens_the_picture() -> None:
    drawn = trend(facts(), [reading(120), reading(-5)], z95=Z)
    assert all(0 <= y <= HEIGHT for _, y in drawn.dots)
