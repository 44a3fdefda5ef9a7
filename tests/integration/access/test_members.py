"""Letting people into a program, and out of it."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from tests.integration import factories as make

from allay_web.access import actions
from allay_web.access.models import Membership
from allay_web.access.roles import Role
from allay_web.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return make.program()


@pytest.fixture
def director(program):
    return make.member(program, Role.DIRECTOR)


def acts(program):
    return list(
        AuditEntry.objects.filter(chain=program.pk).order_by("number").values_list("action", flat=True)
    )


def test_a_new_person_gets_an_account_without_a_password(program, director):
    added = actions.add_member(
        program=program, email=" Ana@Example.org ", name="Ana", role="clinician", by=make.actor(director)
    )
    assert added.user.email == "ana@example.org"
    assert not added.user.has_usable_password()
    assert acts(program) == ["member.add"]


def test_a_known_person_keeps_the_account(program, director):
    known = make.user(email="ana@example.org", password="river stones 4 lunch")
    added = actions.add_member(
        program=program, email="ANA@example.org", name="Other", role="analyst", by=make.actor(director)
    )
    assert added.user == known


def test_somebody_who_left_comes_back(program, director):
    left = make.member(program, Role.CLINICIAN, is_active=False, email="leo@example.org")
    back = actions.add_member(
        program=program, email="leo@example.org", name="Leo", role="finance", by=make.actor(director)
    )
    assert (back.pk, back.role, back.is_active) == (left.pk, Role.FINANCE, True)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN, Role.FINANCE, Role.ANALYST])
def test_only_directors_let_people_in(program, role):
    by = make.actor(make.member(program, role))
    with pytest.raises(PermissionDenied):
        actions.add_member(program=program, email="a@example.org", name="A", role="director", by=by)
    assert acts(program) == []


def test_a_director_of_another_program_may_not(program):
    elsewhere = make.actor(make.member(make.program(), Role.DIRECTOR))
    with pytest.raises(PermissionDenied):
        actions.add_member(program=program, email="a@example.org", name="A", role="analyst", by=elsewhere)


class TestTheLastDirector:
    def test_keeps_the_role(self, program, director):
        with pytest.raises(actions.LastDirector):
            actions.change_role(membership=director, role="analyst", by=make.actor(director))

    def test_stays_in(self, program, director):
        with pytest.raises(actions.LastDirector):
            actions.set_active(membership=director, active=False, by=make.actor(director))

    def test_is_not_added_anew_with_less(self, program, director):
        with pytest.raises(actions.LastDirector):
            actions.add_member(
                program=program, email=director.user.email, name="x", role="analyst", by=make.actor(director)
            )

    def test_may_leave_when_there_is_another(self, program, director):
        make.member(program, Role.DIRECTOR)
        actions.set_active(membership=director, active=False, by=make.actor(director))
        assert not Membership.objects.get(pk=director.pk).is_active

    def test_one_who_left_does_not_count(self, program, director):
        make.member(program, Role.DIRECTOR, is_active=False)
        with pytest.raises(actions.LastDirector):
            actions.change_role(membership=director, role="analyst", by=make.actor(director))


class TestThePage:
    def test_adding_somebody_sends_a_link_that_sets_the_password_once(
        self, program, director, client, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            answer = make.client_for(director).post(
                make.url("access:members", program),
                {"name": "Ana", "email": "ana@example.org", "role": "coordinator"},
            )
        assert answer.status_code == 302
        (sent,) = mail.outbox
        assert "pain" not in (sent.subject + sent.body).lower()
        link = next(word for word in sent.body.split() if word.startswith("http"))
        form = client.get(link, follow=True)
        password = {"password1": "river stones 4 lunch", "password2": "river stones 4 lunch"}
        client.post(form.request["PATH_INFO"], password)
        assert client.login(email="ana@example.org", password="river stones 4 lunch")
        client.logout()
        assert "no longer works" in client.get(link, follow=True).text

    def test_a_common_password_is_refused(self, program, director, client):
        from allay_web.accounts.links import password_path

        link = password_path(make.user(email="ana@example.org"))
        form = client.get(link, follow=True)
        for weak in ("password1234", "short7!", "123456789012", "abababababab", "ana@example.org"):
            answer = client.post(form.request["PATH_INFO"], {"password1": weak, "password2": weak})
            assert "Please mend this first" in answer.text

    def test_changing_a_role(self, program, director):
        other = make.member(program, Role.CLINICIAN)
        address = make.url("access:change_role", program, member=other.pk)
        make.client_for(director).post(address, {"role": "finance"})
        assert Membership.objects.get(pk=other.pk).role == Role.FINANCE
        entry = AuditEntry.objects.get(chain=program.pk)
        assert entry.action == "member.change_role"
        assert entry.detail == {"user": other.user_id, "from": "clinician", "to": "finance"}

    def test_closing_access_shuts_the_next_page(self, program, director):
        other = make.member(program, Role.DIRECTOR)
        browser = make.client_for(other)
        address = make.url("access:members", program)
        assert browser.get(address).status_code == 200
        make.client_for(director).post(make.url("access:set_active", program, member=other.pk))
        assert browser.get(address).status_code == 404

    def test_a_member_of_another_program_is_not_found(self, program, director):
        stranger = make.member(make.program(), Role.CLINICIAN)
        for route in ("access:change_role", "access:set_active"):
            address = make.url(route, program, member=stranger.pk)
            assert make.client_for(director).post(address, {"role": "finance"}).status_code == 404
        assert Membership.objects.get(pk=stranger.pk).role == Role.CLINICIAN

    def test_a_role_that_does_not_exist_is_a_bad_request(self, program, director):
        address = make.url("access:change_role", program, member=director.pk)
        assert make.client_for(director).post(address, {"role": "king"}).status_code == 400

    def test_the_last_director_is_told_why_not(self, program, director):
        address = make.url("access:set_active", program, member=director.pk)
        answer = make.client_for(director).post(address, follow=True)
        assert "Make somebody else a director first" in answer.text

    def test_the_page_asks_as_much_for_many_as_for_few(self, program, director):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        browser = make.client_for(director)
        address = make.url("access:members", program)

        def cost():
            with CaptureQueriesContext(connection) as run:
                assert browser.get(address).status_code == 200
            return len(run)

        few = cost()
        for _ in range(20):
            make.member(program, Role.CLINICIAN)
        assert cost() == few


def test_home_leads_to_sign_in(client):
    assert client.get(reverse("home")).url == reverse("account_login")
