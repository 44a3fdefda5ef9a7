"""The score by hand: what counts once, what counts each time, and what does not count."""

from __future__ import annotations

import datetime as dt

from tests.unit.scheduling.problems import tiny

from allay.scheduling.plan.plan import CohortPlace, Meeting, Score, Session, UnservedMember, UnservedSession
from allay.scheduling.solving.score import score_of

STAFF = [
    {"id": "pt-1", "disciplines": ["pt"]},
    {"id": "pt-2", "disciplines": ["pt"]},
    {"id": "psy-1", "disciplines": ["psy"]},
]
PLACE = CohortPlace(
    cohort="pain-1", weekday="monday", start=dt.time(9), lead="psy-1", room="hall", members=("ana", "ben")
)


def session(series: str, number: int, day: int, lead: str = "pt-1", **fields: str) -> Session:
    start = dt.datetime(2027, 1, day, 13)
    return Session(series=series, number=number, start=start, lead=lead, **fields)


def score(*sessions: Session, absent: tuple[str, ...] = (), meets: bool = False, **changes: object) -> Score:
    problem = tiny(weeks=4, practitioners=STAFF, **changes)
    meeting = Meeting(
        cohort="pain-1", start=dt.datetime(2027, 1, 4, 9), lead="psy-1", room="hall", absent=absent
    )
    return score_of(
        problem,
        template=(PLACE,),
        meetings=(meeting,) if meets else (),
        sessions=sessions,
        unserved_sessions=(),
        unserved_members=(),
    )


def test_a_day_on_site_counts_once_with_the_weight_of_its_patient() -> None:
    found = score(session("ben-talk", 1, 4, "psy-1"), meets=True)
    assert (found.trips, found.trip_points) == (2, 1 + 3)
    found = score(session("ben-talk", 1, 5, "psy-1"), meets=True)
    assert (found.trips, found.trip_points) == (3, 1 + 3 + 3)


def test_telehealth_and_absence_take_no_trip_and_absence_is_not_served() -> None:
    found = score(session("ana-talk", 1, 5, "psy-1", mode="telehealth"), meets=True, absent=("ben",))
    assert (found.trips, found.unserved, found.total) == (1, 1, 1 + 50)


def test_what_is_unserved_counts_each_time() -> None:
    found = score_of(
        tiny(),
        template=(),
        meetings=(),
        sessions=(),
        unserved_sessions=(UnservedSession(series="cy-manual", number=1),),
        unserved_members=(UnservedMember(patient="ana", week=0), UnservedMember(patient="ben", week=0)),
    )
    assert (found.unserved, found.unserved_points, found.total) == (3, 150, 150)


def test_lateness_counts_for_each_week() -> None:
    found = score(session("cy-manual", 1, 19), session("ana-manual", 1, 5), session("ana-manual", 2, 11))
    assert (found.late, found.late_points) == (2 + 0 + 1, 30)


def test_continuity_counts_changes_between_served_numbers_where_it_is_preferred() -> None:
    series = {"id": "m", "patient": "cy", "service": "manual", "sessions": 4, "per_week": 4}
    leads = ("pt-1", "pt-2", "pt-2", "pt-1")
    given = [session("m", number, 3 + number, lead) for number, lead in enumerate(leads, start=1)]
    assert score(*given, series=[{**series, "continuity": "prefer"}]).continuity_points == 2
    assert score(*given, series=[series]).continuity_points == 0
    # Without the third, the second is followed by the fourth.
    fewer = [given[3], given[0], given[1]]
    assert score(*fewer, series=[{**series, "continuity": "prefer"}]).continuity_points == 2


def test_preference_counts_only_where_somebody_of_the_discipline_is_preferred() -> None:
    weights = {"preference": 4}
    given = session("m", 1, 5, "pt-1")
    series = [{"id": "m", "patient": "cy", "service": "manual"}]
    for prefers, points in ((["pt-2"], 4), (["pt-1"], 0), (["psy-1"], 0), ([], 0), (["pt-2", "pt-1"], 0)):
        people = [{"id": "cy", "prefers": prefers}]
        found = score(given, series=series, patients=people, weights=weights, cohorts=[])
        assert found.preference_points == points


def test_a_priced_pair_is_lost_once_for_each_patient_day_and_rule() -> None:
    rule = {"id": "r", "services": ["group", "manual"], "effect": "priced", "lost_cents": 2600}
    twice = [session("ana-manual", 1, 4), session("ana-manual", 2, 4)]
    found = score(*twice, meets=True, same_day=[rule])
    assert (found.lost_cents, found.same_day_points) == (2600, 2)  # 26 dollars at 25 a point, rounded up
    assert score(*twice, same_day=[rule]).lost_cents == 0
    assert score(*twice, meets=True, absent=("ana",), same_day=[rule]).lost_cents == 0
    assert score(*twice, meets=True, same_day=[{**rule, "payers": ["commercial"]}]).lost_cents == 0
    same = {**rule, "services": ["manual", "manual"]}
    assert score(*twice, same_day=[same]).lost_cents == 2600
    assert score(twice[0], same_day=[same]).lost_cents == 0
    assert score(*twice, same_day=[{**same, "effect": "forbidden"}]).lost_cents == 0
