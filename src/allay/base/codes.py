"""Codes of the standard code systems, each system a type of its own.

A code of one system is never equal to a code of another, even with the same characters, and cannot be
sorted among them. A code that exists as an object has the right form and, where its system has one, the
right check digit. Whether it is in the current release of its system is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from allay.base.checkdigits import luhn_digit, verhoeff_digit
from allay.base.errors import InvalidValue

__all__ = [
    "Code",
    "Cpt",
    "Hcpcs",
    "Icd10cm",
    "Loinc",
    "LoincAnswer",
    "Ndc11",
    "Npi",
    "Nucc",
    "RxNorm",
    "Snomed",
]


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """A code of some system; use one of the types below.

    Raises
    ------
    InvalidValue
        When the text has not the form of the system, or its check digit is wrong.
    """

    value: str

    form: ClassVar[str] = "a code"
    pattern: ClassVar[str] = ""

    def __post_init__(self) -> None:
        if not self.pattern:
            raise TypeError("Code is abstract: use Loinc, Icd10cm, Cpt, ...")
        if not isinstance(self.value, str):
            kind = type(self.value).__name__
            raise InvalidValue(expected=f"{self.form}, as text", found=f"{kind} {self.value!r}")
        object.__setattr__(self, "value", self.normal(self.value))
        if not re.fullmatch(self.pattern, self.value, re.ASCII):
            raise InvalidValue(expected=self.form, found=repr(self.value))
        body, given = self.checked()
        if given and (digit := self.digit(body)) != int(given):
            expected = f"the check digit {digit} at the end of this code"
            raise InvalidValue(expected=expected, found=repr(self.value))

    def normal(self, text: str) -> str:
        """Return the one way this system's codes are written here."""
        return text

    def checked(self) -> tuple[str, str]:
        """Return the part under the check digit and the digit; ("", "") in systems without."""
        return "", ""

    def digit(self, body: str) -> int:
        """Return the check digit that belongs to `body`."""
        return luhn_digit(body)

    def __str__(self) -> str:
        return self.value


class Loinc(Code):
    """A LOINC term: a question, a panel or a score.

    Examples
    --------
    >>> str(Loinc("44261-6"))
    '44261-6'
    >>> Loinc("44261-7")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected the check digit 6 at the end of this code, found '44261-7'
    """

    __slots__ = ()
    form = "a LOINC code such as 44261-6"
    pattern = r"[1-9][0-9]{0,6}-[0-9]"

    def checked(self) -> tuple[str, str]:
        """Return the number and its check digit."""
        body, _, digit = self.value.partition("-")
        return body, digit


class LoincAnswer(Code):
    """A LOINC answer (LA...) or answer list (LL...).

    Examples
    --------
    >>> str(LoincAnswer("LA6568-5"))
    'LA6568-5'
    """

    __slots__ = ()
    form = "a LOINC answer code such as LA6568-5"
    pattern = r"L[AL][1-9][0-9]{0,6}-[0-9]"

    def checked(self) -> tuple[str, str]:
        """Return the letters with the number, and the check digit."""
        body, _, digit = self.value.partition("-")
        return body, digit


class Icd10cm(Code):
    """An ICD-10-CM diagnosis; written with its point, also when read without.

    Examples
    --------
    >>> str(Icd10cm("M5450")), Icd10cm("M54.50") == Icd10cm("M5450")
    ('M54.50', True)
    """

    __slots__ = ()
    form = "an ICD-10-CM code such as M54.50"
    pattern = r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?"

    def normal(self, text: str) -> str:
        """Set the point after the third character."""
        return f"{text[:3]}.{text[3:]}" if len(text) > 3 and "." not in text else text


class Cpt(Code):
    """A CPT (HCPCS level I) code: five digits, or four and a letter.

    The letters: F performance, T emerging, U and M laboratory, A vaccine.

    Examples
    --------
    >>> str(Cpt("97110")), str(Cpt("1125F"))
    ('97110', '1125F')
    """

    __slots__ = ()
    form = "a CPT code such as 97110"
    pattern = r"[0-9]{4}[0-9AFMTU]"


class Hcpcs(Code):
    """A HCPCS level II code: a letter and four digits.

    Examples
    --------
    >>> str(Hcpcs("G3002"))
    'G3002'
    """

    __slots__ = ()
    form = "a HCPCS level II code such as G3002"
    pattern = r"[A-V][0-9]{4}"


class RxNorm(Code):
    """An RxNorm concept identifier (RxCUI): one to eight digits.

    Examples
    --------
    >>> str(RxNorm("7804"))
    '7804'
    """

    __slots__ = ()
    form = "an RxNorm identifier of 1 to 8 digits"
    pattern = r"[1-9][0-9]{0,7}"


class Npi(Code):
    """A National Provider Identifier: ten digits, the last checked with the prefix 80840 before the rest.

    Examples
    --------
    >>> str(Npi("1234567893"))
    '1234567893'
    """

    __slots__ = ()
    form = "an NPI of ten digits such as 1234567893"
    pattern = r"[12][0-9]{9}"

    def checked(self) -> tuple[str, str]:
        """Return the issuer prefix with the first nine digits, and the last."""
        return "80840" + self.value[:9], self.value[9]


class Ndc11(Code):
    """A National Drug Code in the billing form of eleven digits (5-4-2).

    Ten digits are taken with hyphens only (4-4-2, 5-3-2, 5-4-1): without them nobody can tell which part is
    short of its zero.

    Examples
    --------
    >>> [str(Ndc11(text)) for text in ("0406-0512-01", "50580-600-02", "12345-6789-1")]
    ['00406051201', '50580060002', '12345678901']
    """

    __slots__ = ()
    form = "an NDC of 11 digits, or with hyphens as 4-4-2, 5-3-2, 5-4-1 or 5-4-2"
    pattern = r"[0-9]{11}"

    def normal(self, text: str) -> str:
        """Fill the short part with a zero and drop the hyphens."""
        parts = text.split("-")
        if [len(part) for part in parts] in ([4, 4, 2], [5, 3, 2], [5, 4, 1], [5, 4, 2]):
            return parts[0].zfill(5) + parts[1].zfill(4) + parts[2].zfill(2)
        return text


class Nucc(Code):
    """A health care provider taxonomy code: ten characters that start with three digits and end with X.

    Examples
    --------
    >>> str(Nucc("171100000X"))
    '171100000X'
    """

    __slots__ = ()
    form = "a provider taxonomy code such as 171100000X"
    pattern = r"[0-9]{3}[0-9A-Z]{6}X"


class Snomed(Code):
    """A SNOMED CT concept: the two digits before the check digit say that it names a concept.

    Examples
    --------
    >>> str(Snomed("308449000"))
    '308449000'
    >>> Snomed("308449001")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected the check digit 0 at the end of this code, found '308449001'
    """

    __slots__ = ()
    form = "a SNOMED CT concept such as 308449000"
    pattern = r"(?=[0-9]{6,18}$)[1-9][0-9]*[01]0[0-9]"

    def checked(self) -> tuple[str, str]:
        """Return the number and its check digit."""
        return self.value[:-1], self.value[-1]

    def digit(self, body: str) -> int:
        """Return the check digit that belongs to `body`."""
        return verhoeff_digit(body)
