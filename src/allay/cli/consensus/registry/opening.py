"""What the verbs of the registry share: reading it, its rules, and rows as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click
import polars as pl
from pydantic import BaseModel

from allay.base.errors import InvalidInput, Problem
from allay.cli.results import STANDARD, aligned, deliver_frame, deliver_text, json_text
from allay.consensus.registry.reading import read_registry
from allay.consensus.registry.registry import Registry
from allay.coverage.rules.rulebook import Rulebook

_KINDS: dict[object, Any] = {int: pl.Int64, int | None: pl.Int64, bool: pl.Boolean}


def folder_argument(function: Callable[..., Any]) -> Callable[..., Any]:
    """Declare the folder of a registry."""
    return click.argument("folder", metavar="DIR")(function)


def rules_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Declare `--rules DIR`."""
    said = "Coverage rules of your own beside those that ship. Repeatable."
    return click.option("--rules", metavar="DIR", multiple=True, help=said)(function)


def opened_registry(folder: str, book: Rulebook | None = None) -> Registry:
    """Read a registry; policies may name the rules of `book`, by default those that ship."""
    if folder == STANDARD:
        raise InvalidInput(Problem("-", "-", "(folder)", "the folder of a registry", "standard input"))
    return read_registry(folder, rule_ids=None if book is None else {rule.id for rule in book.rules})


def rulebook(folders: Sequence[str]) -> Rulebook:
    """Load the rules that ship and those of more folders."""
    return Rulebook.load(*folders) if folders else Rulebook.shipped()


def frame(model: type[BaseModel], rows: Sequence[BaseModel], *, but: Sequence[str] = ()) -> pl.DataFrame:
    """Lay rows out as a table with a column for each field, also where there are no rows."""
    fields = {name: info.annotation for name, info in model.model_fields.items() if name not in but}
    schema = {name: _KINDS.get(kind, pl.String) for name, kind in fields.items()}
    return pl.DataFrame([row.model_dump(mode="json", include=set(fields)) for row in rows], schema=schema)


def deliver_rows(
    output: str | None, result: BaseModel, table: pl.DataFrame, *, form: str, head: str = "", tail: str = ""
) -> None:
    """Write a result as JSON, its rows as CSV, or as a table for reading with words before and after."""
    made_up = bool(getattr(result, "synthetic", False))
    if form == "json":
        deliver_text(output, json_text(result.model_dump(mode="json")))
    elif form == "csv":
        if made_up:
            click.echo("allay: synthetic: this registry is made up", err=True)
        deliver_frame(output, table)
    else:
        head = f"synthetic: this registry is made up\n{head}" if made_up else head
        parts = [head, aligned(table) if table.height else "", tail]
        deliver_text(output, "\n\n".join(part for part in parts if part))
