"""The whole path of one program: from referral to outcome, walked at a desk and on a telephone."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from tests.browser import steps
from tests.browser.axe import overflow
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import PROGRAM, follow, pick, press, titled, unfold

from allay_web.access.roles import Role
from allay_web.enrolment.models import Episode
from allay_web.people.models import Patient

BORN = date(1971, 5, 2)
BORN_SPANISH = date(1964, 8, 19)
GOALS = ("Walk to the river and back", "Sleep through the night")
PEG, PHQ_9, GAD_7 = (7, 6, 8), (2, 1, 2, 2, 1, 1, 1, 0, 1), (1, 1, 2, 1, 0, 1, 1)
DIFFICULTY = 1


def known_patient(site: Site) -> Patient:
    """Somebody of the demonstration who finished, so that a new referral of theirs is a second one."""
    done = Episode.objects.of(site.program()).filter(status="completed").select_related("patient")
    return next(episode.patient for episode in done if episode.patient.language == "en")


def fits(page: Page) -> None:
    """No page of the path is wider than its window."""
    assert overflow(page) <= 0, page.url


@pytest.mark.parametrize("width", ["1280", "360"])
def test_from_referral_to_outcome(site: Site, sign_in: Open, width: str) -> None:
    director = sign_in(role=Role.DIRECTOR, width=width)
    director.goto(PROGRAM + "program/")
    referred, accepted = steps.figure(director, "Referred"), steps.figure(director, "Accepted")

    desk = sign_in(width=width)
    steps.sign_in_by_form(desk, "coordinator")
    titled(desk, re.compile("^Today, Monday 23 November"))
    second = enter_referrals(desk, known_patient(site))
    merge_the_duplicate(desk)
    decline_the_second(desk, second)

    episode = work_and_accept(desk)
    link = steps.make_link(desk, episode)
    fits(desk)

    answer_on_the_phone(sign_in, link)
    settle_the_alert(sign_in, width=width)
    interpret(desk, sign_in, width=width)
    enter_by_phone(desk, site)
    look_at_the_patient(sign_in, episode, width=width)

    director.reload()
    assert steps.figure(director, "Referred") == referred + 4
    assert steps.figure(director, "Accepted") == accepted + 2
    fits(director)


def enter_referrals(desk: Page, known: Patient) -> str:
    """Paste three, one of whom is known; enter a fourth who may be one of them; the fourth's address."""
    born = known.birth_date.isoformat() if known.birth_date else ""
    steps.paste(
        desk,
        [
            ("Odile", "Farrow", BORN.isoformat(), "601-555-0171", "English", "Medicaid", "Dr. Lowe", "Back"),
            ("Tomasa", "Beltrán", BORN_SPANISH.isoformat(), "601-555-0172", "Spanish", "Medicaid", "", "Hip"),
            (known.given_name, known.family_name, born, known.phone, "English", "Medicare", "", "Neck"),
        ],
    )
    fits(desk)
    row = desk.locator("tbody tr").filter(has_text=known.family_name)
    expect(row).to_contain_text("Same name and birth date")
    expect(row.get_by_role("radio", name=re.compile("^Same person as"))).to_be_checked()
    press(desk, "Enter these referrals")
    titled(desk, "3 referrals entered")
    expect(desk.locator("main")).to_contain_text("2 new people, 1 who was known")

    desk.goto(PROGRAM + "referrals/")
    follow(desk, "New referral")
    desk.get_by_label("First name").fill("Odile")
    desk.get_by_label("Last name").fill("Farrow")
    desk.get_by_label(re.compile("^Referred by")).fill("Dr. Lowe")
    press(desk, "Save the referral")
    maybe = desk.get_by_role("group", name="This may be somebody who is known")
    expect(maybe).to_contain_text("a birth date is missing: Odile Farrow")
    maybe.get_by_label("A new person").check()
    press(desk, "Save the referral")
    titled(desk, "Odile Farrow")
    fits(desk)
    return desk.url


def merge_the_duplicate(desk: Page) -> None:
    """It was the same person after all: one record, and the second referral is declined."""
    follow(desk, "Change the patient's details")
    follow(desk, "Compare the two")
    titled(desk, "Are these one person?")
    fits(desk)
    follow(desk, "Keep the other one instead")
    press(desk, "Merge: these are one person")
    expect(desk.get_by_role("status")).to_contain_text("are one record now")
    desk.goto(PROGRAM + "patients/")
    desk.get_by_label("Name, phone, birth date or record number").fill("Farrow Odile")
    press(desk, "Search")
    expect(desk.locator("tbody tr")).to_have_count(1)


def decline_the_second(desk: Page, second: str) -> None:
    """One person, one referral: the other one is declined with its reason."""
    desk.goto(second)
    unfold(desk, "Decline, with a reason")
    pick(desk.get_by_label("Why", exact=True), "Already referred")
    press(desk, "Decline", exact=True)
    expect(desk.get_by_role("status")).to_contain_text("It stays in every count")


def work_and_accept(desk: Page) -> int:
    """Next step with owner and due date, a contact, then into the program."""
    steps.open_referral(desk, "Odile Farrow")
    steps.set_next_step(
        desk, "Call about the first visit", due=date(2026, 11, 25), owner="Ana Ruiz", blocked_by="Nothing"
    )
    steps.log_contact(desk, how="Phone", outcome="Reached", note="Wants to start in December")
    fits(desk)
    episode = steps.accept(desk, clinician="Dr. Wei Chen")
    expect(desk.get_by_role("region", name="What comes next")).to_contain_text("This referral is decided.")
    return episode


