"""The truth of a simulation: what the program did to each outcome, by cohort and month and in sum."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

import numpy as np

import allay
from allay.base.documents import read_json
from allay.base.errors import NotFound
from allay.base.tables import Readable, Strict
from allay.evaluation.simulation.calendar import StudyMonths
from allay.evaluation.simulation.catalog import catalog, regimens
from allay.evaluation.simulation.design import SimulationDesign
from allay.evaluation.simulation.effects import POPULATIONS, EffectSums
from allay.evaluation.simulation.outcomes import COSTS, MME, OUTCOMES

Population = Literal["enrolled", "continuous"]


class TrueCell(Strict):
    """The true effect on a cohort in a month, an average over its members; null where it has none.

    Attributes
    ----------
    cohort, month, event : int
        Month of the start, month, months since the start; from 0.
    members : int
        Those averaged over.
    att : float
        What the program was expected to change, given who the members are.
    realised : float
        What it changed as drawn: the same random numbers with and without it.
    without : float
        What was expected without it.
    """

    cohort: int
    month: int
    event: int
    members: int
    att: float | None
    realised: float | None
    without: float | None


class TrueAverage(Strict):
    """An average of true effects: over all cells (label null), or over those of a label."""

    label: int | None
    members: int
    att: float | None
    realised: float | None


class TrueEffects(Strict):
    """The truth about an outcome in a population.

    Attributes
    ----------
    outcome, unit, population : str
    negative_control : bool
        Whether the program cannot change it.
    cells : tuple of TrueCell
        From the start on; before it everything is 0.
    simple : TrueAverage
        Over all cells, by members (member-months).
    dynamic, group, calendar : tuple of TrueAverage
        By months since the start, by cohort and by month, each by members.
    """

    outcome: str
    unit: str
    population: Population
    negative_control: bool
    cells: tuple[TrueCell, ...]
    simple: TrueAverage
    dynamic: tuple[TrueAverage, ...]
    group: tuple[TrueAverage, ...]
    calendar: tuple[TrueAverage, ...]


class CohortSize(Strict):
    """How many members started in a month (counted from 0, and as its first day)."""

    month: int
    first_day: str
    members: int


class SimulationTruth(Strict):
    """Everything that is known about simulated claims (`truth.json`).

    Attributes
    ----------
    allay_version, catalog_version : str
        What made them.
    design : SimulationDesign
    months : tuple of str
        First days.
    cohorts : tuple of CohortSize
    negative_control : str
    codes : mapping of str to tuple of str
        By category, the codes that its claims carry (of stays their groups, of fills RxNorm).
    counts : mapping of str to int
        Rows written, and what was planted in them.
    effects : tuple of TrueEffects
    """

    allay_version: str
    catalog_version: str
    design: SimulationDesign
    months: tuple[str, ...]
    cohorts: tuple[CohortSize, ...]
    negative_control: str
    codes: dict[str, tuple[str, ...]]
    counts: dict[str, int]
    effects: tuple[TrueEffects, ...]

    def of(self, outcome: str, *, population: Population = "enrolled") -> TrueEffects:
        """Return the truth about an outcome."""
        for effect in self.effects:
            if effect.outcome == outcome and effect.population == population:
                return effect
        raise NotFound.among("outcome", outcome, known=OUTCOMES)


def read_truth(source: Readable, *, name: str | None = None) -> SimulationTruth:
    """Read `truth.json`.

    Raises
    ------
    InvalidInput
        When it is not a truth that this version knows.

    Examples
    --------
    >>> import io
    >>> read_truth(io.BytesIO(b"{}"), name="truth.json")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: ...
    """
    return read_json(source, SimulationTruth, name=name)


def truth_of(
    design: SimulationDesign,
    sums: EffectSums,
    *,
    counts: Mapping[str, int],
    outcomes: Collection[str] = OUTCOMES,
) -> SimulationTruth:
    """Make the truth of a simulation about some outcomes from the sums over its buckets."""
    months = StudyMonths.of(design.start, design.months).names()
    sizes = tuple(
        CohortSize(month=cohort.month, first_day=months[cohort.month], members=int(many))
        for cohort, many in zip(design.cohorts, sums.started, strict=True)
    )
    effects = tuple(
        _effects(design, sums, place, population)
        for place, outcome in enumerate(OUTCOMES)
        if outcome in outcomes
        for population in range(len(POPULATIONS))
    )
    return SimulationTruth(
        allay_version=allay.__version__,
        catalog_version=catalog().version,
        design=design,
        months=months,
        cohorts=sizes,
        negative_control=design.negative_control,
        codes={
            **{service.id: service.codes or service.drgs for service in catalog().services},
            "pharmacy_fill": catalog().pharmacy.drugs,
            "opioid_fill": tuple(one.drug for one in regimens()),
        },
        counts=dict(counts),
        effects=effects,
    )


def _effects(design: SimulationDesign, sums: EffectSums, place: int, population: int) -> TrueEffects:
    outcome = OUTCOMES[place]
    starts = np.array([cohort.month for cohort in design.cohorts], dtype=np.int64)
    month = np.broadcast_to(np.arange(design.months), (len(starts), design.months))
    event = month - starts[:, None]
    after = event >= 0
    members = sums.members[population]
    both = np.stack([each[place, population] for each in (sums.expected, sums.realised, sums.without)])

    def average(label: int | None, mask: Any) -> TrueAverage:
        many = int(members[mask].sum())
        att, realised = ((float(each[mask].sum()) / many if many else None) for each in both[:2])
        return TrueAverage(label=label, members=many, att=att, realised=realised)

    def by(labels: Any) -> tuple[TrueAverage, ...]:
        return tuple(average(int(one), after & (labels == one)) for one in np.unique(labels[after]))

    cells = []
    for row, column in zip(*np.nonzero(after), strict=True):
        many = int(members[row, column])
        att, realised, without = (float(each) / many if many else None for each in both[:, row, column])
        cells.append(
            TrueCell(
                cohort=int(starts[row]),
                month=int(column),
                event=int(event[row, column]),
                members=many,
                att=att,
                realised=realised,
                without=without,
            )
        )
    return TrueEffects(
        outcome=outcome,
        unit="cents" if outcome in COSTS else "thousandths of an MME" if outcome == MME else "count",
        population="enrolled" if population == 0 else "continuous",
        negative_control=outcome == design.negative_control,
        cells=tuple(cells),
        simple=average(None, after),
        dynamic=by(event),
        group=by(np.broadcast_to(starts[:, None], event.shape)),
        calendar=by(month),
    )
