"""The weakest status is the confidence of what rests on several."""

from __future__ import annotations

import pytest

from allay.base.errors import InvalidValue
from allay.base.status import MARKS, Status


@pytest.mark.parametrize(
    ("given", "weakest"),
    [
        (["verified"], "verified"),
        (["verified", "contract"], "contract"),
        (["secondary", "contract"], "secondary"),
        (["derived", "secondary"], "derived"),
        (["memory", "derived"], "memory"),
        (["memory", "synthetic"], "synthetic"),
        (["synthetic", "unknown", "verified"], "unknown"),
    ],
)
def test_weakest(given, weakest):
    assert Status.weakest(map(Status, given)) is Status(weakest)
    assert Status.weakest(map(Status, reversed(given))) is Status(weakest)


def test_nothing_has_no_weakest():
    with pytest.raises(InvalidValue, match="at least one"):
        Status.weakest([])


def test_only_verified_is_printed_without_its_status():
    assert [status for status in Status if status.certain] == [Status.VERIFIED]


def test_marks_map_as_the_contract_says():
    assert {mark for mark, s in MARKS.items() if s is Status.VERIFIED} == {
        "C",
        "SEEN",
        "S",
        "S1",
        "V",
        "R",
        "D",
    }
    assert {mark for mark, s in MARKS.items() if s is Status.SECONDARY} == {"S2", "U"}
    assert {mark for mark, s in MARKS.items() if s is Status.MEMORY} == {"M", "MEM", "b"}
    assert {mark for mark, s in MARKS.items() if s is Status.DERIVED} == {"J", "I", "RUN", "self-computed"}
