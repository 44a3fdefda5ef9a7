"""A registry is taken in: a mistake is named by its line, a dry run, one confirmation, no second time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect
from tests.browser.axe import overflow, violations
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.steps import PROGRAM, follow, pick, press, titled

from allay_web.access.roles import Role
from allay_web.outcomes.models import Score
from allay_web.people.models import Patient

HEADER = "who,pain,pain_later,sex"
ROWS = ("r1,7,4,female", "r2,5,5,female", "r3,8,,male", "r4,6,2,male")
MAP = """
id: small
version: 1.0.0
title: A small registry
recorded_on: 2026-11-22
source: {title: Invented for tests, accessed: 2026-11-22, status: synthetic}
patient: who
timepoints:
  - {id: start, title: Start}
  - {id: later, title: 3 months}
scales:
  - id: pain
    title: Average pain
    instrument: Numeric rating scale, 0-10
    direction: higher_worse
    unit: points
    minimum: 0
    maximum: 10
    percent_response: true
    columns: {start: pain, later: pain_later}
groups:
  - {id: sex, title: Sex, column: sex, values: {female: Female, male: Male}, reference: male}
changes:
  - {scale: pain, start: start, end: later, key: pain_change}
"""


def choose(page: Page, *rows: str) -> None:
    """Choose a file of these rows with the map above, and have it checked."""
    page.goto(PROGRAM + "program/")
    follow(page, "Import a registry")
    data = "\n".join((HEADER, *rows)) + "\n"
    file = FilePayload(name="small.csv", mimeType="text/csv", buffer=data.encode())
    page.get_by_label("File", exact=True).set_input_files(file)
    pick(page.get_by_label(re.compile("^What its columns are")), "A map of my own")
    own = FilePayload(name="small.yaml", mimeType="application/yaml", buffer=MAP.encode())
    page.get_by_label(re.compile("^A map of your own")).set_input_files(own)
    press(page, "Check the file")
    assert overflow(page) <= 0


@pytest.mark.parametrize("width", ["1280", "360"])
def test_a_registry_is_taken_in_once(site: Site, sign_in: Open, width: str) -> None:
    page = sign_in(role=Role.DIRECTOR, width=width)
    before = Patient.objects.of(site.program()).count()

    choose(page, *ROWS, "r5,11,3,female")
    titled(page, "This file cannot be taken in yet")
    expect(page.get_by_role("row").filter(has_text="11")).to_contain_text("6")  # the line of the file
    assert violations(page) == []
    assert Patient.objects.of(site.program()).count() == before

    choose(page, *ROWS)
    titled(page, "What would come in")
    assert violations(page) == []
    assert Patient.objects.of(site.program()).count() == before
    press(page, "Take in 4 people and 7 scores")
    titled(page, "Taken in")
    assert Patient.objects.of(site.program()).count() == before + 4
    scores = Score.objects.of(site.program()).count()

    page.reload()
    titled(page, "Taken in")
    choose(page, *ROWS)
    titled(page, "Everything in this file is here already")
    expect(page.get_by_role("button", name=re.compile("^Take in"))).to_have_count(0)
    assert Patient.objects.of(site.program()).count() == before + 4
    assert Score.objects.of(site.program()).count() == scores

    page.goto(PROGRAM + "program/?cohort=registry")
    titled(page, "How the program is doing")
    expect(page.locator("main")).to_contain_text("Among the 3 who answered")
    assert overflow(page) <= 0
