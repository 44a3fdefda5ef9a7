"""The shape of what a result says of an outcome."""

from __future__ import annotations

from typing import Literal

from allay.base.tables import Strict
from allay.evaluation.study.benefitresult import BenefitRecord
from allay.evaluation.study.estimates import ChangeEstimate, EffectEstimate, FourMeans
from allay.evaluation.study.peak import PeakFall
from allay.evaluation.study.ratioresult import RatioRecord


class CellRow(Strict):
    """Effect on a cohort in a period.

    Attributes
    ----------
    cohort, period, event : int
    att : float
    se, low, high : float, optional
    """

    cohort: int
    period: int
    event: int
    att: float
    se: float | None
    low: float | None
    high: float | None


class PartRow(Strict):
    """A part of an aggregate: a cohort, a period, or a time since the start.

    Attributes
    ----------
    label : int
    name : str
    att : float
    se, low, high, band_low, band_high : float, optional
        The band holds all parts at once.
    """

    label: int
    name: str
    att: float
    se: float | None
    low: float | None
    high: float | None
    band_low: float | None
    band_high: float | None


class AggregateRecord(Strict):
    """Effects added up.

    Attributes
    ----------
    kind : str
    estimate : EffectEstimate
    critical : float, optional
        Standard errors that the band reaches.
    by : tuple of PartRow
    """

    kind: str
    estimate: EffectEstimate
    critical: float | None
    by: tuple[PartRow, ...]


class PretestRecord(Strict):
    """Test of equal trends before the start.

    Attributes
    ----------
    statistic : float
    df : int
    p : float
    words : str
    """

    statistic: float
    df: int
    p: float
    words: str


class WarningContrast(Strict):
    """Two-way fixed effects, shown as a warning and not as a result.

    Attributes
    ----------
    estimate : EffectEstimate
    kinds : tuple of (str, float, float)
        Kind of comparison, its weight, its mean estimate (Goodman-Bacon).
    wrong_share : float
        Weight of comparisons with members who are treated already.
    warning : str
    """

    estimate: EffectEstimate
    kinds: tuple[tuple[str, float, float], ...]
    wrong_share: float
    warning: str


class RobustRow(Strict):
    """Interval that allows trends to differ up to a bound.

    Attributes
    ----------
    bound, low, high : float
    """

    bound: float
    low: float
    high: float


class RobustnessRecord(Strict):
    """How far trends may differ before the effect is gone (Rambachan and Roth).

    Attributes
    ----------
    restriction, construction : str
    estimate : float
    rows : tuple of RobustRow
    breakdown : float, optional
        None where even equal trends leave zero inside.
    words : str
    """

    restriction: str
    construction: str
    estimate: float
    rows: tuple[RobustRow, ...]
    breakdown: float | None
    words: str


class SubgroupRow(Strict):
    """Effect in a named part of the starters.

    Attributes
    ----------
    id : str
    estimate : EffectEstimate, optional
        None where it is hidden or cannot be worked out; `words` says why.
    difference, difference_p, difference_p_holm : float, optional
        From all other starters.
    halves : tuple of float
        The difference in two halves of the members drawn at random: found in one, does it hold in the other?
    words : str
    """

    id: str
    estimate: EffectEstimate | None
    difference: float | None
    difference_p: float | None
    difference_p_holm: float | None
    halves: tuple[float, ...]
    words: str


class OutcomeResult(Strict):
    """All that is said of an outcome.

    Attributes
    ----------
    outcome, name, role, unit, better : str
    peak_to_after : ChangeEstimate
        What a report without a comparison group would show.
    before_after : ChangeEstimate
        The same with the months right before the start left out.
    unadjusted, adjusted : EffectEstimate
        Side by side; `adjusted` is the main estimate.
    means : FourMeans
        Of the adjusted one.
    peak : PeakFall
    alternatives : tuple of EffectEstimate
        Other weights, other months, other members: sensitivity.
    cells : tuple of CellRow
    aggregates : tuple of AggregateRecord
        simple, group, dynamic (the event study, with bands) and calendar.
    placebo : EffectEstimate, optional
        The main contrast within the baseline, first half to last, where there can be no effect: a difference
        in trends before the start.
    pretest : PretestRecord, optional
    imputation : AggregateRecord, optional
    two_way : WarningContrast, optional
    robustness : tuple of RobustnessRecord
    subgroups : tuple of SubgroupRow
    sites : tuple of SubgroupRow
    notes : tuple of str
    ratio : RatioRecord, optional
        The main contrast with trends taken to be parallel in percent: a cross-check.
    benefit : BenefitRecord, optional
        Whether some benefit more than others; of the primary outcome.
    """

    outcome: str
    name: str
    role: Literal["primary", "secondary", "negative_control"]
    unit: str
    better: Literal["lower", "higher"]
    peak_to_after: ChangeEstimate
    before_after: ChangeEstimate
    unadjusted: EffectEstimate
    adjusted: EffectEstimate
    means: FourMeans
    peak: PeakFall
    alternatives: tuple[EffectEstimate, ...]
    cells: tuple[CellRow, ...]
    aggregates: tuple[AggregateRecord, ...]
    placebo: EffectEstimate | None
    pretest: PretestRecord | None
    imputation: AggregateRecord | None
    two_way: WarningContrast | None
    robustness: tuple[RobustnessRecord, ...]
    subgroups: tuple[SubgroupRow, ...]
    sites: tuple[SubgroupRow, ...]
    notes: tuple[str, ...]
    ratio: RatioRecord | None = None
    benefit: BenefitRecord | None = None
