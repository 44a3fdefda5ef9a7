"""Calendars of a plan, held against RFC 5545, read by a reader of its own, and taken back as busy times."""

from __future__ import annotations

import datetime as dt
import io
import re
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from tests.unit.scheduling.checking.handmade import good, plan_of, plan_tree, problem_of, problem_tree
from tests.unit.scheduling.problems import tiny

from allay.base.errors import InvalidValue
from allay.base.phrases import Phrase
from allay.interop.schedule_calendars import patient_calendars, practitioner_calendars, room_calendars
from allay.interop.schedule_words import VisitWords, services_without_words
from allay.scheduling.appointments.appointments import appointments_of
from allay.scheduling.plan.plan import Plan, Score, Session
from allay.scheduling.problem.busy.ics import read_busy_ics
from allay.scheduling.problem.care import Service

ZONE = ZoneInfo("America/New_York")
LONGEST = 75  # octets of a line without its end, RFC 5545 section 3.1
WRITERS = (patient_calendars, practitioner_calendars, room_calendars)
CONDITIONS = re.compile(r"pain|opioid|diagnos|depress|anxi|dolor|addict", re.IGNORECASE)


def plain(data: bytes) -> list[dict[str, str]]:
    """A second reader, by hand: unfolds lines and lists the fields of each entry."""
    found: list[dict[str, str]] = []
    for line in data.decode().replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and not line.startswith("END:"):
            unescaped = re.sub(r"\\([,;\\])", r"\1", value.replace("\\n", "\n"))
            found[-1][name.partition(";")[0]] = unescaped
    return found


def local(text: str) -> dt.datetime:
    """A time in UTC as the clock on the program's wall shows it."""
    moment = dt.datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    return moment.astimezone(ZONE).replace(tzinfo=None)


@pytest.mark.parametrize("write", WRITERS)
def test_lines_are_folded_and_both_readers_agree(write):
    problem, plan = good()
    for name, data in write(problem, plan).items():
        lines = data.split(b"\r\n")
        assert all(len(line) <= LONGEST for line in lines), name
        assert data.count(b"\n") == data.count(b"\r\n")
        entries = plain(data)
        events = list(Calendar.from_ical(data).walk("VEVENT"))
        assert len(entries) == len(events) > 0
        for entry, event in zip(entries, events, strict=True):
            assert entry["UID"] == str(event["UID"])
            assert entry["SUMMARY"] == str(event["SUMMARY"])
            assert local(entry["DTSTART"]) == event.decoded("DTSTART").astimezone(ZONE).replace(tzinfo=None)
            assert entry["DTEND"] > entry["DTSTART"]


def test_a_patient_reads_plain_words_in_his_or_her_language():
    problem, plan = good()
    names = {
        "service.talk": Phrase(en="Talk", es="Hablar"),
        "room.hall": Phrase(en="The hall", es="El salón"),
    }
    found = patient_calendars(problem, plan, names=names)
    cy = plain(found["cy"])
    assert [(one["SUMMARY"], one["LOCATION"]) for one in cy] == [("Cita de grupo", "El salón")] * 2
    assert cy[0]["DESCRIPTION"] == "Con psy-1.\nEs un ejemplo inventado."
    dee = {one["UID"].split("/")[1]: one for one in plain(found["dee"])}
    assert dee["dee-talk"]["SUMMARY"] == "Talk (by video or phone)"
    assert dee["dee-talk"]["LOCATION"] == "By video or phone"
    assert "You do not need to come in." in dee["dee-talk"]["DESCRIPTION"]
    assert dee["dee-manual"]["LOCATION"] == "Room r2"
    (eli, _) = sorted(plain(found["eli"]), key=lambda one: "coached" not in one["UID"])
    assert eli["DESCRIPTION"].startswith("With ex-1 and chi-1.")


