"""Reading dated facts by both clocks, and saying what was read."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import resources

from allay.base.errors import NotFound
from allay.base.fact import Fact, FactValue
from allay.base.facts import Facts, load_facts
from allay.base.status import Status
from allay.coverage.answers import Reason

FOLDER = resources.files("allay.coverage") / "data" / "facts"


@cache
def facts_of(topic: str) -> Facts:
    """Return the facts of one folder of coverage.

    Examples
    --------
    >>> "us.medicare.incident_to.video" in facts_of("supervision")
    True
    """
    return load_facts(FOLDER / topic)


def value_on(fact: Fact, *, day: dt.date, known_on: dt.date | None = None) -> FactValue | None:
    """Return what a fact says for a day, or None where it has no row for it.

    Records begin on one day. Asked as known earlier, the first record counts: only corrections move with the
    clock of knowledge.

    Examples
    --------
    >>> video = facts_of("supervision").get("us.medicare.incident_to.video")
    >>> value_on(video, day=dt.date(2026, 3, 1), known_on=dt.date(2026, 3, 1)).value
    True
    """
    if known_on is not None:
        known_on = max(known_on, min(row.recorded_on for row in fact.values))
    try:
        return fact.on(day, known_on=known_on)
    except NotFound:
        return None


def reason_of(
    value: FactValue, text: str, outcome: str, *, values: tuple[tuple[str, str], ...] = ()
) -> Reason:
    """Make the reason that a dated value gives.

    Examples
    --------
    >>> video = facts_of("supervision").get("us.medicare.incident_to.video").latest
    >>> reason_of(video, "video will do", "holds").rule
    'us.medicare.incident_to.video@2026-01-01/2026-11-22'
    """
    return Reason(
        rule=value.version,
        text=text,
        outcome=outcome,
        status=value.status,
        references=value.references,
        values=values,
    )


def unsettled(rule: str, text: str) -> Reason:
    """Make the reason for which nothing is recorded.

    Examples
    --------
    >>> unsettled("license.tx.naturopath", "nobody looked").status.value
    'unknown'
    """
    return Reason(rule=rule, text=text, outcome="unknown", status=Status.UNKNOWN)
