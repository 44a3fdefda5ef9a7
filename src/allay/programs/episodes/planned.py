"""Planned dose: how many sessions and minutes of each component a definition plans for an episode."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from allay.programs.definitions.definition import ProgramDefinition
from allay.programs.definitions.timeline import Planner
from allay.programs.episodes.records import EpisodeRecord


class PlannedDoses:
    """What a definition plans, by the day an episode begins.

    Components of a phase that depends on a gate are planned for an episode that has sessions of that phase.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> doses = PlannedDoses(get("starter"))
    >>> dict(doses.of(EpisodeRecord("A", dt.date(2026, 3, 2), is_open=False)))
    {'intake': 1, 'movement_in_group': 6, 'skills_group': 6}
    """

    def __init__(self, definition: ProgramDefinition) -> None:
        self.definition = definition
        self._planner = Planner(definition)
        self._phase_of = {component.id: phase.id for phase, component in definition.components()}
        self._follow_up = {phase.id for phase in definition.phases if phase.kind == "follow_up"}
        self._conditional = {phase.id for phase in definition.phases if definition.gate_of(phase.id)}
        self._by_start: dict[dt.date, list[tuple[dt.date, str, str]]] = {}
        self.core = tuple(
            component.id
            for phase, component in definition.components()
            if component.part == "core" and phase.id not in self._follow_up
        )

    def phase_of(self, component: str) -> str:
        """Return the phase a component belongs to."""
        return self._phase_of[component]

    def of(self, episode: EpisodeRecord, *, until: dt.date | None = None) -> Mapping[str, int]:
        """Return the planned sessions of care by component, up to and including a day if one is given."""
        begun = {self._phase_of[session.component] for session in episode.sessions}
        planned: Counter[str] = Counter()
        for day, component, phase in self._sessions(episode.enrolled_on):
            if (phase not in self._conditional or phase in begun) and (until is None or day <= until):
                planned[component] += 1
        return planned

    def _sessions(self, start: dt.date) -> list[tuple[dt.date, str, str]]:
        if start not in self._by_start:
            self._by_start[start] = [
                (each.date, each.id, each.phase)
                for each in self._planner.timeline(start).of_kind("session")
                if each.phase not in self._follow_up
            ]
        return self._by_start[start]
