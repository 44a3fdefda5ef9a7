"""Counting links that nobody made, per group of addresses."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from allay_web.outcomes.models import GuessCount
from allay_web.outcomes.queries.links import GUESS_WINDOW, guess_bucket


@transaction.atomic
def count_guess(*, address: str, at: datetime) -> None:
    """Count one unknown link; a window that is over starts anew.

    This is the one thing a GET writes. It concerns no patient, and once the limit is reached nothing more
    is written, so a robot cannot keep the database busy.
    """
    bucket = guess_bucket(address)
    counted, new = GuessCount.objects.get_or_create(bucket=bucket, defaults={"since": at, "count": 1})
    if new:
        return
    this = GuessCount.objects.filter(pk=counted.pk)
    if counted.since <= at - GUESS_WINDOW:
        this.update(since=at, count=1)
    else:
        this.update(count=F("count") + 1)
