"""Effect classes: what a cell of an evidence table may say, and the class that follows from an estimate."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from allay.base.errors import InvalidValue
from allay.base.facts import Facts, FactValue, load_facts

FOLDER = files("allay.programs") / "data" / "evidence"


class EffectClass(StrEnum):
    """What a cell says; the first three are sizes of an effect that favors the service."""

    SMALL = "small"
    MODERATE = "moderate"
    LARGE = "large"
    FAVORS_COMPARATOR = "favors_comparator"
    NONE = "none"
    INSUFFICIENT = "insufficient"
    NO_EVIDENCE = "no_evidence"


class EvidenceState(StrEnum):
    """The five things that can be known of a cell; they are never merged.

    `NONE` is a finding: trials were pooled and show no difference. `INSUFFICIENT` is trials that allow no
    conclusion, `NO_EVIDENCE` that the review found no trial.

    Examples
    --------
    >>> EvidenceState.of(EffectClass.MODERATE).value, EvidenceState.of(EffectClass.NONE).value
    ('graded_effect', 'none')
    """

    GRADED_EFFECT = "graded_effect"
    FAVORS_COMPARATOR = "favors_comparator"
    NONE = "none"
    INSUFFICIENT = "insufficient"
    NO_EVIDENCE = "no_evidence"

    @classmethod
    def of(cls, effect: EffectClass) -> EvidenceState:
        """Return the state that goes with an effect class."""
        return cls.GRADED_EFFECT if effect in GRADED else cls(effect.value)


GRADED = (EffectClass.SMALL, EffectClass.MODERATE, EffectClass.LARGE)


class Metric(StrEnum):
    """Scale of an estimate; a negative estimate favors the service on all of them."""

    MD_0_10 = "md_0_10"  # mean difference of pain, points of 0 to 10
    MD_RMDQ = "md_rmdq"  # mean difference, points of the Roland-Morris Disability Questionnaire
    SMD = "smd"  # standardized mean difference
    NONE = "none"


# Metric -> (name in the facts, how many points of the fact's unit are one point of the metric).
_SCALES: Mapping[Metric, tuple[str, int]] = {
    Metric.MD_0_10: ("pain", 10),
    Metric.MD_RMDQ: ("rmdq", 1),
    Metric.SMD: ("smd", 1),
}


@cache
def facts() -> Facts:
    """The facts of this room: where a moderate effect begins and ends.

    Examples
    --------
    >>> len(facts())
    6
    """
    return load_facts(FOLDER / "facts")


def moderate_facts(metric: Metric) -> tuple[FactValue, FactValue]:
    """Return the lowest and the highest difference that are called moderate, as published.

    Raises
    ------
    InvalidValue
        For the metric `none`.

    Examples
    --------
    >>> [(fact.number, fact.unit) for fact in moderate_facts(Metric.MD_0_10)]
    [(10, 'points_of_100'), (20, 'points_of_100')]
    """
    if metric not in _SCALES:
        raise InvalidValue(expected="a metric with thresholds", found=metric.value)
    name = _SCALES[metric][0]
    low, high = (facts().get(f"programs.evidence.moderate.{name}.{end}").latest for end in ("low", "high"))
    return low, high


def moderate_range(metric: Metric) -> tuple[float, float]:
    """Return the lowest and the highest moderate difference in the unit of the metric.

    Examples
    --------
    >>> moderate_range(Metric.MD_0_10)
    (1.0, 2.0)
    """
    low, high = (float(fact.number) for fact in moderate_facts(metric))
    per = _SCALES[metric][1]
    return low / per, high / per


def effect_class(*, metric: Metric, estimate: float, lo: float, hi: float) -> EffectClass:
    """Work the effect class out from a pooled estimate.

    Parameters
    ----------
    metric : Metric
        Scale of the three numbers.
    estimate, lo, hi : float
        The estimate and the ends of its interval, which need not be symmetric. Negative favors the service.

    Returns
    -------
    EffectClass
        `none` when the interval holds zero, `favors_comparator` when all of it is above. Else by size:
        `moderate` from the lowest to the highest moderate difference, both included; `small` below, however
        close to zero, since the thresholds we have name no lower end; `large` above.

    Notes
    -----
    Source of the thresholds: Chou and Huffman 2007 (`moderate_facts`).

    Examples
    --------
    >>> effect_class(metric=Metric.MD_0_10, estimate=-1.27, lo=-1.77, hi=-0.65).value
    'moderate'
    >>> effect_class(metric=Metric.MD_0_10, estimate=-0.22, lo=-0.67, hi=0.21).value
    'none'
    """
    if lo <= 0 <= hi:
        return EffectClass.NONE
    if lo > 0:
        return EffectClass.FAVORS_COMPARATOR
    low, high = moderate_range(metric)
    if abs(estimate) < low:
        return EffectClass.SMALL
    return EffectClass.MODERATE if abs(estimate) <= high else EffectClass.LARGE
