"""First fit and good greedy: where they put what, and every rule they keep."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.unit.scheduling.problems import hours, tiny, tree

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.instances import generate
from allay.scheduling.plan.plan import Plan, UnservedMember
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.firstfit import first_fit
from allay.scheduling.solving.baselines.greedy import good_greedy

BOTH = [first_fit, good_greedy]
BASELINES = pytest.mark.parametrize("baseline", BOTH, ids=["first-fit", "good-greedy"])


def accepted(problem: SchedulingProblem, plan: Plan) -> Plan:
    """The plan, once the checker has accepted it and its score."""
    report = check_plan(problem, plan)
    assert report.violations == ()
    assert report.score == plan.score
    return plan


def starts(plan: Plan, series: str) -> list[str]:
    """When the sessions of a series start, as weekday and time."""
    return [f"{each.start:%a %H:%M}" for each in plan.sessions if each.series == series]


def changed(kind: str, name: str, **fields: object) -> list[dict[str, object]]:
    """A list of the tiny problem in which the one of that id is changed."""
    return [{**each, **fields} if each["id"] == name else each for each in tree()[kind]]


def test_first_fit_takes_the_earliest_time_in_the_order_of_the_file() -> None:
    plan = accepted(tiny(), first_fit(tiny()))
    assert [f"{each.start:%a %H:%M}" for each in plan.meetings] == ["Mon 08:00"]
    # Ana and Ben are in the group until 10; only one treatment room is there.
    assert starts(plan, "ana-manual") == ["Mon 10:00", "Mon 11:00"]
    assert starts(plan, "ana-talk") == ["Mon 12:00"]
    assert starts(plan, "ben-talk") == ["Mon 13:00"]
    assert starts(plan, "cy-manual") == ["Mon 08:00"]
    assert plan.method == "first-fit"


def test_good_greedy_serves_those_far_away_first_and_on_days_they_come_anyway() -> None:
    busy = {"start": "2027-01-04T10:00", "end": "2027-01-04T16:00"}
    problem = tiny(
        practitioners=changed("practitioners", "psy-1", away=[busy]),
        series=changed("series", "ana-talk", mode="onsite"),
    )
    # One hour of psychology is left on the day of the group: Ana's is first in the file, Ben's counts three.
    plan = accepted(problem, good_greedy(problem))
    assert starts(plan, "ben-talk") == ["Mon 16:00"]
    assert starts(accepted(problem, first_fit(problem)), "ana-talk") == ["Mon 16:00"]


def test_good_greedy_is_better_than_first_fit() -> None:
    for seed in (1, 2):
        problem = generate("a4", patients=100, seed=seed)
        greedy, fit = accepted(problem, good_greedy(problem)), accepted(problem, first_fit(problem))
        assert greedy.score.total < fit.score.total


@BASELINES
def test_the_same_problem_gives_the_same_plan(baseline) -> None:
    problem = generate("small-clinic", patients=40, seed=1, weeks=2)
    assert baseline(problem).model_dump_json() == baseline(problem).model_dump_json()


@BASELINES
@pytest.mark.parametrize(
    ("family", "patients", "weeks"),
    [
        *(("a4", 300, 1), ("scarce-rooms", 300, 1), ("rural", 300, 1)),
        *(("small-clinic", 40, 1), ("small-clinic", 40, 5), ("a4", 60, 13)),
    ],
)
def test_the_checker_accepts_the_plan_of_every_family(
    baseline, family: str, patients: int, weeks: int
) -> None:
    problem = generate(family, patients=patients, seed=1, weeks=weeks)
    plan = accepted(problem, baseline(problem))
    asked = sum(series.sessions for series in problem.series)
    assert len(plan.sessions) + len(plan.unserved_sessions) == asked
    assert len(plan.sessions) > 0.8 * asked


@BASELINES
def test_a_template_that_is_given_is_kept(baseline) -> None:
    problem = generate("a4", patients=40, seed=1)
    other = baseline(problem).template
    moved = tuple(place.model_copy(update={"weekday": "wednesday"}) for place in other)
    problem = problem.model_copy(
        update={"practitioners": tuple(_always(one) for one in problem.practitioners)}
    )
    plan = baseline(problem, moved)
    assert plan.template == moved
    assert {meeting.start.weekday() for meeting in plan.meetings} == {2}


def _always(practitioner):
    return practitioner.model_copy(
        update={"hours": generate("a4", patients=1, seed=1).practitioners[0].hours}
    )


@BASELINES
def test_bookings_stay_as_they_are(baseline) -> None:
    booking = {
        "series": "ana-manual",
        "number": 1,
        "start": "2027-01-06T09:00",
        "lead": "pt-1",
        "room": "room",
    }
    problem = tiny(bookings=[booking])
    plan = accepted(problem, baseline(problem))
    assert starts(plan, "ana-manual")[0] == "Wed 09:00"
    assert starts(plan, "cy-manual")


@BASELINES
def test_a_gap_is_kept_and_numbers_are_in_order_of_time(baseline) -> None:
    problem = tiny(series=changed("series", "ana-manual", sessions=3, per_week=3, min_gap_hours=48))
    plan = accepted(problem, baseline(problem))
    assert [each[:3] for each in starts(plan, "ana-manual")] == ["Mon", "Wed", "Fri"]


@BASELINES
def test_what_does_not_fit_follows_in_a_later_week_and_is_late(baseline) -> None:
    away = [{"start": "2027-01-04T00:00", "end": "2027-01-09T00:00"}]
    problem = tiny(weeks=2, practitioners=changed("practitioners", "pt-1", away=away))
    plan = accepted(problem, baseline(problem))
    assert plan.score.late == 3  # two of Ana's and one of Cy's
    assert plan.score.unserved == 0


@BASELINES
def test_a_forbidden_pair_is_never_on_one_day_and_a_priced_one_may_be(baseline) -> None:
    rule = {"id": "apart", "payers": ["medicaid"], "services": ["group", "talk"]}
    problem = tiny(same_day=[rule])
    plan = accepted(problem, baseline(problem))
    assert starts(plan, "ben-talk")[0][:3] == "Tue"
    priced = tiny(same_day=[{**rule, "effect": "priced", "lost_cents": 2500}])
    plan = accepted(priced, baseline(priced))
    assert starts(plan, "ben-talk")[0][:3] == "Mon"  # one point, less than the three of a trip
    assert plan.score.same_day_points == plan.score.lost_cents // 2500


@BASELINES
def test_no_patient_comes_more_often_than_allowed(baseline) -> None:
    series = changed("series", "ana-manual", sessions=3, per_week=3, min_gap_hours=24)
    problem = tiny(series=series, patients=changed("patients", "ana", most_trips=2))
    plan = accepted(problem, baseline(problem))
    assert len(starts(plan, "ana-manual")) == 2
    assert [(each.series, each.number) for each in plan.unserved_sessions] == [("ana-manual", 3)]


@BASELINES
@pytest.mark.parametrize("continuity", ["require", "prefer"])
def test_continuity_is_kept_where_it_is_required(baseline, continuity: str) -> None:
    other = {"id": "pt-2", "disciplines": ["pt"], "hours": hours("08:00", "09:00")}
    one = {"id": "pt-1", "disciplines": ["pt"], "hours": hours("08:00", "17:00", "tuesday")}
    practitioners = [one, tree()["practitioners"][1], other]
    series = changed("series", "cy-manual", sessions=2, per_week=2, min_gap_hours=48, continuity=continuity)
    problem = tiny(practitioners=practitioners, series=series)
    plan = accepted(problem, baseline(problem))
    leads = [each.lead for each in plan.sessions if each.series == "cy-manual"]
    assert len(leads) == 2
    assert len(set(leads)) == 1 or (continuity == "prefer" and plan.score.continuity_points == 1)


@BASELINES
@pytest.mark.parametrize(
    ("presence", "ratio", "alone"), [("full", 1, False), ("start", 1, False), ("general", 2, True)]
)
def test_a_second_practitioner_is_there_as_the_linked_visit_asks(
    baseline, presence: str, ratio: int, alone: bool
) -> None:
    linked = {"discipline": "psy", "billable": "second", "presence": presence, "max_ratio": ratio}
    problem = tiny(
        services=changed("services", "manual", linked=linked),
        rooms=[*tree()["rooms"], {"id": "room-2", "type": "treatment"}],
    )
    plan = accepted(problem, baseline(problem))
    manual = [each for each in plan.sessions if each.series.endswith("-manual")]
    assert len(manual) == 3
    assert {each.second for each in manual} == {"psy-1"}
    # The second is in the group from 8 to 10 on Monday, and can be on site besides only in general.
    assert (f"{manual[-1].start:%a %H:%M}" == "Mon 08:00") is alone


@BASELINES
def test_a_linked_visit_without_a_second_is_not_served(baseline) -> None:
    linked = {"discipline": "chiropractic", "billable": "second"}
    problem = tiny(services=changed("services", "manual", linked=linked))
    plan = accepted(problem, baseline(problem))
    assert {each.series for each in plan.unserved_sessions} == {"ana-manual", "cy-manual"}


@BASELINES
def test_telehealth_takes_no_room_and_is_no_trip(baseline) -> None:
    problem = tiny(series=changed("series", "ana-talk", mode="telehealth"))
    plan = accepted(problem, baseline(problem))
    talk = next(each for each in plan.sessions if each.series == "ana-talk")
    assert (talk.mode, talk.room) == ("telehealth", None)
    abroad = tiny(
        series=changed("series", "ana-talk", mode="telehealth"),
        patients=changed("patients", "ana", state="NH"),
    )
    plan = accepted(abroad, baseline(abroad))
    assert [each.series for each in plan.unserved_sessions] == ["ana-talk"]


@BASELINES
def test_telehealth_spares_a_trip_where_either_will_do(baseline) -> None:
    problem = tiny(cohorts=[], patients=changed("patients", "ana", group=None, trip_weight=5))
    problem = problem.model_copy(update={"series": problem.series[1:2]})
    plan = accepted(problem, baseline(problem))
    assert plan.score.trips == (1 if baseline is first_fit else 0)


@BASELINES
def test_a_substitute_leads_only_while_the_lead_is_away(baseline) -> None:
    week = {"start": "2027-01-11T00:00", "end": "2027-01-16T00:00"}
    psy = {**tree()["practitioners"][1], "away": [week]}
    other = {"id": "psy-2", "disciplines": ["psy"], "hours": hours()}
    problem = tiny(weeks=3, practitioners=[tree()["practitioners"][0], psy, other])
    plan = accepted(problem, baseline(problem))
    assert [place.lead for place in plan.template] == ["psy-2"]  # there in all three weeks
    given = tuple(place.model_copy(update={"lead": "psy-1"}) for place in plan.template)
    plan = accepted(problem, baseline(problem, given))
    assert [meeting.lead for meeting in plan.meetings] == ["psy-1", "psy-2", "psy-1"]


@BASELINES
def test_a_group_without_a_lead_leaves_its_members_unserved(baseline) -> None:
    week = {"start": "2027-01-11T00:00", "end": "2027-01-16T00:00"}
    problem = tiny(weeks=3, practitioners=changed("practitioners", "psy-1", away=[week]))
    plan = accepted(problem, baseline(problem))
    assert len(plan.meetings) == 2
    assert plan.unserved_members == (
        UnservedMember(patient="ana", cohort="pain-1", week=1),
        UnservedMember(patient="ben", cohort="pain-1", week=1),
    )


@BASELINES
def test_a_member_who_cannot_come_is_absent_and_counts(baseline) -> None:
    day = {"start": "2027-01-11T00:00", "end": "2027-01-12T00:00"}
    problem = tiny(weeks=3, patients=changed("patients", "ben", away=[day]))
    plan = accepted(problem, baseline(problem))
    assert [meeting.absent for meeting in plan.meetings] == [(), ("ben",), ()]
    assert plan.score.unserved == 1


@BASELINES
def test_a_cohort_that_cannot_reach_its_size_is_not_placed_and_noted(baseline) -> None:
    problem = tiny(cohorts=changed("cohorts", "pain-1", min_size=3))
    plan = accepted(problem, baseline(problem))
    assert (plan.template, plan.meetings) == ((), ())
    assert plan.notes == ("cohort pain-1 is not placed",)
    assert [each.patient for each in plan.unserved_members] == ["ana", "ben"]


@BASELINES
def test_a_small_cohort_takes_members_of_a_larger_one(baseline) -> None:
    people = [{"id": f"p{n}", "group": "pain"} for n in range(5)]
    cohorts = [
        {"id": name, "kind": "pain", "service": "group", "min_size": 2, "max_size": 4} for name in ("a", "b")
    ]
    # Only the first two can come on Tuesday, when the second cohort meets.
    for each in people[2:]:
        each["hours"] = hours("08:00", "17:00", "monday")
    problem = tiny(patients=people, cohorts=cohorts, series=[])
    plan = accepted(problem, baseline(problem))
    assert [place.members for place in plan.template] == [("p2", "p3", "p4"), ("p0", "p1")]


@BASELINES
def test_a_running_cohort_keeps_its_time_its_lead_and_its_members(baseline) -> None:
    meets = {"weekday": "tuesday", "start": "14:30", "lead": "psy-1", "room": "hall"}
    problem = tiny(cohorts=changed("cohorts", "pain-1", meets=meets, members=["ben"]))
    plan = accepted(problem, baseline(problem))
    assert [f"{meeting.start:%a %H:%M}" for meeting in plan.meetings] == ["Tue 14:30"]
    assert plan.template[0].members == ("ana", "ben")


@BASELINES
def test_a_cohort_meets_within_its_days(baseline) -> None:
    problem = tiny(weeks=3, cohorts=changed("cohorts", "pain-1", first="2027-01-12", last="2027-01-19"))
    plan = accepted(problem, baseline(problem))
    days = [meeting.start.date() for meeting in plan.meetings]
    assert days == [dt.date(2027, 1, 12), dt.date(2027, 1, 19)]


@BASELINES
def test_language_and_avoidance_are_kept(baseline) -> None:
    spanish = changed("patients", "ben", language="es", interpreter=False)
    problem = tiny(patients=spanish)
    plan = accepted(problem, baseline(problem))
    assert [each.series for each in plan.unserved_sessions] == ["ben-talk"]
    assert UnservedMember(patient="ben", week=0) in plan.unserved_members
    problem = tiny(patients=changed("patients", "cy", avoids=["pt-1"]))
    plan = accepted(problem, baseline(problem))
    assert [each.series for each in plan.unserved_sessions] == ["cy-manual"]


def test_good_greedy_stays_with_a_practitioner_where_that_is_preferred() -> None:
    late = {"id": "pt-1", "disciplines": ["pt"], "hours": hours("08:00", "17:00", "wednesday")}
    other = {"id": "pt-2", "disciplines": ["pt"], "hours": hours()}
    series = changed("series", "cy-manual", sessions=2, per_week=2, min_gap_hours=48, continuity="prefer")
    problem = tiny(practitioners=[late, tree()["practitioners"][1], other], series=series)
    plan = accepted(problem, good_greedy(problem))
    assert [each.lead for each in plan.sessions if each.series == "cy-manual"] == ["pt-2", "pt-2"]


@BASELINES
def test_nothing_is_placed_outside_its_window(baseline) -> None:
    away = [{"start": "2027-01-04T00:00", "end": "2027-01-06T00:00"}]
    problem = tiny(
        practitioners=changed("practitioners", "pt-1", away=away),
        series=changed("series", "cy-manual", last="2027-01-05"),
    )
    plan = accepted(problem, baseline(problem))
    assert [each.series for each in plan.unserved_sessions] == ["cy-manual"]
    later = tiny(series=changed("series", "cy-manual", first="2027-01-07"))
    assert starts(accepted(later, baseline(later)), "cy-manual")[0][:3] == "Thu"


@BASELINES
def test_a_substitute_is_not_taken_from_a_group_of_his_own(baseline) -> None:
    week = {"start": "2027-01-11T00:00", "end": "2027-01-16T00:00"}
    psy = {**tree()["practitioners"][1], "away": [week]}
    other = {"id": "psy-2", "disciplines": ["psy"], "hours": hours()}
    cohorts = [{**tree()["cohorts"][0], "id": name} for name in ("pain-1", "pain-2")]
    rooms = [*tree()["rooms"], {"id": "hall-2", "type": "group", "seats": 12}]
    practitioners = [tree()["practitioners"][0], psy, other]
    problem = tiny(weeks=2, practitioners=practitioners, cohorts=cohorts, rooms=rooms)
    first = baseline(problem).template[0]
    template = (
        first.model_copy(update={"lead": "psy-1", "members": ("ana",)}),
        first.model_copy(update={"cohort": "pain-2", "lead": "psy-2", "room": "hall-2", "members": ("ben",)}),
    )
    plan = accepted(problem, baseline(problem, template))
    assert plan.unserved_members == (UnservedMember(patient="ana", cohort="pain-1", week=1),)


def test_good_greedy_heeds_what_is_preferred() -> None:
    other = {"id": "pt-2", "disciplines": ["pt"], "hours": hours()}
    problem = tiny(
        practitioners=[*tree()["practitioners"], other],
        patients=changed("patients", "cy", prefers=["pt-2"]),
        weights={"preference": 2},
    )
    assert accepted(problem, good_greedy(problem)).score.preference_points == 0
    assert accepted(problem, first_fit(problem)).score.preference_points == 2
