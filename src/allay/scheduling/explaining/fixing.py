"""Fixing: changes tried on the problem, kept only when the wish is possible with them."""

from __future__ import annotations

from allay.scheduling.explaining.changes import Change, changed
from allay.scheduling.explaining.proposals import proposals
from allay.scheduling.explaining.result import Fix
from allay.scheduling.explaining.search import Obstacles, PlaceQuestion, Spot, placed
from allay.scheduling.explaining.wishes import Wish, spots_text
from allay.scheduling.explaining.wording import change_text, listing
from allay.scheduling.problem.problem import SchedulingProblem

MOST_FIXES = 6


def fixes_of(
    wish: Wish, problem: SchedulingProblem, question: PlaceQuestion, answer: Obstacles, *, own: bool
) -> tuple[Fix, ...]:
    """Try changes for each set of tags, and keep those with which the wish is possible.

    Parameters
    ----------
    wish : Wish
    problem : SchedulingProblem
    question : PlaceQuestion
    answer : Obstacles
        To the question: sets of tags with spots.
    own : bool
        Whether the question let the patient's own sessions move.

    Returns
    -------
    tuple of Fix
        At most six; each was made and the question answered again. Time is that of as many questions as
        there are proposals, four for each set at most.
    """
    found: list[Fix] = []
    seen: set[tuple[Change, ...]] = set()
    for bits, spots in answer.sets:
        helped: set[tuple[tuple[str, str], ...]] = set()
        for changes in proposals(question, bits, spots):
            alike = tuple((change.kind, change.id) for change in changes)
            if changes in seen or alike in helped or len(found) >= MOST_FIXES:
                continue
            seen.add(changes)
            fix = tried(wish, problem, changes, own=own)
            if fix is not None:
                found.append(fix)
                helped.add(alike)
    return tuple(sorted(found, key=lambda fix: len(fix.changes)))


def tried(wish: Wish, problem: SchedulingProblem, changes: tuple[Change, ...], *, own: bool) -> Fix | None:
    """Make changes and pose the wish again, everybody else where they are; None when it does not help."""
    question = wish.question(changed(problem, changes), own=own)
    spots, _ = placed(question, 0)
    if spots is None:
        return None
    return fix_of(question, spots, changes)


def fix_of(question: PlaceQuestion, spots: tuple[Spot, ...], changes: tuple[Change, ...]) -> Fix:
    """Word a fix that was seen to help."""
    last = max(spots, key=lambda spot: (spot.day, spot.slot))
    text = f"{listing(change_text(change) for change in changes)}: then {spots_text(question, spots)}"
    return Fix(changes=changes, text=text[:500], start=question.floor.grid.time_of(last.day, last.slot))
