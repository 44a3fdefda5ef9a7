"""Structure: by the implementation guide where pyx12 has it, by our own coarser check elsewhere."""

from __future__ import annotations

import logging

import pytest
from tests.unit.interop.x12.test_x12_content import BENEFITS
from tests.unit.interop.x12.texts import CLAIM, REMITTANCE, interchange, read

from allay.interop.x12.validation import GUIDE, OWN, validate


def problems(kind, *body, guide=None, name="a.edi"):
    found = validate(read(interchange(kind, *body, guide=guide), name=name))
    return found, [str(each.problem(name)) for each in found.findings]


def without(body, *starts):
    return [each for each in body if not each.startswith(starts)]


@pytest.mark.parametrize(
    ("kind", "guide", "body", "by"),
    [
        ("837", None, CLAIM, GUIDE),
        ("837", "005010X222A2", CLAIM, OWN),
        ("835", None, REMITTANCE, GUIDE),
        ("835", "005010", REMITTANCE, OWN),
        ("271", None, BENEFITS, OWN),
    ],
)
def test_what_holds_together_is_valid_and_says_by_what(kind, guide, body, by):
    found, said = problems(kind, *body, guide=guide)
    assert said == []
    assert found.valid
    assert [each.checked_by for each in found.transactions] == [by]


@pytest.mark.parametrize("guide", [None, "005010X222A2"])
def test_a_claim_without_diagnosis(guide):
    found, said = problems("837", *without(CLAIM, "HI"), guide=guide)
    assert not found.valid
    where = "22: 2300 HI" if guide is None else "20: CLM HI"
    assert said == [
        f"a.edi:{where}: expected this segment"
        + (", which the guide requires" if not guide else "")
        + ", found none"
    ]


def test_the_three_faults_of_a_claim_are_named_with_their_loops():
    body = without(CLAIM, "HI", "N3*1")
    place = body.index("REF*EI*123456789")
    body.insert(place, "REF*EI*987654321")
    _, said = problems("837", *body)
    assert [each.split(": expected")[0].split(":", 2)[-1] for each in said] == [
        " 2010AA N3",
        " 2010AA REF",
        " 2300 HI",
    ]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("DMG*D8*19700304*M", "DMG*D8*19701304*M", "2010BA DMG02"),
        ("DMG*D8*19700304*M", "DMG*D8*19700304*X", "2010BA DMG03"),
        ("N4*MONTPELIER*VT*056020001", "N4**VT*056020001", "2010AA N401"),
        ("HI*ABK:M5450*ABF:G8929", "HI*ABK", "2300 HI01-2"),
        ("LX*2", "LX*3", "2400 LX"),
        ("HL*2*1*22*0", "HL*3*1*22*0", "2000B HL"),
        ("REF*G1*PA-77", "REF*G1*PA-77**", "2300 REF"),
    ],
)
def test_elements(old, new, place):
    _, said = problems("837", *[new if each == old else each for each in CLAIM])
    assert any(f": {place}:" in each for each in said), said


def test_no_message_and_no_log_repeats_a_value(caplog, capfd):
    body = [each.replace("19700304*M", "SECRETDAY*SECRETSEX") for each in CLAIM]
    body = [each.replace("MEMBER1", "SECRET" * 20) for each in body]
    with caplog.at_level(logging.DEBUG):
        _, said = problems("837", *body)
    assert said
    out, err = capfd.readouterr()
    assert "SECRET" not in "".join(said) + out + err + caplog.text


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (without(BENEFITS, "EB"), "3: EB or AAA"),
        (without(BENEFITS, "BHT"), "3: BHT"),
        (without(BENEFITS, "NM1*IL"), "9: HL 22 NM1*IL"),
        ([each.replace("HL*3*2*22", "HL*4*2*22") for each in BENEFITS], "9: HL01"),
        ([each.replace("HL*3*2*22", "HL*3*9*22") for each in BENEFITS], "9: HL02"),
        ([each.replace("HL*3*2*22", "HL*3*1*22") for each in BENEFITS], "9: HL02"),
        ([each.replace("HL*3*2*22", "HL*3*2*99") for each in BENEFITS], "9: HL03"),
        ([each.replace("HL*2*1*21*1", "HL*2*1*21*0") for each in BENEFITS], "7: HL04"),
    ],
)
def test_our_own_check(body, place):
    _, said = problems("271", *body)
    assert any(each.startswith(f"a.edi:{place}:") for each in said), said


def test_an_unknown_transaction_is_said_to_be_one():
    text = interchange("271", *BENEFITS).replace("ST*271", "ST*999")
    found = validate(read(text))
    assert [each.kind for each in found.findings] == ["unknown_transaction"]


def test_positions_are_those_of_the_file():
    text = interchange("835", *REMITTANCE) + interchange("837", *without(CLAIM, "HI"))
    found = validate(read(text))
    first = len(REMITTANCE) + 6
    assert [(each.position, each.element) for each in found.findings] == [(first + 22, "HI")]


def test_a_terminator_that_is_a_line_break():
    text = interchange("837", *without(CLAIM, "HI")).replace("~", "\n")
    assert [each.element for each in validate(read(text)).findings] == ["HI"]


def test_content_that_stops_pyx12_is_a_finding(monkeypatch):
    import pyx12.x12n_document

    def broken(*arguments, **options):
        raise KeyError("SECRET")

    monkeypatch.setattr(pyx12.x12n_document, "x12n_document", broken)
    found, said = problems("837", *CLAIM)
    assert not found.valid
    assert said == ["a.edi:3: ST: expected content that the guide can be held to, found other"]


def test_several_transactions_of_one_group():
    text = interchange("837", *without(CLAIM, "HI"))
    inside = text[text.index("ST*") : text.index("GE*")]
    second = inside.replace("*0001", "*0002")
    found = validate(read(text.replace(inside, inside + second).replace("GE*1*", "GE*2*")))
    assert [(each.position, each.loop, each.element) for each in found.findings] == [
        (22, "2300", "HI"),
        (49, "2300", "HI"),
    ]
    assert [each.control_number for each in found.transactions] == ["0001", "0002"]
