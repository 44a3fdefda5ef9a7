"""Outcomes of a whole program as arrays: people referred here, and each registry that was taken in.

Only numbers and levels of groups leave this module, never who somebody is; pages that show them need no
entry per patient in the audit trail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from allay.measures.cohort import OutcomesTable
from allay.measures.outcome_plan import OutcomePlan
from allay_web.access.models import Program
from allay_web.enrolment import queries as enrolment
from allay_web.outcomes.models import RegistryImport, Score
from allay_web.outcomes.queries.columns import Columns, Listed, ListedScores, People, people_of, rows_of
from allay_web.outcomes.queries.referred import referred_table
from allay_web.outcomes.queries.registered import registered_table

if TYPE_CHECKING:
    from django.db.models import QuerySet

REFERRALS = "referrals"


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """People whose outcomes are looked at together.

    Attributes
    ----------
    id : `referrals`, or the id of a registry's map
    table, plan : as the library's report takes them
    opened : the day each episode opened, NaT where the source records no dates
    finished : who completed the program
    """

    id: str
    table: OutcomesTable
    plan: OutcomePlan
    opened: NDArray[np.datetime64]
    finished: NDArray[np.bool_]

    @property
    def is_registry(self) -> bool:
        """Whether these people came in with a file."""
        return self.id != REFERRALS

    @property
    def assessed(self) -> NDArray[np.bool_]:
        """Who has any score at baseline."""
        return self.answered(self.table.baseline.id)

    def answered(self, timepoint: str) -> NDArray[np.bool_]:
        """Who has any score at a time point."""
        found = np.zeros(self.table.n, dtype=np.bool_)
        for (_, point), column in self.table.values.items():
            if point == timepoint:
                found |= ~np.isnan(column)
        return found

    def old_enough(self, day: int, *, on: date) -> NDArray[np.bool_]:
        """Whose episode is at least `day` days old; without a date nobody is left out."""
        waited = np.datetime64(on, "D") - self.opened
        return np.isnat(self.opened) | (waited >= np.timedelta64(day, "D"))

    def only(self, keep: NDArray[np.bool_]) -> Cohort:
        """Only the people marked."""
        if keep.all():
            return self
        table = replace(
            self.table,
            patients=tuple(np.array(self.table.patients, dtype=object)[keep]),
            values={key: column[keep] for key, column in self.table.values.items()},
            groups={key: column[keep] for key, column in self.table.groups.items()},
            numbers={key: column[keep] for key, column in self.table.numbers.items()},
        )
        return replace(self, table=table, opened=self.opened[keep], finished=self.finished[keep])


def cohorts(program: Program) -> tuple[Cohort, ...]:
    """Every cohort of a program; three queries, whatever its size.

    A person belongs to a registry when a file brought a score of theirs, else to the people referred here. A
    patient who is in both has an episode in each.
    """
    maps = {one.map_id: one for one in RegistryImport.objects.of(program).order_by("pk")}
    people = people_of(rows_of(enrolment.episode_facts(program)))
    scores = _scores(Score.objects.of(program), people)
    found = []
    ours = {key: pair for key, pair in scores.items() if key[0] not in maps}
    here = ~people.from_registry
    if here.any():
        table = referred_table(program, people, here, ours)
        found.append(Cohort(REFERRALS, *table, people.opened[here], people.finished[here]))
    for map_id, imported in maps.items():
        theirs = {key: pair for key, pair in scores.items() if key[0] == map_id}
        members = np.zeros(people.n, dtype=np.bool_)
        for places, _ in theirs.values():
            members[places] = True
        if members.any():
            table = registered_table(imported, people, members, theirs)
            found.append(Cohort(map_id, *table, people.opened[members], people.finished[members]))
    return tuple(found)


def newest_score(program: Program) -> int | None:
    """The id of the score written last; None where there is none."""
    ids = Score.objects.of(program).order_by("-pk").values_list("pk", flat=True)
    newest: int | None = ids.first()
    return newest


def outcomes_table(program: Program, *, cohort: str = REFERRALS) -> OutcomesTable:
    """The outcomes table of one cohort, as the library's report takes it.

    Raises
    ------
    LookupError
        when the program has no such cohort.
    """
    for each in cohorts(program):
        if each.id == cohort:
            return each.table
    raise LookupError(f"{program} has no outcomes of {cohort}")


def _scores(scores: QuerySet[Any], people: People) -> Columns:
    """For each instrument, scale and time point: the places of the people scored, and their scores."""
    groups = scores.order_by().values_list("instrument", "scale", "timepoint")
    listed = groups.annotate(episodes=Listed("episode_id"), scores=ListedScores("score"))
    found: dict[tuple[str, str, str], tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
    for instrument, scale, point, episodes, values in rows_of(listed):
        places = people.places(np.fromstring(episodes, dtype=np.int64, sep=","))
        found[instrument, scale, point] = (places, np.fromstring(values, sep=","))
    return found