def test_a_patient_reads_of_nobody_else_and_of_no_condition():
    problem, plan = good()
    everybody = {one.id for one in problem.patients}
    for patient, data in patient_calendars(problem, plan).items():
        shown = " ".join(
            one[field] for one in plain(data) for field in ("SUMMARY", "LOCATION", "DESCRIPTION")
        )
        assert not CONDITIONS.search(shown)
        words = set(re.findall(r"[\w-]+", data.decode().replace("\r\n ", "")))
        assert not (everybody - {patient}) & words


def test_words_fall_back_to_a_visit_and_to_english():
    odd = Service(id="x9", discipline="x", minutes=30)
    assert VisitWords("vi").service(odd) == "Visit"
    assert VisitWords("es").service(odd) == "Cita"
    hyphen = Service(id="physical-therapy", discipline="pt", minutes=60)
    assert VisitWords("es").service(hyphen) == "Terapia física"
    own = VisitWords("en", {"service.physical-therapy": Phrase(en="PT", es="TF")})
    assert own.service(hyphen) == "PT"
    assert "manual" in services_without_words(good()[0])


def test_a_practitioner_reads_series_patients_and_the_size_of_a_group():
    problem, plan = good()
    found = practitioner_calendars(problem, plan)
    psy = [one["SUMMARY"] for one in plain(found["psy-1"])]
    assert "group: group pain-1, 3 patients" in psy
    assert "talk: ana (telehealth)" in psy
    (absent,) = [one for one in plain(found["psy-2"]) if "pain-1" in one["SUMMARY"]]
    assert absent["SUMMARY"].endswith("2 patients")
    assert "Cannot come: cy." in absent["DESCRIPTION"]
    manual = next(one for one in plain(found["pt-2"]) if "ana" in one["SUMMARY"])
    assert "Series ana-manual, session 2 of 3." in manual["DESCRIPTION"]


