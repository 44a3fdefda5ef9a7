"""Completion of claims: how much of what will be paid is paid after some months (chain ladder)."""

from __future__ import annotations

import datetime as dt

import duckdb

from allay.evaluation.panel.columns import last_of, month_number
from allay.evaluation.panel.result import Completion


def completion_factors(
    connection: duckdb.DuckDBPyConnection, amount: str, paid_through: dt.date | None
) -> tuple[Completion, ...]:
    """Estimate completion from the months of service and of payment.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        With the views of the claims.
    amount : str
        The column of what was paid.
    paid_through : date, optional
        Day up to which payments are in the claims; by default the last day of payment there is.

    Returns
    -------
    tuple of Completion
        By lag in months; empty where no payment has a day.

    Notes
    -----
    The development factor from lag k to k + 1 is the sum of what is paid by k + 1 over the sum of what is
    paid by k, over the months of service old enough to have both (chain ladder; Mack 1993). Completion at
    lag k is the inverse of the product of the factors from k on; beyond the oldest month nothing is assumed.
    """
    rows = connection.execute(
        f"""
        WITH paid AS (
            SELECT coalesce(claim_line_start_date, claim_start_date) AS day, paid_date, {amount} AS amount
            FROM (SELECT DISTINCT * FROM medical_claim)
            UNION ALL
            SELECT dispensing_date, paid_date, {amount} FROM (SELECT DISTINCT * FROM pharmacy_claim)
        )
        SELECT year(day) * 12 + month(day) - 1, year(paid_date) * 12 + month(paid_date) - 1,
               sum(CAST(amount * 100 AS BIGINT))
        FROM paid WHERE paid_date IS NOT NULL AND amount IS NOT NULL GROUP BY ALL
        """  # noqa: S608
    ).fetchall()
    triangle: dict[int, dict[int, int]] = {}
    for service, paid, cents in rows:
        triangle.setdefault(service, {})[max(paid - service, 0)] = int(cents)
    if not triangle:
        return ()
    return chain_ladder(triangle, _latest(triangle, paid_through))


def _latest(triangle: dict[int, dict[int, int]], paid_through: dt.date | None) -> int:
    if paid_through is None:
        return max(service + lag for service, lags in triangle.items() for lag in lags)
    month = month_number(paid_through)
    return month if paid_through == last_of(month) else month - 1


def chain_ladder(triangle: dict[int, dict[int, int]], latest: int) -> tuple[Completion, ...]:
    """Work completion out of payments by month of service and lag.

    Parameters
    ----------
    triangle : mapping of int to mapping of int to int
        Cents paid, by month of service and lag.
    latest : int
        The last month of which payments are known to the end.

    Examples
    --------
    >>> chain_ladder({0: {0: 50, 1: 50}, 1: {0: 60, 1: 60}, 2: {0: 40}}, latest=2)[0].factor
    0.5
    """
    months = sorted(month for month in triangle if month <= latest)
    if not months:
        return ()
    deepest = latest - months[0]
    by = {
        month: [sum(cents for lag, cents in triangle[month].items() if lag <= k) for k in range(deepest + 1)]
        for month in months
    }
    factors = []
    for k in range(deepest):
        old = [month for month in months if month + k + 1 <= latest]
        before, after = (sum(by[month][lag] for month in old) for lag in (k, k + 1))
        factors.append(after / before if before > 0 else 1.0)
    found = [Completion(lag=deepest, factor=1.0)]
    product = 1.0
    for k in range(deepest - 1, -1, -1):
        product *= factors[k]
        found.append(Completion(lag=k, factor=1 / product if product else 0.0))
    return tuple(reversed(found))
