"""An explanation told: a summary, then each patient's items in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from allay.scheduling.explaining.result import Explanation, Item, Moving
from allay.scheduling.explaining.wording import days_text, listing

MOVING: dict[Moving, str] = {
    "impossible": "Whatever else is moved, it stays so: it would be so in an empty clinic.",
    "no_gain": "Moving others gains nothing: it is proven that no plan with these groups scores less.",
    "no_better_found": "The week was planned anew, and this was not put right, which proves nothing.",
    "possible": "",
    "not_tried": "Whether moving other patients would help was not tried.",
}
MOST_SHOWN = 3


def lines_of(explanation: Explanation) -> Iterator[str]:
    """Tell an explanation line by line.

    Parameters
    ----------
    explanation : Explanation

    Yields
    ------
    str
        The summary, then the items by patient. Of causes and fixes the first three are told.

    Examples
    --------
    >>> explanation = Explanation(
    ...     allay_version="0", problem="p", problem_digest="0", synthetic=False, method="first-fit")
    >>> list(lines_of(explanation))
    ['p by first-fit: 0 things to explain']
    """
    count = len(explanation.items)
    made = " (synthetic)" if explanation.synthetic else ""
    things = "thing" if count == 1 else "things"
    yield f"{explanation.problem}{made} by {explanation.method}: {count} {things} to explain"
    yield from (f"- {group.text}" for group in explanation.summary)
    if explanation.weighed:
        yield "If everybody may move (best relaxed weeks, which bound every plan with these groups):"
    yield from (f"- {each.text}" for each in explanation.weighed)
    last = ""
    for item in explanation.items:
        if item.patient != last:
            yield ""
            yield item.patient
            last = item.patient
        yield from (f"  {line}" for line in _item(item))
    if explanation.notes:
        yield ""
        yield from explanation.notes


def _item(item: Item) -> Iterator[str]:
    yield what_of(item)
    if item.standing == "possible_now":
        yield f"  It is possible as it stands: {item.at}."
    elif item.standing == "possible_moving_own":
        yield f"  It is possible by moving only this patient's own visits: {item.at}."
    alone = [cause for cause in item.causes if not cause.together]
    for place, cause in enumerate(alone[:MOST_SHOWN]):
        yield f"  {'Because' if place == 0 else 'Or because'} {cause.text}."
    pairs = [cause for cause in item.causes if cause.together]
    if pairs and not alone:
        first = pairs[0]
        others = [
            next((each.text for each in pairs if each.id == name and first.id in each.together), name)
            for name in first.together
        ]
        yield f"  Because of several things together: {listing([first.text, *others])}."
    if item.note:
        yield f"  {item.note[0].upper()}{item.note[1:]}."
    for fix in item.fixes[:MOST_SHOWN]:
        yield f"  Would fix it: {fix.text}."
    if item.standing == "blocked":
        yield f"  {MOVING[item.moving]}"


def what_of(item: Item) -> str:
    """Say what an item is about; people count weeks from 1.

    Examples
    --------
    >>> what_of(Item(
    ...     what="unserved_session", patient="ana", series="s", number=2, week=0, standing="blocked"))
    'Session 2 of s, due in week 1, is not served.'
    """
    week = item.week + 1
    if item.what == "unserved_session":
        return f"Session {item.number} of {item.series}, due in week {week}, is not served."
    if item.what == "absent":
        return f"Absent from {item.cohort} on {days_text(item.days)} of week {week}."
    if item.what == "second_trip":
        return f"{len(item.days)} trips in week {week}: {days_text(item.days)}."
    if item.cohort is None:
        return f"No place in a group in week {week}."
    return f"{item.cohort} does not meet in week {week}."
