"""Where two trees differ."""

from __future__ import annotations

import pytest

from allay.base.differences import differences


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [("/a/b", "1", "2")]),
        ({"a": 1}, {}, [("/a", "1", "absent")]),
        ({}, {"a": None}, [("/a", "absent", "null")]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [("/a/1", "2", "3")]),
        ({"a": [1, 2]}, {"a": [1]}, [("/a", "[1, 2]", "[1]")]),
        ({"a": {}}, {"a": []}, [("/a", "{}", "[]")]),
        ({"~x": 1, "a/b": 1}, {"~x": 2, "a/b": 2}, [("/a~1b", "1", "2"), ("/~0x", "1", "2")]),
        (1, 2, [("", "1", "2")]),
    ],
)
def test_the_deepest_places_are_named(before, now, found) -> None:
    assert sorted(differences(before, now)) == sorted(found)
