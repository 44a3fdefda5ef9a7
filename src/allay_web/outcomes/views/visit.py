"""Opening a patient's page: the link, its state, and whether the birth date was given on this device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from allay_web.access import actor
from allay_web.access.actor import Actor
from allay_web.access.web import patient_link
from allay_web.audit.context import current
from allay_web.outcomes import actions, queries
from allay_web.outcomes.models import Invitation
from allay_web.outcomes.phrases import LANGUAGES
from allay_web.outcomes.queries import LinkState

COOKIE = "link"
RETRY_SECONDS = 15 * 60
# The stamp lapses much sooner than its cookie; a lapsed one lets the page say why it asks again.
KEPT_SECONDS = 24 * 60 * 60
_signer = TimestampSigner(salt="outcomes.link")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request on one link."""

    request: HttpRequest
    token: str
    invitation: Invitation
    by: Actor
    known: bool  # the birth date was given here, not long ago

    @property
    def language(self) -> str:
        """The one language of the link's pages."""
        return self.invitation.language if self.invitation.language in LANGUAGES else "en"

    @property
    def lapsed(self) -> bool:
        """Whether the birth date was given here, but too long ago."""
        return not self.known and COOKIE in self.request.COOKIES

    def url(self, route: str, **kwargs: Any) -> str:
        """The address of another page of this link."""
        return reverse(f"patient:{route}", kwargs={"token": self.token, **kwargs})

    def go(self, route: str, **kwargs: Any) -> HttpResponse:
        """On to another page of this link; from the birth date on, the visit is remembered a while."""
        return self.remember(redirect(self.url(route, **kwargs)))

    def page(self, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        """A page of this link, in its language."""
        found = {"visit": self, "language": self.language, "program": self.invitation.program, **context}
        response = render(self.request, f"outcomes/patient/{template}.html", found, status=status)
        return self.remember(response)

    def remember(self, response: HttpResponse) -> HttpResponse:
        """Keep the page open for another while, for this link only; nothing is stored on the server."""
        if self.known:
            response.set_cookie(
                COOKIE,
                _signer.sign(_stamp(self.invitation)),
                max_age=KEPT_SECONDS,
                path=self.url("link"),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    def recognized(self) -> Visit:
        """The same visit, once the birth date was right."""
        return Visit(self.request, self.token, self.invitation, self.by, known=True)


def _stamp(invitation: Invitation) -> str:
    return f"{invitation.pk}.{invitation.token_hash[:16]}"


def _is_known(request: HttpRequest, invitation: Invitation) -> bool:
    try:
        stamp = _signer.unsign(request.COOKIES.get(COOKIE, ""), max_age=settings.ALLAY_LINK_IDLE_SECONDS)
    except BadSignature:
        return False
    return stamp == _stamp(invitation)


View = Callable[..., HttpResponse]
Ruled = Callable[..., HttpResponseBase]


def visit(*methods: str, closed: bool = False, unknown: bool = False) -> Callable[[View], Ruled]:
    """A page of a private link, handed a `Visit`.

    Parameters
    ----------
    methods : those allowed; GET brings HEAD
    closed : the page may be opened when the link was sent, withdrawn, locked or is too old
    unknown : the page may be opened before the birth date was given on this device
    """

    def mark(view: View) -> Ruled:
        @wraps(view)
        def guarded(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
            if request.method not in (*methods, "HEAD" if "GET" in methods else ""):
                return HttpResponseNotAllowed(methods)
            at = timezone.now()
            address = current.get().address
            invitation = queries.invitation_for(token)
            known = invitation is not None and _is_known(request, invitation)
            if not known and queries.too_many_guesses(address, at=at):
                return alone(request, "busy", status=429)
            if invitation is None:
                actions.count_guess(address=address, at=at)
                return alone(request, "unknown", status=404)
            by = actor.patient_link(invitation.pk, program_id=invitation.program_id)
            here = Visit(request, token, invitation, by, known)
            state = queries.state_of(invitation, at=at)
            if state is not LinkState.OPEN and not (closed and known):
                return shut(here, state)
            if not known and not unknown:
                return here.go("link")
            request.actor = by  # type: ignore[attr-defined]
            return view(here, **kwargs)

        return patient_link(*methods)(guarded)

    return mark


def shut(here: Visit, state: LinkState) -> HttpResponse:
    """What a link says that no longer opens; it tells nothing of the patient."""
    program = here.invitation.program
    return alone(
        here.request,
        state.value,
        language=here.language,
        status=200 if state is LinkState.COMPLETED else 410,
        program=program,
    )


def alone(
    request: HttpRequest, name: str, *, language: str = "", status: int = 200, **context: Any
) -> HttpResponse:
    """A page that stands by itself, in the reader's language and with a switch to the other."""
    language = wanted_language(request) or language or _accepted(request)
    found = {"name": name, "language": language, "languages": LANGUAGES, **context}
    response = render(request, "outcomes/patient/closed.html", found, status=status)
    if status == 429:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def wanted_language(request: HttpRequest) -> str:
    """The language asked for with the switch; only pages that exist whole in both offer it."""
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else ""


def _accepted(request: HttpRequest) -> str:
    """The browser's language, where nothing else says which."""
    first = request.headers.get("Accept-Language", "").strip().lower()
    return "es" if first.startswith("es") else "en"
