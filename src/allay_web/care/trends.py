"""One scale over time, as a small picture: where the points lie, what changed, and against which rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

WIDTH, HEIGHT, EDGE = 220.0, 76.0, 8.0

Tone = Literal["better", "worse", "within", "unknown"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One score of one scale: at which time point, on which day (None: the source does not say)."""

    timepoint: str
    on: date | None
    score: float
    se: float | None
    band: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A change that counts: `value` score units, where it comes from and how sure that is."""

    value: float
    kind: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class ScaleFacts:
    """What a picture must know of a scale.

    `normal` is the range within normal limits, None where no official band exists; `rule` the smallest
    change that counts for one patient; `domain` the range of the picture.
    """

    title: str
    instrument: str
    unit: str
    higher_is_better: bool
    domain: tuple[float, float]
    normal: tuple[float, float] | None
    rule: Rule | None
    percent_response: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Last reading against the first: in score units, its error, and what may be said of it."""

    points: float
    error: float | None  # 95% limit of measurement error of the change; None where no SE is known
    percent_better: float | None
    tone: Tone
    verdict: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A small multiple, ready to be drawn."""

    facts: ScaleFacts
    readings: tuple[Reading, ...]
    change: Change | None
    line: str
    dots: tuple[tuple[float, float], ...]
    shade: tuple[float, float] | None  # y and height of the normal range

    @property
    def last(self) -> Reading:
        """The latest reading."""
        return self.readings[-1]

    @property
    def dated(self) -> bool:
        """Whether every reading has a date."""
        return all(reading.on for reading in self.readings)

    @property
    def summary(self) -> str:
        """The picture in words, for those who do not see it."""
        first = self.readings[0]
        span = f"from {first.score:g} ({first.timepoint}) to {self.last.score:g}"
        words = f"{len(self.readings)} readings, {span}"
        if len(self.readings) == 1:
            words = f"One reading, {self.last.score:g} ({self.last.timepoint})"
        if self.facts.normal:
            low, high = self.facts.normal
            words += f". Within normal limits: {low:g} to {high:g}"
        return f"{words}."


def trend(facts: ScaleFacts, readings: Sequence[Reading], *, z95: float) -> Trend:
    """Draw the readings of one scale, in the order given.

    Parameters
    ----------
    readings : at least one, the earliest first
    z95 : normal quantile of the 95% limit of measurement error
    """
    low, high = _domain(facts, readings)
    span = high - low
    dots = tuple(
        (x, round(EDGE + (HEIGHT - 2 * EDGE) * (high - reading.score) / span, 1))
        for x, reading in zip(_across(readings), readings, strict=True)
    )
    shade = None
    if facts.normal:
        bottom, top = (min(max(edge, low), high) for edge in facts.normal)
        if top > bottom:
            y = EDGE + (HEIGHT - 2 * EDGE) * (high - top) / span
            tall = (HEIGHT - 2 * EDGE) * (top - bottom) / span
            shade = (round(y, 1), round(tall, 1))
    line = " ".join(f"{x:g},{y:g}" for x, y in dots)
    change = change_between(facts, readings[0], readings[-1], z95=z95) if len(readings) > 1 else None
    return Trend(facts, tuple(readings), change, line, dots, shade)


def _domain(facts: ScaleFacts, readings: Sequence[Reading]) -> tuple[float, float]:
    """The range drawn: the scale's own, widened where a reading lies outside."""
    scores = [reading.score for reading in readings]
    return min(facts.domain[0], *scores), max(facts.domain[1], *scores)


def _across(readings: Sequence[Reading]) -> list[float]:
    """Where each reading lies from left to right: by date, or evenly where a date is missing."""
    room = WIDTH - 2 * EDGE
    days = [reading.on for reading in readings]
    first, last = days[0], days[-1]
    if all(days) and first and last and last > first:
        share = [((day - first).days if day else 0) / (last - first).days for day in days]
    else:
        share = [place / max(1, len(readings) - 1) for place in range(len(readings))]
    return [round(EDGE + room * part, 1) for part in share]


def change_between(facts: ScaleFacts, first: Reading, last: Reading, *, z95: float) -> Change:
    """Compare two readings: against measurement error where it is known, else against the rule.

    The order of what is said: a change within the error of measurement is called that, whatever its size;
    beyond it (or where no error is known) the published threshold decides.
    """
    points = last.score - first.score
    better = points if facts.higher_is_better else -points
    error = None
    if first.se is not None and last.se is not None:
        error = z95 * math.hypot(first.se, last.se)
    percent = better / first.score if facts.percent_response and first.score > 0 else None
    if error is not None and abs(points) <= error:
        return Change(points, error, percent, "within", "change is within error of measurement")
    if facts.rule is None:
        tone: Tone = "unknown" if error is None else ("better" if better > 0 else "worse")
        words = "no published threshold" if error is None else f"{tone}, beyond error of measurement"
        return Change(points, error, percent, tone, words)
    if abs(better) + 1e-9 < facts.rule.value:
        return Change(points, error, percent, "within", f"below the threshold of {_points(facts.rule.value)}")
    tone = "better" if better > 0 else "worse"
    return Change(points, error, percent, tone, f"{tone}, at or above {_points(facts.rule.value)}")


def _points(value: float) -> str:
    return f"{value:g} point" if value == 1 else f"{value:g} points"
