"""Outcomes by group, with the gap to a reference group, and small counts hidden in every figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.disclosure import suppress
from allay.measures.cohort import Grouping
from allay.measures.followup import Capture, capture
from allay.measures.intervals import Interval, difference_of_proportions, welch
from allay.measures.paired import TOLERANCE, Direction, PairedChange, complete_pairs, paired_change
from allay.measures.responders import ResponderFigure, percent_improvement

__all__ = ["Gap", "GroupOutcome", "GroupView", "group_outcomes"]


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """Outcome of one group; a figure is None where a count behind it is hidden or nothing was recorded.

    ``responders`` holds one figure among the followed per fraction, in their order.
    """

    level: str
    label: str
    enrolled: int | None
    capture: Capture | None
    change: PairedChange | None
    responders: tuple[ResponderFigure | None, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Difference of a group from the reference group: group minus reference.

    Each part is (difference, interval), None where one of the two is hidden or cannot be compared.
    """

    level: str
    capture: tuple[float, Interval] | None
    change: tuple[float, Interval] | None
    responders: tuple[tuple[float, Interval] | None, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """One grouping: its groups, the gaps to the reference, and how many patients have no group recorded."""

    grouping: Grouping
    groups: tuple[GroupOutcome, ...]
    gaps: tuple[Gap, ...]
    not_recorded: int
    any_hidden: bool


def group_outcomes(
    levels: NDArray[np.str_],
    baseline: NDArray[np.float64],
    followup: NDArray[np.float64],
    *,
    grouping: Grouping,
    direction: Direction,
    fractions: Sequence[float],
) -> GroupView:
    """Work out capture, change and responders for each group.

    Parameters
    ----------
    levels, baseline, followup
        One entry per enrolled patient; ``''`` and NaN where not recorded.
    grouping
        Its levels, labels and reference.
    direction
        Whether a higher value is better or worse.
    fractions
        Improvements that count as a response, ascending; empty where percent has no meaning.

    Returns
    -------
    GroupView
        Hidden: counts of 1 to 10 and what would give them away, in two tables - group by followed or not,
        and among the followed, group by size of improvement. A mean is shown only with its count. The
        number without a group describes the file, not a group of people; it is shown.

    Examples
    --------
    >>> import numpy as np
    >>> levels = np.array(["a"] * 60 + ["b"] * 60)
    >>> before, after = np.full(120, 6.0), np.tile([3.0, 6.0, np.nan], 40)
    >>> sex = Grouping("g", "G", ("a", "b"), reference="a")
    >>> view = group_outcomes(
    ...     levels, before, after, grouping=sex, direction="higher_worse", fractions=(0.3,)
    ... )
    >>> view.groups[1].capture.followed, view.groups[1].responders[0].share, view.gaps[0].change[0]
    (40, 0.5, 0.0)
    """
    # Numbers compare faster than texts, and each level is looked for among everybody.
    names, codes = np.unique(levels, return_inverse=True)
    where = {str(name): code for code, name in enumerate(names)}
    members = [codes == where.get(level, -1) for level in grouping.levels]
    followed = ~(np.isnan(baseline) | np.isnan(followup))
    by_capture = np.array([[(m & followed).sum(), (m & ~followed).sum()] for m in members], dtype=np.int64)
    captures = suppress(by_capture)
    responses, shown = _responses(members, baseline, followup, direction, fractions)
    groups = []
    for i, (level, member) in enumerate(zip(grouping.levels, members, strict=True)):
        n_shown = captures.cell(i, 0) is not None
        both_shown = n_shown and captures.cell(i, 1) is not None
        groups.append(
            GroupOutcome(
                level=level,
                label=grouping.label(level),
                enrolled=captures.cell(i, -1),
                capture=capture(np.where(followed, followup, np.nan)[member]) if both_shown else None,
                change=paired_change(baseline[member], followup[member], direction=direction, rank_test=False)
                if n_shown
                else None,
                responders=tuple(
                    r if n_shown and ok else None for r, ok in zip(responses[i], shown[i], strict=True)
                ),
            )
        )
    reference = next((g for g in groups if g.level == grouping.reference), None)
    changes = {
        level: _changes(baseline[m], followup[m]) for level, m in zip(grouping.levels, members, strict=True)
    }
    others = [g for g in groups if reference is not None and g is not reference]
    hidden = bool(captures.hidden.any()) or not all(all(row) for row in shown)
    return GroupView(
        grouping=grouping,
        groups=tuple(groups),
        gaps=tuple(_gap(g, reference, changes) for g in others if reference is not None),
        not_recorded=int((levels == "").sum()),
        any_hidden=hidden,
    )


def _changes(baseline: NDArray[np.float64], followup: NDArray[np.float64]) -> NDArray[np.float64]:
    before, after, _ = complete_pairs(baseline, followup)
    return after - before


def _responses(
    members: Sequence[NDArray[np.bool_]],
    baseline: NDArray[np.float64],
    followup: NDArray[np.float64],
    direction: Direction,
    fractions: Sequence[float],
) -> tuple[list[list[ResponderFigure]], list[list[bool]]]:
    """Responders of each group at each fraction, and which of those figures may be shown.

    The cells are disjoint: below the first fraction, from the first to the second, ... A share at one
    fraction tells the sum of the cells above it and the sum below; it is shown when one of these two sums
    has no hidden cell and neither sum is small itself.
    """
    if not fractions:
        return [[] for _ in members], [[] for _ in members]
    gain = percent_improvement(baseline, followup, direction=direction)
    step = np.searchsorted(np.asarray(fractions) - TOLERANCE, gain, side="right")
    known = ~np.isnan(gain)
    cells = np.array(
        [np.bincount(step[m & known], minlength=len(fractions) + 1) for m in members], dtype=np.int64
    )
    hidden = suppress(cells).hidden[:-1, :-1]
    ks = range(1, len(fractions) + 1)
    figures = [[ResponderFigure.of(int(row[k:].sum()), int(row.sum())) for k in ks] for row in cells]
    shown = [[not row[k:].any() or not row[:k].any() for k in ks] for row in hidden]
    for k in ks:
        halves = np.column_stack([cells[:, k:].sum(axis=1), cells[:, :k].sum(axis=1)])
        hidden_halves = suppress(halves).hidden
        for i, row in enumerate(shown):
            row[k - 1] = row[k - 1] and not hidden_halves[i, :-1].any()
    return figures, shown


def _gap(group: GroupOutcome, reference: GroupOutcome, changes: dict[str, NDArray[np.float64]]) -> Gap:
    change = None
    if group.change is not None and reference.change is not None:
        change = welch(changes[group.level], changes[reference.level])
    capture_gap = None
    if group.capture and reference.capture and group.capture.enrolled and reference.capture.enrolled:
        capture_gap = _share_gap(
            (group.capture.followed, group.capture.enrolled),
            (reference.capture.followed, reference.capture.enrolled),
        )
    pairs = zip(group.responders, reference.responders, strict=True)
    shares = tuple(
        _share_gap((a.n, a.denominator), (b.n, b.denominator))
        if a is not None and b is not None and a.denominator and b.denominator
        else None
        for a, b in pairs
    )
    return Gap(group.level, capture_gap, change, shares)


def _share_gap(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, Interval]:
    return first[0] / first[1] - second[0] / second[1], difference_of_proportions(*first, *second)
