"""Violations to plant: time, place and lead of sessions, and series."""

from __future__ import annotations

from tests.unit.scheduling.checking.draft import Planted
from tests.unit.scheduling.checking.handmade import DAYS, away, hours, session

PLACES: list[Planted] = [
    (
        "grid.horizon series.window",
        "jo-visit",
        lambda d: d.session("jo-visit").update(start="2027-01-25T09:30:00"),
    ),
    (
        "grid.closed",
        "2027-01-09",
        lambda d: (
            d.practitioner("md-1").update(hours=hours((*DAYS, "saturday"))),
            d.session("jo-visit").update(start="2027-01-09T09:30:00"),
        ),
    ),
    (
        "grid.closed",
        "17:00",
        lambda d: (
            d.practitioner("md-1").update(hours=hours(end="19:00")),
            d.session("jo-visit").update(start="2027-01-08T17:00:00"),
        ),
    ),
    (
        "grid.closed",
        "pain-1, tuesday 16:00",
        lambda d: (
            d.place("pain-1").update(start="16:00"),
            d.practitioner("psy-1").update(hours=hours(end="18:00")),
            d.practitioner("psy-2").update(hours=hours(end="18:00")),
            [one.update(start=one["start"].replace("T10", "T16")) for one in d.plan["meetings"][:3]],
        ),
    ),
    ("grid.start", "10:15", lambda d: d.session("jo-visit").update(start="2027-01-08T10:15:00")),
    (
        "practitioner.off_calendar",
        "ida-manual",
        lambda d: d.session("ida-manual").update(start="2027-01-12T09:00:00"),
    ),
    (
        "practitioner.off_calendar",
        "ana-talk",
        lambda d: d.practitioner("psy-1")["away"].extend(away("2027-01-06")),
    ),
    (
        "practitioner.off_calendar",
        "cohort sleep-1",
        lambda d: d.practitioner("psy-2").update(away=away("2027-01-07")),
    ),
    (
        "patient.off_calendar",
        "hal-watched",
        lambda d: d.session("hal-watched").update(start="2027-01-06T09:00:00"),
    ),
    (
        "patient.off_calendar",
        "dee-talk, number 2",
        lambda d: d.patient("dee").update(away=away("2027-01-06")),
    ),
    ("room.off_calendar", "jo-visit", lambda d: d.session("jo-visit").update(room="r4")),
    (
        "room.off_calendar",
        "pain-1, 2027-01-19",
        lambda d: d.of("rooms", "hall")["away"].extend(away("2027-01-19")),
    ),
    (
        "practitioner.twice",
        "ben-manual, number 1",
        lambda d: d.session("ben-manual").update(start="2027-01-05T13:30:00", room="r2"),
    ),
    (
        "practitioner.twice",
        "cohort sleep-1",
        lambda d: (
            d.series("jo-visit").update(service="talk"),
            d.session("jo-visit").update(start="2027-01-07T08:30:00", lead="psy-2"),
        ),
    ),
    ("patient.twice", "ana-manual", lambda d: d.session("ana-manual").update(start="2027-01-05T11:00:00")),
    (
        "patient.twice",
        "ida",
        lambda d: (
            d.drop("hal-watched"),
            d.plan["unserved_sessions"].append({"series": "hal-watched", "number": 1}),
            d.series("jo-visit").update(patient="ida"),
        ),
    ),
    ("room.twice", "ida-watched", lambda d: d.session("ida-watched").update(room="r1")),
    (
        "room.twice",
        "cohort sleep-1",
        lambda d: (
            d.service("visit").update(room_type="group"),
            d.session("jo-visit").update(start="2027-01-07T08:45:00", room="hall"),
            d.problem["opening"].update(slot_minutes=15),
        ),
    ),
    ("room.missing", "jo-visit", lambda d: d.session("jo-visit").update(room=None)),
    ("room.type", "jo-visit", lambda d: d.session("jo-visit").update(room="hall")),
    ("room.type", "pain-1, 2027-01-12", lambda d: d.of("rooms", "hall-2").update(type="yoga")),
    ("room.seats", "pain-1, 2027-01-12", lambda d: d.meeting("12").update(room="nook")),
    (
        "room.seats",
        "template",
        lambda d: (
            d.place("pain-1").update(room="nook"),
            [one.update(room="nook") for one in d.plan["meetings"][:3]],
        ),
    ),
]

