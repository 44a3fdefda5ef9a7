"""Duplicates: when two records look like one person.

Each row is compared with Ana Muñoz, born 1970-03-04, phone 304-555-0101, record number A1. An empty last cell
means that nothing is offered. What is sure is taken for the same person unless somebody says otherwise; for
the rest somebody must choose.
"""

from __future__ import annotations

import datetime as dt

import pytest

from allay_web.people.duplicates import Identity, likeness

ANA = Identity.of(
    given_name="Ana",
    family_name="Muñoz",
    birth_date=dt.date(1970, 3, 4),
    phone="304-555-0101",
    record_number="A1",
)

ALIKE = [
    ("Ana", "Muñoz", "1970-03-04", "", "", "sure", "Same name and birth date"),
    ("ANA", "munoz", "1970-03-04", "", "", "sure", "Same name and birth date"),
    ("Rosa", "Haddad", "", "", "A1", "sure", "Same record number"),
    ("Muñoz", "Ana", "1970-03-04", "", "", "choose", "First and last name swapped, same birth date"),
    ("Anna", "Muños", "1970-03-04", "", "", "choose", "Nearly the same name, same birth date"),
    ("Ana Lucia", "Muñoz", "1970-03-04", "", "", "choose", "Nearly the same name, same birth date"),
    ("Ana", "Muñoz", "1970-04-03", "", "", "choose", "Same name, day and month of birth swapped"),
    ("Rosa", "Haddad", "1991-01-01", "+1 (304) 555 0101", "", "choose", "Same phone number"),
    ("Ana", "Muñoz", "", "", "", "choose", "Same name; a birth date is missing"),
    ("Ana", "Muñoz", "1982-03-04", "", "", "", ""),
    ("Anna", "Muños", "1970-03-05", "", "", "", ""),
    ("Eva", "Lund", "1970-03-04", "", "", "", ""),
]


@pytest.mark.parametrize(
    ("given_name", "family_name", "birth_date", "phone", "record_number", "then", "why"), ALIKE
)
def test_likeness(given_name, family_name, birth_date, phone, record_number, then, why):
    """Case, accents and punctuation do not matter; a phone number counts by its last ten digits."""
    other = Identity.of(
        given_name=given_name,
        family_name=family_name,
        birth_date=dt.date.fromisoformat(birth_date) if birth_date else None,
        phone=phone,
        record_number=record_number,
    )
    found = likeness(ANA, other)
    assert (found.value if found else "") == why
    assert ({True: "sure", False: "choose"}[found.sure] if found else "") == then
