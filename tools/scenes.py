"""What `pictures` takes beyond plain pages: a patient's way through a link, filled lists, refused forms."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.models import Count
from django.utils import timezone
from playwright.sync_api import Page
from tests.browser import steps
from tests.browser.patients import BORN, linked
from tests.browser.site import Site
from tests.integration import factories as make
from tests.security.world import World

import allay
from allay.economics.case.presets import read_preset
from allay.economics.result.result import case_result
from allay.interop.registry import load_map
from allay.reports.case_page import case_html
from allay_web.access.models import Membership
from allay_web.access.roles import Role
from allay_web.enrolment.models import Episode, Referral
from allay_web.jobs import actions as jobs
from allay_web.outcomes.models import Assignment

Scene = Callable[[Site, Callable[..., Page]], Page]

SHEET = (
    "given_name,family_name,birth_date,phone,payer_type\n"
    "Nora,Ashby,1969-02-14,601-555-0150,Medicaid\n"
    "{given},{family},{born},,Medicare\n"
)
REGISTRY_HEADER = "PATIENT_NUM,PAIN_INTENSITY_AVERAGE,PAIN_INTENSITY_AVERAGE.FOLLOW_UP\n"


def best_episode(site: Site) -> Episode:
    """Somebody whose page shows what pages can show: a safety alert, else as many scores as there are."""
    episodes = Episode.objects.of(site.program()).annotate(n=Count("scores")).select_related("patient")
    alarmed = episodes.filter(tasks__kind="safety", tasks__closed_at=None)
    return alarmed.order_by("pk").first() or episodes.order_by("-n", "pk")[0]


def world(site: Site) -> World:
    """The demonstration with, by name, what addresses of the access matrix ask for."""
    program = site.program()
    members = {Role(m.role): m for m in Membership.objects.select_related("user").filter(program=program)}
    episode = best_episode(site)
    waiting = Assignment.objects.of(program).filter(status="open").order_by("due_on", "pk").first()
    twin = make.patient(
        program,
        given_name=episode.patient.given_name,
        family_name=episode.patient.family_name,
        birth_date=episode.patient.birth_date,
    )
    referral = Referral.objects.of(program).filter(status="open").exclude(next_step="").order_by("pk").first()
    objects: dict[str, Any] = {
        "patient": episode.patient_id,
        "twin": twin.pk,
        "referral": referral.pk,
        "episode": episode.pk,
        "assignment": waiting.pk,
        "member": members[Role.CLINICIAN].pk,
        **_uploads(site, members[Role.DIRECTOR], episode),
    }
    return World(program, members, objects)


def _uploads(site: Site, director: Membership, episode: Episode) -> dict[str, int]:
    by, patient = make.actor(director), episode.patient
    sheet = SHEET.format(given=patient.given_name, family=patient.family_name, born=patient.birth_date)
    choir = load_map("choir").model_dump_json(by_alias=True)
    held = {}
    for kind, content, options in (("referrals", sheet, {}), ("registry", REGISTRY_HEADER, {"map": choir})):
        upload = jobs.hold(
            program=site.program(),
            kind=kind,
            name=f"{kind}.csv",
            content=content.encode(),
            options=options,
            by=by,
            at=timezone.now(),
        )
        held[f"{kind}_upload"] = upload.pk
    return held


def _patient(
    site: Site, opened: Callable[..., Page], *, language: str = "en", goals: bool = False, **options: Any
) -> Page:
    page = opened(**options)
    page.goto(linked(site, language=language, goals=goals).link)
    return page


def _asked(site: Site, opened: Callable[..., Page], *, answered: int = 0, **options: Any) -> Page:
    page = _patient(site, opened, **options)
    steps.give_birth_date(page, BORN)
    for number in range(1, answered + 1):
        steps.answer(page, number, 1)
    page.wait_for_load_state()
    return page


def wrong_birth_date(site: Site, opened: Callable[..., Page]) -> Page:
    """The first page of a link after a wrong date."""
    page = _patient(site, opened)
    steps.give_birth_date(page, BORN.replace(year=1950))
    page.get_by_role("alert").wait_for()
    return page


def chosen(site: Site, opened: Callable[..., Page], **options: Any) -> Page:
    """A question with an answer chosen."""
    page = _asked(site, opened, answered=2, **options)
    steps.choose(page, 6)
    return page


def help_page(site: Site, opened: Callable[..., Page]) -> Page:
    """What is shown first where an answer calls for help."""
    page = _asked(site, opened, answered=12)
    page.get_by_role("link", name="988").first.wait_for()
    return page


def review(site: Site, opened: Callable[..., Page]) -> Page:
    """The last page before sending, with a question left out."""
    page = _asked(site, opened)
    steps.press(page, "I would rather not answer")
    for number in range(2, 20):
        steps.answer(page, number, 0)
    page.get_by_role("heading", name="Ready to send?").wait_for()
    return page


def thanks(site: Site, opened: Callable[..., Page]) -> Page:
    """The page after sending."""
    page = review(site, opened)
    steps.press(page, "Send my answers")
    page.get_by_role("heading", name="Thank you").wait_for()
    return page


def call(site: Site, opened: Callable[..., Page]) -> Page:
    """What a Spanish speaker sees where there is no official wording."""
    page = _asked(site, opened, language="es", locale="es-US")
    page.get_by_role("heading", name="Le vamos a llamar").wait_for()
    return page


def link_sheet(site: Site, opened: Callable[..., Page]) -> Page:
    """The page that shows a link once, with its code to print."""
    page = opened(role=Role.COORDINATOR)
    steps.make_link(page, linked(site).episode.pk)
    return page


def refused_sheet(site: Site, opened: Callable[..., Page]) -> Page:
    """A pasted table with mistakes."""
    page = opened(role=Role.COORDINATOR)
    page.goto(steps.PROGRAM + "referrals/import/")
    page.get_by_label("Paste a table").fill(
        "given_name,family_name,birth_date\nNora,Ashby,31/31/1969\n,Lee,x\n"
    )
    steps.press(page, "Check it")
    page.get_by_role("alert").wait_for()
    return page


def unfolded(site: Site, opened: Callable[..., Page]) -> Page:
    """Today with what a row unfolds."""
    page = opened(role=Role.COORDINATOR)
    page.goto(steps.PROGRAM + "today/?whose=all")
    for summary in page.locator("tr[data-row] summary").all()[:6]:
        summary.click()
    return page


def _place(role: Role, address: str, **options: Any) -> Scene:
    def scene(site: Site, opened: Callable[..., Page]) -> Page:
        page = opened(role=role, **options)
        page.goto(steps.PROGRAM + address)
        return page

    return scene


def clinician(site: Site, opened: Callable[..., Page], **options: Any) -> Page:
    """A patient's one page."""
    page = opened(role=Role.CLINICIAN, **options)
    page.goto(f"{steps.PROGRAM}patients/{best_episode(site).pk}/")
    return page


