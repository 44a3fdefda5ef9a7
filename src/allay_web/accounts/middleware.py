"""What must hold for everybody who is signed in: not left alone too long, and a second factor."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from allay_web.access.web import rule_of

STARTED, SEEN = "signed_in_at", "last_seen_at"

# Each request of a session would write its row; the clock of a session left alone is this coarse instead,
# and runs out this much early rather than late.
GRAIN_SECONDS = 15

# Reachable before the second factor is set up: setting it up, and proving who one is for that.
BEFORE_SECOND_FACTOR = {"mfa_activate_totp", "mfa_view_recovery_codes", "account_reauthenticate"}


def _lead(request: HttpRequest, address: str) -> HttpResponse:
    """Lead to another page; a fragment's request must move the whole page, not fill in a fragment."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)


def started(request: HttpRequest) -> None:
    """Start the session's clocks; at sign-in, so that a second sign-in starts them anew."""
    request.session[STARTED] = request.session[SEEN] = time.time()


def expired(request: HttpRequest) -> bool:
    """Whether a session is too old or was left alone; if not, note that it was seen."""
    now = time.time()
    session = request.session
    began, seen = session.setdefault(STARTED, now), session.setdefault(SEEN, now)
    if now - began > settings.ALLAY_SESSION_SECONDS or now - seen > settings.ALLAY_IDLE_SECONDS:
        return True
    if now - seen > GRAIN_SECONDS:
        session[SEEN] = now
    return False


class SignedIn:
    """Ends idle and old sessions, and leads staff without a second factor to its set-up page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and expired(request):
            logout(request)
            request.timed_out = True  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        rule = rule_of(view)
        if rule is not None and rule.kind in {"public", "patient_link"}:
            return None
        if getattr(request, "timed_out", False):
            return _lead(
                request,
                f"{reverse('account_login')}?{urlencode({'timeout': '1', 'next': _way_back(request)})}",
            )
        match = request.resolver_match
        if (
            settings.ALLAY_SECOND_FACTOR
            and request.user.is_authenticated
            and (match is None or match.view_name not in BEFORE_SECOND_FACTOR)
            and not is_mfa_enabled(request.user)
        ):
            return _lead(request, reverse("mfa_activate_totp"))
        return None


def _way_back(request: HttpRequest) -> str:
    """Where to go after signing in again: the page, not the form that was sent from it."""
    return request.get_full_path() if request.method == "GET" else reverse("home")
