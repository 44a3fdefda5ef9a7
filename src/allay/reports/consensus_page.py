"""The report of a consensus exercise as one HTML page: no script, nothing fetched, fit for paper."""

from __future__ import annotations

import json

import allay
from allay.consensus.checklists.answers import area_answered
from allay.consensus.checklists.items import accord, secondary_checklists
from allay.consensus.decisions.criteria import etd_criteria
from allay.consensus.decisions.table import decision_table
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.rounds.result import ExerciseResult
from allay.consensus.verdicts.rule_names import rule_name
from allay.reports import consensus_answers as answers
from allay.reports import consensus_charts as charts
from allay.reports import consensus_words as words
from allay.reports.consensus_method import consensus_sources
from allay.reports.consensus_reasons import flip_lines, unusable_lines, unusable_rules
from allay.reports.consensus_statements import rule_summaries, statement_views, topics
from allay.reports.page import environment, stylesheet

__all__ = ["consensus_html"]

MOST_OPEN = 30
"""Rows of a table that stand on the screen at once; longer ones fold, and are whole on paper."""


def consensus_html(result: ExerciseResult, *, paper: bool = False) -> str:
    """Write the report.

    Parameters
    ----------
    result : ExerciseResult
        What `allay consensus run` made; no rating of a single rater stands in it, so none is shown.
    paper : bool
        The page that PDF is made of: nothing folds, ratings of all rounds are written out instead of set in a
        table for each statement, and only those of the last round are drawn.

    Returns
    -------
    str
        A whole HTML document. The same result gives the same text. Time and length grow with the rows of
        statements, about 1 ms and 3 kB each: half a second and 1.3 MB for 200 statements in two rounds. PDF
        of these takes 15 s on paper; from the page for the screen it would take three times as long.

    Examples
    --------
    >>> consensus_html.__annotations__["return"]
    'str'
    """
    protocol = ConsensusProtocol.model_validate_json(json.dumps(result.protocol))
    views = statement_views(result)
    rules = rule_summaries(views)
    return (
        environment()
        .get_template("consensus.html")
        .render(
            result=result,
            protocol=protocol,
            views=views,
            topics=topics(views),
            rules=rules,
            tables=[decision_table(one, result.statements) for one in result.decisions],
            criteria=etd_criteria(),
            accord=accord(),
            secondary=secondary_checklists(),
            area_answered=area_answered,
            sources=consensus_sources(
                [rule_name(protocol.rule), *(one.rule for one in rules if one.verdicts)]
            ),
            answers=answers,
            charts=charts,
            words=words,
            flip_lines=flip_lines,
            unusable_lines=unusable_lines,
            unusable_rules=unusable_rules,
            most_open=MOST_OPEN,
            paper=paper,
            version=allay.__version__,
            style=stylesheet("report.css", "case.css", "evaluation.css", "consensus.css"),
        )
    )
