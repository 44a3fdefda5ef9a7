"""Who benefits most: a rule learned on one half of the members of a study and judged on the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.inference.conventions import convention
from allay.evaluation.inference.members import MemberChanges
from allay.evaluation.inference.who_benefits import BenefitGroup, WhoBenefits, who_benefits
from allay.evaluation.study.benefitresult import BenefitBand, BenefitRecord, BenefitTrait
from allay.evaluation.study.contrast import MonthSums, Span
from allay.evaluation.study.memberwindows import MemberWindows, member_windows
from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.weighting import StudyWeights

Integers = NDArray[np.int64]
HALVES = 2
MOST_GROUPS, FEWEST_GROUPS = 3, 2
USE_BEFORE = ("before_", "diagnoses")
"""Beginnings of covariates that are use before the start: by those, members fall back to their own means."""


def benefit_record(
    sums: MonthSums,
    start: Integers,
    weights: StudyWeights,
    study: Study,
    outcome: StudyOutcome,
    *,
    span: Span,
) -> BenefitRecord:
    """Ask whether some starters benefit more than others, by what the protocol weighs on.

    The change of each member is after less before, less what happened to everybody in the same months, so
    that the mean of starters less the weighted mean of the others is the main effect.

    Parameters
    ----------
    sums : MonthSums
    start : int64 array [member]
    weights : StudyWeights
    study : Study
    outcome : StudyOutcome
    span : Span
    """
    rule = convention("subgroups.fewest")
    fewest = int(rule.number)
    empty = BenefitRecord(
        outcome=outcome.id,
        fewest=fewest,
        fewest_status=rule.status,
        needed=HALVES * FEWEST_GROUPS * fewest,
        words="",
    )
    try:
        windows = member_windows(sums, start, weights.weights, span=span)
        members = _members(windows, weights)
        starters = int(members.treated.sum())
        if starters < empty.needed:
            raise InvalidValue(
                expected=f"{empty.needed} starters or more, so that each of {FEWEST_GROUPS} groups of each "
                f"half of the members has {fewest} ({rule.status.value})",
                found=str(starters),
            )
        found = who_benefits(
            members,
            seed=study.seed,
            groups=MOST_GROUPS if starters >= HALVES * MOST_GROUPS * fewest else FEWEST_GROUPS,
            lower_is_better=outcome.better == "lower",
            significance=study.inference.alpha,
            level=1 - study.inference.alpha,
        )
    except (InvalidValue, np.linalg.LinAlgError) as error:
        return empty.model_copy(update={"words": f"who benefits most was not worked out: {error}"})
    if min(min(one.treated, one.comparison) for one in found.groups) < study.smallest_cell:
        return empty.model_copy(update={"words": "who benefits most is hidden: a group has too few members"})
    return empty.model_copy(update=_told(found))


def _members(windows: MemberWindows, weights: StudyWeights) -> MemberChanges:
    """Changes with the covariates that vary and are no use before the start."""
    matrix = weights.covariates[windows.rows]
    kept = [
        place
        for place, name in enumerate(weights.names)
        if not name.startswith(USE_BEFORE) and np.ptp(matrix[:, place]) > 0
    ]
    return MemberChanges.of(
        windows.change,
        windows.treated,
        weights=windows.weights,
        covariates=matrix[:, kept],
        names=[weights.names[place] for place in kept],
    )


def _told(found: WhoBenefits) -> dict[str, object]:
    slope = found.calibration
    traits = [
        BenefitTrait(covariate=name, slopes=tuple(float(rule.slope[place]) for rule in found.rules))
        for place, name in enumerate(found.rules[0].names)
    ]
    return {
        "differs": found.differs,
        "slope": slope.slope,
        "slope_low": slope.interval.low,
        "slope_high": slope.interval.high,
        "p": slope.p,
        "groups": tuple(_band(one) for one in found.groups),
        "most_less_least": _band(found.most_less_least),
        "traits": tuple(sorted(traits, key=lambda one: (-abs(sum(one.slopes)), one.covariate))),
        "words": _words(found),
    }


def _words(found: WhoBenefits) -> str:
    p = f"p = {found.calibration.p:.3f}"
    if found.differs:
        return (
            "some benefit more than others: members whom a rule had not seen differ as it predicted "
            f"({p}); another study has to find it again before anybody is left out by it"
        )
    return (
        "no evidence that some benefit more than others: what a rule predicts is not found in members it had "
        f"not seen ({p}); this does not show that all benefit alike"
    )


def _band(found: BenefitGroup) -> BenefitBand:
    return BenefitBand(
        name=found.name,
        predicted=found.predicted,
        effect=found.effect,
        se=found.se,
        low=found.interval.low,
        high=found.interval.high,
        starters=found.treated,
        comparison=found.comparison,
    )
