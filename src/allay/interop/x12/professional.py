"""837P: professional claims written as X12 005010X222A1. The same batch gives the same bytes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from allay.base.money import Money
from allay.interop.x12.segments import Delimiters, Segment
from allay.payment.claims.fields import money, plain_text
from allay.payment.claims.parties import Address, BillingProvider, Clinician, Patient, Payer, Subscriber
from allay.payment.claims.professional import (
    FREQUENCIES,
    ClaimBatch,
    ClaimLine,
    ProfessionalClaim,
)

GUIDE = "005010X222A1"
MARKS = Delimiters("*", ":", "^", "~")
_RANKS = {"primary": "P", "secondary": "S", "tertiary": "T"}
_RELATIONSHIPS = {"spouse": "01", "child": "19", "other": "G8"}
_RENDERING, _SUPERVISING = "82", "DQ"


def write_professional(batch: ClaimBatch) -> bytes:
    """Write claims as one interchange with one transaction.

    Parameters
    ----------
    batch : ClaimBatch
        Checked claims; claims of one billing provider come under one level, in the order of the batch.

    Returns
    -------
    bytes
        ASCII, one segment on each line. Control numbers, day and time are those of the batch.
    """
    transaction = _Transaction(batch)
    control = f"{batch.control_number:09d}"
    group = str(batch.control_number)
    isa = [
        *("ISA", "00", " " * 10, "00", " " * 10),
        *(batch.sender.qualifier, f"{plain_text(batch.sender.id):15}"),
        *(batch.receiver_address.qualifier, f"{plain_text(batch.receiver_address.id):15}"),
        *(batch.created.strftime("%y%m%d"), batch.time, "^", "00501", control, "0"),
        *("T" if batch.usage == "test" else "P", ":"),
    ]
    gs = [
        *("GS", "HC", plain_text(batch.sender.id), plain_text(batch.receiver_address.id)),
        *(_day(batch.created), batch.time, group, "X", GUIDE),
    ]
    segments = [isa, gs, *transaction.segments(), ["GE", "1", group], ["IEA", "1", control]]
    return "".join(f"{_text(each)}\n" for each in segments).encode("ascii")


def _text(elements: list[str]) -> str:
    while elements[-1] == "":
        elements = elements[:-1]
    return Segment(tuple(elements), 0, MARKS).text


class _Transaction:
    """The segments of one 837, level by level."""

    def __init__(self, batch: ClaimBatch) -> None:
        self.batch = batch
        self.found: list[list[str]] = []
        self.levels = 0

    def add(self, *elements: str) -> None:
        self.found.append([*elements])

    def segments(self) -> list[list[str]]:
        batch = self.batch
        control = f"{batch.control_number:04d}"
        self.add("ST", "837", control, GUIDE)
        self.add("BHT", "0019", "00", str(batch.control_number), _day(batch.created), batch.time, "CH")
        self.add("NM1", "41", "2", plain_text(batch.submitter.name), *[""] * 4, "46", batch.submitter.id)
        self.add("PER", "IC", plain_text(batch.submitter.contact), "TE", batch.submitter.phone)
        self.add("NM1", "40", "2", plain_text(batch.receiver.name), *[""] * 4, "46", batch.receiver.id)
        providers: dict[str, list[ProfessionalClaim]] = {}
        for claim in batch.claims:
            providers.setdefault(claim.billing.model_dump_json(), []).append(claim)
        for claims in providers.values():
            level = self._billing(claims[0].billing)
            for claim in claims:
                self._insured(claim, level)
                self._claim(claim)
        self.add("SE", str(len(self.found) + 1), control)
        return self.found

    def _level(self, parent: str, kind: str, *, children: bool) -> str:
        self.levels += 1
        self.add("HL", str(self.levels), parent, kind, "1" if children else "0")
        return str(self.levels)

    def _billing(self, provider: BillingProvider) -> str:
        level = self._level("", "20", children=True)
        if provider.taxonomy:
            self.add("PRV", "BI", "PXC", provider.taxonomy)
        self.add("NM1", "85", "2", plain_text(provider.name), *[""] * 4, "XX", provider.npi)
        self._address(provider.address)
        self.add("REF", "EI", provider.tax_id)
        return level

    def _insured(self, claim: ProfessionalClaim, billing: str) -> None:
        subscriber, patient = claim.subscriber, claim.patient
        level = self._level(billing, "22", children=patient is not None)
        relation = "" if patient else "18"
        group = plain_text(subscriber.group) if subscriber.group else ""
        self.add("SBR", _RANKS[claim.payer.rank], relation, group, *[""] * 5, claim.payer.filing)
        self._person("IL", subscriber, "MI", subscriber.member_id, whole=patient is None)
        self._payer(claim.payer)
        if patient:
            self._level(level, "23", children=False)
            self.add("PAT", _RELATIONSHIPS[patient.relationship])
            self._person("QC", patient, whole=True)

    def _person(self, entity: str, person: Subscriber | Patient, *number: str, whole: bool) -> None:
        names = [plain_text(each) if each else "" for each in (person.last, person.first, person.middle)]
        self.add("NM1", entity, "1", *names, "", "", *number)
        if whole:
            self._address(person.address)
            self.add("DMG", "D8", _day(person.birth_date), person.sex)

    def _payer(self, payer: Payer) -> None:
        self.add("NM1", "PR", "2", plain_text(payer.name), *[""] * 4, "PI", payer.id)

    def _address(self, address: Address) -> None:
        self.add("N3", plain_text(address.line1), plain_text(address.line2) if address.line2 else "")
        self.add("N4", plain_text(address.city), address.state, address.zip)

    def _claim(self, claim: ProfessionalClaim) -> None:
        facility = f"{claim.place_of_service}:B:{FREQUENCIES[claim.frequency]}"
        accepted = "A" if claim.assignment_accepted else "C"
        self.add("CLM", claim.id, _dollars(claim.charge), "", "", facility, "Y", accepted, "Y", "Y")
        if claim.prior_authorization:
            self.add("REF", "G1", claim.prior_authorization)
        if claim.payer_claim_number:
            self.add("REF", "F8", claim.payer_claim_number)
        self.add("HI", *(f"{each.qualifier}:{each.code}" for each in claim.billed().diagnoses))
        rule = self.batch.incident_to
        here = claim.rendered(rule=rule)
        self._clinicians(*here)
        for number, line in enumerate(claim.lines, start=1):
            self._line(claim, line, number)
            named = claim.rendered(line, rule=rule)
            self._clinicians(
                *(mine if mine != whole else None for mine, whole in zip(named, here, strict=True))
            )

    def _clinicians(self, rendering: Clinician | None, supervising: Clinician | None) -> None:
        for entity, clinician in ((_RENDERING, rendering), (_SUPERVISING, supervising)):
            if clinician is None:
                continue
            names = plain_text(clinician.last), plain_text(clinician.first)
            self.add("NM1", entity, "1", *names, "", "", "", "XX", clinician.npi)
            if clinician.taxonomy and entity == _RENDERING:
                self.add("PRV", "PE", "PXC", clinician.taxonomy)

    def _line(self, claim: ProfessionalClaim, line: ClaimLine, number: int) -> None:
        place = line.place_of_service or ""
        self.add("LX", str(number))
        self.add(
            "SV1",
            ":".join(["HC", line.code, *line.modifiers]),
            _dollars(money(line.charge)),
            "UN",
            _units(line.units),
            "" if place == claim.place_of_service else place,
            "",
            ":".join(map(str, line.pointers)),
        )
        self.add("DTP", "472", "D8", _day(line.day))
        self.add("REF", "6R", str(number))


def _day(day: dt.date) -> str:
    return day.strftime("%Y%m%d")


def _dollars(amount: Money) -> str:
    return str(amount)


def _units(units: Decimal) -> str:
    return f"{units.normalize():f}"
