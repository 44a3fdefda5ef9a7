"""Finding one person recorded twice: what must hold for every pair of records."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from allay_web.people.duplicates import Identity, Likeness, Register, edits, likeness
from allay_web.people.folding import fold

words = st.text(alphabet="abcdeéñöABCDE'-. ", min_size=1, max_size=12)
dates = st.none() | st.dates(dt.date(1930, 1, 1), dt.date(2005, 12, 31))
phones = st.sampled_from(["", "304-555-0101", "(304) 555-0101", "+1 304 555 0102", "12"])
people = st.builds(
    Identity.of,
    given_name=words,
    family_name=words,
    birth_date=dates,
    phone=phones,
    record_number=st.sampled_from(["", "A1", "A2"]),
)


@given(people, people)
def test_likeness_does_not_depend_on_the_order(one, other):
    assert likeness(one, other) == likeness(other, one)


@given(words)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=40))
def test_folding_forgets_case(text):
    assert fold(text.upper()) == fold(text.upper().lower())


@given(st.text(alphabet="abcdefgh", min_size=2, max_size=10), st.text(alphabet="abcdefgh", min_size=2), dates)
def test_case_accents_and_punctuation_never_hide_a_person(given_name, family_name, born):
    plain = Identity.of(given_name=given_name, family_name=family_name, birth_date=born)
    dressed = Identity.of(
        given_name=f" {given_name.upper()} ",
        family_name=family_name.replace("a", "á").replace("e", "Ë"),
        birth_date=born,
    )
    assert likeness(plain, dressed) == (Likeness.SAME if born else Likeness.NO_DATE)


@given(st.lists(people, max_size=12), people)
def test_the_index_finds_just_what_comparing_with_everybody_finds(known, wanted):
    register = Register(enumerate(known))
    slow = {n: like for n, other in enumerate(known) if (like := likeness(wanted, other))}
    assert {match.id: match.likeness for match in register.matches(wanted)} == slow


@given(st.text("abc", max_size=6), st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_edits_are_symmetric_and_zero_for_equals_only(one, other, third):
    assert edits(one, other, most=6) == edits(other, one, most=6)
    assert (edits(one, other, most=6) == 0) == (one == other)


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 8))
def test_a_bound_on_edits_only_cuts_off(one, other, most):
    assert edits(one, other, most=most) == min(edits(one, other, most=8), most + 1)
