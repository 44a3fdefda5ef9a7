"""Loaders: other people's tables of claims, brought into the shape of the claims contract."""

from __future__ import annotations

from allay.evaluation.loaders.load import LOADERS, Loaded, load

__all__ = ["LOADERS", "Loaded", "load"]
