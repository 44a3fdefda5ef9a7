"""Charts of consensus reports: bars where ratings are, marks where median and percentiles are."""

from __future__ import annotations

import re

import pytest

from allay.consensus.protocol.scale import RatingScale
from allay.reports.consensus_charts import distribution, frames, shift

NINE = RatingScale()
COUNTS = (1, 0, 2, 0, 4, 0, 8, 0, 1)


def bars(drawn):
    """Kind, place, floor and height of each bar, whether its look stands on it or on its group."""
    found = []
    for kind, content in re.findall(r'<(?:g|rect) class="c-(\w+)"( x=.*?/>|>.*?</g>)', drawn):
        each = re.findall(r' x="([\d.]+)%" y="([\d.]+)"[^>]*height="([\d.]+)"', content)
        found += [(kind, float(x), float(y) + float(height), float(height)) for x, y, height in each]
    return found


def test_bars_are_as_high_as_their_counts_and_stand_on_one_line():
    found = bars(distribution(COUNTS, NINE, median=7, title="s1"))
    assert [kind for kind, *_ in found] == ["second", "second", "soft", "bar", "bar"]
    heights = [height for *_, height in found]
    assert heights == pytest.approx([5, 10, 20, 40, 5])
    assert len({floor for _, _, floor, _ in found}) == 1


def test_counts_and_points_are_written():
    drawn = distribution(COUNTS, NINE, median=7, title="s1", paper=True)
    texts = re.findall(r"<text[^>]*>(\d+)</text>", drawn)
    assert sorted(texts) == sorted([*"123456789", *"12481"])


def test_the_median_and_percentiles_lie_over_their_points():
    drawn = distribution(COUNTS, NINE, median=5, p30=4.6, p70=7, title="s1")
    assert 'cx="50%"' in drawn
    assert f'x1="{(4.6 - 0.5) / 9 * 100:.2f}%" x2="{(7 - 0.5) / 9 * 100:.2f}%"' in drawn


def test_regions_are_parted_at_the_scale():
    five = RatingScale(minimum=1, maximum=5, low_to=2, high_from=4)
    drawn = distribution((1, 1, 1, 1, 1), five, median=3, title="s1", paper=True)
    assert 'x1="40%" x2="40%"' in drawn
    assert 'x1="60%" x2="60%"' in drawn


def test_a_long_scale_has_few_numbers():
    long = RatingScale(minimum=0, maximum=100, low_to=30, high_from=70)
    drawn = distribution([1] * 101, long, median=50, title="s1", paper=True)
    assert len(re.findall("<text", drawn)) == 11


def test_on_paper_all_stands_in_the_chart_and_on_the_screen_in_the_stylesheet_and_the_frame():
    screen, paper = (
        distribution(COUNTS, NINE, median=5, p30=4, p70=7, title="s", paper=on) for on in (False, True)
    )
    assert not re.search(r'(fill|stroke)="', screen)
    assert 'class="c-' not in paper
    assert "<use" not in paper
    assert {"#0b6b6b", "#9fc7c5", "#55626e", "#1d2730"} <= set(re.findall("#[0-9a-f]{6}", paper))
    frame = re.search('<g id="frame">(.*?)</g><g id="shift">', frames(NINE)).group(1)
    assert '<use href="#frame"/>' in screen
    assert '<use href="#shift"/>' in shift(3, 5, NINE, title="s")
    places = re.compile(r' (?:x|y|x1|cx)="[^"]+"')
    assert places.findall(frame + str(screen)) == places.findall(paper)


def test_a_chart_is_small():
    assert len(distribution(COUNTS, NINE, median=5, p30=4, p70=7, title="s")) < 1_100


def test_nothing_rated_is_no_division_by_zero():
    assert bars(distribution((0,) * 9, NINE, median=None, title="s1")) == []


def test_a_title_is_escaped():
    assert "<b>" not in distribution(COUNTS, NINE, median=7, title="<b>")
    assert "<b>" not in shift(3, 5, NINE, title="<b>")


def test_a_shift_has_a_hollow_dot_before_and_a_full_one_after():
    drawn = shift(5, 9, NINE, title="from 5 to 9")
    assert re.findall(r'<circle class="([^"]+)"[^>]*cx="([\d.]+)%"', drawn) == [
        ("c-paper s-bar", "50"),
        ("c-bar s-bar", f"{8.5 / 9 * 100:.2f}"),
    ]
