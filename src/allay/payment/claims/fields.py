"""Fields of a claim: texts of the lengths and letters that X12 carries, codes with their check digits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from allay.base.codes import Code, Cpt, Hcpcs, Icd10cm, Npi, Nucc
from allay.base.errors import InvalidValue
from allay.base.money import Money
from allay.coverage.codes.procedure import modifier

_LETTERS = re.compile(r"[A-Za-z0-9 !\"&'()+,./;?=%@\[\]_{}\\|<>#$-]+", re.ASCII)


def plain_text(text: str) -> str:
    """Write text with the letters that X12 carries: accents are dropped, typographic signs made plain.

    Raises
    ------
    InvalidValue
        For a sign that has no plain form, a separator of X12 (``* : ^ ~``), or blanks at the ends.

    Examples
    --------
    >>> plain_text("José Núñez"), plain_text("O’Neil")
    ('Jose Nunez', "O'Neil")
    """
    signs = text.replace("’", "'").replace("–", "-")
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", signs) if not unicodedata.combining(sign))
    if not _LETTERS.fullmatch(plain) or plain != plain.strip():
        expected = "text without blanks at its ends, control characters and the separators * : ^ ~"
        raise InvalidValue(expected=expected, found="something else")
    return plain


def _checked(most: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        plain = plain_text(text)
        if len(plain) > most:
            raise InvalidValue(expected=f"at most {most} plain letters", found=str(len(plain)))
        return text

    return check


def _code(*systems: type[Code]) -> Callable[[str], str]:
    """Return a validator that takes a code of one of the systems, as its system writes it."""

    def check(text: str) -> str:
        for system in systems[:-1]:
            if re.fullmatch(system.pattern, text, re.ASCII):
                return str(system(text))
        return str(systems[-1](text))

    return check


Text60 = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_checked(60))]
Text55 = Annotated[str, Field(min_length=1, max_length=55), AfterValidator(_checked(55))]
Text35 = Annotated[str, Field(min_length=1, max_length=35), AfterValidator(_checked(35))]
Text30 = Annotated[str, Field(min_length=1, max_length=30), AfterValidator(_checked(30))]
Text25 = Annotated[str, Field(min_length=1, max_length=25), AfterValidator(_checked(25))]
Text15 = Annotated[str, Field(min_length=1, max_length=15), AfterValidator(_checked(15))]
ClaimId = Annotated[
    str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", description="CLM01")
]
MemberId = Annotated[str, Field(min_length=2, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]+$")]
Reference50 = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
NpiText = Annotated[str, AfterValidator(_code(Npi))]
Taxonomy = Annotated[str, AfterValidator(_code(Nucc))]
Diagnosis = Annotated[str, AfterValidator(_code(Icd10cm))]
Procedure = Annotated[str, AfterValidator(_code(Hcpcs, Cpt))]
Modifier = Annotated[str, AfterValidator(modifier)]
PlaceOfService = Annotated[str, Field(pattern=r"^[0-9]{2}$")]
State = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Zip = Annotated[str, Field(pattern=r"^[0-9]{5}([0-9]{4})?$", description="5 or 9 digits")]
Phone = Annotated[str, Field(pattern=r"^[0-9]{10}$", description="10 digits")]
TaxId = Annotated[str, Field(pattern=r"^[0-9]{9}$", description="9 digits")]
Dollars = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
Units = Annotated[Decimal, Field(gt=0, max_digits=6, decimal_places=1)]


def money(amount: Decimal) -> Money:
    """Return dollars with at most two decimals as money.

    Examples
    --------
    >>> money(Decimal("29.29")).cents
    2929
    """
    return Money.rounded(amount)
