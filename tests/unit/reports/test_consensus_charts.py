"""Charts of consensus reports: bars where ratings are, marks where median and percentiles are."""

from __future__ import annotations

import re

import pytest

from allay.consensus.protocol.scale import RatingScale
from allay.reports.consensus_charts import distribution, shift

NINE = RatingScale()
COUNTS = (1, 0, 2, 0, 4, 0, 8, 0, 1)


def bars(drawn):
    found = re.findall(r'<rect class="c-(\w+)"[^>]*x="([\d.]+)%" y="([\d.]+)"[^>]*height="([\d.]+)"', drawn)
    return [(kind, float(x), float(y) + float(height), float(height)) for kind, x, y, height in found]


def test_bars_are_as_high_as_their_counts_and_stand_on_one_line():
    found = bars(distribution(COUNTS, NINE, median=7, title="s1"))
    assert [kind for kind, *_ in found] == ["second", "second", "soft", "bar", "bar"]
    heights = [height for *_, height in found]
    assert heights == pytest.approx([5, 10, 20, 40, 5])
    assert len({floor for _, _, floor, _ in found}) == 1


def test_counts_and_points_are_written():
    drawn = distribution(COUNTS, NINE, median=7, title="s1")
    texts = re.findall(r"<text[^>]*>(\d+)</text>", drawn)
    assert sorted(texts) == sorted([*"123456789", *"12481"])


def test_the_median_and_percentiles_lie_over_their_points():
    drawn = distribution(COUNTS, NINE, median=5, p30=4.6, p70=7, title="s1")
    assert 'cx="50.00%"' in drawn
    assert f'x1="{(4.6 - 0.5) / 9 * 100:.2f}%" x2="{(7 - 0.5) / 9 * 100:.2f}%"' in drawn


def test_regions_are_parted_at_the_scale():
    five = RatingScale(minimum=1, maximum=5, low_to=2, high_from=4)
    drawn = distribution((1, 1, 1, 1, 1), five, median=3, title="s1")
    assert 'x1="40.00%" x2="40.00%"' in drawn
    assert 'x1="60.00%" x2="60.00%"' in drawn


def test_a_long_scale_has_few_numbers():
    long = RatingScale(minimum=0, maximum=100, low_to=30, high_from=70)
    drawn = distribution([1] * 101, long, median=50, title="s1")
    assert len(re.findall("<text", drawn)) == 11


def test_nothing_rated_is_no_division_by_zero():
    assert bars(distribution((0,) * 9, NINE, median=None, title="s1")) == []


def test_a_title_is_escaped():
    assert "<b>" not in distribution(COUNTS, NINE, median=7, title="<b>")
    assert "<b>" not in shift(3, 5, NINE, title="<b>")


def test_a_shift_has_a_hollow_dot_before_and_a_full_one_after():
    drawn = shift(5, 9, NINE, title="from 5 to 9")
    assert re.findall(r'<circle class="([^"]+)"[^>]*cx="([\d.]+)%"', drawn) == [
        ("c-paper s-bar", "50.00"),
        ("c-bar", f"{8.5 / 9 * 100:.2f}"),
    ]
