"""Payers, fees and contracts of a case: who pays, for what, how much, and when the money comes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from allay.base.errors import InvalidValue
from allay.base.tables import Strict
from allay.economics.case.delivery import PerVisit, Usd
from allay.economics.case.demand import Month, Probability
from allay.economics.case.quantity import Quantity, units
from allay.payment.contracts.parts import Id

Ratio = Annotated[Quantity, units("ratio")]
Members = Annotated[Quantity, units("members")]
PerMemberMonth = Annotated[Quantity, units("usd/member-month")]

PayerKind = Literal["commercial", "medicaid", "medicare", "workers_compensation", "employer", "self", "other"]


class PayerEntry(Strict):
    """A payer: its share of patients, its days from a visit to the money, its share of denied lines.

    Drawn shares of all payers are divided by their sum, so that they add up to one in every draw. Shares that
    a scenario gives hold, and the others divide what is left. `members` are all the people it covers, for its
    budget by member and month. `federal_share` is the part of Medicaid that the federal government pays.
    """

    id: Id
    title: str = ""
    kind: PayerKind
    mix: Probability
    days: Annotated[Quantity, units("days")] | None = None
    denial: Probability | None = None
    members: Members | None = None
    federal_share: Probability | None = None

    @model_validator(mode="after")
    def _check(self) -> PayerEntry:
        if self.federal_share is not None and self.kind != "medicaid":
            raise InvalidValue(expected="a federal share of Medicaid alone", found=f"one of {self.kind}")
        if self.members is not None and self.members.value <= 0:
            raise InvalidValue(expected="members above 0", found=f"{self.members.value:g}")
        return self


class FeeEntry(Strict):
    """What a payer allows for a visit, and the patient's part of it: a copay, or a share (coinsurance).

    `facility` is a second bill for the place, which goes to `facility_to`. A denied line pays nothing at all.
    """

    service: Id
    payer: Id
    allowed: PerVisit
    copay: PerVisit | None = None
    coinsurance: Probability | None = None
    facility: PerVisit | None = None
    facility_to: Literal["program", "health_system"] = "health_system"

    @model_validator(mode="after")
    def _check(self) -> FeeEntry:
        if self.copay is not None and self.coinsurance is not None:
            raise InvalidValue(expected="a copay or a coinsurance", found="both")
        if self.copay is not None and self.copay.value > self.allowed.value:
            found = f"{self.copay.value:g} of {self.allowed.value:g}"
            raise InvalidValue(expected="a copay of no more than what is allowed", found=found)
        return self


class QualityEntry(Strict):
    """A part of a payer's price that hangs on quality.

    The share `withheld` of the price is paid, and the share `bonus` on top of it, where quality is `met`:
    the chance of that, or the share of it that is reached.
    """

    withheld: Probability
    bonus: Ratio | None = None
    met: Probability


class BundleEntry(Strict):
    """One price for a patient's stay, for the included services: billed when the patient starts.

    `clawback` is the share of the price that goes back for a patient who leaves after the first month,
    after the second, and so on; the last holds for later ones. A patient pays `copay` `copays` times at the
    start, on top of the price or, `within_price`, as a part of it.
    """

    type: Literal["bundle"]
    id: Id
    payer: Id
    price: Usd
    included: tuple[Id, ...] = Field(min_length=1)
    clawback: tuple[Probability, ...] = ()
    copays: Annotated[Quantity, units("visits")] | None = None
    copay: PerVisit | None = None
    within_price: bool = False
    quality: QualityEntry | None = None

    @model_validator(mode="after")
    def _check(self) -> BundleEntry:
        if (self.copays is None) != (self.copay is None):
            raise InvalidValue(expected="how many copays and how much each, or neither", found="one of them")
        return self


class PerMemberEntry(Strict):
    """A fixed amount for each member and month."""

    type: Literal["per_member"]
    id: Id
    payer: Id
    members: Members
    amount: PerMemberMonth
    from_month: Month = 1
    to_month: Month | None = None

    @model_validator(mode="after")
    def _check(self) -> PerMemberEntry:
        if self.to_month is not None and self.to_month < self.from_month:
            raise InvalidValue(expected=f"month {self.from_month} or later", found=str(self.to_month))
        return self


class SharedSavingsEntry(Strict):
    """A share of what members cost less than a benchmark, each year, in the last month of it.

    `saved` is the share of the benchmark that is saved: an assumption, or what downstream effects say. Below
    `minimum_rate` nothing is paid; `cap` is a share of the benchmark.
    """

    type: Literal["shared_savings"]
    id: Id
    payer: Id
    members: Members
    benchmark: PerMemberMonth
    saved: Probability
    minimum_rate: Probability
    share: Probability
    multiplier: Ratio | None = None
    cap: Probability | None = None


class GrantEntry(Strict):
    """Money from a grantor for named purposes between two months.

    Purposes are services (their direct cost), roles (their pay) and fixed or start-up costs, by name. Paid
    at the `start`, what is not spent by the end goes back if `returns_unspent`; paid `as_spent`, it follows
    the cost.
    """

    type: Literal["grant"]
    id: Id
    grantor: Id
    amount: Usd
    purposes: tuple[Id, ...] = Field(min_length=1)
    from_month: int = Field(default=0, ge=0, le=600)
    to_month: Month
    paid: Literal["start", "as_spent"] = "as_spent"
    returns_unspent: bool = True

    @model_validator(mode="after")
    def _check(self) -> GrantEntry:
        if self.to_month < self.from_month:
            raise InvalidValue(
                expected=f"an end in month {self.from_month} or later", found=str(self.to_month)
            )
        return self


Contract = Annotated[
    BundleEntry | PerMemberEntry | SharedSavingsEntry | GrantEntry, Field(discriminator="type")
]


class ContractFileEntry(Strict):
    """A contract of `allay.payment` whose terms count in the case: a file beside it, or a shipped example.

    `leave_out` names terms that do not count, such as those for services the program does not deliver.
    """

    file: str = ""
    shipped: str = ""
    leave_out: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> ContractFileEntry:
        if bool(self.file) == bool(self.shipped):
            raise InvalidValue(expected="a file or the name of a shipped contract", found="both or neither")
        return self
