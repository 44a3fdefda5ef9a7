"""What people do on the pages, in their words: referring, accepting, linking, answering, settling."""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import Locator, Page, expect

PROGRAM = "/p/river-valley/"
PASSWORD = "try-allay-today"
SHEET = ("First name", "Last name", "DOB", "phone", "language", "payer", "referred_by", "reason")

Words = str | re.Pattern[str]


def press(page: Page | Locator, name: Words, *, exact: bool = False) -> None:
    """Press the button of that name."""
    page.get_by_role("button", name=name, exact=exact).first.click()


def follow(page: Page | Locator, name: Words, *, exact: bool = False) -> None:
    """Follow the link of that name."""
    page.get_by_role("link", name=name, exact=exact).first.click()


def unfold(page: Page | Locator, name: Words) -> None:
    """Open what is folded in under that summary."""
    page.locator("summary").filter(has_text=name).first.click()


def pick(control: Locator, words: str) -> None:
    """Choose the option that holds these words."""
    option = control.locator("option").filter(has_text=words).first
    control.select_option(value=option.get_attribute("value") or "")


def titled(page: Page, title: Words) -> None:
    """Expect the page's one heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def sign_in_by_form(page: Page, who: str) -> None:
    """Sign in as the demonstration's coordinator, clinician, ..."""
    page.goto("/")
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).fill(f"{who}@demo.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")


def paste(page: Page, rows: list[tuple[str, ...]]) -> None:
    """Paste a table of referrals and have it checked."""
    page.goto(PROGRAM + "referrals/")
    follow(page, "Paste or import")
    page.get_by_label("Paste a table").fill("\n".join("\t".join(row) for row in (SHEET, *rows)))
    press(page, "Check it")
    titled(page, "Check before it is entered")


def open_referral(page: Page, name: str) -> None:
    """Open a referral from the list of the undecided ones, page by page."""
    page.goto(PROGRAM + "referrals/")
    there = page.get_by_role("link", name=name, exact=True)
    onward = page.get_by_role("navigation", name="Pages").get_by_role("link", name="Next")
    while there.count() == 0 and onward.count():
        onward.click()
        page.wait_for_load_state()
    there.first.click()
    titled(page, name)


def set_next_step(page: Page, words: str, *, due: date, owner: str, blocked_by: str) -> None:
    """On a referral's page, say what comes next."""
    card = page.get_by_role("region", name="What comes next")
    card.get_by_label(re.compile("^Next step")).fill(words)
    card.get_by_label(re.compile("^By")).fill(due.isoformat())
    pick(card.get_by_label(re.compile("^Owner")), owner)
    pick(card.get_by_label(re.compile("^What blocks it")), blocked_by)
    press(card, "Save the next step")
    expect(page.get_by_role("status")).to_contain_text("Saved.")


def log_contact(page: Page, *, how: str, outcome: str, note: str) -> None:
    """On a referral's page, log one attempt to reach the patient."""
    card = page.locator("section[aria-labelledby=log]")
    pick(card.get_by_label("How", exact=True), how)
    pick(card.get_by_label("What came of it", exact=True), outcome)
    card.get_by_label(re.compile("^Note")).fill(note)
    press(card, "Log this contact")
    expect(card).to_contain_text(note)


def accept(page: Page, *, clinician: str) -> int:
    """On a referral's page, take the patient in; the number of the episode."""
    unfold(page, "Accept into the program")
    card = page.get_by_role("region", name="Decide")
    pick(card.get_by_label(re.compile("^Clinician")), clinician)
    press(card, "Accept", exact=True)
    expect(page.get_by_role("status")).to_contain_text("is in the program")
    address = page.get_by_role("link", name="Open the patient's page").get_attribute("href") or ""
    return int(re.findall(r"/patients/(\d+)/", address)[0])


def make_link(page: Page, episode: int, timepoint: str = "Baseline") -> str:
    """On the questionnaires page, make a private link; its address."""
    page.goto(f"{PROGRAM}patients/{episode}/forms/")
    press(page, re.compile(f"link for {timepoint}$"))
    titled(page, re.compile("^Private link for "))
    return page.get_by_label("Link", exact=True).input_value()


def give_birth_date(page: Page, born: date) -> None:
    """On the first page of a link, say when one was born."""
    page.locator("#month").select_option(str(born.month))
    page.locator("#day").fill(str(born.day))
    page.locator("#year").fill(str(born.year))
    page.locator("form button").click()


def choose(page: Page, value: int) -> None:
    """Choose an answer without going on."""
    page.locator(f"input[name=answer][value='{value}']").check()


def answer(page: Page, number: int, value: int) -> None:
    """Answer the question of that number and go on."""
    expect(page.get_by_role("progressbar")).to_have_attribute("value", str(number))
    choose(page, value)
    page.locator("form > button.button-main").click()


def task_row(page: Page, *words: str) -> Locator:
    """The row of Today that holds all these words."""
    rows = page.locator("tr[data-row]")
    for word in words:
        rows = rows.filter(has_text=word)
    return rows


def figure(page: Page, step: str) -> int:
    """How many people the dashboard's funnel counts at a step."""
    row = page.locator("table.bars").first.get_by_role("row").filter(has_text=re.compile(rf"^\s*{step}"))
    return int(row.first.locator("td.num").inner_text().replace(",", ""))
