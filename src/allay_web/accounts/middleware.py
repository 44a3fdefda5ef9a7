"""What must hold for everybody who is signed in: not left alone too long, and a second factor."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

STARTED, SEEN = "signed_in_at", "last_seen_at"

# Reachable before the second factor is set up: setting it up, and leaving.
BEFORE_SECOND_FACTOR = {"mfa_activate_totp", "mfa_view_recovery_codes", "account_logout", "account_reauthenticate"}


class SignedIn:
    """Ends idle and old sessions, and leads staff without a second factor to its set-up page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._expired(request):
            logout(request)
            return HttpResponseRedirect(f"{reverse('account_login')}?timeout=1")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        if (
            settings.ALLAY_SECOND_FACTOR
            and request.user.is_authenticated
            and name not in BEFORE_SECOND_FACTOR
            and not is_mfa_enabled(request.user)
        ):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return None

    def _expired(self, request: HttpRequest) -> bool:
        now = time.time()
        started = request.session.setdefault(STARTED, now)
        seen = request.session.get(SEEN, now)
        request.session[SEEN] = now
        return now - started > settings.ALLAY_SESSION_SECONDS or now - seen > settings.ALLAY_IDLE_SECONDS
