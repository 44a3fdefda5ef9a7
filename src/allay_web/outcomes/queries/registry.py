"""What a registry export would change here: compared, row by row, with what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import Problem
from allay.interop.registry import RegistryReading
from allay.interop.registry_map import RegistryMap
from allay_web.access.permissions import Permission
from allay_web.outcomes.models import RegistryImport, Score
from allay_web.outcomes.registry_people import Facts, facts_of

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Comparison:
    """An export against the program.

    Attributes
    ----------
    pseudonyms : one per row, the registry's own number; an empty row gets its place among the empty rows
    facts : what the file says of each person
    episodes : episode ids by pseudonym, of those who are here already
    new : by (scale, time point), the rows whose value is not here yet
    same : values that are here and equal
    conflicts : what is here and differs; it stays as it is
    """

    registry: RegistryMap
    reading: RegistryReading
    pseudonyms: tuple[str, ...]
    facts: tuple[Facts, ...]
    episodes: Mapping[str, int]
    new: Mapping[tuple[str, str], Mask]
    same: int
    conflicts: tuple[Problem, ...]

    @cached_property
    def new_patients(self) -> int:
        """Rows whose patient is not here yet."""
        return sum(pseudonym not in self.episodes for pseudonym in self.pseudonyms)

    @cached_property
    def new_values(self) -> int:
        """Scores that would come in."""
        return sum(int(mask.sum()) for mask in self.new.values())

    @property
    def nothing_new(self) -> bool:
        """Whether taking the file in would change nothing."""
        return self.new_patients == 0 and self.new_values == 0

    def counts(self) -> dict[str, Any]:
        """The comparison in numbers, as the import keeps them."""
        return {
            "rows": self.reading.table.n,
            "empty_rows": int(self.reading.empty.sum()),
            "patients_new": self.new_patients,
            "patients_here": self.reading.table.n - self.new_patients,
            "patients_only_here": len(self.episodes.keys() - set(self.pseudonyms)),
            "values_new": self.new_values,
            "values_here": self.same,
            "conflicts": len(self.conflicts),
        }

    def by_column(self) -> Iterator[tuple[str, str, int, int]]:
        """Scale title, time point title, values in the file, values that are new."""
        titles = {point.id: point.title for point in self.reading.table.timepoints}
        for scale in self.reading.table.scales:
            for (scale_id, point), values in self.reading.table.values.items():
                if scale_id == scale.id:
                    known = int((~np.isnan(values)).sum())
                    yield scale.title, titles[point], known, int(self.new[scale_id, point].sum())


def map_of(stored: RegistryImport | dict[str, Any]) -> RegistryMap:
    """The map of an import, or of an upload that waits; kept as text, since PostgreSQL sorts keys of JSON."""
    kept = stored.scales if isinstance(stored, RegistryImport) else stored
    return RegistryMap.model_validate_json(kept["map"])


def imports(program: Program) -> list[RegistryImport]:
    """What was taken in, the newest first."""
    return list(RegistryImport.objects.of(program).select_related("imported_by").order_by("-pk"))


def pseudonyms_of(registry: RegistryMap, reading: RegistryReading) -> tuple[str, ...]:
    """The registry's number of each row; rows that hold nothing at all are numbered among themselves."""
    blanks = 0
    found = []
    for patient in reading.table.patients:
        if not patient:
            blanks += 1
        found.append(patient or f"{registry.id} empty row {blanks}")
    return tuple(found)


def compare(program: Program, registry: RegistryMap, reading: RegistryReading, *, by: Actor) -> Comparison:
    """Compare an export that has no problems with what the program holds; two queries, whatever its size."""
    by.must(Permission.REGISTRY_IMPORT, program.pk)
    reading.checked()
    pseudonyms, facts = pseudonyms_of(registry, reading), facts_of(registry, reading)
    stored = Score.objects.of(program).filter(instrument=registry.id, registry_import__isnull=False)
    here: dict[str, tuple[int, Facts]] = {}
    for pseudonym, episode, *recorded in stored.values_list(
        "episode__registry_key",
        "episode_id",
        "episode__patient__sex",
        "episode__patient__payer_type",
        "episode__patient__payer_name",
        "episode__age_at_start",
    ).distinct():
        here[pseudonym] = (episode, Facts(*recorded))
    row_of = {pseudonym: row for row, pseudonym in enumerate(pseudonyms)}
    columns = {key: np.full(reading.table.n, np.nan) for key in reading.table.values}
    for pseudonym, scale, point, score in (
        stored.exclude(score=None)
        .values_list("episode__registry_key", "scale", "timepoint", "score")
        .iterator(chunk_size=20_000)
    ):
        if pseudonym in row_of and (scale, point) in columns:
            columns[scale, point][row_of[pseudonym]] = score
    new = {key: ~np.isnan(values) & np.isnan(columns[key]) for key, values in reading.table.values.items()}
    same = sum(int((values == columns[key]).sum()) for key, values in reading.table.values.items())
    conflicts = (
        *_changed_facts(pseudonyms, facts, here, reading),
        *_changed_values(columns, reading),
    )
    return Comparison(
        registry=registry,
        reading=reading,
        pseudonyms=pseudonyms,
        facts=facts,
        episodes={pseudonym: episode for pseudonym, (episode, _) in here.items()},
        new=new,
        same=same,
        conflicts=tuple(sorted(conflicts, key=lambda conflict: int(conflict.at))),
    )


def _changed_facts(
    pseudonyms: tuple[str, ...],
    facts: tuple[Facts, ...],
    here: Mapping[str, tuple[int, Facts]],
    reading: RegistryReading,
) -> Iterator[Problem]:
    for pseudonym, found, line in zip(pseudonyms, facts, reading.lines.tolist(), strict=True):
        if pseudonym not in here:
            continue
        for name, stored, given in found.differences(here[pseudonym][1]):
            yield Problem("file", str(line), name, f"{stored}, as stored", given)


def _changed_values(
    columns: Mapping[tuple[str, str], NDArray[np.float64]], reading: RegistryReading
) -> Iterator[Problem]:
    """Values that differ from the stored one; a blank where a value is stored differs too."""
    for key, values in reading.table.values.items():
        column = reading.plan.value_key(*key)
        differs = ~np.isnan(columns[key]) & ~(values == columns[key])
        for row in np.flatnonzero(differs).tolist():
            found = "nothing" if np.isnan(values[row]) else f"{values[row]:g}"
            yield Problem("file", str(reading.lines[row]), column, f"{columns[key][row]:g}, as stored", found)
