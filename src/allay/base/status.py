"""How sure we are of a number: the evidence status that every fact carries."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from allay.base.errors import InvalidValue


class Status(StrEnum):
    """How sure we are of a value, strongest first.

    `UNKNOWN` is the status of a value that was looked for and could not be settled: it goes with the
    value `unknown` and with nothing else.
    """

    VERIFIED = "verified"  # seen in the official or original text
    CONTRACT = "contract"  # true by agreement between named parties, and only for them
    SECONDARY = "secondary"  # seen in a text about the original
    DERIVED = "derived"  # our own computation or judgement
    MEMORY = "memory"  # not seen; to be checked
    SYNTHETIC = "synthetic"  # made up for demonstrations and tests
    UNKNOWN = "unknown"  # looked for, not settled

    @property
    def rank(self) -> int:
        """0 for the strongest."""
        return list(Status).index(self)

    @property
    def certain(self) -> bool:
        """Whether a number of this status may be printed without naming the status."""
        return self is Status.VERIFIED

    @classmethod
    def weakest(cls, statuses: Iterable[Status]) -> Status:
        """Return the weakest of the statuses: the confidence of whatever rests on all of them.

        Raises
        ------
        InvalidValue
            When there are none: an answer that rests on nothing has no confidence to report.

        Examples
        --------
        >>> Status.weakest([Status.VERIFIED, Status.MEMORY, Status.SECONDARY]).value
        'memory'
        """
        found = [cls(status) for status in statuses]
        if not found:
            raise InvalidValue(expected="at least one status", found="none")
        return max(found, key=lambda status: status.rank)


# Evidence marks of the research notes (`seen_as` of a reference) and the strongest status each supports.
MARKS = {
    **dict.fromkeys(("C", "SEEN", "S", "S1", "V", "R", "D"), Status.VERIFIED),
    **dict.fromkeys(("S2", "U"), Status.SECONDARY),
    **dict.fromkeys(("M", "MEM", "b"), Status.MEMORY),
    **dict.fromkeys(("J", "I", "RUN", "self-computed"), Status.DERIVED),
    "contract": Status.CONTRACT,
    "synthetic": Status.SYNTHETIC,
}
