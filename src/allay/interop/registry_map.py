"""The map of a registry export: which column is what, in which unit, with which values. It is a YAML file."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Collection, Iterator
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import Field

from allay.base.errors import InvalidInput, NotFound, Problem
from allay.base.status import Status
from allay.base.tables import Document, Readable, Strict, read_yaml_document
from allay.measures import catalog

__all__ = ["T_SCORE", "RegistryMap", "load_map", "shipped_maps"]

Name = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Allay's name: lower case, digits, underscores")
T_SCORE = "T-score"
"""The unit of scores standardized to the general population."""

MOST_COLUMNS = 10_000
"""A range of columns is written out, so it must not be endless."""

CatalogScale = Field(
    None, pattern=r"^[a-z0-9-]+/[a-z0-9_]+$", description="INSTRUMENT/SCALE of `allay measures list`"
)


class Source(Strict):
    """Where the data comes from."""

    title: str
    href: str | None = None
    licence: str | None = None
    accessed: dt.date
    status: Status


class MapTimepoint(Strict):
    """A moment of the program; the first in the list is the baseline. It needs no date."""

    id: str = Name
    title: str


class MapScale(Strict):
    """One score: its meaning, its possible values, and its column at each time point."""

    id: str = Name
    title: str
    instrument: str
    direction: Literal["higher_better", "higher_worse"]
    unit: str
    minimum: float
    maximum: float
    percent_response: bool = Field(False, description="true when 0 means none: a percent has a meaning")
    bands_of: str | None = CatalogScale
    thresholds_of: str | None = CatalogScale
    improved_by: str | None = Field(None, description="id of the threshold that makes an improved patient")
    columns: dict[str, str] = Field(min_length=1, description="time point id to column name")


class MapNumber(Strict):
    """Another number known at the start."""

    id: str = Name
    title: str
    unit: str
    column: str
    minimum: float
    maximum: float


class ColumnRange(Strict):
    """Columns named by a prefix and consecutive whole numbers."""

    prefix: str
    first: int = Field(ge=0)
    last: int = Field(ge=0, lt=MOST_COLUMNS)

    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(f"{self.prefix}{number}" for number in range(self.first, self.last + 1))


class BodyMap(Strict):
    """Columns of 0 and 1, one per region of a body map; their sum becomes a number."""

    id: str = Name
    title: str
    unit: str
    columns: list[ColumnRange] = Field(min_length=1)

    def names(self) -> tuple[str, ...]:
        """All region columns, in order."""
        return tuple(name for part in self.columns for name in part.names())


class NumberBand(Strict):
    """A band of a number: from (included) to (not included)."""

    id: str = Name
    title: str
    from_: float | None = Field(None, alias="from")
    to: float | None = None


class Keys(Strict):
    """Keys of the JSON report, where the usual ones are not wanted."""

    counts: str | None = None
    missing: str | None = None
    outcomes: str | None = None


class MapGroup(Strict):
    """A way of grouping patients: by the values of a column, or by bands of a number."""

    id: str = Name
    title: str
    column: str | None = None
    values: dict[str, str] = Field({}, description="value in the file to what people read")
    number: str | None = None
    bands: list[NumberBand] = []
    reference: str | None = Field(None, description="the level the others are compared with")
    compare: bool = Field(True, description="false: counted only")
    keys: Keys = Keys()


class MapChange(Strict):
    """A change to report; the first in the list is the outcome of the summary."""

    scale: str
    start: str
    end: str
    key: str = Name


class MapPredictor(Strict):
    """Something known at the start that may predict who is followed up."""

    name: str = Name
    title: str
    scale: str | None = None
    number: str | None = None
    group: str | None = None
    level: str | None = None


class RegistryMap(Strict):
    """The columns of a registry export in Allay's terms."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    title: str
    recorded_on: dt.date
    source: Source
    notes: list[str] = []
    other_columns: Literal["refuse", "keep"] = "refuse"
    patient: str = Field(description="column with one distinct value per row")
    timepoints: list[MapTimepoint] = Field(min_length=1)
    scales: list[MapScale] = Field(min_length=1)
    numbers: list[MapNumber] = []
    body_map: BodyMap | None = None
    groups: list[MapGroup] = []
    changes: list[MapChange] = []
    predictors: list[MapPredictor] = []

    def columns(self) -> tuple[str, ...]:
        """Every column that the map names, in the order of the map.

        Examples
        --------
        >>> load_map("choir").columns()[0]
        'PATIENT_NUM'
        """
        named = [self.patient]
        named += [column for scale in self.scales for column in scale.columns.values()]
        named += [number.column for number in self.numbers]
        named += list(self.body_map.names()) if self.body_map else []
        named += [group.column for group in self.groups if group.column]
        return tuple(named)


def shipped_maps() -> tuple[str, ...]:
    """Names of the maps that come with Allay.

    Examples
    --------
    >>> "choir" in shipped_maps()
    True
    """
    folder = resources.files("allay.interop") / "data" / "maps"
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


