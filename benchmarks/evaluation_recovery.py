"""Known effects recovered: bias, coverage, false alarms and power over replications of simulated people.

``python benchmarks/evaluation_recovery.py`` runs a few replications of each scenario and holds them to the
limits, as wide as so few allow. ``--replications 2000 --write`` makes the committed numbers
(`benchmarks/evaluation_recovery.json`) and their page (`docs/explanation/evaluation-recovery.md`). With
``--work FOLDER`` every replication is kept there, and a run that was stopped goes on where it stopped.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two processes, one thread each
sys.path.insert(0, str(Path(__file__).resolve().parent))

from _recovery import Row, replicate, scenarios
from _recovery_claims import replicate_claims

SEED, FEW, FEW_CLAIMS, CHUNK = 20_261_127, 200, 4, 20
CLAIMS = "through claims"
Job = tuple[str, int, int]


def seed_of(name: str, replication: int) -> int:
    """Return the random seed of a replication."""
    place = [*scenarios(), CLAIMS].index(name)
    return SEED + 100_000 * place + replication


def run(job: Job) -> tuple[str, list[tuple[int, Row]]]:
    """Run some replications of a scenario."""
    name, first, end = job
    found = []
    for replication in range(first, end):
        seed = seed_of(name, replication)
        rows = replicate_claims(seed) if name == CLAIMS else replicate(scenarios()[name], seed)
        found += [(replication, row) for row in rows]
    return name, found


def read_rows(folder: Path, name: str, *, below: int) -> dict[int, list[Row]]:
    """Read the replications that are kept."""
    path = folder / f"{name}.csv"
    found: dict[int, list[Row]] = {}
    if path.is_file():
        with path.open(newline="") as file:
            for line in csv.reader(file):
                if int(line[0]) < below:
                    row = Row(line[1], line[2], *map(float, line[3:]))  # type: ignore[arg-type]
                    found.setdefault(int(line[0]), []).append(row)
    return found


def jobs(folder: Path, wanted: dict[str, int]) -> Iterator[Job]:
    """Yield what is still to do, all scenarios in turn."""
    done = {name: set(read_rows(folder, name, below=many)) for name, many in wanted.items()}
    for first in range(0, max(wanted.values()), CHUNK):
        for name, many in wanted.items():
            step = 1 if name == CLAIMS else CHUNK
            for start in range(first, min(first + CHUNK, many), step):
                if start not in done[name]:
                    yield name, start, min(start + step, many)


def replications(folder: Path, wanted: dict[str, int], *, processes: int) -> dict[str, dict[int, list[Row]]]:
    """Run what is missing, keep it, and return all."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(processes) as pool:
        for future in as_completed([pool.submit(run, job) for job in jobs(folder, wanted)]):
            if future.exception():
                pool.shutdown(cancel_futures=True)
            name, rows = future.result()
            text = io.StringIO()
            csv.writer(text).writerows([number, *row] for number, row in rows)
            with (folder / f"{name}.csv").open("a", newline="") as file:  # whole chunks only
                file.write(text.getvalue())
    return {name: read_rows(folder, name, below=many) for name, many in wanted.items()}


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=FEW)
    parser.add_argument("--claims", type=int, default=FEW_CLAIMS, help="replications through claims")
    parser.add_argument("--scenario", action="append", choices=[*scenarios(), CLAIMS])
    parser.add_argument("--work", type=Path, help="folder in which replications are kept")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write the committed numbers and their page")
    asked = parser.parse_args()
    wanted = dict.fromkeys(scenarios(), asked.replications) | {CLAIMS: asked.claims}
    if asked.scenario:
        wanted = {name: many for name, many in wanted.items() if name in asked.scenario}
    with tempfile.TemporaryDirectory() as place:
        found = replications(asked.work or Path(place), wanted, processes=asked.processes)
    from _recovery_page import conclude

    return conclude(found, seed=SEED, write=asked.write)


if __name__ == "__main__":
    sys.exit(main())
