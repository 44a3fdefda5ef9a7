"""Placement: which phases of a definition an episode has, and the days on which each begins and ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from allay.programs.definitions.entries import PhaseEntry
from allay.programs.definitions.gates import Answers, Conditions, compatible, happens
from allay.programs.definitions.program_days import length_in_days

Certainty = Literal["planned", "provisional", "conditional"]
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlacedPhase:
    """A phase with its days.

    Attributes
    ----------
    phase : PhaseEntry
    index : int
        Its place in the definition.
    start, end : date
        The first and the last day.
    certainty : {'planned', 'provisional', 'conditional'}
        `conditional`: it happens if the gates in `condition` open so. `provisional`: it happens, and its days
        rest on conditional phases before it taking place.
    condition : str
        Such as ``improving: yes``; empty unless conditional.
    """

    phase: PhaseEntry
    index: int
    start: dt.date
    end: dt.date
    certainty: Certainty
    condition: str

    @property
    def days(self) -> int:
        """How many calendar days it lasts."""
        return (self.end - self.start).days + 1


def place(
    phases: Sequence[PhaseEntry],
    start: dt.date,
    *,
    wanted: Mapping[str, Conditions],
    known: Answers,
    open_on: frozenset[int],
) -> list[PlacedPhase]:
    """Place the phases of an episode that begins on `start`; those that do not happen are left out.

    A phase begins the day after the last one before it that can happen in the same episode. Alternatives
    therefore begin on the same day.

    Parameters
    ----------
    phases : sequence of PhaseEntry
        In their order.
    start : date
        First day of the episode.
    wanted : mapping of phase id to conditions
        From `allay.programs.definitions.gates.conditions`.
    known : mapping of gate id to bool or None
        The answers so far.
    open_on : frozenset of int
        The weekdays on which the program is open, Monday being 0.
    """
    placed: list[PlacedPhase] = []
    for index, phase in enumerate(phases):
        ours = wanted[phase.id]
        state = happens(ours, known)
        if state is False:
            continue
        before = [each for each in placed if compatible(wanted[each.phase.id], ours)]
        first = max((each.end + ONE_DAY for each in before), default=start)
        last = first + dt.timedelta(days=length_in_days(phase.length, first, open_on) - 1)
        open_before = any(happens(wanted[e.phase.id], {**known, **ours}) is None for e in before)
        certainty: Certainty = "conditional" if state is None else "provisional" if open_before else "planned"
        placed.append(PlacedPhase(phase, index, first, last, certainty, condition_text(ours, known)))
    return placed


def phase_on(placed: Sequence[PlacedPhase], day: dt.date) -> PlacedPhase | None:
    """Return the phase that a day lies in, the surest where several may; None outside of all."""
    within = [each for each in placed if each.start <= day <= each.end]
    order: tuple[Certainty, ...] = ("planned", "provisional", "conditional")
    return min(within, key=lambda each: order.index(each.certainty), default=None)


def condition_text(wanted: Conditions, known: Answers) -> str:
    """Say what is still open of the conditions.

    Examples
    --------
    >>> condition_text({"improving": True, "authorized": False}, {"improving": None, "authorized": None})
    'improving: yes; authorized: no'
    """
    return "; ".join(
        f"{gate}: {'yes' if side else 'no'}" for gate, side in wanted.items() if known[gate] is None
    )
