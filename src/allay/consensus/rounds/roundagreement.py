"""Agreement over all statements of a round: a few coefficients beside the verdicts."""

from __future__ import annotations

import numpy as np

from allay.consensus.agreement.coefficients import coefficients
from allay.consensus.protocol.scale import RatingScale
from allay.consensus.rounds.rated import RatedRound

MEASURES = ("kendall_w", "krippendorff_alpha_ordinal", "gwet_ac2", "icc_A1")
"""What stands in a result; `allay consensus agreement` has the others."""
COMPLETE = frozenset({"kendall_w", "icc_A1"})
"""Those that take no table with holes."""
WEIGHTS = "ordinal"
FEWEST = 2
"""Statements; over fewer there is nothing to agree on the order of."""


def round_agreement(one: RatedRound, scale: RatingScale, *, smallest: int) -> dict[str, float | None]:
    """Work out coefficients of agreement over the statements of a round.

    Returns
    -------
    dict of str to float or None
        `gwet_ac2` with ordinal weights. `kendall_w` and `icc_A1` are those of raters who rated every
        statement, because a single blank would otherwise take a statement from all. None where one is not
        defined, or fewer than `smallest` rated everything. Empty where fewer than `smallest` raters answered,
        or fewer than two statements were rated. Time grows with statements times raters.

    Examples
    --------
    >>> from allay.consensus.ratings.table import RatingTable
    >>> from allay.consensus.rounds.rated import rated_round
    >>> values = np.array([[1.0] * 5, [5.0] * 5, [9.0] * 5])
    >>> table = RatingTable("r.csv", ("s1", "s2", "s3"), tuple("abcde"), values, np.ones((3, 5), dtype=int))
    >>> one = rated_round(table, order=["s1", "s2", "s3"], scale=RatingScale(), smallest=5)
    >>> round_agreement(one, RatingScale(), smallest=5)["kendall_w"]
    1.0
    """
    given = one.table.answered
    values = one.table.values[np.ix_(given.any(axis=1), given.any(axis=0))]
    if values.shape[1] < smallest or values.shape[0] < FEWEST:
        return {}
    points = [float(point) for point in range(scale.minimum, scale.maximum + 1)]
    whole = values[:, ~np.isnan(values).any(axis=0)]
    found: dict[str, float | None] = {}
    for measure in MEASURES:
        used = whole if measure in COMPLETE else values
        if used.shape[1] < smallest:
            found[measure] = None
            continue
        (one_of,) = coefficients(used, measures=(measure,), weights=WEIGHTS, categories=points)
        found[measure] = one_of.value
    return found
