"""What is wrong in an X12 file that can be read: where, what was expected, and never whose claim it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from allay.base.errors import Problem


@dataclass(frozen=True, slots=True)
class X12Finding:
    """One thing wrong in an X12 file: a count that does not match, a claim that does not add up, ...

    Parameters
    ----------
    kind : str
        What kind it is, such as `se_count`, `claim_balance`, `missing_segment`.
    position : int
        Which segment of the file, from 1.
    element : str
        The segment, or its element as X12 numbers it (``SE01``, ``HI01-2``).
    expected, found : str
        In words, with counts, amounts and control numbers, and without names or ids of patients.
    loop : str
        The loop of the implementation guide, where it is known.

    Examples
    --------
    >>> print(X12Finding("se_count", 37, "SE01", "34 segments", "25").problem("a.837"))
    a.837:37: SE01: expected 34 segments, found 25
    """

    kind: str
    position: int
    element: str
    expected: str
    found: str
    loop: str = ""

    def problem(self, name: str) -> Problem:
        """Return it as a problem of the file; its line is the number of the segment."""
        place = f"{self.loop} {self.element}".strip()
        return Problem(name, str(self.position), place, self.expected, self.found)

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)
