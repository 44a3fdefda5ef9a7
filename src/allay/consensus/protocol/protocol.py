"""The protocol of an exercise: what is decided before anybody rates, and frozen."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from allay.base.documents import Strict
from allay.consensus.protocol.rule import AppropriatenessRule, DecisionRule
from allay.consensus.protocol.scale import NINE_POINTS, RatingScale
from allay.consensus.protocol.words import Id, Label, Percent, Text

SMALLEST_GROUP = 5
"""A group of fewer raters is never shown alone (a protocol may ask for more)."""


class PanelGroup(Strict):
    """A group of the panel, such as patients or payers, and how many of it are wanted at least."""

    id: Id
    name: Label
    quota: Annotated[int, Field(ge=0, le=10_000)] = 0


class PlannedRound(Strict):
    """A round as it is planned.

    Attributes
    ----------
    objective : str
        What the round is for.
    setting : {"individual", "group"}
        Whether panelists rate alone or together.
    statements : {"all", "undecided"}
        Which statements are rated: all, or those without a decision before.
    feedback : str, optional
        What panelists are given of the round before.
    """

    objective: Text
    setting: Literal["individual", "group"] = "individual"
    statements: Literal["all", "undecided"] = "all"
    feedback: Text | None = None


class StopRule(Strict):
    """When no further round follows: after the planned rounds, or earlier.

    Attributes
    ----------
    when : {"rounds", "decided", "stable"}
        Only the number of planned rounds; or once every statement has a decision; or once ratings are stable.
    largest_change : float
        Stable: in no statement did more than this percentage of those who rated it twice change their rating.
    """

    when: Literal["rounds", "decided", "stable"] = "rounds"
    largest_change: Percent = 15


class ConsensusProtocol(Strict):
    """A protocol. Only what is decided beforehand stands in it; what then happens is in the record.

    Attributes
    ----------
    question : str
        Aim of the exercise.
    narrative : dict of str to str
        Answers to items of the reporting checklist that no number answers, by item (`M6`), as planned.
    files : names of the files beside it that an exercise is made of; a file that is not there is empty.

    Examples
    --------
    >>> protocol = ConsensusProtocol(
    ...     id="definition", title="A definition", question="What is it?", rounds=({"objective": "Rate"},))
    >>> protocol.rule.method, len(protocol.sha256())
    ('ram', 64)
    """

    format: Literal["allay-consensus-protocol/1"] = "allay-consensus-protocol/1"
    id: Id
    synthetic: bool = False
    title: Label
    question: Text
    audience: Text | None = None
    scope: Text | None = None
    why_consensus: Text | None = None
    updates: Text | None = None
    registration: Text | None = None
    scale: RatingScale = NINE_POINTS
    rule: DecisionRule = AppropriatenessRule()
    why_rule: Text | None = None
    sensitivity: tuple[DecisionRule, ...] = ()
    rounds: Annotated[tuple[PlannedRound, ...], Field(min_length=1, max_length=20)]
    stop: StopRule = StopRule()
    groups: tuple[PanelGroup, ...] = ()
    smallest_group: Annotated[int, Field(ge=SMALLEST_GROUP, le=1000)] = SMALLEST_GROUP
    narrative: dict[str, Text] = {}

    @field_validator("groups")
    @classmethod
    def _once(cls, groups: tuple[PanelGroup, ...]) -> tuple[PanelGroup, ...]:
        ids = [group.id for group in groups]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"each group once, not {', '.join(twice)} again")
        return groups

    @model_validator(mode="after")
    def _together(self) -> Self:
        asked = any(one.method == "ram" for one in (self.rule, *self.sensitivity))
        if asked and not self.scale.nine_in_thirds:
            raise ValueError("the scale 1 to 9 in thirds for the RAND/UCLA method, or another rule")
        return self

    def canonical(self) -> str:
        """The protocol as text that is the same for the same decisions, whatever the file looks like."""
        tree = self.model_dump(mode="json")
        return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def sha256(self) -> str:
        """What is frozen: the hash of `canonical`."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()
