"""Weighing: what the changes that help most items would bring to their weeks if everybody may move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from allay.scheduling.explaining.changes import Change, changed
from allay.scheduling.explaining.levels import Level, level_of
from allay.scheduling.explaining.result import Item, Weighed
from allay.scheduling.explaining.wording import change_text
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem

OF_ONE = ("patient_time", "more_trips", "interpreter", "telehealth", "not_avoided", "no_preference", "unbook")
"""Kinds of change that concern one patient: they help nobody else, and are not weighed."""


def weighed_of(
    problem: SchedulingProblem, plan: Plan, items: Iterable[Item], *, most: int, seed: int, effort: float
) -> tuple[tuple[Weighed, ...], tuple[str, ...]]:
    """Weigh the changes that help most items, each by solving the relaxed week without and with it.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
        Its template is kept.
    items : iterable of Item
    most : int
        How many changes to weigh.
    seed : int
    effort : float

    Returns
    -------
    weighed, notes
        Time: that of a week's bound for each change, and once for each of their weeks.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> from allay.scheduling.explaining.sessions import unserved_session
    >>> items = [unserved_session(problem, plan, ("p002-2", 1), best=False)]
    >>> weighed, notes = weighed_of(problem, plan, items, most=1, seed=0, effort=1.0)
    >>> weighed[0].items, weighed[0].after.points <= weighed[0].before.points, len(notes)
    (1, True, 1)
    """
    kinds: dict[tuple[int, str], list[Change]] = defaultdict(list)
    for item in items:
        named = {kind_text(change): change for change in single_changes(item) if change.kind not in OF_ONE}
        for kind, change in named.items():
            kinds[_week(problem, item, change), kind].append(change)
    ranked = sorted(kinds.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    before: dict[int, Level] = {}
    found = []
    for (week, _), changes in ranked[:most]:
        change = max(changes, key=lambda each: (changes.count(each), -changes.index(each)))
        if week not in before:
            before[week] = level_of(problem, plan.template, weeks=[week], seed=seed, effort=effort)
        after = level_of(changed(problem, [change]), plan.template, weeks=[week], seed=seed, effort=effort)
        after = _no_worse(after, before[week])
        text = _text(change, len(changes), before[week], after)
        found.append(
            Weighed(
                week=week, changes=(change,), text=text, items=len(changes), before=before[week], after=after
            )
        )
    left = len(ranked) - len(found)
    things = "change was" if left == 1 else "changes were"
    note = f"{left} further {things} not weighed with everybody free to move."
    notes = (note,) if most and left else ()
    return tuple(found), notes


def single_changes(item: Item) -> list[Change]:
    """Changes that help an item alone.

    Examples
    --------
    >>> single_changes(Item(what="absent", patient="ana", week=0, standing="blocked"))
    []
    """
    return [fix.changes[0] for fix in item.fixes if len(fix.changes) == 1]


def kind_text(change: Change) -> str:
    """Name a change without its hours and for whom it is, so that changes alike can be counted.

    Examples
    --------
    >>> import datetime as dt
    >>> day, start, end = dt.date(2027, 1, 5), dt.time(10), dt.time(11)
    >>> kind_text(Change(kind="room_hours", id="quiet", day=day, start=start, end=end))
    'one more quiet room on Tuesday'
    """
    on = f" on {change.day:%A}" if change.day else ""
    return {
        "discipline_hours": f"more hours of {change.id}{on}",
        "practitioner_hours": f"more hours of {change.id}{on}",
        "room_hours": f"one more {change.id} room{on}",
        "without_rule": f"no rule {change.id} for {change.payer or 'those without a payer'}",
        "patient_time": "one more half-day of the patient",
        "more_trips": "one more trip allowed",
        "more_seats": f"one more place in {change.id}",
    }.get(change.kind, change.kind.replace("_", " "))


def _week(problem: SchedulingProblem, item: Item, change: Change) -> int:
    """Week of the change where it has a day, else that of the item."""
    return (change.day - problem.opening.start).days // 7 if change.day else item.week


def _no_worse(after: Level, before: Level) -> Level:
    """A change only adds: what was found without it stands with it, too."""
    return after if after.points <= before.points else before.model_copy(update={"bound": after.bound})


def _text(change: Change, items: int, before: Level, after: Level) -> str:
    proof = "" if before.proven and after.proven else " (not proven to be the best)"
    return (
        f"{change_text(change)} (its kind helps {items} of the week's items, each by itself): "
        f"{before.unserved} unserved become {after.unserved}, {before.trips} trips {after.trips}, "
        f"{before.points} points {after.points}{proof}"
    )
