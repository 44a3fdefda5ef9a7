"""The pages a patient walks through on a private link."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils import timezone

from allay_web.care.actions import LONGEST_GOAL, MOST_GOALS
from allay_web.outcomes import actions
from allay_web.outcomes.asking import question as wording
from allay_web.outcomes.asking import rules
from allay_web.outcomes.models import Assignment
from allay_web.outcomes.phrases import LANGUAGES, phrase
from allay_web.outcomes.queries import LinkState, Walk, read_walk, showable, state_of, unfinished, walk
from allay_web.outcomes.queries.goals import read_goals
from allay_web.outcomes.refusals import AlreadySent, ImpossibleAnswer, Unfinished
from allay_web.outcomes.sent import MONTHS, BirthDate, PatientAnswer
from allay_web.outcomes.views.visit import Visit, shut, visit, wanted_language


def onward(here: Visit, way: Walk) -> HttpResponse:
    """To where the patient is: help first, then goals, the first open question, or sending."""
    if here.invitation.help_pending:
        return here.go("help")
    if here.invitation.ask_goals and here.invitation.goals_at is None:
        return here.go("goals")
    if way.next_open is not None:
        return here.go("question", number=way.next_open)
    if way.steps:
        return here.go("review")
    return here.go("call") if way.waits_for_interpreter else shut(here, LinkState.COMPLETED)


@visit("GET", "POST", unknown=True)
def link(here: Visit) -> HttpResponse:
    """The first page: what this is, how long it takes, and the birth date."""
    at = timezone.now()
    language = _chosen_language(here)
    if here.request.method != "POST":
        if here.known:
            return onward(here, walk(here.invitation, at=at))
        return _ask(here, BirthDate(), language)
    typed = BirthDate.read(here.request.POST)
    if typed.date is None:
        words = "link.no_such_date" if typed.complete else "link.fill_in"
        return _ask(here, typed, language, error=phrase(words, language=language))
    opening = actions.open_link(invitation=here.invitation, birth_date=typed.date, by=here.by, at=at)
    if opening.opened:
        actions.choose_language(invitation=here.invitation, language=language, by=here.by, at=at)
        here.invitation.refresh_from_db(fields=["language"])
        return onward(here.recognized(), walk(here.invitation, at=at))
    if opening.left <= 0:
        return shut(here, LinkState.LOCKED)
    error = phrase("link.wrong", language=language, left=opening.left)
    return _ask(here, typed, language, error=error)


def _chosen_language(here: Visit) -> str:
    """The language of the first page; who reads English may ask for another, whose forms staff then ask."""
    asked = here.request.POST.get("lang", "") or wanted_language(here.request)
    return asked if here.language == "en" and asked in LANGUAGES else here.language


def _ask(here: Visit, typed: BirthDate, language: str, *, error: str = "") -> HttpResponse:
    return here.page(
        "link",
        status=422 if error else 200,
        language=language,
        languages=LANGUAGES if here.language == "en" else (),
        typed=typed,
        months=MONTHS,
        way=walk(here.invitation, at=timezone.now(), language=language),
        lapsed=here.lapsed,
        error=error,
    )


@visit("GET", "POST")
def goals(here: Visit) -> HttpResponse:
    """Up to three goals in the patient's own words, asked once, before the questions."""
    at = timezone.now()
    way = walk(here.invitation, at=at)
    if not here.invitation.ask_goals or here.invitation.goals_at is not None:
        return onward(here, way)
    words, error = (read_goals(here.invitation, by=here.by) + [""] * MOST_GOALS)[:MOST_GOALS], ""
    if here.request.method == "POST":
        words = here.request.POST.getlist("goal")[:MOST_GOALS]
        given = [] if "skip" in here.request.POST else words
        try:
            actions.answer_goals(invitation=here.invitation, words=given, by=here.by, at=at)
        except ValidationError:
            error = phrase("goals.too_long", language=here.language)
        else:
            here.invitation.refresh_from_db(fields=["goals_at"])
            return onward(here, way)
    return here.page("goals", status=422 if error else 200, words=words, error=error, longest=LONGEST_GOAL)


@visit("GET", "POST", unknown=True)
def question(here: Visit, number: int) -> HttpResponse:
    """One question; the answer is saved before the next one is shown."""
    if here.request.method == "POST":
        sent = PatientAnswer.read(here.request.POST)
        return _save(here, number, sent) if here.known else _came_late(here, sent)
    if not here.known:
        return here.go("link")
    if here.invitation.help_pending:
        return here.go("help")
    way = read_walk(here.invitation, by=here.by, at=timezone.now())
    return _show(here, way, number)


