"""allauth's pages under our rules, and what we add to them."""

from __future__ import annotations

from allauth.account import views as account
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from allay_web.access.web import public

RETRY_SECONDS = 60


@public("GET", "POST")
def logout(request: HttpRequest) -> HttpResponseBase:
    """Ends the session and has the browser forget what it kept of the pages.

    Cookies are not named in Clear-Site-Data: that would sign people out of everything else under the
    clinic's domain, and the session's own cookie is deleted and dead anyway.
    """
    was_signed_in = request.user.is_authenticated
    response: HttpResponseBase = account.logout(request)
    if was_signed_in and not request.user.is_authenticated:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@public("GET")
def signup_closed(request: HttpRequest) -> HttpResponse:
    """Accounts are made by a program's director; the page says so."""
    return render(request, "account/signup_closed.html")


def too_many(request: HttpRequest) -> HttpResponse:
    """429: too many attempts from one place."""
    response = render(request, "account/too_many.html", status=429)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
