"""The summary of an explanation: how many items have the same first cause, and what would help them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from allay.scheduling.explaining.result import Group, Item, What
from allay.scheduling.explaining.weighing import kind_text, single_changes
from allay.scheduling.explaining.wording import listing

NOUN: dict[What, tuple[str, str]] = {
    "unserved_session": ("session not served", "sessions not served"),
    "unserved_member": ("group place not served", "group places not served"),
    "absent": ("absence", "absences"),
    "second_trip": ("further trip", "further trips"),
}
OTHER = "not_found"
PHRASE = {
    "practitioner_full": "{} is full",
    "practitioner_away": "{} is not there at the time",
    "no_practitioner": "nobody of {} works then",
    "no_common_time": "{} and the patient are never there together",
    "fixed_practitioner_away": "{}, the only one allowed, is not there",
    "fixed_practitioner": "{}, the only one allowed, is full",
    "room_full": "{} rooms are full",
    "no_room": "no {} room is open",
    "same_day_rule": "same-day rule {}",
    "gap": "the gap within a series",
    "most_trips": "the most trips a week of a patient",
    "patient_unavailable": "the patient cannot come when there would be time",
    "member_unavailable": "the member cannot come then",
    "group_full": "{} is full",
    "group_room_full": "{} rooms are full",
    "group_too_small": "{} would be too small",
    "own_visits": "the patient has other visits then",
    "continuity": "one practitioner for a whole series",
    "window": "the end of a series' window",
    "linked_second_missing": "{} missing as the second of a linked visit",
    "linked_ratio": "{} has as many linked visits as allowed",
    "booking": "{} is booked already",
}
PHRASE_ALONE = {
    "practitioner_full": "full practitioners",
    "practitioner_away": "practitioners' hours",
    "patient_unavailable": "the patient's hours",
    "room_full": "full rooms",
    "same_day_rule": "a same-day rule",
}


def summary_of(items: Iterable[Item]) -> tuple[Group, ...]:
    """Group items by what they are and their first cause, the most frequent first.

    Parameters
    ----------
    items : iterable of Item

    Returns
    -------
    tuple of Group
        Each with a sentence: how many of how many, the cause, and the kind of change that was seen to help
        most of them, each by itself.

    Examples
    --------
    >>> from allay.scheduling.explaining.result import Cause
    >>> cause = Cause(id="room_full", text="all rooms are taken", subject="quiet")
    >>> item = Item(what="unserved_session", patient="a", week=0, standing="blocked", causes=(cause,))
    >>> summary_of([item, item])[0].text
    '2 of 2 sessions not served: quiet rooms are full'
    """
    listed = list(items)
    of = Counter(item.what for item in listed)
    groups: dict[tuple[What, str, str], list[Item]] = defaultdict(list)
    for item in listed:
        groups[item.what, *_first(item)].append(item)
    found = [
        Group(what=what, cause=cause, items=len(held), of=of[what], text=_text(what, about, held, of[what]))
        for (what, cause, about), held in groups.items()
    ]
    return tuple(sorted(found, key=lambda group: (group.what != "unserved_session", -group.items)))


_POSSIBLE = {
    "possible_now": "possible as it stands",
    "possible_moving_own": "possible by moving the patient's own visits",
}


def _first(item: Item) -> tuple[str, str]:
    """Id of the first cause, and a phrase for all items that share it."""
    if item.standing != "blocked":
        return item.standing, _POSSIBLE[item.standing]
    if not item.causes:
        return OTHER, "several causes together, or none found"
    cause = item.causes[0]
    about = PHRASE.get(cause.id, cause.id.replace("_", " ")).format(cause.subject)
    if cause.together:
        others = (PHRASE_ALONE.get(other, other.replace("_", " ")) for other in cause.together)
        about += f", together with {listing(others)}"
    return cause.id, about


def _text(what: What, about: str, held: list[Item], of: int) -> str:
    noun = NOUN[what][0 if of == 1 else 1]
    text = f"{len(held)} of {of} {noun}: {about}"
    helped: Counter[str] = Counter()
    for item in held:
        helped.update({kind_text(change) for change in single_changes(item)})
    if helped:
        kind, count = min(helped.items(), key=lambda pair: (-pair[1], pair[0]))
        text += f"; {kind} would help {count} of them, each by itself"
    return text
