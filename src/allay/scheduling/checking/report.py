"""What the checker says of a plan: violations, its own score, how far the plan is from its bounds."""

from __future__ import annotations

from allay.base.documents import Strict
from allay.scheduling.plan.plan import Bound, Score


class Violation(Strict):
    """One breach of one rule: `where` names the place in the plan, `text` what is there and what may be.

    Examples
    --------
    >>> print(Violation(rule="room.type", where="series s1, number 2", text="a gym, not a quiet room"))
    series s1, number 2: room.type: a gym, not a quiet room
    """

    rule: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}: {self.text}"


class CheckReport(Strict):
    """What was found in a plan.

    Attributes
    ----------
    problem, method : str
        The problem's id, and how the plan was made, as it says.
    ok : bool
        Whether nothing was found.
    violations : tuple of Violation
        In the order of the rules, then of the plan.
    broken : dict of str to int
        For each rule broken, how often.
    checked : dict of str to int
        How many sessions, meetings, members and bookings were looked at.
    score : Score
        Worked out by the checker from template, meetings and sessions alone.
    stated : int
        The total the plan states.
    bounds : tuple of Bound
        As the plan states them.
    """

    problem: str
    method: str
    ok: bool
    violations: tuple[Violation, ...] = ()
    broken: dict[str, int] = {}
    checked: dict[str, int] = {}
    score: Score
    stated: int
    bounds: tuple[Bound, ...] = ()


class CheckResult(CheckReport):
    """A report as the command writes it."""

    allay_version: str
