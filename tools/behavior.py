"""Behavior tables: reads `tests/spec` and writes each table as a page of the reference would show it.

A module of `tests/spec` has a docstring: its first line is the title, the rest says what the tables mean. A
table is what a test runs over: the names and rows of ``pytest.mark.parametrize``, with the docstring of the
test above it. A module-level string that holds a table of ``|`` columns is shown as it stands.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

LONGEST_CELL = 160
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Table:
    """One behavior table: a sentence, column names, and cells as text."""

    says: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Page:
    """The tables of one module."""

    title: str
    text: str
    tables: tuple[Table, ...]


def read_page(path: Path) -> Page:
    """Return what a module of `tests/spec` says, in its order."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    words = (ast.get_docstring(tree) or path.stem).strip()
    title, _, text = words.partition("\n")
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    constants |= {
        node.target.id: node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None
    }
    tables = [table for node in tree.body for table in tables_of(node, constants)]
    return Page(title.rstrip("."), text.strip(), tuple(tables))


def tables_of(node: ast.stmt, constants: dict[str, ast.expr]) -> Iterator[Table]:
    """Yield the tables a statement of a module holds."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        drawn = drawn_table(node.value)
        if drawn:
            yield drawn
    elif isinstance(node, ast.ClassDef):
        for inner in node.body:
            yield from tables_of(inner, constants)
    elif isinstance(node, Function) and node.name.startswith("test"):
        for decorator in node.decorator_list:
            if is_parametrize(decorator):
                tested = parametrized(node, decorator, constants)
                # Rows worked out while the tests are collected are those of a drawn table, shown already.
                if tested.rows:
                    yield tested


def drawn_table(value: ast.expr | None) -> Table | None:
    """Return the table a string constant draws with `|`, if it draws one."""
    if not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
        return None
    lines = [line.strip() for line in value.value.splitlines() if line.strip()]
    if len(lines) < 2 or not all(line.startswith("|") and line.endswith("|") for line in lines):
        return None
    cells = [tuple(cell.strip() for cell in line[1:-1].split("|")) for line in lines]
    body = [row for row in cells[1:] if set("".join(row)) - set("-: ")]
    return Table("", cells[0], tuple(body))


def is_parametrize(node: ast.expr) -> TypeGuard[ast.Call]:
    """Say whether a decorator is ``pytest.mark.parametrize(...)``."""
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.parametrize")


def parametrized(test: Function, call: ast.Call, constants: dict[str, ast.expr]) -> Table:
    """Return the table a parametrized test runs over."""
    names = ast.literal_eval(call.args[0])
    columns = tuple(name.strip() for name in names.split(",")) if isinstance(names, str) else tuple(names)
    values = call.args[1]
    if isinstance(values, ast.Name):
        values = constants.get(values.id, values)
    elements = values.elts if isinstance(values, ast.List | ast.Tuple | ast.Set) else []
    rows = [row_of(element, len(columns)) for element in elements]
    return Table(inspect.cleandoc(ast.get_docstring(test) or ""), columns, tuple(rows))


def row_of(element: ast.expr, width: int) -> tuple[str, ...]:
    """Return the cells of one row; `pytest.param` is looked through."""
    if isinstance(element, ast.Call) and ast.unparse(element.func).endswith("param"):
        return tuple(cell(argument) for argument in element.args)
    if width > 1 and isinstance(element, ast.Tuple | ast.List):
        return tuple(cell(part) for part in element.elts)
    return (cell(element),)


def cell(node: ast.expr) -> str:
    """Write a value the way a reader wants it: text bare, nothing for None, the rest as it is written."""
    if isinstance(node, ast.Constant):
        return "" if node.value is None else str(node.value)
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 3]}..."


def pages(folder: Path) -> list[Page]:
    """Return the pages of a folder that hold a table, by file name."""
    found = [read_page(path) for path in sorted(folder.rglob("test_*.py"))]
    return [page for page in found if page.tables]
