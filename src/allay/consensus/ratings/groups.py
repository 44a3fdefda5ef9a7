"""Groups that may be shown: small ones are taken together until nobody stands out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from allay.consensus.ratings.table import Ints


def shown_groups(sizes: Mapping[str, int], *, smallest: int) -> dict[str, tuple[str, ...]]:
    """Say which groups may be shown, and which only together.

    Groups of fewer than `smallest` are merged with each other; where they are still too few together, the
    smallest of the others joins them.

    Parameters
    ----------
    sizes : mapping of str to int
        Raters by group, of a whole round. Raters without a group need an entry of their own (such as
        ``not reported``): otherwise they can be had by subtraction. Empty groups are left out.
    smallest : int
        The fewest raters that may be shown.

    Returns
    -------
    dict of str to tuple of str
        Label and the groups in it, in the order of `sizes` by their first group; empty where the whole panel
        is smaller than `smallest`.

    Examples
    --------
    >>> shown_groups({"patients": 12, "payers": 3, "researchers": 4}, smallest=5)
    {'patients': ('patients',), 'payers and researchers': ('payers', 'researchers')}
    >>> shown_groups({"patients": 12, "payers": 3, "researchers": 7}, smallest=5)
    {'patients': ('patients',), 'payers and researchers': ('payers', 'researchers')}
    >>> shown_groups({"patients": 2, "payers": 2}, smallest=5)
    {}
    """
    present = {group: size for group, size in sizes.items() if size > 0}
    together = [group for group, size in present.items() if size < smallest]
    alone = [group for group in present if group not in together]
    while together and sum(present[group] for group in together) < smallest:
        if not alone:
            return {}
        joining = min(alone, key=lambda group: present[group])
        alone.remove(joining)
        together.append(joining)
    order = list(present)
    parts: list[tuple[str, ...]] = [(group,) for group in alone]
    if together:
        parts.append(tuple(sorted(together, key=order.index)))
    return {label_of(part): part for part in sorted(parts, key=lambda part: order.index(part[0]))}


def label_of(groups: Sequence[str]) -> str:
    """Name groups that are shown together.

    Examples
    --------
    >>> label_of(["A"]), label_of(["A", "B"]), label_of(["A", "B", "C"])
    ('A', 'A and B', 'A, B and C')
    """
    *before, last = groups
    return f"{', '.join(before)} and {last}" if before else last


def shown_rows(sizes: Ints, *, smallest: int) -> NDArray[np.bool_]:
    """Say which groups may be shown for each statement, where not everybody rated every statement.

    Parameters
    ----------
    sizes : int64 array of shape (groups, statements)
        Ratings of each group of `shown_groups`, together all ratings of the statement.

    Returns
    -------
    bool array of the same shape
        False for groups below the limit. As what is left out can be had by subtraction from the whole, the
        smallest of the others is left out with them, and the next, until they are enough together.

    Examples
    --------
    >>> shown_rows(np.array([[9, 9], [8, 4], [6, 6]]), smallest=5).T.tolist()
    [[True, True, True], [True, False, False]]
    """
    given = np.asarray(sizes, dtype=np.int64)
    shown = given >= smallest
    hidden = np.where(shown, 0, given).sum(axis=0)
    while True:
        wanting = np.flatnonzero((hidden > 0) & (hidden < smallest) & shown.any(axis=0))
        if not wanting.size:
            return shown
        next_one = np.where(shown, given, np.iinfo(np.int64).max)[:, wanting].argmin(axis=0)
        shown[next_one, wanting] = False
        hidden[wanting] += given[next_one, wanting]
