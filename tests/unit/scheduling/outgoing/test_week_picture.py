"""The picture of a week and its pages: every appointment on every lane it concerns, told in words."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from xml.etree import ElementTree

import pytest
from tests.unit.scheduling.checking.handmade import good, plan_of, plan_tree, problem_of, problem_tree

from allay.base.errors import NotFound
from allay.reports.png import png_bytes
from allay.reports.schedule_drawing import TONES, codes
from allay.reports.schedule_page import PlanFile, plan_html, week_html
from allay.reports.schedule_unserved import unserved_rows
from allay.reports.schedule_view import Window, week_view
from allay.reports.schedule_week import week_svg
from allay.reports.schedule_words import bound_words, score_words
from allay.scheduling.explaining.result import Cause, Explanation, Fix, Item
from allay.scheduling.plan.plan import Bound

SVG = "{http://www.w3.org/2000/svg}"
ROLES = ("session", "meeting", "second", "supervision")
INK, PAPER = "#1d2730", "#ffffff"


def blocks(svg: str) -> list[tuple[str, str]]:
    """What stands on the lanes: kind, and what it says."""
    found = ElementTree.fromstring(svg).iter(f"{SVG}g")
    return [(one.get("class", ""), one.find(f"{SVG}title").text) for one in found]


def test_every_appointment_is_on_every_lane_it_concerns():
    problem, plan = good()
    kinds = Counter(kind for week in range(3) for kind, _ in blocks(week_svg(problem, plan, week=week)))
    assert kinds["session"] == len(plan.sessions)
    assert kinds["meeting"] == len(plan.meetings)
    assert (kinds["second"], kinds["supervision"]) == (3, 2)
    assert kinds["away"] == 1  # psy-1 on January 12


def test_by_room_telehealth_has_lanes_of_its_own():
    problem, plan = good()
    view = week_view(problem, plan, by="room")
    # ana and dee are there at the same time on January 6.
    assert [one.id for one in view.lanes if one.note == "no room"] == ["telehealth", "telehealth 2"]
    kinds = Counter(kind for kind, _ in blocks(week_svg(problem, plan, by="room")))
    week = [one for one in plan.sessions if one.start.date() <= dt.date(2027, 1, 10)]
    assert kinds["session"] == len(week)


def test_lanes_of_rooms_are_explained_as_rooms():
    problem, plan = good()
    rooms, people = (week_svg(problem, plan, week=1, by=by) for by in ("room", "practitioner"))
    assert "open, nothing planned" in rooms
    assert "second practitioner" not in rooms
    assert "hall is not to be had" in rooms
    assert "psy-1 is away" in people
    assert ">chiro<" in people  # a discipline without a service of its own has no letter
    assert ">of 0<" not in week_svg(problem, plan, by="room")


def test_a_block_says_all_of_it():
    problem, plan = good()
    said = [text for _, text in blocks(week_svg(problem, plan))]
    assert "Thursday 11:00 to 12:00: coached, eli, 1 of 1; ex-1 linked with chi-1; room r1" in said
    assert "Monday 09:00 to 10:00: talk, dee, 1 of 2; psy-2; telehealth" in said
    assert "Thursday 08:00 to 09:00: manual, dee, 1 of 1; pt-1; room r2, booked before" in said
    assert any(text.endswith("md-1; room r1 (on site, may do other work)") for text in said)
    assert "Tuesday 10:00 to 12:00: group, group pain-1 (3 patients); psy-1; room hall" in said
    again = [text for _, text in blocks(week_svg(problem, plan, week=1))]
    assert "Tuesday 10:00 to 12:00: group, group pain-1 (2 patients), 1 absent; psy-2; room hall-2" in again


def test_lanes_know_working_time_absences_and_what_is_taken():
    problem, plan = good()
    lanes = {one.id: one for one in week_view(problem, plan, week=1).lanes}
    assert lanes["psy-1"].working[0] == Window(0, 480, 1020)  # two windows that touch
    assert lanes["psy-1"].away == (Window(1, 480, 1020),)
    assert lanes["psy-1"].minutes == (0, 4 * 540)
    assert lanes["pt-2"].minutes == (120, 3 * 540)
    first = {one.id: one for one in week_view(problem, plan).lanes}
    assert first["md-1"].minutes[0] == 30  # being on site takes no time
    assert first["chi-1"].minutes[0] == 60 + 30 + 30


def test_hours_of_some_days_and_absences_of_part_of_a_day():
    tree = problem_tree()
    window = {"weekday": "tuesday", "start": "07:00", "end": "12:00"}
    tree["practitioners"][7]["hours"] = [
        {**window, "first": "2027-01-12"},
        {**window, "start": "13:00", "end": "15:00", "last": "2027-01-12"},
    ]
    tree["practitioners"][7]["away"] = [{"start": "2027-01-11T20:00:00", "end": "2027-01-12T09:15:00"}]
    problem = problem_of(tree)
    plan = plan_of(plan_tree(), problem)
    weeks = [{one.id: one for one in week_view(problem, plan, week=week).lanes} for week in range(3)]
    assert [lanes["md-1"].working for lanes in weeks] == [
        (Window(1, 780, 900),),
        (Window(1, 480, 720), Window(1, 780, 900)),
        (Window(1, 480, 720),),
    ]
    assert weeks[1]["md-1"].away == (Window(1, 480, 555),)


def test_screen_readers_get_a_title_and_a_description():
    problem, plan = good()
    root = ElementTree.fromstring(week_svg(problem, plan))
    assert root.get("role") == "img"
    ids = {one.get("id"): one.text for one in root if one.get("id")}
    title, desc = (ids[name] for name in root.get("aria-labelledby").split())
    assert title == "handmade: week 1 of 3, January 4 to 8, 2027 (synthetic)"
    assert desc.startswith("12 sessions (3 by telehealth, 5 linked) and 2 group meetings of 8 practitioners")


def test_the_same_plan_gives_the_same_picture_and_page():
    problem, plan = good()
    assert week_svg(problem, plan) == week_svg(*good())
    assert plan_html(problem, plan) == plan_html(*good())
    assert png_bytes(week_svg(problem, plan)) == png_bytes(week_svg(*good()))


def test_letters_of_disciplines_are_their_own():
    names = [f"therapy-{n}" for n in range(60)]
    for letters in (1, 2):
        assert len(set(codes(names, letters=letters).values())) == len(names)


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """By WCAG 2.2."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colors_have_contrast_in_light_and_dark():
    style = week_svg(*good())
    dark = dict(re.findall(r"\.sw-f-(\w+)\{fill:(#\w+)\}", style))
    for place, (fill, line) in enumerate(TONES):
        assert contrast(INK, fill) >= 7
        assert min(contrast(line, PAPER), contrast(line, fill)) >= 3
        fill, line = dark[f"tone{place}"], dark[f"line{place}"]
        assert contrast(dark["ink"], fill) >= 7
        assert min(contrast(line, dark["paper"]), contrast(line, fill)) >= 3
    assert contrast(dark["second"], dark["paper"]) >= 4.5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda problem, plan: None, "In the whole plan 5 sessions have no place"),
        (
            lambda problem, plan: plan.update(unserved_sessions=[], unserved_members=[]),
            "nothing is due in it",
        ),
        (
            lambda problem, plan: [one.update(hours=[]) for one in problem["practitioners"]],
            "No practitioner works",
        ),
    ],
)
def test_an_empty_week_says_why(change, said):
    problem, plan = problem_tree(), plan_tree()
    plan |= {"sessions": [], "meetings": []}
    problem["bookings"] = []
    change(problem, plan)
    asked = problem_of(problem)
    svg = week_svg(asked, plan_of(plan, asked))
    assert "Nothing is planned in this week" in svg
    assert said in svg
    assert said in week_html(asked, plan_of(plan, asked))


