"""The picture of a week: a column for each day, time to the right, a lane for each practitioner or room."""

from __future__ import annotations

from dataclasses import dataclass

from allay.reports.plots_text import lines_of, width_of
from allay.reports.schedule_drawing import EDGE, SMALL, Canvas, codes
from allay.reports.schedule_legend import legend
from allay.reports.schedule_view import HOUR, By, Lane, WeekBlock, WeekView, Window, week_view
from allay.reports.schedule_words import (
    block_words,
    bound_words,
    day_words,
    empty_words,
    score_words,
    week_description,
    week_title,
)
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem

__all__ = ["drawn_week", "drawn_width", "week_svg"]

GAP, RIGHT = 8, 58
LANE, BLOCK = 34, 28
LEAST_HOUR, MOST_HOUR, LEAST_BLOCK = 23, 120, 16
TWO_LETTERS = 20
LEAST_NAME, MOST_NAME, LEAST_WIDTH = 96, 220, 720


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where things are: pixels of an hour, the left edge of the first day, the top of the first lane."""

    view: WeekView
    hour: float
    left: float
    top: float
    letters: dict[str, str]
    tones: dict[str, int]

    @property
    def day(self) -> float:
        return (self.view.closes - self.view.opens) / HOUR * self.hour

    def x(self, day: int, minute: float) -> float:
        return self.left + day * (self.day + GAP) + (minute - self.view.opens) / HOUR * self.hour

    def box(self, window: Window, row: int) -> tuple[float, float, float, float]:
        x = self.x(window.day, window.start)
        y = self.top + row * LANE + (LANE - BLOCK) / 2
        return x + 0.5, y, (window.end - window.start) / HOUR * self.hour - 1, BLOCK

    @property
    def end(self) -> float:
        return self.left + len(self.view.days) * (self.day + GAP) - GAP

    @property
    def bottom(self) -> float:
        return self.top + len(self.view.lanes) * LANE


def week_svg(problem: SchedulingProblem, plan: Plan, *, week: int = 0, by: By = "practitioner") -> str:
    """Draw a week of a plan.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
        Of this problem.
    week : int
        From 0.
    by : {'practitioner', 'room'}
        What has a lane.

    Returns
    -------
    str
        An SVG document that needs nothing from outside. The same plan gives the same text; its length grows
        with the number of appointments and of lanes.

    Raises
    ------
    NotFound
        A week outside the problem's horizon.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.plan.plan import Score
    >>> problem = SchedulingProblem(
    ...     id="empty", opening={"start": dt.date(2027, 1, 4)},
    ...     practitioners=(), rooms=(), services=(), patients=())
    >>> plan = Plan(allay_version="1", problem="empty", problem_digest=problem.digest(), method="by-hand",
    ...     score=Score(**dict.fromkeys(Score.model_fields, 0)))
    >>> "Nothing is planned in this week" in week_svg(problem, plan)
    True
    """
    return drawn_week(week_view(problem, plan, week=week, by=by))


def drawn_week(view: WeekView, *, headed: bool = True) -> str:
    """Draw a week that is gathered already; not `headed` within a page that says what stands above it."""
    canvas = Canvas(drawn_width(view), f"week-{view.week + 1}-{view.by}")
    frame = _frame(view, (_header(canvas, view) if headed else 0) + 52)
    _days(canvas, frame)
    _ground(canvas, frame)
    for row, lane in enumerate(view.lanes):
        _lane(canvas, frame, row, lane)
    _grid(canvas, frame)
    for row, lane in enumerate(view.lanes):
        for block in lane.blocks:
            _block(canvas, frame, row, block)
    bottom = legend(canvas, frame.letters, tones=frame.tones, top=frame.bottom + 14, by=view.by)
    return canvas.document(bottom, title=week_title(view), description=week_description(view))


def drawn_width(view: WeekView) -> float:
    """How many pixels wide a week is drawn."""
    return max(_frame(view, 0).end + RIGHT, LEAST_WIDTH)


def _frame(view: WeekView, top: float) -> _Frame:
    """Lay out a week: hours as wide as the shortest block needs, letters as many as fit into it."""
    shortest = min((one.window.end - one.window.start for one in _drawn(view)), default=HOUR)
    hour = min(MOST_HOUR, max(LEAST_HOUR, LEAST_BLOCK * HOUR / shortest))
    letters = 2 if hour * shortest / HOUR >= TWO_LETTERS else 1
    names = max((width_of(lane.id, 13) for lane in view.lanes), default=0)
    left = EDGE + min(MOST_NAME, max(LEAST_NAME, names + 12))
    tones = {name: place for place, name in enumerate(view.disciplines)}
    return _Frame(view, hour, left, top, codes(view.disciplines, letters=letters), tones)


def _drawn(view: WeekView) -> list[WeekBlock]:
    """Blocks that have letters."""
    return [one for lane in view.lanes for one in lane.blocks if one.role != "supervision"]


def _header(canvas: Canvas, view: WeekView) -> float:
    """Say what it is, and return where that ends."""
    y = 30.0
    for part in lines_of(week_title(view), canvas.width - 2 * EDGE, 18):
        canvas.text(EDGE, y, part, size=18, bold=True)
        y += 22
    weeks = view.problem.opening.weeks
    whole = "" if weeks == 1 else f"All {weeks} weeks together. "
    said = [f"{whole}{score_words(view.plan)}.", *(bound_words(one, view.plan) for one in view.plan.bounds)]
    if not view.plan.bounds:
        said.append("The plan comes without a bound.")
    for line in said:
        for part in lines_of(line, canvas.width - 2 * EDGE):
            canvas.text(EDGE, y, part, size=13, color="second")
            y += 18
    if empty := empty_words(view):
        y += 6
        for part in lines_of(empty, canvas.width - 2 * EDGE, 15):
            canvas.text(EDGE, y, part, size=15, bold=True)
            y += 20
    return y - 8


def _days(canvas: Canvas, frame: _Frame) -> None:
    """Name the days and hours above their columns."""
    view = frame.view
    for place, day in enumerate(view.days):
        x = frame.x(place, view.opens)
        canvas.text(x, frame.top - 26, day_words(day), size=14, bold=True)
        step = next(one for one in (1, 2, 3, 4, 6, 12, 24) if one * frame.hour >= 44)
        for minute in range(view.opens, view.closes, step * HOUR):
            at, label = frame.x(place, minute), f"{minute // HOUR}:00"
            if at + width_of(label, SMALL) <= x + frame.day + 2:
                canvas.text(at, frame.top - 8, label, size=SMALL, color="second")
    if view.lanes:
        canvas.text(frame.end + 12, frame.top - 8, "hours", size=SMALL, color="second")


def _lane(canvas: Canvas, frame: _Frame, row: int, lane: Lane) -> None:
    """Draw a lane's names, time and absences."""
    y = frame.top + row * LANE
    name, *_ = lines_of(lane.id, frame.left - EDGE - 8, 13)
    canvas.text(EDGE, y + 15, name, size=13, bold=True)
    note, *more = lines_of(_note(frame, lane), frame.left - EDGE - 8, SMALL)
    canvas.text(EDGE, y + 28, f"{note} …" if more else note, size=SMALL, color="second")
    for window in lane.working:
        x, _, wide, _ = frame.box(window, row)
        canvas.rect((x - 0.5, y, wide + 1, LANE), fill="paper")
    for window in lane.away:
        x, _, wide, _ = frame.box(window, row)
        canvas.open("away", f"{lane.id} is {'away' if frame.view.by == 'practitioner' else 'not to be had'}")
        canvas.rect((x - 0.5, y, wide + 1, LANE), hatched=True)
        canvas.close()
    taken, there = lane.minutes
    if lane.working or taken:
        canvas.text(frame.end + 12, y + 15, f"{taken / HOUR:g}", size=13, bold=True)
    if lane.working:
        canvas.text(frame.end + 12, y + 28, f"of {there / HOUR:g}", size=SMALL, color="second")


