"""The tutorial of the first day, walked: every name it prints in bold is found on the page and used."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from tests.browser import steps
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import titled

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorials" / "first-day.md"
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
CODE = re.compile(r"`([^`]+@demo\.example)`")
BORN = date(1968, 3, 9)


@dataclass
class Reader:
    """Somebody who does what the tutorial says, by the names it gives, in whichever window is open."""

    page: Page
    named: set[str]
    used: set[str] = field(default_factory=set)

    def name(self, words: str) -> str:
        """A name the tutorial prints in bold."""
        assert words in self.named, f"the tutorial does not say **{words}**"
        self.used.add(words)
        return words

    def press(self, words: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=re.compile(rf"^{re.escape(self.name(words))}")).first.click()

    def follow(self, words: str) -> None:
        """Follow a link."""
        self.page.get_by_role("link", name=self.name(words), exact=True).first.click()

    def unfold(self, words: str) -> None:
        """Open what is folded in."""
        steps.unfold(self.page, self.name(words))

    def field(self, words: str) -> Locator:
        """A field by its label, with or without the remark that it may be left empty."""
        label = re.compile(rf"^{re.escape(self.name(words))}( \(optional\))?$")
        return self.page.get_by_label(label).first

    def see(self, words: str) -> None:
        """Find a name without using it."""
        expect(self.page.get_by_text(self.name(words), exact=True).first).to_be_visible()


def test_the_first_day(site: Site, sign_in: Open) -> None:
    text = TUTORIAL.read_text(encoding="utf-8")
    named = {" ".join(words.split()) for words in BOLD.findall(text)}
    people = CODE.findall(text)
    assert people == [f"{who}@demo.example" for who in ("coordinator", "clinician", "director")]

    reader = Reader(sign_in(), named)
    sign_in_as(reader, "coordinator")
    for place in ("Referrals", "Patients", "Program"):
        expect(reader.page.get_by_role("link", name=reader.name(place), exact=True)).to_be_visible()
    refer(reader)
    work(reader)
    link = make_link(reader)

    window = reader.page
    reader.page = sign_in(width="360")
    answer_as_the_patient(reader, link)
    reader.page = window
    settle(reader)
    look_at_the_patient(reader)
    look_at_the_program(reader)
    assert reader.named - reader.used == set()


def sign_in_as(reader: Reader, who: str) -> None:
    reader.page.goto("/")
    reader.page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).fill(f"{who}@demo.example")
    reader.page.get_by_label("Password", exact=True).fill(steps.PASSWORD)
    reader.press("Sign in")
    expect(reader.page.get_by_role("navigation", name="Main")).to_be_visible()


def refer(reader: Reader) -> None:
    titled(reader.page, re.compile("^Today"))
    reader.follow("Referrals")
    reader.see("Paste or import")
    reader.follow("New referral")
    reader.field("First name").fill("Iris")
    reader.field("Last name").fill("Calder")
    reader.field("Birth date").fill(BORN.isoformat())
    steps.pick(reader.field("Language"), "English")
    reader.field("Referred by").fill("Dr. Lowe")
    reader.press("Save the referral")
    titled(reader.page, "Iris Calder")


def work(reader: Reader) -> None:
    reader.field("Next step").fill("Call about a first visit")
    reader.field("By").fill("2026-11-25")
    steps.pick(reader.field("Owner"), "Ana Ruiz")
    reader.press("Save the next step")
    expect(reader.field("How")).to_have_value("phone")
    expect(reader.field("What came of it")).to_have_value("reached")
    reader.press("Log this contact")
    reader.unfold("Accept into the program")
    steps.pick(reader.field("Clinician"), "Dr. Wei Chen")
    reader.page.get_by_role("button", name=reader.name("Accept"), exact=True).click()
    expect(reader.page.get_by_role("status")).to_contain_text("is in the program")


def make_link(reader: Reader) -> str:
    reader.follow("Open the patient's page")
    reader.follow("Questionnaires")
    reader.press("Make a link")
    reader.see("Copy the link")
    reader.see("Print the sheet")
    return reader.page.get_by_label("Link", exact=True).input_value()


def answer_as_the_patient(reader: Reader, link: str) -> None:
    page = reader.page
    page.goto(link)
    reader.field("Month").select_option(f"{BORN.month}")
    reader.field("Day").fill(f"{BORN.day}")
    reader.field("Year").fill(f"{BORN.year}")
    reader.press("Start")
    reader.field("Goal 1").fill("Walk the dog again")
    reader.press("Save and go on")
    reader.see("I would rather not answer")
    for number in range(1, 4):
        answered(reader, number, 5)
    for number in range(4, 12):
        answered(reader, number, 1)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "12")
    page.get_by_label(reader.name("Several days"), exact=True).check()
    reader.press("Next")
    titled(page, "You are not alone. Help is here now.")
    reader.press("Go on with the questions")
    for number in range(13, 21):
        answered(reader, number, 1)
    reader.press("Send my answers")
    titled(page, "Thank you. We have your answers.")


def answered(reader: Reader, number: int, value: int) -> None:
    expect(reader.page.get_by_role("progressbar")).to_have_attribute("value", str(number))
    steps.choose(reader.page, value)
    reader.press("Next")


def settle(reader: Reader) -> None:
    reader.press("Sign out")
    sign_in_as(reader, "clinician")
    row = steps.task_row(reader.page, "Iris Calder", "Safety")
    row.get_by_role("button", name=reader.name("Acknowledge")).click()
    done = row.get_by_label(reader.name("What was done"))
    steps.pick(done, "Assessed, no acute risk")
    row.get_by_role("button", name=reader.name("Close"), exact=True).click()
    expect(reader.page.locator("tr[data-done]")).to_contain_text("Assessed, no acute risk")


def look_at_the_patient(reader: Reader) -> None:
    reader.follow("Patients")
    reader.page.get_by_role("searchbox").fill("Calder")
    reader.press("Search")
    reader.follow("Iris Calder")
    titled(reader.page, re.compile("^Iris Calder"))
    expect(reader.page.locator("main")).to_contain_text("Walk the dog again")


def look_at_the_program(reader: Reader) -> None:
    reader.press("Sign out")
    sign_in_as(reader, "director")
    reader.follow("Program")
    assert steps.figure(reader.page, "Referred") == 245
    expect(reader.page.get_by_role("link", name=reader.name("Report"), exact=True)).to_be_visible()
