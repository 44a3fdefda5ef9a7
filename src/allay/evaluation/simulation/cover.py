"""When members are enrolled: the days of each month, and the spans of their enrollment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.evaluation.simulation.calendar import StudyMonths
from allay.evaluation.simulation.design import SimulationDesign
from allay.evaluation.simulation.streams import stream

Ints = NDArray[np.int64]

SHORTEST = 14
"""Days of the shortest month of cover: what is counted by distinct days then has a day for each."""

NEVER, ALWAYS = 1e-12, 1 - 1e-12
"""Chances beyond which a thing never happens, or at once."""


@dataclass(frozen=True, slots=True, eq=False)
class MemberCover:
    """Enrollment of the members of a bucket.

    Attributes
    ----------
    first : int array [member, month]
        Day of the month, from 0, on which cover begins.
    width : int array [member, month]
        Days of cover; 0 for none.
    death : int array [member]
        Day of death, counted from the start; -1 for none.
    """

    first: NDArray[np.int16]
    width: NDArray[np.int16]
    death: Ints

    def continuous(self, months: StudyMonths) -> NDArray[np.bool_]:
        """Say who is enrolled on every day."""
        found: NDArray[np.bool_] = (self.width == months.length).all(axis=1)
        return found

    def spans(self, months: StudyMonths) -> tuple[Ints, Ints, Ints]:
        """Return member, first and last day of every span, in order."""
        covered = self.width > 0
        edge = np.zeros((len(covered), 1), dtype=bool)
        starts = covered & ~np.hstack([edge, covered[:, :-1]])
        ends = covered & ~np.hstack([covered[:, 1:], edge])
        member, month = np.nonzero(starts)
        same, last = np.nonzero(ends)
        begin = months.first[month] + self.first[member, month]
        end = months.first[last] + self.first[same, last] + self.width[same, last] - 1
        return member, begin, end


def draw_cover(
    design: SimulationDesign, months: StudyMonths, *, death: NDArray[np.float64], bucket: int
) -> MemberCover:
    """Draw who is enrolled when; `death` is each member's monthly chance of dying."""
    size, last, knobs = len(death), len(months), design.enrollment
    random = stream("enrollment", seed=design.seed, bucket=bucket)
    draw = random.random((9, size))
    late = draw[0] < knobs.late_share
    begin = np.where(late, 1 + np.floor(draw[1] * (last - 1)), 0).astype(np.int64)
    leave = begin + _geometric(draw[2], np.full(size, knobs.leave), last)
    gap = 1 + np.floor(draw[3] * (2 * knobs.gap_months)).astype(np.int64)
    back = np.where(draw[4] < knobs.return_share, leave + gap, last)
    dies = _geometric(draw[5], death, last) - 1
    month = np.arange(last)
    inside = (month >= begin[:, None]) & ((month < leave[:, None]) | (month >= back[:, None]))
    inside &= month <= dies[:, None]
    width = np.where(inside, months.length, 0).astype(np.int16)
    first = np.zeros((size, last), dtype=np.int16)
    mid = np.flatnonzero(late & (draw[6] < knobs.mid_month_share) & inside[np.arange(size), begin])
    skipped = np.floor(draw[7, mid] * (months.length[begin[mid]] - SHORTEST)).astype(np.int16)
    first[mid, begin[mid]] = skipped
    width[mid, begin[mid]] -= skipped
    day = np.full(size, -1, dtype=np.int64)
    dead = np.flatnonzero(dies < last)
    length = months.length[dies[dead]]
    day_of_month = SHORTEST - 1 + np.floor(draw[8, dead] * (length - SHORTEST + 1)).astype(np.int64)
    # A month has one edge within it at most: who came in its middle dies on its last day.
    day_of_month = np.where(first[dead, dies[dead]] > 0, length - 1, day_of_month)
    day[dead] = months.first[dies[dead]] + day_of_month
    here = width[dead, dies[dead]] > 0
    who = dead[here]
    width[who, dies[who]] = (day_of_month[here] + 1 - first[who, dies[who]]).astype(np.int16)
    return MemberCover(first, width, day)


def _geometric(draw: NDArray[np.float64], chance: NDArray[np.float64], most: int) -> Ints:
    """Months until something of a monthly chance happens: 1 or more; `most` + 1 for not within them."""
    held = np.clip(chance, NEVER, ALWAYS)
    until = np.ceil(np.log1p(-draw) / np.log1p(-held))
    return np.clip(np.where(chance > NEVER, until, most + 1), 1, most + 1).astype(np.int64)
