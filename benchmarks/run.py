"""Runs the benchmarks, each in a process of its own: ``python benchmarks/run.py [NAME...]``.

Exit status 1 when one of them misses a stated limit or fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
NOT_BENCHMARKS = {"run", "figures"}


def benchmarks() -> dict[str, Path]:
    """Return the benchmark scripts by name."""
    scripts = {path.stem: path for path in sorted(FOLDER.glob("*.py"))}
    return {name: path for name, path in scripts.items() if name not in NOT_BENCHMARKS and name[0] != "_"}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all of them."""
    known = benchmarks()
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there is {', '.join(known)}", file=sys.stderr)
        return 2
    missed = []
    # One thread, so that a figure per core is one; a user's own setting wins.
    variables = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "2", **os.environ}
    for name in names or known:
        print(f"\n{name}", flush=True)
        began = time.monotonic()
        if subprocess.run([sys.executable, str(known[name])], cwd=FOLDER.parent, env=variables).returncode:
            missed.append(name)
        print(f"({time.monotonic() - began:.1f} s in all)", flush=True)
    if missed:
        print(f"\nlimit missed or failed: {', '.join(missed)}")
        return 1
    print("\nevery limit is kept")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
