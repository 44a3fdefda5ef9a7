"""The result of aggregating estimates, as it is written to a file."""

from __future__ import annotations

from typing import Literal

import numpy as np

from allay.base.documents import Strict
from allay.consensus.estimates.aggregate import NONE, aggregate
from allay.consensus.estimates.limits import LogOddsLimits, OtherScaleLimits, limits
from allay.consensus.estimates.reading import OtherScale
from allay.consensus.estimates.table import EstimateTable
from allay.consensus.protocol.protocol import SMALLEST_GROUP


class EstimateRow(Strict):
    """An item in a round; all numbers but counts and the share are on the scale of the estimates.

    Attributes
    ----------
    n : int
        Experts.
    mean, median, log_odds_mean, q1, q3, iqr : float
        Of the best estimates; quartiles by linear interpolation.
    lower, upper : float, optional
        Means of the bounds of those who gave some.
    iqr_change : float, optional
        `iqr` less that of the round before; negative: closer together.
    both_rounds : int, optional
        Experts who also estimated it in the round before.
    share_changed : float, optional
        Share of them who changed their best estimate, 0 to 1; None with fewer than 5.
    other_scale : int
        Estimates that are plainly on a scale from 0 to 1: counted as they stand, or left out.
    """

    item: str
    round: str
    n: int
    mean: float
    median: float
    log_odds_mean: float
    q1: float
    q3: float
    iqr: float
    lower: float | None
    upper: float | None
    iqr_change: float | None
    both_rounds: int | None
    share_changed: float | None
    other_scale: int


class OtherScaleRow(Strict):
    """A row of the file that is plainly on another scale; who gave it stands in the file."""

    line: int
    item: str
    round: str


class EstimateResult(Strict):
    """What the estimates of a file come to. No estimate of a single expert is meant to stand in it.

    Attributes
    ----------
    scale : (float, float)
    other_scale_rows : str
        Whether rows on another scale were counted as they stand or left out.
    """

    format: Literal["allay-consensus-estimates/1"] = "allay-consensus-estimates/1"
    allay_version: str
    scale: tuple[float, float]
    log_odds: LogOddsLimits
    other_scale_rule: OtherScaleLimits
    other_scale_rows: Literal["counted", "left out"]
    other_scale: tuple[OtherScaleRow, ...]
    items: tuple[EstimateRow, ...]


def estimate_result(
    table: EstimateTable, *, allay_version: str, other_scale: OtherScale = "warn"
) -> EstimateResult:
    """Aggregate estimates and say which rows are on another scale.

    Parameters
    ----------
    table : EstimateTable
        As `read_estimates` returns it with the same `other_scale`.

    Examples
    --------
    >>> import io
    >>> from allay.consensus.estimates.reading import read_estimates
    >>> rows = b"item,expert,best,round\\ny1,a,20,1\\ny1,b,80,1\\ny1,a,40,2\\ny1,b,60,2\\n"
    >>> result = estimate_result(read_estimates(io.BytesIO(rows)), allay_version="0")
    >>> [(row.round, row.mean, row.iqr, row.iqr_change) for row in result.items]
    [('1', 50.0, 30.0, None), ('2', 50.0, 10.0, -20.0)]
    """
    odd = table.only(table.other_scale)
    leave_out = other_scale == "leave-out"
    return EstimateResult(
        allay_version=allay_version,
        scale=(table.scale.low, table.scale.high),
        log_odds=limits().log_odds,
        other_scale_rule=limits().other_scale,
        other_scale_rows="left out" if leave_out else "counted",
        other_scale=tuple(
            OtherScaleRow(line=line, item=table.items[item], round=table.rounds[number])
            for line, item, number in zip(
                odd.lines.tolist(), odd.item.tolist(), odd.round.tolist(), strict=True
            )
        ),
        items=_rows(table, leave_out=leave_out),
    )


def _rows(table: EstimateTable, *, leave_out: bool) -> tuple[EstimateRow, ...]:
    found = aggregate(table.only(~table.other_scale) if leave_out else table)
    odd = table.only(table.other_scale)
    count = np.zeros((len(table.items), len(table.rounds)), dtype=np.int64)
    np.add.at(count, (odd.item, odd.round), 1)
    change = found.iqr_change
    rows = []
    for row, (item, number) in enumerate(zip(found.item.tolist(), found.round.tolist(), strict=True)):
        first, both = found.before[row] == NONE, int(found.both[row])
        rows.append(
            EstimateRow(
                item=table.items[item],
                round=table.rounds[number],
                n=int(found.n[row]),
                mean=float(found.mean[row]),
                median=float(found.median[row]),
                log_odds_mean=float(found.log_odds_mean[row]),
                q1=float(found.q1[row]),
                q3=float(found.q3[row]),
                iqr=float(found.iqr[row]),
                lower=_number(found.lower[row]),
                upper=_number(found.upper[row]),
                iqr_change=_number(change[row]),
                both_rounds=None if first else both,
                share_changed=None if first or both < SMALLEST_GROUP else int(found.changed[row]) / both,
                other_scale=int(count[item, number]),
            )
        )
    return tuple(rows)


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
