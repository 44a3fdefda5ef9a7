"""Codes have the form of their system and are never equal to codes of another."""

from __future__ import annotations

import copy

import pytest

from allay.base.codes import Code, Cpt, Hcpcs, Icd10cm, Loinc, LoincAnswer, Ndc11, Npi, Nucc, RxNorm, Snomed
from allay.base.errors import InvalidValue

GOOD = [
    # Published check digits: LOINC panel and score codes; the example NPI of the CMS check digit document.
    *[(Loinc, text) for text in ("44261-6", "70274-6", "62337-1", "91147-9", "72514-3", "100000-9")],
    *[(LoincAnswer, text) for text in ("LA6568-5", "LA6571-9", "LA13912-3", "LA10055-4", "LL358-3")],
    (Npi, "1234567893"),
    *[(Icd10cm, text) for text in ("M54.50", "M54", "Z3A.20", "C4A.0", "U07.1", "S72.001A", "T45.1X5A")],
    *[(Cpt, text) for text in ("97110", "0001F", "0591T", "0001U", "0001M", "0001A")],
    *[(Hcpcs, text) for text in ("G3002", "A4595", "S9083", "V2020")],
    *[(RxNorm, text) for text in ("7804", "1", "12345678")],
    (Ndc11, "00406051201"),
    *[(Nucc, text) for text in ("171100000X", "103TC0700X", "2081P2900X", "208VP0014X")],
    # Concepts of the test patient of AHRQ's pain management summary.
    *[(Snomed, text) for text in ("203082005", "832007", "444831000124102", "308449000", "81294000")],
]
BAD = [
    *[
        (Loinc, text)
        for text in ("44261-7", "442616", "44261-", "-6", "044261-6", "LA6568-5", "12345678-1", "")
    ],
    *[(LoincAnswer, text) for text in ("LA6568-4", "6568-5", "LP6568-5", "la6568-5")],
    *[
        (Npi, text)
        for text in ("1234567890", "123456789", "12345678933", "3234567893", "123456789X", "１234567893")
    ],
    *[
        (Icd10cm, text)
        for text in ("m54.5", "M5", "54.50", "M54.", "M54.50000", "MM4.5", "M54 .5", "M54.50\n")
    ],
    *[(Cpt, text) for text in ("9711", "971100", "97110 ", "A9711", "1125G", "G3002")],
    *[(Hcpcs, text) for text in ("G300", "G30022", "97110", "g3002", "W1234")],
    *[(RxNorm, text) for text in ("0", "07804", "123456789", "78O4", "")],
    *[(Ndc11, text) for text in ("0406051201", "004060512010", "0406-051-01", "406-0512-01", "0406-0512-0A")],
    *[(Nucc, text) for text in ("171100000", "171100000Y", "A71100000X", "1711000000X")],
    # A wrong digit, two digits swapped, too short, no concept (11: a description), no check digit, a blank.
    *[(Snomed, text) for text in ("308449001", "803449000", "12", "308449011", "30844900", "308449000 ")],
]


@pytest.mark.parametrize(("kind", "text"), GOOD)
def test_good_codes(kind, text):
    assert kind(text).value == text
    assert str(kind(text)) == text
    assert repr(kind(text)) == f"{kind.__name__}(value={text!r})"


@pytest.mark.parametrize(("kind", "text"), BAD)
def test_bad_codes(kind, text):
    with pytest.raises(InvalidValue, match="expected"):
        kind(text)


@pytest.mark.parametrize("number", [97110, 97110.0, None, b"97110"])
def test_codes_are_text(number):
    with pytest.raises(InvalidValue, match="as text"):
        Cpt(number)


def test_codes_of_two_systems_are_never_equal():
    assert Cpt("97110") != RxNorm("97110")
    assert Cpt("97110") == Cpt("97110")
    assert Cpt("97110") != "97110"
    assert len({Cpt("97110"), RxNorm("97110"), Cpt("97110")}) == 2


def test_codes_sort_within_their_system_only():
    assert sorted([Cpt("97112"), Cpt("97110")]) == [Cpt("97110"), Cpt("97112")]
    with pytest.raises(TypeError):
        sorted([Cpt("97112"), RxNorm("97110")])


def test_a_wrong_check_digit_is_told_apart_from_a_wrong_form():
    with pytest.raises(InvalidValue, match="check digit 6"):
        Loinc("44261-7")
    with pytest.raises(InvalidValue, match="check digit 3"):
        Npi("1234567890")


@pytest.mark.parametrize(
    ("text", "normal"),
    [("0406-0512-01", "00406051201"), ("50580-600-02", "50580060002"), ("12345-6789-1", "12345678901"),
     ("12345-6789-01", "12345678901")],
)  # fmt: skip
def test_ndc_with_hyphens_becomes_eleven_digits(text, normal):
    assert Ndc11(text) == Ndc11(normal)


def test_icd_gets_its_point():
    assert Icd10cm("M5450") == Icd10cm("M54.50")
    assert str(Icd10cm("M5450")) == "M54.50"


def test_codes_cannot_change_and_can_travel():
    code = Cpt("97110")
    with pytest.raises(AttributeError):
        code.value = "97112"
    assert copy.deepcopy(code) == code


def test_the_base_is_no_code():
    with pytest.raises(TypeError, match="abstract"):
        Code("97110")
