"""All reads of outcomes."""

from __future__ import annotations

from allay_web.outcomes.queries.answers import answers_of
from allay_web.outcomes.queries.forms import (
    assignment,
    assignments_of,
    forms_of,
    links_of,
    points,
    scores_of,
)
from allay_web.outcomes.queries.links import (
    LinkState,
    invitation_for,
    showable,
    state_of,
    too_many_guesses,
    unfinished,
)
from allay_web.outcomes.queries.walk import Step, Walk, read_walk, walk

__all__ = [
    "LinkState",
    "Step",
    "Walk",
    "answers_of",
    "assignment",
    "assignments_of",
    "forms_of",
    "invitation_for",
    "links_of",
    "points",
    "read_walk",
    "scores_of",
    "showable",
    "state_of",
    "too_many_guesses",
    "unfinished",
    "walk",
]
