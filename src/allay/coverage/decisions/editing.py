"""Stage of edits: pairs of codes, most units and add-on codes, across all services of the visit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from allay.base.status import Status
from allay.coverage.answers import Reason, Verdict
from allay.coverage.cases.case import Case
from allay.coverage.decisions.working import Working, WorkingLine
from allay.coverage.edits.applying import apply_edits
from allay.coverage.edits.editline import EditLine
from allay.coverage.edits.finding import EditFinding, EditOutcome, EditReport
from allay.coverage.edits.table import EditTable

_KEPT = 100_000
_KINDS = {
    EditOutcome.TOO_MANY_UNITS: "unit_limits",
    EditOutcome.BASE_MISSING: "add_ons",
    EditOutcome.BASE_IN_MONTH: "add_ons",
    EditOutcome.BASE_UNSTATED: "add_ons",
}
_OTHER_DAY = ("other_day", "other_biller")


def edit_services(services: Sequence[Working], table: EditTable, case: Case) -> None:
    """Apply the edits of the payer to the lines that might be billed.

    Costs the pairs of codes of the day; the same lines are looked up once for each step of the table.
    """
    lines = [(one, line) for one in services for line in one.lines if line.bill is not Verdict.NO]
    lines = [(one, line) for one, line in lines if line.plan.draft.code]
    if not any(one.plan.edits or one.plan.unsettled_edits for one, _ in lines):
        return
    day_lines = tuple([_day_line(one, line) for one, line in lines])
    same = case.plan.same_provider or "npi"
    report = _report(table, day_lines, table.step(case.service_date), case.known_on, same)
    applied = [(one.plan.edits, one.plan.unsettled_edits) for one, _ in lines]
    for finding in report.findings:
        kind = _KINDS.get(finding.outcome, "pairs")
        known, unsettled = applied[finding.line]
        if kind in known or kind in unsettled:
            _note(lines[finding.line][1], finding, settled=kind in known, split=kind != "add_ons")
    unread = [pair for pair in report.not_looked_at if not _belong_together(table, *pair)]
    if unread and any("pairs" in known for known, _ in applied):
        pairs = ", ".join(f"{one} with {other}" for one, other in unread)
        lines[0][1].reasons += (
            Reason(
                "edits.excerpt",
                f"The table of pairs here is an excerpt and says nothing of {pairs}; load the payer's table.",
                "not_looked_at",
                Status.UNKNOWN,
                stage="edits",
                effect="edit",
            ),
        )


def _belong_together(table: EditTable, one: str, other: str) -> bool:
    """Whether one code is an add-on to the other: such a pair is made to be billed together."""
    return one in table.add_on_bases(other) or other in table.add_on_bases(one)


_Given = tuple[str, int, tuple[str, ...], str, str]  # code, units, modifiers, who bills, which group


def _day_line(service: Working, line: WorkingLine) -> _Given:
    draft, who = line.plan.draft, service.prepared.practitioner
    npi = service.plan.bill_as.partition("(")[2].rstrip(")") or who.id
    return (draft.code, draft.units, line.plan.modifiers, npi, who.tax_id_key or "")


@lru_cache(_KEPT)
def _report(
    table: EditTable,
    given: tuple[_Given, ...],
    step: int,
    known_on: dt.date | None,
    same_provider: str,
) -> EditReport:
    lines = [
        EditLine(code, units, modifiers, npi=npi, group=group, tin=group)
        for code, units, modifiers, npi, group in given
    ]
    day = table.first_day(step)
    return apply_edits(lines, table=table, day=day, known_on=known_on, same_provider=same_provider)


def _note(line: WorkingLine, finding: EditFinding, *, settled: bool, split: bool) -> None:
    """Tell a line what an edit found; where it helps to split the day, that is offered."""
    verdict = finding.verdict
    if not settled:
        verdict = Verdict.YES if verdict is Verdict.YES else Verdict.UNKNOWN
    line.bill = Verdict.all_of((line.bill, verdict))
    if split and verdict is not Verdict.YES:
        line.alternatives += tuple(one for one in _OTHER_DAY if one not in line.alternatives)
    text = finding.text if settled else f"if the plan uses Medicare's edits: {finding.text}"
    line.reasons += (
        Reason(
            rule=finding.rule,
            text=f"{text} ({finding.note})" if finding.note else text,
            outcome=finding.outcome.value,
            status=finding.status if settled else Status.UNKNOWN,
            references=finding.references,
            stage="edits",
            effect="edit",
        ),
    )
