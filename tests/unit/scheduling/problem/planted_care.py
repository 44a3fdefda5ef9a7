"""Errors to plant in ids, calendars, services, cohorts and series, and how what is said about them begins."""

from __future__ import annotations

from tests.unit.scheduling.problem.planting import LINKED, PAIR, PEOPLE
from tests.unit.scheduling.problems import hours, tree

IDS = [
    ({"rooms__1__id": "room", "cohorts__0__meets__room": "room"}, "/rooms/1/id: each id once | 'room' again"),
    ({"practitioners__more": tree()["practitioners"][0]}, "/practitioners/2/id: each id once | 'pt-1' again"),
    ({"services__more": tree()["services"][0]}, "/services/3/id: each id once | 'manual' again"),
    ({"patients__2__id": "ana"}, "/patients/2/id: each id once | 'ana' again (first in /patients/0)"),
    ({"cohorts__more": {"id": "pain-1", "kind": "k", "service": "group"}}, "/cohorts/1/id: each id once"),
    ({"series__3__id": "ben-talk"}, "/series/3/id: each id once | 'ben-talk' again (first in /series/2)"),
    (
        {"same_day": [{"id": "r", "services": ["talk", "group"]}] * 2},
        "/same_day/1/id: each id once | 'r' again (first in /same_day/0)",
    ),
    (
        {"patients__0__group": "pian"},
        "/patients/0/group: the kind of a cohort | 'pian' (did you mean 'pain'?)",
    ),
    (
        {"patients__0__prefers": ["pt1"]},
        "/patients/0/prefers/0: a practitioner of the problem | 'pt1' (did you mean",
    ),
    (
        {"patients__0__avoids": ["x"]},
        "/patients/0/avoids/0: a practitioner of the problem | 'x' (there is psy-1, pt-1)",
    ),
    (
        {"services__0__discipline": "p-t"},
        "/services/0/discipline: a discipline that a practitioner has | 'p-t' (did you mean 'pt'?)",
    ),
    (
        {"services__0__room_type": "treatments"},
        "/services/0/room_type: the type of a room | 'treatments' (did you mean 'treatment'?)",
    ),
    (
        {"cohorts__0__service": "gruop"},
        "/cohorts/0/service: a service of the problem | 'gruop' (did you mean 'group'?)",
    ),
    ({"cohorts__0__lead": "psy1"}, "/cohorts/0/lead: a practitioner of the problem | 'psy1' (did you mean"),
    (
        {"cohorts__0__members": ["anna"]},
        "/cohorts/0/members/0: a patient of the problem | 'anna' (did you mean 'ana'?)",
    ),
    (
        {"cohorts__0__meets__lead": "psy"},
        "/cohorts/0/meets/lead: a practitioner of the problem | 'psy' (did you mean",
    ),
    (
        {"cohorts__0__meets__room": "hal"},
        "/cohorts/0/meets/room: a room of the problem | 'hal' (did you mean 'hall'?)",
    ),
    (
        {"series__2__patient": "bne"},
        "/series/2/patient: a patient of the problem | 'bne' (did you mean 'ben'?)",
    ),
    (
        {"series__0__service": "manuel"},
        "/series/0/service: a service of the problem | 'manuel' (did you mean 'manual'?)",
    ),
    (
        {"series__0__practitioner": "pt"},
        "/series/0/practitioner: a practitioner of the problem | 'pt' (did you mean",
    ),
    (
        {"same_day": [{"id": "r", "services": ["talk", "mannual"]}]},
        "/same_day/0/services/1: a service of the problem | 'mannual' (did you mean 'manual'?)",
    ),
    ({"bookings__0__series": "cy"}, "/bookings/0/series: a series of the problem | 'cy' (there is"),
    ({"bookings__0__lead": "pt"}, "/bookings/0/lead: a practitioner of the problem | 'pt' (did you mean"),
    ({"bookings__0__room": "rom"}, "/bookings/0/room: a room of the problem | 'rom' (did you mean 'room'?)"),
    (
        {"bookings__0__second": "pt-2"},
        "/bookings/0/second: a practitioner of the problem | 'pt-2' (did you mean 'pt-1'?)",
    ),
]
CALENDARS = [
    ({"opening__closes": "07:00"}, "/opening/closes: a time after 08:00 | 07:00"),
    (
        {"opening__closes": "16:45"},
        "/opening/closes: a multiple of 30 minutes after 08:00 | 16:45, which is 525 minutes after",
    ),
    (
        {"opening__weekdays": ["monday", "tuesday", "monday"]},
        "/opening/weekdays/2: each weekday once | monday again",
    ),
    (
        {"opening__timezone": "America/NewYork"},
        "/opening/timezone: the name of a time zone, such as America/New_York | 'America/NewYork' (did you",
    ),
    ({"opening__timezone": "America"}, "/opening/timezone: the name of a time zone"),
    ({"opening__start": "9999-12-30"}, "/opening/start: a first day whose weeks a calendar has | 9999-12-30"),
    (
        {"practitioners__0__hours__more": hours("16:30", "18:00", "friday")},
        "/practitioners/0/hours/5: hours that do not overlap others of Friday | 16:30 to 18:00, while "
        "/practitioners/0/hours/4 has 08:00 to 17:00",
    ),
    (
        {"patients__0__hours": hours("09:00", "12:00", "tuesday") + hours("09:00", "12:00", "tuesday")},
        "/patients/0/hours/1: hours that do not overlap others of Tuesday | 09:00 to 12:00, while",
    ),
    (
        {"practitioners__0__hours__more": hours("09:00", "12:00", "saturday")},
        "/practitioners/0/hours/5: hours while the program is open, 08:00 to 17:00 on Monday, Tuesday, Wedn",
    ),
    (
        {"practitioners__0__hours__more": hours("17:00", "19:00", "monday")},
        "/practitioners/0/hours/5: hours while the program is open, 08:00 to 17:00 on",
    ),
    (
        {"patients__2__hours": hours("17:00", "20:00"), "bookings": []},
        "/patients/2/hours: a slot while the program is open, 08:00 to 17:00 on Monday, Tuesday, Wednesday,",
    ),
    (
        {"patients__2__hours": hours("09:10", "09:50"), "bookings": []},
        "/patients/2/hours: a slot while the program is open",
    ),
    (
        {"rooms__0__hours": hours("08:00", "17:00", "sunday"), "bookings": []},
        "/rooms/0/hours: a slot while the program is open",
    ),
]
CARE = [
    (
        {"services__more": {"id": "nothing", "discipline": "pt", "minutes": 30}},
        "/services/3/room_type: a type of room, or telehealth: true | neither",
    ),
    (
        {"services__more": {"id": "long", "discipline": "pt", "minutes": 480, "room_type": "treatment"}}
        | {"opening__closes": "15:00"},
        "/services/3/minutes: at most 420 minutes, as long as the program is open | 480",
    ),
    (
        {"services__more": {**PAIR, "linked": {**LINKED, "max_ratio": 2}}},
        "/services/3/linked/max_ratio: 1, as the second practitioner is there for the whole session (presen",
    ),
    (
        {"services__more": {**PAIR, "linked": {**LINKED, "discipline": "chiro"}}},
        "/services/3/linked/discipline: a discipline that a practitioner has | 'chiro' (there is",
    ),
    (
        {"services__more": {**PAIR, "linked": {**LINKED, "discipline": "pt"}}},
        "/services/3/linked/discipline: a second practitioner beside pt-1 | nobody else with the discipline",
    ),
    (
        {
            "services__more": {
                "id": "far",
                "discipline": "psy",
                "minutes": 60,
                "telehealth": True,
                "linked": LINKED,
            }
        },
        "/services/3/linked: a service with a type of room, as linked visits are on site | telehealth only",
    ),
    (
        {"services__0__telehealth": True, "services__0__room_type": "gym"},
        "/practitioners/0: a room of the type 'gym' | no place where pt-1 could give manual",
    ),
    (
        {"patients__0__prefers": ["pt-1"], "patients__0__avoids": ["pt-1"]},
        "/patients/0/avoids/0: somebody whom the patient does not prefer | 'pt-1', who is preferred too",
    ),
    (
        {"same_day": [{"id": "r", "services": ["talk", "manual"], "effect": "priced"}]},
        "/same_day/0/lost_cents: what a day with both loses, in cents, above 0 | 0",
    ),
]
COHORTS = [
    ({"cohorts__0__min_size": 4}, "/cohorts/0/min_size: at most max_size, which is 3 | 4"),
    (
        {"cohorts__0__first": "2027-01-08", "cohorts__0__last": "2027-01-07"},
        "/cohorts/0/last: a day not before 2027-01-08 | 2027-01-07",
    ),
    (
        {"cohorts__0__max_size": 12, "cohorts__0__members": [each["id"] for each in PEOPLE[:13]]},
        "/cohorts/0/members/12: at most 12 members (max_size 12) | 13 members, 'p13' being number 13",
    ),
    (
        {"cohorts__0__max_size": 12, "cohorts__0__expected_no_show": 0.2}
        | {"cohorts__0__members": [each["id"] for each in PEOPLE[:14]]},
        "/cohorts/0/members/13: at most 13 members (max_size 12; with expected_no_show 0.2, more come with ",
    ),
    ({"cohorts__0__members": ["ana", "ben", "ana"]}, "/cohorts/0/members/2: each patient once | 'ana' again"),
    (
        {"cohorts__more": {"id": "pain-2", "kind": "pain", "service": "group", "members": ["ana"]}},
        "/cohorts/1/members/0: each patient in one cohort of the kind 'pain' | 'ana', who is in pain-1 alre",
    ),
    (
        {"patients__0__language": "es", "patients__0__interpreter": False},
        "/cohorts/0/members/0: a patient who speaks 'en', or whom an interpreter will do | 'ana', who speak",
    ),
    (
        {"services__2__room_type": None, "services__2__telehealth": True},
        "/cohorts/0/service: a service with a type of room | 'group', which has none",
    ),
    (
        {"services__2__linked": {"discipline": "pt", "billable": "lead"}},
        "/cohorts/0/service: a service without a linked visit, as a meeting has one lead | 'group', which i",
    ),
    (
        {"cohorts__0__lead": "pt-1", "cohorts__0__meets": None},
        "/cohorts/0/lead: a practitioner with the discipline 'psy' | 'pt-1', who has pt",
    ),
    (
        {"cohorts__0__language": "es", "cohorts__0__lead": "psy-1", "cohorts__0__meets": None},
        "/cohorts/0/lead: a practitioner who speaks 'es', the language of pain-1 | 'psy-1', who speaks en",
    ),
    (
        {"cohorts__0__meets__lead": "pt-1"},
        "/cohorts/0/meets/lead: a practitioner with the discipline 'psy' | 'pt-1', who has pt",
    ),
    (
        {"practitioners__more": {"id": "psy-2", "disciplines": ["psy"]}, "cohorts__0__lead": "psy-2"},
        "/cohorts/0/meets/lead: 'psy-2', who leads pain-1 | 'psy-1'",
    ),
    (
        {"cohorts__0__meets__room": "room"},
        "/cohorts/0/meets/room: a room of the type 'group' | 'room', which is of the type 'treatment'",
    ),
    (
        {"rooms__1__seats": 2},
        "/cohorts/0/meets/room: a room with at least 3 seats, the max_size of pain-1 | 'hall' with 2",
    ),
    (
        {"cohorts__0__meets__weekday": "sunday"},
        "/cohorts/0/meets/weekday: a day on which the program is open | sunday",
    ),
    (
        {"cohorts__0__meets__start": "15:30"},
        "/cohorts/0/meets/start: a start every 30 minutes from 08:00 to 15:00 | 15:30",
    ),
    (
        {"cohorts__0__meets__weekday": "thursday"},
        "/cohorts/0/meets/lead: hours that hold the meeting of pain-1, Thursday 09:00 to 11:00 | 'psy-1', w",
    ),
    (
        {"rooms__1__hours": hours("12:00", "17:00")},
        "/cohorts/0/meets/room: hours that hold the meeting of pain-1, Tuesday 09:00 to 11:00 | 'hall', who",
    ),
    (
        {"patients__0__hours": hours("10:00", "17:00")},
        "/cohorts/0/members/0: hours that hold the meeting of pain-1, Tuesday 09:00 to 11:00 | 'ana', whose",
    ),
]
SERIES = [
    (
        {"series__0__mode": "telehealth"},
        "/series/0/mode: onsite, as manual is not given by telehealth | telehealth",
    ),
    (
        {"services__1__room_type": None},
        "/series/2/mode: telehealth or either, as talk has no type of room | onsite",
    ),
    (
        {"services__1__linked": {"discipline": "pt", "billable": "lead"}, "series__1__mode": "telehealth"},
        "/series/1/mode: onsite, as talk is a linked visit | telehealth",
    ),
    (
        {"series__0__practitioner": "psy-1"},
        "/series/0/practitioner: a practitioner with the discipline 'pt' | 'psy-1', who has psy",
    ),
    (
        {"series__0__practitioner": "pt-1", "patients__0__avoids": ["pt-1"]},
        "/series/0/practitioner: somebody whom ana does not avoid | 'pt-1'",
    ),
    (
        {"series__0__first": "2027-01-08", "series__0__last": "2027-01-07"},
        "/series/0/last: a day not before 2027-01-08 | 2027-01-07",
    ),
    (
        {"series__0__first": "2027-02-01"},
        "/series/0/first: a day of the weeks to plan, 2027-01-04 to 2027-01-10 | 2027-02-01",
    ),
    (
        {"series__0__last": "2026-12-01"},
        "/series/0/last: a day of the weeks to plan, 2027-01-04 to 2027-01-10 | 2026-12-01",
    ),
    (
        {"series__1__sessions": 2},
        "/series/1/sessions: at most 1 sessions, as many as fit from 2027-01-04 to 2027-01-10 | 2, at most",
    ),
    (
        {"series__0__sessions": 4, "series__0__per_week": 4, "series__0__min_gap_hours": 48},
        "/series/0/sessions: at most 3 sessions, as many as fit from 2027-01-04 to 2027-01-10 | 4, at most ",
    ),
    (
        {"series__0__last": "2027-01-05", "series__0__min_gap_hours": 48},
        "/series/0/sessions: at most 1 sessions, as many as fit from 2027-01-04 to 2027-01-05 | 2, at most ",
    ),
]

PLANTED = [*IDS, *CALENDARS, *CARE, *COHORTS, *SERIES]
