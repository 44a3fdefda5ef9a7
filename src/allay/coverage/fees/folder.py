"""A folder of the user's own files of CMS as a fee schedule; what it does not cover comes from what ships.

Files are known by their names: ``pfs_rvu_*.csv``, ``pfs_gpci_YEAR*.csv``, ``pfs_localities_YEAR*.csv``,
``pfs_conversion_factors*.csv`` (``pfs_conversion_factors_apm*.csv`` for qualifying participants) and
``place_of_service*.csv``, each also packed as ``.csv.gz``. Others are left aside and named.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.fact import Fact
from allay.base.sources import WHOLE_FILE
from allay.base.status import Status
from allay.coverage.fees.factors import read_conversion_factors
from allay.coverage.fees.indices import Locality, read_cost_indices, read_localities, read_places
from allay.coverage.fees.localities import CostIndexTable, CostIndices
from allay.coverage.fees.parameters import CONVERSION_FACTOR, CONVERSION_FACTOR_APM, THERAPY_REDUCTION, facts
from allay.coverage.fees.releases import read_releases, table_of
from allay.coverage.fees.schedule import FeeSchedule
from allay.coverage.fees.shipped import shipped_indices, shipped_places, shipped_values

_END = r"\.csv(?:\.gz)?"
KINDS = {
    "values": re.compile(rf"pfs_rvu_\w+{_END}"),
    "indices": re.compile(rf"pfs_gpci_([0-9]{{4}})\w*{_END}"),
    "localities": re.compile(rf"pfs_localities_([0-9]{{4}})\w*{_END}"),
    "factors_apm": re.compile(rf"pfs_conversion_factors_apm\w*{_END}"),
    "factors": re.compile(rf"pfs_conversion_factors\w*{_END}"),
    "places": re.compile(rf"place_of_service\w*{_END}"),
}
_STATEWIDE = "STATEWIDE"

T = TypeVar("T")


def load_folder(folder: Path, *, status: Status = Status.VERIFIED) -> FeeSchedule:
    """Read every known file of a folder. Costs one pass over them.

    Raises
    ------
    InvalidInput
        With the problems of all files; for a folder that holds none, or two that contradict each other.
    """
    found, left = _sorted_out(folder)
    problems: list[Problem] = []
    releases = _read(found["values"], partial(read_releases, status=status), problems)
    indices = _read(found["indices"], partial(_indices, status=status), problems)
    areas = _read(found["localities"], read_localities, problems)
    places = _read(found["places"], partial(read_places, status=status), problems)
    factors = _read(found["factors"], partial(read_conversion_factors, status=status), problems)
    reading = partial(read_conversion_factors, fact_id=CONVERSION_FACTOR_APM, status=status)
    apm = _read(found["factors_apm"], reading, problems)
    problems += [*_overlaps(factors, found["factors"]), *_overlaps(apm, found["factors_apm"])]
    if problems:
        raise InvalidInput(problems)
    own_indices = _table([row for rows in indices for row in rows], areas, found["indices"])
    return FeeSchedule(
        values=[*([table_of(releases)] if releases else []), shipped_values()],
        indices=[*own_indices, shipped_indices()],
        factors=[*factors, facts().get(CONVERSION_FACTOR)],
        factors_apm=[*apm, facts().get(CONVERSION_FACTOR_APM)],
        reduction=facts().get(THERAPY_REDUCTION),
        places=places[0] if places else shipped_places(),
        read=tuple(sorted(path.name for paths in found.values() for path in paths)),
        left=left,
    )


def _sorted_out(folder: Path) -> tuple[dict[str, list[Path]], tuple[str, ...]]:
    """The files of each kind, and the names of those that are of none."""
    if not folder.is_dir():
        raise InvalidInput(Problem(str(folder), "-", "(folder)", "a folder of files of CMS", "no folder"))
    found: dict[str, list[Path]] = {kind: [] for kind in KINDS}
    left = []
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        kind = next((kind for kind, pattern in KINDS.items() if pattern.fullmatch(path.name)), None)
        if kind is None:
            left.append(path.name)
        else:
            found[kind].append(path)
    if not any(found.values()):
        expected = "a file such as pfs_rvu_2026.csv or pfs_gpci_2026.csv"
        raise InvalidInput(Problem(str(folder), "-", "(folder)", expected, ", ".join(left[:12]) or "nothing"))
    for path in found["places"][1:]:
        raise InvalidInput(Problem(path.name, "1", WHOLE_FILE, "one file of places", "one more"))
    return found, tuple(left)


def _read(paths: Iterable[Path], reader: Callable[..., T], problems: list[Problem]) -> list[T]:
    """Read each file, keeping the problems of those that cannot be used."""
    read = []
    for path in paths:
        try:
            read.append(reader(path, name=path.name))
        except InvalidInput as invalid:
            problems.extend(invalid.problems)
    return read


def _indices(path: Path, *, name: str, status: Status) -> list[CostIndices]:
    named = KINDS["indices"].fullmatch(name)
    if named is None:
        raise InvalidValue(expected="a name with the year, such as pfs_gpci_2026.csv", found=repr(name))
    return read_cost_indices(path, year=int(named[1]), status=status, name=name)


def _overlaps(factors: list[Fact], paths: list[Path]) -> Iterable[Problem]:
    """What two files of conversion factors say of one day."""
    for place, later in enumerate(factors):
        for earlier in factors[:place]:
            for row in later.values:
                if any(row.overlaps(other) for other in earlier.values):
                    found = f"{row.effective_from}, which another file has too"
                    yield Problem(paths[place].name, "1", "date_start", "days of no other file", found)


def _table(
    rows: list[CostIndices], areas: list[list[Locality]], paths: list[Path]
) -> tuple[CostIndexTable, ...]:
    """The indices as a table, knowing which localities are whole states; nothing when there are none."""
    if not rows:
        return ()
    whole: dict[str, set[str]] = defaultdict(set)
    for area in (area for file in areas for area in file):
        whole[area.id].add(area.area)
    marked = [
        dataclasses.replace(row, statewide=whole[row.id] == {_STATEWIDE} if row.id in whole else None)
        for row in rows
    ]
    try:
        return (CostIndexTable(marked),)
    except InvalidValue as wrong:
        names = " and ".join(path.name for path in paths)
        raise InvalidInput(Problem(names, "1", WHOLE_FILE, wrong.expected, wrong.found)) from None
