"""The search for places of a patient's sessions while some tags are let pass, the fewest that do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from allay.scheduling.explaining.floor import Floor, Key
from allay.scheduling.explaining.options import IMPOSSIBLE, Giver, SessionOptions, options_of
from allay.scheduling.explaining.own import HOUR, MINUTES_A_DAY, OwnVisits, own_of, pairs
from allay.scheduling.explaining.tags import RULE, Tags, about, minimal
from allay.scheduling.solving.grid import Bools

MOST_STEPS = 20_000
"""Placements tried in one search before it is given up, so that no patient takes longer than a moment."""
MOST_TOGETHER = 2


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a session could stand, and the tags that would be in its way."""

    key: Key
    day: int
    slot: int
    choice: Giver
    mask: int


@dataclass(frozen=True, slots=True)
class PlaceQuestion:
    """Whether some sessions of a patient can be placed on a floor, each with its options.

    Attributes
    ----------
    floor : Floor
        Without those sessions.
    own : OwnVisits
        What else the patient has.
    options : tuple of SessionOptions
    tags : Tags
    on_site : frozenset of int
        Days of the week with a trip that stays.
    most_days : int or None
        Most days with a trip in that week; None for as many as it takes.
    same_day : dict
        Tags of same-day rules between two services on a day, as far as they were looked up.
    """

    floor: Floor
    own: OwnVisits
    options: tuple[SessionOptions, ...]
    tags: Tags
    on_site: frozenset[int]
    most_days: int | None
    same_day: dict[tuple[int, str, str], int] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Obstacles:
    """Sets of tags that must be let pass, each with spots; `complete` says that the search came to an end."""

    sets: tuple[tuple[int, tuple[Spot, ...]], ...]
    complete: bool

    @property
    def possible(self) -> bool:
        """Whether nothing has to be let pass."""
        return bool(self.sets) and self.sets[0][0] == 0


def ask(
    floor: Floor,
    patient: str,
    keys: tuple[Key, ...],
    *,
    days: Bools,
    worth: int,
    tags: Tags,
    most_days: int | None = None,
    soft: bool = False,
) -> PlaceQuestion:
    """Pose the question for some sessions of a patient.

    Parameters
    ----------
    floor : Floor
        Without those sessions.
    patient : str
    keys : tuple of (series, number)
    days : bool[D]
        On which they are looked for.
    worth : int
        Points to be gained; a priced rule that loses fewer does not stand in the way.
    tags : Tags
    most_days : int, optional
        Most days with a trip among `days`.
    soft : bool
        Whether what is only preferred stands in the way.

    Examples
    --------
    >>> from allay.scheduling.explaining.floor import floor_of
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> floor = floor_of(problem, plan)
    >>> days = np.ones(len(floor.grid.days), dtype=np.bool_)
    >>> ask(floor, "p002", (("p002-2", 1),), days=days, worth=50, tags=Tags()).options[0].length
    2
    """
    own = own_of(floor, patient, worth=worth, soft=soft)
    options = tuple(options_of(floor, key, own, tags=tags, days=days) for key in keys)
    on_site = frozenset(day for day in own.on_site if days[day])
    return PlaceQuestion(floor, own, options, tags, on_site, most_days)


def fewest(question: PlaceQuestion) -> Obstacles:
    """Find the smallest sets of tags that, let pass, give every session of a question a place.

    Returns
    -------
    Obstacles
        For one session without a limit of days, every minimal set of the smallest size, from one look at all
        options. Otherwise sets of none, one or two tags, by search; none found and `complete` means that it
        takes more. At most 20,000 placements are tried for each set.

    Examples
    --------
    >>> from allay.scheduling.explaining.wishes import Wish, answer_of
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> wish = Wish(plan, "p002", ("p002-2", 1), 0, None, problem.weights.unserved)
    >>> question = wish.question(problem)
    >>> [question.tags.named(bits) for bits, _ in fewest(question).sets][0]
    ('room_busy:treatment',)
    """
    if len(question.options) == 1 and question.most_days is None:
        return _single(question)
    listed = [_spots(question, options) for options in question.options]
    searched = True
    for size in range(MOST_TOGETHER + 1):
        found: list[tuple[int, tuple[Spot, ...]]] = []
        for chosen in combinations(_in_the_way(question), size):
            spots, ended = _search(question, listed, sum(chosen))
            searched &= ended
            if spots is not None:
                found.append((sum(chosen), spots))
        if found:
            return Obstacles(tuple(found), searched)
    return Obstacles((), searched)


