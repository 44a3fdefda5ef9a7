"""Results of studies made by hand, one for each kind of answer a report must be able to give."""

from __future__ import annotations

import math

from tests.unit.reports.evaluation_outcomes import STARTERS, estimate
from tests.unit.reports.evaluation_results import OUTCOMES, result, study, verdict, weighting

from allay.evaluation.study.flow import make_flow
from allay.evaluation.study.lock import Deviation
from allay.evaluation.study.result import (
    BalanceRow,
    CohortRow,
    PretestRecord,
    SampleMoments,
    SeriesRecord,
    StudyResult,
)


def _only(name: str, effect: float, se: float) -> dict[str, tuple[str, float, float, float]]:
    role, without, _, _ = OUTCOMES[name]
    return {name: (role, without, effect, se)}


def clear_effect() -> StudyResult:
    """Many outcomes, an effect on the primary one, simulated claims."""
    made = result(
        OUTCOMES,
        says=verdict(
            "improved",
            "Emergency visits were lower by 10.4 per 1,000 members a month (95% interval 4.3 to 16.5), "
            "compared "
            "with 8,960 members of the same plan who never started.",
            "The adjusted interval leaves zero out.",
        ),
    )
    return made.model_copy(update={"data": made.data.model_copy(update={"synthetic": True})})


def nothing_shown() -> StudyResult:
    """Zero is inside the interval, though the plausible change could have been shown."""
    return result(
        _only("emergency_visit", -0.0004, 0.0012),
        says=verdict(
            "no_plausible_effect", "No effect on emergency visits was shown, although the study could have."
        ),
    )


def cannot_show() -> StudyResult:
    """Too small to show what is plausible; nothing is known of the savings."""
    return result(
        _only("emergency_visit", -0.0104, 0.0110),
        says=verdict(
            "not_shown",
            "No effect on emergency visits was shown: a smaller one is neither shown nor ruled out.",
        ),
    )


def no_comparison() -> StudyResult:
    """A program without a comparison group."""
    found = study(_only("emergency_visit", 0, 0.003), design={"comparison": "none"})
    months = (*range(-15, -3), *range(12))
    means = tuple(0.06 + 0.01 * math.sin(k) - (0.012 if k >= 0 else 0) for k in months)
    series = SeriesRecord(
        outcome="emergency_visit",
        name="emergency visits",
        unit="events per member-month",
        model="poisson",
        months=months,
        means=means,
        expected=tuple(0.06 + 0.0001 * k for k in months),
        step=0.82,
        step_low=0.71,
        step_high=0.95,
        p=0.008,
        total=-0.0121,
        total_low=-0.0198,
        total_high=-0.0044,
        autocorrelation=0.12,
        starters=STARTERS,
        words="a change against the trend before is not an effect",
    )
    return result(
        _only("emergency_visit", 0, 0.003),
        protocol=found,
        says=verdict(
            "no_comparison", "This study cannot tell what the program did: there is no comparison group."
        ),
        weighting=None,
        outcomes=(),
        series=(series,),
        savings=(),
        draws=None,
        detectable=(),
        missing=("No smallest detectable effect: there is nobody to compare with.",),
    )


def hidden_cells() -> StudyResult:
    """Small counts everywhere."""
    counts = {("gaps", True): 4, ("age", True): 30, ("in", True): 96, ("in", False): 2_400}
    return result(
        _only("emergency_visit", -0.0104, 0.0110),
        says=verdict("not_shown", "No effect on emergency visits was shown."),
        flow=make_flow(counts, members=2_530, roster=130, repeated=0, hidden_up_to=10),
        cohorts=(
            CohortRow(period=5, name="2023-01 to 2023-03", starters=None, shown=False),
            CohortRow(period=6, name="2023-04 to 2023-06", starters=None, shown=False),
        ),
        weighting=weighting(
            unlike=None,
            rows=(
                BalanceRow(
                    name="region=981",
                    binary=True,
                    before=SampleMoments(starters=None, comparison=None, smd=None, variance_ratio=None),
                    after=SampleMoments(starters=None, comparison=None, smd=None, variance_ratio=None),
                ),
            ),
        ),
    )


def failed_pretrend() -> StudyResult:
    """Starters were on another path before they started."""
    words = "trends before the start differ by more than chance explains (p = 0.004, limit 0.05)"
    return result(
        _only("emergency_visit", -0.0104, 0.0031),
        says=verdict(
            "trends_differ",
            "This study cannot tell what the program did to emergency visits: the starters were on another "
            "path.",
        ),
        primary={
            "pretest": PretestRecord(statistic=13.4, df=3, p=0.004, words=words),
            "placebo": estimate("placebo", -0.0092, 0.0031, words="the same contrast within the baseline"),
        },
    )


def deviating() -> StudyResult:
    """Something is not as it was frozen."""
    made = clear_effect()
    freeze = made.freeze.model_copy(
        update={
            "frozen_sha256": "ab12" * 16,
            "deviations": (Deviation(path="/design/anticipation_months", frozen="3", now="1"),),
            "words": "1 deviation from the frozen protocol",
        }
    )
    return made.model_copy(update={"freeze": freeze})


def too_few() -> StudyResult:
    """Nobody may be shown."""
    counts = {("gaps", True): 3, ("in", True): 6, ("in", False): 2_400}
    return result(
        _only("emergency_visit", 0, 0.003),
        says=verdict(
            "too_few", "This study cannot tell: there are too few starters to show anything about them."
        ),
        flow=make_flow(counts, members=2_409, roster=9, repeated=0, hidden_up_to=10),
        cohorts=(),
        weighting=None,
        outcomes=(),
        savings=(),
        draws=None,
        detectable=(),
        missing=("Everything about the starters: there are too few of them.",),
    )


KINDS = {
    made.__name__: made
    for made in (
        clear_effect,
        nothing_shown,
        cannot_show,
        no_comparison,
        hidden_cells,
        failed_pretrend,
        deviating,
        too_few,
    )
}
"""Every kind, by name."""
