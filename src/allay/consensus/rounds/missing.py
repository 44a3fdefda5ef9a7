"""Who is missing: kinds of organizations beside how many were recruited, were invited and answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allay.consensus.protocol.exercise import Exercise
from allay.consensus.protocol.panel import Panelist
from allay.consensus.ratings.table import RatingTable
from allay.consensus.rounds.participation import tallies


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A type, region and setting in a round, counted exactly: for the coordinator, not for a report.

    Attributes
    ----------
    type, region, setting : str
        `not reported` where the panel does not say.
    invited : int, optional
        None where no invitations are recorded for the round.
    missing : int
        Invited (or, without invitations, recruited) and without a rating.
    """

    round: int
    type: str
    region: str
    setting: str
    recruited: int
    invited: int | None
    answered: int
    missing: int


def missing_rows(
    exercise: Exercise, tables: Sequence[RatingTable], *, rounds: Sequence[int]
) -> tuple[MissingRow, ...]:
    """Count who is missing in each round, by type, region and setting of the organization.

    Parameters
    ----------
    rounds : sequence of int
        A round without ratings is one that nobody has answered yet.

    Returns
    -------
    tuple of MissingRow
        Every kind in the panel in every round, those of whom nobody is missing as well; empty without a
        panel. Time grows with the ratings.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from allay.consensus.protocol.reading import read_exercise
    >>> text = "id: a\\ntitle: A\\nquestion: What is it?\\nrounds: [{objective: Rate}]\\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "protocol.yaml").write_text(text)
    ...     _ = (Path(folder) / "panel.csv").write_text("rater,type,region\\nr1,payer,west\\nr2,payer,\\n")
    ...     exercise = read_exercise(folder)
    >>> [(row.type, row.region, row.recruited, row.missing) for row in missing_rows(exercise, [], rounds=[1])]
    [('payer', 'not reported', 1, 1), ('payer', 'west', 1, 1)]
    """
    answered = {table.round: answered_in(table) for table in tables}
    counted = tallies(exercise.panel, exercise.invitations, answered, rounds=rounds)
    absent = {
        number: Counter(
            (one.type, one.setting, one.region)
            for one in _absent(exercise, answered.get(number, frozenset()), number)
        )
        for number in rounds
    }
    rows = [
        MissingRow(
            round=number,
            type=one.type,
            region=one.region,
            setting=one.setting,
            recruited=one.recruited,
            invited=one.invited[place],
            answered=one.answered[place],
            missing=absent[number][one.kind],
        )
        for place, number in enumerate(rounds)
        for one in counted
    ]
    return tuple(sorted(rows, key=lambda row: (row.round, row.type, row.region, row.setting)))


def _absent(exercise: Exercise, answered: frozenset[str], number: int) -> list[Panelist]:
    invited = {one.rater for one in exercise.invitations if one.round == number}
    asked = [one for one in exercise.panel if one.rater in invited or not invited]
    return [one for one in asked if one.rater not in answered]


def answered_in(table: RatingTable | None) -> frozenset[str]:
    """Codes of raters with at least one rating in a round.

    Examples
    --------
    >>> answered_in(None)
    frozenset()
    """
    if table is None:
        return frozenset()
    came = np.asarray(table.answered.any(axis=0)).tolist()
    return frozenset(rater for rater, here in zip(table.raters, came, strict=True) if here)
