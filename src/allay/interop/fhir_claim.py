"""Professional claims as FHIR R4 Claim resources, with what they refer to inside them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allay.base.money import Money
from allay.payment.claims.fields import money
from allay.payment.claims.parties import Address, Clinician, Person
from allay.payment.claims.professional import ClaimLine, IncidentTo, ProfessionalClaim

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
NPI = "http://hl7.org/fhir/sid/us-npi"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
TAXONOMY = "http://nucc.org/provider-taxonomy"
PLACE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
_GENDERS = {"F": "female", "M": "male", "U": "unknown"}
_RELATIONSHIPS = {"spouse": "spouse", "child": "child", "other": "other"}

Resource = dict[str, Any]


def claim_resource(
    claim: ProfessionalClaim, *, created: dt.date, incident_to: IncidentTo = "supervisor_as_rendering"
) -> Resource:
    """Return a claim as a FHIR R4 Claim of use `claim` and type `professional`.

    Parameters
    ----------
    claim : ProfessionalClaim
        A checked claim.
    created : date
        The day it was made.
    incident_to : str
        How services billed under a supervising clinician name them, as in `ClaimBatch`.

    Returns
    -------
    dict
        Patient, coverage, organizations and clinicians are contained resources.
    """
    team = _Team(claim, incident_to)
    return {
        "resourceType": "Claim",
        "contained": [*_insured(claim), *_organizations(claim), *team.resources()],
        "identifier": [{"value": claim.id}],
        "status": "cancelled" if claim.frequency == "void" else "active",
        "type": _concept(_TERMINOLOGY + "claim-type", "professional"),
        "use": "claim",
        "patient": {"reference": "#patient"},
        "created": created.isoformat(),
        "insurer": {"reference": "#payer"},
        "provider": {"reference": "#billing"},
        "priority": _concept(_TERMINOLOGY + "processpriority", "normal"),
        **_related(claim),
        **({"careTeam": team.members()} if team.clinicians else {}),
        "diagnosis": [
            {"sequence": number, "diagnosisCodeableConcept": _concept(ICD10, code)}
            for number, code in enumerate(claim.diagnoses, start=1)
        ],
        "insurance": [_insurance(claim)],
        "item": [_item(claim, line, n, team) for n, line in enumerate(claim.lines, start=1)],
        "total": _money(claim.charge),
    }


class _Team:
    """The clinicians a claim names, each once for each role, in the order in which they come."""

    def __init__(self, claim: ProfessionalClaim, rule: IncidentTo) -> None:
        self.claim, self.rule = claim, rule
        self.clinicians: list[tuple[str, Clinician]] = []
        for line in (None, *claim.lines):
            for member in self._of(line):
                if member not in self.clinicians:
                    self.clinicians.append(member)

    def _of(self, line: ClaimLine | None) -> list[tuple[str, Clinician]]:
        rendering, supervising = self.claim.rendered(line, rule=self.rule)
        named = (("primary", rendering), ("supervisor", supervising))
        return [(role, clinician) for role, clinician in named if clinician is not None]

    def numbers(self, line: ClaimLine) -> list[int]:
        return [self.clinicians.index(member) + 1 for member in self._of(line)]

    def members(self) -> list[Resource]:
        return [
            {
                "sequence": number,
                "provider": {"reference": f"#clinician-{number}"},
                "role": _concept(_TERMINOLOGY + "claimcareteamrole", role),
                **({"qualification": _concept(TAXONOMY, one.taxonomy)} if one.taxonomy else {}),
            }
            for number, (role, one) in enumerate(self.clinicians, start=1)
        ]

    def resources(self) -> list[Resource]:
        return [
            {
                "resourceType": "Practitioner",
                "id": f"clinician-{number}",
                "identifier": [{"system": NPI, "value": one.npi}],
                "name": [{"family": one.last, "given": [one.first]}],
            }
            for number, (_, one) in enumerate(self.clinicians, start=1)
        ]


def _insured(claim: ProfessionalClaim) -> list[Resource]:
    patient = claim.patient or claim.subscriber
    relationship = _RELATIONSHIPS[claim.patient.relationship] if claim.patient else "self"
    found = [
        {"resourceType": "Patient", "id": "patient", **_person(patient)},
        {
            "resourceType": "Coverage",
            "id": "coverage",
            "status": "active",
            "subscriberId": claim.subscriber.member_id,
            "beneficiary": {"reference": "#patient"},
            "relationship": _concept(_TERMINOLOGY + "subscriber-relationship", relationship),
            "payor": [{"reference": "#payer"}],
        },
    ]
    if claim.patient:
        found.append({"resourceType": "RelatedPerson", "id": "subscriber", **_person(claim.subscriber)})
        found[-1]["patient"] = {"reference": "#patient"}
        found[1]["subscriber"] = {"reference": "#subscriber"}
    return found


def _person(person: Person) -> Resource:
    given = [name for name in (person.first, person.middle) if name]
    return {
        "name": [{"family": person.last, "given": given}],
        "gender": _GENDERS[person.sex],
        "birthDate": person.birth_date.isoformat(),
        "address": [_address(person.address)],
    }


def _address(address: Address) -> Resource:
    return {
        "line": [line for line in (address.line1, address.line2) if line],
        "city": address.city,
        "state": address.state,
        "postalCode": address.zip,
        "country": "US",
    }


def _organizations(claim: ProfessionalClaim) -> list[Resource]:
    billing = claim.billing
    return [
        {
            "resourceType": "Organization",
            "id": "billing",
            "identifier": [{"system": NPI, "value": billing.npi}],
            **({"type": [_concept(TAXONOMY, billing.taxonomy)]} if billing.taxonomy else {}),
            "name": billing.name,
            "address": [_address(billing.address)],
        },
        {
            "resourceType": "Organization",
            "id": "payer",
            "identifier": [{"value": claim.payer.id}],
            "name": claim.payer.name,
        },
    ]


def _related(claim: ProfessionalClaim) -> Resource:
    if not claim.payer_claim_number:
        return {}
    relationship = _concept(_TERMINOLOGY + "ex-relatedclaimrelationship", "prior")
    claimed = {"identifier": {"value": claim.payer_claim_number}}
    return {"related": [{"claim": claimed, "relationship": relationship}]}


def _insurance(claim: ProfessionalClaim) -> Resource:
    agreed = {"preAuthRef": [claim.prior_authorization]} if claim.prior_authorization else {}
    return {"sequence": 1, "focal": True, "coverage": {"reference": "#coverage"}, **agreed}


def _item(claim: ProfessionalClaim, line: ClaimLine, number: int, team: _Team) -> Resource:
    members = team.numbers(line)
    return {
        "sequence": number,
        **({"careTeamSequence": members} if members else {}),
        "diagnosisSequence": list(line.pointers),
        "productOrService": procedure_concept(line.code),
        **({"modifier": [procedure_concept(each) for each in line.modifiers]} if line.modifiers else {}),
        "servicedDate": line.day.isoformat(),
        "locationCodeableConcept": _concept(PLACE, line.place_of_service or claim.place_of_service),
        "quantity": {"value": line.units},
        "net": _money(money(line.charge)),
    }


def procedure_concept(code: str) -> Resource:
    """Return a billing code or a modifier as a FHIR concept, of CPT or HCPCS level II by its form.

    Examples
    --------
    >>> [procedure_concept(code)["coding"][0]["system"] == HCPCS for code in ("G3002", "GP", "97110", "59")]
    [True, True, False, False]
    """
    return _concept(HCPCS if code[0].isalpha() else CPT, code)


def _concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _money(amount: Money) -> Resource:
    return {"value": amount.dollars, "currency": "USD"}
