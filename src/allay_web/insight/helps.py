"""What would help most: the few things a director can do now, by how much each would change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from allay.reports.outcomes import ChangeResult
from allay_web.insight.choice import Choice
from allay_web.outcomes.queries.table import Cohort
from allay_web.outcomes.schedule import standard


@dataclass(frozen=True, slots=True)
class Help:
    """Something to do, what it would change, and the page to do it on (a route, or nothing)."""

    what: str
    gain: str
    route: str
    points: float


def helps(
    cohort: Cohort, reached: Cohort, choice: Choice, change: ChangeResult | None, *, on: date
) -> tuple[Help, ...]:
    """What would help, the largest gain first.

    Parameters
    ----------
    cohort : everybody of the cohort
    reached : those who have come to the time point
    change : the chosen scale between baseline and the time point
    """
    if cohort.is_registry:
        return ()
    found = [_in_window(reached, choice, on=on), _baseline(cohort, on=on), *_gaps(change), _unknown(reached)]
    return tuple(sorted((h for h in found if h), key=lambda h: -h.points))


def _in_window(reached: Cohort, choice: Choice, *, on: date) -> Help | None:
    if not choice.timepoint:  # nothing but baselines so far
        return None
    if not choice.timepoint:
        return None
    point = standard().timepoint(choice.timepoint)
    missing = np.isnan(reached.table.values[choice.scale, choice.timepoint])
    waited = (np.datetime64(on, "D") - reached.opened) / np.timedelta64(1, "D")
    n = int((missing & (waited <= point.day + point.window_days)).sum())
    if not n:
        return None
    points = 100 * n / reached.table.n
    people = "person" if n == 1 else "people"
    what = f"Reach {n} {people} who may still answer at {point.title.lower()}"
    return Help(what, f"up to +{points:.0f} points of capture", "worklist:today", points)


def _baseline(cohort: Cohort, *, on: date) -> Help | None:
    point = standard().timepoints[0]
    waited = (np.datetime64(on, "D") - cohort.opened) / np.timedelta64(1, "D")
    n = int((~cohort.assessed & (waited <= point.window_days)).sum())
    if not n:
        return None
    what = f"Get the first answers of {n} who were just accepted"
    return Help(what, "without a baseline no change can be seen", "worklist:today", 100 * n / cohort.table.n)


def _gaps(change: ChangeResult | None) -> list[Help]:
    """Groups that answer clearly less than the one they are compared with."""
    found = []
    for view in change.groups if change else ():
        captures = {group.level: group.capture for group in view.groups}
        other = captures.get(view.grouping.reference)
        for gap in view.gaps:
            mine = captures.get(gap.level)
            if gap.capture is None or mine is None or other is None or gap.capture[1].high >= 0:
                continue
            assert mine.share is not None
            assert other.share is not None
            name = view.grouping.label(gap.level)
            against = view.grouping.label(view.grouping.reference)
            shares = f"{mine.share:.0%} answer, against {other.share:.0%} ({against})"
            what = f"{view.grouping.title} {name}: {shares}"
            lost = round(-gap.capture[0] * mine.enrolled)
            gain = f"about {lost} more answers if they answered as often"
            found.append(Help(what, gain, "", 100 * lost / max(1, change.capture.enrolled if change else 1)))
    return found


def _unknown(reached: Cohort) -> Help | None:
    """Groups that cannot be seen because nobody wrote them down."""
    table = reached.table
    missing = {g.title.lower(): int((table.groups[g.id] == "").sum()) for g in table.groupings}
    title = max(missing, key=lambda name: missing[name], default="")
    if not title or not missing[title]:
        return None
    n = missing[title]
    return Help(
        f"Record the {title} of {n} {'person' if n == 1 else 'people'}",
        "so that nobody is missing from the comparison of groups",
        "people:patients",
        0.0,
    )
