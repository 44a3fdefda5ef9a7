"""What recurs in a timeline: reviews of the course, and renewals of authorizations and billing periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from allay.programs.definitions.activity import Activity, on_day
from allay.programs.definitions.definition import ProgramDefinition
from allay.programs.definitions.entries import RenewalEntry, ReviewEntry
from allay.programs.definitions.placement import PlacedPhase, phase_on
from allay.programs.definitions.program_days import add_months, open_day

_Span = tuple[dt.date, dt.date]


def reviews(
    definition: ProgramDefinition, placed: Sequence[PlacedPhase], care: _Span, *, open_on: Collection[int]
) -> Iterator[Activity]:
    """Go through the reviews, each on its day or the next on which the program is open."""
    for review in definition.reviews:
        for first, last in _spans(placed, (review.phase,), care):
            for day in _review_days(review, first, last):
                held = open_day(day, open_on)
                within = phase_on(placed, held)
                if within and held <= last:
                    yield on_day(
                        held,
                        kind="review",
                        name=review.id,
                        title=review.title,
                        phase=within.phase.id,
                        who=" ".join(review.roles),
                        certainty=within.certainty,
                        condition=within.condition,
                    )


def renewals(definition: ProgramDefinition, placed: Sequence[PlacedPhase], care: _Span) -> Iterator[Activity]:
    """Go through the renewals: each is asked for `lead_days` before it must be there."""
    for renewal in definition.renewals:
        lead = dt.timedelta(days=renewal.lead_days)
        for first, last in _spans(placed, renewal.phases or ("",), care):
            for day in _renewal_days(renewal, first, last):
                within = phase_on(placed, day)
                if within:
                    yield on_day(
                        day - lead,
                        closes=day,
                        kind="renewal",
                        name=renewal.id,
                        title=renewal.title,
                        phase=within.phase.id,
                        what=renewal.code,
                        certainty=within.certainty,
                        condition=within.condition,
                    )


def _review_days(review: ReviewEntry, first: dt.date, last: dt.date) -> list[dt.date]:
    if review.every_weeks is None:
        return [first + dt.timedelta(days=day - 1) for day in review.on_days]
    step = dt.timedelta(weeks=review.every_weeks)
    return [first + step * number for number in range(1, (last - first) // step + 1)]


def _renewal_days(renewal: RenewalEntry, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    day, number = first, 0
    while day <= last:
        yield day
        if renewal.every_months is None:
            return
        number += 1
        day = add_months(first, number * renewal.every_months)


def _spans(placed: Sequence[PlacedPhase], phases: Sequence[str], care: _Span) -> Iterator[_Span]:
    """The days of the phases named, or of all care where the name is empty."""
    for name in phases:
        if not name:
            yield care
        yield from ((each.start, each.end) for each in placed if each.phase.id == name)