def test_weeks_outside_the_horizon_are_refused():
    problem, plan = good()
    for week in (-1, 3):
        with pytest.raises(NotFound, match="weeks count from 0 to 2"):
            week_svg(problem, plan, week=week)


def test_text_is_escaped_everywhere():
    problem, plan = good()
    hostile = "<script>&\"'"
    noted = plan.model_copy(update={"notes": (hostile,)})
    page = plan_html(problem, noted, files=[PlanFile("a.csv", hostile)])
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    odd = problem.model_copy(update={"id": hostile})
    ElementTree.fromstring(week_svg(odd, plan))
    assert "<script>" not in week_html(odd, plan)


def test_a_page_has_tables_with_every_appointment():
    problem, plan = good()
    page = plan_html(problem, plan)
    assert page.count("<h1") == 1
    assert page.count('<th scope="row">') == (len(plan.sessions) + len(plan.meetings) + plan.score.unserved)
    assert "ex-1 and chi-1" in page
    assert page.count('class="week" tabindex="0" role="region" aria-label="Picture of') == 3
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_what_is_not_served_stands_with_its_reasons():
    problem, plan = good()
    plain = unserved_rows(problem, plan)
    assert len(plain) == plan.score.unserved
    assert {one.why for one in plain} == {""}
    items = (
        Item(
            what="unserved_session",
            patient="hal",
            series="hal-manual",
            number=1,
            week=0,
            standing="blocked",
            causes=(Cause(id="rooms", text="All treatment rooms are taken."),),
            fixes=(Fix(changes=(), text="one more room on Friday"),),
        ),
        Item(what="unserved_member", patient="gus", week=0, standing="blocked", note="No other group."),
        Item(what="absent", patient="cy", cohort="pain-1", week=1, standing="blocked", note="Is away."),
    )
    told = Explanation(
        allay_version="1",
        problem="handmade",
        problem_digest=plan.problem_digest,
        synthetic=True,
        method=plan.method,
        items=items,
    )
    why = {(one.patient, one.due): one.why for one in unserved_rows(problem, plan, explanation=told)}
    assert why["hal", "week 1"] == "All treatment rooms are taken. Would help: one more room on Friday."
    assert why["gus", "week 1"] == "No other group."
    assert why["gus", "week 2"] == ""
    assert why["cy", "2027-01-12"] == "Is away."
    assert "All treatment rooms are taken." in plan_html(problem, plan, explanation=told)
    assert "allay scheduling explain" not in plan_html(problem, plan, explanation=told)


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        (
            Bound(kind="free", value=348, proven=True),
            "whatever its groups (proven). This plan reaches that: it is",
        ),
        (Bound(kind="given_template", value=348, proven=True), "no better one has these groups"),
        (Bound(kind="free", value=174, proven=False), "was ended early). This plan is at 2.000 times that."),
        (Bound(kind="free", value=0, proven=True), "348 points above that"),
    ],
)
def test_bounds_in_words(bound, said):
    _, plan = good()
    assert said in bound_words(bound, plan)


def test_a_score_in_words():
    _, plan = good()
    assert score_words(plan) == (
        "Score 348 points (less is better): 6 not served, 17 trips, 1 week late in all, "
        "$104.00 lost by same-day rules"
    )