def test_a_linked_visit_is_in_both_calendars_and_takes_as_much_time_as_presence_does():
    problem, plan = good()
    found = practitioner_calendars(problem, plan)
    chi = {one["UID"].split("/")[1]: one for one in plain(found["chi-1"])}
    length = {name: (local(one["DTEND"]) - local(one["DTSTART"])).seconds // 60 for name, one in chi.items()}
    assert length == {"eli-coached": 60, "fay-begun": 30, "gus-begun": 30}
    assert {one["TRANSP"] for one in chi.values()} == {"OPAQUE"}
    assert "second to ex-1" in chi["eli-coached"]["SUMMARY"]
    md = {one["UID"].split("/")[1]: one["TRANSP"] for one in plain(found["md-1"])}
    assert md == {"hal-watched": "TRANSPARENT", "ida-watched": "TRANSPARENT", "jo-visit": "OPAQUE"}
    lead = next(one for one in plain(found["ex-1"]) if "eli" in one["SUMMARY"])
    assert "Linked visit, with chi-1" in lead["DESCRIPTION"]


def test_taken_elsewhere_as_busy_times_a_calendar_blocks_just_those_slots():
    problem, plan = good()
    elsewhere = problem.model_copy(update={"id": "elsewhere"})
    visits = appointments_of(problem, plan)
    for who, data in practitioner_calendars(problem, plan).items():
        taken = {one.occupied(who, slot_minutes=30) for one in visits if who in one.practitioners} - {None}
        busy = read_busy_ics(io.BytesIO(data), elsewhere, who=who).busy.get(who, ())
        assert {(one.start, one.end) for one in busy} == taken
        assert taken
        assert not read_busy_ics(io.BytesIO(data), problem, who=who).busy.get(who, ())  # it is our own plan


def test_a_room_hangs_out_no_patients():
    problem, plan = good()
    found = room_calendars(problem, plan)
    assert set(found) == {one.room for one in appointments_of(problem, plan)} - {None}
    shown = b"".join(found.values()).decode().replace("\r\n ", "")
    summaries = re.findall(r"SUMMARY:(.*)\r", shown)
    everybody = {one.id for one in problem.patients}
    assert not everybody & set(re.findall(r"\w+", " ".join(summaries)))
    assert "coached: ex-1 and chi-1" in summaries


def test_local_times_hold_across_a_change_of_clocks():
    monday = dt.date(2027, 3, 8)  # clocks go forward on March 14, back on November 7
    problem = tiny(start=monday.isoformat(), weeks=2)
    sessions = [
        Session(series="ana-manual", number=n, start=dt.datetime(2027, 3, day, 9), lead="pt-1", room="room")
        for n, day in ((1, 12), (2, 15))
    ]
    score = Score(**dict.fromkeys(Score.model_fields, 0))
    plan = Plan(
        allay_version="1",
        problem="tiny",
        problem_digest=problem.digest(),
        method="by-hand",
        sessions=tuple(sessions),
        score=score,
    )
    entries = plain(patient_calendars(problem, plan)["ana"])
    assert [one["DTSTART"] for one in entries] == ["20270312T140000Z", "20270315T130000Z"]


def test_a_zone_there_is_not_is_refused():
    problem = tiny(timezone="Mars/Base")
    score = Score(**dict.fromkeys(Score.model_fields, 0))
    plan = Plan(
        allay_version="1", problem="tiny", problem_digest=problem.digest(), method="by-hand", score=score
    )
    with pytest.raises(InvalidValue, match="time zone"):
        patient_calendars(problem, plan)


def test_a_plan_made_anew_moves_entries_cancels_what_is_gone_and_raises_the_sequence():
    problem, before = good()
    tree = plan_tree()
    moved = next(one for one in tree["sessions"] if one["series"] == "ana-talk")
    moved["start"] = "2027-01-07T10:00:00"
    tree["sessions"] = [one for one in tree["sessions"] if one["series"] != "jo-visit"]
    now = plan_of(tree, problem)
    old = appointments_of(problem, before)
    first = {one["UID"]: one for one in plain(patient_calendars(problem, before)["ana"])}
    again = {one["UID"]: one for one in plain(patient_calendars(problem, now, before=old, revision=2)["ana"])}
    assert first.keys() == again.keys()
    assert {one["SEQUENCE"] for one in first.values()} == {"0"}
    assert {one["SEQUENCE"] for one in again.values()} == {"2"}
    assert [uid for uid in first if first[uid]["DTSTART"] != again[uid]["DTSTART"]] == [
        uid for uid in first if "/ana-talk/" in uid
    ]
    (gone,) = plain(patient_calendars(problem, now, before=old, revision=2)["jo"])
    assert (gone["STATUS"], gone["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert gone["SUMMARY"].startswith("Canceled: ")
    md = plain(practitioner_calendars(problem, now, before=old, revision=2)["md-1"])
    assert [one["STATUS"] for one in md if "/jo-visit/" in one["UID"]] == ["CANCELLED"]
    busy = read_busy_ics(
        io.BytesIO(practitioner_calendars(problem, now, before=old)["md-1"]), problem, who="md-1"
    )
    assert not busy.busy.get("md-1")


def test_another_practitioner_cancels_it_with_the_first():
    problem, before = good()
    tree = plan_tree()
    moved = next(one for one in tree["sessions"] if one["series"] == "ida-manual")
    moved["lead"] = "pt-1"
    found = practitioner_calendars(problem, plan_of(tree, problem), before=appointments_of(problem, before))
    status = {
        who: next(one["STATUS"] for one in plain(found[who]) if "/ida-manual/" in one["UID"])
        for who in ("pt-1", "pt-2")
    }
    assert status == {"pt-1": "CONFIRMED", "pt-2": "CANCELLED"}


def test_what_is_made_up_says_so_and_what_is_not_does_not():
    problem, plan = good()
    assert all("made-up" in one["DESCRIPTION"] for one in plain(patient_calendars(problem, plan)["ana"]))
    real = problem_of({**problem_tree(), "synthetic": False})
    found = patient_calendars(real, plan_of(plan_tree(), real))["ana"]
    assert b"made-up" not in found.replace(b"\r\n ", b"")
