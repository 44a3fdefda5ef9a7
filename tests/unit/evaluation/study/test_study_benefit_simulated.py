"""Who benefits in simulated members: nobody more than others where nothing differs, and those who do."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.evaluation.study.panels import protocol

from allay.evaluation.simulation import SimulationDesign, shipped_design
from allay.evaluation.simulation.panel import simulate_panel
from allay.evaluation.study.benefit import benefit_record
from allay.evaluation.study.benefitresult import BenefitRecord
from allay.evaluation.study.contrast import MonthSums, Span
from allay.evaluation.study.weighting import StudyWeights

OUTCOME = {"id": "therapy_visit", "role": "primary", "better": "higher"}
# One blank study of 20 shows something by chance; more than 4 of 20 come up once in 400 tries.
BLANK, MOST = 20, 4


def found(design: SimulationDesign, seed: int) -> BenefitRecord:
    """Ask who has more therapy visits by the program, among members with chronic pain and whole coverage."""
    panel = simulate_panel(design, seed, outcomes=["therapy_visit"])
    chosen = panel.pain & (panel.enrolled_days > 0).all(axis=1)
    covariates = panel.covariates[chosen]
    weights = np.ones(len(covariates))
    study = protocol(outcomes=[OUTCOME], seed=seed)
    return benefit_record(
        MonthSums(panel.outcomes["therapy_visit"][chosen].astype(np.float64)),
        panel.cohort[chosen],
        StudyWeights(weights, None, covariates, panel.covariate_names, float(len(weights)), 0, "ATT"),
        study,
        study.primary,
        span=Span(6, 1, 6),
    )


@pytest.fixture(scope="module")
def design() -> SimulationDesign:
    return shipped_design("clean").changed(members=12_000)


def test_a_program_without_effect_benefits_nobody_more_than_others(design: SimulationDesign) -> None:
    results = [found(design.without_effects(), seed) for seed in range(BLANK)]
    assert all(one.differs is not None for one in results)
    assert sum(one.differs is True for one in results) <= MOST
    for one in results:
        assert ("no evidence that some benefit more than others" in one.words) == (not one.differs)


def test_members_with_more_conditions_who_benefit_more_are_found(design: SimulationDesign) -> None:
    more = design.heterogeneity.model_copy(update={"condition": 1.0})
    for seed in range(4):
        one = found(design.changed(heterogeneity=more), seed)
        assert one.differs
        assert one.traits[0].covariate == "condition"
        assert min(one.traits[0].slopes) > 0
        assert one.most_less_least is not None
        assert one.most_less_least.effect > 0.1
