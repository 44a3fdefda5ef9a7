"""Claims and coverage decisions as FHIR R4: what the specification requires is there, references resolve."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from tests.unit.interop.x12.test_x12_writing import CHILD, LINE
from tests.unit.payment.claims.visits import ACUPUNCTURIST, PHYSICIAN, batch, claim

from allay.base.errors import InvalidValue
from allay.cli.results import json_text
from allay.interop.fhir_claim import CPT, HCPCS, claim_resource
from allay.interop.fhir_coverage import eligibility_response

DAY = dt.date(2026, 11, 22)
# Elements with a minimum of 1 in FHIR R4 (4.0.1 and 4.3.0), by resource and backbone element.
REQUIRED = {
    "Claim": ("status", "type", "use", "patient", "created", "provider", "priority", "insurance"),
    "Claim.insurance": ("sequence", "focal", "coverage"),
    "Claim.item": ("sequence", "productOrService"),
    "Claim.careTeam": ("sequence", "provider"),
    "Claim.diagnosis": ("sequence", "diagnosisCodeableConcept"),
    "Coverage": ("status", "beneficiary", "payor"),
    "RelatedPerson": ("patient",),
    "CoverageEligibilityResponse": (
        "status",
        "purpose",
        "patient",
        "created",
        "request",
        "outcome",
        "insurer",
    ),
    "CoverageEligibilityResponse.insurance": ("coverage",),
    "CoverageEligibilityResponse.insurance.item.benefit": ("type",),
}


def resource(made, **options):
    (one,) = batch(made).claims
    return json.loads(json_text(claim_resource(one, created=DAY, **options)))


def check(element, path):
    assert [name for name in REQUIRED.get(path, ()) if name not in element] == [], path
    for name, value in element.items():
        assert value not in ({}, [], "", None), f"{path}.{name} is empty, which FHIR does not allow"
        for member in value if isinstance(value, list) else [value]:
            if isinstance(member, dict):
                check(member, member.get("resourceType") or f"{path}.{name}")


def references(tree):
    if isinstance(tree, dict):
        return [v for k, v in tree.items() if k == "reference"] + [
            r for v in tree.values() for r in references(v)
        ]
    return [r for member in tree for r in references(member)] if isinstance(tree, list) else []


@pytest.mark.parametrize(
    "made",
    [
        claim(),
        claim(patient=CHILD),
        claim(rendering=None, prior_authorization=None, lines=[LINE]),
        claim(frequency="replacement", payer_claim_number="P-1"),
        claim(incident_to=True, rendering=ACUPUNCTURIST, supervising=PHYSICIAN, lines=[LINE]),
    ],
)
def test_a_claim_has_what_is_required_and_refers_to_what_it_holds(made):
    found = resource(made)
    check(found, "Claim")
    held = {"#" + each["id"] for each in found["contained"]}
    assert set(references(found)) == held
    assert [each["sequence"] for each in found["item"]] == list(range(1, len(made["lines"]) + 1))
    team = {each["sequence"] for each in found.get("careTeam", ())}
    assert {n for each in found["item"] for n in each.get("careTeamSequence", ())} == team


def test_what_a_claim_says():
    found = resource(claim())
    assert found["total"] == {"value": 145.5, "currency": "USD"}
    assert found["insurance"][0]["preAuthRef"] == ["PA-77"]
    first = found["item"][0]
    assert first["productOrService"]["coding"] == [{"system": CPT, "code": "97110"}]
    assert first["modifier"][0]["coding"] == [{"system": HCPCS, "code": "GP"}]
    assert found["item"][1]["modifier"][1]["coding"] == [{"system": CPT, "code": "59"}]
    assert (first["quantity"], first["net"]["value"]) == ({"value": 2}, 100.5)
    assert first["diagnosisSequence"] == [1, 2]
    patient = next(each for each in found["contained"] if each["id"] == "patient")
    assert patient["name"] == [{"family": "Núñez", "given": ["José"]}]
    assert resource(claim(frequency="void", payer_claim_number="P"))["status"] == "cancelled"


@pytest.mark.parametrize(
    ("rule", "roles"),
    [
        ("supervisor_as_rendering", [("primary", "1888888884")]),
        ("both_named", [("primary", "1999999984"), ("supervisor", "1888888884")]),
    ],
)
def test_incident_to(rule, roles):
    made = claim(incident_to=True, rendering=ACUPUNCTURIST, supervising=PHYSICIAN, lines=[LINE])
    found = resource(made, incident_to=rule)
    by_id = {"#" + each["id"]: each for each in found["contained"]}
    said = [
        (each["role"]["coding"][0]["code"], by_id[each["provider"]["reference"]]["identifier"][0]["value"])
        for each in found["careTeam"]
    ]
    assert said == roles


def response(**decision):
    made = eligibility_response(
        {"bill": "yes", "lines": [], **decision},
        created=DAY,
        patient="Patient/1",
        insurer="Organization/1",
        coverage="Coverage/1",
        request="CoverageEligibilityRequest/1",
        in_network=True,
    )
    return json.loads(json_text(made))


LINES = [
    {
        "code": "98941",
        "modifiers": ["AT"],
        "units": 1,
        "allowed": 39.28,
        "patient_share": "7.86",  # an amount as text is a number in FHIR too
        "bill": "yes",
    },
    {"code": "97124", "modifiers": ["GY"], "units": 1, "allowed": None, "bill": "no", "service": "massage"},
]


def test_a_decision_has_what_is_required():
    found = response(
        id="9",
        lines=LINES,
        prior_auth="none",
        remaining=[
            {"limit": "visits", "left": 7, "resets_on": "2027-01-01"},
            {"limit": "dollars", "left": None},
        ],
    )
    check(found, "CoverageEligibilityResponse")
    first, second, visits, unknown = found["insurance"][0]["item"]
    assert (first["excluded"], second["excluded"]) == (False, True)
    assert first["network"]["text"] == "in network"
    assert second["category"]["text"] == "massage"
    assert [each.get("allowedMoney", {}).get("value") for each in first["benefit"]] == [39.28, 7.86, None]
    assert visits["benefit"][0]["allowedUnsignedInt"] == 7
    assert unknown["benefit"][0]["allowedString"] == "unknown"
    assert found["outcome"] == "complete"


@pytest.mark.parametrize(
    ("asked", "flag"),
    [
        ("required", True),
        ("denied", True),
        ("satisfied", True),
        ("none", False),
        ("forbidden", False),
        ("unknown", None),
        ("conditional", None),
        (None, None),
    ],
)
def test_prior_authorization(asked, flag):
    (item,) = response(lines=LINES[:1], prior_auth=asked)["insurance"][0]["item"]
    assert item.get("authorizationRequired") is flag


@pytest.mark.parametrize("verdict", ["unknown", "conditional"])
def test_what_is_not_settled_excludes_nothing_and_says_what_is_missing(verdict):
    line = {key: value for key, value in LINES[0].items() if key != "bill"}
    found = response(bill=verdict, lines=[line], missing=["plan.payer"], confidence="secondary")
    assert found["outcome"] == "partial"
    assert found["insurance"][0]["item"][0]["excluded"] is False
    assert found["disposition"] == f"bill: {verdict}; missing: plan.payer; confidence: secondary"


def test_another_mapping_is_refused():
    with pytest.raises(InvalidValue):
        eligibility_response({}, created=DAY, patient="", insurer="", coverage="", request="")
