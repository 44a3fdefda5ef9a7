"""Errors to plant in bookings and in what is fixed at one time, and how what is said about them begins."""

from __future__ import annotations

from tests.unit.scheduling.problem.planting import LINKED, MEETS, booked
from tests.unit.scheduling.problems import hours

BOOKINGS = [
    ({"bookings__0__number": 2}, "/bookings/0/number: a number from 1 to 1, the sessions of cy-manual | 2"),
    (
        {"bookings__more": booked(start="2027-01-06T09:00")},
        "/bookings/1/number: each session booked once | number 1 of cy-manual again (first in /bookings/0)",
    ),
    (
        {"bookings__0__start": "2027-01-12T09:00"},
        "/bookings/0/start: a day of the weeks to plan, 2027-01-04 to 2027-01-10 | 2027-01-12 09:00",
    ),
    (
        {"bookings__0__start": "2027-01-09T09:00"},
        "/bookings/0/start: a day on which the program is open | 2027-01-09 09:00, a Saturday",
    ),
    (
        {"bookings__0__start": "2027-01-05T09:15"},
        "/bookings/0/start: a start every 30 minutes from 08:00 to 16:00 | 2027-01-05 09:15",
    ),
    (
        {"bookings__0__start": "2027-01-05T16:30"},
        "/bookings/0/start: a start every 30 minutes from 08:00 to 16:00 | 2027-01-05 16:30",
    ),
    (
        {"series__3__first": "2027-01-06"},
        "/bookings/0/start: a day in the window of cy-manual, 2027-01-06 to 2027-01-10 | 2027-01-05 09:00",
    ),
    (
        {"opening__weeks": 2, "series__3__sessions": 2, "bookings__0__number": 2},
        "/bookings/0/start: a day from 2027-01-11 on, when number 2 of cy-manual is due | 2027-01-05 09:00",
    ),
    (
        {"practitioners__0__hours": hours("13:00", "17:00")},
        "/bookings/0/lead: a time when pt-1 is there | 2027-01-05 09:00 to 10:00; pt-1 is there on Tuesday ",
    ),
    (
        {"practitioners__0__hours": hours("08:00", "17:00", "monday")},
        "/bookings/0/lead: a time when pt-1 is there | 2027-01-05 09:00 to 10:00; pt-1 is not there on Tues",
    ),
    (
        {"practitioners__0__hours": []},
        "/bookings/0/lead: a time when pt-1 is there | 2027-01-05 09:00 to 10:00; pt-1 has no",
    ),
    (
        {
            "practitioners__0__away": [
                {"start": "2027-01-05T09:30", "end": "2027-01-06T00:00", "reason": "sick"}
            ]
        },
        "/bookings/0/lead: a time when pt-1 is there | 2027-01-05 09:00 to 10:00; pt-1 is away from 2027-01",
    ),
    (
        {"rooms__0__away": [{"start": "2027-01-05T09:30", "end": "2027-01-05T12:00"}]},
        "/bookings/0/room: a time when room is there | 2027-01-05 09:00 to 10:00; room is away from 2027-01",
    ),
    (
        {"patients__2__hours": hours("08:00", "09:30", "tuesday")},
        "/bookings/0/start: a time when cy is there | 2027-01-05 09:00 to 10:00; cy is there on Tuesday 202",
    ),
    (
        {"bookings__0__lead": "psy-1", "cohorts__0__meets": None},
        "/bookings/0/lead: a practitioner with the discipline 'pt' | 'psy-1', who has psy",
    ),
    (
        {"practitioners__more": {"id": "pt-2", "disciplines": ["pt"]}, "series__3__practitioner": "pt-2"},
        "/bookings/0/lead: 'pt-2', to whom cy-manual is fixed | 'pt-1'",
    ),
    ({"patients__2__avoids": ["pt-1"]}, "/bookings/0/lead: somebody whom cy does not avoid | 'pt-1'"),
    (
        {"patients__2__language": "es", "patients__2__interpreter": False},
        "/bookings/0/lead: somebody who speaks 'es', as an interpreter will not do for cy | 'pt-1', who spe",
    ),
    (
        {"series__3__mode": "either", "bookings__0__mode": "telehealth", "bookings__0__room": None},
        "/bookings/0/mode: onsite, as manual is not given by telehealth | telehealth",
    ),
    (
        {
            "bookings": [
                booked(
                    series="ben-talk", lead="psy-1", room=None, mode="telehealth", start="2027-01-04T09:00"
                )
            ]
        },
        "/bookings/0/mode: onsite, the mode of ben-talk | telehealth",
    ),
    (
        {
            "bookings": [
                booked(
                    series="ben-talk", lead="psy-1", room=None, mode="telehealth", start="2027-01-04T09:00"
                )
            ]
        }
        | {"series__2__mode": "either"},
        "/bookings/0/mode: onsite, as ben will not have telehealth | telehealth",
    ),
    (
        {
            "bookings": [
                booked(
                    series="ana-talk", lead="psy-1", room=None, mode="telehealth", start="2027-01-04T09:00"
                )
            ]
        }
        | {"practitioners__1__telehealth": False},
        "/bookings/0/mode: onsite, as psy-1 gives no telehealth | telehealth",
    ),
    (
        {
            "bookings": [
                booked(
                    series="ana-talk", lead="psy-1", room=None, mode="telehealth", start="2027-01-04T09:00"
                )
            ]
        }
        | {"practitioners__1__states": ["NH"]},
        "/bookings/0/mode: onsite, as psy-1 is not licensed in VT | telehealth",
    ),
    (
        {"bookings": [booked(series="ana-talk", lead="psy-1", mode="telehealth", start="2027-01-04T09:00")]},
        "/bookings/0/room: no room, as the session is by telehealth | 'room'",
    ),
    ({"bookings__0__room": None}, "/bookings/0/room: a room of the type 'treatment' | none"),
    (
        {"bookings__0__room": "hall", "bookings__0__start": "2027-01-04T09:00"},
        "/bookings/0/room: a room of the type 'treatment' | 'hall', which is of the type 'group'",
    ),
    (
        {"bookings__0__second": "psy-1", "bookings__0__start": "2027-01-04T09:00"},
        "/bookings/0/second: nobody, as manual is no linked visit | 'psy-1'",
    ),
    (
        {"services__0__linked": LINKED},
        "/bookings/0/second: a practitioner with the discipline 'psy', as manual is a linked visit | nobody",
    ),
    (
        {"services__0__linked": LINKED, "bookings__0__second": "pt-1"},
        "/bookings/0/second: somebody else than the lead | 'pt-1'",
    ),
    (
        {"services__0__linked": LINKED, "bookings__0__second": "psy-1", "patients__2__avoids": ["psy-1"]},
        "/bookings/0/second: somebody whom cy does not avoid | 'psy-1'",
    ),
    (
        {"services__0__linked": LINKED, "bookings__0__second": "pt-2"}
        | {"practitioners__more": {"id": "pt-2", "disciplines": ["pt"], "hours": hours()}},
        "/bookings/0/second: a practitioner with the discipline 'psy' | 'pt-2', who has pt",
    ),
    (
        {
            "bookings": [
                booked(series="ana-manual", start="2027-01-07T09:00"),
                booked(series="ana-manual", number=2, start="2027-01-06T09:00"),
            ]
        },
        "/bookings/1/start: a start after that of number 1 of ana-manual, 2027-01-07 09:00 | 2027-01-06 09:",
    ),
    (
        {
            "bookings": [
                booked(series="ana-manual", start="2027-01-06T09:00"),
                booked(series="ana-manual", number=2, start="2027-01-07T09:00"),
            ],
            "series__0__min_gap_hours": 48,
        },
        "/bookings/1/start: a start 48 hours after number 1 of ana-manual, 2027-01-06 09:00 | 2027-01-07 09",
    ),
    (
        {
            "bookings": [
                booked(series="ana-manual", start="2027-01-06T09:00"),
                booked(series="ana-manual", number=2, start="2027-01-07T09:00", lead="pt-2"),
            ],
            "series__0__continuity": "require",
            "practitioners__more": {"id": "pt-2", "disciplines": ["pt"], "hours": hours()},
        },
        "/bookings/1/lead: 'pt-1', as ana-manual requires one practitioner | 'pt-2'",
    ),
]
TALK = {"series": "ben-talk", "number": 1, "start": "2027-01-05T09:30", "lead": "psy-1", "room": "room"}
CLASHES = [
    (
        {
            "bookings__more": booked(series="ana-manual", start="2027-01-06T09:30", room="room-2"),
            "bookings__0__start": "2027-01-06T09:00",
            "rooms__more": {"id": "room-2", "type": "treatment"},
        },
        "/bookings/1/lead: a time when pt-1 has nothing else | 2027-01-06 09:30 to 10:30, while /bookings/0",
    ),
    (
        {"bookings__more": dict(TALK), "cohorts__0__meets": None},
        "/bookings/1/room: a time when room has nothing else | 2027-01-05 09:30 to 10:30, while /bookings/0",
    ),
    (
        {
            "bookings__more": booked(series="cy-2", lead="pt-2", room="room-2"),
            "series__more": {"id": "cy-2", "patient": "cy", "service": "manual"},
            "rooms__more": {"id": "room-2", "type": "treatment"},
            "practitioners__more": {"id": "pt-2", "disciplines": ["pt"], "hours": hours()},
        },
        "/bookings/1/start: a time when cy has nothing else | 2027-01-05 09:00 to 10:00, while /bookings/0",
    ),
    (
        {"bookings": [dict(TALK)]},
        "/bookings/0/lead: a time when psy-1 has nothing else | 2027-01-05 09:30 to 10:30, while /cohorts/0",
    ),
    (
        {"bookings": [booked(series="ana-manual")]},
        "/bookings/0/start: a time when ana has nothing else | 2027-01-05 09:00 to 10:00, while /cohorts/0",
    ),
    (
        {"opening__weeks": 3}
        | {
            "cohorts__more": {
                "id": "nutrition",
                "kind": "n",
                "service": "group",
                "min_size": 1,
                "max_size": 3,
                "meets": {**MEETS, "start": "10:00", "room": "hall-2"},
            },
            "rooms__more": {"id": "hall-2", "type": "group", "seats": 9},
        },
        "/cohorts/1/meets/lead: a time when psy-1 has nothing else | 2027-01-05 10:00 to 12:00, while /coho",
    ),
    (
        {
            "same_day": [{"id": "rule", "payers": ["medicaid"], "services": ["group", "manual"]}],
            "bookings": [booked(series="ana-manual", start="2027-01-05T14:00")],
        },
        "/bookings/0/start: manual and group on different days (rule) | 2027-01-05, when /cohorts/0 has pai",
    ),
    (
        {
            "same_day": [{"id": "rule", "services": ["manual", "manual"]}],
            "bookings": [
                booked(series="ana-manual", start="2027-01-06T09:00"),
                booked(series="ana-manual", number=2, start="2027-01-06T11:00"),
            ],
        },
        "/bookings/1/start: manual and manual on different days (rule) | 2027-01-06, when /bookings/0 has n",
    ),
    (
        {"patients__0__most_trips": 1, "bookings": [booked(series="ana-manual", start="2027-01-06T09:00")]},
        "/bookings/0/start: at most 1 days on site in a week for ana | 2027-01-06, the day number 2 of its",
    ),
    (
        {
            "services__0__linked": {**LINKED, "presence": "general"},
            "cohorts__0__meets": None,
            "practitioners__more": {"id": "pt-2", "disciplines": ["pt"], "hours": hours()},
            "rooms__more": {"id": "room-2", "type": "treatment"},
            "bookings": [
                booked(second="psy-1"),
                booked(
                    series="ana-manual", start="2027-01-05T09:30", lead="pt-2", room="room-2", second="psy-1"
                ),
            ],
        },
        "/bookings/1/second: at most 1 linked visits of psy-1 at a time | 2 at 2027-01-05 09:30",
    ),
    (
        {"services__0__linked": LINKED, "bookings": [booked(second="psy-1")]},
        "/bookings/0/second: a time when psy-1 has nothing else | 2027-01-05 09:00 to 10:00, while /cohorts",
    ),
]

PLANTED = [*BOOKINGS, *CLASHES]
