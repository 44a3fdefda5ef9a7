"""Care elsewhere that a case says is avoided: how often, how much less, for how long, at what price."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from allay.base.errors import InvalidValue
from allay.base.tables import Strict
from allay.economics.case.demand import Probability
from allay.economics.case.quantity import Quantity, units
from allay.economics.effects.curve import check_knots
from allay.payment.contracts.parts import Id

EVENTS = (
    *("emergency_visit", "inpatient_day", "mri", "ct", "x_ray", "injection", "spine_surgery"),
    *("opioid_fill", "therapy_elsewhere", "pharmacy_fill"),
)
"""Events that may be avoided: what a claim can count."""


Ends = Annotated[float, Field(gt=0, allow_inf_nan=False)]
"""Month since the start from which there is no effect."""


class RiskKnot(Strict):
    """Relative risk at a month since the start of the program."""

    month: float = Field(ge=0, allow_inf_nan=False)
    ratio: Annotated[Quantity, units("ratio")]

    @field_validator("ratio")
    @classmethod
    def _above_zero(cls, ratio: Quantity) -> Quantity:
        if ratio.value <= 0:
            raise InvalidValue(expected="a relative risk above 0", found=f"{ratio.value:g}")
        return ratio


class DownstreamEvent(Strict):
    """An event that a program may avoid, as a case file gives it.

    Attributes
    ----------
    event : str
        One of `EVENTS`.
    rate : Quantity
        Events of one patient without the program, a month or a year.
    knots : tuple of RiskKnot
        Relative risk over time; may be empty where an evaluation gives it. The knots of an event vary
        together: a draw with a large effect early has a large one late.
    ends : float
        Month since the start from which there is no effect.
    haircut : Quantity
        Share of the effect that is regression to the mean.
    unit_cost : Quantity
        What an event costs its payer.
    margin : Quantity
        Share of that which is contribution margin of whoever provides it: what is lost, as against costs that
        are saved.
    at_health_system : Quantity
        Share of the events that take place in the health system which owns the program.
    patient_share : Quantity, optional
        Share of the cost that the patient would have paid (coinsurance, deductible); none where not given.
    """

    event: Id
    rate: Annotated[Quantity, units("events/month", "events/year")]
    knots: tuple[RiskKnot, ...] = ()
    ends: Ends
    haircut: Probability
    unit_cost: Annotated[Quantity, units("usd/event")]
    margin: Probability
    at_health_system: Probability
    patient_share: Probability | None = None

    @model_validator(mode="after")
    def _check(self) -> DownstreamEvent:
        if self.event not in EVENTS:
            raise InvalidValue(expected=f"one of {', '.join(EVENTS)}", found=repr(self.event))
        if self.knots:
            check_knots([knot.month for knot in self.knots], ends=self.ends)
        return self


class EvaluationEntry(Strict):
    """A file of draws of relative risks from an evaluation of claims, beside the case (`read_effects`).

    It takes the place of the knots of the events that it has.
    """

    file: str
    source: str
