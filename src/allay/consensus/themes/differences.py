"""Differences between coders, each with how it was settled, or that it was not."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import numpy as np

from allay.base.documents import Strict
from allay.consensus.themes.judgments import ThemeJudgments


class DifferenceRow(Strict):
    """A case and category on which coders differed, or on which an auditor overruled them.

    Attributes
    ----------
    present_by, absent_by : tuple of str
        Coders who saw the category there, and who did not.
    settled : {"present", "absent", "unsettled"}
    how, by, on, reason : optional
        As recorded; None where it is unsettled.
    overruled : bool
        Whether the coders had agreed and the auditor decided otherwise.
    """

    case: str
    domain: str
    category: str
    present_by: tuple[str, ...]
    absent_by: tuple[str, ...]
    settled: Literal["present", "absent", "unsettled"]
    how: Literal["discussed", "auditor"] | None
    by: str | None
    on: dt.date | None
    reason: str | None
    overruled: bool


def differences(judgments: ThemeJudgments) -> tuple[DifferenceRow, ...]:
    """List every difference; the order is that of `judgments.cells`.

    Examples
    --------
    >>> from allay.consensus.themes.file import ThemesFile
    >>> from allay.consensus.themes.judgments import judgments_of
    >>> themes = ThemesFile(id="a", title="t", cases=({"id": "P1"},), domains=({"id": "d", "name": "D",
    ...     "categories": ({"id": "k", "name": "K"},)},), coders=tuple({"id": c, "role": "r"} for c in "xy"),
    ...     codings=({"coder": "x", "case": "P1", "domain": "d", "categories": ("k",)},
    ...              {"coder": "y", "case": "P1", "domain": "d"}))
    >>> row, = differences(judgments_of(themes))
    >>> row.present_by, row.absent_by, row.settled
    (('x',), ('y',), 'unsettled')
    """
    rows = []
    for at, cell in enumerate(judgments.cells):
        settlement = judgments.settled[at]
        if not judgments.differ[at] and settlement is None:
            continue
        values = judgments.values[at]
        settled: Literal["present", "absent", "unsettled"] = "unsettled"
        if settlement is not None:
            settled = "present" if settlement.present else "absent"
        agreed = not judgments.differ[at]
        rows.append(
            DifferenceRow(
                case=cell.case,
                domain=cell.domain,
                category=cell.category,
                present_by=tuple(judgments.coders[k] for k in np.flatnonzero(values == 1)),
                absent_by=tuple(judgments.coders[k] for k in np.flatnonzero(values == 0)),
                settled=settled,
                how=settlement.how if settlement else None,
                by=settlement.by if settlement else None,
                on=settlement.on if settlement else None,
                reason=settlement.reason if settlement else None,
                overruled=agreed
                and settlement is not None
                and settlement.present != bool(judgments.present[at]),
            )
        )
    return tuple(rows)
