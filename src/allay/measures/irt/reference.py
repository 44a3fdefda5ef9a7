"""The plain way: one respondent, one item, one grid point at a time, by the textbook formulas.

It shares no arithmetic with the fast modules; tests hold the two against each other. Enumerating every
pattern for the sums takes the product of all categories, so it is for banks of a few items.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt

from allay.measures.irt.bank import GradedItem, ItemBank
from allay.measures.irt.quadrature import Quadrature
from allay.measures.irt.rules import TIE, AdaptiveRules


@dataclass(frozen=True, slots=True)
class PlainStep:
    """One answer of an adaptive test, and the estimate after it."""

    item: str
    answer: int
    theta: float
    se: float


def plain_probabilities(item: GradedItem, theta: float) -> list[float]:
    """Probabilities of the answers: differences of neighboring cumulative probabilities.

    Examples
    --------
    >>> plain_probabilities(GradedItem("a", 1.0, (0.0,)), 0.0)
    [0.5, 0.5]
    """
    above = [1.0, *(1 / (1 + exp(-item.slope * (theta - b))) for b in item.thresholds), 0.0]
    return [high - low for high, low in itertools.pairwise(above)]


def plain_information(item: GradedItem, theta: float) -> float:
    """Squared slope of each answer's probability over the probability, added up.

    Examples
    --------
    >>> plain_information(GradedItem("a", 2.0, (0.0,)), 0.0)
    1.0
    """
    above = [1.0, *(1 / (1 + exp(-item.slope * (theta - b))) for b in item.thresholds), 0.0]
    slopes = [item.slope * p * (1 - p) for p in above]
    total = 0.0
    for j in range(len(above) - 1):
        probability = above[j] - above[j + 1]
        if probability > 0:
            total += (slopes[j] - slopes[j + 1]) ** 2 / probability
    return total


def plain_posterior(bank: ItemBank, answers: Mapping[str, int], quadrature: Quadrature) -> list[float]:
    """Posterior over the grid, adding up to 1."""
    weights = []
    for theta in quadrature.points.tolist():
        weight = exp(-0.5 * ((theta - quadrature.prior_mean) / quadrature.prior_sd) ** 2)
        for item in bank.items:
            if item.id in answers:
                weight *= plain_probabilities(item, theta)[answers[item.id] - 1]
        weights.append(weight)
    return [weight / sum(weights) for weight in weights]


def plain_estimate(posterior: Sequence[float], quadrature: Quadrature) -> tuple[float, float]:
    """Mean and standard deviation of a posterior."""
    points = quadrature.points.tolist()
    mean = sum(p * theta for p, theta in zip(posterior, points, strict=True))
    return mean, sqrt(sum(p * (theta - mean) ** 2 for p, theta in zip(posterior, points, strict=True)))


def plain_sums(bank: ItemBank, quadrature: Quadrature) -> dict[int, tuple[float, float]]:
    """Theta and standard error of every raw sum, from every pattern there is.

    Examples
    --------
    >>> grid = Quadrature(minimum=-4, maximum=4, step=0.5, prior_mean=0, prior_sd=1)
    >>> found = plain_sums(ItemBank((GradedItem("a", 1.0, (0.0,)),)), grid)
    >>> round(found[1][0] + found[2][0], 12)
    0.0
    """
    points = quadrature.points.tolist()
    weights: dict[int, list[float]] = {}
    for pattern in itertools.product(*(range(1, item.categories + 1) for item in bank.items)):
        row = weights.setdefault(sum(pattern), [0.0] * len(points))
        for place, theta in enumerate(points):
            weight = exp(-0.5 * ((theta - quadrature.prior_mean) / quadrature.prior_sd) ** 2)
            for item, answer in zip(bank.items, pattern, strict=True):
                weight *= plain_probabilities(item, theta)[answer - 1]
            row[place] += weight
    return {
        raw: plain_estimate([w / sum(row) for w in row], quadrature) for raw, row in sorted(weights.items())
    }


def plain_test(
    bank: ItemBank, answers: Mapping[str, int], *, rules: AdaptiveRules
) -> tuple[list[PlainStep], str]:
    """Give an adaptive test to one respondent whose answers are known; steps, and why it ended."""
    steps: list[PlainStep] = []
    given: dict[str, int] = {}
    posterior = plain_posterior(bank, given, rules.quadrature)
    theta, se = plain_estimate(posterior, rules.quadrature)
    while True:
        rest = [item for item in bank.items if item.id in answers and item.id not in given]
        if not rest:
            return steps, "bank_exhausted" if steps else "nothing_answered"
        item = _best(rest, posterior, theta, rules)
        given[item.id] = answers[item.id]
        before = se
        posterior = plain_posterior(bank, given, rules.quadrature)
        theta, se = plain_estimate(posterior, rules.quadrature)
        steps.append(PlainStep(item.id, given[item.id], theta, se))
        if reason := _ends(steps, item, before, rules):
            return steps, reason


def _best(rest: list[GradedItem], posterior: list[float], theta: float, rules: AdaptiveRules) -> GradedItem:
    points = rules.quadrature.points.tolist()
    worth = []
    for item in rest:
        if rules.selection == "mfi":
            worth.append(plain_information(item, theta))
        else:
            worth.append(
                sum(p * plain_information(item, x) for p, x in zip(posterior, points, strict=True) if p > 0)
            )
    return next(item for item, each in zip(rest, worth, strict=True) if each >= max(worth) * (1 - TIE))


def _ends(steps: list[PlainStep], item: GradedItem, before: float, rules: AdaptiveRules) -> str:
    last = steps[-1]
    healthiest = 1 if rules.healthiest == "lowest" else item.categories
    if rules.screen and len(steps) == 1 and last.answer == healthiest:
        return "screen"
    if len(steps) >= rules.min_items:
        if rules.se_stop is not None and last.se < rules.se_stop:
            return "se"
        if rules.se_change is not None and abs(last.se - before) < rules.se_change:
            return "se_change"
    return "max_items" if len(steps) >= rules.max_items else ""
