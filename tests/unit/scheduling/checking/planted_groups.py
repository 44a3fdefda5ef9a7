"""Violations to plant: linked visits, the plan as a whole, cohorts, meetings and days."""

from __future__ import annotations

from tests.unit.scheduling.checking.draft import Planted
from tests.unit.scheduling.checking.handmade import hours, linked, meeting, service

WHOLE: list[Planted] = [
    ("problem.digest", "plan", lambda d: d.plan.update(problem_digest="0" * 64)),
    ("problem.id", "plan", lambda d: d.plan.update(problem="other")),
    ("problem.synthetic", "plan", lambda d: d.plan.update(synthetic=False)),
    ("plan.method", "plan", lambda d: d.plan.update(method="by-guess")),
    ("plan.unknown", "cohort pain-1", lambda d: d.place("pain-1")["members"].append("nobody")),
    ("plan.unknown series.missing", "jo-visit", lambda d: d.session("jo-visit").update(lead="nobody")),
    ("plan.unknown series.missing", "jo-visit", lambda d: d.session("jo-visit").update(room="attic")),
    (
        "plan.unknown",
        "nothing",
        lambda d: d.plan["sessions"].append({**d.session("jo-visit"), "series": "nothing"}),
    ),
    (
        "plan.unknown",
        "nothing",
        lambda d: d.plan["unserved_sessions"].append({"series": "nothing", "number": 1}),
    ),
    ("score.wrong", "total", lambda d: d.plan["score"].update(total=347)),
    ("score.wrong", "late_points", lambda d: d.plan["score"].update(late_points=0)),
    ("score.wrong", "lost_cents", lambda d: d.plan["score"].update(lost_cents=5200)),
    ("bound.above", "free", lambda d: d.plan["bounds"][0].update(value=349)),
    (
        "bound.above",
        "given_template",
        lambda d: d.plan["bounds"].append({"kind": "given_template", "value": 400, "proven": False}),
    ),
]

LINKED: list[Planted] = [
    ("linked.second_missing", "eli-coached", lambda d: d.session("eli-coached").update(second=None)),
    ("linked.second_extra", "jo-visit", lambda d: d.session("jo-visit").update(second="pt-1")),
    (
        "linked.second_same",
        "eli-coached",
        lambda d: (
            d.practitioner("ex-1")["disciplines"].append("chiro"),
            d.session("eli-coached").update(second="ex-1"),
        ),
    ),
    ("linked.second_discipline", "eli-coached", lambda d: d.session("eli-coached").update(second="md-1")),
    ("linked.second_avoided", "eli-coached", lambda d: d.patient("eli").update(avoids=["chi-1"])),
    ("linked.second_avoided", "fay-begun", lambda d: d.patient("fay").update(avoids=["chi-1"])),
    (
        "linked.second_off_calendar",
        "eli-coached",
        lambda d: d.session("eli-coached").update(start="2027-01-08T10:00:00"),
    ),
    (
        "linked.second_off_calendar",
        "eli-coached",
        lambda d: d.session("eli-coached").update(start="2027-01-07T15:30:00"),
    ),
    (
        "linked.second_off_calendar",
        "fay-begun",
        lambda d: d.session("fay-begun").update(start="2027-01-07T16:00:00"),
    ),
    (
        "linked.second_off_calendar",
        "hal-watched",
        lambda d: d.practitioner("md-1").update(hours=hours(start="09:30")),
    ),
    (
        "linked.room",
        "hal-watched",
        lambda d: (
            d.session("hal-watched").update(mode="telehealth", room=None),
            d.series("hal-watched").update(mode="either"),
            d.patient("hal").update(telehealth=True),
            d.practitioner("ex-1").update(telehealth=True),
        ),
    ),
    ("linked.presence", "gus-begun", lambda d: d.session("gus-begun").update(start="2027-01-07T13:00:00")),
    (
        "linked.presence",
        "fay-begun",
        lambda d: (
            d.practitioner("ex-2")["disciplines"].append("chiro"),
            d.session("fay-begun").update(second="ex-2"),
            d.session("gus-begun").update(start="2027-01-07T13:00:00"),
        ),
    ),
    (
        "linked.ratio",
        "ida-watched",
        lambda d: (
            d.problem["services"].append(
                service("alone", "exercise", linked=linked("md", "general", 1)),
            ),
            d.series("ida-watched").update(service="alone"),
        ),
    ),
    (
        "linked.presence linked.ratio",
        "gus-begun",
        lambda d: d.session("gus-begun").update(start="2027-01-07T11:30:00"),
    ),
    ("linked.ratio", "watched", lambda d: d.service("watched")["linked"].update(max_ratio=1)),
    ("linked.ratio", "gus-begun", lambda d: d.service("begun")["linked"].update(max_ratio=1)),
]

