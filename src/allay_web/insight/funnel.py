"""From everybody referred to those who answered again: nobody leaves the denominator unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


def funnels(
    cohorts: Sequence[Cohort], choice: Choice, *, referred: int, accepted: int, median_days: float | None
) -> tuple[Funnel, ...]:
    """The way of the people referred here, and that of each registry chosen.

    Parameters
    ----------
    referred, accepted, median_days : of all referrals of the program
    """
    return tuple(
        _registered(cohort, choice)
        if cohort.is_registry
        else _referred(cohort, choice, referred=referred, accepted=accepted, median_days=median_days)
        for cohort in cohorts
    )


def only_referrals(*, referred: int, accepted: int, median_days: float | None) -> Funnel:
    """The way of a program in which nobody has been accepted yet."""
    rows = [("Referred", "", referred), ("Accepted", _days(median_days), accepted)]
    return Funnel("Everyone who was referred", _steps(rows), "Nobody has started yet.")


def _referred(
    cohort: Cohort, choice: Choice, *, referred: int, accepted: int, median_days: float | None
) -> Funnel:
    rows = [
        ("Referred", "", referred),
        ("Accepted", _days(median_days), accepted),
        ("Started", "answered at baseline", int(cohort.assessed.sum())),
        ("Finished", "completed the program", int(cohort.finished.sum())),
    ]
    remark = ""
    if title := {p.id: p.title for p in cohort.table.timepoints}.get(choice.timepoint):
        rows.append((f"Answered at {title.lower()}", "", int(cohort.answered(choice.timepoint).sum())))
        day = day_of(cohort, choice.timepoint)
        remark = f"{title} is asked from day {day} on; who joined later is still on the way."
    return Funnel("Everyone who was referred", _steps(rows), remark)


def _registered(cohort: Cohort, choice: Choice) -> Funnel:
    rows = [("In the file", "", cohort.table.n), ("Assessed", "at baseline", int(cohort.assessed.sum()))]
    points = {point.id: point.title for point in cohort.table.timepoints[1:]}
    shown = [choice.timepoint] if choice.timepoint in points else list(points)
    rows += [(f"Answered at {points[p].lower()}", "", int(cohort.answered(p).sum())) for p in shown]
    remark = "A registry begins with the assessment: who was referred or finished is not recorded."
    return Funnel(f"Imported: {cohort.table.title}", _steps(rows), remark)


def _steps(rows: Sequence[tuple[str, str, int]]) -> tuple[Step, ...]:
    first = rows[0][2]
    return tuple(Step(title, note, n, n / first if first else None) for title, note, n in rows)


def _days(median: float | None) -> str:
    return "" if median is None else f"median {median:g} day{'' if median == 1 else 's'}"
