"""The parties of a professional claim: who bills, who delivers and supervises, who is insured, who pays."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from allay.base.tables import Strict
from allay.payment.claims.fields import (
    MemberId,
    NpiText,
    Phone,
    State,
    TaxId,
    Taxonomy,
    Text15,
    Text25,
    Text30,
    Text35,
    Text55,
    Text60,
    Zip,
)

Relationship = Literal["spouse", "child", "other"]
Sex = Literal["F", "M", "U"]
Filing = Literal["AM", "BL", "CH", "CI", "HM", "MB", "MC", "OF", "TV", "VA", "WC", "ZZ", "12", "15", "16"]


class Address(Strict):
    """A postal address in the United States."""

    line1: Text55
    line2: Text55 | None = None
    city: Text30
    state: State
    zip: Zip


class Clinician(Strict):
    """A person who delivers or supervises care.

    Examples
    --------
    >>> Clinician(npi="1234567893", last="Rivera", first="Ana").npi
    '1234567893'
    """

    npi: NpiText
    last: Text60
    first: Text35
    taxonomy: Taxonomy | None = None


class BillingProvider(Strict):
    """Who bills: the organization or person that is paid."""

    npi: NpiText
    name: Text60
    taxonomy: Taxonomy | None = None
    tax_id: TaxId = Field(description="employer identification number")
    address: Address


class Person(Strict):
    """Somebody insured, or cared for."""

    last: Text60
    first: Text35
    middle: Text25 | None = None
    birth_date: dt.date
    sex: Sex
    address: Address


class Subscriber(Person):
    """The person whose insurance it is; the patient too, unless the claim names another."""

    member_id: MemberId
    group: Text30 | None = None


class Patient(Person):
    """The patient, where that is not the subscriber."""

    relationship: Relationship = Field(description="to the subscriber")


class Payer(Strict):
    """Who is asked to pay.

    `filing` is the claim filing indicator (``MB`` Medicare Part B, ``MC`` Medicaid, ``CI`` commercial,
    ``BL`` Blue Cross, ``WC`` workers' compensation, ...), `rank` whether the plan pays first or second.
    """

    name: Text60
    id: MemberId
    filing: Filing
    rank: Literal["primary", "secondary", "tertiary"] = "primary"


class Submitter(Strict):
    """Who sends the file, and whom to call about it."""

    name: Text60
    id: MemberId
    contact: Text60
    phone: Phone


class Receiver(Strict):
    """Who takes the file in: a payer or a clearinghouse."""

    name: Text60
    id: MemberId


class Address15(Strict):
    """Where an interchange comes from or goes to (ISA05-08): a qualifier and an id of at most 15."""

    id: Text15
    qualifier: Literal["01", "14", "20", "27", "28", "29", "30", "33", "ZZ"] = "ZZ"