SERIES: list[Planted] = [
    ("lead.discipline", "jo-visit", lambda d: d.session("jo-visit").update(lead="pt-1")),
    (
        "lead.discipline",
        "template",
        lambda d: (
            d.place("sleep-1").update(lead="pt-1"),
            d.meeting("07").update(lead="pt-1"),
            d.cohort("sleep-1").update(meets=None),
        ),
    ),
    ("lead.avoided", "dee-talk", lambda d: d.patient("dee")["avoids"].append("psy-2")),
    ("lead.language", "jo-visit", lambda d: d.patient("jo").update(language="fr", interpreter=False)),
    (
        "lead.language",
        "pain-1, 2027-01-12",
        lambda d: (d.patient("cy").update(away=[]), d.meeting("12").update(absent=[])),
    ),
    (
        "series.number",
        "number 2",
        lambda d: d.plan["sessions"].append(session("jo-visit", 2, "11T09:30", "md-1", "r3")),
    ),
    ("series.missing", "hal-manual", lambda d: d.plan.update(unserved_sessions=[])),
    ("series.missing", "jo-visit", lambda d: d.drop("jo-visit")),
    (
        "series.twice",
        "jo-visit",
        lambda d: d.plan["sessions"].append(session("jo-visit", 1, "11T09:30", "md-1", "r3")),
    ),
    ("series.window", "ida-manual", lambda d: d.session("ida-manual").update(start="2027-01-18T09:00:00")),
    (
        "series.window series.too_early",
        "ida-manual",
        lambda d: d.session("ida-manual").update(start="2027-01-04T09:00:00"),
    ),
    (
        "series.too_early",
        "in week 1, but due in week 2",
        lambda d: d.session("ana-manual", 2).update(start="2027-01-08T11:00:00"),
    ),
    (
        "series.order",
        "ben-manual",
        lambda d: (
            d.session("ben-manual", 2).update(number=9),
            d.session("ben-manual", 1).update(number=2),
            d.session("ben-manual", 9).update(number=1),
        ),
    ),
    (
        "series.gap",
        "dee-talk, number 2",
        lambda d: d.session("dee-talk", 2).update(start="2027-01-05T08:30:00"),
    ),
    ("series.practitioner", "dee-manual", lambda d: d.series("dee-manual").update(practitioner="pt-2")),
    (
        "series.continuity",
        "dee-talk, number 2",
        lambda d: (
            d.practitioner("psy-1").update(states=["VT", "NH"]),
            d.session("dee-talk", 2).update(start="2027-01-06T10:00:00", lead="psy-1"),
        ),
    ),
    ("series.mode", "ana-talk", lambda d: d.series("ana-talk").update(mode="onsite")),
    ("series.mode", "dee-talk, number 1", lambda d: d.session("dee-talk").update(mode="onsite", room="r3")),
    ("telehealth.service", "ana-talk", lambda d: d.service("talk").update(telehealth=False)),
    ("telehealth.patient", "ana-talk", lambda d: d.patient("ana").update(telehealth=False)),
    ("telehealth.practitioner", "ana-talk", lambda d: d.practitioner("psy-1").update(telehealth=False)),
    ("telehealth.state", "licensed in VT", lambda d: d.patient("ana").update(state="NY")),
    ("telehealth.room", "ana-talk", lambda d: d.session("ana-talk").update(room="r3")),
    (
        "booking.missing",
        "dee-manual",
        lambda d: (
            d.drop("dee-manual"),
            d.plan["unserved_sessions"].append({"series": "dee-manual", "number": 1}),
        ),
    ),
    ("booking.moved", "dee-manual", lambda d: d.session("dee-manual").update(room="r3")),
    ("booking.moved", "dee-manual", lambda d: d.session("dee-manual").update(start="2027-01-07T10:00:00")),
    (
        "unserved.served",
        "jo-visit",
        lambda d: d.plan["unserved_sessions"].append({"series": "jo-visit", "number": 1}),
    ),
    (
        "unserved.twice",
        "hal-manual",
        lambda d: d.plan["unserved_sessions"].append({"series": "hal-manual", "number": 1}),
    ),
]
