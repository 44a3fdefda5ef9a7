"""What commands on an exercise read: the protocol with the files beside it, and ratings."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import click

from allay.base.errors import InvalidInput
from allay.base.sources import read_bytes
from allay.cli.results import STANDARD, opened
from allay.consensus.protocol.exercise import STATEMENTS, Exercise
from allay.consensus.protocol.journalfile import journal_path
from allay.consensus.protocol.reading import read_exercise
from allay.consensus.ratings.reading import read_ratings
from allay.consensus.ratings.table import RatingTable


def read_both(protocol: str, ratings: str) -> tuple[Exercise, tuple[RatingTable, ...], dict[str, str]]:
    """Read an exercise and its ratings.

    Returns
    -------
    exercise : Exercise
    tables : tuple of RatingTable
    inputs : dict of str to str
        SHA-256 by name of the files that hold nothing of single people: protocol, journal and statements. Of
        files of people there is no hash, because who knows the panel and all published counts can try out who
        rated what until the hash is the same.
    """
    if protocol == STANDARD:
        raise click.UsageError("PROTOCOL is a file or a folder: statements, panel and record lie beside it")
    exercise = read_exercise(protocol, name=None if Path(protocol).is_dir() else protocol)
    source, name = opened(ratings)
    data, label = read_bytes(source, name=name)
    tables = read_ratings(io.BytesIO(data), scale=exercise.protocol.scale, name=label)
    public = (exercise.path, exercise.folder / STATEMENTS, journal_path(exercise.path))
    inputs = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in public if path.is_file()}
    return exercise, tables, inputs


def table_of(tables: tuple[RatingTable, ...], number: int) -> RatingTable | None:
    """The ratings of a round; None where nobody has rated in it yet."""
    return next((table for table in tables if table.round == number), None)


def refuse_round(exercise: Exercise, number: int) -> None:
    """Refuse a round that is not planned."""
    planned = len(exercise.protocol.rounds)
    if number > planned:
        raise InvalidInput(
            exercise.document.problem(
                "rounds", expected=f"a plan for round {number} (--round)", found=f"{planned} planned rounds"
            )
        )
