"""What a page of evidence states: grids of cells, pooled estimates, harms, and how old they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from allay.base.status import Status
from allay.programs.evidence.cell import EvidenceCell, Outcome, Window
from allay.programs.evidence.effect import EffectClass, Metric
from allay.programs.evidence.library import Evidence, evidence, under
from allay.programs.evidence.review import Review
from allay.programs.evidence.terms import EvidenceTerm, Intervention, condition, intervention, terms, windows
from allay.programs.services.catalog import get
from allay.reports.page import Axis, axis_around

__all__ = ["EvidenceGrid", "EvidencePage", "GridRow", "Harm", "Pooled", "evidence_page", "freshness"]


@dataclass(frozen=True, slots=True)
class GridRow:
    """One intervention for one condition in a grid: a cell for each outcome and window.

    A cell of None was not entered, which says nothing about what the review found. `estimates` holds, for
    the same places, the cell that has an estimate, which may be another: a figure beside a table.
    """

    condition: EvidenceTerm
    intervention: Intervention
    cells: tuple[EvidenceCell | None, ...]
    estimates: tuple[EvidenceCell | None, ...]

    @property
    def entered(self) -> tuple[EvidenceCell, ...]:
        """The cells that are there."""
        return tuple(cell for cell in self.cells if cell is not None)

    @property
    def locators(self) -> tuple[tuple[str, str], ...]:
        """Which review and which of its tables say it, each once."""
        return tuple(dict.fromkeys((cell.source, cell.locator) for cell in self.entered))

    @property
    def footnotes(self) -> tuple[str, ...]:
        """Notes on its cells, each once."""
        notes = (note for cell in self.entered for note in (cell.footnote, cell.class_note) if note)
        return tuple(dict.fromkeys(notes))


@dataclass(frozen=True, slots=True)
class EvidenceGrid:
    """Interventions by outcome and window, all against one comparator."""

    comparator: EvidenceTerm
    windows: tuple[Window, ...]
    rows: tuple[GridRow, ...]

    @property
    def columns(self) -> tuple[tuple[Outcome, Window], ...]:
        """Outcome and window of each cell of a row."""
        return tuple((outcome, window) for outcome in Outcome for window in self.windows)


@dataclass(frozen=True, slots=True)
class Pooled:
    """The pooled estimates on one metric, with the axis they are drawn on."""

    metric: Metric
    cells: tuple[EvidenceCell, ...]
    axis: Axis


@dataclass(frozen=True, slots=True)
class Harm:
    """The known harms of one intervention as (text, status, source); empty when none are recorded.

    `services` are those whose definitions name them.
    """

    intervention: Intervention
    services: tuple[str, ...]
    known: tuple[tuple[str, Status, str], ...]


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """All that a page of evidence on a condition, a service or both states."""

    condition: EvidenceTerm | None
    service: Intervention | None
    as_of: dt.date | None
    evidence: Evidence
    grids: tuple[EvidenceGrid, ...]
    pooled: tuple[Pooled, ...]
    harms: tuple[Harm, ...]

    @property
    def shown(self) -> tuple[EvidenceCell, ...]:
        """The cells of the grids: a place that a table and a figure speak of is there once."""
        return tuple(cell for grid in self.grids for row in grid.rows for cell in row.entered)

    @property
    def tally(self) -> dict[EffectClass, int]:
        """Count what is shown by effect class."""
        counts = dict.fromkeys(EffectClass, 0)
        for cell in self.shown:
            counts[cell.effect] += 1
        return counts

    @property
    def not_entered(self) -> int:
        """How many places of the grids hold no cell."""
        return sum(cell is None for grid in self.grids for row in grid.rows for cell in row.cells)

    @property
    def unchecked(self) -> int:
        """How many cells no second reader has checked."""
        return sum(not cell.checker for cell in self.evidence.cells)


def freshness(review: Review, as_of: dt.date | None) -> str:
    """Say whether a search is ``fresh``, ``stale``, of ``unknown`` day, or ``unjudged`` without `as_of`.

    Examples
    --------
    >>> from allay.programs.evidence.review import reviews
    >>> freshness(reviews()["cer-227"], dt.date(2026, 1, 1)), freshness(reviews()["cer-227"], None)
    ('stale', 'unjudged')
    """
    if review.last_search is None:
        return "unknown"
    if as_of is None:
        return "unjudged"
    return "stale" if review.stale(as_of) else "fresh"


def evidence_page(
    *,
    condition_id: str | None = None,
    service_id: str | None = None,
    as_of: dt.date | None = None,
    table: Evidence | None = None,
) -> EvidencePage:
    """Gather what a page on a condition, a service or both states.

    Parameters
    ----------
    condition_id, service_id : str, optional
        At least one. A service takes the interventions shown under it along.
    as_of : date, optional
        The day on which searches are fresh or stale; without it, none is judged.
    table : Evidence, optional
        What ships with Allay by default.

    Raises
    ------
    NotFound
        With the nearest ids.

    Examples
    --------
    >>> page = evidence_page(condition_id="knee-osteoarthritis")
    >>> [(grid.comparator.label, len(grid.rows)) for grid in page.grids], page.not_entered
    ([('usual care', 6)], 0)
    """
    about = None if condition_id is None else condition(condition_id)
    service = None if service_id is None else intervention(service_id)
    whole = evidence() if table is None else table
    chosen = whole.select(condition=condition_id, service=service_id)
    return EvidencePage(
        condition=about,
        service=service,
        as_of=as_of,
        evidence=chosen,
        grids=tuple(_grids(chosen.cells)),
        pooled=tuple(_pooled(chosen.cells)),
        harms=_harms(chosen, service),
    )


def _grids(cells: Sequence[EvidenceCell]) -> list[EvidenceGrid]:
    """Make a grid for each comparator; a stated class goes before one that follows from an estimate."""
    found = []
    for name in terms().comparators:
        own = [cell for cell in cells if cell.comparator == name]
        spans = tuple(w for w in windows() if any(cell.window is w for cell in own))
        columns = [(outcome, span) for outcome in Outcome for span in spans]
        stated = _by_place(sorted(own, key=lambda cell: cell.effect_class is None))
        pooled = _by_place([cell for cell in own if cell.estimate is not None])
        rows = tuple(
            GridRow(
                terms().conditions[about],
                terms().interventions[service],
                tuple(stated.get((about, service, *column)) for column in columns),
                tuple(pooled.get((about, service, *column)) for column in columns),
            )
            for about, service in dict.fromkeys((cell.condition, cell.service) for cell in own)
        )
        if rows:
            found.append(EvidenceGrid(terms().comparators[name], spans, rows))
    return found


def _by_place(
    cells: Sequence[EvidenceCell],
) -> dict[tuple[str, str, Outcome, Window], EvidenceCell]:
    """Return the first cell of each place."""
    found: dict[tuple[str, str, Outcome, Window], EvidenceCell] = {}
    for cell in cells:
        found.setdefault((cell.condition, cell.service, cell.outcome, cell.window), cell)
    return found


def _pooled(cells: Sequence[EvidenceCell]) -> list[Pooled]:
    found = []
    for metric in Metric:
        own = tuple(cell for cell in cells if cell.metric is metric and cell.estimate is not None)
        if own and metric is not Metric.NONE:
            drawn = [end for cell in own for end in (cell.lo, cell.hi) if end is not None]
            found.append(Pooled(metric, own, axis_around(drawn)))
    return found


def _harms(chosen: Evidence, service: Intervention | None) -> tuple[Harm, ...]:
    """Take the harms of what is shown from the definitions of the services it is shown under."""
    names = dict.fromkeys(cell.service for cell in chosen.cells)
    if service is not None:
        names = dict.fromkeys([service.id, *(name for name in names if name in under(service.id))])
    found = []
    for shown in (terms().interventions[name] for name in names):
        known = {
            (harm.text, harm.provenance.status, harm.provenance.reference.title): None
            for name in shown.covers
            for harm in get(name).harms
        }
        by = tuple(name for name in shown.covers if get(name).harms)
        found.append(Harm(shown, by, tuple(known)))
    return tuple(found)
