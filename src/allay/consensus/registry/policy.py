"""The policy tracker: bills, rules, waivers and guidance, and the coverage rules they would change."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Literal

from pydantic import Field

from allay.base.documents import Strict
from allay.consensus.protocol.words import Id, Label, Text
from allay.consensus.registry.history import Ladder, Ladders, standing
from allay.consensus.registry.organization import OtherName
from allay.consensus.registry.words import Ref, Refs

PolicyKind = Literal["bill", "rule", "waiver", "guidance"]
UNKNOWN: Final = "unknown"
PolicyStatus = Literal[
    "unknown",
    "introduced",
    "in committee",
    "passed one chamber",
    "passed both chambers",
    "enacted",
    "proposed",
    "open for comment",
    "final",
    "submitted",
    "approved",
    "draft",
    "issued",
    "in force",
    "failed",
    "vetoed",
    "withdrawn",
    "denied",
    "expired",
    "repealed",
    "superseded",
]
# Our own words for where a policy is; what a legislature calls it belongs into the note.
LADDERS: Final[Ladders] = {
    "bill": Ladder(
        ("introduced", "in committee", "passed one chamber", "passed both chambers", "enacted", "in force"),
        ends=("failed", "vetoed", "withdrawn", "repealed", "expired"),
    ),
    "rule": Ladder(
        ("proposed", "open for comment", "final", "in force"), ends=("withdrawn", "repealed", "expired")
    ),
    "waiver": Ladder(("submitted", "approved", "in force"), ends=("denied", "withdrawn", "expired")),
    "guidance": Ladder(("draft", "issued", "in force"), ends=("withdrawn", "superseded")),
}


class PolicyChange(Strict):
    """Since when a policy has a status, and where that was seen.

    Attributes
    ----------
    on : date
        The day of the change; where only `seen`, the day on which it was found to be so, some time after.
    """

    on: dt.date
    status: PolicyStatus
    dated: Literal["change", "seen"] = "change"
    note: Text | None = None
    sources: Refs


class Policy(Strict):
    """A bill, rule, waiver or piece of guidance that is watched.

    Attributes
    ----------
    jurisdiction : str
        `US`, or the two letters of a state.
    number : str
        As the legislature or agency numbers it; `unknown` where that was not found.
    coverage_rules : tuple of str
        Ids of the rules of `allay.coverage` that it would change or has made.
    effect : str
        What changes if it passes; `unknown` where nobody has worked that out.

    Examples
    --------
    >>> policy = Policy(id="w", kind="waiver", jurisdiction="VT", number="unknown", title="A waiver",
    ...     history=({"on": dt.date(2026, 1, 5), "status": "submitted", "sources": ("page",)},))
    >>> policy.status_on(dt.date(2026, 2, 1)).status, policy.effect
    ('submitted', 'unknown')
    """

    id: Id
    kind: PolicyKind
    jurisdiction: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    number: Label
    title: Label
    aliases: tuple[OtherName, ...] = ()
    history: Annotated[tuple[PolicyChange, ...], Field(min_length=1)]
    coverage_rules: tuple[Id, ...] = ()
    effect: Text = UNKNOWN
    workgroup: Ref | None = None
    strategies: tuple[Ref, ...] = ()
    note: Text | None = None

    def status_on(self, day: dt.date) -> PolicyChange | None:
        """How it stands on a day; None before anything is known of it."""
        return standing(self.history, day)
