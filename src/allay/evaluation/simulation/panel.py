"""Panels straight from the process that makes claims, without claims: for thousands of replications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import NotFound
from allay.evaluation.simulation.bucket import draw_bucket
from allay.evaluation.simulation.design import SimulationDesign
from allay.evaluation.simulation.effects import effect_sums, no_effects
from allay.evaluation.simulation.outcomes import OUTCOMES, drawn, needed
from allay.evaluation.simulation.people import COVARIATES, buckets
from allay.evaluation.simulation.truth import SimulationTruth, truth_of
from allay.evaluation.simulation.uses import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedPanel:
    """Member-months of a simulation.

    Attributes
    ----------
    member : int array [member]
        Numbers of members, from 0 (`person_id` of the claims is their text).
    cohort : int array [member]
        Month of the start in the program, counted from 0; -1 for never.
    pain : bool array [member]
        Whether they have chronic pain, and so could have entered.
    covariates : float array [member, covariate]
        Age in standard deviations, sex and conditions, each from its mean; names in `covariate_names`.
    enrolled_days : int array [member, month]
    outcomes : mapping of str to int array [member, month]
        By column of the panel.
    truth : SimulationTruth
        Of these members and outcomes.
    """

    member: Ints
    cohort: Ints
    pain: NDArray[np.bool_]
    covariates: Floats
    covariate_names: tuple[str, ...]
    enrolled_days: Ints
    outcomes: dict[str, Ints]
    truth: SimulationTruth


def simulate_panel(
    design: SimulationDesign, seed: int, *, outcomes: Sequence[str] = OUTCOMES
) -> SimulatedPanel:
    """Simulate member-months: those that `simulate` makes claims of by the same design and seed.

    Equal to the panel of its claims where none are cut off by run-out.

    Parameters
    ----------
    design : SimulationDesign
    seed : int
        In place of the design's.
    outcomes : sequence of str
        Which to draw; the fewer, the faster. Each is the same whichever others are drawn.

    Examples
    --------
    >>> from allay.evaluation.simulation import shipped_design
    >>> panel = simulate_panel(shipped_design("clean").changed(members=500), 7, outcomes=["mri"])
    >>> panel.outcomes["mri"].shape, panel.truth.of("mri").simple.att < 0
    ((500, 24), True)
    """
    for outcome in outcomes:
        if outcome not in OUTCOMES:
            raise NotFound.among("outcome", outcome, known=OUTCOMES)
    design = design.changed(seed=seed)
    categories = {category for outcome in outcomes for category in needed(outcome)}
    parts = []
    sums = no_effects(design)
    for number in range(buckets(design)):
        bucket = draw_bucket(design, number, categories=categories)
        sums = sums + effect_sums(bucket)
        found, members = drawn(bucket), bucket.members
        parts.append(
            (
                members.number,
                members.cohort,
                members.pain,
                members.covariates(design),
                members.cover.width.astype(np.int64),
                *(found[outcome] for outcome in outcomes),
            )
        )
    joined = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    order = np.argsort(joined[0])
    member, cohort, pain, covariates, days, *values = (column[order] for column in joined)
    truth = truth_of(design, sums, counts={}, outcomes=outcomes)
    by_name = dict(zip(outcomes, values, strict=True))
    return SimulatedPanel(member, cohort, pain, covariates, COVARIATES, days, by_name, truth)