def refused_referral(site: Site, opened: Callable[..., Page]) -> Page:
    """A referral that lacks what is needed."""
    page = opened(role=Role.COORDINATOR)
    page.goto(steps.PROGRAM + "referrals/new/")
    page.locator("form").last.evaluate("form => form.noValidate = true")
    steps.press(page, "Save the referral")
    page.get_by_role("alert").wait_for()
    return page


SCENES: dict[str, Scene] = {
    "patient-1-link": _patient,
    "patient-2-wrong-date": wrong_birth_date,
    "patient-3-goals": lambda site, opened: _asked(site, opened, goals=True),
    "patient-4-question": chosen,
    "patient-5-list": lambda site, opened: _asked(site, opened, answered=4),
    "patient-6-help": help_page,
    "patient-7-review": review,
    "patient-8-thanks": thanks,
    "patient-9-call": call,
    "patient-spanish": lambda site, opened: _patient(site, opened, language="es", locale="es-US"),
    "patient-dark": lambda site, opened: chosen(site, opened, scheme="dark"),
    "link-sheet": link_sheet,
    "sheet-refused": refused_sheet,
    "referral-refused": refused_referral,
    "today-all": _place(Role.COORDINATOR, "today/?whose=all"),
    "today-unfolded": unfolded,
    "today-dark": _place(Role.COORDINATOR, "today/?whose=all", scheme="dark"),
    "clinician-dark": lambda site, opened: clinician(site, opened, scheme="dark"),
    "dashboard-dark": _place(Role.DIRECTOR, "program/", scheme="dark"),
    "not-found": _place(Role.COORDINATOR, "referrals/999999/"),
}


def business_case(site: Site, opened: Callable[..., Page]) -> Page:
    """The report of the preset that the how-to guide works out."""
    case = read_preset("path-2021").case
    page = opened()
    page.set_content(case_html(case_result(case, draws=2_000, seed=1, allay_version=allay.__version__)))
    return page


def study(site: Site, opened: Callable[..., Page]) -> Page:
    """The report of a study of simulated claims, from the commands of the readme."""
    return _made(
        opened,
        "study/report.html",
        "evaluation simulate -o claims --members 20000 --months 36 --seed 1",
        "evaluation new --claims claims -o study.yaml",
        "evaluation study study.yaml -o study --as-of 2026-11-27 --no-pdf",
    )


def week(site: Site, opened: Callable[..., Page]) -> Page:
    """A week of the small clinic that the how-to guide plans."""
    return _made(
        opened,
        "week.html",
        "scheduling generate --family small-clinic --patients 40 --seed 2 -o problem.json",
        "scheduling solve problem.json -o plan.json",
        "scheduling picture problem.json plan.json -o week.html",
    )


def consensus(site: Site, opened: Callable[..., Page]) -> Page:
    """The report of the complete exercise that ships."""
    return _made(
        opened,
        "result/report.html",
        "consensus new two-rounds -o exercise",
        "consensus run exercise/protocol.yaml exercise/ratings.csv -o result",
    )


def _made(opened: Callable[..., Page], file: str, *commands: str) -> Page:
    """Open the page that commands make."""
    with tempfile.TemporaryDirectory() as folder:
        for words in commands:
            command = [sys.executable, "-m", "allay.cli", *words.split()]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            if done.returncode:
                raise RuntimeError(done.stderr)
        text = (Path(folder) / file).read_text(encoding="utf-8")
    page = opened()
    page.set_content(text)
    return page


SHOWN: dict[str, tuple[int, Scene]] = {
    "today": (1280, _place(Role.COORDINATOR, "today/?whose=all")),
    "clinician": (1280, clinician),
    "dashboard": (1280, _place(Role.DIRECTOR, "program/")),
    "business-case": (1280, business_case),
    "study": (1280, study),
    "week": (1280, week),
    "consensus": (1280, consensus),
    "question": (360, chosen),  # last, as it brings somebody in
}
