"""The report of a business case as one HTML page: no script, nothing fetched, fit for paper."""

from __future__ import annotations

import allay
from allay.economics.answers.internal_rate import RateFinding
from allay.economics.result.result import CaseResult
from allay.measures.intervals import Interval
from allay.reports import case_answers as answers
from allay.reports import case_figures as figures
from allay.reports import case_names as names
from allay.reports import case_words as words
from allay.reports.page import axis_around, environment, stylesheet

__all__ = ["case_html"]

MOST_FEEDS = 5
"""Quantities that are named behind a headline; the audit table of the command (-o) has all."""

MOST_ROWS = 30
"""Rows of the ledger on paper; the screen and the table of the command have all."""

MOST_GIVEN = 3
"""Quantities that are named behind a scenario; the case file has all."""

SCREEN_ONLY = ("by_visit", "attendance")
"""Headlines of the audit sheet that paper leaves out: a long sheet of plain divisions."""


def case_html(result: CaseResult) -> str:
    """Write the report.

    Returns
    -------
    str
        A whole HTML document. The same result gives the same text.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> from allay.economics.result.result import case_result
    >>> page = case_html(case_result(read_case(EXAMPLE), draws=100, seed=1, allay_version="1"))
    >>> page.count("<h1"), "Made up for this example" in page
    (1, True)
    """
    drawn = [0.0]
    for row in result.stakeholders:
        worth = row.net_present_value
        drawn += [value for value in (worth.low, worth.high) if value is not None]
    return (
        environment()
        .get_template("case.html")
        .render(
            result=result,
            head=result.headlines,
            case=result.case,
            horizon=result.case.months,
            version=allay.__version__,
            style=stylesheet("report.css", "case.css"),
            words=words,
            usd=words.usd,
            label=names.label,
            spoken=names.spoken,
            names=names,
            answers=answers,
            made_up=answers.made_up(result),
            figures=figures,
            axis_of_returns=axis_around(drawn),
            facts={one.quantity: one for one in result.assumptions.assumptions},
            interval_of=Interval,
            priced=answers.priced(result),
            funded=answers.funded(result),
            most_feeds=MOST_FEEDS,
            most_rows=MOST_ROWS,
            most_given=MOST_GIVEN,
            screen_only=SCREEN_ONLY,
            one_rate=RateFinding.UNIQUE.text,
        )
    )
