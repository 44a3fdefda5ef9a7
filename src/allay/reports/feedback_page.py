"""Feedback to a rater as one self-contained HTML page, in English or Spanish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from markupsafe import Markup, escape

import allay
from allay.base.phrases import Phrase, read_phrases, say
from allay.base.rounding import round_step
from allay.consensus.protocol.scale import RatingScale
from allay.consensus.rounds.feedback import FeedbackItem, FeedbackSheet
from allay.reports.page import environment, stylesheet
from allay.reports.words import number

__all__ = ["FeedbackWords", "feedback_html"]

WIDTH, HEIGHT, TOP, BOTTOM = 320.0, 72.0, 28.0, 34.0
"""Of a chart: the bars, the line of numbers above them, the scale and the mark below."""
MOST_LABELS = 12
MARK = 36.0
"""Room for the mark of the own rating."""
NUMBER = 15.0
"""Room for the number on a bar."""
GAP = 0.2


@cache
def catalog() -> Mapping[str, Phrase]:
    """The phrases that are shipped."""
    return read_phrases(resources.files("allay.reports") / "data" / "feedback_phrases.yaml")


@dataclass(frozen=True, slots=True)
class FeedbackWords:
    """Says the parts of a feedback in one language.

    Examples
    --------
    >>> FeedbackWords("es")("item.you")
    'usted'
    """

    language: str

    def __call__(self, phrase: str, **values: object) -> str:
        """Say a phrase."""
        return say(catalog(), phrase, language=self.language, **values)


def feedback_html(sheet: FeedbackSheet, *, language: str = "en") -> str:
    """Write the feedback to a rater.

    Parameters
    ----------
    sheet : FeedbackSheet
    language : {"en", "es"}
        Of our own words; statements and comments stay as they were written.

    Returns
    -------
    str
        A whole HTML document without script; every text from files is escaped.

    Raises
    ------
    NotFound
        For another language.

    Examples
    --------
    >>> sheet = FeedbackSheet(rater="r1", title="A", question="What?", synthetic=True, round=1, answered=1,
    ...     smallest=5, scale=RatingScale(), items=(), next_round=None, next_items=())
    >>> feedback_html(sheet).count("<h1")
    1
    """
    words = FeedbackWords(language)
    return (
        environment()
        .get_template("feedback.html")
        .render(
            sheet=sheet,
            say=words,
            language=language,
            chart=lambda item: distribution(item, sheet.scale, words),
            regions=lambda item: regions(item, sheet.scale, words),
            own={item.statement: item.own for item in sheet.items if item.own is not None},
            style=stylesheet("report.css", "feedback.css"),
            version=allay.__version__,
        )
    )


def regions(item: FeedbackItem, scale: RatingScale, words: FeedbackWords) -> str:
    """Say in a sentence how many chose which part of the scale, with what that part is called.

    Examples
    --------
    >>> counts = (0, 0, 0, 0, 1, 0, 4, 0, 0)
    >>> item = FeedbackItem("s1", None, "A", own=7, n=5, counts=counts, median=7, comments=())
    >>> regions(item, RatingScale(), FeedbackWords("en"))
    'Of 5 people, 0 chose 1 to 3 (low); 1 chose 4 to 6 (middle); 4 chose 7 to 9 (high).'
    """
    ends = (
        (scale.minimum, scale.low_to),
        (scale.low_to + 1, scale.high_from - 1),
        (scale.high_from, scale.maximum),
    )
    parts = []
    for (low, high), label in zip(ends, scale.labels, strict=True):
        count = sum(item.counts[low - scale.minimum : high - scale.minimum + 1])
        if low < high:
            parts.append(words("item.range", count=count, low=low, high=high, label=label))
        elif low == high:
            parts.append(words("item.point", count=count, low=low, label=label))
    return words("item.of", n=item.n, parts="; ".join(parts))


def distribution(item: FeedbackItem, scale: RatingScale, words: FeedbackWords) -> Markup:
    """Draw how many raters chose each point, with the own rating and the median marked."""
    points = range(scale.minimum, scale.maximum + 1)
    told = ", ".join(f"{point}: {count}" for point, count in zip(points, item.counts, strict=True) if count)
    label = words("item.chart", points=told, median=number(item.median, 1).removesuffix(".0"))
    step, tallest = WIDTH / scale.points, max(item.counts)
    labeled = _labeled(scale, item.own)
    parts = [
        f'<svg class="chart distribution" viewBox="0 0 {WIDTH:g} {TOP + HEIGHT + BOTTOM:g}" role="img" '
        f'aria-label="{escape(label)}">'
    ]
    texts: list[str] = []
    for place, (point, count) in enumerate(zip(points, item.counts, strict=True)):
        own = point == item.own
        middle, height = (place + 0.5) * step, HEIGHT * count / tallest
        parts += _bar(place * step + step * GAP / 2, step * (1 - GAP), height, own=own)
        if count and scale.points <= 2 * MOST_LABELS:
            texts.append(_text(middle, TOP + HEIGHT - height - 4, str(count), "c-second"))
        if point in labeled:
            texts.append(_text(middle, TOP + HEIGHT + 14, str(point), "c-ink strong" if own else "c-second"))
        if own:
            within = min(max(middle, MARK / 2), WIDTH - MARK / 2)
            texts.append(_text(within, TOP + HEIGHT + 29, words("item.you"), "c-ink strong"))
    if item.median is not None:
        parts += _middle(item.median, item, scale)
    return Markup("".join((*parts, *texts, "</svg>")))  # noqa: S704 - numbers, and texts that are escaped


def _middle(median: float, item: FeedbackItem, scale: RatingScale) -> Iterator[str]:
    """The median as a dashed line, with room for the number on the bar it goes through."""
    at, floor = (median - scale.minimum + 0.5) * WIDTH / scale.points, TOP + HEIGHT
    place = int(median - scale.minimum)
    on_bar = median == place + scale.minimum and scale.points <= 2 * MOST_LABELS
    top = floor - HEIGHT * item.counts[place] / max(item.counts)
    pieces = [(2.0, top - NUMBER), (top, floor)] if on_bar and item.counts[place] else [(2.0, floor)]
    for above, below in pieces:
        ends = f'x1="{at:.2f}" x2="{at:.2f}" y1="{above:g}" y2="{below:.2f}"'
        if median == item.own:
            # On the dark bar a dark line cannot be seen.
            yield f'<line class="under s-track" {ends}/>'
        yield f'<line class="median s-ink" {ends}/>'


def _bar(left: float, width: float, height: float, *, own: bool) -> Iterator[str]:
    """A bar over its place on the scale, which shows where nobody is as well."""
    floor = TOP + HEIGHT
    yield f'<rect class="c-track" x="{left:.2f}" y="{floor:g}" width="{width:.2f}" height="2"/>'
    if height:
        kind = "c-bar" if own else "c-soft"
        yield (
            f'<rect class="{kind}" x="{left:.2f}" y="{floor - height:.2f}" width="{width:.2f}" '
            f'height="{height:.2f}" rx="1.5"/>'
        )


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.2f}" y="{y:.2f}" text-anchor="middle">{escape(text)}</text>'


def _labeled(scale: RatingScale, own: int | None) -> set[int]:
    """Points that get a label: all of a short scale, else round ones, both ends and the own rating."""
    if scale.points <= MOST_LABELS:
        return set(range(scale.minimum, scale.maximum + 1))
    step = int(max(round_step(scale.points - 1, MOST_LABELS - 1), 1))
    found = {point for point in range(scale.minimum, scale.maximum + 1) if point % step == 0}
    found |= {scale.minimum, scale.maximum}
    if own is not None:
        found = {point for point in found if abs(point - own) >= step} | {own}
    return found
