"""Answers of coverage: yes, no, conditional or unknown, with the reasons and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from allay.base.fact import Reference
from allay.base.status import Status


class Verdict(StrEnum):
    """What is answered to "may it?", from worst to best.

    `unknown`: no source settles it, whatever else is asked. `conditional`: it hangs on facts that are missing
    and listed.
    """

    NO = "no"
    UNKNOWN = "unknown"
    CONDITIONAL = "conditional"
    YES = "yes"

    __hash__ = str.__hash__  # that of enumerations is slow, and verdicts are combined all the time

    @classmethod
    def all_of(cls, verdicts: Iterable[Verdict]) -> Verdict:
        """Return the verdict on things that must all be so; nothing asked is yes.

        Examples
        --------
        >>> Verdict.all_of([Verdict.YES, Verdict.CONDITIONAL]).value
        'conditional'
        """
        worst = cls.YES
        for verdict in verdicts:
            if verdict is not worst and _ORDER[verdict] < _ORDER[worst]:
                worst = verdict
        return worst

    @classmethod
    def any_of(cls, verdicts: Iterable[Verdict]) -> Verdict:
        """Return the verdict on ways of which one is enough; no way at all is no.

        What could still become a yes comes before what nobody knows.

        Examples
        --------
        >>> Verdict.any_of([Verdict.NO, Verdict.UNKNOWN]).value
        'unknown'
        """
        best = cls.NO
        for verdict in verdicts:
            if verdict is not best and _ORDER[verdict] > _ORDER[best]:
                best = verdict
        return best


_ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: one rule or fact that was looked at, what it said, and what it read.

    Parameters
    ----------
    rule : str
        Id of the rule or fact, with its version where it has several.
    text : str
        What it says, in our words.
    outcome : str
        What came of it here: `holds`, `fails`, `missing`, `set_aside`, ...
    status : Status
        How sure we are of the rule and of the facts it read: the weakest.
    references : tuple of Reference
        Where it is written.
    stage, effect : str
        Stage of a decision and kind of effect, for rules of the engine.
    values : tuple of (str, str)
        The facts it read, by name, as text.
    """

    rule: str
    text: str
    outcome: str
    status: Status
    references: tuple[Reference, ...] = ()
    stage: str = ""
    effect: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict with every reason, and the facts to ask for."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def confidence(self) -> Status:
        """The weakest status of the reasons; unknown where there are none."""
        return Status.weakest([reason.status for reason in self.reasons] or [Status.UNKNOWN])
