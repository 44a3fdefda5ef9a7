"""A program with outcomes enough to show groups: people who start, and fewer who answer again."""

from __future__ import annotations

import datetime as dt
from itertools import count

from tests.integration import factories as make

from allay_web.access.models import Program
from allay_web.enrolment.models import Episode, Referral
from allay_web.outcomes.models import Score
from allay_web.people.models import Patient

_numbers = count(1)


def join(
    program: Program,
    *,
    days_ago: int = 250,
    peg: tuple[float | None, float | None] = (6.0, None),
    status: str = "active",
    **fields: str,
) -> Episode:
    """Somebody accepted so many days ago, with PEG at baseline and 3 months after, where they answered."""
    number = next(_numbers)
    opened = make.TODAY - dt.timedelta(days=days_ago)
    patient = Patient.objects.create(
        **{
            "program": program,
            "family_name": f"Test-{number}",
            "birth_date": dt.date(1970, 1, 1),
            "sex": "female",
            "language": "en",
            "payer_type": "commercial",
            **fields,
        }
    )
    referral = Referral.objects.create(
        program=program,
        patient=patient,
        received_on=opened - dt.timedelta(days=6),
        status="accepted",
        decided_on=opened,
    )
    episode = Episode.objects.create(
        program=program, patient=patient, referral=referral, opened_on=opened, status=status
    )
    for point, score in zip(("baseline", "month_3"), peg, strict=True):
        if score is not None:
            Score.objects.create(
                program=program,
                episode=episode,
                instrument="peg",
                version="1.0.0",
                scale="total",
                timepoint=point,
                on=opened,
                score=score,
                status="scored",
            )
    return episode


def cohort(program: Program) -> None:
    """60 English speakers of whom 40 answer again, 30 Spanish speakers of whom 12 do; 20 better, 5 worse."""
    for number in range(60):
        after = None if number >= 40 else 3.0 if number < 20 else 8.0 if number < 25 else 6.0
        status = "completed" if number < 30 else "active"
        join(program, peg=(6.0, after), sex="male" if number % 2 else "female", status=status)
    for number in range(30):
        join(program, peg=(6.0, 6.0 if number < 12 else None), language="es", payer_type="medicaid")
