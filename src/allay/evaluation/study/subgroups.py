"""Who benefits: effects in parts of the starters that the protocol names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import holm
from allay.evaluation.study.cohort import StudyCohort
from allay.evaluation.study.contrast import MemberContrast, MonthSums, Span, contrast
from allay.evaluation.study.estimates import effect_estimate
from allay.evaluation.study.protocol import Study, Subgroup
from allay.evaluation.study.result import SubgroupRow
from allay.evaluation.study.weighting import StudyWeights, study_weights

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of the members, and all others.

    Attributes
    ----------
    id : str
    inside, outside : float64 array [member], optional
        Weights within the part and within all others; None where they are hidden or cannot be found.
    worth : float
        What the comparison members inside are worth.
    words : str
        Why there are none.
    """

    id: str
    inside: Floats | None
    outside: Floats | None
    worth: float
    words: str


def named_parts(cohort: StudyCohort, study: Study) -> tuple[Part, ...]:
    """Return the parts that a protocol names, with comparison members weighed within each."""
    return tuple(_part(cohort, study, one.id, _belongs(cohort, one)) for one in study.subgroups)


def site_parts(cohort: StudyCohort, study: Study) -> tuple[Part, ...]:
    """Return the sites of a study as parts; none where it has no sites."""
    if study.sites is None:
        return ()
    labels = cohort.labels["site"]
    return tuple(
        _part(cohort, study, site, labels == site) for site in np.unique(labels[cohort.treated]).tolist()
    )


def _belongs(cohort: StudyCohort, one: Subgroup) -> Flags:
    if one.covariate == "age":
        low = -np.inf if one.youngest is None else one.youngest
        high = np.inf if one.oldest is None else one.oldest
        return np.asarray((cohort.age >= low) & (cohort.age <= high))
    return np.isin(cohort.labels[one.covariate], one.values)


def _part(cohort: StudyCohort, study: Study, name: str, inside: Flags) -> Part:
    count, rest = int((cohort.treated & inside).sum()), int((cohort.treated & ~inside).sum())
    smallest = max(study.smallest_cell, 2)
    # What is said of all starters and of most of them would say it of the few others.
    if count < smallest or 0 < rest < smallest:
        return Part(name, None, None, 0.0, f"hidden: fewer than {smallest} starters in it, or in all others")
    found: list[StudyWeights | None] = []
    for mask in (inside, ~inside):
        try:
            found.append(study_weights(cohort.among(mask), study) if mask.any() else None)
        except InvalidValue as error:
            return Part(name, None, None, 0.0, f"not worked out: {error}")
    own, others = found
    spread = [_spread(each, mask) for each, mask in ((own, inside), (others, ~inside))]
    return Part(name, spread[0], spread[1] if rest else None, 0.0 if own is None else own.ess, "")


def _spread(found: StudyWeights | None, mask: Flags) -> Floats:
    weights = np.zeros(len(mask))
    if found is not None:
        weights[mask] = found.weights
    return weights


def subgroup_rows(
    sums: MonthSums,
    start: Integers,
    main: MemberContrast,
    parts: tuple[Part, ...],
    *,
    span: Span,
    notyet: bool,
    alpha: float,
    seed: int,
) -> tuple[SubgroupRow, ...]:
    """Estimate the effect in each part, its difference from all others, and that in two random halves.

    P values of the differences are adjusted for the number of parts (Holm). A difference that chance made in
    one half of the members is not there in the other.
    """
    if not parts:
        return ()
    halves = np.random.default_rng(seed).permutation(len(start)) % 2
    rows = [_row(sums, start, part, span=span, notyet=notyet, alpha=alpha, halves=halves) for part in parts]
    tested = [place for place, row in enumerate(rows) if row.difference_p is not None]
    adjusted = holm([rows[place].difference_p or 0.0 for place in tested]) if tested else np.empty(0)
    for place, p in zip(tested, adjusted.tolist(), strict=True):
        rows[place] = rows[place].model_copy(update={"difference_p_holm": p})
    return tuple(rows)


def _row(
    sums: MonthSums,
    start: Integers,
    part: Part,
    *,
    span: Span,
    notyet: bool,
    alpha: float,
    halves: Integers,
) -> SubgroupRow:
    if part.inside is None:
        return _empty(part, part.words)
    try:
        own = contrast(sums, start, part.inside, span=span, notyet=notyet)
    except InvalidValue as error:
        return _empty(part, f"not worked out: {error}")
    estimate = effect_estimate(
        own, name=part.id, words=f"starters of {part.id}", alpha=alpha, worth=part.worth
    )
    difference = p = None
    if part.outside is not None:
        try:
            rest = contrast(sums, start, part.outside, span=span, notyet=notyet)
        except InvalidValue as error:
            return _empty(part, f"no difference: {error}").model_copy(update={"estimate": estimate})
        difference = own.effect - rest.effect
        se = float(np.hypot(own.se, rest.se))
        p = float(2 * ndtr(-abs(difference) / se)) if se > 0 else None
    both = tuple(_half(sums, start, part, halves == half, span=span, notyet=notyet) for half in (0, 1))
    return SubgroupRow(
        id=part.id,
        estimate=estimate,
        difference=difference,
        difference_p=p,
        difference_p_holm=None,
        halves=tuple(one for one in both if one is not None),
        words=_words(difference, both),
    )


def _half(
    sums: MonthSums, start: Integers, part: Part, half: Flags, *, span: Span, notyet: bool
) -> float | None:
    if part.inside is None or part.outside is None:
        return None
    try:
        own, rest = (
            contrast(sums, start, weights, span=span, notyet=notyet, among=half)
            for weights in (part.inside, part.outside)
        )
    except InvalidValue:
        return None
    return own.effect - rest.effect


def _words(difference: float | None, halves: tuple[float | None, ...]) -> str:
    if difference is None or any(one is None for one in halves):
        return "no difference from others could be checked in two halves"
    same = all(one is not None and one * difference > 0 for one in halves)
    return (
        "the difference from all others has the same sign in both halves of the members"
        if same
        else "the difference from all others does not hold in both halves of the members: take it for chance"
    )


def _empty(part: Part, words: str) -> SubgroupRow:
    return SubgroupRow(
        id=part.id,
        estimate=None,
        difference=None,
        difference_p=None,
        difference_p_holm=None,
        halves=(),
        words=words,
    )


def not_shown(parts: tuple[Part, ...]) -> Iterator[str]:
    """Name the parts that are not shown, and why.

    Examples
    --------
    >>> list(not_shown((Part("women", None, None, 0.0, "hidden: too few"),)))
    ['subgroup women: hidden: too few']
    """
    for part in parts:
        if part.inside is None:
            yield f"subgroup {part.id}: {part.words}"
