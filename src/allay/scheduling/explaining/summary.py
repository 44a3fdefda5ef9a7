"""The summary of an explanation: how many items have the same first cause, and what would help them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from allay.scheduling.explaining.result import Group, Item, What
from allay.scheduling.explaining.wording import listing

NOUN: dict[What, tuple[str, str]] = {
    "unserved_session": ("session not served", "sessions not served"),
    "unserved_member": ("group place not served", "group places not served"),
    "absent": ("absence", "absences"),
    "second_trip": ("further trip", "further trips"),
}
OTHER = "not_found"


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


def _first(item: Item) -> tuple[str, str]:
    """Id of the first cause, and a phrase for all items that share it."""
    if item.standing != "blocked":
        return item.standing, "possible without any change"
    if not item.causes:
        return OTHER, "several causes together, or none found"
    cause = item.causes[0]
    phrase = cause.id.replace("_", " ")
    about = f"{phrase}: {cause.subject}" if cause.subject else phrase
    if cause.together:
        about += f", together with {listing(other.replace('_', ' ') for other in cause.together)}"
    return cause.id, about


def _text(what: What, about: str, held: list[Item], of: int) -> str:
    noun = NOUN[what][0 if of == 1 else 1]
    text = f"{len(held)} of {of} {noun}: {about}"
    helped: Counter[str] = Counter()
    for item in held:
        helped.update({_kind(change) for fix in item.fixes for change in [fix.changes] if len(change) == 1})
    if helped:
        kind, count = min(helped.items(), key=lambda pair: (-pair[1], pair[0]))
        text += f"; {kind} would help {count} of them, each by itself"
    return text


def _kind(changes: tuple[object, ...]) -> str:
    (change,) = changes
    kind, name = getattr(change, "kind", ""), getattr(change, "id", "")
    day = getattr(change, "day", None)
    on = f" on {day:%A}" if day else ""
    return {
        "discipline_hours": f"more hours of {name}{on}",
        "practitioner_hours": f"more hours of {name}{on}",
        "room_hours": f"one more {name} room{on}",
        "without_rule": f"no rule {name}",
        "patient_time": "one more half-day of the patient",
        "more_trips": "one more trip allowed",
        "more_seats": f"one more place in {name}",
    }.get(kind, kind.replace("_", " "))
