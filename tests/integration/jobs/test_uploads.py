"""A file waits for its confirmation, is taken in once, and is forgotten after a day."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from tests.integration import factories as make

from allay_web.access.roles import Role
from allay_web.audit.models import AuditEntry
from allay_web.jobs import actions, queries
from allay_web.jobs.models import Upload

pytestmark = pytest.mark.django_db

CONTENT = b"family_name,given_name\nReyes,Rosa\n"


@pytest.fixture
def program():
    return make.program()


@pytest.fixture
def by(program):
    return make.actor(make.member(program, Role.DIRECTOR))


@pytest.fixture
def upload(program, by):
    return actions.hold(
        program=program, kind="referrals", name="list.csv", content=CONTENT, options={}, by=by, at=make.NOW
    )


def test_it_waits_with_its_content(upload, by):
    assert queries.content(upload, by=by) == CONTENT
    assert upload.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_reading_and_holding_are_audited(upload, by):
    queries.content(upload, by=by)
    told = AuditEntry.objects.filter(chain=upload.program_id).order_by("number")
    assert [(entry.action, entry.object_id) for entry in told] == [
        ("upload.hold", upload.pk),
        ("upload.read", upload.pk),
    ]
    assert "list.csv" not in str([entry.detail for entry in told])


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\Users\\ana\\passwd", "/passwd"])
def test_folders_in_its_name_are_dropped(program, by, name):
    held = actions.hold(program=program, kind="referrals", name=name, content=b"", by=by, at=make.NOW)
    assert held.name == "passwd"


def test_it_is_taken_once(upload, by):
    taken = actions.take(upload=upload, by=by, at=make.NOW)
    assert bytes(taken.content) == CONTENT
    actions.finish(upload=taken, result={"rows": 1}, by=by)
    with pytest.raises(actions.AlreadyTaken) as refused:
        actions.take(upload=upload, by=by, at=make.NOW)
    assert refused.value.upload.result == {"rows": 1}


def test_a_failed_import_leaves_it_waiting(upload, by):
    with transaction.atomic():
        actions.take(upload=upload, by=by, at=make.NOW)
        transaction.set_rollback(True)
    assert bytes(actions.take(upload=upload, by=by, at=make.NOW).content) == CONTENT


def test_its_content_is_forgotten_when_it_was_taken_in(upload, by):
    actions.finish(upload=actions.take(upload=upload, by=by, at=make.NOW), result={}, by=by)
    assert queries.content(upload, by=by) == b""


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("registry", Role.COORDINATOR),
        ("registry", Role.ANALYST),
        ("referrals", Role.CLINICIAN),
        ("referrals", Role.FINANCE),
    ],
)
def test_its_kind_decides_who_may(program, kind, role):
    with pytest.raises(PermissionDenied):
        actions.hold(
            program=program,
            kind=kind,
            name="a.csv",
            content=b"",
            by=make.actor(make.member(program, role)),
            at=make.NOW,
        )


def test_somebody_of_another_program_may_not_take_it(upload):
    stranger = make.actor(make.member(make.program(), Role.DIRECTOR))
    for attempt in (actions.take, lambda **how: queries.content(upload, by=how["by"])):
        with pytest.raises(PermissionDenied):
            attempt(upload=upload, by=stranger, at=make.NOW)


def test_an_unconfirmed_file_is_deleted_after_a_day(program, upload, by):
    worker = make.worker(program)
    assert actions.expire(program, by=worker, at=make.NOW + dt.timedelta(hours=24)) == 0
    assert actions.expire(program, by=worker, at=make.NOW + dt.timedelta(hours=24, seconds=1)) == 1
    assert not Upload.objects.of(program).exists()
    assert AuditEntry.objects.filter(action="upload.expire").get().detail == {"uploads": [upload.pk]}


def test_an_expired_file_is_not_taken_even_before_the_worker_came(upload, by):
    with pytest.raises(actions.AlreadyTaken):
        actions.take(upload=upload, by=by, at=make.NOW + dt.timedelta(hours=25))


def test_a_taken_file_stays_as_the_memory_of_what_came_of_it(program, upload, by):
    actions.finish(upload=actions.take(upload=upload, by=by, at=make.NOW), result={"rows": 1}, by=by)
    later = make.NOW + dt.timedelta(days=30)
    assert actions.expire(program, by=make.worker(program), at=later) == 0
    assert queries.uploads(program, kind="referrals").get().result == {"rows": 1}
