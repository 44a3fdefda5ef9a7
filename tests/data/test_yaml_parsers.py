"""Both YAML parsers read every data file that ships alike: the one in Python, and libyaml, which is fast."""

from __future__ import annotations

import importlib.util

import pytest

from allay.base.errors import InvalidInput
from allay.base.sources import PACKAGE, ships
from allay.base.trees import parse_yaml

FILES = sorted([*PACKAGE.rglob("data/**/*.yaml"), *PACKAGE.rglob("*/data/*.yaml")])


@pytest.mark.skipif(importlib.util.find_spec("_ruamel_yaml") is None, reason="libyaml is not installed")
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_both_read_alike(path):
    data = path.read_bytes()
    assert ships(path)
    fast, slow = parse_yaml(data, name="a", ships=True), parse_yaml(data, name="a")
    assert (fast.tree, fast.lines) == (slow.tree, slow.lines)


@pytest.mark.parametrize("text", [b"a: 1\na: 2", b"a: [1", b"a: &b 1"])
def test_what_is_wrong_is_said_alike(text):
    said = []
    for fast in (True, False):
        with pytest.raises(InvalidInput) as refused:
            parse_yaml(text, name="a.yaml", ships=fast)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_what_a_user_brings_is_not_read_by_libyaml():
    """It takes what the other parser refuses, such as a tab after a value."""
    with pytest.raises(InvalidInput, match="expected YAML"):
        parse_yaml(b"a\t", name="a.yaml")
