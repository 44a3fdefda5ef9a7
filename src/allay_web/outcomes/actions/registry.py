"""Taking in a registry's file of past assessments: pseudonymous patients, their episodes and their scores."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction

from allay.interop.registry import RegistryReading, read_registry
from allay.interop.registry_map import RegistryMap
from allay.measures.bands import band_index
from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.enrolment import actions as enrolment
from allay_web.jobs import actions as jobs
from allay_web.outcomes.models import RegistryImport, Score
from allay_web.outcomes.queries.registry import Comparison, compare, map_of
from allay_web.people.insertion import insert

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program
    from allay_web.jobs.models import Upload

BATCH = 5_000
NOT_SCORED = "not_scored"

Progress = Callable[[int], None]


@transaction.atomic
def import_registry(*, upload: Upload, by: Actor, at: datetime) -> dict[str, Any]:
    """Take in a held file once; pressing the button twice gives `jobs.actions.AlreadyTaken`.

    Everything comes in or nothing: the file is read and compared again, so that what changed since its dry
    run is seen.

    Raises
    ------
    InvalidInput
        When the file has a problem; the upload then still waits.
    """
    held = jobs.take(upload=upload, by=by, at=at)
    registry = map_of(held.options)
    reading = read_registry(io.BytesIO(bytes(held.content)), registry, name=held.name)
    result = take_in(
        program=held.program, registry=registry, reading=reading, sha256=held.sha256, by=by, at=at
    )
    jobs.finish(upload=held, result=result, by=by)
    return result


@transaction.atomic
def take_in(
    *,
    program: Program,
    registry: RegistryMap,
    reading: RegistryReading,
    sha256: str,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Take in a file that was read, in one transaction; a file that brings nothing new leaves no trace.

    Patients are known by the registry's number, a score by patient, scale and time point. What is here and
    equal stays untouched; what is here and differs stays too and is counted as a conflict: a past score is
    never replaced without a person looking at it.

    Returns
    -------
    dict
        The counts of `Comparison.counts`, and `import` with the id of the import (None for nothing new).
    """
    by.must(Permission.REGISTRY_IMPORT, program.pk)
    found = compare(program, registry, reading, by=by)
    counts = found.counts()
    if found.nothing_new:
        return {**counts, "import": None}
    kept = RegistryImport.objects.create(
        program=program,
        map_id=registry.id,
        sha256=sha256,
        rows=reading.table.n,
        counts=counts,
        scales={"map": registry.model_dump_json(by_alias=True)},
        imported_at=at,
        imported_by_id=by.user_id,
    )
    episodes = _open_episodes(program, found, by=by, at=at)
    _clear_places(program, found, episodes)
    done = 0
    scores = _scores(program, found, kept, episodes)
    while batch := list(islice(scores, BATCH)):
        insert(batch)
        done += len(batch)
        if progress:
            progress(done)
    record("registry.import", by=by, about=kept, detail={**counts, "map": registry.id})
    return {**counts, "import": kept.pk}


def _open_episodes(program: Program, found: Comparison, *, by: Actor, at: datetime) -> np.ndarray[Any, Any]:
    """The episode id of each row; those of new patients are opened."""
    people = [
        enrolment.RegistryPerson(
            pseudonym=pseudonym,
            sex=facts.sex,
            payer_type=facts.payer_type,
            payer_name=facts.payer_name,
            age_at_start=facts.age,
        )
        for pseudonym, facts in zip(found.pseudonyms, found.facts, strict=True)
        if pseudonym not in found.episodes
    ]
    opened = enrolment.open_registry_episodes(program=program, people=people, by=by, at=at)
    episodes = {**found.episodes, **opened}
    return np.array([episodes[pseudonym] for pseudonym in found.pseudonyms], dtype=np.int64)


def _clear_places(program: Program, found: Comparison, episodes: np.ndarray[Any, Any]) -> None:
    """Take away the place kept for a person of whom nothing was known, where the file now says something."""
    kept = Score.objects.of(program).filter(
        instrument=found.registry.id, status=NOT_SCORED, registry_import__isnull=False
    )
    empty = dict(kept.values_list("episode_id", "pk"))
    recorded = set(episodes[_recorded(found)].tolist())
    filled = [pk for episode, pk in empty.items() if episode in recorded]
    for start in range(0, len(filled), BATCH // 10):
        kept.filter(pk__in=filled[start : start + BATCH // 10]).delete()


def _recorded(found: Comparison) -> np.ndarray[Any, Any]:
    """Rows with at least one score."""
    blank = [np.isnan(values) for values in found.reading.table.values.values()]
    recorded: np.ndarray[Any, Any] = ~np.all(blank, axis=0)
    return recorded


def _scores(
    program: Program, found: Comparison, kept: RegistryImport, episodes: np.ndarray[Any, Any]
) -> Iterator[Score]:
    common = {
        "program_id": program.pk,
        "registry_import_id": kept.pk,
        "instrument": found.registry.id,
        "version": found.registry.version,
    }
    table = found.reading.table
    for scale in table.scales:
        names = ("", *(band.id for band in scale.bands))
        for (scale_id, point), values in table.values.items():
            if scale_id != scale.id:
                continue
            bands = band_index(values, scale.bands) + 1
            for row in np.flatnonzero(found.new[scale_id, point]).tolist():
                yield Score(
                    **common,
                    episode_id=int(episodes[row]),
                    scale=scale_id,
                    timepoint=point,
                    score=float(values[row]),
                    band=names[bands[row]],
                    status="scored",
                )
    # A person of whom the file records nothing keeps their place in every denominator.
    for row in np.flatnonzero(~_recorded(found)).tolist():
        if found.pseudonyms[row] not in found.episodes:
            yield Score(
                **common,
                episode_id=int(episodes[row]),
                scale=table.scales[0].id,
                timepoint=table.baseline.id,
                status=NOT_SCORED,
                reason="blank in the file",
            )
