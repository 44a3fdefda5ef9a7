"""An operator opens a program and lets the first people in."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from tests.integration import factories as make

from allay_web.access.models import Membership, Program
from allay_web.accounts.models import User
from allay_web.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

WHO = {"email": "ana@example.org", "name": "Ana Ruiz", "role": "director"}


def test_a_program_begins_with_an_entry_in_its_trail(capsys):
    call_command("add_program", name="River Valley", slug="river-valley", time_zone="America/Chicago")
    program = Program.objects.get(slug="river-valley")
    assert program.time_zone == "America/Chicago"
    assert AuditEntry.objects.get(chain=program.pk).action == "program.add"
    assert "/p/river-valley/" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"slug": "River Valley!"}, "slug"),
        ({"time_zone": "Ohio"}, "America/Chicago"),
        ({"slug": "taken"}, "slug"),
    ],
)
def test_a_wrong_program_is_refused_in_words(wrong, said):
    make.program(slug="taken")
    with pytest.raises(CommandError, match=said):
        call_command("add_program", **{"name": "River Valley", "slug": "river-valley", **wrong})
    assert Program.objects.count() == 1


def test_the_link_it_prints_sets_the_password(capsys, client):
    program = make.program()
    call_command("add_member", program=program.slug, site="https://allay.example", **WHO)
    link = capsys.readouterr().out.split()[-1]
    assert link.startswith("https://allay.example/account/password/reset/key/")
    form = client.get(link.removeprefix("https://allay.example"), follow=True)
    assert "<h1>Set your password" in form.text


def test_a_password_that_is_asked_for_is_not_printed(capsys, monkeypatch):
    program = make.program()
    monkeypatch.setattr("getpass.getpass", lambda prompt: "river stones 4 lunch")
    call_command("add_member", program=program.slug, ask_password=True, **WHO)
    out = capsys.readouterr().out
    assert "river stones" not in out
    assert "http" not in out
    assert User.objects.get(email=WHO["email"]).check_password("river stones 4 lunch")


@pytest.mark.parametrize(
    ("typed", "said"),
    [(["password1234"], "too common"), (["river stones 4 lunch", "other"], "same password twice")],
)
def test_a_refused_password_leaves_nothing_behind(monkeypatch, typed, said):
    program = make.program()
    answers = iter(typed)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    with pytest.raises(CommandError, match=said):
        call_command("add_member", program=program.slug, ask_password=True, **WHO)
    assert not Membership.objects.exists()


def test_an_unknown_program_is_named():
    with pytest.raises(CommandError, match="nowhere"):
        call_command("add_member", program="nowhere", **WHO)


def test_an_address_that_is_none_is_named():
    program = make.program()
    with pytest.raises(CommandError, match="not an address"):
        call_command("add_member", program=program.slug, **{**WHO, "email": "not an address"})