def _note(frame: _Frame, lane: Lane) -> str:
    """What stands under a lane's name: the letters of a practitioner's disciplines, or the type of a room."""
    known = [frame.letters.get(one, one) for one in lane.note.split(", ")]
    return ", ".join(known) if frame.view.by == "practitioner" else lane.note


def _ground(canvas: Canvas, frame: _Frame) -> None:
    """Lay each day out as time in which nobody works."""
    for place in range(len(frame.view.days)):
        x = frame.x(place, frame.view.opens)
        canvas.rect((x, frame.top, frame.day, frame.bottom - frame.top), fill="ground")


def _grid(canvas: Canvas, frame: _Frame) -> None:
    """Draw the hours and the edges of lanes, over the time and under the blocks."""
    view = frame.view
    for place in range(len(view.days)):
        for minute in range(view.opens + HOUR, view.closes, HOUR):
            x = frame.x(place, minute)
            canvas.line(x, frame.top, x, frame.bottom)
    for row in range(len(view.lanes) + 1):
        y = frame.top + row * LANE
        canvas.line(EDGE, y, frame.end, y)


def _block(canvas: Canvas, frame: _Frame, row: int, block: WeekBlock) -> None:
    one = block.appointment
    tone = frame.tones[block.discipline]
    x, y, wide, high = frame.box(block.window, row)
    canvas.open(block.role, block_words(block))
    if block.role == "supervision":
        canvas.rect((x, y + high, wide, 3), fill=f"line{tone}")
        canvas.close()
        return
    dash = "4 2" if one.mode == "telehealth" else ""
    meeting, second = block.role == "meeting", block.role == "second"
    fill = "paper" if second else tone
    canvas.rect(
        (x + 0.5, y + 0.5, wide - 1, high - 1),
        fill=fill,
        stroke=tone,
        width=2.5 if meeting else 1.2,
        dash=dash,
        radius=3,
    )
    below = _signs(canvas, (x, y, wide), block, f"line{tone}")
    letters = frame.letters[block.discipline]
    canvas.text(x + wide / 2, y + (13 if below else 18), letters, bold=True, anchor="middle")
    canvas.close()


def _signs(canvas: Canvas, place: tuple[float, float, float], block: WeekBlock, tone: str) -> bool:
    """Put signs below a block's letters, or whom it is for where there are none and it fits."""
    x, y, wide = place
    one = block.appointment
    signs = [(canvas.link, 8)] if one.second is not None else []
    signs += [(canvas.screen, 8)] if one.mode == "telehealth" else []
    signs += [(canvas.pin, 5)] if one.booked and block.role != "second" else []
    label = f"×{len(one.patients)}" if one.kind == "meeting" else ""
    if one.kind == "session" and not signs and width_of(one.patients[0], SMALL) <= wide - 4:
        label = one.patients[0]
    used = sum(size for _, size in signs) + max(0, len(signs) - 1)
    text = width_of(label, SMALL) if label else 0.0
    at = x + (wide - used - text - (3 if label and signs else 0)) / 2
    if label:
        canvas.text(at, y + 24, label, size=SMALL)
        at += text + 3
    for sign, size in signs:
        sign(at, y + 16, tone)
        at += size + 1
    return bool(label or signs)
