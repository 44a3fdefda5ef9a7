"""Lets `python -m allay.cli` do what `allay` does."""

from __future__ import annotations

from allay.cli import main

main()
