"""The checklist as data: counts as the source prints them, our own words, and how sure those are."""

from __future__ import annotations

import io
from collections import Counter

import pytest

from allay.base.documents import read_yaml_document
from allay.base.errors import NotFound
from allay.base.status import Status
from allay.consensus.checklists.items import accord, checklist_item, known_items, secondary_checklists
from allay.consensus.checklists.narrative import narrative_problems
from allay.consensus.protocol.record import ExerciseRecord

PRINTED = {"title": 1, "introduction": 3, "methods": 21, "results": 5, "discussion": 2, "other": 3}


def test_its_sections_have_the_items_that_the_source_counts():
    found = Counter(one.section for one in accord().items)
    assert dict(found) == PRINTED == accord().counts
    assert sum(found.values()) == len(set(known_items())) == 35


def test_counts_are_verified_and_words_are_from_memory():
    assert accord().sources["counts"].status is Status.VERIFIED
    assert accord().status is Status.MEMORY


def test_an_item_that_does_not_exist_is_not_found():
    with pytest.raises(NotFound, match="M21"):
        checklist_item("M22")


def test_secondary_checklists_are_covered_by_items_that_exist():
    shipped = secondary_checklists()
    for one in shipped.checklists:
        assert one.status is Status.MEMORY
        assert {item for area in one.areas for item in area.items} <= set(known_items())
    assert [one.id for one in shipped.not_shipped] == ["DELPHISTAR"]


def test_a_text_under_no_item_is_found_with_its_line():
    text = b"narrative:\n  M6: Gathered\n  X1: Lost\n  m7: Searched\n"
    found = narrative_problems(read_yaml_document(io.BytesIO(text), ExerciseRecord, name="record.yaml"))
    assert [(one.at, one.field) for one in found] == [("3", "/narrative/X1"), ("4", "/narrative/m7")]
    assert found[1].expected.endswith("such as M7")
