"""Findings: what is odd about an exercise and was kept."""

from __future__ import annotations

from allay.base.documents import Strict


class Finding(Strict):
    """Something odd that was kept, with its place."""

    kind: str
    where: str
    text: str
