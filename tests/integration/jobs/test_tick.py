"""The worker: what is due is done in every program, and one failure stops nothing else."""

from __future__ import annotations

import logging
import os
import signal

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from tests.integration import factories as make

from allay_web.access.models import Program
from allay_web.jobs import tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def only(monkeypatch):
    """Register nothing but what the test does."""
    monkeypatch.setattr(tick, "_registered", {})
    return tick.register


@pytest.fixture
def told(caplog):
    """What the worker logged; its logger passes nothing on by itself."""
    logger = logging.getLogger("allay_web")
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


def test_every_program_gets_its_turn_as_itself(only):
    programs = [make.program(), make.program()]
    seen = []

    @only
    def work(program, *, by, at):
        seen.append((program.pk, by.kind, by.program_id, at))

    assert tick.tick(make.NOW) == 0
    assert seen == [(program.pk, "system", program.pk, make.NOW) for program in programs]


def test_a_failure_is_undone_alone_and_logged_without_its_words(only, told):
    first, second = make.program(), make.program()

    @only
    def rename(program, *, by, at):
        Program.objects.filter(pk=program.pk).update(phone="done")

    @only
    def fail(program, *, by, at):
        Program.objects.filter(pk=program.pk).update(name="half done")
        if program == first:
            raise ValueError("Rosa Reyes, born 1950-01-01")

    assert tick.tick(make.NOW) == 1
    assert Program.objects.get(pk=first.pk).name == first.name
    assert Program.objects.get(pk=second.pk).name == "half done"
    assert set(Program.objects.values_list("phone", flat=True)) == {"done"}
    assert "ValueError" in told.text
    assert "Reyes" not in told.text
    assert "1950" not in told.text


def test_a_lost_database_does_not_end_the_worker(only, monkeypatch, told):
    def lost(at):
        raise DatabaseError("no connection for rosa@example.org")

    monkeypatch.setattr(tick, "tick", lost)
    assert tick.tick_safely(make.NOW) == 1
    assert "DatabaseError" in told.text
    assert "rosa" not in told.text


def test_registering_twice_is_once(only):
    def work(program, *, by, at):
        pass

    only(work)
    only(work)
    assert tick.registered() == (work,)


def test_uploads_expire_by_themselves():
    assert "allay_web.jobs.actions.expire" in {f"{w.__module__}.{w.__qualname__}" for w in tick.registered()}


def test_the_command_exits_1_when_something_failed(only):
    make.program()

    @only
    def fail(program, *, by, at):
        raise ValueError

    with pytest.raises(SystemExit) as ended:
        call_command("tick")
    assert ended.value.code == 1


@pytest.mark.parametrize("wanted", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_finishes_its_tick_and_stops_when_asked(only, wanted):
    make.program()
    done = []

    @only
    def ask_to_stop_at_the_third_tick(program, *, by, at):
        if len(done) == 2:
            os.kill(os.getpid(), wanted)
        done.append(at)

    handler = signal.getsignal(wanted)
    call_command("worker", interval=0.01)
    assert len(done) == 3
    assert signal.getsignal(wanted) == handler


@pytest.mark.parametrize("interval", [0, -1])
def test_an_interval_is_a_time(interval):
    with pytest.raises(CommandError, match="--interval"):
        call_command("worker", interval=interval)
