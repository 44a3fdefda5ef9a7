"""The checklist answered: every item from what is stored, from a text, or with what to add."""

from __future__ import annotations

import json
from collections.abc import Sequence

from allay.consensus.checklists.happened import HAPPENED
from allay.consensus.checklists.items import ChecklistArea, accord
from allay.consensus.checklists.planned import PLANNED
from allay.consensus.checklists.reply import Reply, ReportedExercise
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.rounds.result import ChecklistAnswer, ExerciseResult

__all__ = ["answer_checklists", "area_answered"]


def answer_checklists(result: ExerciseResult) -> tuple[ChecklistAnswer, ...]:
    """Answer every item of the ACCORD checklist.

    An item is answered by `data` where numbers or records say something to it, else by `text` where protocol
    or record do in words, else by `no` with what to add where. Texts under `narrative` stand beside data.

    Parameters
    ----------
    result : ExerciseResult
        With everything but `checklists`, which is not looked at.

    Returns
    -------
    tuple of ChecklistAnswer
        35, in the order of the checklist. Cost grows with the number of rows of statements.

    Examples
    --------
    >>> answer_checklists.__annotations__["result"]
    'ExerciseResult'
    """
    of = ReportedExercise(result, ConsensusProtocol.model_validate_json(json.dumps(result.protocol)))
    ways = {**PLANNED, **HAPPENED}
    replies = {name: way(of) for name, way in ways.items()}
    return tuple(
        replies.get(one.item, Reply()).answer(one, _narrative(of, one.item)) for one in accord().items
    )


def _narrative(of: ReportedExercise, item: str) -> list[str]:
    """What was planned and what was done, each once."""
    found = [of.protocol.narrative.get(item), of.result.narrative.get(item)]
    return list(dict.fromkeys(one for one in found if one))


def area_answered(area: ChecklistArea, answers: Sequence[ChecklistAnswer]) -> tuple[int, int]:
    """Say how many of the items that cover an area of a secondary checklist are answered.

    Returns
    -------
    tuple of (int, int)
        Answered, and all.

    Examples
    --------
    >>> area_answered(ChecklistArea(area="purpose", items=("I2", "I3")), [])
    (0, 2)
    """
    answered = {one.item for one in answers if one.answered != "no"}
    return sum(item in answered for item in area.items), len(area.items)
