"""Results as tables with the columns of the commands: six decimals, blank where there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.measures.irt.eap import ThetaEstimates
from allay.measures.irt.graded import Floats
from allay.measures.irt.quadrature import t_errors, t_scores
from allay.measures.irt.rules import STOPS
from allay.measures.irt.simulation import AdaptiveSimulation
from allay.measures.irt.sums import SumTable

_DECIMALS = 6


def trace_frame(simulation: AdaptiveSimulation, *, respondents: Sequence[str]) -> pl.DataFrame:
    """One row per answer: ``respondent,step,item,answer,theta,se,t,t_se,stopped``.

    Steps count from 1; `stopped` stands on a respondent's last row. Who answered nothing has one row, step 0,
    without an estimate, so that nobody is lost.

    Examples
    --------
    >>> from allay.measures.irt.bank import GradedItem, ItemBank
    >>> from allay.measures.irt.settings import adaptive_rules
    >>> from allay.measures.irt.simulation import simulate
    >>> bank = ItemBank((GradedItem("a", 1.5, (0.0,)), GradedItem("b", 2.0, (-1.0, 1.0))))
    >>> found = simulate(bank, [[2, 3], [-1, -1]], rules=adaptive_rules("promis-adult"))
    >>> trace_frame(found, respondents=["R1", "R2"]).select("respondent", "step", "item", "stopped").rows()
    [('R1', 1, 'b', None), ('R1', 2, 'a', 'bank_exhausted'), ('R2', 0, None, 'nothing_answered')]
    """
    rows = np.maximum(simulation.used, 1)
    who = np.repeat(np.arange(len(rows)), rows)
    place = np.arange(len(who)) - np.repeat(np.cumsum(rows) - rows, rows)
    silent = simulation.used[who] == 0
    last = place == rows[who] - 1
    item, answer = np.where(silent, 0, simulation.items[who, place]), simulation.answers[who, place]
    theta, se = simulation.theta[who, place], simulation.se[who, place]
    asked = pl.Series(~silent)
    return pl.DataFrame(
        {
            "respondent": _texts(respondents, who),
            "step": np.where(silent, 0, place + 1),
            "item": _texts(simulation.bank.ids, item),
            "answer": answer,
            **_numbers(theta=theta, se=se, t=t_scores(theta), t_se=t_errors(se)),
            "stopped": _texts(STOPS, simulation.stopped[who]),
        }
    ).with_columns(
        pl.when(asked).then(pl.col("item", "answer")), pl.when(pl.Series(last)).then(pl.col("stopped"))
    )


def scores_frame(scores: ThetaEstimates, *, respondents: Sequence[str]) -> pl.DataFrame:
    """One row per respondent: ``respondent,answered,theta,se,t,t_se``.

    Examples
    --------
    >>> found = ThetaEstimates(np.array([2, 0]), np.array([0.5, np.nan]), np.array([0.25, np.nan]))
    >>> scores_frame(found, respondents=["R1", "R2"]).rows()
    [('R1', 2, 0.5, 0.25, 55.0, 2.5), ('R2', 0, None, None, None, None)]
    """
    return pl.DataFrame(
        {
            "respondent": pl.Series(respondents, dtype=pl.String),
            "answered": scores.answered,
            **_numbers(theta=scores.theta, se=scores.se, t=scores.t, t_se=scores.t_se),
        }
    )


def table_frame(table: SumTable) -> pl.DataFrame:
    """One row per raw sum: ``raw,theta,theta_se,t,t_se``.

    Examples
    --------
    >>> table_frame(SumTable(np.array([2]), np.array([-1.0]), np.array([0.5]))).rows()
    [(2, -1.0, 0.5, 40.0, 5.0)]
    """
    return pl.DataFrame(
        {"raw": table.raw, **_numbers(theta=table.theta, theta_se=table.se, t=table.t, t_se=table.t_se)}
    )


def _texts(texts: Sequence[str], places: NDArray[np.signedinteger[Any]]) -> pl.Series:
    return pl.Series(texts, dtype=pl.String).gather(places.astype(np.int64))


def _numbers(**columns: Floats) -> dict[str, pl.Series]:
    """Rounded, without -0.0, and missing in place of NaN."""
    return {name: pl.Series(np.round(c, _DECIMALS) + 0.0).fill_nan(None) for name, c in columns.items()}
