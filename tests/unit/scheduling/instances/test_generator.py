"""Synthetic problems: the same for the same seed, and with the parameters their data file states."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.scheduling.instances import generate
from allay.scheduling.instances.family import FAMILIES, family
from allay.scheduling.problem.checks.checks import check_problem

SEEDS = range(1, 9)
HALF_DAYS = 10


def half_days_missing(patient) -> int:
    """Half-days on which a patient of a program open from 8 to 17 cannot come."""
    if not patient.hours:
        return 0
    there = sum((window.start.hour < 12) + (window.end.hour > 12) for window in patient.hours)
    return HALF_DAYS - there


@pytest.mark.parametrize("name", FAMILIES)
def test_the_same_seed_gives_the_same_bytes(name: str) -> None:
    one, again = (generate(name, patients=60, seed=4, weeks=2).model_dump_json() for _ in range(2))
    assert one == again
    assert one != generate(name, patients=60, seed=5, weeks=2).model_dump_json()


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("weeks", [1, 13])
def test_every_problem_is_synthetic_and_holds_together(name: str, weeks: int) -> None:
    problem = generate(name, patients=family(name).patients, seed=2, weeks=weeks)
    assert problem.synthetic
    assert problem.opening.weeks == weeks
    assert check_problem(problem) == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_a4_has_the_parameters_of_a4(seed: int) -> None:
    problem = generate("a4", patients=300, seed=seed)
    kinds = Counter(one.id.rsplit("-", 1)[0] for one in problem.practitioners)
    assert kinds == {"pt": 5, "psy": 5, "acu": 4, "mas": 4, "nut": 1, "md": 1}
    days = Counter(len({window.weekday for window in one.hours}) for one in problem.practitioners)
    assert days == {5: 14, 3: 6}
    assert Counter(room.type for room in problem.rooms) == {"treatment": 18, "group": 3}
    assert len(problem.patients) == 300
    assert len(problem.cohorts) == 30
    assert {(one.min_size, one.max_size) for one in problem.cohorts} == {(8, 12)}
    assert Counter(one.trip_weight for one in problem.patients) == {1: 210, 3: 90}
    assert Counter(one.payer for one in problem.patients) == {"payer-a": 240, "payer-b": 60}
    assert problem.same_day[0].payers == ("payer-b",)
    assert problem.same_day[0].services == ("group-visit", "psychology")
    assert {half_days_missing(one) for one in problem.patients} == {0, 1, 2, 3}
    minutes = {service.id: service.minutes for service in problem.services}
    assert {minutes.pop("group-visit")} == {120}
    assert set(minutes.values()) == {60}


def test_a4_has_as_many_sessions_as_were_measured() -> None:
    counts = [len(generate("a4", patients=300, seed=seed).series) for seed in range(1, 21)]
    assert all(420 <= count <= 480 for count in counts)
    assert 440 <= sum(counts) / len(counts) <= 460


def test_a_patient_has_one_or_two_sessions_of_different_services_in_one_week() -> None:
    problem = generate("a4", patients=300, seed=1)
    wanted: dict[str, list[str]] = {}
    for series in problem.series:
        wanted.setdefault(series.patient, []).append(series.service)
        assert (series.sessions, series.per_week, series.min_gap_hours) == (1, 1, 0)
        assert series.continuity == "none"
    assert {len(services) for services in wanted.values()} == {1, 2}
    assert all(len(set(services)) == len(services) for services in wanted.values())


def test_over_weeks_a_patient_has_one_or_two_sessions_due_each_week() -> None:
    problem = generate("a4", patients=100, seed=1, weeks=13)
    start = problem.opening.start
    due: Counter[tuple[str, int]] = Counter()
    for series in problem.series:
        first = (series.first - start).days // 7
        for number in range(series.sessions):
            due[series.patient, first + number // series.per_week] += 1
    assert set(due.values()) == {1, 2}
    assert {week for _, week in due} == set(range(13))
    assert len(due) == 100 * 13


def test_over_weeks_series_prefer_continuity_and_manual_ones_keep_their_distance() -> None:
    problem = generate("a4", patients=100, seed=1, weeks=13)
    manual = {"physical-therapy", "acupuncture", "massage"}
    assert {series.continuity for series in problem.series} == {"prefer"}
    for series in problem.series:
        assert series.min_gap_hours == (48 if series.service in manual else 0)
        weeks = -(-series.sessions // series.per_week)
        window = (series.last - series.first + dt.timedelta(days=1)).days // 7
        assert weeks <= window <= weeks + 1
    assert {series.per_week for series in problem.series} == {1, 2}


def test_counts_are_in_proportion_and_at_least_one() -> None:
    half = generate("a4", patients=150, seed=1)
    assert len(half.cohorts) == 15
    assert Counter(room.type for room in half.rooms) == {"treatment": 9, "group": 2}
    few = generate("a4", patients=12, seed=1)
    assert len(few.practitioners) == 6
    assert Counter(room.type for room in few.rooms) == {"treatment": 1, "group": 1}


@pytest.mark.parametrize("patients", [1, 7, 13, 15, 25, 299, 301])
@pytest.mark.parametrize("name", FAMILIES)
def test_every_patient_can_have_a_place_in_a_group(name: str, patients: int) -> None:
    problem = generate(name, patients=patients, seed=1)
    for kind, wanted in Counter(one.group for one in problem.patients).items():
        cohorts = [one for one in problem.cohorts if one.kind == kind]
        assert sum(one.min_size for one in cohorts) <= wanted <= sum(one.max_size for one in cohorts)


def test_scarce_rooms_is_a4_with_fewer_rooms() -> None:
    a4, scarce = generate("a4", patients=300, seed=3), generate("scarce-rooms", patients=300, seed=3)
    assert Counter(room.type for room in scarce.rooms) == {"treatment": 12, "group": 2}
    assert scarce.patients == a4.patients
    assert scarce.series == a4.series
    assert scarce.practitioners == a4.practitioners


def test_rural_patients_travel_far_and_some_have_telehealth() -> None:
    problem = generate("rural", patients=300, seed=1)
    weights = Counter(one.trip_weight for one in problem.patients)
    assert weights[1] == 90
    assert set(weights) == {1, 2, 3, 4, 5}
    assert {one.most_trips for one in problem.patients if one.trip_weight > 1} == {1, 2}
    assert {one.most_trips for one in problem.patients if one.trip_weight == 1} == {None}
    assert {half_days_missing(one) for one in problem.patients} == {2, 3, 4, 5, 6}
    assert sum(one.telehealth for one in problem.patients) == 90
    remote = {one.id for one in problem.patients if one.telehealth}
    either = {series.patient for series in problem.series if series.mode == "either"}
    assert either
    assert either <= remote


def test_the_small_clinic_has_what_it_should() -> None:
    problem = generate("small-clinic", patients=40, seed=1)
    assert len(problem.practitioners) == 6
    assert all(len({window.weekday for window in one.hours}) <= 3 for one in problem.practitioners)
    assert [(room.type, room.seats) for room in problem.rooms] == [("treatment", 1), ("group", 12)]
    exercise = next(service for service in problem.services if service.linked)
    assert exercise.linked.discipline == "chiropractic"
    assert any(service.telehealth and service.room_type is None for service in problem.services)
    spanish = [one for one in problem.patients if one.language == "es"]
    assert len(spanish) == 12
    assert {one.interpreter for one in spanish} == {True, False}
    assert [one.language for one in problem.cohorts if one.kind == "core-es"] == ["es"]


@pytest.mark.parametrize("seed", SEEDS)
def test_somebody_can_give_each_session_of_the_small_clinic(seed: int) -> None:
    problem = generate("small-clinic", patients=40, seed=seed)
    patients = {one.id: one for one in problem.patients}
    services = {one.id: one for one in problem.services}
    for series in problem.series:
        patient, service = patients[series.patient], services[series.service]
        givers = [
            one
            for one in problem.practitioners
            if service.discipline in one.disciplines
            and (patient.interpreter or patient.language in one.languages)
            and (series.mode != "telehealth" or (patient.telehealth and patient.state in one.states))
        ]
        assert givers, series.id
        assert (series.mode == "telehealth") == (service.room_type is None)


@pytest.mark.parametrize("name", FAMILIES)
def test_parameters_are_marked_as_made_up_and_say_where_they_are_from(name: str) -> None:
    parameters = family(name)
    assert (parameters.id, parameters.status) == (name, "synthetic")
    assert parameters.sources["ours"].status == "synthetic"
    assert ("a4" in parameters.sources) == (name != "small-clinic")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"patients": 0}, "patients from 1 to 10000, found 0"),
        ({"seed": -1}, "seed from 0, found -1"),
        ({"weeks": 54}, "weeks from 1 to 53, found 54"),
    ],
)
def test_numbers_out_of_range_are_refused(change: dict[str, int], said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        generate("a4", **{"patients": 20, "seed": 1, **change})


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(NotFound, match="did you mean 'rural'"):
        generate("rurale", patients=20, seed=1)
