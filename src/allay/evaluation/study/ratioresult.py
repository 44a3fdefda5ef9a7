"""The shape of what a result says in percent: rate ratios, and their correction by negative controls."""

from __future__ import annotations

from allay.base.status import Status
from allay.base.tables import Strict


class RatioRow(Strict):
    """A rate ratio with its interval.

    Attributes
    ----------
    ratio, low, high : float
    log_se : float
        Standard error of its logarithm.
    """

    ratio: float
    low: float
    high: float
    log_se: float


class RatioRecord(Strict):
    """What starters had over what was to be expected, had their trend been parallel in percent.

    Attributes
    ----------
    total : RatioRow, optional
        None where it cannot be worked out.
    any_use, amount : RatioRow, optional
        Of a cost: months with any, and the amount of a month that has one; they multiply to the total.
    starters, comparison : int
    words : str
        What was assumed, or why there is none.
    """

    total: RatioRow | None
    any_use: RatioRow | None = None
    amount: RatioRow | None = None
    starters: int = 0
    comparison: int = 0
    words: str


class CalibratedRow(Strict):
    """The rate ratio of an outcome, corrected.

    Attributes
    ----------
    outcome, name : str
    ratio, low, high, p : float
    """

    outcome: str
    name: str
    ratio: float
    low: float
    high: float
    p: float


class CalibrationRecord(Strict):
    """Rate ratios corrected for the errors that negative controls show, or why they are not.

    Attributes
    ----------
    controls : int
        Negative controls with a rate ratio.
    needed : int
        Below this number nothing is corrected.
    status : Status
        How sure that number is.
    mean_error : float, optional
        Rate ratio that the study shows on average where nothing can have changed.
    spread : float, optional
        Standard deviation of the logarithm of such ratios, beyond chance.
    rows : tuple of CalibratedRow
    words : str
    """

    controls: int
    needed: int
    status: Status
    mean_error: float | None = None
    spread: float | None = None
    rows: tuple[CalibratedRow, ...] = ()
    words: str
