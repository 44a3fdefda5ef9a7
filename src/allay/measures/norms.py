"""Norms: what a scale is in a named population, so that a program knows who it treats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.measures.instrument import Instrument

FOLDER = Path(__file__).parent / "data" / "norms"


class MeanEntry(Strict):
    """The mean of one scale."""

    instrument: str
    scale: str
    mean: float


class NormsFile(Strict):
    """Means of one population as they are written in their YAML file."""

    id: str
    title: str
    population: str
    n: int
    year: int
    source: str
    href: str
    accessed: date
    status: Status
    means: tuple[MeanEntry, ...]


@dataclass(frozen=True, slots=True)
class PopulationNorm:
    """The mean of one scale in one population, in score units."""

    scale: str
    mean: float
    population: str
    n: int
    year: int
    source: str
    href: str
    status: Status


@cache
def norm_files() -> tuple[NormsFile, ...]:
    """Return every file of norms that ships with Allay."""
    return tuple(read_yaml(path, NormsFile) for path in sorted(FOLDER.glob("*.yaml")))


def norms_of(instrument: Instrument) -> tuple[PopulationNorm, ...]:
    """Return the norms of an instrument's scales; none where none were found.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> [(norm.scale, norm.mean, norm.n) for norm in norms_of(get("bpi"))]
    [('severity', 6.4, 5159), ('interference', 7.1, 5159)]
    """
    return tuple(
        PopulationNorm(
            scale=entry.scale,
            mean=entry.mean,
            population=file.population,
            n=file.n,
            year=file.year,
            source=file.source,
            href=file.href,
            status=file.status,
        )
        for file in norm_files()
        for entry in file.means
        if entry.instrument == instrument.id
    )
