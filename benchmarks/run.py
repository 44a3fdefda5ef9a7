"""Runs the benchmarks, each in a process of its own: ``python benchmarks/run.py [NAME...]``.

A name is that of a benchmark, or a noun such as ``evaluation``: then all that begin with it run, and those
that have a larger size run in that. Exit status 1 when one of them misses a stated limit or fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
NOT_BENCHMARKS = {"run", "figures"}
# What is asked of a benchmark when its noun is named: sizes that take minutes and gigabytes.
LARGE = {"evaluation_panel": ["--large"], "scheduling_plans": ["--large"]}


def benchmarks() -> dict[str, Path]:
    """Return the benchmark scripts by name."""
    scripts = {path.stem: path for path in sorted(FOLDER.glob("*.py"))}
    return {name: path for name, path in scripts.items() if name not in NOT_BENCHMARKS and name[0] != "_"}


def chosen(names: list[str], known: dict[str, Path]) -> tuple[dict[str, list[str]], list[str]]:
    """Return the options of each benchmark that is wanted, and the names that are of none."""
    wanted: dict[str, list[str]] = {} if names else {name: [] for name in known}
    unknown = []
    for name in names:
        group = [one for one in known if one.startswith(f"{name}_")]
        if name not in known and not group:
            unknown.append(name)
        wanted |= {one: LARGE.get(one, []) for one in group}
        wanted |= {name: []} if name in known else {}
    return wanted, unknown


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all of them."""
    known = benchmarks()
    wanted, unknown = chosen(names, known)
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there is {', '.join(known)}", file=sys.stderr)
        return 2
    missed = []
    # One thread, so that a figure per core is one; a user's own setting wins.
    variables = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "2", **os.environ}
    for name, options in wanted.items():
        print(f"\n{name}", flush=True)
        began = time.monotonic()
        if subprocess.run(
            [sys.executable, str(known[name]), *options], cwd=FOLDER.parent, env=variables
        ).returncode:
            missed.append(name)
        print(f"({time.monotonic() - began:.1f} s in all)", flush=True)
    if missed:
        print(f"\nlimit missed or failed: {', '.join(missed)}")
        return 1
    print("\nevery limit is kept")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
