"""Services and staff of a case: what is done, by whom, in how many minutes, and what it costs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from allay.base.errors import InvalidValue, NotFound
from allay.base.tables import Strict
from allay.base.vocabulary import profession_id, service_id
from allay.economics.case.demand import Month, Months, Probability
from allay.economics.case.quantity import Quantity, units
from allay.payment.contracts.parts import Id

Minutes = Annotated[Quantity, units("minutes")]
PerVisit = Annotated[Quantity, units("usd/visit")]
PerSession = Annotated[Quantity, units("usd/event")]
Usd = Annotated[Quantity, units("usd")]


class DoseEntry(Strict):
    """Visits a patient is scheduled for in a month, from one month of the stay to another; 1 is the first."""

    from_month: Month = 1
    to_month: Month | None = None
    visits: Annotated[Quantity, units("visits/month")]


class StepEntry(Strict):
    """A step of a visit: who, and how many minutes, once in a session or for each patient in it."""

    name: str = ""
    role: Id
    minutes: Minutes
    each: Literal["session", "patient"] = "session"


class GroupEntry(Strict):
    """Seats of a group, and the share of them that is booked and comes when groups are planned."""

    seats: Annotated[Quantity, units("seats")]
    fill: Probability

    @model_validator(mode="after")
    def _check(self) -> GroupEntry:
        if self.seats.value < 1 or self.fill.value <= 0:
            found = f"{self.seats.value:g} seats and {self.fill.value:g}"
            raise InvalidValue(expected="one seat or more, and a fill above 0", found=found)
        return self


class TriggerEntry(Strict):
    """What must be the case, for so many months in a row, before the program grows.

    `backlog`: visits of a service that wait (`of` is the service). `waiting`: patients on the waiting list.
    `use`: share of a role's minutes that are worked (`of` is the role).
    """

    measure: Literal["backlog", "waiting", "use"]
    of: Id = ""
    above: Annotated[Quantity, units("visits", "patients", "ratio", "probability")]
    months: Month = 1

    @model_validator(mode="after")
    def _check(self) -> TriggerEntry:
        wanted = {"backlog": ("visits",), "waiting": ("patients",), "use": ("ratio", "probability")}[
            self.measure
        ]
        if self.above.unit not in wanted:
            raise InvalidValue(
                expected=f"the unit {' or '.join(wanted)} for {self.measure}", found=self.above.unit
            )
        if bool(self.of) != (self.measure != "waiting"):
            expected = "the service of a backlog or the role of a use, and neither for waiting"
            raise InvalidValue(expected=expected, found=repr(self.of))
        return self


class ServiceEntry(Strict):
    """A service: dose, no-shows, steps, and what a visit and a session cost beside work.

    `individual`: one patient a session. `group`: sessions of `group.seats`. `linked`: one patient, a billable
    visit beside one that is not (`partner`); the steps hold the minutes of both. `service` is its id in the
    vocabulary where two entries share one, such as first and later medical visits. `code` is the billing code
    for work relative value units. It opens in month `opens` or, with `when`, in the month after its trigger.
    `permitted` is how many sessions a month licenses, payers and rooms allow; 0 where it may not be billed.
    """

    id: Id
    service: Id = ""
    kind: Literal["individual", "group", "linked"]
    dose: tuple[DoseEntry, ...] = Field(min_length=1)
    no_show: Probability | None = None
    group: GroupEntry | None = None
    partner: Id = ""
    steps: tuple[StepEntry, ...] = ()
    supplies: PerVisit | None = None
    room: PerSession | None = None
    code: str = ""
    rvu: Annotated[Quantity, units("rvu")] | None = None
    opens: Month = 1
    when: TriggerEntry | None = None
    permitted: Annotated[Quantity, units("events/month")] | None = None

    @model_validator(mode="after")
    def _check(self) -> ServiceEntry:
        for name in (self.service or self.id, self.partner):
            _known(service_id, name)
        if (self.kind == "group") != (self.group is not None):
            expected = "seats and fill (group) for a service of kind group alone"
            raise InvalidValue(
                expected=expected, found=f"{self.kind} {'with' if self.group else 'without'} them"
            )
        if (self.kind == "linked") != bool(self.partner) or self.partner == self.id:
            raise InvalidValue(
                expected="another service as partner, for kind linked alone", found=repr(self.partner)
            )
        if self.code and self.rvu is not None:
            raise InvalidValue(expected="a code or relative value units", found="both")
        return self


class GrowthEntry(Strict):
    """The full-time equivalents a role grows to once its trigger is met: part-time becomes full-time."""

    fte: Annotated[Quantity, units("fte")]
    when: TriggerEntry


class SharedEntry(Strict):
    """A share of a cost that another cost center of the health system carries."""

    share: Probability
    by: Literal["health_system", "employer"] = "health_system"


class RoleEntry(Strict):
    """A role: how much of it there is, what it costs, and how often people leave.

    Of `hours` in `weeks`, `practical` is left after leave, breaks and training; `clinical` is the share of
    that which is for patients. `cost` is the yearly cost of one full-time equivalent with everything. A
    leaver costs `recruiting`; for `vacancy` months nobody works and nobody is paid.
    """

    role: Id
    profession: Id = ""
    fte: Annotated[Quantity, units("fte")]
    hours: Annotated[Quantity, units("hours/week")]
    weeks: Annotated[Quantity, units("weeks/year")]
    clinical: Probability
    practical: Probability
    cost: Annotated[Quantity, units("usd/year")]
    turnover: Probability | None = None
    recruiting: Usd | None = None
    vacancy: Months | None = None
    grows: GrowthEntry | None = None
    shared: SharedEntry | None = None

    @model_validator(mode="after")
    def _check(self) -> RoleEntry:
        if self.profession:
            _known(profession_id, self.profession)
        return self


class FixedEntry(Strict):
    """A cost of every month, from one month to another: rent, software, direction."""

    name: Id
    amount: Annotated[Quantity, units("usd/month")]
    from_month: Month = 1
    to_month: Month | None = None
    shared: SharedEntry | None = None


class StartUpEntry(Strict):
    """What is spent once: before the program opens (month 0) or later."""

    name: Id
    amount: Usd
    month: int = Field(default=0, ge=0, le=600)


def _known(check: object, name: str) -> None:
    if name:
        try:
            check(name)  # type: ignore[operator]
        except NotFound as absent:
            raise InvalidValue(expected="an id of the vocabulary", found=str(absent)) from None
