"""Agreement over all statements of a round: a few coefficients beside the verdicts."""

from __future__ import annotations

import numpy as np

from allay.consensus.agreement.coefficients import coefficients
from allay.consensus.protocol.scale import RatingScale
from allay.consensus.rounds.rated import RatedRound

MEASURES = ("kendall_w", "krippendorff_alpha_ordinal", "gwet_ac2", "icc_A1")
"""What stands in a result; `allay consensus agreement` has the others."""
WEIGHTS = "ordinal"
FEWEST = 2
"""Statements; over fewer there is nothing to agree on the order of."""


def round_agreement(one: RatedRound, scale: RatingScale, *, smallest: int) -> dict[str, float | None]:
    """Work out coefficients of agreement over the statements of a round.

    Returns
    -------
    dict of str to float or None
        `gwet_ac2` with ordinal weights; None where one is not defined. Empty where fewer than `smallest`
        raters answered, or fewer than two statements were rated. Time grows with statements times raters.

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
    found = coefficients(values, measures=MEASURES, weights=WEIGHTS, categories=points)
    return {one.measure: one.value for one in found}
