"""Judgments as an array: case and category by coder, and what stands in the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from allay.consensus.themes.file import Settlement, ThemesFile

Floats = NDArray[np.float64]
Standing: TypeAlias = Literal["present", "absent", "unsettled", "not judged"]


@dataclass(frozen=True, slots=True)
class CaseCategory:
    """A category in a case that was asked about its domain."""

    case: str
    domain: str
    category: str


@dataclass(frozen=True, slots=True, eq=False)
class ThemeJudgments:
    """Who saw which category in which case, before discussion, and what stands after it.

    Attributes
    ----------
    cells : tuple of CaseCategory
        By domain and category as in the file, then by the id of the case.
    coders : tuple of str
        By id.
    values : float64 array of shape (cells, coders)
        1 present, 0 absent, NaN not judged.
    settled : tuple of Settlement or None
        By cell.

    Examples
    --------
    >>> themes = ThemesFile(id="a", title="t", cases=({"id": "P1"},), domains=({"id": "d", "name": "D",
    ...     "categories": ({"id": "k", "name": "K"},)},), coders=tuple({"id": c, "role": "r"} for c in "xy"),
    ...     codings=({"coder": "x", "case": "P1", "domain": "d", "categories": ("k",)},
    ...              {"coder": "y", "case": "P1", "domain": "d"}))
    >>> judged = judgments_of(themes)
    >>> judged.values.tolist(), judged.standing
    ([[1.0, 0.0]], ('unsettled',))
    """

    cells: tuple[CaseCategory, ...]
    coders: tuple[str, ...]
    values: Floats
    settled: tuple[Settlement | None, ...]

    @property
    def judged(self) -> NDArray[np.int64]:
        """How many coders judged each cell, shape (cells,)."""
        return np.asarray((~np.isnan(self.values)).sum(axis=1), dtype=np.int64)

    @property
    def present(self) -> NDArray[np.int64]:
        """How many coders saw the category, shape (cells,)."""
        return np.asarray(np.nansum(self.values, axis=1), dtype=np.int64)

    @property
    def differ(self) -> NDArray[np.bool_]:
        """Where coders differed before discussion, shape (cells,)."""
        return (self.present > 0) & (self.present < self.judged)

    @property
    def standing(self) -> tuple[Standing, ...]:
        """What stands for each cell; a difference nobody settled stays one."""
        return tuple(
            _standing(settlement, int(present), int(judged))
            for settlement, present, judged in zip(self.settled, self.present, self.judged, strict=True)
        )


def _standing(settlement: Settlement | None, present: int, judged: int) -> Standing:
    if settlement is not None:
        return "present" if settlement.present else "absent"
    if judged == 0:
        return "not judged"
    if 0 < present < judged:
        return "unsettled"
    return "present" if present else "absent"


def judgments_of(themes: ThemesFile) -> ThemeJudgments:
    """Lay the judgments of an analysis out; time and memory grow with cases x categories x coders.

    Parameters
    ----------
    themes : ThemesFile
        As `read_themes` takes it.
    """
    cells = tuple(
        CaseCategory(case, domain.id, category.id)
        for domain in themes.domains
        for category in domain.categories
        for case in sorted(one.id for one in themes.cases)
        if case not in domain.not_asked
    )
    coders = tuple(sorted(one.id for one in themes.coders))
    codings = {(one.coder, one.case, one.domain): frozenset(one.categories) for one in themes.codings}
    values = np.full((len(cells), len(coders)), np.nan)
    for row, cell in enumerate(cells):
        for column, coder in enumerate(coders):
            seen = codings.get((coder, cell.case, cell.domain))
            if seen is not None:
                values[row, column] = float(cell.category in seen)
    settlements = {(one.case, one.category): one for one in themes.settlements}
    return ThemeJudgments(
        cells, coders, values, tuple(settlements.get((cell.case, cell.category)) for cell in cells)
    )
