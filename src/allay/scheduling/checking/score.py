"""The checker's own score: from template, meetings and sessions alone, never from the plan's lists."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from fractions import Fraction
from itertools import pairwise
from math import ceil

from allay.scheduling.checking.casebook import Casebook
from allay.scheduling.checking.days import broken_rules, trip_days
from allay.scheduling.checking.meetings import unmet
from allay.scheduling.plan.plan import Score, Session

CENTS = 100


def own_score(book: Casebook) -> Score:
    """Score a plan anew; n log n in sessions."""
    weights = book.problem.weights
    unserved = _unserved(book)
    late = sum(_late(book, one) for one in book.sessions)
    days = trip_days(book)
    losses = [rule for _, rule in broken_rules(book) if rule.effect == "priced"]
    dollars = weights.dollars_per_point
    points = {
        "unserved_points": unserved * weights.unserved,
        "late_points": late * weights.late,
        "trip_points": sum(book.patients[patient].trip_weight for patient, _ in days),
        "continuity_points": _changes(book) * weights.continuity,
        "preference_points": _not_preferred(book) * weights.preference,
        "same_day_points": sum(ceil(Fraction(rule.lost_cents, CENTS * dollars)) for rule in losses),
    }
    return Score(
        unserved=unserved,
        late=late,
        trips=len(days),
        lost_cents=sum(rule.lost_cents for rule in losses),
        total=sum(points.values()),
        **points,
    )


def _unserved(book: Casebook) -> int:
    """Sessions not in the plan, meetings somebody does not have, absences of members."""
    placed = {(one.series, one.number) for one in book.sessions}
    sessions = sum(
        (series.id, number) not in placed
        for series in book.problem.series
        for number in range(1, series.sessions + 1)
    )
    members = book.members()
    absences = sum(len(set(one.absent) & set(members.get(one.cohort, ()))) for one in book.meetings)
    return sessions + unmet(book).total() + absences


def _late(book: Casebook, one: Session) -> int:
    due = book.due_week(book.series[one.series], one.number)
    return max(0, book.week(one.start.date()) - due)


def _changes(book: Casebook) -> int:
    """Sessions with somebody else than the series' number before, where continuity is preferred."""
    leads: dict[str, list[tuple[int, dt.datetime, str]]] = defaultdict(list)
    for one in book.sessions:
        if book.series[one.series].continuity == "prefer":
            leads[one.series].append((one.number, one.start, one.lead))
    changes = 0
    for numbered in leads.values():
        in_order = [lead for _, _, lead in sorted(numbered)]
        changes += sum(before != after for before, after in pairwise(in_order))
    return changes


def _not_preferred(book: Casebook) -> int:
    """Sessions not with a preferred practitioner, where the patient prefers one of that discipline."""
    missed = 0
    for one in book.sessions:
        prefers = book.patients[book.series[one.series].patient].prefers
        wanted = book.service_of(one).discipline
        could = any(
            wanted in book.practitioners[name].disciplines for name in prefers if name in book.practitioners
        )
        missed += could and one.lead not in prefers
    return missed
