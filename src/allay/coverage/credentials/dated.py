"""The facts of coverage by topic, and the reasons they give."""

from __future__ import annotations

from functools import cache
from importlib import resources

from allay.base.fact import FactValue
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
