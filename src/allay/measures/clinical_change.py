"""Clinically significant change (Jacobson and Truax): beyond the noise of the measure, and over a cutoff."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.base.facts import FactValue
from allay.base.status import Status
from allay.measures.change import reliable_z
from allay.measures.conventions import facts
from allay.measures.derived import Norm
from allay.measures.logistic import NotEstimable
from allay.measures.paired import TOLERANCE, Direction, complete_pairs

__all__ = [
    "CATEGORIES",
    "ClinicalChange",
    "Cutoff",
    "clinical_change",
    "clinical_cutoff",
    "cutoff_sds",
    "measurement_error",
]

Floats = NDArray[np.float64]
Cutoff = Literal["a", "b", "c"]
CATEGORIES = ("recovered", "improved", "unchanged", "deteriorated", "harmed")


@dataclass(frozen=True, slots=True, eq=False)
class ClinicalChange:
    """Reliable change of each patient, and on which side of the cutoff it ended.

    Attributes
    ----------
    mean, sd : float or None
        Of the baseline: of the complete pairs, unless given; None where it does not vary.
    sem : float
        Standard error of measurement, ``sd * sqrt(1 - reliability)``.
    s_diff : float
        Standard error of a difference of two scores, ``sqrt(2) * sem``.
    threshold : float
        The smallest change that is beyond noise: criterion times ``s_diff``; a change must exceed it.
    cutoff : float or None
        The score between the dysfunctional and the functional population.
    index : float64 array
        Reliable change index, ``(followup - baseline) / s_diff``; NaN where a value is missing.
    category : array of str
        One of `CATEGORIES`; ``''`` where a value is missing. Without a cutoff nobody is recovered or harmed.
    status : Status
        How sure we are of the criterion (1.96) and, with a cutoff a or b, of its 2 standard deviations.
    """

    n: int
    mean: float | None
    sd: float | None
    sem: float
    s_diff: float
    threshold: float
    cutoff: float | None
    index: Floats
    category: NDArray[np.str_]
    status: Status

    @property
    def counts(self) -> Mapping[str, int]:
        """Patients in each category, in the order of `CATEGORIES`."""
        return {name: int((self.category == name).sum()) for name in CATEGORIES}

    @property
    def reliably_improved(self) -> int:
        """Patients beyond noise for the better: recovered or improved."""
        return self.counts["recovered"] + self.counts["improved"]

    @property
    def reliably_deteriorated(self) -> int:
        """Patients beyond noise for the worse: deteriorated or harmed."""
        return self.counts["deteriorated"] + self.counts["harmed"]


def cutoff_sds() -> FactValue:
    """How many standard deviations from a mean cutoffs a and b lie, with source and status.

    Examples
    --------
    >>> cutoff_sds().number, cutoff_sds().status.value
    (2, 'memory')
    """
    return facts().get("measures.clinical_change.cutoff_sd").latest


def measurement_error(sd: float, *, reliability: float) -> float:
    """Standard error of measurement from a standard deviation and a reliability.

    Raises
    ------
    InvalidValue
        When ``sd`` is not above 0 or the reliability is not from 0 to below 1.

    Examples
    --------
    >>> round(measurement_error(10.0, reliability=0.91), 6)
    3.0
    """
    if not 0 <= reliability < 1:
        raise InvalidValue(expected="a reliability from 0 to below 1", found=str(reliability))
    if not sd > 0:
        raise InvalidValue(expected="a standard deviation above 0", found=str(sd))
    return sd * math.sqrt(1 - reliability)


def clinical_cutoff(
    kind: Cutoff, *, dysfunctional: Norm | None, functional: Norm | None, direction: Direction
) -> float:
    """The score that separates the functional from the dysfunctional population.

    Parameters
    ----------
    kind : {'a', 'b', 'c'}
        ``a``: 2 SD beyond the dysfunctional mean; ``b``: within 2 SD of the functional mean; ``c``: where
        both populations are equally likely, the means weighted by the other's SD.
    dysfunctional, functional : Norm or None
        Mean and standard deviation; ``a`` needs the first, ``b`` the second, ``c`` both.

    Raises
    ------
    InvalidValue
        When a norm that is needed is missing, or the functional mean is not better than the other.

    Notes
    -----
    Source: Jacobson NS, Truax P, J Consult Clin Psychol 1991;59:12-19.

    Examples
    --------
    >>> ill, well = Norm(40, 10), Norm(60, 5)
    >>> both = {"dysfunctional": ill, "functional": well, "direction": "higher_better"}
    >>> [round(clinical_cutoff(kind, **both), 2) for kind in ("a", "b", "c")]
    [60.0, 50.0, 53.33]
    """
    better = 1 if direction == "higher_better" else -1
    if kind not in ("a", "b", "c"):
        raise InvalidValue(expected="cutoff a, b or c", found=repr(kind))
    if (dysfunctional is None and kind != "b") or (functional is None and kind != "a"):
        raise InvalidValue(expected=f"the norms that cutoff {kind} needs", found="none")
    if dysfunctional and functional and better * (functional.mean - dysfunctional.mean) <= 0:
        raise InvalidValue(
            expected=f"a functional mean better than {dysfunctional.mean:g} ({direction})",
            found=f"{functional.mean:g}",
        )
    two = float(cutoff_sds().number)
    if functional is None or kind == "a":
        assert dysfunctional is not None
        return dysfunctional.mean + better * two * dysfunctional.sd
    if dysfunctional is None or kind == "b":
        return functional.mean - better * two * functional.sd
    weighted = functional.sd * dysfunctional.mean + dysfunctional.sd * functional.mean
    return weighted / (dysfunctional.sd + functional.sd)


def clinical_change(
    baseline: ArrayLike,
    followup: ArrayLike,
    *,
    direction: Direction,
    reliability: float | None = None,
    sem: float | None = None,
    norm: Norm | None = None,
    functional: Norm | None = None,
    cutoff: Cutoff = "c",
) -> ClinicalChange:
    """Put each patient in a category of clinically significant change.

    Parameters
    ----------
    baseline, followup : float64 arrays of one shape
        Scores, NaN where missing. Categories are given to complete pairs.
    direction : {'higher_better', 'higher_worse'}
        What is better.
    reliability, sem : float
        One of them: the reliability of the score, or its standard error of measurement.
    norm : Norm, optional
        Mean and SD of the dysfunctional population; those of the baseline of complete pairs when left out.
    functional : Norm, optional
        Mean and SD of the functional population. Without it only cutoff a is possible, and is used only
        when asked for.
    cutoff : {'a', 'b', 'c'}
        Which cutoff.

    Returns
    -------
    ClinicalChange
        *Recovered* or *harmed*: reliably better or worse, and over the cutoff; *improved* or *deteriorated*:
        reliably, but not over it; *unchanged*: within the noise.

    Raises
    ------
    InvalidValue
        Not exactly one of reliability and sem, or values that cannot be.
    NotEstimable
        When the reliability is given, no norm, and the baseline of complete pairs does not vary.

    Notes
    -----
    Source: Jacobson NS, Truax P, J Consult Clin Psychol 1991;59:12-19.

    Examples
    --------
    >>> found = clinical_change(
    ...     [40, 42, 38, 44], [60, 43, 20, 51], direction="higher_better", reliability=0.0,
    ...     functional=Norm(60, 5),
    ... )  # doctest: +NORMALIZE_WHITESPACE
    >>> found.category.tolist(), round(found.threshold, 2)
    (['recovered', 'unchanged', 'deteriorated', 'unchanged'], 7.16)
    """
    before, after, kept = complete_pairs(baseline, followup)
    if (reliability is None) == (sem is None):
        raise InvalidValue(expected="a reliability or a standard error of measurement", found="both or none")
    own = norm or _norm_of(before)
    if sem is not None:
        error = sem
    elif own is None:
        raise NotEstimable("two complete pairs whose baselines differ are needed, or a norm")
    else:
        error = measurement_error(own.sd, reliability=reliability or 0.0)
    if not error > 0:
        raise InvalidValue(expected="a standard error of measurement above 0", found=str(error))
    s_diff = math.sqrt(2) * error
    index = np.full(kept.shape, np.nan)
    index[kept] = (after - before) / s_diff
    criterion = reliable_z()
    border = None
    if functional is not None or (cutoff == "a" and own is not None):
        border = clinical_cutoff(cutoff, dysfunctional=own, functional=functional, direction=direction)
    category = np.full(kept.shape, "", dtype="<U12")
    z = float(criterion.number)
    category[kept] = _categories(before, after, index[kept], z, border, direction)
    used = [criterion.status] + ([cutoff_sds().status] if border is not None and cutoff != "c" else [])
    return ClinicalChange(
        n=int(before.size),
        mean=own.mean if own else None,
        sd=own.sd if own else None,
        sem=error,
        s_diff=s_diff,
        threshold=z * s_diff,
        cutoff=border,
        index=index,
        category=category,
        status=Status.weakest(used),
    )


def _norm_of(values: Floats) -> Norm | None:
    if values.size < 2 or float(np.ptp(values)) <= TOLERANCE:
        return None
    return Norm(float(values.mean()), float(values.std(ddof=1)))


def _categories(
    before: Floats, after: Floats, index: Floats, z: float, border: float | None, direction: Direction
) -> NDArray[np.str_]:
    better = 1.0 if direction == "higher_better" else -1.0
    improved, worsened = better * index > z + TOLERANCE, better * index < -z - TOLERANCE
    crossed = fell = np.zeros(before.shape, dtype=np.bool_)
    if border is not None:
        start, end = better * (before - border) > 0, better * (after - border) > 0
        crossed, fell = ~start & end, start & ~end
    return np.select(
        [improved & crossed, improved, worsened & fell, worsened],
        ["recovered", "improved", "harmed", "deteriorated"],
        default="unchanged",
    )
