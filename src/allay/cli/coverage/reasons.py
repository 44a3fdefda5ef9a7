"""Reasons and references as results in JSON hold them."""

from __future__ import annotations

from typing import Any

from allay.base.fact import Reference
from allay.coverage.answers import Reason


def reason_row(reason: Reason) -> dict[str, Any]:
    """Write a reason."""
    return {
        "rule": reason.rule,
        "outcome": reason.outcome,
        "text": reason.text,
        "status": reason.status.value,
        "reference": [reference_row(one) for one in reason.references],
        "values": dict(reason.values),
    }


def reference_row(reference: Reference) -> dict[str, str | None]:
    """Write where a value comes from."""
    names = ("title", "href", "locator", "seen_as")
    return {name: getattr(reference, name) for name in names}
