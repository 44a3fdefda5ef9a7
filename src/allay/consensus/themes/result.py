"""What an analysis comes to: counts and labels, differences, agreement."""

from __future__ import annotations

from typing import Literal

from allay.base.documents import Strict
from allay.base.status import Status
from allay.consensus.themes.coding_agreement import CodingAgreement, coding_agreement
from allay.consensus.themes.crossing import CategoryRow, cross_analysis
from allay.consensus.themes.differences import DifferenceRow, differences
from allay.consensus.themes.file import ThemesFile
from allay.consensus.themes.judgments import judgments_of
from allay.consensus.themes.labels import LabelRule, read_rule


class ThemesResult(Strict):
    """Everything there is to report of an analysis.

    Attributes
    ----------
    rule : LabelRule
        Thresholds of the labels, with their source and how sure we are of them.
    rule_status : Status
    unsettled : int
        Differences nobody settled.
    """

    format: Literal["allay-consensus-themes-result/1"] = "allay-consensus-themes-result/1"
    allay_version: str
    id: str
    synthetic: bool
    title: str
    rule: LabelRule
    rule_status: Status
    cases: int
    participants: int
    coders: int
    memos: int
    quotes: int
    categories: tuple[CategoryRow, ...]
    differences: tuple[DifferenceRow, ...]
    unsettled: int
    agreement: tuple[CodingAgreement, ...]


def analyze(themes: ThemesFile, *, allay_version: str) -> ThemesResult:
    """Count, label, compare coders.

    Parameters
    ----------
    themes : ThemesFile
        As `read_themes` takes it; the order of cases and coders in it changes nothing.
    allay_version : str

    Notes
    -----
    Time grows with cases x categories x coders.
    """
    judgments = judgments_of(themes)
    rule = read_rule(themes.labels)
    rows = differences(judgments)
    return ThemesResult(
        allay_version=allay_version,
        id=themes.id,
        synthetic=themes.synthetic,
        title=themes.title,
        rule=rule,
        rule_status=rule.status,
        cases=len(themes.cases),
        participants=sum(one.participants for one in themes.cases),
        coders=len(themes.coders),
        memos=len(themes.memos),
        quotes=len(themes.quotes),
        categories=cross_analysis(themes, judgments),
        differences=rows,
        unsettled=sum(row.settled == "unsettled" for row in rows),
        agreement=coding_agreement(judgments),
    )
