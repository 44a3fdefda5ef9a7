"""Words of verdicts, and which of them mean the same."""

from __future__ import annotations

from typing import Literal, TypeAlias

VerdictWord: TypeAlias = Literal["appropriate", "uncertain", "inappropriate", "in", "out", "none"]
DIRECTION: dict[VerdictWord, int] = {
    "appropriate": 1,
    "in": 1,
    "uncertain": 0,
    "none": 0,
    "inappropriate": -1,
    "out": -1,
}
"""1 for yes, -1 for no, 0 for no decision: verdicts of different rules are compared by this."""
