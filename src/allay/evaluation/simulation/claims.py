"""Simulated claims as a folder: the tables of the contract, who started the program, and the truth."""

from __future__ import annotations

import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from allay.base.errors import InvalidInput, Problem
from allay.base.outputs import check_folder
from allay.evaluation.simulation.bucket import draw_bucket
from allay.evaluation.simulation.design import SimulationDesign, default_design
from allay.evaluation.simulation.effects import EffectSums, effect_sums, no_effects
from allay.evaluation.simulation.lines import medical_rows, pharmacy_rows
from allay.evaluation.simulation.people import buckets
from allay.evaluation.simulation.tables import (
    enrollment_table,
    medical_table,
    member_table,
    person_ids,
    pharmacy_table,
)
from allay.evaluation.simulation.truth import SimulationTruth, truth_of
from allay.evaluation.simulation.wrongs import go_wrong

WRITTEN = (
    "member.parquet",
    "enrollment.parquet",
    "medical_claim",
    "pharmacy_claim",
    "roster.csv",
    "truth.json",
)
"""What a simulation writes into its folder."""


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    member: Any
    enrollment: Any
    roster: list[str]
    effects: EffectSums
    counts: dict[str, int]


def simulate(
    folder: str | Path,
    *,
    members: int,
    months: int,
    seed: int,
    design: SimulationDesign | None = None,
    force: bool = False,
    threads: int = 2,
    progress: Callable[[int, int], object] | None = None,
) -> SimulationTruth:
    """Simulate claims into a folder, which appears whole or not at all.

    Members are dealt to buckets, which are drawn and written one after the other: memory does not grow with
    their number. The same arguments and versions give the same bytes, whatever `threads`.

    Parameters
    ----------
    folder : path
        New or empty.
    members, months, seed : int
        In place of those of the design.
    design : SimulationDesign, optional
        By default `default_design`, with every feature on. One that is given must fit `months`.
    force : bool
        Whether to write into a folder with files: an older simulation is replaced, other files stay.
    threads : int
        How many buckets are drawn at a time.
    progress : callable, optional
        Called with how many buckets are done, of how many.

    Returns
    -------
    SimulationTruth
        Also written, as ``truth.json``.

    Raises
    ------
    InvalidInput
        When the folder cannot be written to.
    InvalidValue
        When the design does not fit the months.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as place:
    ...     truth = simulate(Path(place) / "claims", members=200, months=12, seed=1)
    ...     sorted(entry.name for entry in (Path(place) / "claims").iterdir())
    ['enrollment.parquet', 'medical_claim', 'member.parquet', 'pharmacy_claim', 'roster.csv', 'truth.json']
    """
    if design is None:
        design = default_design(members=members, months=months, seed=seed)
    design = design.changed(members=members, months=months, seed=seed)
    check_folder(folder, force=force)
    target = Path(folder)
    beside = target if target.is_dir() else target.resolve().parent
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=beside) as part:
            made = Path(part) / "claims"
            made.mkdir()
            truth = _write(made, design, threads=threads, progress=progress)
            if target.is_dir():
                _move(made, target)
            else:
                made.rename(target)
    except OSError as error:
        found = (error.strerror or str(error)).lower()
        raise InvalidInput(
            Problem(str(folder), "-", "output", "a place that can be written to", found)
        ) from None
    return truth


def _move(part: Path, target: Path) -> None:
    for name in WRITTEN:
        old = target / name
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink(missing_ok=True)
    for name in WRITTEN:
        (part / name).replace(target / name)


def _write(
    folder: Path, design: SimulationDesign, *, threads: int, progress: Callable[[int, int], object] | None
) -> SimulationTruth:
    parts, sums = buckets(design), no_effects(design)
    people, spans, roster = [], [], ["person_id,index_date\n"]
    counts: dict[str, int] = {}
    for number, part in enumerate(_parts(folder, design, threads=threads)):
        people.append(part.member)
        spans.append(part.enrollment)
        roster += part.roster
        sums = sums + part.effects
        for key, many in part.counts.items():
            counts[key] = counts.get(key, 0) + many
        if progress is not None:
            progress(number + 1, parts)
    for name, tables in (("member", people), ("enrollment", spans)):
        whole = pa.concat_tables(tables).unify_dictionaries()
        counts[f"{name}.rows"] = whole.num_rows
        _parquet(whole, folder / f"{name}.parquet")
    (folder / "roster.csv").write_text("".join([roster[0], *sorted(roster[1:])]), encoding="utf-8")
    truth = truth_of(design, sums, counts=counts)
    (folder / "truth.json").write_text(truth.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return truth


def _parts(folder: Path, design: SimulationDesign, *, threads: int) -> Iterator[_Part]:
    """Write buckets in threads, a few ahead of what has been taken, and yield what is left in their order."""
    with ThreadPoolExecutor(max_workers=max(threads, 1)) as pool:
        running: deque[Future[_Part]] = deque()
        try:
            for number in range(buckets(design)):
                running.append(pool.submit(_bucket, folder, design, number))
                if len(running) > threads:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()


def _bucket(folder: Path, design: SimulationDesign, number: int) -> _Part:
    bucket = draw_bucket(design, number)
    counts: dict[str, int] = {}
    for table, lines, arrow in (
        ("medical_claim", medical_rows, medical_table),
        ("pharmacy_claim", pharmacy_rows, pharmacy_table),
    ):
        found = go_wrong(bucket, lines(bucket), table=table)
        place = folder / table / f"bucket={number:0{max(2, len(str(buckets(design) - 1)))}d}"
        place.mkdir(parents=True)
        _parquet(arrow(bucket, found.rows), place / "part-0.parquet")
        counts.update({f"{table}.{key}": many for key, many in found.counts.items()})
    counts["uses_without_a_day"] = sum(uses.crowded for uses in bucket.uses.values())
    cohort = bucket.members.cohort
    starts = (cohort >= 0).nonzero()[0]
    ids, names = person_ids(bucket.members.number[starts]), bucket.months.names()
    roster = [f"{one},{names[month]}\n" for one, month in zip(ids, cohort[starts], strict=True)]
    return _Part(member_table(bucket), enrollment_table(bucket), roster, effect_sums(bucket), counts)


def _parquet(table: Any, path: Path) -> None:
    repeated = [
        field.name
        for field in table.schema
        if pa.types.is_dictionary(field.type) or pa.types.is_date(field.type)
    ]
    pq.write_table(
        table,
        path,
        compression="snappy",
        use_dictionary=repeated,
        write_statistics=[name for name in repeated if name == "person_id" or name.endswith("_date")],
        store_schema=False,  # readers then see texts, not Arrow's dictionaries
        store_decimal_as_integer=True,
    )
