"""Today by keyboard alone: move, open, settle a referral in place, put a task off."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import PROGRAM, task_row

from allay_web.access.roles import Role
from allay_web.enrolment.models import Referral
from allay_web.worklist.models import Task


def focused(page: Page) -> str:
    """The row that holds the focus."""
    return str(page.evaluate("() => document.activeElement?.closest('tr')?.id ?? ''"))


def to_row(page: Page, row: str) -> None:
    """Go down until that row is focused."""
    for _ in range(60):
        page.keyboard.press("ArrowDown")
        if focused(page) == row:
            return
    raise AssertionError(f"the arrow keys do not reach {row}")


def test_a_skip_link_comes_first(sign_in: Open) -> None:
    page = sign_in(role=Role.COORDINATOR)
    page.goto(PROGRAM + "today/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_a_next_step_is_set_in_place(site: Site, sign_in: Open) -> None:
    page = sign_in(role=Role.COORDINATOR)
    page.goto(PROGRAM + "today/?whose=all")
    expect(page.locator(".keys")).to_be_visible()
    task = Task.objects.of(site.program()).filter(kind="referral", closed_at=None).order_by("due_at")[0]
    to_row(page, f"task-{task.pk}")
    page.keyboard.press("d")
    page.keyboard.type("Ask for the insurance card")
    page.keyboard.press("Tab")
    page.keyboard.type("11252026")
    page.keyboard.press("Enter")
    done = page.locator(f"#task-{task.pk}[data-done]")
    expect(done).to_contain_text("Ask for the insurance card")
    assert focused(page) != f"task-{task.pk}", "the keyboard goes on with the next row"
    assert focused(page).startswith("task-")
    referral = Referral.objects.of(site.program()).get(pk=task.referral_id)
    assert (referral.next_step, referral.due_on) == ("Ask for the insurance card", date(2026, 11, 25))


def test_a_task_is_put_off(site: Site, sign_in: Open) -> None:
    page = sign_in(role=Role.COORDINATOR)
    page.goto(PROGRAM + "today/?whose=all")
    task = Task.objects.of(site.program()).filter(kind="form", closed_at=None).order_by("due_at")[0]
    to_row(page, f"task-{task.pk}")
    page.keyboard.press("s")
    expect(page.locator(f"#days-{task.pk}")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"#task-{task.pk}[data-done]")).to_contain_text("Put off until Tuesday 24 November")
    page.reload()
    expect(page.locator(f"#task-{task.pk}")).to_have_count(0)


def test_enter_opens_what_the_row_is_about(site: Site, sign_in: Open) -> None:
    page = sign_in(role=Role.COORDINATOR)
    page.goto(PROGRAM + "today/?whose=all")
    task = Task.objects.of(site.program()).filter(kind="referral", closed_at=None).order_by("due_at")[0]
    name = task_row(page, task.patient.name).first.locator("th .strong").inner_text()
    to_row(page, f"task-{task.pk}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
