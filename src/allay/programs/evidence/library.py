"""The evidence that ships with Allay, and choosing from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from allay.programs.evidence.cell import EvidenceCell
from allay.programs.evidence.cellsheet import read_cells
from allay.programs.evidence.effect import FOLDER, EffectClass
from allay.programs.evidence.review import Review, reviews
from allay.programs.evidence.statement import EvidenceStatement, statements
from allay.programs.evidence.terms import intervention, terms


@dataclass(frozen=True, slots=True)
class Evidence:
    """Cells and statements with the reviews they come from.

    Examples
    --------
    >>> table = evidence().select(condition="fibromyalgia", locator="Table 59")
    >>> {effect.value: n for effect, n in table.tally().items() if n}
    {'small': 16, 'moderate': 2, 'none': 13, 'insufficient': 12, 'no_evidence': 11}
    """

    cells: tuple[EvidenceCell, ...]
    statements: tuple[EvidenceStatement, ...]
    reviews: Mapping[str, Review]

    def select(
        self,
        *,
        condition: str | None = None,
        service: str | None = None,
        comparator: str | None = None,
        outcome: str | None = None,
        locator: str | None = None,
    ) -> Evidence:
        """Return what is about all that is given.

        A service takes the interventions shown under it along: `graded_exercise` takes `exercise`.
        """
        services = None if service is None else under(service)
        cells = tuple(
            cell
            for cell in self.cells
            if (condition is None or cell.condition == condition)
            and (services is None or cell.service in services)
            and (comparator is None or cell.comparator == comparator)
            and (outcome is None or cell.outcome == outcome)
            and (locator is None or cell.locator == locator)
        )
        said = tuple(
            each
            for each in self.statements
            if each.concerns(condition=condition, services=services)
            and (comparator is None or each.comparator == comparator)
        )
        named = {cell.source for cell in cells} | {each.source for each in said}
        return Evidence(cells, said, {key: review for key, review in self.reviews.items() if key in named})

    def tally(self) -> dict[EffectClass, int]:
        """Count the cells by effect class; every class is there, with 0 where there is none."""
        counts = dict.fromkeys(EffectClass, 0)
        for cell in self.cells:
            counts[cell.effect] += 1
        return counts


def under(service: str) -> tuple[str, ...]:
    """Return the id of a service and of the interventions shown under it.

    Raises
    ------
    NotFound
        With the nearest ids.

    Examples
    --------
    >>> under("tai_chi_qigong")
    ('tai_chi_qigong', 'tai_chi', 'qigong')
    """
    first = intervention(service).id
    others = (each.id for each in terms().interventions.values() if service in each.covers)
    return (first, *(name for name in others if name != first))


@cache
def evidence() -> Evidence:
    """Return all evidence that ships with Allay."""
    return Evidence(read_cells(FOLDER / "cells.csv"), statements(), reviews())
