"""Saving one answer on a private link, in a program of 20,000 patients and 1,000,000 answers on SQLite.

The whole request is timed, as a phone sends it: link, birth-date stamp, duty hours, the answer under lock,
its audit entry, and where to go next. Somebody is on duty, so that every question is asked; the answer to
item 9 raises an alarm and opens its task. *The action alone* is the call that every way in shares.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from datetime import date, timedelta
from datetime import time as clock
from pathlib import Path

import numpy as np

from dashboard import AT, SEED, TODAY, answers, django_ready, people
from figures import Figure, report

LIMIT, PEOPLE = 30.0, 20
BIRTH = date(1961, 3, 4)


def staffed(program: object) -> object:
    """A coordinator who is on duty every day, as an actor."""
    from allay_web.access.actor import staff
    from allay_web.access.models import Membership
    from allay_web.accounts.models import User
    from allay_web.worklist.models import DutyShift

    user = User.objects.create_user("coordinator@example.org", name="Coordinator")
    member = Membership.objects.create(program=program, user=user, role="coordinator")
    for weekday in range(1, 8):
        DutyShift.objects.create(
            program=program, weekday=weekday, starts=clock(0), ends=clock(23, 59), owner=user
        )
    return staff(member)


def invited(program: object, by: object, at: object) -> str:
    """A new patient with a link to the baseline questionnaires; its token."""
    from allay_web.enrolment.models import Episode
    from allay_web.outcomes import actions
    from allay_web.people.models import Patient

    patient = Patient.objects.create(program=program, family_name="Link", birth_date=BIRTH, language="en")
    episode = Episode.objects.create(program=program, patient=patient, opened_on=TODAY)
    actions.assign_schedule(episode=episode, by=by, at=at)
    _, token = actions.invite(episode=episode, timepoint="baseline", by=by, at=at)
    return token


Taken = tuple[float, float]  # milliseconds on the clock, and of the processor


def timed(call: object, *args: object, **kwargs: object) -> tuple[Taken, object]:
    """How long a call takes, and what it gives."""
    began, busy = time.perf_counter(), time.process_time()
    found = call(*args, **kwargs)
    return ((time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000), found


def walk(token: str, at: object) -> list[Taken]:
    """Answer every question of a link as its phone does; the time of each request."""
    from django.test import Client

    from allay_web.outcomes import queries

    phone, took = Client(), []
    page = f"/q/{token}/"
    phone.post(page, {"month": BIRTH.month, "day": BIRTH.day, "year": BIRTH.year})
    phone.post(f"{page}goals/", {"skip": "1"})
    invitation = queries.invitation_for(token)
    assert invitation is not None
    for step in queries.walk(invitation, at=at).steps:
        sent = {"form": step.assignment.pk, "item": step.item, "answer": 1}
        one, response = timed(phone.post, f"{page}question/{step.number}/", sent)
        assert response.status_code == 302, response.status_code
        if response.headers["Location"].endswith("/help/"):
            phone.post(f"{page}help/")
        took.append(one)
    return took


def saves(token: str, at: object) -> list[Taken]:
    """Save every answer of a link by the action alone; the time of each."""
    from allay_web.access.actor import patient_link
    from allay_web.outcomes import actions, queries

    invitation = queries.invitation_for(token)
    assert invitation is not None
    reader = patient_link(invitation.pk, program_id=invitation.program_id)
    return [
        timed(actions.save_answer, assignment=step.assignment, item=step.item, value=0, by=reader, at=at)[0]
        for step in queries.walk(invitation, at=at).steps
    ]


def main() -> int:
    """Build, measure, report."""
    with tempfile.TemporaryDirectory(prefix="allay-bench-") as folder:
        django_ready(Path(folder))
        from django.db import connection, transaction
        from django.utils import timezone

        from allay_web.access.models import Program

        rng = np.random.default_rng(SEED)
        program = Program.objects.create(name="Benchmark", slug="bench", synthetic=True)
        by = staffed(program)
        with transaction.atomic():
            n = answers(rng, program, people(rng, program))
        connection.cursor().execute("ANALYZE")
        print(f"program of {n:,} answers up to {AT - timedelta(days=1):%Y-%m-%d}")
        at = timezone.now()
        tokens = [invited(program, by, at) for _ in range(2 * PEOPLE)]
        walk(tokens[0], at)
        gc.collect()
        requests = np.array([one for token in tokens[1:PEOPLE] for one in walk(token, at)])
        alone = np.array([one for token in tokens[PEOPLE:] for one in saves(token, at)])
        for name, taken in (("whole request", requests), ("action alone", alone)):
            clock_ms, processor_ms = np.median(taken, axis=0)
            print(
                f"{name}: {len(taken)} answers, median {clock_ms:.1f} ms, of which the processor worked "
                f"{processor_ms:.1f} ms (p95 {np.percentile(taken[:, 1], 95):.1f} ms)"
            )
        whole, action = np.percentile(requests[:, 0], 95), np.percentile(alone[:, 0], 95)
        return report(
            [
                Figure("saving one answer, whole request (p95)", whole, LIMIT, "ms"),
                Figure("saving one answer, the action alone (p95)", action, LIMIT, "ms"),
            ]
        )


if __name__ == "__main__":
    sys.exit(main())
