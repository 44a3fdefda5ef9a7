"""The legend of the picture of a week: disciplines by color and letters, then every sign."""

from __future__ import annotations

from collections.abc import Mapping

from allay.reports.plots_text import width_of
from allay.reports.schedule_drawing import EDGE, SMALL, Canvas
from allay.reports.schedule_view import By

__all__ = ["legend"]


def legend(
    canvas: Canvas, letters: Mapping[str, str], *, tones: Mapping[str, int], top: float, by: By
) -> float:
    """Explain colors and signs from `top` on, and return where that ends.

    Parameters
    ----------
    canvas : Canvas
    letters, tones : mapping of str
        The letters and the number of the color of each discipline.
    top : float
        In pixels.
    by : {'practitioner', 'room'}
        What the lanes are.

    Examples
    --------
    >>> canvas = Canvas(720, "week-1")
    >>> legend(canvas, {"yoga": "YO"}, tones={"yoga": 0}, top=0, by="room") > 40
    True
    """
    x, y = float(EDGE), top
    for name, code in letters.items():
        x, y = _room(canvas, x, y, 40 + width_of(name, 13))
        tone = tones[name]
        canvas.rect((x, y, 26, 20), fill=tone, stroke=tone, width=1.2, radius=3)
        canvas.text(x + 13, y + 15, code, bold=True, anchor="middle")
        canvas.text(x + 32, y + 15, name, size=13)
        x += 32 + width_of(name, 13) + 20
    x, y = float(EDGE), y + 30
    for kind, words in {**_SIGNS, **(_OF_ROOMS if by == "room" else {})}.items():
        if not words:
            continue
        x, y = _room(canvas, x, y, 40 + width_of(words, 13))
        _sample(canvas, kind, x, y)
        canvas.text(x + 32, y + 15, words, size=13)
        x += 32 + width_of(words, 13) + 20
    return y + 36


_SIGNS = {
    "meeting": "group, × patients who come",
    "telehealth": "telehealth",
    "linked": "linked visit, on both lanes",
    "second": "second practitioner's part",
    "supervision": "second on site, free for other work",
    "booked": "booked before",
    "free": "working, nothing planned",
    "ground": "not working",
    "away": "away",
}
_OF_ROOMS = {
    "linked": "linked visit",
    "second": "",
    "supervision": "",
    "free": "open, nothing planned",
    "ground": "not open",
    "away": "not to be had",
}


def _room(canvas: Canvas, x: float, y: float, needed: float) -> tuple[float, float]:
    return (x, y) if x + needed <= canvas.width - EDGE or x == EDGE else (float(EDGE), y + 28)


def _sample(canvas: Canvas, kind: str, x: float, y: float) -> None:
    box = (x, y, 26.0, 20.0)
    if kind in ("free", "ground"):
        canvas.rect(box, fill="paper" if kind == "free" else "ground", stroke="second", width=0.6)
    elif kind == "away":
        canvas.rect(box, hatched=True, stroke="second", width=0.6)
    elif kind == "supervision":
        canvas.rect((x, y + 16, 26, 3), fill="second")
    else:
        dash = "4 2" if kind == "telehealth" else ""
        width = 2.5 if kind == "meeting" else 1.2
        canvas.rect(box, fill="paper", stroke="second", width=width, dash=dash, radius=3)
    if kind == "meeting":
        canvas.text(x + 13, y + 14, "×9", size=SMALL, anchor="middle")
    elif kind == "telehealth":
        canvas.screen(x + 9, y + 6, "second")
    elif kind in ("linked", "second"):
        canvas.link(x + 8, y + 6, "second")
    elif kind == "booked":
        canvas.pin(x + 10, y + 6, "second")
