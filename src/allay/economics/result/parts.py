"""Parts of the result of a case that others are made of: a number as best estimate and over draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from allay.economics.answers.summary import (
    NEVER,
    Months,
    MonthSummary,
    Summary,
    summarize,
    summarize_months,
)

Array = NDArray[np.float64]


class Result(BaseModel):
    """Base of results: US dollars of the case's year unless a name says otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Estimate(Result):
    """A number with every quantity at its best estimate, and over draws; None where there is none."""

    best: float | None
    draws: Summary

    @classmethod
    def of(cls, best: Array, draws: Array) -> Estimate:
        """Make one of arrays [1] and [draw]; NaN says that there is no number.

        Examples
        --------
        >>> Estimate.of(np.array([2.0]), np.array([1.0, 3.0])).draws.mean
        2.0
        """
        (value,) = best.tolist()
        return cls(best=None if np.isnan(value) else value, draws=summarize(np.asarray(draws)))


class MonthEstimate(Result):
    """A month of the program: None where it does not come within the horizon."""

    best: int | None
    draws: MonthSummary

    @classmethod
    def of(cls, best: Months, draws: Months, *, horizon: int) -> MonthEstimate:
        """Make one of int arrays [1] and [draw].

        Examples
        --------
        >>> MonthEstimate.of(np.array([3]), np.array([2, NEVER]), horizon=9).draws.reached
        0.5
        """
        (value,) = best.tolist()
        found = summarize_months(draws, horizon=horizon)
        return cls(best=None if value == NEVER else value, draws=found)