def _show(here: Visit, way: Walk, number: int, *, error: str = "") -> HttpResponse:
    step = way.step(number)
    if step is None:
        return onward(here, way)
    return here.page(
        "question",
        status=422 if error else 200,
        way=way,
        step=step,
        minutes=way.minutes_from(number),
        back=number - 1,
        highest=step.instrument.item(step.item).maximum,
        question=wording(step.instrument, step.item, language=here.language),
        error=error,
    )


def _asked(here: Visit, sent: PatientAnswer) -> Assignment | None:
    """The form an answer belongs to, among those this link may show and that are still open."""
    forms = unfinished(here.invitation.episode, here.invitation.timepoint)
    shown = showable(forms, language=here.invitation.language)
    return next((form for form in shown if form.pk == sent.form), None)


def _save(here: Visit, number: int, sent: PatientAnswer) -> HttpResponse:
    at = timezone.now()
    form = _asked(here, sent)
    if form is None:  # sent meanwhile from another tab, or entered by staff
        return onward(here, walk(here.invitation, at=at))
    again = phrase("question.choose", language=here.language)
    if not sent.given:
        return _show(here, read_walk(here.invitation, by=here.by, at=at), number, error=again)
    value = None if sent.skipped else sent.value
    try:
        saved = actions.save_answer(assignment=form, item=sent.item, value=value, by=here.by, at=at)
    except AlreadySent:
        return onward(here, walk(here.invitation, at=at))
    except ImpossibleAnswer:
        return _show(here, read_walk(here.invitation, by=here.by, at=at), number, error=again)
    if saved.crisis or here.invitation.help_pending:
        return here.go("help")
    way = walk(here.invitation, at=at)
    following = (way.number_of(form.pk, sent.item) or number) + 1
    return here.go("question", number=following) if following <= way.total else onward(here, way)


def _came_late(here: Visit, sent: PatientAnswer) -> HttpResponse:
    """An answer after the page had timed out: not saved, but an alarming one is not ignored."""
    form = _asked(here, sent)
    value = None if sent.skipped else sent.value
    if form is not None and actions.raise_unsaved_alarm(
        assignment=form, item=sent.item, value=value, by=here.by, at=timezone.now()
    ):
        return _help_page(here)
    return here.go("link")


@visit("GET", "POST", closed=True)
def crisis(here: Visit) -> HttpResponse:
    """Crisis help, before anything else, until the patient goes on."""
    at = timezone.now()
    if here.request.method != "POST":
        return _help_page(here)
    state = state_of(here.invitation, at=at)
    actions.see_help(invitation=here.invitation, by=here.by, at=at)
    if state is not LinkState.OPEN:
        return shut(here, state)
    way = walk(here.invitation, at=at)
    if way.after_alarm is not None and way.next_open is not None:
        return here.go("question", number=way.after_alarm)
    here.invitation.help_pending = False
    return onward(here, way)


def _help_page(here: Visit) -> HttpResponse:
    language = wanted_language(here.request) or here.language
    return here.page(
        "help",
        language=language,
        languages=LANGUAGES,
        may_text=here.invitation.program.crisis_phone == rules().texting.value,
        emergency_phone=rules().emergency_phone.value,
    )


@visit("GET", "POST")
def review(here: Visit) -> HttpResponse:
    """What was left out, and sending."""
    at = timezone.now()
    if here.invitation.help_pending:
        return here.go("help")
    if here.request.method == "POST":
        try:
            actions.send(invitation=here.invitation, by=here.by, at=at)
        except Unfinished:
            return onward(here, walk(here.invitation, at=at))
        return here.go("thanks")
    way = read_walk(here.invitation, by=here.by, at=at)
    if not way.steps or way.next_open is not None:
        return onward(here, way)
    skipped = [
        (step.number, wording(step.instrument, step.item, language=here.language).text)
        for step in way.skipped
    ]
    return here.page("review", way=way, skipped=skipped)


@visit("GET", closed=True)
def thanks(here: Visit) -> HttpResponse:
    """What happens next."""
    if state_of(here.invitation, at=timezone.now()) is not LinkState.COMPLETED:
        return here.go("link")
    language = wanted_language(here.request) or here.language
    return here.page("thanks", language=language, languages=LANGUAGES)


@visit("GET")
def call(here: Visit) -> HttpResponse:
    """No wording in the patient's language: staff will call with an interpreter."""
    way = walk(here.invitation, at=timezone.now())
    if way.steps or not way.waits_for_interpreter:
        return onward(here, way)
    return here.page("call")
