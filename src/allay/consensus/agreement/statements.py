"""How the ratings of each statement of a file are spread over the scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from allay.consensus.agreement.judgments import JudgmentFile
from allay.consensus.agreement.measure import MEASURES
from allay.consensus.agreement.result import SpreadRow
from allay.consensus.agreement.spread import polarization, tastle_wierman, van_der_eijk_a
from allay.consensus.agreement.subjects import MOST_CATEGORIES
from allay.consensus.ratings.table import RatingTable

Floats = NDArray[np.float64]
NOBODY = "nobody rated it"
ONE_POINT = "the scale has one point only"
TOO_WIDE = f"the scale has more than {MOST_CATEGORIES:,} points"


def scale_points(file: JudgmentFile, *, given: bool) -> Floats:
    """Return the points of the scale: as given, or every whole number from the lowest rating to the highest.

    Examples
    --------
    >>> scale_points(JudgmentFile((), (), (1.0, 4.0)), given=False).tolist()
    [1.0, 2.0, 3.0, 4.0]
    """
    points = np.array(file.categories, dtype=np.float64)
    if given or not len(points) or _too_wide(points, given=given):
        return points
    return np.arange(points[0], points[-1] + 1)


def _too_wide(points: Floats, *, given: bool) -> bool:
    """Whether points are only those that occur, as there are too many in between."""
    return not given and len(points) > 0 and bool(points[-1] - points[0] >= MOST_CATEGORIES)


def spread_rows(
    file: JudgmentFile, *, measures: Sequence[str], points: Floats, given: bool = False
) -> tuple[SpreadRow, ...]:
    """Work out measures of every statement of every round, in the order of the file.

    Parameters
    ----------
    file : JudgmentFile
        Of numbers.
    measures : sequence of str
        `van_der_eijk_a`, `polarization`, `tastle_wierman`.
    points : float64 array of shape (points,)
        Time grows with statements x (raters + points squared).
    given : bool
        Whether the points were given, not found in the file. Of points found that are too far apart, what
        rests on points in between is not worked out.

    Examples
    --------
    >>> import io
    >>> from allay.consensus.agreement.judgments import read_judgments
    >>> file = read_judgments(io.BytesIO(b"statement,rater,rating\\ns1,a,1\\ns1,b,4\\ns2,a,\\n"))
    >>> points = scale_points(file, given=False)
    >>> for row in spread_rows(file, measures=["polarization"], points=points):
    ...     print(row.statement, row.n, row.polarization, row.why)
    s1 2 1.0 None
    s2 0 None nobody rated it
    """
    wide = _too_wide(points, given=given)
    defined = [each for each in measures if MEASURES[each].needs == "numbers" or not wide]
    rows: list[SpreadRow] = []
    for table in file.tables:
        counts = _counts(table, points)
        n = counts.sum(axis=1).astype(int).tolist()
        found = _spreads(counts, defined, points)
        why = ONE_POINT if len(points) < 2 else TOO_WIDE if len(defined) < len(measures) else None
        rows += [
            SpreadRow(
                round=table.round,
                statement=statement,
                n=n[place],
                **{measure: _defined(values[place]) for measure, values in found.items()},
                why=why if n[place] else NOBODY,
            )
            for place, statement in enumerate(table.statements)
        ]
    return tuple(rows)


def _spreads(counts: Floats, measures: Sequence[str], points: Floats) -> dict[str, list[float]]:
    if len(points) < 2:
        return {measure: [math.nan] * len(counts) for measure in measures}
    work: dict[str, Callable[[Floats], Floats]] = {
        "van_der_eijk_a": van_der_eijk_a,
        "polarization": polarization,
        "tastle_wierman": lambda given: tastle_wierman(given, points=points),
    }
    return {measure: work[measure](counts).tolist() for measure in measures}


def _counts(table: RatingTable, points: Floats) -> Floats:
    """Ratings by statement and point."""
    given = table.answered
    q = max(len(points), 1)
    codes = np.searchsorted(points, table.values[given])
    places = np.nonzero(given)[0] * q + codes
    counts = np.bincount(places, minlength=len(given) * q).reshape(len(given), q)
    return counts.astype(np.float64)


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else value
