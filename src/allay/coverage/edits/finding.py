"""What the edits say of the lines of a day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from allay.base.fact import Reference
from allay.base.status import Status
from allay.coverage.answers import Verdict


class EditOutcome(StrEnum):
    """What becomes of a line."""

    DENIED = "denied"  # no modifier helps
    MODIFIER_WANTED = "modifier_wanted"  # denied, unless it was truly distinct and a modifier says so
    ALLOWED_BY_MODIFIER = "allowed_by_modifier"
    MODIFIER_UNSTATED = "modifier_unstated"  # it has a modifier, and the source does not say whether it helps
    PROVIDER_UNKNOWN = "provider_unknown"  # it hangs on whether the two lines are of one provider
    TOO_MANY_UNITS = "too_many_units"
    BASE_MISSING = "base_missing"  # an add-on code alone
    BASE_IN_MONTH = "base_in_month"  # paid if its base is billed in the same month
    BASE_UNSTATED = "base_unstated"  # the table leaves it to the payer which base is wanted


_VERDICTS = {
    EditOutcome.DENIED: Verdict.NO,
    EditOutcome.MODIFIER_WANTED: Verdict.CONDITIONAL,
    EditOutcome.ALLOWED_BY_MODIFIER: Verdict.YES,
    EditOutcome.MODIFIER_UNSTATED: Verdict.UNKNOWN,
    EditOutcome.PROVIDER_UNKNOWN: Verdict.CONDITIONAL,
    EditOutcome.TOO_MANY_UNITS: Verdict.NO,
    EditOutcome.BASE_MISSING: Verdict.NO,
    EditOutcome.BASE_IN_MONTH: Verdict.CONDITIONAL,
    EditOutcome.BASE_UNSTATED: Verdict.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class EditFinding:
    """One thing an edit says of one line.

    Parameters
    ----------
    line : int
        Place of the line in the day, from 0.
    rule : str
        Version of the row of the table.
    other : str
        The code it clashes with; empty for units.
    modifiers : tuple of str
        Those of which one would let it be paid, or does.
    units : int or None
        The most units, where there are too many.
    note : str
        That the table was issued for other days; "" when it was issued for this day.
    """

    line: int
    code: str
    outcome: EditOutcome
    text: str
    rule: str
    status: Status
    references: tuple[Reference, ...]
    other: str = ""
    modifiers: tuple[str, ...] = ()
    units: int | None = None
    note: str = ""

    @property
    def verdict(self) -> Verdict:
        """Whether the line may be billed as far as this goes."""
        return _VERDICTS[self.outcome]


@dataclass(frozen=True, slots=True)
class EditReport:
    """All findings of a day, by line.

    Parameters
    ----------
    lines : int
        How many lines there were.
    findings : tuple of EditFinding
        Every one, in the order of the lines.
    not_looked_at : tuple of (str, str)
        Pairs of codes of which the table, being an excerpt, says nothing.
    """

    lines: int
    findings: tuple[EditFinding, ...]
    not_looked_at: tuple[tuple[str, str], ...] = ()

    def of(self, line: int) -> tuple[EditFinding, ...]:
        """Return the findings of one line."""
        return tuple(finding for finding in self.findings if finding.line == line)

    def verdict(self, line: int) -> Verdict:
        """Whether a line may be billed as far as edits go."""
        return Verdict.all_of(finding.verdict for finding in self.of(line))

    @property
    def clean(self) -> tuple[int, ...]:
        """The lines that pass, by their places."""
        return tuple(line for line in range(self.lines) if self.verdict(line) is Verdict.YES)
