"""FHIR Slots and Schedules as busy and free times, and what is refused with its pointer."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from tests.unit.scheduling.problems import tiny

from allay.base.errors import InvalidInput, NotFound
from allay.interop.fhir_slots import read_fhir_slots
from allay.scheduling.problem.busy.busy import BusyTimes


def slot(hour: int, status: str = "busy", *, schedule: str = "Schedule/1", **changes: Any) -> dict[str, Any]:
    """An hour of Monday in New York."""
    return {
        "resourceType": "Slot",
        "schedule": {"reference": schedule},
        "status": status,
        "start": f"2027-01-04T{hour:02d}:00:00-05:00",
        "end": f"2027-01-04T{hour + 1:02d}:00:00-05:00",
        "serviceType": [{"text": "passed over"}],
        **changes,
    }


def schedule(*actors: str, name: str = "1") -> dict[str, Any]:
    return {"resourceType": "Schedule", "id": name, "actor": [{"reference": actor} for actor in actors]}


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}


def read(resource: dict[str, Any], who: str | None = None) -> BusyTimes:
    return read_fhir_slots(io.BytesIO(json.dumps(resource).encode()), tiny(), who=who, name="s.json")


def hours(times: BusyTimes, who: str) -> list[str]:
    return [f"{each.start:%H}-{each.end:%H}" for each in times.busy.get(who, ())]


def test_each_status():
    states = ["busy", "busy-unavailable", "busy-tentative", "free", "entered-in-error"]
    found = read(bundle(schedule("Practitioner/pt-1"), *(slot(9 + n, each) for n, each in enumerate(states))))
    assert hours(found, "pt-1") == ["09-10", "10-11", "11-12"]
    assert [start.hour for start, _ in found.free["pt-1"]] == [12]


def test_a_slot_of_several_actors_is_of_each_that_the_problem_has():
    found = read(bundle(slot(9), schedule("Practitioner/psy-1", "Location/hall", "HealthcareService/x")))
    assert {*found.busy} == {"psy-1", "hall"}


def test_an_actor_may_be_known_by_its_identifier():
    actor = {"reference": "Practitioner/8f2", "identifier": {"value": "pt-1"}}
    found = read(bundle(slot(9), {"resourceType": "Schedule", "id": "1", "actor": [actor]}))
    assert hours(found, "pt-1") == ["09-10"]


def test_a_schedule_may_be_named_by_its_address():
    named = {"fullUrl": "urn:uuid:7", "resource": {**schedule("Patient/ana"), "id": ""}}
    resources = bundle(slot(9, schedule="urn:uuid:7"))
    resources["entry"].append(named)
    assert hours(read(resources), "ana") == ["09-10"]


def test_instants_are_moved_to_the_zone_of_the_problem():
    found = read(
        bundle(
            schedule("Location/room"), slot(9, start="2027-01-04T14:00:00.250Z", end="2027-01-04T15:00:00Z")
        )
    )
    assert [each.start.isoformat() for each in found.busy["room"]] == ["2027-01-04T09:00:00"]


def test_one_who_is_named_outside_has_all_slots_of_one_schedule():
    assert hours(read(slot(9), who="pt-1"), "pt-1") == ["09-10"]
    assert hours(read(bundle(slot(9), slot(10), schedule("Practitioner/x")), who="pt-1"), "pt-1") == [
        "09-10",
        "10-11",
    ]
    with pytest.raises(
        InvalidInput, match="slots of one schedule, 'Schedule/1', as they are all said to be of one"
    ):
        read(bundle(slot(9), slot(10, schedule="Schedule/2")), who="pt-1")
    with pytest.raises(NotFound, match="did you mean 'pt-1'"):
        read(slot(9), who="pt1")


def test_the_same_slot_twice_counts_once():
    assert hours(read(bundle(slot(9), slot(9), schedule("Practitioner/pt-1"))), "pt-1") == ["09-10"]


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (
            bundle(schedule("Practitioner/pt-1"), slot(9, end="2027-01-04T08:00:00-05:00")),
            "s.json:/entry/1/resource/end: end: expected an instant after 2027-01-04T09:00:00-05:00, found",
        ),
        (
            bundle(schedule("Practitioner/pt-1"), slot(9, start="2027-01-04T09:00:00")),
            "s.json:/entry/1/resource/start: start: expected an instant as YYYY-MM-DDTHH:MM:SS with its of",
        ),
        (
            bundle(schedule("Practitioner/pt-1"), slot(9, start="2027-02-30T09:00:00Z")),
            "s.json:/entry/1/resource/start: start: expected an instant",
        ),
        (
            bundle(schedule("Practitioner/pt-1"), slot(9, end="9999-12-31T23:59:59Z")),
            "s.json:/entry/1/resource/end: end: expected an instant",
        ),
        (
            bundle(schedule("Practitioner/pt1"), slot(9)),
            "s.json:/entry/0/resource/actor: actor: expected an actor with an id of the problem, found "
            "there is no practitioner, room or patient 'pt1'; did you mean 'pt-1'?",
        ),
        (
            bundle(slot(9), slot(10)),
            "s.json:/entry/0/resource/schedule/reference: reference: expected a Schedule in the file, foun",
        ),
        (bundle(schedule("Practitioner/pt-1"), slot(9, "taken")), "s.json:/entry/1/resource/status: status"),
        (bundle(schedule(), slot(9)), "s.json:/entry/0/resource/actor: actor: expected"),
        (bundle(schedule("Practitioner/pt-1")), "s.json:/: resourceType: expected a Bundle with Slots, or"),
        ({"resourceType": "Patient"}, "s.json:/: resourceType: expected a Bundle with Slots"),
        ({"resourceType": ["Slot"]}, "s.json:/"),
        ({"entry": 1}, "s.json:/: resourceType: expected a Bundle with Slots"),
        ({"resourceType": "Bundle", "entry": 1}, "s.json:/entry: entry: expected a list"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_its_pointer(resource, expected):
    with pytest.raises(InvalidInput) as refused:
        read(resource)
    assert len(refused.value.problems) == 1
    assert str(refused.value).startswith(expected)


def test_every_problem_is_named():
    wrong = slot(9, end="2027-01-04T08:00:00-05:00")
    with pytest.raises(InvalidInput) as refused:
        read(bundle(wrong, schedule("Practitioner/pt-1"), wrong))
    assert [each.at for each in refused.value.problems] == ["/entry/0/resource/end", "/entry/2/resource/end"]
