"""Options of level 2: on which days, how and by whom each visit could be given, and what that costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allay.scheduling.solving.limits import Way
from allay.scheduling.solving.week.masks import between, first_of, last_of
from allay.scheduling.solving.week.task import Pair, WeekTask, broken


@dataclass(frozen=True, slots=True)
class Option:
    """One way to give a visit on a day: by any of `leads`, at any of `starts`, for `cost` points."""

    visit: int
    day: int
    mode: str
    leads: tuple[int, ...]
    starts: int
    cost: int


def options_of(task: WeekTask) -> tuple[Option, ...]:
    """List the options of all visits of a week.

    Practitioners who cost the same share an option, except where it matters who exactly gives a visit (two
    visits of a series in one week that should have one practitioner). What a same-day rule forbids beside
    what is fixed on a day is no option.

    Returns
    -------
    tuple of Option
        By visit, then day. Time grows with visits times practitioners of a discipline times days.
    """
    named = {at for pair in task.pairs if pair.change != 0 for at in (pair.earlier, pair.later)}
    found: list[Option] = []
    for at, visit in enumerate(task.visits):
        groups: dict[tuple[str, int, int], list[Way]] = defaultdict(list)
        for way, cost in zip(visit.ways, visit.costs, strict=True):
            groups[way.mode, cost, way.lead if at in named else -1].append(way)
        for day in range(len(task.dates)):
            held = task.held.get((visit.patient, day), ())
            if any(
                rule.effect == "forbidden" and broken(rule, (*held, visit.service)) and not broken(rule, held)
                for rule in task.rules[visit.patient]
            ):
                continue
            for (mode, cost, _), ways in groups.items():
                able = [(way.lead, mask) for way in ways if (mask := task.lead_starts(at, way, day))]
                if able:
                    starts = 0
                    for _, mask in able:
                        starts |= mask
                    leads = tuple(lead for lead, _ in able)
                    found.append(Option(at, day, mode, leads, starts, cost))
    return tuple(found)


def by_visit(options: Iterable[Option]) -> dict[int, list[int]]:
    """Places of the options of each visit."""
    found: dict[int, list[int]] = defaultdict(list)
    for at, option in enumerate(options):
        found[option.visit].append(at)
    return found


def fit(task: WeekTask, options: Sequence[Option], pairs: dict[tuple[int, int], Pair]) -> bool:
    """Say whether a patient can have all these options on one day, one after another in some order.

    Practitioners and rooms are not looked at beyond the starts of each option.
    """
    return _place(task, list(options), pairs, {})


def _place(
    task: WeekTask, left: list[Option], pairs: dict[tuple[int, int], Pair], placed: dict[int, int]
) -> bool:
    """Depth first; the earliest possible ends first are enough, so each order is tried with first starts."""
    if not left:
        return True
    for at, option in enumerate(left):
        rest = left[:at] + left[at + 1 :]
        if any((other.visit, option.visit) in pairs for other in rest):
            continue
        low = max((end for end in placed.values()), default=0)
        for pair_key, pair in pairs.items():
            if pair_key[1] == option.visit and pair.earlier in placed:
                begun = placed[pair.earlier] - task.visits[pair.earlier].length
                low = max(low, begun + -(-pair.gap // task.slot_minutes))
        slot = first_of(between(option.starts, low, task.slots))
        if slot >= 0 and _place(
            task, rest, pairs, {**placed, option.visit: slot + task.visits[option.visit].length}
        ):
            return True
    return False


def compatible(task: WeekTask, pair: Pair, one: Option, other: Option) -> bool:
    """Say whether two visits of a series can be given by these options, as far as order and gap go."""
    if one.day > other.day:
        return False
    if one.day == other.day:
        return fit(task, (one, other), {(pair.earlier, pair.later): pair})
    first = task.minutes(one.day, first_of(one.starts))
    last = task.minutes(other.day, last_of(other.starts))
    return last - first >= pair.gap
