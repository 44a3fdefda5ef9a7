"""Who may open what: every route, every role, one's own program, another one, and nobody signed in."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from tests.security.routes import Route, resolved, routes
from tests.security.world import World

from allay_web.access.middleware import DenyByDefault
from allay_web.access.models import Membership
from allay_web.access.permissions import Permission
from allay_web.access.roles import PERMISSIONS, Role
from allay_web.access.web import rule_of

ROUTES = {route.name: route for route in routes()}
IN_PROGRAM = [route for route in routes() if route.in_program]
OTHERS = [route for route in routes() if not route.in_program]
SIGN_IN = "/account/login/"
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def named(chosen: list[Route]) -> dict[str, object]:
    """Parametrize by route, shown by its name."""
    return {"argnames": "route", "argvalues": [pytest.param(r, id=r.name) for r in chosen]}


def ask(browser: Client, method: str, url: str, route: Route) -> HttpResponse:
    """One request; POST sends what the matrix says."""
    sent = route.send if method == "POST" else {}
    answer: HttpResponse = getattr(browser, method.lower())(url, sent)
    return answer


def test_every_route_is_in_the_matrix_and_every_line_is_a_route():
    assert set(ROUTES) == set(resolved())


def test_no_route_is_without_a_name():
    assert [name for name in resolved() if name.endswith("None")] == []


@pytest.mark.parametrize(**named(list(ROUTES.values())))
def test_the_view_says_what_the_matrix_says(route):
    rule = rule_of(resolved()[route.name].callback)
    assert rule is not None, "this view names no access rule"
    assert (str(rule.permission) if rule.permission else rule.kind) == route.who
    assert set(rule.methods) == set(route.methods)


@pytest.mark.parametrize(**named(list(ROUTES.values())))
def test_what_changes_something_is_not_a_get(route):
    assert set(route.methods) <= {"GET", "POST"}


def test_every_permission_is_somebodys():
    given = frozenset().union(*PERMISSIONS.values())
    assert given | {Permission.FORM_ANSWER} == frozenset(Permission)


def test_staff_do_not_answer_for_patients():
    assert [role for role in Role if Permission.FORM_ANSWER in PERMISSIONS[role]] == []


def test_a_view_without_a_rule_is_refused():
    def bare(request):
        return HttpResponse("open to all")

    request = RequestFactory().get("/")
    with pytest.raises(PermissionDenied, match="no access rule"):
        DenyByDefault(lambda _: HttpResponse()).process_view(request, bare, (), {})


def address(route: Route, world: World, *, of: World | None = None) -> str:
    """The route's address; a line of the matrix whose object the world does not have is a mistake."""
    url = route.url(world, of=of)
    assert url is not None, f"tests/security/world.py has no object for {route.objects}"
    return url


@pytest.mark.parametrize(**named(IN_PROGRAM))
class TestAProgramsRoute:
    def test_those_who_may_open_it(self, route, world):
        for role in route.roles():
            for method in route.methods:
                answer = ask(world.client(role), method, address(route, world), route)
                if method == "GET":
                    assert answer.status_code in route.answers, (role, method)
                else:
                    assert answer.status_code in {200, 302, 400, 409, 422}, (role, method)

    def test_those_of_the_program_who_may_not(self, route, world):
        for role in set(Role) - set(route.roles()):
            for method in route.methods:
                answer = ask(world.client(role), method, address(route, world), route)
                assert answer.status_code == 403, (role, method)

    def test_nobody_signed_in(self, route, world):
        for method in route.methods:
            answer = ask(Client(), method, address(route, world), route)
            assert answer.status_code == 302
            assert answer["Location"].startswith(SIGN_IN)

    def test_members_of_another_program(self, route, world, other):
        for role in Role:
            for method in route.methods:
                answer = ask(other.client(role), method, address(route, world), route)
                assert answer.status_code == 404, (role, method)

    def test_a_member_who_left(self, route, world):
        for role in Role:
            Membership.objects.filter(pk=world.members[role].pk).update(is_active=False)
            for method in route.methods:
                assert ask(world.client(role), method, address(route, world), route).status_code == 404

    def test_another_programs_record_under_ones_own_address(self, route, world, other):
        if not route.names_an_object:
            return
        for role in route.roles():
            for method in route.methods:
                answer = ask(world.client(role), method, address(route, world, of=other), route)
                assert answer.status_code == 404, (role, method)

    def test_a_program_that_is_not_there(self, route, world):
        url = address(route, world).replace(world.program.slug, "no-such-program")
        for method in route.methods:
            assert ask(world.client(Role.DIRECTOR), method, url, route).status_code == 404

    def test_other_methods(self, route, world):
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(route.methods):
            browser = world.client(route.roles()[0])
            assert ask(browser, method, address(route, world), route).status_code == 405, method


@pytest.mark.parametrize(**named(OTHERS))
class TestARouteOutsidePrograms:
    def test_who_opens_it(self, route, world):
        patient = route.who == "patient_link"
        browser = world.patient_client() if patient else world.client(route.first_role)
        assert browser.get(address(route, world)).status_code in route.answers

    def test_nobody_signed_in(self, route, world):
        answer = Client().get(address(route, world))
        if route.who == "signed_in":
            assert answer.status_code == 302
            assert answer["Location"].startswith(SIGN_IN)
        else:
            assert answer.status_code < 400

    def test_a_link_nobody_made(self, route, world):
        if route.who != "patient_link":
            return
        url = address(route, world).replace(world.objects["token"], "A" * 22)
        for method in route.methods:
            assert ask(Client(), method, url, route).status_code in {404, 410, 302}

    def test_other_methods(self, route, world):
        browser = world.patient_client() if route.who == "patient_link" else world.client(Role.DIRECTOR)
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(route.methods):
            assert ask(browser, method, address(route, world), route).status_code == 405, method


def test_an_empty_program_opens_every_page_that_needs_no_record(empty):
    for route in IN_PROGRAM:
        if "GET" in route.methods and not route.names_an_object:
            for role in route.roles():
                url = address(route, empty)
                assert empty.client(role).get(url).status_code in route.answers, route.name


@pytest.mark.parametrize("role", list(Role))
def test_home_leads_each_role_to_a_page_it_may_open(role, world):
    answer = world.client(role).get(reverse("home"), follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain


def test_a_refusal_is_in_the_audit_trail(world):
    from allay_web.audit.models import AuditEntry

    world.client(Role.ANALYST).get(reverse("audit:trail", kwargs={"program": world.program.slug}))
    entry = AuditEntry.objects.filter(chain=world.program.pk, action="access.denied").get()
    assert entry.detail == {"route": "audit:trail"}
    assert entry.actor_id == world.members[Role.ANALYST].user_id
