"""Who may read, write and import what in the application: ``python tools/check_layers.py``.

Three rules, which import-linter cannot see:

1. A query starts from a manager in `queries.py` only (and in `actions.py`, which must lock what it changes).
2. A row is written in `actions.py` only.
3. Feature apps meet through actions, queries and plain modules, never through models, views or forms of
   another app.

The ground floor (access, accounts, audit, jobs) serves the others and keeps its own storage; migrations,
managers in `models.py` and type annotations are free.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from sources import ROOT, modules, place, verdict

APPLICATION = "src/allay_web"
GROUND = {"access", "accounts", "audit", "jobs", "settings"}
FEATURES = {"people", "enrolment", "worklist", "outcomes", "care", "insight"}
MANAGERS = {"objects", "everything", "_default_manager", "_base_manager"}
WRITES = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "delete",
    "update",
}
READERS = {"queries", "actions", "models"}
WRITERS = {"actions", "models"}
PRIVATE = {"models", "views", "forms", "urls", "admin", "management", "migrations"}
SESSIONS = {"session"}


def rooms(path: Path) -> tuple[str, ...]:
    """Return the app and the modules below it, as names: ``("people", "queries")``."""
    return path.relative_to(ROOT / APPLICATION).with_suffix("").parts


def type_checking_lines(tree: ast.Module) -> set[int]:
    """Return the lines inside `if TYPE_CHECKING:`, where any import is free."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for inner in node.body:
                lines.update(range(inner.lineno, (inner.end_lineno or inner.lineno) + 1))
    return lines


def is_write(node: ast.AST) -> bool:
    """Say whether a call writes rows; `dict.update(mapping)` and a session do not."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
        return False
    owner = node.func.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    if name in SESSIONS:
        return False
    return not (node.func.attr == "update" and (node.args or not node.keywords))


def foreign(node: ast.AST, app: str) -> Iterator[str]:
    """Yield private modules of other feature apps that an import names."""
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module:
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    for name in names:
        parts = name.split(".")
        if (
            len(parts) > 2
            and parts[0] == "allay_web"
            and parts[1] in FEATURES - {app}
            and parts[2] in PRIVATE
        ):
            yield ".".join(parts[:3])


def complaints(path: Path, tree: ast.Module) -> Iterator[str]:
    """Yield what is wrong in one module."""
    inside = rooms(path)
    app, below = inside[0], set(inside[1:])
    typing_only = type_checking_lines(tree)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and not below & READERS:
            yield f"{place(path, line)}: expected a function of queries.py, found {ast.unparse(node)}"
        if is_write(node) and not below & WRITERS:
            yield f"{place(path, line)}: expected an action, found a write: {ast.unparse(node)[:80]}"
        if app in FEATURES and line not in typing_only:
            for name in foreign(node, app):
                yield f"{place(path, line)}: expected the actions or queries of another app, found {name}"


def problems() -> list[str]:
    """Return one line per breach."""
    found: list[str] = []
    for path, tree in modules(APPLICATION):
        if rooms(path)[0] not in GROUND:
            found += complaints(path, tree)
    return found


if __name__ == "__main__":
    sys.exit(
        verdict(problems(), "only actions write, only queries start from a manager, apps meet at their doors")
    )
