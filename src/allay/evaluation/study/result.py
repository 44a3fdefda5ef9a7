"""The result of a study: everything that a report needs, in one file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from allay.base.status import Status
from allay.base.tables import Strict
from allay.evaluation.study.detect import OutcomeDetectable
from allay.evaluation.study.flow import Flow
from allay.evaluation.study.lock import Deviation, FrozenEffect, FrozenFile
from allay.evaluation.study.outcomeresult import (
    AggregateRecord,
    CellRow,
    OutcomeResult,
    PartRow,
    PretestRecord,
    RobustnessRecord,
    RobustRow,
    SubgroupRow,
    WarningContrast,
)
from allay.evaluation.study.ratioresult import CalibrationRecord
from allay.evaluation.study.savingsresult import MoneyRow, SavingsRow

__all__ = [
    "AggregateRecord",
    "BalanceRow",
    "CellRow",
    "ChecklistRow",
    "CohortRow",
    "DataRecord",
    "DrawsRecord",
    "FreezeRecord",
    "MoneyRow",
    "OutcomeResult",
    "PartRow",
    "PretestRecord",
    "RobustRow",
    "RobustnessRecord",
    "SampleMoments",
    "SavingsRow",
    "SeriesRecord",
    "StudyResult",
    "SubgroupRow",
    "VerdictRecord",
    "WarningContrast",
    "WeightingRecord",
]


class FreezeRecord(Strict):
    """When the protocol was frozen, and what is not as it was then.

    Attributes
    ----------
    before : bool
        Whether there was a lock before this run.
    frozen_on : date, optional
    protocol_sha256 : str
        Of the protocol as it is now.
    frozen_sha256 : str
        Of the frozen one.
    detectable : tuple of FrozenEffect
        What was said then to be detectable.
    deviations : tuple of Deviation
    words : str
    """

    before: bool
    frozen_on: dt.date | None
    protocol_sha256: str
    frozen_sha256: str
    detectable: tuple[FrozenEffect, ...]
    deviations: tuple[Deviation, ...]
    words: str


class DataRecord(Strict):
    """What the study rests on.

    Attributes
    ----------
    inputs : tuple of FrozenFile
    value_sets : mapping of str to str
        Versions, with how sure they are.
    panel : dict
        What stands beside the panel (`PanelRecord`): decisions, counts, top-coding, run-out.
    claims : dict
        What the check of the claims found and decided (`ClaimsCheck`).
    synthetic : bool
        Whether the claims are simulated: a `truth.json` lies beside them. Every page of a report says so.
    """

    inputs: tuple[FrozenFile, ...]
    value_sets: Mapping[str, str]
    panel: dict[str, Any]
    claims: dict[str, Any]
    synthetic: bool = False


class CohortRow(Strict):
    """Starters of one month or quarter.

    Attributes
    ----------
    period : int
        From 1.
    name : str
    starters : int, optional
        None where hidden.
    shown : bool
        Whether effects of its own are shown: cohorts that are too small have none.
    """

    period: int
    name: str
    starters: int | None
    shown: bool


class SampleMoments(Strict):
    """A covariate of starters and comparison members in one sample.

    Attributes
    ----------
    starters, comparison : float, optional
        Means; None where they would give a small count away.
    smd : float, optional
        Standardized difference.
    variance_ratio : float, optional
    """

    starters: float | None
    comparison: float | None
    smd: float | None
    variance_ratio: float | None


class BalanceRow(Strict):
    """A covariate before and after weighing.

    Attributes
    ----------
    name : str
    binary : bool
    before, after : SampleMoments
    """

    name: str
    binary: bool
    before: SampleMoments
    after: SampleMoments


class WeightingRecord(Strict):
    """How comparison members were made like the starters.

    Attributes
    ----------
    method, estimand : str
    starters, comparison : int
    comparison_worth : float
        Effective comparison members.
    unlike : int, optional
        Comparison members left out because no starter shares one of their values; None where hidden.
    rows : tuple of BalanceRow
    answer : str
        ``balanced``, ``not balanced``, ``far from balanced`` or ``not weighed``.
    reasons : tuple of str
    pre_outcomes : tuple of str
        Outcomes before the start that were matched on all the same.
    because : str
    """

    method: str
    estimand: str
    starters: int
    comparison: int
    comparison_worth: float
    unlike: int | None
    rows: tuple[BalanceRow, ...]
    answer: str
    reasons: tuple[str, ...]
    pre_outcomes: tuple[str, ...]
    because: str


class DrawsRecord(Strict):
    """What was written for a business case.

    Attributes
    ----------
    draws, seed : int
    events : tuple of str
    left_out : tuple of str
        Outcomes without draws, and why.
    """

    draws: int
    seed: int
    events: tuple[str, ...]
    left_out: tuple[str, ...]


class SeriesRecord(Strict):
    """An interrupted time series of a program without a comparison group.

    Attributes
    ----------
    outcome, name, unit, model : str
    months : tuple of int
        Since the start; those right before it are left out.
    means : tuple of float
        Of the starters.
    expected : tuple of float
        What the trend before the start would give.
    step, step_low, step_high : float
        At the start, against that trend: a rate ratio for counts, dollars for costs.
    p : float
    total, total_low, total_high : float
        Observed less expected over the follow-up, per member-month.
    autocorrelation : float, optional
        Of residuals from one month to the next.
    starters : int
    words : str
    """

    outcome: str
    name: str
    unit: str
    model: str
    months: tuple[int, ...]
    means: tuple[float, ...]
    expected: tuple[float, ...]
    step: float
    step_low: float
    step_high: float
    p: float
    total: float
    total_low: float
    total_high: float
    autocorrelation: float | None
    starters: int
    words: str


class VerdictRecord(Strict):
    """What the study says, by rules that are data.

    Attributes
    ----------
    answer : str
        Key of the rule that applied first.
    headline : str
    reasons : tuple of str
    rules : tuple of str
        All rules in the order in which they are asked.
    status : Status
        How sure the limits in the rules are.
    """

    answer: str
    headline: str
    reasons: tuple[str, ...]
    rules: tuple[str, ...]
    status: Status


class ChecklistRow(Strict):
    """An item of a reporting checklist, and where it is answered.

    Attributes
    ----------
    list, item, asks, where : str
    answered : bool
    """

    list: str
    item: str
    asks: str
    where: str
    answered: bool


class StudyResult(Strict):
    """The result of a study.

    Attributes
    ----------
    allay_version : str
    as_of : date, optional
    protocol : dict
    freeze : FreezeRecord
    data : DataRecord
    flow : Flow
    cohorts : tuple of CohortRow
    window : tuple of str
        First and last month.
    period_months : int
        Months of a period in `cells` and aggregates.
    detectable : tuple of OutcomeDetectable
        Said before any result.
    weighting : WeightingRecord, optional
        None without a comparison group.
    outcomes : tuple of OutcomeResult
        The primary one first. Empty without a comparison group, or with too few starters.
    series : tuple of SeriesRecord
        Without a comparison group.
    savings : tuple of SavingsRow
        Raw and top-coded.
    draws : DrawsRecord, optional
    calibration : CalibrationRecord, optional
        None where there are no effects.
    verdict : VerdictRecord
    missing : tuple of str
        What could not be done or shown, and why.
    checklist : tuple of ChecklistRow
    checklist_status : Status
    """

    kind: str = "allay evaluation study"
    allay_version: str
    as_of: dt.date | None
    protocol: dict[str, Any]
    freeze: FreezeRecord
    data: DataRecord
    flow: Flow
    cohorts: tuple[CohortRow, ...]
    window: tuple[str, str]
    period_months: int
    detectable: tuple[OutcomeDetectable, ...]
    weighting: WeightingRecord | None
    outcomes: tuple[OutcomeResult, ...]
    series: tuple[SeriesRecord, ...]
    savings: tuple[SavingsRow, ...]
    draws: DrawsRecord | None
    calibration: CalibrationRecord | None = None
    verdict: VerdictRecord
    missing: tuple[str, ...]
    checklist: tuple[ChecklistRow, ...]
    checklist_status: Status
