"""Evidence as JSON: the cells as their sheet has them, and what follows from each."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel

import allay
from allay.base.status import Status
from allay.programs.evidence.cell import EvidenceCell
from allay.programs.evidence.effect import EffectClass, EvidenceState, facts
from allay.programs.evidence.review import Review
from allay.programs.evidence.statement import EvidenceStatement
from allay.reports.evidence import EvidencePage, freshness

__all__ = ["EvidenceResult", "evidence_result"]


class CellResult(BaseModel):
    """A row of the cell sheet with its class, stated or computed, and its state."""

    effect: EffectClass
    effect_status: Status
    state: EvidenceState
    row: EvidenceCell


class ReviewResult(BaseModel):
    """A review, and whether its search is fresh, stale, unknown or unjudged on the day asked for."""

    age: str
    review: Review


class HarmResult(BaseModel):
    """The known harms of a service or intervention; an empty list says that none are recorded."""

    service: str
    known: tuple[tuple[str, Status, str], ...]


class EvidenceResult(BaseModel):
    """What `allay evidence show` prints as JSON."""

    allay_version: str
    facts: dict[str, Status]
    condition: str | None
    service: str | None
    as_of: dt.date | None
    tally: dict[EffectClass, int]
    not_entered: int
    cells: tuple[CellResult, ...]
    statements: tuple[EvidenceStatement, ...]
    harms: tuple[HarmResult, ...]
    reviews: tuple[ReviewResult, ...]


def evidence_result(page: EvidencePage) -> EvidenceResult:
    """Make the JSON result of a page.

    `tally` counts what the grids show: a place that a table and a figure speak of is counted once.

    Examples
    --------
    >>> from allay.reports.evidence import evidence_page
    >>> result = evidence_result(evidence_page(condition_id="fibromyalgia"))
    >>> len(result.cells), result.cells[0].state.value, result.cells[0].row.locator
    (56, 'graded_effect', 'Table 59')
    """
    return EvidenceResult(
        allay_version=allay.__version__,
        facts={fact.latest.version: fact.latest.status for fact in facts()},
        condition=page.condition and page.condition.id,
        service=page.service and page.service.id,
        as_of=page.as_of,
        tally=page.tally,
        not_entered=page.not_entered,
        cells=tuple(
            CellResult(effect=cell.effect, effect_status=cell.effect_status, state=cell.state, row=cell)
            for cell in page.evidence.cells
        ),
        statements=page.evidence.statements,
        harms=tuple(HarmResult(service=each.intervention.id, known=each.known) for each in page.harms),
        reviews=tuple(
            ReviewResult(age=freshness(review, page.as_of), review=review)
            for review in page.evidence.reviews.values()
        ),
    )
