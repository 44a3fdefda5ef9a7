"""Unserved sessions explained: could it stand now, what is in its way, what would fix it."""

from __future__ import annotations

from allay.scheduling.explaining.causes import causes_of
from allay.scheduling.explaining.changes import Change, changed
from allay.scheduling.explaining.fixing import fixes_of, tried
from allay.scheduling.explaining.floor import Key
from allay.scheduling.explaining.result import Cause, Fix, Item, Moving
from allay.scheduling.explaining.search import MOST_TOGETHER, PlaceQuestion, placed
from allay.scheduling.explaining.wishes import Wish, alone_of, always_of, answer_of, spots_text
from allay.scheduling.explaining.wording import listing
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.due import due_week
from allay.scheduling.solving.grid import grid_of


def unserved_session(problem: SchedulingProblem, plan: Plan, key: Key, *, best: bool) -> Item:
    """Explain an unserved session.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
    key : (series, number)
    best : bool
        Whether the plan reaches its proven bound.

    Returns
    -------
    Item
        With everybody else where they are: every minimal set of what is in the way, from all starts,
        practitioners and modes. Time grows with them, times the proposals tried.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> item = unserved_session(problem, plan, ("p002-2", 1), best=False)
    >>> item.standing, item.moving, item.causes[0].id
    ('blocked', 'not_tried', 'practitioner_full')
    """
    series = next(each for each in problem.series if each.id == key[0])
    week = due_week(problem, series, key[1])
    wish = Wish(plan, series.patient, key, week, None, problem.weights.unserved)
    item = Item(
        what="unserved_session",
        patient=series.patient,
        series=series.id,
        number=key[1],
        week=week,
        standing="blocked",
    )
    question, answer = answer_of(wish, problem)
    if answer.possible:
        where = spots_text(question, answer.sets[0][1])
        return item.model_copy(update={"standing": "possible_now", "moving": "possible", "at": where})
    spots, _ = placed(own := wish.question(problem, own=True), 0)
    if spots is not None:
        where = spots_text(own, spots)
        return item.model_copy(update={"standing": "possible_moving_own", "moving": "possible", "at": where})
    alone = alone_of(wish, problem)
    moving: Moving = "impossible" if alone else "no_gain" if best else "not_tried"
    if not answer.sets:
        return item.model_copy(update={"moving": moving, **_nobody(wish, problem, question)})
    update: dict[str, object] = {
        "causes": causes_of(question, answer.sets, always=always_of(alone)),
        "fixes": fixes_of(wish, problem, question, answer, own=False),
        "moving": moving,
        "note": _several(question, answer.sets[0][0]),
    }
    return item.model_copy(update=update)


def _several(question: PlaceQuestion, bits: int) -> str | None:
    names = question.tags.named(bits)
    if len(names) <= MOST_TOGETHER:
        return None
    return f"several together: {listing(name.replace('_', ' ') for name in names)}"


def _nobody(wish: Wish, problem: SchedulingProblem, question: PlaceQuestion) -> dict[str, object]:
    """Causes and fixes where the discipline has nobody at all: what one more practitioner would change."""
    (options,) = question.options
    service = question.floor.grid.service[options.series.service]
    linked = service.linked
    grid, opening = grid_of(problem), problem.opening
    text = f"nobody in the program gives {service.discipline}"
    cause = Cause(id="no_practitioner", text=text, subject=service.discipline)
    for day in grid.days:
        all_day = Change(
            kind="discipline_hours",
            id=service.discipline,
            day=day,
            start=opening.opens,
            end=opening.closes,
            languages=tuple(sorted({"en", question.floor.patient(wish.patient).language})),
        )
        more, found = answer_of(wish, changed(problem, (all_day,)))
        if found.possible:
            spot = found.sets[0][1][0]
            start = more.floor.grid.time_of(spot.day, spot.slot)
            end = more.floor.grid.time_of(spot.day, spot.slot + options.length)
            change = all_day.model_copy(update={"start": start.time(), "end": end.time()})
            fix: Fix | None = tried(wish, problem, (change,), own=False)
            return {"causes": (cause,), "fixes": (fix,) if fix else ()}
    note = f"{text}; one more practitioner would not be enough" + (" (a linked visit)" if linked else "")
    return {"note": note}
