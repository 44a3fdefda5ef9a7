"""Hiding small numbers of raters in a column of a report whose total stands elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from allay.base.disclosure import suppress_counts


def hidden_counts(counts: Sequence[int], *, smallest: int) -> tuple[int | None, ...]:
    """Hide counts from 1 to `smallest` - 1, and what would give them away to who knows their sum.

    Returns
    -------
    tuple of int or None
        None where hidden; all None where the sum alone gives a small count away.

    Examples
    --------
    >>> hidden_counts([3, 20, 8, 0], smallest=5)
    (None, 20, None, 0)
    >>> hidden_counts([3, 0], smallest=5)
    (None, None)
    """
    shown, total = suppress_counts(
        {str(place): count for place, count in enumerate(counts)}, hidden_up_to=smallest - 1
    )
    return tuple(shown.values()) if total is not None else (None,) * len(counts)
