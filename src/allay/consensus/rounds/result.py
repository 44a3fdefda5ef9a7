"""The result of an exercise: what `results.json` holds and the report is made of."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from allay.base.documents import Strict
from allay.base.status import Status
from allay.consensus.protocol.finding import Finding
from allay.consensus.protocol.journal import Freezing
from allay.consensus.protocol.record import (
    CommentPeriod,
    Endorsement,
    EvidenceToDecision,
    ProtocolDeviation,
)
from allay.consensus.protocol.statements import StatementSource
from allay.consensus.verdicts.verdict import VerdictWord

FORMAT = "allay-consensus-result/1"


class RuleVerdict(Strict):
    """What another rule would say.

    Attributes
    ----------
    rule : str
        Its name in the sensitivity panel, such as `ram-nearest-rank` or `percent-80`.
    verdict : str, optional
        None where the rule cannot be used, with the reason in `why`.
    differs : bool
        Whether it decides otherwise than the rule of the protocol.
    """

    rule: str
    verdict: VerdictWord | None
    differs: bool
    why: str | None = None


class GroupRow(Strict):
    """Ratings of a group, or of small groups taken together (`groups` names all that are in it)."""

    label: str
    groups: tuple[str, ...]
    n: int
    counts: tuple[int, ...]
    median: float | None
    share_low: float
    share_high: float


class StatementRow(Strict):
    """A statement in a round.

    Attributes
    ----------
    version : int
    text : str
    n : int
        Ratings given.
    counts : tuple of int
        Ratings by point of the scale, lowest first; empty where fewer rated than may be shown.
    share_low, share_middle, share_high : float, optional
        Shares of ratings, 0 to 1.
    ipr, ai, ipras, di : float, optional
        Of the appropriateness method; None under other scales.
    disagreement : bool, optional
    verdict : str
        By the rule of the protocol.
    decided : bool
        Whether the verdict is a decision: neither `uncertain` nor `none`.
    sensitivity : tuple of RuleVerdict
    """

    statement: str
    version: int
    topic: str | None
    text: str
    sources: tuple[StatementSource, ...]
    round: int
    n: int
    counts: tuple[int, ...]
    median: float | None
    p30: float | None
    p70: float | None
    ipr: float | None
    ai: float | None
    ipras: float | None
    di: float | None
    disagreement: bool | None
    share_low: float | None
    share_middle: float | None
    share_high: float | None
    verdict: VerdictWord
    decided: bool
    sensitivity: tuple[RuleVerdict, ...]
    groups: tuple[GroupRow, ...]


class MovementRow(Strict):
    """How ratings of a statement moved between two rounds, among raters of both; apart from consensus.

    Attributes
    ----------
    raters : int
        Who rated it in both rounds.
    changed, up, down : int, optional
        How many changed, upward, downward; None where too few rated it twice to be shown.
    edited : bool
        Whether the wording changed between the rounds.
    iqr_from, iqr_to, cv_from, cv_to : float, optional
        Interquartile range and coefficient of variation (a share) of all ratings of each round.
    same_region : float, optional
        Share of those who rated it twice whose ratings lie in the same region of the scale.
    """

    statement: str
    from_round: int
    to_round: int
    edited: bool
    raters: int
    changed: int | None
    up: int | None
    down: int | None
    share_changed: float | None
    median_from: float | None
    median_to: float | None
    iqr_from: float | None
    iqr_to: float | None
    cv_from: float | None
    cv_to: float | None
    verdict_from: VerdictWord
    verdict_to: VerdictWord
    same_region: float | None = None


class StabilityRow(Strict):
    """How near a whole round is to the one before, over statements whose wording stayed; no consensus.

    Attributes
    ----------
    raters : int
        Who rated one of these statements in both rounds. Fewer than may be shown: all below is None.
    pairs : int, optional
        Ratings given twice.
    share_changed : float, optional
        Share of them that changed, 0 to 1.
    weighted_kappa : float, optional
        Between the rounds over all pairs, with quadratic weights: 1 when nothing changed; None when all
        ratings of both rounds are the same, as chance then agrees perfectly, too.
    spearman : float, optional
        Rank correlation between a rater's two rounds, averaged over raters with at least 3 statements that
        they do not all rate alike; None when these are fewer than may be shown.
    """

    from_round: int
    to_round: int
    raters: int
    pairs: int | None = None
    share_changed: float | None = None
    weighted_kappa: float | None = None
    spearman: float | None = None


class StatementChange(Strict):
    """An edit or a removal of a statement, when and why."""

    statement: str
    round: int
    change: Literal["edited", "removed", "added", "split"]
    version: int | None
    before: str | None
    after: str | None
    reason: str | None


class RoundRow(Strict):
    """Who took part in a round.

    Attributes
    ----------
    invited : int, optional
        None where no invitations are recorded.
    answered : int
        Raters with at least one rating.
    response : float, optional
        answered / invited.
    retention : float, optional
        answered / recruited.
    reminded : int
        Panelists who were sent a reminder.
    decided, undecided : int
        Statements.
    agreement : dict of str to float
        Coefficients over all statements of the round, such as `kendall_w` and `krippendorff_alpha_ordinal`.
    stop : str, optional
        Why no further round was to follow, where the stop rule says so.
    """

    number: int
    objective: str | None
    setting: str | None
    opened: dt.date | None
    closed: dt.date | None
    invited: int | None
    answered: int
    declined: int | None
    reminded: int | None
    response: float | None
    retention: float | None
    statements: int
    decided: int
    undecided: int
    agreement: dict[str, float | None]
    stop: str | None


class ParticipationCell(Strict):
    """Panelists of one type, setting and region: recruited, invited and answered by round.

    Attributes
    ----------
    type, setting, region : str
        `several` where panelists of several kinds are taken together, because of each there are too few.
    invited : tuple of int or None
        By round, in the order of `ExerciseResult.rounds`; None where it is hidden, or no invitations are
        recorded. Empty in results of older versions.
    answered : tuple of int or None
        By round; None where the number is hidden because it is small, or would give a small one away.
    """

    type: str
    setting: str
    region: str
    recruited: int | None
    invited: tuple[int | None, ...] = ()
    answered: tuple[int | None, ...]


class ParticipationRow(Strict):
    """Panelists by one thing at a time: of a type, of a setting or of a region.

    Attributes
    ----------
    label : str
        What names the row, such as `government, payer and researcher`.
    kinds : tuple of str
        All that are in it; more than one where of each there are too few. `not reported` is one of them.
    invited, answered : tuple of int or None
        As in `ParticipationCell`.
    """

    dimension: Literal["type", "setting", "region"]
    label: str
    kinds: tuple[str, ...]
    recruited: int
    invited: tuple[int | None, ...]
    answered: tuple[int | None, ...]


class QuotaRow(Strict):
    """A group of the panel beside what was wanted.

    Attributes
    ----------
    recruited : int, optional
        None without a panel; in results of older versions also where the number is small.
    answered : tuple of int or None
        By round; None without a panel, or where the number is hidden because it is small, or would give a
        small one away.
    met : bool, optional
        Whether at least as many were recruited as wanted; None without a panel.
    """

    group: str
    name: str
    quota: int
    recruited: int | None
    answered: tuple[int | None, ...]
    met: bool | None = None


class CommentRow(Strict):
    """A comment of the panel; rows are in an order that says nothing about who wrote them."""

    round: int
    statement: str
    text: str
    group: str | None


class MeetingRow(Strict):
    """A meeting of the panel: how many were there, not who."""

    id: str
    on: dt.date
    after_round: int
    mode: str
    moderated_by: str
    attended: int
    observers: int
    statements: tuple[str, ...]
    summary: str


class Interests(Strict):
    """Declarations of interest, without who made which.

    Attributes
    ----------
    asked, declared, none : int
        Panelists; those who declared an interest; those who declared that they have none.
    rows : tuple of (str, str or None)
        What was declared and what was done about it, in an order that says nothing about who.
    """

    asked: int
    declared: int
    none: int
    rows: tuple[tuple[str, str | None], ...]


class ChecklistAnswer(Strict):
    """An item of a reporting checklist, and what the stored data say to it.

    Attributes
    ----------
    answered : {"data", "text", "no"}
        By what is stored, by a text of protocol or record, or not at all.
    answer : str, optional
    """

    list: str
    section: str
    item: str
    asks: str
    answered: Literal["data", "text", "no"]
    answer: str | None
    status: Status


class ExerciseResult(Strict):
    """Everything there is to report. No rating of a single rater stands in it.

    Attributes
    ----------
    inputs : dict of str to str
        SHA-256 by name of the files that hold nothing of single people: protocol, journal, statements. A hash
        of ratings would tell them to who tries out all that the counts allow.
    participation_by : tuple of ParticipationRow
        The panel by type, by setting and by region; empty without a panel, and in results of older versions.
    """

    format: Literal["allay-consensus-result/1"] = "allay-consensus-result/1"
    allay_version: str
    facts: dict[str, str]
    inputs: dict[str, str] = {}
    synthetic: bool
    protocol: dict[str, Any]
    protocol_sha256: str
    freezing: Freezing
    recruited: int | None
    quotas: tuple[QuotaRow, ...]
    participation: tuple[ParticipationCell, ...]
    participation_by: tuple[ParticipationRow, ...] = ()
    rounds: tuple[RoundRow, ...]
    statements: tuple[StatementRow, ...]
    movement: tuple[MovementRow, ...]
    stability: tuple[StabilityRow, ...] = ()
    changes: tuple[StatementChange, ...]
    meetings: tuple[MeetingRow, ...]
    decisions: tuple[EvidenceToDecision, ...]
    comments: tuple[CommentRow, ...]
    comment_periods: tuple[CommentPeriod, ...]
    endorsements: tuple[Endorsement, ...]
    interests: Interests
    deviations: tuple[ProtocolDeviation, ...]
    narrative: dict[str, str]
    findings: tuple[Finding, ...]
    checklists: tuple[ChecklistAnswer, ...]
