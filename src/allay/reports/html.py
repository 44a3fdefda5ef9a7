"""The outcomes report as one self-contained HTML page: no script, nothing fetched, readable on paper."""

from __future__ import annotations

import allay
from allay.reports.outcomes import ChangeResult, OutcomesResult, Severity
from allay.reports.page import Axis, axis_around, environment, stylesheet
from allay.reports.summary import summarize

__all__ = ["outcomes_html"]


def outcomes_html(result: OutcomesResult) -> str:
    """Write the report.

    Returns
    -------
    str
        A whole HTML document. The same result gives the same text.

    Examples
    --------
    >>> import numpy as np
    >>> from allay.measures.cohort import OutcomeScale, OutcomesTable, Timepoint
    >>> from allay.measures.outcome_plan import OutcomePlan
    >>> from allay.reports.outcomes import analyze
    >>> pain = OutcomeScale("pain", "Pain", direction="higher_worse", unit="points", minimum=0, maximum=10)
    >>> table = OutcomesTable(
    ...     "Demo",
    ...     patients=("a", "b"),
    ...     timepoints=(Timepoint("t0", "Start"),),
    ...     scales=(pain,),
    ...     values={("pain", "t0"): np.array([4.0, 6.0])},
    ... )
    >>> outcomes_html(analyze(table, OutcomePlan(changes=()))).count("<h1")
    1
    """
    return (
        environment()
        .get_template("outcomes.html")
        .render(
            result=result,
            table=result.table,
            summary=summarize(result),
            style=stylesheet("report.css"),
            version=allay.__version__,
            t_scores=[s for s in result.severity if s.scale.is_t_score],
            others=[s for s in result.severity if not s.scale.is_t_score],
            t_domain=_domain(result.severity),
            change_axes=[_change_axis(change) for change in result.changes],
            basis=result.basis,
        )
    )


def _domain(severity: tuple[Severity, ...]) -> tuple[float, float]:
    """Limits of the T-score chart: whole tens around what is drawn and the general population."""
    drawn = [50.0]
    for found in severity:
        if found.scale.is_t_score:
            drawn += [v for v in (found.description.p05, found.description.p95) if v is not None]
    low, high = min(drawn) // 10 * 10, -(-max(drawn) // 10) * 10
    return (low, high) if low < high else (low - 10, high + 10)


def _change_axis(change: ChangeResult) -> Axis:
    """Limits and ticks of the chart of mean changes."""
    drawn = [0.0]
    for view in change.groups:
        for group in view.groups:
            if group.change is not None and group.change.ci95 is not None:
                drawn += [group.change.ci95.low, group.change.ci95.high]
    return axis_around(drawn)
