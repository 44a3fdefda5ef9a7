"""From everybody referred to those who answered again: nobody leaves the denominator unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allay_web.insight.choice import Choice, day_of
from allay_web.outcomes.queries.table import Cohort


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: how many people, and their share of the first step."""

    title: str
    note: str
    n: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """One way through the program, with a remark on what it cannot show."""

    title: str
    steps: tuple[Step, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """All referrals of a program: how many, how many accepted, and the median of days that took."""

    referred: int
    accepted: int
    median_days: float | None


def funnels(cohorts: Sequence[Cohort], choice: Choice, numbers: Numbers) -> tuple[Funnel, ...]:
    """The way of the people referred here, and that of each registry chosen."""
    return tuple(
        _registered(cohort, choice) if cohort.is_registry else _referred(cohort, choice, numbers)
        for cohort in cohorts
    )


def only_referrals(numbers: Numbers) -> Funnel:
    """The way of a program in which nobody has been accepted yet."""
    rows = [("Referred", "", numbers.referred), ("Accepted", _days(numbers.median_days), numbers.accepted)]
    return Funnel("Everyone who was referred", _steps(rows), "Nobody has started yet.")


def _referred(cohort: Cohort, choice: Choice, numbers: Numbers) -> Funnel:
    rows = [
        ("Referred", "", numbers.referred),
        ("Accepted", _days(numbers.median_days), numbers.accepted),
        ("Started", "answered at baseline", int(cohort.assessed.sum())),
        ("Finished", "completed the program", int(cohort.finished.sum())),
    ]
    remark = ""
    if title := {p.id: p.title for p in cohort.table.timepoints}.get(choice.timepoint):
        rows.append((f"Answered again at {title.lower()}", "", _again(cohort, choice, choice.timepoint)))
        day = day_of(cohort, choice.timepoint)
        remark = f"{title} is asked from day {day} on; who joined later is still on the way."
    return Funnel("Everyone who was referred", _steps(rows), remark)


def _registered(cohort: Cohort, choice: Choice) -> Funnel:
    rows = [("In the file", "", cohort.table.n), ("Assessed", "at baseline", int(cohort.assessed.sum()))]
    points = {point.id: point.title for point in cohort.table.timepoints[1:]}
    shown = [choice.timepoint] if choice.timepoint in points else list(points)
    rows += [(f"Answered again at {points[p].lower()}", "", _again(cohort, choice, p)) for p in shown]
    remark = "A registry begins with the assessment: who was referred or finished is not recorded."
    return Funnel(f"Imported: {cohort.table.title}", _steps(rows), remark)


def _again(cohort: Cohort, choice: Choice, timepoint: str) -> int:
    """Who has the chosen outcome at both times; any outcome, where it is another cohort's."""
    table, first = cohort.table, cohort.table.baseline.id
    if table.has(choice.scale, first) and table.has(choice.scale, timepoint):
        both = table.values[choice.scale, first] + table.values[choice.scale, timepoint]
        return int((~np.isnan(both)).sum())
    return int((cohort.assessed & cohort.answered(timepoint)).sum())


def _steps(rows: Sequence[tuple[str, str, int]]) -> tuple[Step, ...]:
    first = rows[0][2]
    return tuple(Step(title, note, n, n / first if first else None) for title, note, n in rows)


def _days(median: float | None) -> str:
    return "" if median is None else f"median {median:g} day{'' if median == 1 else 's'}"
