"""Results of studies made by hand that have something beside their main estimate."""

from __future__ import annotations

from tests.unit.reports.evaluation_kinds import clear_effect
from tests.unit.reports.evaluation_outcomes import money

from allay.base.status import Status
from allay.evaluation.study.benefitresult import BenefitBand, BenefitRecord, BenefitTrait
from allay.evaluation.study.ratioresult import CalibratedRow, CalibrationRecord, RatioRecord, RatioRow
from allay.evaluation.study.result import StudyResult
from allay.evaluation.study.savingsresult import PriorRow


def ratio(value: float) -> RatioRow:
    return RatioRow(ratio=value, low=value * 0.9, high=value * 1.1, log_se=0.05)


def band(name: str, effect: float) -> BenefitBand:
    return BenefitBand(
        name=name,
        predicted=effect * 0.9,
        effect=effect,
        se=0.003,
        low=effect - 0.006,
        high=effect + 0.006,
        starters=137,
        comparison=2_987,
    )


def benefit(*, differs: bool | None, told: str) -> BenefitRecord:
    empty = BenefitRecord(
        outcome="emergency_visit", fewest=20, fewest_status=Status.DERIVED, needed=80, words=told
    )
    if differs is None:
        return empty
    return empty.model_copy(
        update={
            "differs": differs,
            "slope": 0.83,
            "slope_low": 0.41,
            "slope_high": 1.25,
            "p": 0.004 if differs else 0.4,
            "groups": (
                band("least predicted benefit", -0.0021),
                band("group 2 of 3", -0.0103),
                band("most predicted benefit", -0.0187),
            ),
            "most_less_least": band("most less least", -0.0166),
            "traits": (BenefitTrait(covariate="gender=male", slopes=(0.0044, 0.0031)),),
        }
    )


def crossed(found: BenefitRecord, *, corrected: bool = True) -> StudyResult:
    plain = clear_effect()
    outcomes = [
        one.model_copy(
            update={
                "ratio": RatioRecord(
                    total=ratio(0.81),
                    any_use=ratio(0.97) if "dollars" in one.unit else None,
                    amount=ratio(0.83) if "dollars" in one.unit else None,
                    starters=412,
                    comparison=8_960,
                    words="",
                )
            }
        )
        for one in plain.outcomes
    ]
    outcomes[0] = outcomes[0].model_copy(update={"benefit": found})
    outcomes[1] = outcomes[1].model_copy(
        update={
            "ratio": RatioRecord(total=None, words="no rate ratio: expected outcomes above zero, found none")
        }
    )
    given = CalibratedRow(
        outcome="emergency_visit", name="emergency visits", ratio=0.88, low=0.7, high=1.106, p=0.237
    )
    calibration = CalibrationRecord(
        controls=6 if corrected else 1,
        needed=5,
        status=Status.MEMORY,
        mean_error=0.92 if corrected else None,
        spread=0.04 if corrected else None,
        rows=(given,) if corrected else (),
        words="where nothing can have changed, it shows 0.920 times what was to be expected"
        if corrected
        else "not corrected by negative controls: it needs 5 (memory)",
    )
    prior = PriorRow(
        own_weight=0.188,
        per_member_month=money(35.33, 13.52),
        saving=30.0,
        sd=15.0,
        source="three programs",
        status=Status.SECONDARY,
        words="a weight of 19% for the study's own figure",
    )
    return plain.model_copy(
        update={
            "outcomes": tuple(outcomes),
            "calibration": calibration,
            "savings": tuple(one.model_copy(update={"with_prior": prior}) for one in plain.savings),
        }
    )
