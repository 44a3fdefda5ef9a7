"""An answer in the making: what data say, what texts say, and what is not there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allay.consensus.checklists.items import ChecklistItem, accord
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.rounds.result import ChecklistAnswer, ExerciseResult

__all__ = ["Reply", "ReportedExercise"]


@dataclass(frozen=True, slots=True)
class ReportedExercise:
    """What answers are made of: a result, with its protocol as one.

    Attributes
    ----------
    result : ExerciseResult
    protocol : ConsensusProtocol
        The same as `result.protocol`.
    """

    result: ExerciseResult
    protocol: ConsensusProtocol


@dataclass(frozen=True, slots=True)
class Reply:
    """What there is to an item.

    Attributes
    ----------
    data : tuple of str
        Sentences composed of what is stored.
    text : tuple of str
        What the protocol says in words, apart from its `narrative`.
    lacks : tuple of str
        Sentences on what is not there; shown, but no answer by themselves.
    """

    data: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()

    def answer(self, item: ChecklistItem, narrative: Iterable[str]) -> ChecklistAnswer:
        """Make the row of the checklist: by data, else by text, else not, with what to add where.

        Examples
        --------
        >>> from allay.consensus.checklists.items import checklist_item
        >>> row = Reply(lacks=("No days are recorded.",)).answer(checklist_item("R1"), [])
        >>> row.answered, row.answer.startswith("Not answered. No days are recorded. Add")
        ('no', True)
        """
        texts = [*self.text, *narrative]
        if self.data or texts:
            kind, said = ("data" if self.data else "text"), [*self.data, *texts, *self.lacks]
        else:
            where = f"{item.hint}, or " if item.hint else ""
            hint = f"Add {where}a text under `narrative: {item.item}` of protocol or record."
            kind, said = "no", ["Not answered.", *self.lacks, hint]
        return ChecklistAnswer.model_validate(
            {
                "list": "ACCORD",
                "section": item.section,
                "item": item.item,
                "asks": item.asks,
                "answered": kind,
                "answer": " ".join(_ended(one) for one in said),
                "status": accord().status,
            }
        )


def _ended(text: str) -> str:
    """A text that others can follow: with an end to its last sentence."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", ":", "”", ")")) else f"{text}."
