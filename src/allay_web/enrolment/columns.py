"""The columns of a referral sheet: what people call them, and how each cell is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from allay_web.enrolment.models import Blocker
from allay_web.people.actions import Language, PayerType, Sex
from allay_web.people.folding import digits, fold
from allay_web.people.queries import read_date

REQUIRED = ("family_name", "given_name")
OF_PATIENT = (
    "given_name",
    "family_name",
    "birth_date",
    "sex",
    "phone",
    "email",
    "best_time",
    "language",
    "payer_type",
    "payer_name",
    "record_number",
)
OF_REFERRAL = ("received_on", "referred_by", "reason", "blocked_by")
COLUMNS = OF_PATIENT + OF_REFERRAL

# As in the models; a test compares them.
LONGEST = {
    "given_name": 80,
    "family_name": 80,
    "phone": 40,
    "best_time": 80,
    "payer_name": 80,
    "record_number": 40,
    "referred_by": 120,
    "reason": 500,
}

ALSO_CALLED = {
    "first name": "given_name",
    "first": "given_name",
    "last name": "family_name",
    "last": "family_name",
    "surname": "family_name",
    "dob": "birth_date",
    "date of birth": "birth_date",
    "birthdate": "birth_date",
    "gender": "sex",
    "phone number": "phone",
    "telephone": "phone",
    "cell": "phone",
    "mobile": "phone",
    "e mail": "email",
    "email address": "email",
    "best time to call": "best_time",
    "preferred language": "language",
    "payer": "payer_type",
    "insurance": "payer_type",
    "plan": "payer_name",
    "insurance plan": "payer_name",
    "mrn": "record_number",
    "medical record number": "record_number",
    "referral date": "received_on",
    "received": "received_on",
    "date received": "received_on",
    "referring provider": "referred_by",
    "referrer": "referred_by",
    "reason for referral": "reason",
    "blocked": "blocked_by",
    "blocker": "blocked_by",
}

DATE_WORDS = "a date such as 1970-03-04 or 3/4/1970 (month first)"
OLDEST = timedelta(days=366 * 120)  # a birth date before that is a slip of the pen


class Unreadable(ValueError):  # noqa: N818 (says what it is, as in allay.base.errors)
    """A cell that cannot be read; the message says what was expected."""


def canonical(header: str) -> str:
    """The column a header means; a header that means none stays as it is.

    Examples
    --------
    >>> canonical("Date of Birth"), canonical("Family_Name"), canonical("shoe size")
    ('birth_date', 'family_name', 'shoe size')
    """
    words = fold(header.replace("_", " "))
    column = words.replace(" ", "_")
    return column if column in COLUMNS else ALSO_CALLED.get(words, header)


def read_cell(column: str, text: str | None, *, on: date) -> Any:
    """A cell's value; `on` is today, beyond which no date may lie.

    Raises
    ------
    Unreadable
        saying what was expected.
    """
    if text is None or not text.strip():
        if column in REQUIRED:
            raise Unreadable("a name")
        return _BLANK.get(column, "")
    return _READERS[column](text.strip(), on)


def _text(column: str) -> Callable[[str, date], str]:
    def read(text: str, on: date) -> str:
        text = " ".join(text.split())  # a line break inside a cell
        if any(unicodedata.category(sign) == "Cc" for sign in text):
            raise Unreadable("text without control characters")
        if len(text) > LONGEST[column]:
            raise Unreadable(f"at most {LONGEST[column]} letters")
        return text

    return read


def _date(text: str, on: date) -> date:
    value = read_date(text)
    if value is None:
        raise Unreadable(DATE_WORDS)
    if value > on:
        raise Unreadable(f"a day not after today ({on.isoformat()})")
    return value


def _birth_date(text: str, on: date) -> date:
    value = _date(text, on)
    if value < on - OLDEST:
        raise Unreadable("a birth date within the last 120 years")
    return value


def _phone(text: str, on: date) -> str:
    if not len(digits(text)) >= 7 or len(text) > LONGEST["phone"]:
        raise Unreadable("a phone number with 7 digits or more, such as 304-555-0188")
    return text


def _email(text: str, on: date) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise Unreadable("an e-mail address such as name@example.org") from None
    return text


def _word(choices: list[tuple[str, str]], **others: str) -> Callable[[str, date], str]:
    known = {fold(word): value for value, label in choices if value for word in (value, label)}
    known |= {fold(word.replace("_", " ")): value for word, value in others.items()}
    labels = ", ".join(label for value, label in choices if value)

    def read(text: str, on: date) -> str:
        if fold(text) not in known:
            raise Unreadable(f"one of {labels}, or nothing")
        return known[fold(text)]

    return read


_BLANK: dict[str, Any] = {"birth_date": None, "received_on": None}

_READERS: dict[str, Callable[[str, date], Any]] = {
    **{column: _text(column) for column in LONGEST},
    "birth_date": _birth_date,
    "received_on": _date,
    "phone": _phone,
    "email": _email,
    "sex": _word(Sex.choices, f="female", m="male"),
    "language": _word(Language.choices, español="es", espanol="es", eng="en", spa="es"),
    "payer_type": _word(
        PayerType.choices, workers_comp="workers_compensation", self_pay="self_pay", private="commercial"
    ),
    "blocked_by": _word(Blocker.choices),
}
