"""How a view says who may open it. A view that says nothing is refused to everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, Protocol

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from allay_web.access import actor
from allay_web.access.actor import Actor
from allay_web.access.models import Membership, Program
from allay_web.access.permissions import Permission


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may open a route: anybody, anybody signed in, a patient's link, or holders of a permission."""

    kind: Literal["public", "signed_in", "patient_link", "program"]
    permission: Permission | None = None
    methods: tuple[str, ...] = ("GET",)


class ProgramRequest(HttpRequest):
    """A request inside one program, by a known actor."""

    program: Program
    actor: Actor


MOST_DIGITS = 18  # of a number that every database holds; Python refuses to read thousands of digits


def record_id(text: str) -> int | None:
    """The id a form names; None for anything that cannot be one.

    Examples
    --------
    >>> record_id("12"), record_id("-1"), record_id("9" * 5000)
    (12, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


View = Callable[..., HttpResponseBase]


class RuledView(Protocol):
    """A view that says who may open it."""

    rule: Rule

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


def _ruled(view: View, rule: Rule) -> View:
    view.rule = rule  # type: ignore[attr-defined]
    return view


def _refused(request: HttpRequest, allowed: tuple[str, ...]) -> HttpResponseBase | None:
    """405 for a method the rule does not name; HEAD goes wherever GET does."""
    if request.method in allowed or (request.method == "HEAD" and "GET" in allowed):
        return None
    return HttpResponseNotAllowed(allowed)


def _open(view: View, rule: Rule) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return _refused(request, rule.methods) or view(request, *args, **kwargs)

    return _ruled(guarded, rule)


def public(*methods: str) -> Callable[[View], View]:
    """Anybody may open it, signed in or not; default GET."""
    return lambda view: _open(view, Rule("public", methods=methods or ("GET",)))


def patient_link(*methods: str) -> Callable[[View], View]:
    """Opened with a private link; the view itself checks the link and the birth date."""
    return lambda view: _open(view, Rule("patient_link", methods=methods or ("GET",)))


def signed_in(*methods: str) -> Callable[[View], View]:
    """Anybody with an account, on matters of their own account."""
    allowed = methods or ("GET",)

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            return _refused(request, allowed) or view(request, *args, **kwargs)

        return _ruled(guarded, Rule("signed_in", methods=allowed))

    return mark


def page(permission: Permission, *methods: str) -> Callable[[View], View]:
    """Members of the program in the address who hold `permission`; everybody else learns nothing.

    Not signed in: to the sign-in page. Another program: 404, so that its existence is not told.
    A member without the permission: 403. The view gets `request.program` and `request.actor`.
    """
    allowed = methods or ("GET",)

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, program: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            membership = (
                Membership.objects.select_related("program", "user")
                .filter(user_id=request.user.pk, program__slug=program, is_active=True)
                .first()
            )
            if membership is None:
                raise Http404
            request.program = membership.program  # type: ignore[attr-defined]
            request.actor = actor.staff(membership)  # type: ignore[attr-defined]
            request.membership = membership  # type: ignore[attr-defined]
            if permission not in membership.permissions:
                raise PermissionDenied(f"{membership.role} may not {permission}")
            return _refused(request, allowed) or view(request, *args, **kwargs)

        return _ruled(guarded, Rule("program", permission, allowed))

    return mark


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """The rule a view carries, if any."""
    return getattr(view, "rule", None)


__all__ = [
    "HttpResponse",
    "ProgramRequest",
    "Rule",
    "page",
    "patient_link",
    "public",
    "record_id",
    "rule_of",
    "signed_in",
]
