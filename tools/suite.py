"""Runs every test this machine can run: all of them on SQLite, those that use the database on PostgreSQL too.

Run as ``python3 tools/suite.py [PYTEST OPTIONS]`` (or ``make test``). At the end it lists what was skipped
and why; the last line counts passed, failed and skipped tests over both runs.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import environment
import packages
import postgres

RESULTS = environment.ROOT / "test-results"
MOST_WORKERS = 4
NO_TESTS = 5  # pytest's exit code when nothing was selected


@dataclass
class Outcome:
    """What one run of the suite came to."""

    database: str
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    broken: bool = False


def read_results(path: Path, outcome: Outcome) -> None:
    """Count the results pytest wrote."""
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        skipped = case.find("skipped")
        if skipped is not None:
            outcome.skipped[skipped.get("message", "no reason given")] += 1
        elif case.find("failure") is not None or case.find("error") is not None:
            outcome.failed.append(f"{case.get('classname')}::{case.get('name')}")
        else:
            outcome.passed += 1


def run_pytest(database: str, *, options: list[str], address: str | None) -> Outcome:
    """Run pytest once and count; `address` None means the embedded database."""
    outcome = Outcome(database)
    RESULTS.mkdir(exist_ok=True)
    results = RESULTS / f"{database.lower()}.xml"
    results.unlink(missing_ok=True)
    variables = {key: value for key, value in os.environ.items() if key != "ALLAY_DATABASE_URL"}
    if address:
        variables["ALLAY_DATABASE_URL"] = address
    workers = str(min(MOST_WORKERS, os.cpu_count() or 1))
    command = [environment.venv_program("python"), "-m", "pytest", "-q", "-n", workers, "--dist", "worksteal"]
    command += [f"--junitxml={results}", *options]
    print(f"\n--- {database} ---", flush=True)
    code = subprocess.run(command, cwd=environment.ROOT, env=variables).returncode
    if results.exists():
        read_results(results, outcome)
    # A code other than 0 without a failed test is a crash or a collection error; it must not pass for
    # success.
    outcome.broken = code not in (0, NO_TESTS) and not outcome.failed
    return outcome


def run_all(options: list[str]) -> tuple[list[Outcome], list[str]]:
    """Run the suite on each database; return the counts and what could not be run."""
    outcomes = [run_pytest("SQLite", options=options, address=None)]
    try:
        with postgres.temporary_postgres() as address:
            outcomes.append(run_pytest("PostgreSQL", options=["-m", "database", *options], address=address))
    except postgres.NoPostgresError as error:
        return outcomes, [f"the suite on PostgreSQL: {error}"]
    return outcomes, []


def summary(outcomes: list[Outcome], seconds: float) -> str:
    """Return the last line: how many passed, failed and were skipped."""
    counts = []
    failed = sum(len(outcome.failed) for outcome in outcomes)
    broken = [outcome.database for outcome in outcomes if outcome.broken]
    if failed:
        counts.append(f"{failed} failed")
    counts.append(f"{sum(outcome.passed for outcome in outcomes)} passed")
    counts.append(f"{sum(outcome.skipped.total() for outcome in outcomes)} skipped")
    counts += [f"1 error (pytest ended early on {name})" for name in broken]
    each = "; ".join(f"{outcome.database} {outcome.passed} passed" for outcome in outcomes)
    return f"===== {', '.join(counts)} in {seconds:.0f}s ({each}) ====="


def main(options: list[str]) -> int:
    """Install, run, report."""
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        environment.ensure("test")
        absent = packages.ensure()
        outcomes, not_run = run_all(options)
    except environment.UnreadyError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    reasons = Counter(
        {f"{outcome.database}: {why}": n for outcome in outcomes for why, n in outcome.skipped.items()}
    )
    if reasons or not_run or absent:
        print("\nSkipped, and why:")
        for line in [*absent, *not_run]:
            print(f"  {line}")
        for reason, number in sorted(reasons.items()):
            print(f"  {number:4} x {reason}")
    for outcome in outcomes:
        for name in outcome.failed:
            print(f"FAILED on {outcome.database}: {name}")
    print(summary(outcomes, time.monotonic() - began), flush=True)
    return int(any(outcome.failed or outcome.broken for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
