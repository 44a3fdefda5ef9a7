"""Wordings of a round: what stood in it is noted as it is opened, and has to stay as it was."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping

from allay.consensus.protocol.chain import brief
from allay.consensus.protocol.exercise import STATEMENTS, Exercise
from allay.consensus.protocol.record import HeldRound
from allay.consensus.protocol.remarks import Remarks, place_of
from allay.consensus.protocol.statements import Statement

MOST_NAMED = 12
"""Statements that a message names."""


def wordings(statements: Iterable[Statement], number: int) -> dict[str, tuple[int, str]]:
    """Return version and text of every statement that stands in a round.

    Examples
    --------
    >>> wordings([_STATEMENT], 1), wordings([_STATEMENT], 2)
    ({'s1': (1, 'Care is given by a team.')}, {'s1': (2, 'A team gives care.')})
    """
    standing = {one.id: one.in_round(number) for one in statements}
    return {name: (one.version, one.text) for name, one in standing.items() if one is not None}


def wordings_sha256(statements: Iterable[Statement], number: int) -> str:
    """Return the hash of what stands in a round: ids, versions and texts, whatever the order of the file.

    Later versions, removals after the round, topics and sources are no part of it.

    Examples
    --------
    >>> first = wordings_sha256([_STATEMENT], 1)
    >>> first == wordings_sha256([_STATEMENT.model_copy(update={"topic": "Team"})], 1)
    True
    >>> first == wordings_sha256([_STATEMENT], 2)
    False
    """
    rows = sorted((name, *wording) for name, wording in wordings(statements, number).items())
    text = json.dumps(rows, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def check_wordings(exercise: Exercise, remarks: Remarks) -> None:
    """Note rounds in which other statements stood, or other words, than do now.

    Ratings belong to the words that were rated: a statement is edited by a new version for a later round. As
    one hash stands for a round, a message names the statements that no other round vouches for.

    Parameters
    ----------
    exercise : Exercise
        A hash that its record does not note is not missed, but a finding where rounds are bound to a journal.
    remarks : Remarks
    """
    document = exercise.record_document
    unread = exercise.statement_document is None and os.path.lexists(exercise.path.with_name(STATEMENTS))
    if document is None or unread:
        return
    holds: dict[int, bool] = {}
    for held in exercise.record.rounds:
        if held.statements_sha256 is not None:
            now = wordings_sha256(exercise.statements, held.number)
            holds[held.number] = now == held.statements_sha256.strip().lower()
    for place, held in enumerate(exercise.record.rounds):
        keys = ("rounds", place, "statements_sha256")
        if held.statements_sha256 is None:
            if held.journal_head is not None and exercise.statement_document is not None:
                where = place_of(document.problem(*keys, expected="", found=""))
                text = f"round {held.number} does not note the statements that stood in it"
                remarks.find("no statements noted", where, text)
        elif not holds[held.number]:
            expected = (
                f"the statements as they were when round {held.number} opened "
                f"({brief(held.statements_sha256)}; new words are a new version from a later round on)"
            )
            remarks.add(document.problem(*keys, expected=expected, found=_found(exercise, held, holds)))


def _found(exercise: Exercise, held: HeldRound, holds: Mapping[int, bool]) -> str:
    if exercise.statement_document is None:
        return f"no {STATEMENTS}"
    vouched = {
        wording
        for number, held_well in holds.items()
        if held_well
        for wording in wordings(exercise.statements, number).items()
    }
    open_ones = [
        name
        for name, wording in wordings(exercise.statements, held.number).items()
        if (name, wording) not in vouched
    ]
    if not open_ones:
        return "others: one was left out or taken out since"
    named = ", ".join(open_ones[:MOST_NAMED]) + (", …" if len(open_ones) > MOST_NAMED else "")
    return f"others: look at {named}, or one was left out"


_STATEMENT = Statement.model_validate_json(
    '{"id": "s1", "versions": [{"version": 1, "from_round": 1, "text": "Care is given by a team."}, '
    '{"version": 2, "from_round": 2, "text": "A team gives care.", "reason": "Shorter"}]}'
)
"""A statement for examples."""
