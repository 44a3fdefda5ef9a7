"""Checks of what is fixed against each other: nobody twice at once, no day that a rule forbids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from allay.scheduling.problem.care import Booking, SameDayRule, Service
from allay.scheduling.problem.checks.bookings import end_of, is_planned_time
from allay.scheduling.problem.checks.engagements import Engagement, engagements_of
from allay.scheduling.problem.checks.index import Finding, ProblemIndex, span_text


def check_clashes(index: ProblemIndex) -> Iterator[Finding]:
    """Find two things of somebody, or of a room, at once, and days with what excludes each other."""
    fixed: dict[tuple[str, str], list[Engagement]] = defaultdict(list)
    for each in engagements_of(index):
        fixed[each.kind, each.who].append(each)
    for (kind, who), all_of_one in fixed.items():
        all_of_one.sort(key=lambda each: (each.start, each.end, _rank(each)))
        yield from _at_once(who, all_of_one)
        if kind == "patient":
            yield from _same_day(who, all_of_one, index)
            yield from _trips(who, all_of_one, index)
    yield from _ratios(index)


def _at_once(who: str, sorted_by_start: Sequence[Engagement]) -> Iterator[Finding]:
    """Compare each with the one before it that ends last; a pair that meets each week is told once."""
    told = set()
    longest: Engagement | None = None
    for each in sorted_by_start:
        if longest and each.start < longest.end:
            earlier, later = sorted((longest, each), key=_rank)
            same_entry = earlier.keys[:2] == later.keys[:2]  # a member twice: another check says so
            if not same_entry and (earlier.keys, later.keys) not in told:
                told.add((earlier.keys, later.keys))
                other = f"{_pointer(earlier)} has {earlier.what} from {span_text(earlier.start, earlier.end)}"
                found = f"{span_text(later.start, later.end)}, while {other}"
                yield later.keys, f"a time when {who} has nothing else", found
        if longest is None or each.end > longest.end:
            longest = each


def _rank(each: Engagement) -> tuple[int, int]:
    """Bookings after cohorts, and later in the file after earlier: the last one is told."""
    return int(each.keys[0] == "bookings"), int(each.keys[1])


def _pointer(each: Engagement) -> str:
    return "/" + "/".join(map(str, each.keys[:2]))


def _same_day(who: str, engagements: Sequence[Engagement], index: ProblemIndex) -> Iterator[Finding]:
    patient = index.patients.get(who)
    for rule in index.problem.same_day if patient else ():
        if rule.effect != "forbidden" or (rule.payers and patient and patient.payer not in rule.payers):
            continue
        by_day: dict[object, list[Engagement]] = defaultdict(list)
        for each in engagements:
            if each.service in rule.services:
                by_day[each.start.date()].append(each)
        for of_day in by_day.values():
            yield from _forbidden(rule, of_day)


def _forbidden(rule: SameDayRule, of_day: Sequence[Engagement]) -> Iterator[Finding]:
    one, other = rule.services
    for place, later in enumerate(sorted(of_day, key=_rank)):
        wanted = other if later.service == one else one
        earlier = next((e for e in sorted(of_day, key=_rank)[:place] if e.service == wanted), None)
        if earlier:
            expected = f"{later.service} and {wanted} on different days ({rule.id})"
            found = f"{later.start:%Y-%m-%d}, when {_pointer(earlier)} has {earlier.what}"
            yield later.keys, expected, found


def _trips(who: str, engagements: Sequence[Engagement], index: ProblemIndex) -> Iterator[Finding]:
    patient = index.patients.get(who)
    if patient is None or patient.most_trips is None:
        return
    days: dict[int, set[object]] = defaultdict(set)
    for each in engagements:
        if not each.onsite:
            continue
        of_week = days[index.week(each.start.date())]
        before = len(of_week)
        of_week.add(each.start.date())
        if before < len(of_week) and len(of_week) > patient.most_trips:
            expected = f"at most {patient.most_trips} days on site in a week for {who}"
            yield each.keys, expected, f"{each.start:%Y-%m-%d}, the day number {len(of_week)} of its week"


def _ratios(index: ProblemIndex) -> Iterator[Finding]:
    """At most `max_ratio` linked visits of a second practitioner at one moment, in every presence."""
    visits: dict[str, list[tuple[Booking, Service, int]]] = defaultdict(list)
    for place, booking in enumerate(index.problem.bookings):
        series = index.series.get(booking.series)
        service = index.services.get(series.service) if series else None
        if service and service.linked and booking.second and is_planned_time(booking, service, index):
            visits[booking.second].append((booking, service, place))
    for second, of_one in visits.items():
        for booking, _, place in of_one:
            together = [
                service.linked.max_ratio
                for other, service, _ in of_one
                if service.linked and other.start <= booking.start < end_of(other, service)
            ]
            if len(together) > min(together):
                expected = f"at most {min(together)} linked visits of {second} at a time"
                found = f"{len(together)} at {booking.start:%Y-%m-%d %H:%M}"
                yield ("bookings", place, "second"), expected, found
