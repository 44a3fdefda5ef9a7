"""Claims written as 837P: the guide holds, nothing comes from a clock, and what is read back is the same."""

from __future__ import annotations

import io

import pytest
from tests.unit.payment.claims.visits import ACUPUNCTURIST, HOME, PHYSICIAN, THERAPIST, batch, claim

from allay.interop.x12.claims import read_claims
from allay.interop.x12.envelope import read_x12
from allay.interop.x12.professional import write_professional
from allay.interop.x12.validation import GUIDE, validate

CHILD = {
    "last": "Núñez",
    "first": "Eva",
    "birth_date": "2015-01-01",
    "sex": "F",
    "address": HOME,
    "relationship": "child",
}
LINE = {"code": "97810", "charge": 60, "pointers": [1], "day": "2026-11-03"}


def written(*claims, **changes):
    data = write_professional(batch(*claims, **changes))
    file = read_x12(io.BytesIO(data), name="c.837")
    found = validate(file)
    assert [str(each.problem("c.837")) for each in found.findings] == []
    assert [each.checked_by for each in found.transactions] == [GUIDE]
    return data.decode("ascii"), file


def segments(text, *starts):
    return [each for each in text.split("~\n") if each.startswith(starts)]


def test_a_claim():
    text, file = written()
    (found,) = read_claims(file.transactions[0], note=print)
    assert (found.claim_id, str(found.charge), found.prior_auth) == ("C-1", "145.50", "PA-77")
    assert [str(line.charge) for line in found.lines] == ["100.50", "45.00"]
    assert [line.control for line in found.lines] == ["1", "2"]
    assert segments(text, "HI") == ["HI*ABK:M5450*ABF:G8929"]
    assert segments(text, "SV1") == ["SV1*HC:97110:GP*100.50*UN*2***1:2", "SV1*HC:97140:GP:59*45.00*UN*1***1"]
    assert segments(text, "NM1*IL") == ["NM1*IL*1*Nunez*Jose****MI*MEMBER123"]
    assert segments(text, "N3*2") == ["N3*2 Elm Street*Apt 3"]


def test_the_same_batch_gives_the_same_bytes_and_its_own_time():
    text, _ = written()
    assert written()[0] == text
    assert text.startswith("ISA*00*")
    assert text.split("*")[9:11] == ["261122", "0930"]
    assert segments(text, "BHT") == ["BHT*0019*00*42*20261122*0930*CH"]
    assert segments(text, "SE")[0].endswith("*0042")


def test_a_patient_who_is_not_the_subscriber_has_a_level_of_their_own():
    text, _ = written(claim(patient=CHILD))
    assert segments(text, "HL", "PAT", "NM1*QC") == [
        "HL*1**20*1",
        "HL*2*1*22*1",
        "HL*3*2*23*0",
        "PAT*19",
        "NM1*QC*1*Nunez*Eva",
    ]


def test_claims_of_one_provider_share_its_level():
    other = {**claim()["billing"], "npi": "1999999984", "name": "Other Clinic"}
    text, _ = written(claim(), claim(id="C-2", billing=other), claim(id="C-3"))
    assert segments(text, "HL") == ["HL*1**20*1", "HL*2*1*22*0", "HL*3*1*22*0", "HL*4**20*1", "HL*5*4*22*0"]
    assert [each.split("*")[1] for each in segments(text, "CLM")] == ["C-1", "C-3", "C-2"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("supervisor_as_rendering", ["NM1*82*1*Okafor*Ngozi****XX*1888888884"]),
        (
            "both_named",
            ["NM1*82*1*Lee*Kim****XX*1999999984", "NM1*DQ*1*Okafor*Ngozi****XX*1888888884"],
        ),
    ],
)
def test_incident_to(rule, expected):
    text, _ = written(
        claim(rendering=ACUPUNCTURIST, supervising=PHYSICIAN, incident_to=True, lines=[LINE]),
        incident_to=rule,
    )
    assert segments(text, "NM1*82", "NM1*DQ") == expected


def test_clinicians_and_places_of_lines_that_differ():
    lines = [LINE, {**LINE, "rendering": PHYSICIAN, "supervising": THERAPIST, "place_of_service": "10"}]
    text, _ = written(claim(rendering=ACUPUNCTURIST, lines=lines))
    assert segments(text, "NM1*82", "NM1*DQ", "LX", "SV1") == [
        "NM1*82*1*Lee*Kim****XX*1999999984",
        "LX*1",
        "SV1*HC:97810*60.00*UN*1***1",
        "LX*2",
        "SV1*HC:97810*60.00*UN*1*10**1",
        "NM1*82*1*Okafor*Ngozi****XX*1888888884",
        "NM1*DQ*1*Rivera*Ana****XX*1234567893",
    ]


def test_a_claim_without_a_clinician_of_its_own():
    text, _ = written(claim(rendering=None, prior_authorization=None))
    assert segments(text, "NM1*82", "NM1*DQ", "REF*G1") == []


def test_replacing_an_earlier_claim():
    text, _ = written(claim(frequency="replacement", payer_claim_number="PCN-9"))
    assert segments(text, "CLM", "REF*F8") == ["CLM*C-1*145.50***11:B:7*Y*A*Y*Y", "REF*F8*PCN-9"]


def test_twelve_diagnoses_and_half_units():
    codes = [f"M54.{number}" for number in range(10, 22)]
    line = {**LINE, "units": 1.5, "modifiers": ["GP", "KX", "59", "CQ"], "pointers": [12, 1, 2, 3]}
    text, _ = written(claim(diagnoses=codes, lines=[line]))
    assert segments(text, "SV1") == ["SV1*HC:97810:GP:KX:59:CQ*60.00*UN*1.5***12:1:2:3"]


def test_production():
    text, _ = written(usage="production", control_number=999_999_999)
    assert text.split("*")[15:17] == ["P", ":~\nGS"]
