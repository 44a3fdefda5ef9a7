"""Structural scenarios on the command line."""

from __future__ import annotations

from typing import Any

import click


class ScenarioFile(click.ParamType):  # type: ignore[type-arg]  # older versions of click are not generic
    """A name and a model file, as NAME=FILE.

    Examples
    --------
    >>> SCENARIO.convert("ten years=short.yaml", None, None)
    ('ten years', 'short.yaml')
    """

    name = "NAME=FILE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Take name and file apart, or say what was expected."""
        if isinstance(value, tuple):
            return value
        name, _, file = (part.strip() for part in str(value).partition("="))
        if not name or not file:
            self.fail(f"expected a name and a model file as NAME=FILE, found {value!r}", param, ctx)
        return name, file


SCENARIO = ScenarioFile()
