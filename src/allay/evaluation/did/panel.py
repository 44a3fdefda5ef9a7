"""A balanced panel as arrays: a row for each unit, a column for each period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.did.cells import NEVER
from allay.evaluation.did.longtable import LongTable, constant, long_table

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class WidePanel:
    """Outcomes of units that are all seen in the same periods.

    Attributes
    ----------
    outcome : float64 array [unit, period]
    periods : int64 array [period]
        Increasing.
    cohort : int64 array [unit]
        The first treated period of each unit, 0 for never.
    weights : float64 array [unit], optional
        Sampling weights.
    covariates : float64 array [unit, covariate], optional
        They do not change over time.
    covariate_names : tuple of str
    cluster : int64 array [unit], optional
        Units of one cluster are not independent of each other.
    units : array [unit], optional
        What the units are called.
    dropped : int
        How many units were left out, as they were not seen in every period.

    Examples
    --------
    >>> panel = WidePanel(np.array([[1.0, 3.0], [1.0, 2.0]]), np.array([1, 2]), np.array([2, 0]))
    >>> panel.cohorts.tolist()
    [0, 2]
    """

    outcome: Floats
    periods: Integers
    cohort: Integers
    weights: Floats | None = None
    covariates: Floats | None = None
    covariate_names: tuple[str, ...] = ()
    cluster: Integers | None = None
    units: NDArray[Any] | None = None
    dropped: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no balanced panel."""
        if self.outcome.ndim != 2 or self.outcome.shape[1] != len(self.periods):
            raise InvalidValue(
                expected=f"outcomes of units in {len(self.periods)} periods", found=str(self.outcome.shape)
            )
        if len(self.periods) < 2 or (np.diff(self.periods) <= 0).any():
            raise InvalidValue(
                expected="two or more periods, each later than the last", found=str(self.periods.tolist())
            )
        units = len(self.outcome)
        for name in ("cohort", "weights", "covariates", "cluster", "units"):
            given = getattr(self, name)
            if given is not None and len(given) != units:
                raise InvalidValue(expected=f"{name} of {units} units", found=f"of {len(given)}")
        if not np.isfinite(self.outcome).all():
            row, column = np.argwhere(~np.isfinite(self.outcome))[0].tolist()
            raise InvalidValue(
                expected="a number as outcome",
                found=f"{self.outcome[row, column]} (unit {self.name(row)}, period {self.periods[column]})",
            )
        if (self.cohort < 0).any() or (self.periods[0] <= NEVER and (self.cohort != NEVER).any()):
            raise InvalidValue(
                expected="cohorts and periods above 0, as cohort 0 means never",
                found=f"period {self.periods[0]}, cohort {self.cohort.min()}",
            )
        self._check_weights()
        self._check_covariates()

    def _check_weights(self) -> None:
        if self.weights is None:
            return
        wrong = ~(np.isfinite(self.weights) & (self.weights >= 0))
        if wrong.any():
            row = int(np.argmax(wrong))
            raise InvalidValue(
                expected="weights of 0 or more", found=f"{self.weights[row]} (unit {self.name(row)})"
            )
        if not self.weights.any():
            raise InvalidValue(expected="weights above 0", found="only zeros")

    def _check_covariates(self) -> None:
        values = self.covariates
        if values is None:
            return
        if values.ndim != 2 or len(self.covariate_names) != values.shape[1]:
            raise InvalidValue(
                expected=f"a column of covariates for each of {', '.join(self.covariate_names)}",
                found=str(values.shape),
            )
        if not np.isfinite(values).all():
            row, column = np.argwhere(~np.isfinite(values))[0].tolist()
            raise InvalidValue(
                expected=f"a number as {self.covariate_names[column]}",
                found=f"{values[row, column]} (unit {self.name(row)})",
            )

    def name(self, unit: int) -> str:
        """What a unit is called in messages."""
        return str(unit if self.units is None else self.units[unit])

    @property
    def cohorts(self) -> Integers:
        """The cohorts there are, in increasing order; 0, if there, is first."""
        return np.unique(self.cohort)