def answer_on_the_phone(sign_in: Open, link: str) -> None:
    """Wrong birth date, right one, goals, half of the questions; later the rest, and sending."""
    phone = sign_in(width="360")
    phone.goto(link)
    steps.give_birth_date(phone, date(1971, 6, 2))
    expect(phone.get_by_role("alert")).to_contain_text("That is not the date we have")
    steps.give_birth_date(phone, BORN)
    titled(phone, "What would you like to be able to do?")
    fits(phone)
    for number, goal in enumerate(GOALS, start=1):
        phone.get_by_label(f"Goal {number}").fill(goal)
    press(phone, "Save and go on")
    for number, value in enumerate(PEG, start=1):
        steps.answer(phone, number, value)
    for number, value in enumerate(PHQ_9[:3], start=4):
        steps.answer(phone, number, value)
    fits(phone)
    phone.context.close()  # half-way

    phone = sign_in(width="360")
    phone.goto(link)
    steps.give_birth_date(phone, BORN)
    for number, value in enumerate(PHQ_9[3:], start=7):
        steps.answer(phone, number, value)
    titled(phone, "You are not alone. Help is here now.")
    expect(phone.get_by_role("link", name="988").first).to_be_visible()
    expect(phone.locator("main")).to_contain_text("River Valley crisis team")
    fits(phone)
    phone.reload()  # help stays until the patient goes on
    titled(phone, "You are not alone. Help is here now.")
    press(phone, "Go on with the questions")
    steps.answer(phone, 13, DIFFICULTY)
    for number, value in enumerate(GAD_7, start=14):
        steps.answer(phone, number, value)
    titled(phone, "Ready to send?")
    press(phone, "Send my answers")
    titled(phone, "Thank you. We have your answers.")
    phone.goto(link)
    titled(phone, "We have your answers")


def settle_the_alert(sign_in: Open, *, width: str) -> None:
    """The named owner finds the alert first, takes it on and closes it with what was done."""
    coordinator = sign_in(role=Role.COORDINATOR, width=width)
    coordinator.goto(PROGRAM + "today/")
    seen = steps.task_row(coordinator, "Odile Farrow", "Safety")
    expect(seen).to_contain_text("Owner: Dr. Wei Chen; deputy Dr. Lena Hale takes over at")
    clinician = sign_in(role=Role.CLINICIAN, width=width)
    clinician.goto(PROGRAM + "today/")
    row = steps.task_row(clinician, "Odile Farrow", "Safety")
    fits(clinician)
    press(row, "Acknowledge")
    expect(row).to_contain_text("Owner: Dr. Wei Chen, who took it")
    pick(row.get_by_label("What was done"), "safety plan made")
    row.get_by_label(re.compile("^Note")).fill("Plan agreed by phone")
    press(row, "Close", exact=True)
    expect(clinician.locator("tr[data-done]")).to_contain_text("safety plan made")
    clinician.reload()
    expect(steps.task_row(clinician, "Odile Farrow", "Safety")).to_have_count(0)


def interpret(desk: Page, sign_in: Open, *, width: str) -> None:
    """A Spanish speaker is shown no English question; the coordinator is told to arrange an interpreter."""
    steps.open_referral(desk, "Tomasa Beltrán")
    episode = steps.accept(desk, clinician="Dr. Wei Chen")
    link = steps.make_link(desk, episode)
    phone = sign_in(width="360", locale="es-US")
    phone.goto(link)
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    steps.give_birth_date(phone, BORN_SPANISH)
    titled(phone, "¿Qué le gustaría poder hacer?")
    phone.get_by_label("Meta 1").fill("Jugar con mis nietos")
    press(phone, "Guardar y seguir")
    titled(phone, re.compile("Le vamos a llamar"))
    expect(phone.locator("main")).not_to_contain_text(re.compile(r"\b(the|you|question)\b", re.IGNORECASE))
    fits(phone)
    desk.goto(PROGRAM + "today/?whose=all")
    row = steps.task_row(desk, "Tomasa Beltrán", "Interpreter")
    expect(row).to_have_count(1)
    fits(desk)


def enter_by_phone(desk: Page, site: Site) -> None:
    """Staff enter a form that was answered with an interpreter on the line."""
    episode = Episode.objects.of(site.program()).get(patient__family_name="Beltrán", patient__language="es")
    desk.goto(f"{PROGRAM}patients/{episode.pk}/forms/")
    follow(desk, re.compile("^Enter answers of PEG, Baseline"))
    pick(desk.get_by_label("How it was answered"), "nterpreter")
    pick(desk.get_by_label(re.compile("^Language")), "Spanish")
    for number, value in enumerate((8, 7, 9), start=1):
        group = desk.get_by_role("group", name=re.compile(rf"^{number}\."))
        group.get_by_role("radio").nth(value).check()
    fits(desk)
    press(desk, "Save and score")
    expect(desk.get_by_role("status")).to_contain_text("PEG was saved and scored.")


def look_at_the_patient(sign_in: Open, episode: int, *, width: str) -> None:
    """The clinician's one page: goals first, in the patient's words, then scores with their bands."""
    clinician = sign_in(role=Role.CLINICIAN, width=width)
    clinician.goto(f"{PROGRAM}patients/{episode}/")
    titled(clinician, re.compile("^Odile Farrow"))
    main = clinician.locator("main")
    for goal in GOALS:
        expect(main).to_contain_text(goal)
    words = main.inner_text()
    assert words.index(GOALS[0]) < words.index("PEG"), "goals come before any score"
    expect(main).to_contain_text("7")  # PEG of 7, 6 and 8
    expect(main).to_contain_text("11")  # PHQ-9
    fits(clinician)
