"""Codes under a system that is not theirs are found."""

from __future__ import annotations

import pytest

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.programs.services.codelists import CodeList, misfits

COLORS = CodeList("colors", "Colors", "urn:colors", ("red", "green"), (), "made up", Status.SYNTHETIC)
FRUIT = CodeList("fruit", "Fruit", "urn:fruit", ("apple", "green"), (), "made up", Status.SYNTHETIC)
BOTH = [COLORS, FRUIT]


def test_codes_in_their_place_are_no_misfits():
    codings = [("urn:colors", "red"), ("urn:fruit", "green"), ("urn:elsewhere", "plum")]
    assert misfits(codings, lists=BOTH) == ()


@pytest.mark.parametrize(
    ("coding", "included", "reason"),
    [
        (("urn:colors", "apple"), None, "not one of the 2 codes of this system; a code of urn:fruit"),
        (("urn:colors", "plum"), None, "not one of the 2 codes of this system"),
        (("urn:elsewhere", "red"), None, "a code of urn:colors"),
        (("urn:elsewhere", "green"), None, "a code of urn:colors or urn:fruit"),
        (("urn:elsewhere", "plum"), ["urn:colors"], "the value set does not include this system"),
        (("urn:elsewhere", "red"), ["urn:colors"],
         "the value set does not include this system; a code of urn:colors"),
        (("urn:fruit", "apple"), ["urn:colors"], "the value set does not include this system"),
    ],
)  # fmt: skip
def test_misfits(coding, included, reason):
    [found] = misfits([coding], lists=BOTH, included=included)
    assert (found.system, found.code) == coding
    assert found.reason == reason


def test_require():
    assert COLORS.require("red") == "red"
    with pytest.raises(InvalidValue, match="one of the 2 codes of colors"):
        COLORS.require("blue")
