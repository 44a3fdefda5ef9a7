"""Cross-analysis: in how many cases each category occurs, and what label that gives."""

from __future__ import annotations

from collections import Counter
from typing import Literal, TypeAlias

from allay.base.documents import Strict
from allay.consensus.themes.file import ThemesFile
from allay.consensus.themes.judgments import ThemeJudgments, judgments_of
from allay.consensus.themes.labels import CaseLabel, label_of, read_rule

CategoryLabel: TypeAlias = CaseLabel | Literal["unsettled", "not judged"]


class CategoryRow(Strict):
    """A category over all cases.

    Attributes
    ----------
    cases : tuple of str
        Those in which it occurs for certain, by id.
    of : int
        Cases that were asked about the domain.
    unsettled, not_judged : int
        Cases in which coders differ and nobody settled it; cases nobody judged.
    label : str
        `unsettled` while a difference is open, `not judged` while a case is.
    lowest, highest : str, optional
        The label if it occurs in none of the open cases, and if in all of them; None where nobody was asked.
    quotes : int
    """

    domain: str
    domain_name: str
    category: str
    name: str
    cases: tuple[str, ...]
    of: int
    unsettled: int
    not_judged: int
    label: CategoryLabel
    lowest: CaseLabel | None
    highest: CaseLabel | None
    quotes: int


def cross_analysis(themes: ThemesFile, judgments: ThemeJudgments | None = None) -> tuple[CategoryRow, ...]:
    """Count the cases of each category, and label it; open differences are never guessed.

    Parameters
    ----------
    themes : ThemesFile
        As `read_themes` takes it.
    judgments : ThemeJudgments, optional
        Its judgments, where they are laid out already.

    Returns
    -------
    tuple of CategoryRow
        In the order of the file; time grows with cases x categories.

    Examples
    --------
    >>> themes = ThemesFile(id="a", title="t", cases=({"id": "P1"}, {"id": "P2"}), domains=({"id": "d",
    ...     "name": "D", "categories": ({"id": "k", "name": "K"},)},), coders=({"id": "x", "role": "r"},),
    ...     codings=({"coder": "x", "case": "P1", "domain": "d", "categories": ("k",)},))
    >>> row, = cross_analysis(themes)
    >>> row.cases, row.of, row.label, row.lowest, row.highest
    (('P1',), 2, 'not judged', 'single', 'general')
    """
    found = judgments_of(themes) if judgments is None else judgments
    rule = read_rule(themes.labels)
    standing: dict[str, list[tuple[str, str]]] = {}
    for cell, stands in zip(found.cells, found.standing, strict=True):
        standing.setdefault(cell.category, []).append((cell.case, stands))
    quotes = Counter(one.category for one in themes.quotes if one.category)
    rows = []
    for domain in themes.domains:
        for category in domain.categories:
            cells = standing.get(category.id, [])
            present = tuple(case for case, stands in cells if stands == "present")
            counts = Counter(stands for _, stands in cells)
            unsettled, not_judged = counts["unsettled"], counts["not judged"]
            ends = [
                label_of(cases, of=len(cells), rule=rule) if cells else None
                for cases in (len(present), len(present) + unsettled + not_judged)
            ]
            label: CategoryLabel = "unsettled" if unsettled else "not judged"
            if not unsettled and not not_judged and ends[0] is not None:
                label = ends[0]
            rows.append(
                CategoryRow(
                    domain=domain.id,
                    domain_name=domain.name,
                    category=category.id,
                    name=category.name,
                    cases=present,
                    of=len(cells),
                    unsettled=unsettled,
                    not_judged=not_judged,
                    label=label,
                    lowest=ends[0],
                    highest=ends[1],
                    quotes=quotes[category.id],
                )
            )
    return tuple(rows)
