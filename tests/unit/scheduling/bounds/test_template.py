"""Templates: what every one keeps, and what the best possible one is where it can be said by hand."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from tests.unit.scheduling.problems import EVERY_DAY, hours, tiny

from allay.scheduling.instances.generator import generate
from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.template import simple_template
from allay.scheduling.solving.bounds.bounds import bound_given
from allay.scheduling.solving.freebound.freebound import bound_free
from allay.scheduling.solving.grid import grid_of
from allay.scheduling.solving.template.template import make_template


def template(problem: SchedulingProblem, **options: float) -> tuple[CohortPlace, ...]:
    return make_template(problem, grid_of(problem), **options)


def patients(count: int, **fields: object) -> list[dict[str, object]]:
    return [{"id": f"p{at:02d}", "group": "pain", **fields} for at in range(count)]


def cohorts(count: int, **fields: object) -> list[dict[str, object]]:
    return [{"id": f"c{at}", "kind": "pain", "service": "group", **fields} for at in range(count)]


def leads(*ids: str, **fields: object) -> list[dict[str, object]]:
    return [{"id": each, "disciplines": ["psy"], "hours": hours(), **fields} for each in ids]


def only_groups(**changes: object) -> SchedulingProblem:
    return tiny(**{"series": [], "practitioners": leads("psy-1"), **changes})


def test_sizes_are_kept_and_everybody_has_one_place() -> None:
    found = template(only_groups(patients=patients(29), cohorts=cohorts(3)))
    members = [one for place in found for one in place.members]
    assert sorted(members) == [f"p{at:02d}" for at in range(29)]
    assert all(8 <= len(place.members) <= 12 for place in found)


def test_no_cohort_is_opened_for_too_few() -> None:
    assert template(only_groups(patients=patients(7), cohorts=cohorts(1))) == ()


def test_a_few_more_than_the_seats_belong_to_a_group_from_which_some_stay_away() -> None:
    thirteen = {"patients": patients(13)}
    assert [len(one.members) for one in template(only_groups(**thirteen, cohorts=cohorts(1)))] == [12]
    more = cohorts(1, expected_no_show=0.2)
    assert [len(one.members) for one in template(only_groups(**thirteen, cohorts=more))] == [13]


def test_a_part_time_lead_never_leads_when_away() -> None:
    staff = leads("psy-1", hours=hours("08:00", "12:00", "tuesday", "thursday"))
    found = template(only_groups(patients=patients(40), cohorts=cohorts(4), practitioners=staff))
    assert len(found) == 4
    assert {place.weekday for place in found} == {"tuesday", "thursday"}
    assert all(8 <= place.start.hour <= 10 for place in found)


def test_leads_and_rooms_are_never_there_twice() -> None:
    staff = leads("psy-1", "psy-2", hours=hours("08:00", "12:00", "monday"))
    halls = [{"id": f"hall-{at}", "type": "group", "seats": 12} for at in range(2)]
    problem = only_groups(patients=patients(60), cohorts=cohorts(6), practitioners=staff, rooms=halls)
    found = template(problem)
    assert len(found) == 4  # two leads, two times: no more is possible
    for each in ("lead", "room"):
        taken = Counter((getattr(place, each), place.start.hour // 2) for place in found)
        assert max(taken.values()) == 1
    one_hall = template(problem.model_copy(update={"rooms": problem.rooms[:1]}))
    assert len(one_hall) == 2


def test_times_that_overlap_are_not_given_to_one_lead_or_room() -> None:
    # Of three hours, two begin at eight or end at eleven.
    staff = leads("psy-1", "psy-2", hours=hours("08:00", "11:00", "monday"))
    halls = [{"id": f"hall-{at}", "type": "group", "seats": 12} for at in range(2)]
    kept = {"patients": patients(20), "cohorts": cohorts(2)}
    assert len(template(only_groups(**kept, practitioners=staff, rooms=halls))) == 2
    assert len(template(only_groups(**kept, practitioners=staff[:1], rooms=halls))) == 1
    assert len(template(only_groups(**kept, practitioners=staff, rooms=halls[:1]))) == 1


def test_language_is_kept_where_no_interpreter_will_do() -> None:
    staff = [*leads("psy-1"), *leads("psy-2", languages=["en", "es"])]
    alone = patients(8, language="es", interpreter=False)
    others = [{"id": f"q{at}", "group": "pain"} for at in range(8)]
    groups = [*cohorts(1), {**cohorts(1, language="es")[0], "id": "c1"}]
    found = template(only_groups(patients=[*alone, *others], cohorts=groups, practitioners=staff))
    by_cohort = {place.cohort: place for place in found}
    assert by_cohort["c1"].lead == "psy-2"
    assert {one["id"] for one in alone} <= set(by_cohort["c1"].members)
    assert by_cohort["c0"].members == tuple(one["id"] for one in others)


def test_members_a_lead_and_a_time_that_are_given_stay() -> None:
    meets = {"weekday": "wednesday", "start": "13:30", "lead": "psy-2", "room": "hall"}
    groups = [
        {**cohorts(1, members=["p00", "p01"], meets=meets, min_size=8)[0]},
        {**cohorts(1, members=["p02"], lead="psy-2", min_size=1)[0], "id": "c1"},
    ]
    found = template(only_groups(patients=patients(3), cohorts=groups, practitioners=leads("psy-1", "psy-2")))
    running, other = found
    assert (running.weekday, running.start.isoformat(), running.lead) == ("wednesday", "13:30:00", "psy-2")
    assert running.members == ("p00", "p01")
    assert (other.members, other.lead) == (("p02",), "psy-2")


def test_a_member_who_avoids_a_lead_is_not_led_by_that_one() -> None:
    people = [*patients(8), {"id": "shy", "group": "pain", "avoids": ["psy-1"]}]
    staff = leads("psy-1", "psy-2")
    (place,) = template(only_groups(patients=people, cohorts=cohorts(1), practitioners=staff))
    assert place.lead == "psy-2"
    (place,) = template(only_groups(patients=people, cohorts=cohorts(1), practitioners=staff[:1]))
    assert "shy" not in place.members


def test_absences_of_later_weeks_count() -> None:
    # Everybody can come on Monday mornings and Tuesday mornings of the first week; later on Tuesdays only.
    away = [{"start": f"2027-01-{day}T00:00", "end": f"2027-01-{day}T23:00"} for day in (11, 18)]
    people = patients(8, hours=hours("08:00", "12:00", "monday", "tuesday"), away=away)
    (place,) = template(only_groups(weeks=3, patients=people, cohorts=cohorts(1)))
    assert place.weekday == "tuesday"


def test_the_group_day_is_the_day_of_the_other_session() -> None:
    people = patients(8, hours=hours("08:00", "17:00", *EVERY_DAY))
    series = [{"id": f"s{at}", "patient": f"p{at:02d}", "service": "manual"} for at in range(8)]
    for day in ("tuesday", "friday"):
        staff = [
            *leads("psy-1"),
            {"id": "pt-1", "disciplines": ["pt"], "hours": hours("08:00", "17:00", day)},
        ]
        problem = tiny(patients=people, cohorts=cohorts(1), practitioners=staff, series=series)
        (place,) = template(problem)
        assert place.weekday == day


def test_a_booking_of_a_member_is_not_met_by_the_group() -> None:
    people = patients(8, hours=hours("08:00", "12:00", "monday"))
    series = [{"id": "s", "patient": "p03", "service": "manual"}]
    booked = {"series": "s", "number": 1, "start": "2027-01-04T09:00", "lead": "pt-1", "room": "room"}
    staff = [*leads("psy-1"), {"id": "pt-1", "disciplines": ["pt"], "hours": hours()}]
    problem = tiny(patients=people, cohorts=cohorts(1), practitioners=staff, series=series, bookings=[booked])
    (place,) = template(problem)
    assert (place.weekday, place.start.hour) == ("monday", 10)


@pytest.mark.parametrize(
    ("against", "day"),
    [
        ({"same_day": [{"id": "r", "services": ["manual", "group"]}]}, "tuesday"),
        ({"patients": patients(8, most_trips=1)}, "monday"),
    ],
)
def test_a_place_does_not_break_a_rule_beside_what_is_booked(against: dict[str, Any], day: str) -> None:
    series = [{"id": "s", "patient": "p03", "service": "manual"}]
    booked = {"series": "s", "number": 1, "start": "2027-01-04T09:00", "lead": "pt-1", "room": "room"}
    mornings = hours("08:00", "12:00", "monday", "tuesday")
    staff = [*leads("psy-1", hours=mornings), {"id": "pt-1", "disciplines": ["pt"], "hours": hours()}]
    kept = {"patients": patients(8), "cohorts": cohorts(1), "practitioners": staff, "series": series}
    (place,) = template(tiny(**{**kept, **against}, bookings=[booked]))
    assert (place.weekday, "p03" in place.members) == (day, True)


def test_meetings_spread_over_the_day() -> None:
    staff = leads(*(f"psy-{at}" for at in range(4)), hours=hours("08:00", "16:00", "monday"))
    halls = [{"id": f"hall-{at}", "type": "group", "seats": 12} for at in range(4)]
    found = template(only_groups(patients=patients(40), cohorts=cohorts(4), practitioners=staff, rooms=halls))
    times = sorted(place.start for place in found)
    assert all(later.hour - earlier.hour >= 2 for earlier, later in pairwise(times))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_template(seed: int) -> None:
    problem = generate("small-clinic", patients=40, seed=seed)
    assert template(problem, seed=3) == template(problem, seed=3)


def test_a_program_of_a4_loses_nothing_by_its_template() -> None:
    problem = generate("a4", patients=100, seed=1)
    free, given = bound_free(problem), bound_given(problem, template(problem))
    assert free.proven
    assert given.proven
    assert given.value == free.value


def test_a_search_without_time_falls_back_on_the_baseline() -> None:
    problem = generate("a4", patients=60, seed=1)
    assert template(problem, effort=1e-9) == simple_template(grid_of(problem))


SLEEP = {"id": "s", "kind": "sleep", "service": "group", "min_size": 1}
MAKERS = pytest.mark.parametrize("effort", [1.0, 1e-9], ids=["searched", "baseline"])


@MAKERS
def test_a_patient_has_a_place_of_each_kind_at_times_apart(effort: float) -> None:
    staff = leads("psy-1", "psy-2", hours=hours("08:00", "12:00", "monday"))
    halls = [{"id": f"hall-{at}", "type": "group", "seats": 12} for at in range(2)]
    groups = [*cohorts(1), {**SLEEP, "members": ["p00"]}]
    changes = {"patients": patients(9), "cohorts": groups, "practitioners": staff, "rooms": halls}
    pain, sleep = template(only_groups(**changes), effort=effort)
    assert sleep.members == ("p00",)
    apart = abs(pain.start.hour - sleep.start.hour) >= 2
    assert ("p00" in pain.members) is apart
    assert apart or effort < 1  # the baseline does not look ahead


@MAKERS
def test_members_of_two_cohorts_keep_both(effort: float) -> None:
    groups = [cohorts(1, members=["p00"], min_size=1)[0], {**SLEEP, "members": ["p00"]}]
    away = hours("08:00", "12:00", "monday")
    found = template(
        only_groups(patients=[{"id": "p00"}], cohorts=groups, practitioners=leads("psy-1", hours=away)),
        effort=effort,
    )
    assert [place.members for place in found] == [("p00",), ("p00",)]
    assert {place.start.hour for place in found} == {8, 10}


@MAKERS
@pytest.mark.parametrize(
    ("against", "days"),
    [
        ({"same_day": [{"id": "r", "services": ["group", "group"]}]}, 2),
        ({"patients": [{"id": "p00", "most_trips": 1}]}, 1),
    ],
)
def test_groups_of_one_patient_keep_rules_and_trips(
    against: dict[str, Any], days: int, effort: float
) -> None:
    staff = leads("psy-1", hours=hours("08:00", "12:00", "monday", "tuesday"))
    groups = [cohorts(1, members=["p00"], min_size=1)[0], {**SLEEP, "members": ["p00"]}]
    kept = {"patients": [{"id": "p00"}], "cohorts": groups, "practitioners": staff}
    found = template(only_groups(**{**kept, **against}), effort=effort)
    assert len(found) == 2
    assert len({place.weekday for place in found}) == days


@MAKERS
def test_a_listed_member_stays_whatever_he_or_she_misses(effort: float) -> None:
    people = [{"id": "p00", "group": "pain", "hours": hours("08:00", "09:00")}, *patients(3)[1:]]
    groups = cohorts(1, members=["p00"], min_size=2, max_size=2)
    (place,) = template(only_groups(patients=people, cohorts=groups), effort=effort)
    assert (len(place.members), "p00" in place.members) == (2, True)


@MAKERS
def test_a_cohort_that_runs_already_goes_on_with_whoever_is_left(effort: float) -> None:
    meets = {"weekday": "monday", "start": "08:00", "lead": "psy-1", "room": "hall"}
    groups = cohorts(1, members=["p00"], min_size=8, meets=meets)
    problem = only_groups(patients=patients(1), cohorts=groups)
    assert [place.members for place in template(problem, effort=effort)] == [("p00",)]
    assert bound_free(problem).value == 1


def test_nothing_to_decide_gives_no_template() -> None:
    assert template(tiny(cohorts=[], patients=[{"id": "cy"}], series=[])) == ()
