"""`validate` and `import-busy`: answers, exit statuses, and nothing half-written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.scheduling.problem.planting import good
from tests.unit.scheduling.problems import json_of, tree

from allay.scheduling.problem.problem import SchedulingProblem

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:1
DTSTART:20270104T170000Z
DTEND:20270104T180000Z
RRULE:FREQ=DAILY
SUMMARY:private
END:VEVENT
END:VCALENDAR
"""


def put_problem(allay: Any, plain: dict[str, Any] | None = None) -> None:
    (allay.folder / "problem.json").write_bytes(json_of(plain or tree()))


def read_back(allay: Any, name: str = "problem.json") -> SchedulingProblem:
    return SchedulingProblem.model_validate_json((allay.folder / name).read_bytes())


def test_validate_says_what_is_in_a_good_problem(allay):
    rule = {"id": "rule", "services": ["talk", "group"], "status": "memory"}
    put_problem(allay, {**tree(), "same_day": [rule]})
    status, out, errors = allay("scheduling", "validate", "problem.json")
    assert (status, errors) == (0, "")
    assert out.startswith("tiny (synthetic) holds together and can be solved; digest ")
    assert "1 week from 2027-01-04, 5 open days" in out
    assert "2 practitioners, 3 services, rooms: 1 group, 1 treatment" in out
    assert "3 patients, 2 of them for a group" in out
    assert "1 cohort, 0 of them running already" in out
    assert "4 series with 5 sessions, 0 of them of linked visits" in out
    assert "same-day rule rule is not verified: memory" in out


def test_validate_writes_numbers_as_json(allay):
    put_problem(allay, good())
    status, out, _ = allay("scheduling", "validate", "problem.json", "--format", "json")
    found = json.loads(out)
    assert status == 0
    assert found["allay_version"]
    assert (found["running_cohorts"], found["bookings"], found["sessions"]) == (1, 1, 5)
    assert found["digest"] == read_back(allay).digest()


def test_validate_answers_no_and_names_each_place(allay):
    put_problem(allay, good(series__2__patient="bne", bookings__0__number=4))
    status, out, errors = allay("scheduling", "validate", "problem.json")
    assert (status, out) == (1, "")
    assert [line.split(": ")[0] for line in errors.splitlines()] == [
        "problem.json:/series/2/patient",
        "problem.json:/bookings/0/number",
    ]


def test_validate_of_no_file_is_bad_usage(allay):
    assert allay("scheduling", "validate", "nothing.json")[0] == 2


def test_a_calendar_is_imported_once_and_a_second_time_changes_nothing(allay):
    put_problem(allay)
    (allay.folder / "c.ics").write_text(ICS)
    words = ("scheduling", "import-busy", "problem.json", "c.ics", "--who", "pt-1", "-o", "problem.json")
    status, out, errors = allay(*words)
    assert (status, out, errors) == (0, "", "c.ics: 7 busy times, 5 of them new\n")
    once = (allay.folder / "problem.json").read_bytes()
    assert [f"{away.start:%a %H:%M}" for away in read_back(allay).practitioners[0].away] == [
        *("Mon 12:00", "Tue 12:00", "Wed 12:00", "Thu 12:00", "Fri 12:00")
    ]
    assert b"private" not in once
    assert allay(*words)[2] == "c.ics: 7 busy times, 0 of them new\n"
    assert (allay.folder / "problem.json").read_bytes() == once


def test_a_table_and_slots_are_told_by_what_is_in_them(allay):
    put_problem(allay)
    (allay.folder / "busy").write_text("who,start,end\npt-1,2027-01-04,2027-01-04\n")
    assert allay("scheduling", "import-busy", "problem.json", "busy", "-o", "a.json")[0] == 0
    slot = {"resourceType": "Slot", "status": "free", "schedule": {"reference": "Schedule/1"}}
    slot |= {"start": "2027-01-04T09:00:00-05:00", "end": "2027-01-04T11:00:00-05:00"}
    (allay.folder / "busy").write_text(json.dumps(slot))
    words = (
        "scheduling",
        "import-busy",
        "problem.json",
        "busy",
        "--who",
        "pt-1",
        "--free-hours",
        "-o",
        "b.json",
    )
    assert allay(*words)[0] == 0
    assert len(read_back(allay, "a.json").practitioners[0].away) == 1
    (hours,) = read_back(allay, "b.json").practitioners[0].hours
    assert f"{hours.weekday} {hours.start:%H}-{hours.end:%H}" == "monday 09-11"


def test_a_calendar_of_nobody_is_bad_usage(allay):
    put_problem(allay)
    (allay.folder / "c.ics").write_text(ICS)
    status, _, errors = allay("scheduling", "import-busy", "problem.json", "c.ics")
    assert (status, "needs --who" in errors) == (2, True)
    status, _, errors = allay("scheduling", "import-busy", "problem.json", "c.ics", "--who", "pt1")
    assert (status, errors) == (
        2,
        "allay: there is no practitioner, room or patient 'pt1'; did you mean 'pt-1'?\n",
    )


def test_times_that_contradict_a_booking_are_refused_and_nothing_is_written(allay):
    put_problem(allay, good())
    before = (allay.folder / "problem.json").read_bytes()
    (allay.folder / "b.csv").write_text("who,start,end,reason\npt-1,2027-01-05,2027-01-05,sick\n")
    status, out, errors = allay("scheduling", "import-busy", "problem.json", "b.csv", "-o", "problem.json")
    assert (status, out) == (2, "")
    assert errors == (
        "problem.json:/bookings/0/lead: lead: expected a time when pt-1 is there, with the times of b.csv, "
        "found 2027-01-05 09:00 to 10:00; pt-1 is away from 2027-01-05 00:00 to 2027-01-06 00:00 (sick)\n"
    )
    assert (allay.folder / "problem.json").read_bytes() == before
    assert sorted(path.name for path in allay.folder.iterdir()) == ["b.csv", "problem.json"]


@pytest.mark.parametrize("words", [("-", "-"), ("problem.json", "nothing.csv"), ("nothing.json", "b.csv")])
def test_what_cannot_be_read_is_bad_usage(allay, words):
    put_problem(allay)
    (allay.folder / "b.csv").write_text("who,start,end\npt-1,2027-01-04,2027-01-04\n")
    status, out, errors = allay("scheduling", "import-busy", *words)
    assert (status, out) == (2, "")
    assert "Traceback" not in errors


def test_schemas_are_printed(allay):
    for name in ("summary", "seats"):
        status, out, _ = allay("scheduling", "schema", name)
        assert (status, "properties" in json.loads(out)) == (0, True)
