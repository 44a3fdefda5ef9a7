"""The outcomes report as one self-contained HTML page: no script, nothing fetched, readable on paper."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

import allay
from allay.reports import charts, words
from allay.reports.outcomes import ChangeResult, OutcomesResult, Severity
from allay.reports.summary import summarize

__all__ = ["outcomes_html"]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("allay.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in (
        "count",
        "people",
        "number",
        "percent",
        "interval",
        "share_interval",
        "points_of_share",
        "p_value",
    ):
        environment.globals[name] = getattr(words, name)
    for name in ("axis", "bar", "box", "forest", "span", "stack"):
        environment.globals[name] = getattr(charts, name)
    environment.globals["zip"] = zip
    environment.filters["exp"] = math.exp
    environment.filters["breakable"] = _breakable
    environment.filters["followed"] = lambda weights: int((~np.isnan(weights)).sum())
    return environment


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
    style = (resources.files("allay.reports") / "templates" / "report.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("outcomes.html")
        .render(
            result=result,
            table=result.table,
            summary=summarize(result),
            style=Markup(style),  # noqa: S704 - our own stylesheet
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


def _breakable(reference: str) -> Markup:
    """Let a long identifier break after its points and signs."""
    return Markup(re.sub(r"([.@/])", r"\1<wbr>", str(escape(reference))))  # noqa: S704 - escaped first


@dataclass(frozen=True, slots=True)
class _Axis:
    domain: tuple[float, float]
    ticks: tuple[float, ...]
    digits: int


def _change_axis(change: ChangeResult) -> _Axis:
    """Limits and ticks of the chart of mean changes, with zero inside."""
    drawn = [0.0]
    for view in change.groups:
        for group in view.groups:
            if group.change is not None and group.change.ci95 is not None:
                drawn += [group.change.ci95.low, group.change.ci95.high]
    low, high = min(drawn), max(drawn)
    margin = (high - low) * 0.1 or 1.0
    low, high = low - margin, high + margin
    # Two to five ticks at a round step: the largest of 1, 2, 5 times a power of ten that fits twice.
    power = 10.0 ** math.floor(math.log10((high - low) / 2))
    step = max(power * factor for factor in (1, 2, 5) if power * factor <= (high - low) / 2)
    ticks = [step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return _Axis((low, high), tuple(ticks), max(0, -math.floor(math.log10(step))))
