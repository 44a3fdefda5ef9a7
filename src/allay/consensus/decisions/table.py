"""A decision as a table: every criterion, judged or not, beside the verdicts of its statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allay.consensus.decisions.criteria import EtdCriterion, etd_criteria
from allay.consensus.protocol.record import EtdJudgment, EvidenceToDecision
from allay.consensus.rounds.result import StatementRow
from allay.consensus.verdicts.verdict import VerdictWord

NOT_JUDGED = "not judged"
"""What a table shows where a decision says nothing on a criterion: silence is not agreement."""
ORIGINS = {"adopted": "adopted unchanged from", "adapted": "adapted from", "new": "made in this exercise"}


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A criterion and what was judged of it.

    Attributes
    ----------
    judgment : str
        `not judged` where nothing was.
    """

    criterion: EtdCriterion
    judgment: str
    evidence: str | None
    sources: tuple[str, ...]

    @property
    def judged(self) -> bool:
        """Whether the decision says something on it."""
        return self.judgment != NOT_JUDGED


@dataclass(frozen=True, slots=True)
class StatementVerdict:
    """A statement that a decision is made of, with its last verdict; None where it was never rated."""

    statement: str
    text: str | None
    round: int | None
    version: int | None
    verdict: VerdictWord | None


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision with all criteria.

    Attributes
    ----------
    origin : str
        In words, with what it was taken from.
    rows : tuple of CriterionRow
        One for each criterion, in the order of the framework.
    statements : tuple of StatementVerdict
    """

    decision: EvidenceToDecision
    origin: str
    rows: tuple[CriterionRow, ...]
    statements: tuple[StatementVerdict, ...]

    @property
    def judged(self) -> int:
        """How many criteria were judged."""
        return sum(row.judged for row in self.rows)


def decision_table(decision: EvidenceToDecision, statements: Sequence[StatementRow] = ()) -> DecisionTable:
    """Complete a decision of a record into a table.

    Parameters
    ----------
    decision : EvidenceToDecision
        On criteria that exist (`judgment_problems` finds others).
    statements : sequence of StatementRow
        Rows of a result; the last round of each statement counts. Cost grows with their number.

    Examples
    --------
    >>> made = EvidenceToDecision(
    ...     id="r1", recommendation="Do it.", statements=("s1",), origin="adapted",
    ...     adopted_from="An older text", conclusion="Yes",
    ...     judgments=({"criterion": "equity", "judgment": "more equal"},))
    >>> table = decision_table(made)
    >>> table.origin, table.judged, table.rows[0].judgment
    ('adapted from An older text', 1, 'not judged')
    """
    judged = {one.criterion: one for one in decision.judgments}
    last = {row.statement: row for row in sorted(statements, key=lambda row: row.round)}
    source = f" {decision.adopted_from}" if decision.adopted_from else ""
    return DecisionTable(
        decision=decision,
        origin=ORIGINS[decision.origin] + source,
        rows=tuple(_row(one, judged.get(one.id)) for one in etd_criteria().criteria),
        statements=tuple(_verdict(one, last.get(one)) for one in decision.statements),
    )


def _row(criterion: EtdCriterion, judgment: EtdJudgment | None) -> CriterionRow:
    if judgment is None:
        return CriterionRow(criterion, NOT_JUDGED, None, ())
    return CriterionRow(criterion, judgment.judgment, judgment.evidence, judgment.sources)


def _verdict(statement: str, row: StatementRow | None) -> StatementVerdict:
    if row is None:
        return StatementVerdict(statement, None, None, None, None)
    return StatementVerdict(statement, row.text, row.round, row.version, row.verdict)
