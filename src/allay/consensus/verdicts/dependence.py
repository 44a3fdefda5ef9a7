"""Which choices of the RAND/UCLA method a verdict depends on."""

from __future__ import annotations

from typing import get_args

import numpy as np
from numpy.typing import NDArray

from allay.consensus.protocol.rule import AppropriatenessRule, HalfPoint, PanelRule, PercentileRule
from allay.consensus.ratings.table import Ints
from allay.consensus.verdicts.judge import ranked_directions
from allay.consensus.verdicts.panel_count import has_count_rule
from allay.consensus.verdicts.percentiles import RankedCounts

CHOICES = {
    "percentile": get_args(PercentileRule),
    "half_point": get_args(HalfPoint),
    "panel_rule": get_args(PanelRule),
}


def dependence(counts: Ints, rule: AppropriatenessRule) -> dict[str, NDArray[np.bool_]]:
    """Say which choices decide: whether another value of one of them alone gives another verdict.

    Parameters
    ----------
    counts : int64 array of shape (statements, 9)
        Ratings by point, at least one of every statement.
    rule : AppropriatenessRule
        The choices that were made.

    Returns
    -------
    dict of str to bool array of shape (statements,)
        By `percentile`, `half_point` and `panel_rule`. The count rule is tried where there is one for so many
        raters.

    Raises
    ------
    InvalidValue
        As `allay.consensus.verdicts.appropriateness.appropriateness`.

    Examples
    --------
    >>> found = dependence(np.array([[0, 0, 3, 0, 0, 0, 3, 3, 0]]), AppropriatenessRule())
    >>> {name: bool(mask[0]) for name, mask in found.items()}
    {'percentile': True, 'half_point': False, 'panel_rule': True}
    """
    ranked = RankedCounts.of(counts)
    main = ranked_directions(ranked, rule)
    found = {}
    for name, values in CHOICES.items():
        other = np.zeros(len(main), dtype=np.bool_)
        for value in values:
            if value == getattr(rule, name):
                continue
            variant = rule.model_copy(update={name: value})
            if variant.panel_rule == "ipras" or (usable := has_count_rule(ranked.up_to[-1])).all():
                other |= ranked_directions(ranked, variant) != main
            elif usable.any():
                part = RankedCounts.of(counts[usable])
                other[usable] |= ranked_directions(part, variant) != main[usable]
        found[name] = other
    return found
