"""The library takes no clock, chance, environment or network from the air: ``python tools/check_purity.py``.

`as_of`, `seed` and `by` are arguments. Import directions are import-linter's; this reads the calls.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from sources import modules, place, verdict

CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"}
CLOCK_OWNERS = {"datetime", "date", "time", "dt"}
TIMES_OF_DAY = {"dt.time", "datetime.time"}
"""No clocks: a time of day is made of what is given."""
FORBIDDEN_IMPORTS = {"socket", "http", "urllib.request", "requests", "httpx", "secrets", "uuid", "random"}


def dotted(node: ast.expr) -> str:
    """Write a name such as `os.environ.get` as text; nothing for other expressions."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def imported(node: ast.AST) -> Iterator[str]:
    """Yield the modules an import statement names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module


def complaint(node: ast.AST) -> str:
    """Say what is wrong with one node; nothing when it is fine."""
    for name in imported(node):
        if name in FORBIDDEN_IMPORTS or name.split(".")[0] in FORBIDDEN_IMPORTS:
            return f"expected no import of {name} in the library; pass what it gives as an argument"
    if isinstance(node, ast.Attribute) and dotted(node) in {"os.environ", "os.getenv"}:
        return "expected no reading of the environment in the library; pass the value as an argument"
    if isinstance(node, ast.Call):
        name = dotted(node.func)
        owner, _, method = name.rpartition(".")
        if method in CLOCKS and owner.split(".")[-1] in CLOCK_OWNERS and name not in TIMES_OF_DAY:
            return f"expected `as_of` as an argument, found a clock: {name}()"
        if method == "default_rng" and not node.args and not node.keywords:
            return "expected default_rng(seed), found no seed"
        if (
            ".random." in f".{name}."
            and method not in {"default_rng", "Generator", "PCG64", "SeedSequence"}
            and (owner in {"np.random", "numpy.random"})
        ):
            return f"expected a generator made from a seed, found {name}()"
    return ""


def problems() -> list[str]:
    """Return one line per breach."""
    return [
        f"{place(path, getattr(node, 'lineno', 1))}: {said}"
        for path, tree in modules("src/allay")
        for node in ast.walk(tree)
        if (said := complaint(node))
    ]


if __name__ == "__main__":
    sys.exit(verdict(problems(), "the library takes nothing from the air"))
