"""The reference pages of evidence: one per condition, from the cells that ship with Allay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allay.programs.evidence.cell import EvidenceCell
    from allay.reports.evidence import EvidenceGrid

Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


def conditions() -> list[str]:
    """Return the ids of the conditions, each of which has a page."""
    from allay.programs.evidence.terms import terms

    return list(terms().conditions)


def overview(table: Table) -> str:
    """Write the table of all conditions, each with the way to its page, and of all reviews."""
    from allay.programs.evidence.effect import EffectClass
    from allay.programs.evidence.review import reviews
    from allay.reports.evidence import evidence_page

    pages = [evidence_page(condition_id=name) for name in conditions()]
    rows = [
        [
            f"[{page.condition.label if page.condition else name}](evidence/{name}.md)",
            str(len(page.shown)),
            *(str(page.tally[effect]) for effect in EffectClass),
            str(page.not_entered),
        ]
        for name, page in zip(conditions(), pages, strict=True)
    ]
    columns = ["condition", "cells", *(effect.replace("_", " ") for effect in EffectClass), "not entered"]
    sources = [
        [
            review.review,
            review.title + review.doubt("title"),
            review.published or "not known",
            review.last_search or "not known",
            f"{review.stale_after_years} years{review.doubt('stale_after_years')}",
            (review.href or "") + (review.doubt("href") if review.href else ""),
        ]
        for review in reviews().values()
    ]
    return "\n\n".join(
        [
            "# Evidence",
            "What reviews found, by condition. A cell is one service against one comparator, for one "
            "outcome, in one window. What is not verified says so in brackets. See "
            "[how to read evidence](../explanation/evidence.md).",
            table(columns, rows),
            "## Reviews",
            table(["review", "title", "published", "last search", "stale after", "where"], sources),
        ]
    )


def page(name: str, table: Table) -> str:
    """Write the page of one condition."""
    from allay.reports.evidence import evidence_page

    shown = evidence_page(condition_id=name)
    assert shown.condition is not None
    parts = [f"# Evidence: {shown.condition.label}"]
    for grid in shown.grids:
        parts += [f"## Compared with {grid.comparator.label}", _grid(grid, table)]
    pooled = [cell for group in shown.pooled for cell in group.cells]
    if pooled:
        parts += ["## Pooled estimates", _pooled(pooled, table)]
    if shown.evidence.statements:
        rows = [
            [
                each.kind,
                each.text + ("" if each.status.certain else f" ({each.status})"),
                shown.evidence.reviews[each.source].review,
            ]
            for each in shown.evidence.statements
        ]
        parts += ["## What the sources say besides", table(["kind", "what it says", "source"], rows)]
    return "\n\n".join(parts)


def _grid(grid: EvidenceGrid, table: Table) -> str:
    from allay.programs.evidence.terms import windows

    columns = [f"{outcome}, {windows()[window].label}" for outcome, window in grid.columns]
    rows = [
        [row.intervention.label, *(_cell(cell) for cell in row.cells), "; ".join(n for _, n in row.locators)]
        for row in grid.rows
    ]
    return table(["service", *columns, "where"], rows)


def _cell(cell: EvidenceCell | None) -> str:
    from allay.reports.evidence_words import strength

    if cell is None:
        return "not entered"
    doubt = "" if cell.effect_status.certain else f" ({cell.effect_status})"
    said = strength(cell)
    return cell.effect.replace("_", " ") + (f", evidence {said}" if said else "") + doubt


def _pooled(cells: Sequence[EvidenceCell], table: Table) -> str:
    from allay.programs.evidence.terms import terms, windows
    from allay.reports.evidence_words import METRICS, numbers, pooled

    rows = [
        [
            terms().interventions[cell.service].label,
            f"{cell.outcome}, {windows()[cell.window].label}",
            METRICS[cell.metric],
            pooled(cell),
            "" if cell.i2 is None else f"{cell.i2:g}%",
            numbers(cell),
            cell.locator,
        ]
        for cell in cells
    ]
    return table(["service", "outcome", "metric", "estimate (interval)", "I²", "rests on", "where"], rows)
