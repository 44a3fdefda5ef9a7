"""Actions: who does what by when, and how that stands."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from allay.base.documents import Strict
from allay.consensus.protocol.words import Id, Label, Text
from allay.consensus.registry.history import Ladder, standing
from allay.consensus.registry.words import Link, Ref

STEPS: Final = Ladder(("open", "in progress"), ends=("done", "dropped"))


class ActionChange(Strict):
    """Since when an action has a status.

    Attributes
    ----------
    evidence : str, optional
        What shows that it is done; asked of `done`.
    reason : str, optional
        Why it was given up; asked of `dropped`.
    note : str, optional
        Asked where a status goes back, as from `done` to `in progress`.
    """

    on: dt.date
    status: Literal["open", "in progress", "done", "dropped"]
    evidence: Text | None = None
    href: Link | None = None
    reason: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _shown(self) -> Self:
        if self.status == "done" and self.evidence is None:
            raise ValueError("evidence of completion for what is done")
        if self.status == "dropped" and self.reason is None:
            raise ValueError("a reason for what is dropped")
        return self


class Action(Strict):
    """Something somebody took on.

    Attributes
    ----------
    owner : str
        A person, an organization or a workgroup.
    history : tuple of ActionChange
        In the order of the days.

    Examples
    --------
    >>> action = Action(id="a1", what="Draft the paper", owner="coverage", due=dt.date(2026, 3, 1),
    ...     history=({"on": dt.date(2026, 1, 5), "status": "open"},))
    >>> action.days_overdue(dt.date(2026, 3, 1)), action.days_overdue(dt.date(2026, 3, 3))
    (0, 2)
    """

    id: Id
    what: Label
    text: Text | None = None
    owner: Ref
    due: dt.date | None = None
    workgroup: Ref | None = None
    strategy: Ref | None = None
    history: Annotated[tuple[ActionChange, ...], Field(min_length=1)]
    sources: tuple[Ref, ...] = ()

    def status_on(self, day: dt.date) -> ActionChange | None:
        """How it stands on a day; None before it was taken on."""
        return standing(self.history, day)

    def days_overdue(self, day: dt.date) -> int:
        """Days since it was due, while it is open or in progress; else 0."""
        now = self.status_on(day)
        if now is None or now.status in STEPS.ends or self.due is None:
            return 0
        return max(0, (day - self.due).days)
