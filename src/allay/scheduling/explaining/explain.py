"""Explaining a plan: every unserved session and member, every absence and second trip."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from allay.scheduling.explaining.groups import absence, unserved_member
from allay.scheduling.explaining.moving import moved
from allay.scheduling.explaining.result import Explanation, Item
from allay.scheduling.explaining.sessions import unserved_session
from allay.scheduling.explaining.summary import summary_of
from allay.scheduling.explaining.trips import second_trip, trip_days
from allay.scheduling.explaining.weighing import weighed_of
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.due import due_week, week_of

Progress = Callable[[int, int], None]


def explain_plan(
    problem: SchedulingProblem,
    plan: Plan,
    *,
    allay_version: str,
    patients: Iterable[str] | None = None,
    weeks: Iterable[int] | None = None,
    trips: bool = True,
    weigh: int = 0,
    again: bool = False,
    seed: int = 0,
    effort: float = 1.0,
    progress: Progress | None = None,
) -> Explanation:
    """Explain what a plan does not serve and what takes a second trip, and find what would fix it.

    A cause is named only when letting it pass, alone or with the others it names, gives the session a place
    (or saves the day) with everybody else's sessions where they are; a fix only when it was made on the
    problem and seen to help. Beside it stands what is known of moving everybody else.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
        Of that problem, with nothing wrong in it.
    allay_version : str
    patients : iterable of str, optional
        Only theirs.
    weeks : iterable of int, optional
        Only of these, from 0.
    trips : bool
        Whether to explain second trips.
    weigh : int
        How many changes, those that help most items, to weigh by solving their relaxed weeks anew, which
        takes some seconds each for 300 patients. The other changes are not, and a note says so.
    again : bool
        Whether to plan each week anew in which something is blocked that moving others could put right.
    seed : int
    effort : float
        Of weighing and planning anew: a factor on the limits of each week.
    progress : callable, optional
        Is told how many items are done, of how many.

    Returns
    -------
    Explanation
        By patient. Time: some hundredths of a second for each item of a week with 20 practitioners; it grows
        with practitioners of a discipline, days of the window and sessions of a patient in a week.

    Raises
    ------
    InvalidValue
        When something of the plan stands where the program is not open.
    NotFound
        When changes are to be weighed, or weeks planned anew, and OR-Tools is not installed.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.plan.plan import Score, UnservedSession
    >>> monday = {"weekday": "monday", "start": dt.time(8), "end": dt.time(12)}
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=({"id": "r", "type": "room"},),
    ...     services=({"id": "pt", "discipline": "PT", "minutes": 60, "room_type": "room"},),
    ...     practitioners=({"id": "k", "disciplines": ("PT",), "hours": (monday,)},),
    ...     patients=({"id": "ana", "hours": ({**monday, "weekday": "friday"},)},),
    ...     series=({"id": "s", "patient": "ana", "service": "pt"},))
    >>> score = Score(**{**dict.fromkeys(Score.model_fields, 0), "unserved": 1, "total": 50})
    >>> plan = Plan(
    ...     allay_version="0", problem="p", problem_digest=problem.digest(), method="first-fit", score=score,
    ...     unserved_sessions=(UnservedSession(series="s", number=1),))
    >>> (item,) = explain_plan(problem, plan, allay_version="0").items
    >>> item.causes[0].id, item.moving, item.fixes[0].text.split(":")[0]
    ('no_common_time', 'impossible', 'ana can come on Monday, January 4, 08')
    """
    todo = _todo(problem, plan, patients=patients, weeks=weeks, trips=trips)
    items: list[Item] = []
    for done, explained in enumerate(todo):
        items.append(explained())
        if progress is not None:
            progress(done + 1, len(todo))
    if again:
        items = moved(problem, plan, items, seed=seed, effort=effort)
    weighed, notes = weighed_of(problem, plan, items, most=weigh, seed=seed, effort=effort)
    order = {patient.id: at for at, patient in enumerate(problem.patients)}
    items.sort(
        key=lambda item: (order[item.patient], item.week, item.what, item.series or "", item.number or 0)
    )
    return Explanation(
        allay_version=allay_version,
        problem=problem.id,
        problem_digest=problem.digest(),
        synthetic=problem.synthetic,
        method=plan.method,
        summary=summary_of(items),
        items=tuple(items),
        weighed=weighed,
        notes=notes,
    )


def reaches_bound(plan: Plan) -> bool:
    """Say whether a plan's total is that of a bound it carries: nothing with its template scores less.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> reaches_bound(plan)
    False
    """
    return any(bound.value >= plan.score.total for bound in plan.bounds)


def _todo(
    problem: SchedulingProblem,
    plan: Plan,
    *,
    patients: Iterable[str] | None,
    weeks: Iterable[int] | None,
    trips: bool,
) -> list[Callable[[], Item]]:
    asked = None if patients is None else set(patients)
    within = None if weeks is None else set(weeks)
    best = reaches_bound(plan)

    def wanted(patient: str, week: int) -> bool:
        return (asked is None or patient in asked) and (within is None or week in within)

    found: list[Callable[[], Item]] = []
    series = {each.id: each for each in problem.series}
    for session in plan.unserved_sessions:
        key = session.series, session.number
        if wanted(series[session.series].patient, due_week(problem, series[session.series], session.number)):
            found.append(partial(unserved_session, problem, plan, key, best=best))
    for member in plan.unserved_members:
        if wanted(member.patient, member.week):
            found.append(partial(unserved_member, problem, plan, member.patient, member.cohort, member.week))
    for meeting in plan.meetings:
        week = week_of(problem, meeting.start.date())
        found += [
            partial(absence, problem, plan, patient, meeting.cohort, week)
            for patient in meeting.absent
            if wanted(patient, week)
        ]
    for (patient, week), days in trip_days(problem, plan).items() if trips else ():
        if len(days) > 1 and wanted(patient, week):
            found.append(partial(second_trip, problem, plan, patient, week, days, best=best))
    return found
