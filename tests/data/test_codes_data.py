"""The data of the code book: labels of our own, bases that exist, ways that lead to known codes."""

from __future__ import annotations

import re

import pytest

from allay.base.codes import Cpt, Hcpcs
from allay.base.status import MARKS, Status
from allay.coverage.codes.add_ons import code_sheet, shipped_add_ons
from allay.coverage.codes.billingcode import CodeUnit
from allay.coverage.codes.book import code_book
from allay.coverage.codes.procedure import is_procedure
from allay.coverage.codes.units import unit_facts
from allay.coverage.codes.ways import coding_file, coding_sources
from allay.programs.services.catalog import all_services

# Longer than any label of ours: the wording of CPT runs to whole sentences.
LONGEST_LABEL = 60
# Turns of phrase of CPT's wording, which belongs to the American Medical Association.
CPT_PHRASES = re.compile(
    r";|\beach additional|\bone or more areas|\bface-to-face|\bone-on-one|\blist separately|\bqualified"
)
# The codes of the table of codes and of its list of same-day pairs in our notes.
NAMED = """
G3002 G3003 99203 99204 99213 99214 97110 97112 97140 97530 97124 97150 97161 97162 97163 97165 97166 97167
97535 97750 97014 97010 G0283 98940 98941 98942 98943 97810 97811 97813 97814 20560 20561 90832 90834 90837
90853 96156 96158 96159 96164 96165 96167 96168 96170 96171 97802 97803 97804 98960 98961 98962 99078 98975
98977 98980 98981 90901 90875 90876 64483 20552 20553 G0463 90785 90791 90792 90833 90836 90838 99490 97116
"""


def test_every_code_of_the_notes_is_there():
    assert {each.code for each in code_book()} == set(NAMED.split()) | {"99202", "99205", "99212", "99215"}


@pytest.mark.parametrize("entry", code_book(), ids=lambda each: each.code)
def test_codes(entry):
    assert is_procedure(entry.code)
    assert (Hcpcs if entry.code[0].isalpha() else Cpt)(entry.code).value == entry.code
    assert len(entry.label) <= LONGEST_LABEL
    assert not CPT_PHRASES.search(entry.label.lower())
    assert entry.services
    assert entry.timed is (entry.unit is CodeUnit.TIMED)
    assert entry.status is not Status.VERIFIED or entry.reference.href
    assert bool(entry.plan_modifiers) is entry.always_therapy
    assert entry.code not in entry.add_on_to


def test_labels_are_those_of_the_services():
    """The same code has the same label wherever it is shown."""
    ours = {each.code: each.label for each in code_book()}
    theirs = {code.code: code.label for service in all_services() for code in service.codes}
    shared = ours.keys() & theirs.keys()
    assert len(shared) > 35
    assert {code: (ours[code], theirs[code]) for code in shared if ours[code] != theirs[code]} == {}


def test_no_two_codes_have_one_label():
    labels = [each.label for each in code_book()]
    assert sorted({label for label in labels if labels.count(label) > 1}) == []


def test_add_on_codes_and_their_bases_are_in_the_book():
    rows = shipped_add_ons()
    assert len({(row.code, row.base) for row in rows}) == len(rows)
    for row in rows:
        assert row.code in code_book()
        assert row.base in code_book()
        assert row.status.rank >= MARKS[row.reference.seen_as].rank


@pytest.mark.parametrize(
    ("code", "bases"),
    [
        ("G3003", "G3002"),
        ("97811", "97810 97813"),
        ("97814", "97810 97813"),
        ("96159", "96158"),
        ("96165", "96164"),
        ("96168", "96167"),
        ("96171", "96170"),
        ("90785", "90791 90792 90832 90833 90834 90836 90837 90838 90853"),
        ("90833", "99203 99204 99213 99214 99202 99205 99212 99215"),
    ],
)
def test_bases(code, bases):
    assert code_book().get(code).add_on_to == tuple(bases.split())


def test_visits_of_which_we_are_not_sure_are_marked():
    unsure = {row.base for row in shipped_add_ons() if row.code == "90833" and row.status is Status.MEMORY}
    assert unsure == {"99202", "99205", "99212", "99215"}


def test_ways_lead_to_known_codes_of_their_services():
    for way in coding_file().ways:
        for code in way.codes():
            entry = code_book().get(code)
            assert set(way.services) & set(entry.services), (way.id, code)
        for choice in way.choices:
            for part in (choice.first, choice.further):
                assert part is None or code_book().get(part.code).minutes == part.minutes, (way.id, part)
            if choice.first and choice.further and choice.first.code != choice.further.code:
                assert choice.first.code in code_book().get(choice.further.code).add_on_to


def test_timed_activities_are_all_timed_therapy():
    (way,) = [each for each in coding_file().ways if each.id == "timed_therapy"]
    assert sorted(way.timed) == sorted(
        each.code for each in code_book() if each.always_therapy and each.timed
    )


def test_what_is_verified_can_be_looked_up():
    for way in coding_file().ways:
        for row in (way, way.time):
            if row is not None and row.status in (Status.VERIFIED, Status.SECONDARY):
                assert coding_sources()[row.source].href


def test_facts_of_units():
    assert {fact.id: (fact.latest.number, fact.latest.status.value) for fact in unit_facts()} == {
        "us.ama.timed_units.more_than_share": (0.5, "memory"),
        "us.medicare.timed_units.least_minutes": (8, "secondary"),
        "us.medicare.timed_units.unit_minutes": (15, "secondary"),
    }


def test_the_sheet_gives_its_release():
    assert code_sheet().release.isoformat() == "2024-07-01"
    assert [row.modifier for row in code_sheet().plan_modifiers] == ["GP", "GO"]
