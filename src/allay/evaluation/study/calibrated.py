"""Rate ratios of a study corrected for the errors that its negative controls show."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from allay.evaluation.inference.calibration import (
    Calibrated,
    NotCalibrated,
    SystematicError,
    calibrate,
    systematic_error,
)
from allay.evaluation.inference.conventions import convention
from allay.evaluation.study.outcomeresult import OutcomeResult
from allay.evaluation.study.ratioresult import CalibratedRow, CalibrationRecord, RatioRow


def calibration_record(results: Sequence[OutcomeResult], *, alpha: float) -> CalibrationRecord:
    """Correct the outcomes that the program may change by those that it cannot.

    Ratios are compared, because outcomes have units and levels of their own. Controls that share members err
    together somewhat; that is not taken into account.

    Parameters
    ----------
    results : sequence of OutcomeResult
        With their rate ratios.
    alpha : float

    Examples
    --------
    >>> found = calibration_record([], alpha=0.05)
    >>> found.controls, found.needed, found.status.value
    (0, 5, 'memory')
    """
    controls = [row for one in results if one.role == "negative_control" for row in _known(one)]
    error = systematic_error([math.log(row.ratio) for row in controls], [row.log_se for row in controls])
    if isinstance(error, NotCalibrated):
        return CalibrationRecord(
            controls=error.controls,
            needed=error.needed,
            status=error.status,
            words=f"not corrected by negative controls: {error.reason} ({error.status.value})",
        )
    rule = convention("negative_controls.fewest")
    rows = tuple(row for one in results if one.role != "negative_control" for row in _rows(one, error, alpha))
    return CalibrationRecord(
        controls=error.controls,
        needed=int(rule.number),
        status=rule.status,
        mean_error=math.exp(error.mean),
        spread=error.sd,
        rows=rows,
        words=f"where nothing can have changed, the study shows {math.exp(error.mean):.3f} times what was to "
        f"be expected (mean of {error.controls} negative controls); rate ratios are divided by that, and "
        "their intervals allow for how much such errors differ",
    )


def _known(one: OutcomeResult) -> Iterator[RatioRow]:
    if one.ratio is not None and one.ratio.total is not None and one.ratio.total.log_se > 0:
        yield one.ratio.total


def _rows(one: OutcomeResult, error: SystematicError, alpha: float) -> Iterator[CalibratedRow]:
    for row in _known(one):
        found = calibrate(math.log(row.ratio), row.log_se, error=error, level=1 - alpha)
        assert isinstance(found, Calibrated)
        yield CalibratedRow(
            outcome=one.outcome,
            name=one.name,
            ratio=math.exp(found.estimate),
            low=math.exp(found.interval.low),
            high=math.exp(found.interval.high),
            p=found.p,
        )
