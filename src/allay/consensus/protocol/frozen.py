"""Whether the protocol of an exercise is the one that was frozen, and where it is not."""

from __future__ import annotations

from allay.base.errors import InvalidInput, Problem
from allay.consensus.protocol.exercise import Exercise
from allay.consensus.protocol.freezing import differences, same_protocol

LONGEST = 60


def is_frozen_one(exercise: Exercise) -> bool:
    """Whether the protocol is the frozen one, or none is frozen."""
    return exercise.freezing_state != "frozen" or same_protocol(exercise.journal[-1], exercise.protocol)


def refuse_changed_protocol(exercise: Exercise) -> None:
    """Refuse a protocol that is not the one that is frozen.

    Raises
    ------
    InvalidInput
        Naming each place of the protocol that differs, with its line; nothing is refused where it is unfrozen
        or was never frozen.
    """
    if not is_frozen_one(exercise):
        raise InvalidInput(changed_places(exercise))


def changed_places(exercise: Exercise) -> tuple[Problem, ...]:
    """Return where the protocol is not as it was last frozen; nothing where it never was."""
    last = next((entry for entry in reversed(exercise.journal) if entry.protocol is not None), None)
    if last is None or last.protocol is None:
        return ()
    return tuple(
        exercise.document.problem(
            *keys_of(where),
            expected=f"what was frozen on {last.on}, {_short(frozen)} (unfreeze it first, with a reason)",
            found=_short(now),
        )
        for where, frozen, now in differences(last.protocol, exercise.protocol)
    )


def keys_of(pointer: str) -> tuple[str | int, ...]:
    """Return the keys of a JSON pointer.

    Examples
    --------
    >>> keys_of("/rounds/0/a~1b")
    ('rounds', 0, 'a/b')
    """
    steps = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
    return tuple(int(step) if step.isdecimal() else step for step in steps)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
