"""All reads of outcomes."""

from __future__ import annotations

from allay_web.outcomes.queries.forms import assignment, assignments_of, scores_of
from allay_web.outcomes.queries.links import (
    LinkState,
    invitation_for,
    state_of,
    too_many_guesses,
)

__all__ = [
    "LinkState",
    "assignment",
    "assignments_of",
    "invitation_for",
    "scores_of",
    "state_of",
    "too_many_guesses",
]
