"""A private link in trouble: two tabs, too late, sent twice, no network in mid-form, no scripts, no mouse."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser import steps
from tests.browser.conftest import Open
from tests.browser.patients import BORN, linked
from tests.browser.site import Site
from tests.browser.steps import press, titled
from tests.browser.watch import Watch

from allay_web.access.roles import Role
from allay_web.outcomes.models import Answer, Assignment, Score
from allay_web.worklist.models import DutyShift

HEAVIEST_FIRST_QUESTION = 50 * 1024  # bytes, all responses together, from a cold cache
QUESTIONS = 19


def opened(page: Page, link: str) -> Page:
    """Open a link and say when one was born."""
    page.goto(link)
    steps.give_birth_date(page, BORN)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "1")
    return page


def answer_all(page: Page, *, first: int = 1) -> None:
    """Answer 0 to every question there is; then nothing follows from any of them."""
    for number in range(first, QUESTIONS + 1):
        steps.answer(page, number, 0)
    titled(page, "Ready to send?")


def values(site: Site, episode: int) -> list[int | None]:
    """The stored answers of an episode, one per item."""
    answers = Answer.objects.of(site.program()).filter(assignment__episode=episode)
    return list(answers.order_by("assignment", "pk").values_list("value", flat=True))


def test_two_tabs_of_one_phone(site: Site, sign_in: Open) -> None:
    who = linked(site)
    one = opened(sign_in(width="360"), who.link)
    two = one.context.new_page()
    two.goto(who.link)  # the same phone is known; no birth date is asked again
    steps.answer(two, 1, 4)
    steps.answer(two, 2, 5)
    steps.answer(one, 1, 7)  # the older tab answers the first question again: the later answer stands
    assert values(site, who.episode.pk) == [7, 5]
    expect(one.get_by_role("progressbar")).to_have_attribute("value", "2")
    one.goto(who.link)
    expect(one.get_by_role("progressbar")).to_have_attribute("value", "3")


def test_a_tab_that_was_left_open_while_the_other_one_sent(site: Site, sign_in: Open) -> None:
    who = linked(site)
    one = opened(sign_in(width="360"), who.link)
    two = one.context.new_page()
    two.goto(who.link)
    answer_all(two)
    press(two, "Send my answers")
    titled(two, "Thank you. We have your answers.")
    before = values(site, who.episode.pk)
    steps.choose(one, 9)
    press(one, "Next")
    titled(one, "We have your answers")
    assert values(site, who.episode.pk) == before


def test_sending_twice_scores_once(site: Site, sign_in: Open) -> None:
    who = linked(site)
    page = opened(sign_in(width="360"), who.link)
    answer_all(page)
    other = page.context.new_page()
    other.goto(page.url)
    titled(other, "Ready to send?")
    page.locator("form button").dblclick()
    # Whichever of the two clicks is answered last: thanks, or that the answers are here already.
    titled(page, re.compile("We have your answers"))
    press(other, "Send my answers")
    titled(other, "We have your answers")
    scores = Score.objects.of(site.program()).filter(episode=who.episode)
    assert sorted(scores.values_list("instrument", flat=True)) == sorted({"peg", "phq9", "gad7"})


def test_a_lost_connection_in_mid_form(site: Site, sign_in: Open, watch: Watch) -> None:
    who = linked(site)
    page = opened(sign_in(width="360"), who.link)
    steps.answer(page, 1, 3)
    steps.choose(page, 4)
    watch.offline = True
    page.context.set_offline(True)
    page.get_by_role("button", name="Next").click(no_wait_after=True)
    expect(page.get_by_role("button", name="Next")).to_have_count(0)  # the browser's own page says so
    assert values(site, who.episode.pk) == [3]
    page.context.set_offline(False)
    page.goto(who.link)  # what was answered is there; the question that was lost is asked again
    watch.offline = False
    steps.answer(page, 2, 4)
    assert values(site, who.episode.pk) == [3, 4]


def test_after_it_expired(site: Site, sign_in: Open) -> None:
    who = linked(site)
    page = opened(sign_in(width="360"), who.link)
    steps.answer(page, 1, 3)
    site.clock.shift(dt.timedelta(days=site.program().link_valid_days + 1))
    late = sign_in(width="360")
    response = late.goto(who.link)
    assert response is not None
    assert response.status == 410
    titled(late, "This link is too old")
    assert values(site, who.episode.pk) == [3]


def test_somebody_who_guesses(site: Site, sign_in: Open) -> None:
    who = linked(site)
    page = sign_in(width="360")
    page.goto(who.link)
    for day in range(1, 20):
        steps.give_birth_date(page, dt.date(1950, 1, day))
        page.wait_for_load_state()
        if page.get_by_role("heading", name="This link is locked").count():
            break
        expect(page.get_by_role("alert")).to_contain_text("Tries left")
    titled(page, "This link is locked")
    page.goto(who.link)
    titled(page, "This link is locked")
    desk = sign_in(role=Role.COORDINATOR)
    desk.goto(steps.PROGRAM + "today/?whose=all")
    expect(steps.task_row(desk, "Perpetua Lindqvist", "Link locked")).to_have_count(1)


def test_at_night_the_ninth_question_is_not_asked(site: Site, sign_in: Open) -> None:
    who = linked(site)
    DutyShift.objects.of(site.program()).filter(starts=dt.time(17)).delete()  # nobody is on call
    site.clock.move_to(dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC))  # ten in the evening in New York
    page = opened(sign_in(width="360"), who.link)
    for number in range(1, QUESTIONS):
        steps.answer(page, number, 0)
    titled(page, "Ready to send?")
    asked = Answer.objects.of(site.program()).filter(assignment__episode=who.episode)
    assert not asked.filter(item="phq9_9").exists()
    press(page, "Send my answers")
    titled(page, "Thank you. We have your answers.")
    form = Assignment.objects.of(site.program()).get(
        episode=who.episode, instrument="phq9", timepoint="baseline"
    )
    assert form.not_asked == ["phq9_9"]


def test_without_scripts(site: Site, sign_in: Open) -> None:
    who = linked(site)
    page = opened(sign_in(width="360", java_script_enabled=False), who.link)
    steps.answer(page, 1, 5)
    press(page, "I would rather not answer")
    assert values(site, who.episode.pk) == [5, None]


def test_the_keyboard_alone_answers_a_question(site: Site, sign_in: Open) -> None:
    who = linked(site)
    page = sign_in(width="360")
    page.goto(who.link)
    press_until(page, "#month")
    page.keyboard.type(f"{BORN:%B}")
    page.keyboard.press("Tab")
    page.keyboard.type(str(BORN.day))
    page.keyboard.press("Tab")
    page.keyboard.type(str(BORN.year))
    page.keyboard.press("Enter")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "1")
    press_until(page, "input[name=answer]")
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=answer]:checked")).to_have_value("6")
    page.keyboard.press("Enter")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "2")
    assert values(site, who.episode.pk) == [6]


def press_until(page: Page, selector: str) -> None:
    """Press Tab until something is focused; what is focused on the way must be seen."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def test_the_first_question_is_light(site: Site, sign_in: Open) -> None:
    who = linked(site)
    page = sign_in(width="360")
    page.goto(who.link)
    steps.give_birth_date(page, BORN)
    first = page.url
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "1")
    cookies = page.context.cookies()
    cold = sign_in(width="360")
    cold.context.add_cookies(cookies)
    sizes: dict[str, int] = {}
    cold.on("response", lambda response: sizes.update({response.url: len(response.body())}))
    cold.goto(first, wait_until="networkidle")
    assert len(sizes) >= 3, "the page, its style sheets and its script"
    assert sum(sizes.values()) <= HEAVIEST_FIRST_QUESTION, sizes
