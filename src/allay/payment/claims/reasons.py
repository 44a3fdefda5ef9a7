"""Why a charge was not paid in full: labels of ours for the few adjustment codes that Allay knows."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import resources
from typing import Literal

from allay.base.status import Status
from allay.base.tables import Strict, read_yaml

FILE = resources.files("allay.payment") / "data" / "claims" / "reasons.yaml"


class ReasonRow(Strict):
    """One reason code: its label, and what its amounts count as beside a plain reduction."""

    label: str
    counts_as: Literal["cost_share", "earlier_payer"] | None = None


class ReasonFile(Strict):
    """The labels that ship, and how sure we are of them."""

    recorded_on: dt.date
    status: Status
    source: str
    groups: dict[str, str]
    reasons: dict[str, ReasonRow]


@cache
def reasons() -> ReasonFile:
    """Return the labels that ship.

    Examples
    --------
    >>> reasons().reasons["1"].label, reasons().status.value
    ('deductible', 'memory')
    """
    return read_yaml(FILE, ReasonFile)


def label(reason: str) -> str | None:
    """Return our label of a reason code, or None: then the code stands bare.

    Examples
    --------
    >>> label("45"), label("B7")
    ('above the allowed amount', None)
    """
    found = reasons().reasons.get(reason)
    return found.label if found else None


def counts_as(reason: str) -> str | None:
    """Say whether a reason is the patient's share (`cost_share`) or another payer's part (`earlier_payer`).

    Examples
    --------
    >>> counts_as("2"), counts_as("23"), counts_as("45")
    ('cost_share', 'earlier_payer', None)
    """
    found = reasons().reasons.get(reason)
    return found.counts_as if found else None
