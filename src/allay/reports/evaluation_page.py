"""The report of an evaluation study as one HTML page: no script, nothing fetched, fit for paper."""

from __future__ import annotations

import json
from typing import Any

import allay
from allay.evaluation.claims.kinds import finding_kinds
from allay.evaluation.claims.result import ClaimsCheck
from allay.evaluation.panel.result import PanelRecord
from allay.evaluation.study.defaults import number
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.result import OutcomeResult, StudyResult, SubgroupRow
from allay.measures.intervals import Interval
from allay.reports import evaluation_answers as answers
from allay.reports import evaluation_figures as figures
from allay.reports import evaluation_words as words
from allay.reports.page import Axis, axis_around, environment, stylesheet
from allay.reports.words import p_value

__all__ = ["evaluation_html"]

DECISIONS = {"refuse": "refused", "drop": "left out", "keep_flagged": "kept and flagged"}
"""What was done about rows that the check of claims found."""


def evaluation_html(result: StudyResult) -> str:
    """Write the report.

    Returns
    -------
    str
        A whole HTML document. The same result gives the same text.

    Examples
    --------
    >>> from allay.evaluation.study.result import StudyResult
    >>> evaluation_html.__annotations__["return"]
    'str'
    """
    study = Study.model_validate_json(json.dumps(result.protocol))
    first = answers.primary(result)
    return (
        environment()
        .get_template("evaluation.html")
        .render(
            result=result,
            study=study,
            primary=first,
            main=answers.main_outcomes(result),
            controls=answers.controls(result),
            claims=_claims(result.data.claims),
            panel=_panel(result.data.panel),
            kinds=finding_kinds(),
            decisions=DECISIONS,
            limit=number("largest_difference"),
            version=allay.__version__,
            style=stylesheet("report.css", "case.css", "evaluation.css"),
            words=words,
            answers=answers,
            figures=figures,
            measure=figures.measure,
            interval_of=Interval,
            p_value=p_value,
            axis_of_parts=_axis([*first.subgroups, *first.sites] if first else [], first),
        )
    )


def _claims(given: dict[str, Any]) -> ClaimsCheck | None:
    """What the check of the claims found, without examples of rows; None where there was none."""
    if not given:
        return None
    findings = [{**one, "examples": []} for one in given["findings"]]
    return ClaimsCheck.model_validate_json(json.dumps({**given, "findings": findings}))


def _panel(given: dict[str, Any]) -> PanelRecord | None:
    """What stands beside the panel; None where there was none."""
    return PanelRecord.model_validate_json(json.dumps(given)) if given else None


def _axis(parts: list[SubgroupRow], first: OutcomeResult | None) -> Axis:
    """Limits around the effects in parts of the starters and the effect on all."""
    drawn = [0.0]
    if first is not None:
        shown = [one.estimate for one in parts if one.estimate is not None] + [first.adjusted]
        factor = figures.measure(first).factor
        drawn += [
            end * factor for one in shown for end in (one.estimate, one.low, one.high) if end is not None
        ]
    return axis_around(drawn)
