"""Professional claims: what a program bills for its visits, checked before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from allay.base.errors import InvalidInput, Problem
from allay.base.money import Money
from allay.base.tables import Readable, Strict, read_json
from allay.payment.claims.billed import BilledClaim, BilledLine, ClaimDiagnosis
from allay.payment.claims.fields import (
    ClaimId,
    Diagnosis,
    Dollars,
    Modifier,
    PlaceOfService,
    Procedure,
    Reference50,
    Units,
    money,
)
from allay.payment.claims.parties import (
    Address15,
    BillingProvider,
    Clinician,
    Patient,
    Payer,
    Receiver,
    Submitter,
    Subscriber,
)

IncidentTo = Literal["supervisor_as_rendering", "both_named"]
Misfit: TypeAlias = tuple[tuple[str | int, ...], str, str]


class ClaimLine(Strict):
    """One service on one day. Pointers count the claim's diagnoses from 1, the main reason first."""

    code: Procedure
    modifiers: Annotated[tuple[Modifier, ...], Field(max_length=4)] = ()
    units: Units = Decimal(1)
    charge: Dollars
    pointers: Annotated[tuple[int, ...], Field(min_length=1, max_length=4)]
    day: dt.date
    place_of_service: PlaceOfService | None = None
    rendering: Clinician | None = None
    supervising: Clinician | None = None
    expected: Dollars | None = Field(None, description="what the plan should allow, for matching; not sent")


class ProfessionalClaim(Strict):
    """One professional claim: who, for whom, why, and the services.

    `incident_to` says that the services are billed under the supervising clinician. Who is then named in the
    rendering place is the payer's rule: see `ClaimBatch.incident_to`.
    """

    id: ClaimId
    billing: BillingProvider
    subscriber: Subscriber
    patient: Patient | None = None
    payer: Payer
    diagnoses: Annotated[tuple[Diagnosis, ...], Field(min_length=1, max_length=12)]
    place_of_service: PlaceOfService
    rendering: Clinician | None = None
    supervising: Clinician | None = None
    incident_to: bool = False
    prior_authorization: Reference50 | None = None
    frequency: Literal["original", "replacement", "void"] = "original"
    payer_claim_number: Reference50 | None = Field(None, description="of the claim to replace or void")
    assignment_accepted: bool = True
    lines: Annotated[tuple[ClaimLine, ...], Field(min_length=1, max_length=50)]

    @property
    def charge(self) -> Money:
        """The charges of the lines, added."""
        return Money.total(money(line.charge) for line in self.lines)

    def billed(self) -> BilledClaim:
        """Return the claim as it is matched with the payer's answer."""
        return BilledClaim(
            claim_id=self.id,
            charge=self.charge,
            lines=tuple(_billed(self, number, line) for number, line in enumerate(self.lines, start=1)),
            diagnoses=tuple(
                ClaimDiagnosis("ABK" if place == 0 else "ABF", code.replace(".", ""))
                for place, code in enumerate(self.diagnoses)
            ),
            facility_code=self.place_of_service,
            facility_qualifier="B",
            frequency=FREQUENCIES[self.frequency],
            prior_auth=self.prior_authorization,
        )

    def rendered(
        self, line: ClaimLine | None = None, *, rule: IncidentTo = "supervisor_as_rendering"
    ) -> tuple[Clinician | None, Clinician | None]:
        """Return who is named as rendering and as supervising, of the claim or of one line that differs."""
        rendering = (line and line.rendering) or self.rendering
        supervising = (line and line.supervising) or self.supervising
        if self.incident_to and rule == "supervisor_as_rendering":
            return supervising, None
        return rendering, supervising

    def misfits(self) -> Iterator[Misfit]:
        """Yield what does not fit together: keys, what was expected, what was found."""
        for place, line in enumerate(self.lines):
            for at, pointer in enumerate(line.pointers):
                if not 1 <= pointer <= len(self.diagnoses):
                    expected = f"the number of a diagnosis, 1 to {len(self.diagnoses)}"
                    yield ("lines", place, "pointers", at), expected, str(pointer)
            if len(set(line.pointers)) < len(line.pointers):
                yield ("lines", place, "pointers"), "each diagnosis once", "one twice"
            if len(set(line.modifiers)) < len(line.modifiers):
                yield ("lines", place, "modifiers"), "each modifier once", "one twice"
            if line.day < (self.patient or self.subscriber).birth_date:
                yield ("lines", place, "day"), "a day after the patient's birth", "an earlier one"
            if self.incident_to and not (line.supervising or self.supervising):
                yield ("lines", place, "supervising"), "the clinician it is billed under", "nothing"
        if len(set(self.diagnoses)) < len(self.diagnoses):
            yield ("diagnoses",), "each diagnosis once", "one twice"
        if self.incident_to and not (self.rendering or all(line.rendering for line in self.lines)):
            yield ("rendering",), "the clinician who delivered it", "nothing"
        if self.frequency != "original" and not self.payer_claim_number:
            yield ("payer_claim_number",), f"the claim number of the payer, to {self.frequency} it", "nothing"


