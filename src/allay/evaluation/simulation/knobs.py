"""The parts of a design: each a few numbers that can be turned."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from allay.base.errors import InvalidValue
from allay.base.tables import Strict

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]
Slope = Annotated[float, Field(ge=-3, le=3, allow_inf_nan=False)]
Ratio = Annotated[float, Field(ge=0, le=3, allow_inf_nan=False)]
UseCategory = Literal[
    "emergency_visit",
    "inpatient_stay",
    "mri",
    "ct",
    "x_ray",
    "injection",
    "spine_surgery",
    "therapy_visit",
    "behavioral_visit",
    "office_visit",
    "pharmacy_fill",
]
EffectCategory = Literal[UseCategory, "opioid_fill", "opioid_dose"]


class PeopleKnobs(Strict):
    """What members are like, and how that changes how much they use (log rate ratios).

    Age counts by its standard deviation from its mean; `condition` is the number of chronic conditions (at
    most 5), less its mean; frailty is what the claims do not show.
    """

    age_mean: Annotated[float, Field(ge=19, le=85)]
    age_sd: Annotated[float, Field(gt=0, le=30)]
    female_share: Share
    condition_mean: Annotated[float, Field(ge=0, le=3)]
    age_effect: Slope = 0.0
    female_effect: Slope = 0.0
    condition_effect: Slope = 0.0
    frailty_sd: Annotated[float, Field(ge=0, le=1.5)] = 0.0


class PainProcess(Strict):
    """How use moves over time.

    A member's pain is an autoregression of order one with the correlation `rho` from month to month. A month
    of pain one standard deviation higher has `load` more use on the log scale, with mean 1 over all months.
    Beside that everyone's use drifts by additions, in parts of the base rate: `drift_per_year`,
    `drift_condition` for each chronic condition more, and a wave of height `season` over the year. Additions
    keep trends parallel whatever a member's level.
    """

    rho: Annotated[float, Field(ge=0, lt=1)]
    load: Annotated[float, Field(ge=0, le=1.5)]
    pain_mean: Annotated[float, Field(ge=0, le=10)] = 5.0
    pain_sd: Annotated[float, Field(gt=0, le=5)] = 2.0
    drift_per_year: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    drift_condition: Annotated[float, Field(ge=0, le=0.2)] = 0.0
    season: Annotated[float, Field(ge=0, le=0.3)] = 0.0


class Rate(Strict):
    """Uses a member-month, of members without and with chronic pain."""

    others: Annotated[float, Field(ge=0, le=3)]
    pain: Annotated[float, Field(ge=0, le=3)]


class OpioidKnobs(Strict):
    """Opioids of members with chronic pain.

    `user_share` of them take one, who fill it in a month with the chance `fill`, for `days_supply` days.
    Months with less cover than that have no fill.
    """

    user_share: Share
    fill: Share
    days_supply: Annotated[int, Field(ge=1, le=28)] = 28


class EnrollmentKnobs(Strict):
    """How long members are enrolled.

    `late_share` enroll after the first month, `mid_month_share` of them in the middle of a month; each month
    `leave` of those enrolled leave, `return_share` of them come back after at most twice `gap_months` months;
    `death` is the monthly chance at the mean age.
    """

    late_share: Share = 0.0
    leave: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    return_share: Share = 0.0
    gap_months: Annotated[int, Field(ge=1, le=24)] = 4
    death: Annotated[float, Field(ge=0, le=0.1)] = 0.0
    mid_month_share: Share = 0.0


class Selection(Strict):
    """Who enters the program among members with chronic pain.

    With `peak`, those whose pain was at least `threshold` `lag` months before the start go first: their use
    is high then, and falls back by itself. The others are log odds by age, sex, conditions and frailty.
    """

    peak: bool = False
    threshold: Annotated[float, Field(ge=0, le=10)] = 6.0
    lag: Annotated[int, Field(ge=1, le=12)] = 1
    age: Slope = 0.0
    female: Slope = 0.0
    condition: Slope = 0.0
    frailty: Slope = 0.0


class Cohort(Strict):
    """Members who start in one month, counted from 0: so many, or a share of those with chronic pain."""

    month: Annotated[int, Field(ge=1)]
    members: Annotated[int, Field(ge=1)] | None = None
    share: Share | None = None

    @model_validator(mode="after")
    def _one_size(self) -> Cohort:
        if (self.members is None) == (self.share is None):
            raise InvalidValue(expected="either members or a share", found="both or none")
        return self

    def at(self, month: int) -> Cohort:
        """Return the cohort in another month."""
        return self.model_copy(update={"month": month})

    def with_(self, other: Cohort) -> Cohort:
        """Return both cohorts as one, in this one's month."""
        if self.members is not None and other.members is not None:
            return self.model_copy(update={"members": self.members + other.members})
        if self.share is not None and other.share is not None:
            return self.model_copy(update={"share": min(self.share + other.share, 1.0)})
        raise InvalidValue(expected="cohorts that are both counted or both shares", found="one of each")


class Effect(Strict):
    """What the program does to a category: rate ratios by month since the start; the last one goes on.

    With `cohort`, for the cohort of that month, in place of the effect on all.
    """

    category: EffectCategory
    ratios: Annotated[tuple[Ratio, ...], Field(min_length=1)]
    cohort: int | None = None


class Heterogeneity(Strict):
    """Who benefits more: the log of a rate ratio is multiplied by 1 plus these slopes times the covariates.

    The factor is held between 0 and 3. Covariates are in standard deviations from the mean.
    """

    age: Slope = 0.0
    female: Slope = 0.0
    condition: Slope = 0.0
    frailty: Slope = 0.0


class ClaimsKnobs(Strict):
    """How use becomes lines of claims.

    Shares: emergency visits with a professional claim beside the facility's; lines that stand there twice,
    that were reversed and paid anew, that were paid in error and reversed, that lie outside enrollment. Lines
    are paid some days later (at least, and on average); with `runout_days`, those paid later than so many
    days after the last month are missing.
    """

    professional_emergency: Share = 1.0
    duplicates: Share = 0.0
    corrected: Share = 0.0
    voided: Share = 0.0
    outside_enrollment: Share = 0.0
    paid_after_least: Annotated[int, Field(ge=0, le=60)] = 5
    paid_after_mean: Annotated[float, Field(ge=0, le=180)] = 30.0
    runout_days: Annotated[int, Field(ge=0)] | None = None
