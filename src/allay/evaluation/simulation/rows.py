"""Rows of a table of claims as plain arrays, before they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Small = NDArray[np.int32]

# What a claim number ends with: which of several claims of one use it is.
REAL, BEFORE_CORRECTION, VOIDED, OUTSIDE, KINDS = 0, 1, 2, 3, 4


@dataclass(frozen=True, slots=True, eq=False)
class ClaimRows:
    """Rows of claims, each an array [row].

    Attributes
    ----------
    member : which member of the bucket
    day : of service, counted from the start; of stays that of admission
    template : which service, line, code and diagnosis
    cents : paid
    paid : day of payment, counted from the start
    claim : number of the claim within the bucket
    units : nights of stays, units of drugs, else units of service
    sign : -1 for a row that takes one back
    """

    member: Small
    day: Small
    template: Small
    cents: Ints
    paid: Small
    claim: Ints
    units: Small
    sign: Small

    def __len__(self) -> int:
        return len(self.member)

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> ClaimRows:
        """Return some of the rows."""
        return ClaimRows(*(getattr(self, field.name)[which] for field in fields(self)))

    def but(self, **changes: Any) -> ClaimRows:
        """Return the rows with other values in some columns."""
        return replace(self, **changes)

    def negative(self, *, later: int) -> ClaimRows:
        """Return rows that take these back some days later."""
        return self.but(sign=-self.sign, paid=self.paid + np.int32(later))

    def in_order(self) -> ClaimRows:
        """Sort by member and day; rows of one day stay as they are."""
        # One number a row that sorts by member, day and place: faster than sorting places by two columns.
        first = int(self.day.min()) if len(self) else 0
        key = (self.member.astype(np.int64) << 44) | ((self.day.astype(np.int64) - first) << 30)
        key |= np.arange(len(self))
        key.sort()
        return self.take(key & ((1 << 30) - 1))


def joined(parts: Sequence[ClaimRows]) -> ClaimRows:
    """Put rows below each other."""
    return ClaimRows(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(ClaimRows))
    )
