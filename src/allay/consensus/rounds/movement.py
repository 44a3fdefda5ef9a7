"""Movement between two rounds: how many changed their rating; apart from consensus, which it is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allay.consensus.estimates.quartiles import quartiles
from allay.consensus.protocol.scale import RatingScale
from allay.consensus.ratings.table import Floats, Ints, RatingTable
from allay.consensus.rounds.pairing import paired


@dataclass(frozen=True, slots=True)
class StatementMovement:
    """How ratings of one statement moved from one round to another.

    Attributes
    ----------
    edited : bool
        Whether the two tables rate different versions; False where a table does not say which it rates.
    raters : int
        Who rated it in both rounds. Where these are fewer than may be shown, everything below is None.
    changed, up, down : int, optional
        How many of them changed their rating, upward, downward.
    share_changed : float, optional
        changed / raters, 0 to 1.
    same_region : float, optional
        Share of them whose rating stayed in its region of the scale, 0 to 1; None without a scale.
    median_from, median_to, iqr_from, iqr_to : float, optional
        Of all ratings of each round, quartiles by linear interpolation.
    cv_from, cv_to : float, optional
        Sample standard deviation over mean; None where the mean is not above 0.
    """

    statement: str
    from_round: int
    to_round: int
    edited: bool
    raters: int
    changed: int | None = None
    up: int | None = None
    down: int | None = None
    share_changed: float | None = None
    same_region: float | None = None
    median_from: float | None = None
    median_to: float | None = None
    iqr_from: float | None = None
    iqr_to: float | None = None
    cv_from: float | None = None
    cv_to: float | None = None


def movement(
    before: RatingTable, after: RatingTable, *, smallest: int, scale: RatingScale | None = None
) -> tuple[StatementMovement, ...]:
    """Compare two rounds statement by statement, among raters of both.

    Stability is no consensus: a panel may hold to its disagreement (0% changed) and may change much on the
    way to agreeing.

    Parameters
    ----------
    before, after : RatingTable
        Aligned by the codes of raters and by statement.
    smallest : int
        Fewer raters of both rounds than this are counted and nothing else is shown of them.
    scale : RatingScale, optional
        For `same_region`.

    Returns
    -------
    tuple of StatementMovement
        Of every statement that stands in both tables, in the order of `after`. Time grows with the cells.

    Examples
    --------
    >>> raters = tuple("abcde")
    >>> first, second = (
    ...     RatingTable("r.csv", ("s1",), raters, np.array([row]), np.zeros((1, 5), dtype=int), round=number)
    ...     for number, row in enumerate(([3.0, 5, 6, 7, 9], [3.0, 6, 7, 7, 8]), start=1))
    >>> moved, = movement(first, second, smallest=5)
    >>> moved.changed, moved.up, moved.down, moved.share_changed, moved.iqr_from, moved.iqr_to
    (3, 2, 1, 0.6, 2.0, 1.0)
    """
    pair = paired(before, after)
    if not pair.statements:
        return ()
    both = ~np.isnan(pair.change)
    raters = both.sum(axis=1)
    up, down = (pair.change > 0).sum(axis=1), (pair.change < 0).sum(axis=1)
    shown = raters >= max(smallest, 1)
    counts = {"changed": up + down, "up": up, "down": down}
    shares: dict[str, Floats] = {"share_changed": _share(up + down, raters)}
    if scale is not None:
        same = (_region(pair.earlier, scale) == _region(pair.later, scale)) & both
        shares["same_region"] = _share(same.sum(axis=1), raters)
    for side, values in (
        ("from", before.values[pair.earlier_rows]),
        ("to", after.values[pair.later_rows]),
    ):
        q1, median, q3 = quartiles(values)
        shares |= {f"median_{side}": median, f"iqr_{side}": q3 - q1, f"cv_{side}": variation(values)}
    return tuple(
        StatementMovement(
            statement=statement,
            from_round=before.round,
            to_round=after.round,
            edited=pair.edited[row],
            raters=int(raters[row]),
            **({name: int(count[row]) for name, count in counts.items()} if shown[row] else {}),
            **({name: _number(found[row]) for name, found in shares.items()} if shown[row] else {}),  # type: ignore[arg-type]
        )
        for row, statement in enumerate(pair.statements)
    )


def variation(values: Floats) -> Floats:
    """Coefficient of variation of every row: sample standard deviation over mean.

    Parameters
    ----------
    values : float64 array of shape (rows, columns)
        NaN where there is no value.

    Returns
    -------
    float64 array of shape (rows,)
        NaN with fewer than two values, or where the mean is not above 0 (it then says nothing).

    Examples
    --------
    >>> variation(np.array([[2.0, 4.0, np.nan], [0.0, 0.0, 0.0]])).round(4).tolist()
    [0.4714, nan]
    """
    n = (~np.isnan(values)).sum(axis=1)
    mean = np.nansum(values, axis=1) / np.maximum(n, 1)
    squares = np.nansum((values - mean[:, None]) ** 2, axis=1)
    usable = (n > 1) & (mean > 0)
    spread = np.sqrt(squares / np.maximum(n - 1, 1))
    found: Floats = np.divide(spread, mean, out=np.full(len(mean), np.nan), where=usable)
    return found


def _share(part: Ints, whole: Ints) -> Floats:
    found: Floats = part / np.maximum(whole, 1)
    return found


def _region(ratings: Floats, scale: RatingScale) -> Ints:
    return np.where(ratings <= scale.low_to, -1, np.where(ratings >= scale.high_from, 1, 0))


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
