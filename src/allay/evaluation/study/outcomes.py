"""Outcomes of a study: columns of the panel, their roles, and the change that is plausible."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from allay.base.errors import InvalidValue
from allay.base.tables import Strict

COUNTS = (
    *("emergency_visit", "inpatient_stay", "inpatient_day", "mri", "ct", "x_ray", "injection"),
    *("spine_surgery", "therapy_visit", "behavioral_visit", "opioid_fill", "opioid_day", "pharmacy_fill"),
)
"""Columns of the panel that count."""

MILLIGRAMS = "opioid_mme"
"""Morphine milligram equivalents; the panel holds thousandths."""

COSTS = ("medical_cost", "pharmacy_cost", "total_cost", "total_cost_topcoded")
"""Costs; the panel holds cents."""

OutcomeId = Literal[
    "emergency_visit",
    "inpatient_stay",
    "inpatient_day",
    "mri",
    "ct",
    "x_ray",
    "injection",
    "spine_surgery",
    "therapy_visit",
    "behavioral_visit",
    "opioid_fill",
    "opioid_day",
    "pharmacy_fill",
    "opioid_mme",
    "medical_cost",
    "pharmacy_cost",
    "total_cost",
    "total_cost_topcoded",
]
Share = Annotated[float, Field(allow_inf_nan=False)]


class StudyOutcome(Strict):
    """An outcome: a category of use or a cost, each member-month.

    Attributes
    ----------
    id : str
        As the panel names it, without the unit of money (`total_cost`).
    role : str
        `primary` (exactly one: the verdict is about it), `secondary` (adjusted for their number) or
        `negative_control` (the program cannot change it: if it changes, something else did).
    scale : str, optional
        `count` or `cost`; follows from the id.
    better : str
        Whether a fall or a rise is the improvement hoped for.
    plausible_change : float, optional
        Change that is plausible beforehand, as a share of the mean without the program (-0.1).
    plausible_source : str
        Where that comes from; required with it.
    """

    id: OutcomeId = Field(description="Column of the panel, such as emergency_visit or total_cost.")
    role: Literal["primary", "secondary", "negative_control"] = Field(
        default="secondary",
        description="primary: the verdict is about it. secondary: adjusted for their number (Holm). "
        "negative_control: the program cannot change it; if it changes, something else did.",
    )
    scale: Literal["count", "cost"] | None = Field(
        default=None, description="count or cost; follows from the id where it is not given."
    )
    better: Literal["lower", "higher"] = Field(
        default="lower", description="Whether a fall or a rise would be an improvement."
    )
    plausible_change: Share | None = Field(
        default=None,
        description="Change that is plausible before looking, as a share of the mean without the program "
        "(-0.1 is a tenth less). The study says whether it can show a change of that size.",
    )
    plausible_source: str = Field(default="", description="Where the plausible change comes from.")

    @model_validator(mode="after")
    def _check(self) -> StudyOutcome:
        natural = "cost" if self.id in COSTS else "count"
        if self.scale not in (None, natural):
            raise InvalidValue(expected=f"the scale {natural} for {self.id}", found=str(self.scale))
        if self.plausible_change is not None and (self.plausible_change == 0 or self.plausible_change < -1):
            raise InvalidValue(
                expected="a plausible change that is not 0 and not below -1",
                found=f"{self.plausible_change:g}",
            )
        if self.plausible_change is not None and not self.plausible_source.strip():
            raise InvalidValue(expected="plausible_source: where the change comes from", found="nothing")
        return self

    @property
    def is_cost(self) -> bool:
        """Whether it is in dollars."""
        return self.id in COSTS

    @property
    def column(self) -> str:
        """Column of the panel."""
        if self.id == MILLIGRAMS:
            return "opioid_mme_milli"
        if self.id == "total_cost_topcoded":
            return "total_cost_topcoded_cents"
        return f"{self.id}_cents" if self.is_cost else self.id

    @property
    def divisor(self) -> float:
        """What the column is divided by to come to the unit."""
        return 100.0 if self.is_cost else 1000.0 if self.id == MILLIGRAMS else 1.0

    @property
    def unit(self) -> str:
        """Unit of the estimates."""
        if self.is_cost:
            return "US dollars per member-month"
        return "MME per member-month" if self.id == MILLIGRAMS else "events per member-month"
