"""Claims that lack something are bad input with the place of it; and no message names a patient."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
from tests.unit.payment.claims.visits import ACUPUNCTURIST, HOME, PHYSICIAN, batch, claim, visits

from allay.base.errors import InvalidInput, InvalidValue
from allay.payment.claims.fields import plain_text
from allay.payment.claims.professional import ClaimBatch, read_batch

LINE = {"code": "97810", "charge": 60, "pointers": [1], "day": "2026-11-03"}


def refused(*claims, **changes):
    data = json.dumps(visits(*claims, **changes)).encode()
    with pytest.raises(InvalidInput) as caught:
        read_batch(io.BytesIO(data), name="v.json")
    return [(problem.at, problem.expected, problem.found) for problem in caught.value.problems]


def subscriber(**changes):
    return claim(subscriber={**claim()["subscriber"], **changes})


def test_a_batch():
    found = batch()
    assert str(found.claims[0].charge) == "145.50"
    assert found.claims[0].lines[0].charge == Decimal("100.5")
    assert found.claims[0].subscriber.first == "José"
    assert found.incident_to == "supervisor_as_rendering"


def test_diagnoses_are_taken_with_and_without_their_point():
    assert batch(claim(diagnoses=["M5450"], lines=[LINE])).claims[0].diagnoses == ("M54.50",)


@pytest.mark.parametrize(
    ("made", "at", "expected"),
    [
        (
            claim(billing={**claim()["billing"], "npi": "1777777770"}),
            "/claims/0/billing/npi",
            "check digit 6",
        ),
        (claim(diagnoses=[]), "/claims/0/diagnoses", "1 or more entries"),
        (claim(diagnoses=["back pain"]), "/claims/0/diagnoses/0", "an ICD-10-CM code"),
        (claim(diagnoses=["M54.50", "M5450"]), "/claims/0/diagnoses", "each diagnosis once"),
        (claim(lines=[]), "/claims/0/lines", "1 or more entries"),
        (claim(lines=[{**LINE, "pointers": []}]), "/claims/0/lines/0/pointers", "1 or more entries"),
        (claim(lines=[{**LINE, "pointers": [3]}]), "/claims/0/lines/0/pointers/0", "1 to 2"),
        (claim(lines=[{**LINE, "pointers": [1, 1]}]), "/claims/0/lines/0/pointers", "each diagnosis once"),
        (claim(lines=[{**LINE, "charge": 1.005}]), "/claims/0/lines/0/charge", "at most 2 decimals"),
        (claim(lines=[{**LINE, "charge": -1}]), "/claims/0/lines/0/charge", "greater than or equal to 0"),
        (claim(lines=[{**LINE, "units": 0}]), "/claims/0/lines/0/units", "greater than 0"),
        (claim(lines=[{**LINE, "code": "9781"}]), "/claims/0/lines/0/code", "a CPT code"),
        (claim(lines=[{**LINE, "modifiers": ["G"]}]), "/claims/0/lines/0/modifiers/0", "a modifier"),
        (
            claim(lines=[{**LINE, "modifiers": ["GP", "GP"]}]),
            "/claims/0/lines/0/modifiers",
            "each modifier once",
        ),
        (claim(lines=[{**LINE, "day": "1960-01-01"}]), "/claims/0/lines/0/day", "after the patient's birth"),
        (claim(place_of_service="office"), "/claims/0/place_of_service", "pattern"),
        (claim(id="C*1"), "/claims/0/id", "pattern"),
        (claim(incident_to=True), "/claims/0/lines/0/supervising", "the clinician it is billed under"),
        (
            claim(incident_to=True, rendering=None, supervising=PHYSICIAN),
            "/claims/0/rendering",
            "the clinician who delivered it",
        ),
        (claim(frequency="void"), "/claims/0/payer_claim_number", "the claim number of the payer"),
        (claim(payer={**claim()["payer"], "filing": "XX"}), "/claims/0/payer/filing", "one of"),
        (claim(colour="red"), "/claims/0/colour", "one of the keys"),
    ],
)
def test_refused(made, at, expected):
    problems = refused(made)
    assert at in [each[0] for each in problems]
    assert any(expected in each[1] for each in problems if each[0] == at), problems


def test_nothing_is_billed_before_it_took_place():
    early = {"created": "2026-11-01"}
    expected = "a day up to 2026-11-01, on which the file is made"
    assert refused(claim(), **early) == [
        (f"/claims/0/lines/{line}/day", expected, "2026-11-02") for line in (0, 1)
    ]
    assert batch(claim(), created="2026-11-02").claims


def test_a_claim_id_is_used_once():
    assert refused(claim(), claim())[0] == ("/claims/1/id", "an id of its own", "that of an earlier claim")


@pytest.mark.parametrize(
    ("made", "secret"),
    [
        (subscriber(last="SECRET*"), "SECRET"),
        (subscriber(last="  SECRET"), "SECRET"),
        (subscriber(birth_date="SECRET"), "SECRET"),
        (subscriber(member_id="SECRET 1"), "SECRET"),
        (subscriber(sex="SECRET"), "SECRET"),
        (subscriber(address={**HOME, "line1": "SECRET~"}), "SECRET"),
        (claim(patient={"last": "SECRET^"}), "SECRET"),
        (subscriber(last="SECRET" * 20), "SECRET"),
        (subscriber(last=19700304), "19700304"),
    ],
)
def test_no_message_repeats_what_stands_of_a_person(made, secret):
    problems = refused(made)
    assert problems
    assert secret not in str(problems)


def test_a_key_that_is_missing_is_named():
    made = claim()
    del made["subscriber"]["last"]
    assert refused(made) == [("/claims/0/subscriber/last", "a value for this key", "nothing")]


def test_every_problem_is_named():
    assert len(refused(claim(diagnoses=["x"], place_of_service="y"), claim(id="C 2"))) == 3


@pytest.mark.parametrize("changes", [{"time": "2460"}, {"control_number": 0}, {"claims": []}, {"usage": "x"}])
def test_the_envelope_is_checked(changes):
    assert refused(**changes)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("José Ñuñez", "Jose Nunez"),
        ("O’Neil", "O'Neil"),
        ("Łódź", None),
        ("李", None),
        ("a~b", None),
        ("a:b", None),
    ],
)
def test_letters(text, plain):
    if plain is None:
        with pytest.raises(InvalidValue):
            plain_text(text)
    else:
        assert plain_text(text) == plain


def test_letters_that_become_longer_are_counted_as_they_are_written():
    assert refused(subscriber(last="ﬃ" * 21))[0][0] == "/claims/0/subscriber/last"


def test_who_is_named():
    made = batch(
        claim(
            rendering=ACUPUNCTURIST,
            supervising=PHYSICIAN,
            incident_to=True,
            lines=[LINE, {**LINE, "rendering": PHYSICIAN}],
        )
    ).claims[0]
    swapped = [made.rendered(line, rule="supervisor_as_rendering") for line in (None, *made.lines)]
    assert [(a.last, b) for a, b in swapped] == [("Okafor", None)] * 3
    both = [made.rendered(line, rule="both_named") for line in (None, *made.lines)]
    assert [(a.last, b.last) for a, b in both] == [
        ("Lee", "Okafor"),
        ("Lee", "Okafor"),
        ("Okafor", "Okafor"),
    ]


def test_the_schema_names_every_field():
    text = json.dumps(ClaimBatch.model_json_schema())
    assert all(name in text for name in ("incident_to", "prior_authorization", "supervising", "pointers"))