def load_map(source: Readable, *, name: str | None = None) -> RegistryMap:
    """Load the map of a registry export.

    Parameters
    ----------
    source
        Name of a shipped map, path of a YAML file, or an open binary stream.
    name
        What messages call the file.

    Raises
    ------
    NotFound
        When a bare name is neither a shipped map nor a file.
    InvalidInput
        Every problem of the file, with its line.

    Examples
    --------
    >>> load_map("choir").timepoints[1].title
    '3 months'
    """
    if isinstance(source, str) and not os.path.exists(source):
        if Path(source).suffix or "/" in source:
            raise InvalidInput(Problem(source, "-", "(file)", "a map file that can be read", "no such file"))
        if source not in shipped_maps():
            raise NotFound.among("shipped map", source, known=shipped_maps())
        source = resources.files("allay.interop") / "data" / "maps" / f"{source}.yaml"
    document = read_yaml_document(source, RegistryMap, name=name)
    problems = list(_contradictions(document))
    if problems:
        raise InvalidInput(problems)
    return document.value


def _not_in_catalog(scale: MapScale) -> Iterator[tuple[str, str, str]]:
    """Key, what was expected and what stands there, for each thing the catalog of instruments lacks."""
    for key, reference in (("bands_of", scale.bands_of), ("thresholds_of", scale.thresholds_of)):
        if reference is None:
            continue
        instrument, _, name = reference.partition("/")
        try:
            found = catalog.get(instrument).scale(name)
        except NotFound as error:
            yield key, f"a scale of the catalog ({error})", reference
            continue
        known = [threshold.id for threshold in found.thresholds]
        if key == "thresholds_of" and scale.improved_by not in (None, *known):
            yield "improved_by", f"one of the thresholds {', '.join(known)}", scale.improved_by or ""


def _contradictions(document: Document[RegistryMap]) -> list[Problem]:
    """Names used but not declared, declared twice, or meaning nothing."""
    found: list[Problem] = []
    registry = document.value
    points, scales = {t.id for t in registry.timepoints}, {s.id: s for s in registry.scales}
    numbers = {n.id for n in registry.numbers} | ({registry.body_map.id} if registry.body_map else set())
    levels = {g.id: {*g.values, *(b.id for b in g.bands)} for g in registry.groups}

    def wrong(*keys: str | int, expected: str, value: str) -> None:
        found.append(document.problem(*keys, expected=expected, found=repr(value)))

    def one_of(known: Collection[str], value: str, *keys: str | int) -> None:
        if value not in known:
            wrong(*keys, expected=f"one of {', '.join(sorted(known))}", value=value)

    for kind, ids in {
        "timepoints": [t.id for t in registry.timepoints],
        "scales": [s.id for s in registry.scales],
        "groups": [g.id for g in registry.groups],
        "numbers": [n.id for n in registry.numbers],
        "columns": list(registry.columns()),
    }.items():
        for value in (v for v, times in Counter(ids).items() if times > 1):
            wrong(kind, expected="each name once", value=value)
    for i, scale in enumerate(registry.scales):
        for point in scale.columns:
            one_of(points, point, "scales", i, "columns", point)
        if not scale.minimum < scale.maximum:
            wrong("scales", i, "maximum", expected=f"more than {scale.minimum}", value=str(scale.maximum))
        if scale.percent_response and (scale.minimum != 0 or scale.unit == T_SCORE):
            expected = "a scale whose zero means none, not a T-score"
            wrong("scales", i, "percent_response", expected=expected, value=scale.id)
        for key, expected, value in _not_in_catalog(scale):
            wrong("scales", i, key, expected=expected, value=value)
    for i, part in enumerate(registry.body_map.columns if registry.body_map else ()):
        if part.last < part.first:
            expected = f"{part.first} or more"
            wrong("body_map", "columns", i, "last", expected=expected, value=str(part.last))
    for i, group in enumerate(registry.groups):
        if bool(group.column) == bool(group.number) or not levels[group.id]:
            wrong("groups", i, expected="a column with values, or a number with bands", value=group.id)
        elif group.number:
            one_of(numbers, group.number, "groups", i, "number")
        if group.reference is not None:
            one_of(levels[group.id], group.reference, "groups", i, "reference")
    for i, change in enumerate(registry.changes):
        one_of(scales, change.scale, "changes", i, "scale")
        for key, point in (("start", change.start), ("end", change.end)):
            if change.scale in scales:
                one_of(scales[change.scale].columns, point, "changes", i, key)
    for i, predictor in enumerate(registry.predictors):
        named = [predictor.scale, predictor.number, predictor.group]
        if sum(name is not None for name in named) != 1:
            wrong("predictors", i, expected="one of scale, number, group", value=predictor.name)
        elif predictor.scale:
            one_of(scales, predictor.scale, "predictors", i, "scale")
        elif predictor.number:
            one_of(numbers, predictor.number, "predictors", i, "number")
        elif predictor.group:
            one_of(levels, predictor.group, "predictors", i, "group")
            one_of(levels.get(predictor.group, ()), predictor.level or "", "predictors", i, "level")
    return found
