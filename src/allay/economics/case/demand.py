"""Demand and panel of a case: who is referred, who waits, who starts, and how long they stay."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from allay.base.errors import InvalidValue
from allay.base.tables import Strict
from allay.economics.case.quantity import Quantity, units

Probability = Annotated[Quantity, units("probability")]
Months = Annotated[Quantity, units("months")]
PatientsPerMonth = Annotated[Quantity, units("patients/month")]
Month = Annotated[int, Field(ge=1, le=600)]
"""A month of the program; the first is 1."""


class LogisticReferrals(Strict):
    """Referrals that grow along an S: most / (1 + exp(-steepness x (month - middle)))."""

    type: Literal["logistic"]
    most: PatientsPerMonth
    steepness: Annotated[Quantity, units("per month")]
    middle: Months


class StepEntry(Strict):
    """What holds from a month on, until the next step."""

    from_month: Month
    amount: PatientsPerMonth


class SteppedReferrals(Strict):
    """Referrals as counted or planned: each number holds until the next; before the first there are none."""

    type: Literal["series"]
    steps: tuple[StepEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _order(self) -> SteppedReferrals:
        months = [step.from_month for step in self.steps]
        if sorted(set(months)) != months:
            raise InvalidValue(
                expected="steps in the order of their months", found=", ".join(map(str, months))
            )
        return self


Referrals = Annotated[LogisticReferrals | SteppedReferrals, Field(discriminator="type")]


class DemandEntry(Strict):
    """Who is referred and who starts.

    Of all who wait and are newly referred, `no_show` do not come to their first visit; they wait on.
    `capacity` is how many can start in a month. Of those who still wait at its end, `leaving` give up.
    """

    referrals: Referrals
    no_show: Probability | None = None
    leaving: Probability | None = None
    capacity: PatientsPerMonth | None = None


class PanelEntry(Strict):
    """How long patients stay: `months` at most.

    `drop_out` is the share that is gone at the beginning of the second month, the third, and so on; the
    last one given holds for the months after. Whoever stays through the last month has completed the
    program.
    """

    months: int = Field(ge=1, le=120)
    drop_out: tuple[Probability, ...] = ()


class ChampionEntry(Strict):
    """The loss of whoever carries the program: its chance in a month, and the share of referrals it costs."""

    chance: Probability
    effect: Probability


class InterventionsEntry(Strict):
    """Referrals that dry up because patients no longer need the referrers' interventions.

    `share` of referrals come from those who intervene. Interventions fall by `fall`; for each percent,
    `response` percent of these referrals are lost, built up evenly over `months`.
    """

    share: Probability
    fall: Probability
    response: Annotated[Quantity, units("ratio")]
    months: Months


class HazardsEntry(Strict):
    """What may befall referrals."""

    champion: ChampionEntry | None = None
    interventions: InterventionsEntry | None = None