def wide(
    unit: ArrayLike,
    time: ArrayLike,
    cohort: ArrayLike,
    outcome: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    covariates: ArrayLike | None = None,
    covariate_names: Sequence[str] = (),
    cluster: ArrayLike | None = None,
    unbalanced: Literal["drop", "refuse"] = "drop",
) -> WidePanel:
    """Lay a long table out as a balanced panel.

    Parameters
    ----------
    unit, time, cohort, outcome : array [row]
        Units may be text; times and cohorts are whole numbers. A cohort of 0 (or infinity) is never.
    weights, cluster : array [row], optional
    covariates : array [row, covariate], optional
        These, weights and clusters are the same in every row of a unit.
    covariate_names : sequence of str
    unbalanced : {"drop", "refuse"}
        What to do with units that are not seen in every period.

    Raises
    ------
    InvalidValue
        A unit twice in a period, a cohort (or weight, covariate, cluster) that changes within a unit, an
        outcome that is no number; it names the unit.

    Examples
    --------
    >>> panel = wide(["a", "a", "b", "b", "c"], [1, 2, 2, 1, 1], [2, 2, 0, 0, 0], [1, 3, 2, 1, 5])
    >>> panel.outcome.tolist(), panel.cohort.tolist(), panel.dropped
    ([[1.0, 3.0], [1.0, 2.0]], [2, 0], 1)
    """
    table = long_table(np.asarray(unit), whole(time, "time"))
    first = np.asarray(cohort)
    if first.dtype.kind == "f":
        first = np.where(np.isposinf(first), NEVER, first)
    kept = table.complete
    dropped = int((~kept).sum())
    if dropped and unbalanced == "refuse":
        row = int(np.argmin(kept))
        raise InvalidValue(
            expected="every unit in every period",
            found=f"unit {table.units[row]} in {table.seen(row)} of {len(table.periods)} ({dropped} like it)",
        )
    if not kept.any():
        raise InvalidValue(expected="a unit that is seen in every period", found="none")
    return WidePanel(
        outcome=table.spread(np.asarray(outcome, dtype=np.float64)),
        periods=table.periods,
        cohort=constant(table, whole(first, "cohort"), "cohort"),
        weights=None if weights is None else constant(table, np.asarray(weights, dtype=np.float64), "weight"),
        covariates=None if covariates is None else _covariates(table, covariates, covariate_names),
        covariate_names=tuple(covariate_names),
        cluster=None if cluster is None else _codes(constant(table, np.asarray(cluster), "cluster")),
        units=table.units[kept],
        dropped=dropped,
    )


def whole(values: ArrayLike, name: str) -> Integers:
    """Whole numbers as int64, or say which is none."""
    given = np.asarray(values)
    if given.dtype.kind in "iub":
        return given.astype(np.int64, copy=False)
    try:
        numbers = given.astype(np.float64)
    except (TypeError, ValueError):
        raise InvalidValue(expected=f"whole numbers as {name}", found=str(given.dtype)) from None
    wrong = ~np.isfinite(numbers) | (numbers != np.floor(numbers))
    if wrong.any():
        raise InvalidValue(expected=f"a whole number as {name}", found=str(numbers[np.argmax(wrong)]))
    return numbers.astype(np.int64)


def _covariates(table: LongTable, covariates: ArrayLike, names: Sequence[str]) -> Floats:
    values = np.asarray(covariates, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != len(names):
        raise InvalidValue(expected=f"{len(names)} columns of covariates", found=str(values.shape))
    columns = [constant(table, values[:, place], name) for place, name in enumerate(names)]
    return np.stack(columns, axis=1) if columns else np.empty((int(table.complete.sum()), 0))


def _codes(values: NDArray[Any]) -> Integers:
    return np.unique(values, return_inverse=True)[1].astype(np.int64)
