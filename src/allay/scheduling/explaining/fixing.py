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

    Examples
    --------
    >>> from allay.scheduling.explaining.wishes import answer_of
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> wish = Wish(plan, "p002", ("p002-2", 1), 0, None, problem.weights.unserved)
    >>> fixes = fixes_of(wish, problem, *answer_of(wish, problem), own=False)
    >>> sorted({fix.changes[0].kind for fix in fixes})
    ['discipline_hours', 'practitioner_hours', 'room_hours']
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
    """Make changes and pose the wish again, everybody else where they are; None when it does not help.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> wish = Wish(plan, "p002", ("p002-2", 1), 0, None, problem.weights.unserved)
    >>> tried(wish, problem, (Change(kind="interpreter", id="p002"),), own=False) is None
    True
    """
    question = wish.question(changed(problem, changes), own=own)
    spots, _ = placed(question, 0)
    if spots is None:
        return None
    return fix_of(question, spots, changes)


def fix_of(question: PlaceQuestion, spots: tuple[Spot, ...], changes: tuple[Change, ...]) -> Fix:
    """Word a fix that was seen to help.

    Examples
    --------
    >>> from allay.scheduling.explaining.wishes import answer_of
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> wish = Wish(plan, "p002", ("p002-2", 1), 0, None, problem.weights.unserved)
    >>> question, answer = answer_of(wish, problem)
    >>> fix_of(question, answer.sets[0][1], (Change(kind="interpreter", id="p002"),)).text
    'an interpreter for p002: then p002-2 on Wednesday, January 6 at 13:00 with pt-1'
    """
    last = max(spots, key=lambda spot: (spot.day, spot.slot))
    text = f"{listing(change_text(change) for change in changes)}: then {spots_text(question, spots)}"
    return Fix(changes=changes, text=text[:500], start=question.floor.grid.time_of(last.day, last.slot))