GROUPS: list[Planted] = [
    ("cohort.twice", "sleep-1", lambda d: d.plan["template"].append(d.place("sleep-1"))),
    ("cohort.not_said", "tai-1", lambda d: d.plan.update(notes=["tai-10 has no place"])),
    (
        "cohort.meets",
        "sleep-1",
        lambda d: (d.place("sleep-1").update(room="hall-2"), d.meeting("07").update(room="hall-2")),
    ),
    ("cohort.lead", "pain-1", lambda d: d.cohort("pain-1").update(lead="psy-2")),
    ("cohort.lead_language", "sleep-1", lambda d: d.cohort("sleep-1").update(language="fr")),
    ("cohort.size_small", "pain-1", lambda d: d.cohort("pain-1").update(min_size=4, max_size=4)),
    ("cohort.size_large", "pain-1", lambda d: d.cohort("pain-1").update(max_size=2)),
    ("cohort.size_large", "pain-1", lambda d: d.cohort("pain-1").update(max_size=2, expected_no_show=0.3)),
    (
        "cohort.member_unknown",
        "pain-1",
        lambda d: (d.place("pain-1")["members"].append("jo"), d.cohort("pain-1").update(max_size=4)),
    ),
    ("cohort.member_twice", "pain-1", lambda d: d.place("pain-1")["members"].append("ana")),
    (
        "cohort.member_twice",
        "patient ana",
        lambda d: (
            d.cohort("sleep-1").update(kind="pain", max_size=3),
            d.place("sleep-1")["members"].append("ana"),
            d.patient("gus").update(group=None),
            d.lost_members(("eli", "sleep-1", 1), ("fay", "sleep-1", 1), ("ana", "sleep-1", 1)),
        ),
    ),
    ("cohort.lead_avoided", "ben avoids psy-1", lambda d: d.patient("ben").update(avoids=["psy-1"])),
    ("cohort.member_language", "pain-1", lambda d: d.patient("cy").update(language="pt")),
    (
        "cohort.fixed_member",
        "sleep-1",
        lambda d: (
            d.place("sleep-1").update(members=["eli", "gus"]),
            d.lost_members(("eli", "sleep-1", 1), ("gus", "sleep-1", 1), ("fay", None, 0), ("fay", None, 1)),
        ),
    ),
    ("meeting.missing", "pain-1, week 3", lambda d: d.plan["meetings"].remove(d.meeting("19"))),
    ("meeting.missing", "sleep-1, week 2", lambda d: d.plan["unserved_members"].pop(1)),
    (
        "meeting.extra",
        "2027-01-21",
        lambda d: d.plan["meetings"].append(meeting("sleep-1", "21T09:00", "psy-2", "hall")),
    ),
    (
        "meeting.extra meeting.template",
        "2027-01-20",
        lambda d: (
            d.patient("ben").update(most_trips=2),
            d.plan["meetings"].append(meeting("pain-1", "20T10:00", "psy-1", "hall")),
        ),
    ),
    (
        "meeting.extra",
        "tai-1",
        lambda d: d.plan["meetings"].append(meeting("tai-1", "20T10:00", "psy-1", "hall")),
    ),
    ("meeting.template", "2027-01-19", lambda d: d.meeting("19").update(start="2027-01-19T14:00:00")),
    ("meeting.template", "2027-01-20", lambda d: d.meeting("19").update(start="2027-01-20T10:00:00")),
    (
        "meeting.substitute",
        "2027-01-19",
        lambda d: (
            d.practitioner("psy-2").update(languages=["es"]),
            d.place("sleep-1"),
            d.cohort("sleep-1").update(language="es"),
            d.meeting("19").update(lead="psy-2"),
        ),
    ),
    ("meeting.substitute", "2027-01-19", lambda d: d.meeting("19").update(room="hall-2")),
    ("lead.discipline", "pain-1, 2027-01-12", lambda d: d.meeting("12").update(lead="ex-1")),
    ("unserved.twice", "2027-01-12", lambda d: d.meeting("12").update(absent=["cy", "cy"])),
    ("meeting.absent_wrongly", "2027-01-05", lambda d: d.meeting("05").update(absent=["ben"])),
    ("meeting.absent_wrongly", "2027-01-05", lambda d: d.meeting("05").update(absent=["jo"])),
    (
        "meeting.absent_not_said",
        "2027-01-05",
        lambda d: d.patient("ana").update(
            away=[{"start": "2027-01-05T11:30:00", "end": "2027-01-05T12:00:00"}]
        ),
    ),
    ("unserved.twice", "gus", lambda d: d.plan["unserved_members"].append({"patient": "gus", "week": 1})),
    (
        "unserved.member_wrongly",
        "jo",
        lambda d: d.plan["unserved_members"].append({"patient": "jo", "week": 1}),
    ),
    (
        "unserved.member_wrongly",
        "eli",
        lambda d: d.plan["meetings"].append(meeting("sleep-1", "14T09:00", "psy-2", "hall")),
    ),
    ("unserved.member_not_said", "gus", lambda d: d.plan["unserved_members"].pop()),
    (
        "same_day.forbidden",
        "ana, 2027-01-13",
        lambda d: d.session("ana-talk").update(start="2027-01-13T11:00:00"),
    ),
    (
        "same_day.forbidden",
        "dee, 2027-01-04",
        lambda d: (
            d.session("dee-talk", 2).update(start="2027-01-04T15:00:00"),
            d.series("dee-talk").update(min_gap_hours=0),
        ),
    ),
    ("same_day.forbidden", "ana, 2027-01-05", lambda d: d.problem["same_day"][0].update(effect="forbidden")),
    ("trips.most", "ben, week 1", lambda d: d.session("ben-manual").update(start="2027-01-07T14:00:00")),
]