def _single(question: PlaceQuestion) -> Obstacles:
    spots = _spots(question, question.options[0])
    sets = minimal([spot.mask for spot in spots])
    size = min((mask.bit_count() for mask in sets), default=0)
    first = {mask: next(spot for spot in spots if spot.mask == mask) for mask in sets}
    return Obstacles(
        tuple((mask, (first[mask],)) for mask in sets if mask.bit_count() == size), complete=True
    )


def _spots(question: PlaceQuestion, options: SessionOptions) -> list[Spot]:
    """Starts of a session, each with its smallest sets of tags: fewest tags and trips first, then early."""
    masks, grid = options.masks, question.floor.grid
    required = options.series.continuity == "require"
    found: dict[tuple[int, int, str, int], dict[int, Spot]] = {}
    for at, day, slot in np.argwhere(masks != IMPOSSIBLE).tolist():
        choice, mask = options.choices[at], int(masks[at, day, slot])
        alike = found.setdefault((day, slot, choice.mode, choice.lead if required else 0), {})
        if not any(other & ~mask == 0 for other in alike):
            for other in [other for other in alike if mask & ~other == 0]:
                del alike[other]
            alike[mask] = Spot(options.key, day, slot, choice, mask)

    def order(spot: Spot) -> tuple[int, int, int, int, int]:
        trip = spot.choice.mode == "onsite" and spot.day not in question.on_site
        return spot.mask.bit_count(), int(grid.week_of[spot.day]), int(trip), spot.day, spot.slot

    return sorted((spot for alike in found.values() for spot in alike.values()), key=order)


def placed(question: PlaceQuestion, allowed: int) -> tuple[tuple[Spot, ...] | None, bool]:
    """Place all sessions of a question while some tags are let pass.

    Returns
    -------
    spots, ended
        The spots or None, and whether the search came to an end.

    Examples
    --------
    >>> from allay.scheduling.explaining.wishes import Wish, answer_of
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> wish = Wish(plan, "p002", ("p002-2", 1), 0, None, problem.weights.unserved)
    >>> question = wish.question(problem)
    >>> placed(question, 0)
    (None, True)
    >>> spots, _ = placed(question, question.tags.bit("room_busy:treatment"))
    >>> [(spot.day, spot.slot) for spot in spots]
    [(2, 10)]
    """
    return _search(question, [_spots(question, options) for options in question.options], allowed)


def _search(
    question: PlaceQuestion, listed: list[list[Spot]], allowed: int
) -> tuple[tuple[Spot, ...] | None, bool]:
    listed = [[spot for spot in spots if spot.mask & ~allowed == 0] for spots in listed]
    if not all(listed):
        return None, True
    steps = [MOST_STEPS]
    for days in _day_sets(question):
        usable = [
            [spot for spot in spots if days is None or spot.choice.mode == "telehealth" or spot.day in days]
            for spots in listed
        ]
        if all(usable):
            order = sorted(range(len(usable)), key=lambda at: len(usable[at]))
            found = _fill(question, [usable[at] for at in order], allowed, [], steps)
            if found is not None:
                return tuple(found), True
    return None, steps[0] > 0


