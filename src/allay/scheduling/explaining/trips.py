"""Second trips explained: why the visits of a patient in a week do not fit on fewer days."""

from __future__ import annotations

import datetime as dt

from allay.scheduling.explaining.causes import causes_of
from allay.scheduling.explaining.changes import Change, changed
from allay.scheduling.explaining.fixing import fix_of, fixes_of
from allay.scheduling.explaining.result import Cause, Item, Moving
from allay.scheduling.explaining.search import Obstacles, PlaceQuestion, Spot, placed
from allay.scheduling.explaining.tags import SOFT, kind_of
from allay.scheduling.explaining.wishes import Wish, alone_of, always_of, answer_of, own_sessions, spots_text
from allay.scheduling.explaining.wording import days_text
from allay.scheduling.plan.plan import Plan, Session
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.due import week_of
from allay.scheduling.solving.score import score_of

NOT_FOUND = "no one or two changes were found that would save a day with everybody else where they are"

ALSO_OTHERS = "with that out of the way others would have to move as well"


def trip_days(problem: SchedulingProblem, plan: Plan) -> dict[tuple[str, int], tuple[dt.date, ...]]:
    """Days with a trip of each patient in each week.

    Returns
    -------
    dict of (patient, week) to tuple of datetime.date
        Time grows with sessions, and meetings times members.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> [day.isoformat() for day in trip_days(problem, plan)["p002", 0]]
    ['2027-01-05', '2027-01-06']
    """
    found: dict[tuple[str, int], set[dt.date]] = {}
    patient = {each.id: each.patient for each in problem.series}
    members = {place.cohort: place.members for place in plan.template}
    visits = [(patient[each.series], each.start.date()) for each in plan.sessions if each.mode == "onsite"]
    for meeting in plan.meetings:
        came = [each for each in members.get(meeting.cohort, ()) if each not in meeting.absent]
        visits += [(each, meeting.start.date()) for each in came]
    for who, day in visits:
        found.setdefault((who, week_of(problem, day)), set()).add(day)
    return {key: tuple(sorted(days)) for key, days in sorted(found.items())}


def second_trip(
    problem: SchedulingProblem, plan: Plan, patient: str, week: int, days: tuple[dt.date, ...], *, best: bool
) -> Item:
    """Explain why a patient has more than one trip in a week: what keeps one day from being saved.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
    patient : str
    week : int
    days : tuple of datetime.date
        With a trip.
    best : bool
        Whether the plan reaches its proven bound.

    Returns
    -------
    Item
        The patient's sessions of the week that are not booked may move within the week; a way that saves a
        day but loses as many points elsewhere (continuity, a preference, a priced pair) counts as blocked by
        that. Time: some hundredths of a second, more with many sessions in the week.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> days = trip_days(problem, plan)["p002", 0]
    >>> item = second_trip(problem, plan, "p002", 0, days, best=False)
    >>> item.moving, item.causes[0].id, item.causes[0].subject
    ('impossible', 'practitioner_away', 'acupuncture')
    """
    weight = next(each.trip_weight for each in problem.patients if each.id == patient)
    wish = Wish(plan, patient, None, week, len(days) - 1, weight)
    item = Item(what="second_trip", patient=patient, week=week, days=days, standing="blocked")
    question, answer = answer_of(wish, problem)
    gain = _gainful(wish, problem, question, answer)
    if gain is not None:
        where = spots_text(question, gain)
        return item.model_copy(update={"standing": "possible_now", "moving": "possible", "at": where})
    alone = alone_of(wish, problem)
    moving: Moving = "impossible" if alone else "no_gain" if best else "not_tried"
    if not answer.sets:
        found = _fixed(wish, problem, days)
        if "causes" not in found and alone is not None and alone[1].sets:
            question, answer = alone
            found = {"causes": causes_of(question, answer.sets, always=always_of(alone)), "note": ALSO_OTHERS}
        return item.model_copy(update={"moving": moving, **found})
    update: dict[str, object] = {
        "causes": causes_of(question, answer.sets, always=always_of(alone)),
        "fixes": fixes_of(wish, problem, question, answer, own=True),
        "moving": moving,
    }
    return item.model_copy(update=update)


def _gainful(
    wish: Wish, problem: SchedulingProblem, question: PlaceQuestion, answer: Obstacles
) -> tuple[Spot, ...] | None:
    """Spots that save a day and points, of those that let nothing pass but what is only preferred."""
    soft = sum(question.tags.bit(name) for name in tuple(question.tags.names) if kind_of(name) in SOFT)
    before = _total(wish, problem, own_sessions(problem, wish.plan, wish.patient, wish.week), wish.week)
    for bits, spots in answer.sets:
        if bits & ~soft == 0 and _total(wish, problem, _moved(question, wish, spots), wish.week) < before:
            return spots
    return None


def _moved(question: PlaceQuestion, wish: Wish, spots: tuple[Spot, ...]) -> list[Session]:
    grid, problem = question.floor.grid, question.floor.problem
    stay = [each for each in question.own.sessions if week_of(problem, each.start.date()) == wish.week]
    placed_at = sorted(spots, key=lambda spot: (spot.day, spot.slot))
    numbers: dict[str, list[int]] = {}
    for spot in spots:
        numbers.setdefault(spot.key[0], []).append(spot.key[1])
    for each in numbers.values():
        each.sort(reverse=True)
    return stay + [
        Session(
            series=spot.key[0],
            number=numbers[spot.key[0]].pop(),
            start=grid.time_of(spot.day, spot.slot),
            lead=problem.practitioners[spot.choice.lead].id,
            mode=spot.choice.mode,
        )
        for spot in placed_at
    ]


def _total(wish: Wish, problem: SchedulingProblem, sessions: list[Session], week: int) -> int:
    """Points of one patient with these sessions in the week, and the others where they are."""
    series = {each.id for each in problem.series if each.patient == wish.patient}
    others = [
        each
        for each in wish.plan.sessions
        if each.series in series and week_of(problem, each.start.date()) != week
    ]
    template = [
        place.model_copy(update={"members": tuple(who for who in place.members if who == wish.patient)})
        for place in wish.plan.template
    ]
    score = score_of(
        problem,
        template=template,
        meetings=wish.plan.meetings,
        sessions=[*others, *sessions],
        unserved_sessions=(),
        unserved_members=(),
    )
    return score.total


def _fixed(wish: Wish, problem: SchedulingProblem, days: tuple[dt.date, ...]) -> dict[str, object]:
    """What is booked may be what holds the days apart: asked again with the patient's bookings free."""
    own = {each.id for each in problem.series if each.patient == wish.patient}
    booked = [
        each
        for each in problem.bookings
        if each.series in own and week_of(problem, each.start.date()) == wish.week
    ]
    changes = tuple(Change(kind="unbook", id=each.series, value=each.number) for each in booked)
    if changes:
        question = wish.question(changed(problem, changes))
        spots, _ = placed(question, 0)
        if spots is not None:
            text = f"{wish.patient} has booked visits on {days_text(each.start.date() for each in booked)}"
            cause = Cause(id="booking", text=text, subject=wish.patient, days=days)
            return {"causes": (cause,), "fixes": (fix_of(question, spots, changes),)}
    return {"note": NOT_FOUND}
