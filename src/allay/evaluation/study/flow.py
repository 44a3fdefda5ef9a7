"""The flow of people into a study: everyone counted once, and why who was left out."""

from __future__ import annotations

from collections.abc import Mapping

from allay.base.disclosure import suppress_counts
from allay.base.tables import Strict

REASONS = {
    "unknown": "in the roster but not in the member table",
    "exposed": "had the program, or one like it, before the window",
    "later": "starts after the window",
    "no_coverage": "no coverage in any month of the window",
    "age": "age outside the protocol, or no date of birth",
    "condition": "none of the diagnoses of the protocol in the first months",
    "gaps": "not covered in every month of the window",
    "early": "starts too early for a whole baseline",
    "late": "starts too late for a whole follow-up",
    "not_drawn": "comparison member beyond the largest pool, not drawn",
    "unweighted": "comparison member without weight (unlike any starter)",
}
"""Why people are left out, in the order in which they are asked."""

INCLUDED = "in"


class FlowStep(Strict):
    """One line of the flow: how many people left here, or stay.

    Attributes
    ----------
    reason : str
        Key of `REASONS`, or ``in``.
    words : str
    starters, comparison : int, optional
        People; None where the count is hidden because it is small or gives a small one away.
    """

    reason: str
    words: str
    starters: int | None
    comparison: int | None


class Flow(Strict):
    """Who is in a study.

    Attributes
    ----------
    members : int, optional
        People in the member table.
    roster : int, optional
        People in the roster.
    roster_repeated : int
        Rows of the roster left out because the person has an earlier one.
    starters, comparison : int, optional
        All who were looked at as one or the other.
    steps : tuple of FlowStep
        Reasons that applied, in order, and last those who are in.
    hidden_up_to : int
    """

    members: int | None
    roster: int | None
    roster_repeated: int
    starters: int | None
    comparison: int | None
    steps: tuple[FlowStep, ...]
    hidden_up_to: int


def make_flow(
    counts: Mapping[tuple[str, bool], int],
    *,
    members: int,
    roster: int,
    repeated: int,
    hidden_up_to: int,
) -> Flow:
    """Make the flow from counts, with small cells and what gives them away hidden.

    Parameters
    ----------
    counts : mapping of (reason, whether a starter) to int
        Everyone once; ``in`` for those who stay.
    members, roster, repeated : int
    hidden_up_to : int
        Largest count that is hidden.

    Examples
    --------
    >>> counts = {("gaps", True): 4, ("age", True): 30, ("in", True): 90, ("in", False): 500}
    >>> flow = make_flow(counts, members=624, roster=124, repeated=0, hidden_up_to=10)
    >>> [(step.reason, step.starters) for step in flow.steps], flow.starters
    ([('age', None), ('gaps', None), ('in', 90)], 124)
    """
    sides: dict[bool, tuple[dict[str, int | None], int | None]] = {}
    present = [reason for reason in (*REASONS, INCLUDED) if any(key[0] == reason for key in counts)]
    for starter in (True, False):
        own = {reason: counts.get((reason, starter), 0) for reason in present}
        sides[starter] = suppress_counts(own, hidden_up_to=hidden_up_to)
    for starter in (True, False):
        if sides[starter][1] is None and sides[not starter][1] is not None:
            # How many members there are is no secret; with all of one side known, the other would be too.
            sides[not starter] = _one_hidden(sides[not starter][0]), None
    words = {**REASONS, INCLUDED: "in the study"}
    return Flow(
        members=_shown(members, hidden_up_to),
        roster=None if sides[True][1] is None else _shown(roster, hidden_up_to),
        roster_repeated=repeated,
        starters=sides[True][1],
        comparison=sides[False][1],
        steps=tuple(
            FlowStep(
                reason=reason,
                words=words[reason],
                starters=sides[True][0][reason],
                comparison=sides[False][0][reason],
            )
            for reason in present
        ),
        hidden_up_to=hidden_up_to,
    )


def _one_hidden(counts: dict[str, int | None]) -> dict[str, int | None]:
    """Hide the smallest count that is shown and not 0, unless one is hidden already."""
    if None in counts.values():
        return counts
    some = [reason for reason, count in counts.items() if count]
    least = min(some, key=lambda reason: counts[reason] or 0, default=None)
    return {reason: None if reason == least else count for reason, count in counts.items()}


def _shown(count: int, hidden_up_to: int) -> int | None:
    return None if 0 < count <= hidden_up_to else count
