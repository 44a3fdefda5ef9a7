"""The result of matching or weighing, as `allay evaluation match` writes it."""

from __future__ import annotations

from pydantic import Field

from allay.base.tables import Strict
from allay.evaluation.matching.balance import BinarySd
from allay.evaluation.matching.comparison import Estimand, Method
from allay.evaluation.matching.limits import Answer
from allay.evaluation.matching.nearest import Search
from allay.evaluation.matching.weigh import On


class Pair(Strict):
    """A number for the treated and one for the untreated."""

    treated: float
    untreated: float


class BeforeAfter(Strict):
    """Two numbers before and after weighing."""

    before: Pair
    after: Pair


class ContrastResult(Strict):
    """One covariate in one sample: means, standardized difference, variance ratio, distance of eCDFs."""

    treated: float
    untreated: float
    smd: float | None
    variance_ratio: float | None
    ecdf: float


class BalanceRow(Strict):
    """Balance of one covariate; `denominator` says whose standard deviation the differences are in."""

    covariate: str
    binary: bool
    denominator: str
    before: ContrastResult
    after: ContrastResult


class VerdictResult(Strict):
    """What the limits of balance say."""

    answer: Answer
    reasons: tuple[str, ...]
    limits: str = Field(description="How sure the limits are: their weakest status.")


class Coefficient(Strict):
    """A coefficient of the propensity score: log odds ratio and standard error."""

    term: str
    estimate: float
    se: float


class DifferenceResult(Strict):
    """A difference of means, treated less untreated, with its 95% interval."""

    estimate: float
    se: float | None
    low: float | None
    high: float | None
    error: str = Field(description="How the standard error was found.")


class OtherConvention(Strict):
    """The estimate if neighbors were searched in another way that is in use."""

    on: On
    search: Search
    estimate: float


class EstimateResult(DifferenceResult):
    """The difference with the weights of the comparison; beside it the others."""

    outcome: str
    estimand: Estimand
    unadjusted: DifferenceResult
    regression: DifferenceResult | None
    weighted_regression: DifferenceResult | None
    other_conventions: tuple[OtherConvention, ...] = ()


class Choices(Strict):
    """How the comparison was made."""

    method: Method
    ratio: int = 1
    caliper: float | None = Field(None, description="In standard deviations of the score.")
    on: On = "score"
    search: Search = "nearest"
    bins: int | None = None
    binary_sd: BinarySd = "sample"
    allow_pre_outcomes: bool = False


class MatchReport(Strict):
    """What `allay evaluation match` writes."""

    allay_version: str
    choices: Choices
    estimand: Estimand
    covariates: tuple[str, ...]
    n: Pair
    used: Pair
    dropped: Pair
    caliper_width: float | None
    effective_sample_size: BeforeAfter
    propensity: tuple[Coefficient, ...] | None
    balance: tuple[BalanceRow, ...]
    verdict: VerdictResult
    estimate: EstimateResult | None
    warnings: tuple[str, ...]
