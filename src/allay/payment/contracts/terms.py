"""The terms of a contract: one model for each way of paying."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from allay.payment.contracts.parts import (
    CarveOutEntry,
    ConditionEntry,
    Dated,
    Day,
    Dollars,
    FeeEntry,
    Id,
    NestedEntry,
    PatientPaymentsEntry,
    ProrationEntry,
    QualityEntry,
    Share,
    Site,
    WithholdEntry,
)


class TermEntry(Dated):
    """What all terms share. Without `payers` a term is for every payer of the contract."""

    id: Id
    title: str = ""
    payers: tuple[Id, ...] = ()


class FeeForServiceTerm(TermEntry):
    """Each visit that was attended is paid by a fee."""

    type: Literal["fee_for_service"]
    fees: tuple[FeeEntry, ...] = Field(min_length=1)


class LinkedVisitTerm(TermEntry):
    """A billable practitioner beside one who may not bill: two people at work, one bill.

    It may be billed only when three conditions are answered yes: the state lets the work be delegated, the
    payer accepts who does it, and the biller's own service is documented. A roster row may answer the last.
    """

    type: Literal["linked_visit"]
    billable: Id
    partner: Id
    fees: tuple[FeeEntry, ...] = Field(min_length=1)
    state: ConditionEntry
    payer: ConditionEntry
    own_service: ConditionEntry


class GroupVisitTerm(TermEntry):
    """A group: one session, a bill for each patient by their own payer, seats that pay nothing."""

    type: Literal["group_visit"]
    service: Id
    seats: int = Field(gt=0, le=1000)
    fees: tuple[FeeEntry, ...] = Field(min_length=1)


class BundleTerm(TermEntry):
    """One price for all included services of an episode.

    It begins on the day of enrollment or of the first included visit and ends after `length_weeks`. `held_by`
    is who gets the price.
    """

    type: Literal["bundle"]
    price: Dollars
    included: tuple[Id, ...] = Field(min_length=1)
    length_weeks: int = Field(gt=0, le=520)
    trigger: Literal["enrolled", "first_visit"] = "enrolled"
    paid_at: Literal["start", "end"] = "start"
    held_by: Literal["program", "hospital"] = "program"
    patient_payments: PatientPaymentsEntry | None = None
    drop_out: ProrationEntry = ProrationEntry()
    withhold: WithholdEntry | None = None
    nested: NestedEntry | None = None


class MixedTerm(BundleTerm):
    """A bundle with services that are paid by the visit."""

    type: Literal["mixed"]  # type: ignore[assignment]
    carve_outs: tuple[CarveOutEntry, ...] = Field(min_length=1)


class SharedSavingsTerm(TermEntry):
    """A share of what members cost less than a benchmark.

    Members count from the roster's member months. With `attribution`, only members who attended one of these
    services count. `cap` is a share of the benchmark.
    """

    type: Literal["shared_savings"]
    benchmark_per_month: Dollars
    minimum_rate: Share
    share: Share
    cap: Share | None = None
    quality: QualityEntry | None = None
    attribution: tuple[Id, ...] = ()
    reconciliation_months: int = Field(default=0, ge=0, le=60)


class PerMemberTerm(TermEntry):
    """A fixed amount for each member and month."""

    type: Literal["per_member"]
    amount: Dollars


class FacilityFeeTerm(TermEntry):
    """A second bill, by the facility, for a visit on one of its sites."""

    type: Literal["facility_fee"]
    fees: tuple[FeeEntry, ...] = Field(min_length=1)
    sites: tuple[Site, ...] = ("hospital", "off_campus")
    to: Literal["hospital", "program"] = "hospital"


class GrantTerm(TermEntry):
    """Money for named services between two days, for what nobody else pays.

    `paid` says whether it comes at the start, the unspent part going back at the end, or as it is spent.
    """

    type: Literal["grant"]
    grantor: Id
    amount: Dollars
    purposes: tuple[Id, ...] = Field(min_length=1)
    effective_from: Day
    effective_to: Day
    paid: Literal["start", "as_spent"] = "start"
    returns_unspent: bool = True


class AccessMskTerm(TermEntry):
    """Outcome-aligned payments of the CMS ACCESS model, musculoskeletal track.

    The amounts are facts of `allay.payment.access`. Each roster row of the service `care_period` is an
    aligned patient: `date` is the day of alignment, `outcome` what came of the target, `substitute` whether
    a listed substitute service was given. The release is paid on `reconciled_on`.
    """

    type: Literal["access_msk"]
    reconciled_on: Day
    cost_sharing: Literal["none", "collect", "forgo"] = "collect"


VisitTerm = FeeForServiceTerm | LinkedVisitTerm | GroupVisitTerm
Term = Annotated[
    FeeForServiceTerm
    | LinkedVisitTerm
    | GroupVisitTerm
    | BundleTerm
    | MixedTerm
    | SharedSavingsTerm
    | PerMemberTerm
    | FacilityFeeTerm
    | GrantTerm
    | AccessMskTerm,
    Field(discriminator="type"),
]
