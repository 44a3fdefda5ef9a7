"""What a case counts for people beside care avoided: time, travel, work, health, and what has no price."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.base.tables import Strict
from allay.economics.case.delivery import Usd
from allay.economics.case.demand import Probability
from allay.economics.case.downstream import DownstreamEvent, Ends, EvaluationEntry
from allay.economics.case.quantity import Quantity, units
from allay.economics.effects.curve import check_knots
from allay.payment.contracts.parts import Id

Hours = Annotated[Quantity, units("hours")]


class VisitBurdenEntry(Strict):
    """What a visit costs a patient beside its price: `hours` with travel and waiting, `wage`, `travel`.

    For the services `at_home` (telehealth) it takes `hours_at_home`, and there is no travel.
    """

    hours: Hours
    wage: Annotated[Quantity, units("usd/hour")]
    travel: Annotated[Quantity, units("usd/visit")] | None = None
    at_home: tuple[Id, ...] = ()
    hours_at_home: Hours | None = None

    @model_validator(mode="after")
    def _check(self) -> VisitBurdenEntry:
        if bool(self.at_home) != (self.hours_at_home is not None):
            raise InvalidValue(expected="services at home and their hours, or neither", found="one of them")
        return self


class DaysKnot(Strict):
    """Days of absence avoided in a month of one patient who has work, at a month since the start."""

    month: float = Field(ge=0, allow_inf_nan=False)
    days: Annotated[Quantity, units("days/month")]


class WorkEntry(Strict):
    """Absence from work that is avoided, for the share of patients who are `employed`.

    Straight between knots, from nothing at the start to nothing at `ends`. `presenteeism` is work done at
    less than full strength, in days; it is contested, and counts only where `count_presenteeism` is set.
    """

    employed: Probability
    knots: tuple[DaysKnot, ...] = Field(min_length=1)
    ends: Ends
    haircut: Probability
    pay: Annotated[Quantity, units("usd/day")]
    gains: Literal["employer", "patient"] = "employer"
    presenteeism: tuple[DaysKnot, ...] = ()
    count_presenteeism: bool = False

    @model_validator(mode="after")
    def _check(self) -> WorkEntry:
        for knots in filter(None, (self.knots, self.presenteeism)):
            check_knots([knot.month for knot in knots], ends=self.ends)
        if self.count_presenteeism and not self.presenteeism:
            raise InvalidValue(expected="days of presenteeism to count", found="none")
        return self


class UtilityKnot(Strict):
    """Gain in utility (preference for one's health; 1 is full health) at a month since the start."""

    month: float = Field(ge=0, allow_inf_nan=False)
    gain: Annotated[Quantity, units("utility")]


class HealthEntry(Strict):
    """Health gained, as utility over time; `instrument` names what measured it, such as PROPr.

    Quality-adjusted life-years are listed and weighed at each `willingness_to_pay`. They become money in the
    ledger only where `worth` names a price.
    """

    instrument: str = ""
    knots: tuple[UtilityKnot, ...] = Field(min_length=1)
    ends: Ends
    haircut: Probability
    willingness_to_pay: tuple[Annotated[Quantity, units("usd/qaly")], ...] = Field(min_length=1)
    worth: Annotated[Quantity, units("usd/qaly")] | None = None

    @model_validator(mode="after")
    def _check(self) -> HealthEntry:
        check_knots([knot.month for knot in self.knots], ends=self.ends)
        return self


class ReferrersEntry(Strict):
    """Referring clinicians of the health system who stay longer since the program carries part of their load.

    `fall` is how much less of them leave in a year; each who stays saves `replacement`.
    """

    clinicians: Annotated[Quantity, units("count")]
    fall: Probability
    replacement: Usd


class EffectsEntry(Strict):
    """What a program changes elsewhere. Nothing here counts unless a case asks for it."""

    events: tuple[DownstreamEvent, ...] = ()
    evaluation: EvaluationEntry | None = None
    visits: VisitBurdenEntry | None = None
    work: WorkEntry | None = None
    health: HealthEntry | None = None
    referrers: ReferrersEntry | None = None


class FollowUpEntry(Strict):
    """A follow-up that pays: what a shown outcome pays, the chance that it is met, and the cost of asking."""

    payment: Usd
    chance: Probability
    cost: Usd


class NonFinancialEntry(Strict):
    """A return that is no money, such as satisfaction or access: listed beside money and never priced.

    Without a value it is one that nobody has measured yet.
    """

    name: Id
    title: str
    stakeholder: Id
    value: float | None = Field(default=None, allow_inf_nan=False)
    unit: str
    source: str = Field(min_length=1)
    status: Status | None = None
    note: str = ""


class ScenarioEntry(Strict):
    """Another way in which things may go: the quantities that are then different, by name."""

    id: Id
    title: str
    given: dict[str, float] = Field(min_length=1)
