"""Pages of a plan in a browser: they fit, are accessible, ask nobody; nothing in the picture runs over."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.axe import overflow, violations
from tests.unit.scheduling.checking.handmade import good

from allay.reports.schedule_page import plan_html, week_html
from allay.scheduling.instances.generator import generate
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.greedy import good_greedy

WIDTHS = (360, 768, 1280)
KINDS = ("full", "clinic", "almost-empty", "handmade")

# Letters and signs of a block lie within it.
RUNS_OVER = """() => [...document.querySelectorAll("svg g")].filter(group => {
    const box = group.querySelector("rect").getBoundingClientRect()
    return [...group.querySelectorAll("text, circle")].some(one => {
        const own = one.getBoundingClientRect()
        return own.left < box.left - 1 || own.right > box.right + 1 || own.bottom > box.bottom + 1
    })
}).map(group => group.querySelector("title").textContent)"""
# No words of the picture lie over others.
OVERLAPS = """() => {
    const boxes = [...document.querySelectorAll("svg text")].map(one => [one, one.getBoundingClientRect()])
    return boxes.flatMap(([one, a], place) => boxes.slice(place + 1)
        .filter(([other, b]) => a.left < b.right - 1 && b.left < a.right - 1
            && a.top < b.bottom - 4 && b.top < a.bottom - 4)
        .map(([other]) => one.textContent + " | " + other.textContent))
}"""
CUT_OFF = """() => [...document.querySelectorAll("svg")].flatMap(svg => {
    const box = svg.getBoundingClientRect()
    return [...svg.querySelectorAll("text")].filter(one => one.getBoundingClientRect().right > box.right)
        .map(one => one.textContent)
})"""


@cache
def planned(kind: str) -> tuple[SchedulingProblem, Plan]:
    """A full week of 20 practitioners, a small clinic, two sessions alone, or the plan made by hand."""
    if kind == "handmade":
        return good()
    if kind == "full":
        problem = generate("a4", patients=300, seed=1)
        return problem, good_greedy(problem)
    problem = generate("small-clinic", patients=40, seed=1)
    plan = good_greedy(problem)
    if kind == "clinic":
        return problem, plan
    linked = next(one for one in plan.sessions if one.second)
    remote = next(one for one in plan.sessions if one.mode == "telehealth")
    return problem, plan.model_copy(update={"sessions": (linked, remote), "meetings": ()})


@pytest.mark.parametrize("by", ["practitioner", "room"])
@pytest.mark.parametrize("kind", KINDS)
def test_pictures_fit_and_nothing_runs_over(browser: Browser, tmp_path: Path, kind: str, by: str) -> None:
    file = tmp_path / "week.html"
    file.write_text(week_html(*planned(kind), by=by), encoding="utf-8")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert page.evaluate(RUNS_OVER) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(CUT_OFF) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) == 0, width
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_of_a_plan_is_accessible(browser: Browser, tmp_path: Path, width: int) -> None:
    file = tmp_path / "index.html"
    file.write_text(plan_html(*good()), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(file.as_uri())
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert violations(page) == []
    context.close()


def test_a_narrow_screen_moves_the_picture_with_the_keyboard(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "week.html"
    file.write_text(week_html(*planned("clinic")), encoding="utf-8")
    context = browser.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(file.as_uri())
    picture = page.get_by_role("region", name="Picture of Week 1")
    picture.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.week').scrollLeft > 0")
    context.close()
