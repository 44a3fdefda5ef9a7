"""What an adaptive test saves and what it costs: items used, and agreement with the whole bank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allay.measures.irt.eap import ThetaEstimates
from allay.measures.irt.rules import STOPS
from allay.measures.irt.simulation import AdaptiveSimulation


@dataclass(frozen=True, slots=True)
class AdaptiveSummary:
    """A simulation in numbers; None where there is nothing to compute from.

    Attributes
    ----------
    respondents, scored : int
        All, and those who answered anything; the rest is of the latter.
    bank_items : int
    mean_items, fewest_items, most_items
        Asked in an adaptive test.
    stopped : mapping of reason to respondents
        Every reason of `STOPS` that occurs.
    mean_t_se, mean_t_se_bank : float
        Mean standard errors in T-score units, of the adaptive test and of the whole bank.
    correlation : float
        Of the T-scores from the adaptive test with those from the whole bank.
    mean_difference, root_mean_square_difference, largest_difference : float
        Of the adaptive T-score less the one from the whole bank.
    """

    respondents: int
    scored: int
    bank_items: int
    mean_items: float | None
    fewest_items: int | None
    most_items: int | None
    stopped: dict[str, int]
    mean_t_se: float | None
    mean_t_se_bank: float | None
    correlation: float | None
    mean_difference: float | None
    root_mean_square_difference: float | None
    largest_difference: float | None


def summarize(simulation: AdaptiveSimulation, *, bank_scores: ThetaEstimates) -> AdaptiveSummary:
    """Hold the end of every adaptive test against the score from all answers.

    Parameters
    ----------
    simulation : AdaptiveSimulation
    bank_scores : ThetaEstimates
        Of the same respondents in the same order, from all their answers on the same grid.

    Examples
    --------
    >>> from allay.measures.irt.bank import GradedItem, ItemBank
    >>> from allay.measures.irt.eap import eap_scores
    >>> from allay.measures.irt.settings import adaptive_rules
    >>> from allay.measures.irt.simulation import simulate
    >>> bank = ItemBank((GradedItem("a", 1.5, (0.0,)), GradedItem("b", 2.0, (-1.0, 1.0))))
    >>> rules, answers = adaptive_rules("promis-adult"), [[1, 1], [2, 3]]
    >>> scores = eap_scores(bank, answers, quadrature=rules.quadrature)
    >>> found = summarize(simulate(bank, answers, rules=rules), bank_scores=scores)
    >>> found.mean_items, found.stopped, round(found.largest_difference, 9)
    (2.0, {'bank_exhausted': 2}, 0.0)
    """
    final = simulation.final
    known = final.answered > 0
    counts = np.bincount(simulation.stopped, minlength=len(STOPS)).tolist()
    used = final.answered[known]
    adaptive, whole = final.t[known], bank_scores.t[known]
    difference = adaptive - whole
    varied = len(used) > 1 and np.ptp(adaptive) > 0 and np.ptp(whole) > 0
    some = len(used) > 0
    return AdaptiveSummary(
        respondents=len(known),
        scored=len(used),
        bank_items=len(simulation.bank.items),
        mean_items=float(used.mean()) if some else None,
        fewest_items=int(used.min()) if some else None,
        most_items=int(used.max()) if some else None,
        stopped={name: count for name, count in zip(STOPS, counts, strict=True) if count},
        mean_t_se=float(final.t_se[known].mean()) if some else None,
        mean_t_se_bank=float(bank_scores.t_se[known].mean()) if some else None,
        correlation=float(np.corrcoef(adaptive, whole)[0, 1]) if varied else None,
        mean_difference=float(difference.mean()) if some else None,
        root_mean_square_difference=float(np.sqrt((difference**2).mean())) if some else None,
        largest_difference=float(np.abs(difference).max()) if some else None,
    )
