"""Taking in a sheet of referrals: held for its dry run, then all rows in one transaction, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.enrolment.models import Referral
from allay_web.enrolment.plan import NEW, SKIP, decided, plan
from allay_web.enrolment.reminders import reminder
from allay_web.enrolment.sheet import read_sheet
from allay_web.jobs import actions as jobs
from allay_web.people import actions as people
from allay_web.worklist.actions import local_day, open_many
from allay_web.worklist.queries import lock

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program
    from allay_web.jobs.models import Upload


@transaction.atomic
def hold_sheet(*, program: Program, content: bytes, name: str, by: Actor, at: datetime) -> Upload:
    """Keep a sheet that has no problems until somebody confirms its dry run.

    Raises
    ------
    InvalidInput
        with every problem; nothing is kept then.
    """
    by.must(Permission.REFERRAL_WRITE, program.pk)
    rows = read_sheet(content, name=name, on=local_day(at, zone=program.zone))
    plan(program, rows, name=name, by=by)
    return jobs.hold(
        program=program, kind=jobs.UploadKind.REFERRALS, name=name, content=content, by=by, at=at
    )


@transaction.atomic
def take_sheet(*, upload: Upload, choices: Mapping[int, str], by: Actor, at: datetime) -> dict[str, int]:
    """Enter every referral of a held sheet, or none; what was done with how many rows.

    The sheet is compared with the program anew, so that what was entered since its dry run is seen.

    Parameters
    ----------
    choices : by line, `new`, `skip` or `same:ID`; a row left out of it has its default

    Raises
    ------
    jobs.actions.AlreadyTaken
        The sheet was taken in before, or waited for more than a day.
    ValidationError
        A row needs a choice.
    """
    by.must(Permission.REFERRAL_WRITE, upload.program_id)
    program = lock(upload.program)
    held = jobs.take(upload=upload, by=by, at=at)
    rows = read_sheet(bytes(held.content), name=held.name, on=local_day(at, zone=program.zone))
    planned = plan(program, rows, name=held.name, by=by)
    chosen = decided(planned, choices)
    new = [row for row in rows if chosen[row.line] == NEW]
    made = people.register_many(program=program, rows=[row.patient for row in new], by=by, at=at)
    patients = {row.line: patient.pk for row, patient in zip(new, made, strict=True)}
    for line, choice in chosen.items():
        if choice not in {NEW, SKIP}:
            patients[line] = int(choice.removeprefix("same:"))
    referrals = Referral.objects.bulk_create(
        Referral(program=program, patient_id=patients[row.line], owner_id=by.user_id, **row.referral)
        for row in rows
        if row.line in patients
    )
    tasks = [reminder(referral, program=program, at=at) for referral in referrals]
    open_many(program=program, tasks=tasks, by=by, at=at)
    result = {
        "entered": len(referrals),
        "new": len(made),
        "same": len(referrals) - len(made),
        "skipped": len(rows) - len(referrals),
    }
    ids = sorted(patients.values())
    record("referral.import", by=by, about=held, detail={**result, "patients": ids})
    jobs.finish(upload=held, result=result, by=by)
    return result
