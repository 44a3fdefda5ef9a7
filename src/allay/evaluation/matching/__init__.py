"""Matching and weighting: who stands for whom, how alike they are, and what the outcome then says."""

from __future__ import annotations

from allay.evaluation.matching.balance import Balance, Contrast, CovariateBalance, balance
from allay.evaluation.matching.comparison import Comparison, effective_size
from allay.evaluation.matching.covariates import Covariates, encode
from allay.evaluation.matching.limits import BalanceVerdict, balance_limits, judge
from allay.evaluation.matching.outcomes import Difference, Differences, differences
from allay.evaluation.matching.preoutcomes import refuse_pre_outcomes
from allay.evaluation.matching.propensity import PropensityScores, propensity
from allay.evaluation.matching.weigh import METHODS, weigh

__all__ = [
    "METHODS",
    "Balance",
    "BalanceVerdict",
    "Comparison",
    "Contrast",
    "CovariateBalance",
    "Covariates",
    "Difference",
    "Differences",
    "PropensityScores",
    "balance",
    "balance_limits",
    "differences",
    "effective_size",
    "encode",
    "judge",
    "propensity",
    "refuse_pre_outcomes",
    "weigh",
]