FREQUENCIES = {"original": "1", "replacement": "7", "void": "8"}
"""Claim frequency codes of X12 (CLM05-3)."""


def _billed(claim: ProfessionalClaim, number: int, line: ClaimLine) -> BilledLine:
    return BilledLine(
        segment="SV1",
        procedure=line.code,
        modifiers=line.modifiers,
        charge=money(line.charge),
        unit="UN",
        quantity=line.units,
        diagnosis_pointers=tuple(map(str, line.pointers)),
        place_of_service=_place(claim, line),
        procedure_qualifier="HC",
        service_date=line.day.strftime("%Y%m%d"),
        control=str(number),
        expected=None if line.expected is None else money(line.expected),
        place=number,
    )


def _place(claim: ProfessionalClaim, line: ClaimLine) -> str:
    same = line.place_of_service in (None, claim.place_of_service)
    return "" if same or line.place_of_service is None else line.place_of_service


class ClaimBatch(Strict):
    """A file of claims to be sent: who sends it to whom, its number and time, and the claims.

    Nothing is taken from a clock: the same batch gives the same bytes.
    """

    sender: Address15
    receiver_address: Address15
    submitter: Submitter
    receiver: Receiver
    control_number: Annotated[int, Field(ge=1, le=999_999_999)]
    created: dt.date
    time: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3])[0-5][0-9]$", description="HHMM")]
    usage: Literal["test", "production"]
    incident_to: IncidentTo = Field(
        "supervisor_as_rendering",
        description=(
            "how services billed under a supervising clinician name them: the supervising clinician in the "
            "rendering place and no supervising one, or both as they acted; payers differ"
        ),
    )
    claims: Annotated[tuple[ProfessionalClaim, ...], Field(min_length=1, max_length=5000)]


def read_batch(source: Readable, *, name: str | None = None) -> ClaimBatch:
    """Read the claims of a JSON file.

    Raises
    ------
    InvalidInput
        With every problem, each with the JSON pointer of its place.
    """
    label = name or str(getattr(source, "name", source))
    try:
        batch = read_json(source, ClaimBatch, name=name)
    except InvalidInput as invalid:
        raise InvalidInput(map(_masked, invalid.problems), total=invalid.total) from None
    problems = [
        Problem(label, "/" + "/".join(map(str, keys)), str(keys[-1]), expected, found)
        for keys, expected, found in _misfits(batch)
    ]
    if problems:
        raise InvalidInput(problems)
    return batch


def _misfits(batch: ClaimBatch) -> Iterator[Misfit]:
    seen: set[str] = set()
    for place, claim in enumerate(batch.claims):
        if claim.id in seen:
            yield ("claims", place, "id"), "an id of its own", "that of an earlier claim"
        seen.add(claim.id)
        for keys, expected, found in claim.misfits():
            yield ("claims", place, *keys), expected, found
        for number, line in enumerate(claim.lines):
            if line.day > batch.created:
                expected = f"a day up to {batch.created}, on which the file is made"
                yield ("claims", place, "lines", number, "day"), expected, str(line.day)


def _masked(problem: Problem) -> Problem:
    """Leave out what stands in a field of a person: no message names a patient."""
    of_person = any(f"/{key}/" in problem.at for key in ("subscriber", "patient"))
    if not of_person or problem.found.startswith(("nothing", "the unknown key", "a list", "a mapping")):
        return problem
    kind = "a number" if problem.found.startswith("the number") else "something else"
    return replace(problem, found=kind)
