"""Shares are rounded from exact fractions, charts hold every rating, and any text answers its item."""

from __future__ import annotations

import re
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.reports.consensus_results import exercise

from allay.consensus.checklists.items import known_items
from allay.consensus.checklists.wording import share_of
from allay.consensus.protocol.scale import RatingScale
from allay.reports.consensus_charts import distribution

TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=40)


@given(st.integers(1, 5000), st.data())
def test_a_share_is_the_exact_one_rounded_half_up(whole, data):
    part = data.draw(st.integers(0, whole))
    printed = Fraction(re.fullmatch(r".* of .*, ([\d.]+)%", share_of(part, whole)).group(1))
    exact = Fraction(100 * part, whole)
    assert exact - Fraction(1, 20) < printed <= exact + Fraction(1, 20)


@given(st.lists(st.integers(0, 500), min_size=9, max_size=9))
def test_a_chart_holds_every_rating(counts):
    drawn = distribution(counts, RatingScale(), median=None, title="s1")
    written = [int(n) for n in re.findall(r">(\d+)</text>", drawn)]
    assert sum(written) == sum(counts)
    heights = [float(h) for h in re.findall(r'<rect[^>]*height="([\d.]+)"', drawn)]
    assert len(heights) == sum(count > 0 for count in counts)
    assert all(0 < height <= 40 for height in heights)


@given(st.sampled_from(known_items()), TEXTS)
def test_a_text_answers_its_item_and_no_other(item, text):
    before = {one.item: one for one in exercise(narrative={}).checklists}
    after = {one.item: one for one in exercise(narrative={item: text}).checklists}
    assert after[item].answered != "no"
    assert text in after[item].answer
    assert [name for name in before if after[name] != before[name]] == [item]
