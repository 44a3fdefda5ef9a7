"""Check digits catch what they are made to catch."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from allay.base.checkdigits import luhn_digit
from allay.base.codes import Loinc, Ndc11, Npi
from allay.base.errors import InvalidValue

digits = st.text("0123456789", min_size=8, max_size=8)


def plain_luhn(body: str) -> int:
    """Luhn as the standard words it: double from the right, add the digits of the doubles."""
    doubled = "".join(str(int(d) * 2) if i % 2 == 0 else d for i, d in enumerate(reversed(body)))
    return (10 - sum(map(int, doubled)) % 10) % 10


@given(st.text("0123456789", min_size=1, max_size=15))
def test_the_digit_is_that_of_the_standard(body):
    assert luhn_digit(body) == plain_luhn(body)


@given(digits, st.integers(0, 8), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_caught(body, place, digit):
    npi = "1" + body + str(luhn_digit("808401" + body))
    assert str(Npi(npi)) == npi
    wrong = npi[: place + 1] + digit + npi[place + 2 :]
    assume(wrong != npi)
    with pytest.raises(InvalidValue, match="check digit"):
        Npi(wrong)


@given(st.integers(1, 9_999_999))
def test_every_number_has_one_loinc_check_digit(number):
    good = []
    for digit in range(10):
        try:
            good.append(Loinc(f"{number}-{digit}"))
        except InvalidValue:
            continue
    assert [str(code) for code in good] == [f"{number}-{luhn_digit(str(number))}"]


@given(st.text("0123456789", min_size=11, max_size=11))
def test_an_ndc_with_hyphens_is_the_one_without(text):
    assert Ndc11(f"{text[:5]}-{text[5:9]}-{text[9:]}") == Ndc11(text)