def _day_sets(question: PlaceQuestion) -> Iterator[frozenset[int] | None]:
    """Sets of days on which there may be trips."""
    if question.most_days is None:
        yield None
        return
    left = question.most_days - len(question.on_site)
    if left < 0:
        return
    asked = {
        int(day)
        for options in question.options
        for day in np.flatnonzero((options.masks != IMPOSSIBLE).any(axis=(0, 2)))
    }
    days = sorted(asked - question.on_site)
    for chosen in combinations(days, min(left, len(days))):
        yield question.on_site | frozenset(chosen)


def _fill(
    question: PlaceQuestion, listed: list[list[Spot]], allowed: int, spots: list[Spot], steps: list[int]
) -> list[Spot] | None:
    if len(spots) == len(listed):
        return spots if _trips_kept(question, spots, allowed) else None
    for spot in listed[len(spots)]:
        if steps[0] <= 0:
            return None
        steps[0] -= 1
        if all(_together(question, spot, other) & ~allowed == 0 for other in spots):
            found = _fill(question, listed, allowed, [*spots, spot], steps)
            if found is not None:
                return found
    return None


def _together(question: PlaceQuestion, one: Spot, other: Spot) -> int:
    """Tags that two spots of the same patient put in each other's way; -1 when both at once."""
    first = next(options for options in question.options if options.key == one.key)
    second = next(options for options in question.options if options.key == other.key)
    if (
        one.day == other.day
        and one.slot < other.slot + second.length
        and other.slot < one.slot + first.length
    ):
        return -1
    found = 0
    if first.series.id == second.series.id:
        if _apart(question, one, other) < first.series.min_gap_hours * HOUR:
            found |= question.tags.bit(about("gap", first.series.id))
        if first.series.continuity == "require" and one.choice.lead != other.choice.lead:
            found |= question.tags.bit(about("continuity", first.series.id))
    if one.day == other.day:
        found |= _same_day(question, one.day, first.series.service, second.series.service)
    return found


def _same_day(question: PlaceQuestion, day: int, one: str, other: str) -> int:
    """Tags of rules between two services on a day; looked up once, as most of the search asks for them."""
    known = question.same_day.get((day, one, other))
    if known is None:
        received = (question.own.services.get(day) or Counter()) + Counter([one])
        known = 0
        for rule in question.own.rules:
            if pairs(rule, received, other):
                known |= question.tags.bit(RULE + rule.id)
        question.same_day[day, one, other] = known
    return known


def _apart(question: PlaceQuestion, one: Spot, other: Spot) -> int:
    grid = question.floor.grid
    days = abs((grid.days[one.day] - grid.days[other.day]).days)
    first, second = sorted((one, other), key=lambda spot: (spot.day, spot.slot))
    slots = (second.slot - first.slot) * grid.problem.opening.slot_minutes
    return days * MINUTES_A_DAY + slots


def _trips_kept(question: PlaceQuestion, spots: list[Spot], allowed: int) -> bool:
    most = question.own.most_trips
    if most is None or question.tags.bit("most_trips") & allowed:
        return True
    grid = question.floor.grid
    days = question.own.on_site | {spot.day for spot in spots if spot.choice.mode == "onsite"}
    weeks = Counter(int(grid.week_of[day]) for day in days)
    touched = {int(grid.week_of[spot.day]) for spot in spots}
    return all(weeks[week] <= most for week in touched)


def _in_the_way(question: PlaceQuestion) -> list[int]:
    """Bits of the tags that stand in the way anywhere, each by itself."""
    found = 0
    for options in question.options:
        known = options.masks[options.masks != IMPOSSIBLE]
        found |= int(np.bitwise_or.reduce(known, initial=0))
    if len(question.options) > 1:
        found |= question.tags.bit("most_trips")
        for options in question.options:
            names = [about(name, options.series.id) for name in ("gap", "continuity")]
            found |= question.tags.bits(names)
        for rule in question.own.rules:
            found |= question.tags.bit(RULE + rule.id)
    return [1 << at for at in range(found.bit_length()) if found >> at & 1]
