"""The shape of what a check of a registry finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from allay.base.documents import Keys, Strict

Entries = Mapping[str, tuple[Strict, ...]]
"""Entries by kind, of the files that could be read."""


class RegistryFinding(NamedTuple):
    """Something wrong in an entry: its kind, the keys down to the value, and what was expected."""

    kind: str
    keys: Keys
    expected: str
    found: str
