"""Applying the edits to the lines of one patient's day: every finding of every line, never only the first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from allay.base.errors import NotFound
from allay.base.status import Status
from allay.coverage.codes.billingcode import CodeUnit
from allay.coverage.codes.book import code_book
from allay.coverage.edits.editline import EditLine, SameProvider, shares_provider
from allay.coverage.edits.finding import EditFinding, EditOutcome, EditReport
from allay.coverage.edits.limits import LimitOnDay, LimitScope
from allay.coverage.edits.pair import Edit, Indicator
from allay.coverage.edits.pairing import pair_finding
from allay.coverage.edits.table import EditTable

Shared = list[list[bool | None]]


def apply_edits(
    lines: Sequence[EditLine],
    *,
    table: EditTable,
    day: dt.date,
    known_on: dt.date | None = None,
    same_provider: str = SameProvider.NPI,
    month_codes: Collection[str] = (),
) -> EditReport:
    """Apply pairs, unit limits and add-on rules to the lines of one patient and one day.

    Each pair is looked at by itself: a code that is itself denied still denies its partner.

    Parameters
    ----------
    lines : sequence of EditLine
        All lines of the day, of whatever provider.
    table : EditTable
        The edits.
    day, known_on : date
        Day of service; and, optionally, the day of knowledge.
    same_provider : {"npi", "group", "tin"}
        Who counts as one provider. Lines of different providers do not touch each other; where only some
        say who, the findings say that it hangs on that.
    month_codes : collection of str
        Codes billed earlier in the calendar month, for add-on codes of a month.

    Raises
    ------
    NotFound
        For another meaning of the same provider.

    Examples
    --------
    >>> from allay.coverage.edits.shipped import shipped_edits
    >>> lines = [EditLine("97162"), EditLine("96158"), EditLine("97803")]
    >>> report = apply_edits(lines, table=shipped_edits(), day=dt.date(2024, 7, 15))
    >>> report.clean, [(found.code, found.outcome.value) for found in report.findings]
    ((0,), [('96158', 'denied'), ('97803', 'denied')])
    """
    if same_provider not in set(SameProvider):
        raise NotFound.among("meaning of the same provider", same_provider, known=list(SameProvider))
    scope = SameProvider(same_provider)
    shared = shares_provider(lines, scope)
    codes = [line.code for line in lines]
    findings = [
        *_pairs(lines, table.between(codes, day=day, known_on=known_on), shared, scope),
        *_units(lines, table, day, shared),
        *_add_ons(lines, table, day, shared, month_codes),
    ]
    in_order = tuple(sorted(findings, key=lambda finding: finding.line))
    return EditReport(len(lines), in_order, table.not_looked_at(codes))


def _pairs(
    lines: Sequence[EditLine], edits: Sequence[Edit], shared: Shared, scope: SameProvider
) -> Iterator[EditFinding]:
    for edit in edits:
        if edit.indicator is Indicator.NOT_APPLICABLE:
            continue
        partners = [place for place, line in enumerate(lines) if line.code == edit.pays]
        for place, line in enumerate(lines):
            if line.code != edit.denied:
                continue
            same = [other for other in partners if shared[place][other]]
            if same:
                yield pair_finding(edit, lines, place, same, scope=scope.value)
            elif unknown := [other for other in partners if shared[place][other] is None]:
                found = pair_finding(edit, lines, place, unknown, scope=scope.value)
                if found.outcome is not EditOutcome.ALLOWED_BY_MODIFIER:
                    yield _hangs_on_provider(found, scope)


def _hangs_on_provider(found: EditFinding, scope: SameProvider) -> EditFinding:
    return EditFinding(
        line=found.line,
        code=found.code,
        outcome=EditOutcome.PROVIDER_UNKNOWN,
        text=f"if {found.code} and {found.other} are of one {scope.value}: {found.text}",
        rule=found.rule,
        status=found.status,
        references=found.references,
        other=found.other,
        modifiers=found.modifiers,
        note=found.note,
    )


def _units(
    lines: Sequence[EditLine], table: EditTable, day: dt.date, shared: Shared
) -> Iterator[EditFinding]:
    """Yield each line with which the units of a code pass the limit."""
    for place, line in enumerate(lines):
        found = table.unit_limit(line.code, day)
        if found is None:
            continue
        if found.limit.scope is LimitScope.LINE:
            total = line.units
        else:
            total = sum(
                other.units
                for before, other in enumerate(lines[: place + 1])
                if other.code == line.code and shared[place][before]
            )
        if total > found.units:
            yield _too_many(place, line, found, total)


def _too_many(place: int, line: EditLine, found: LimitOnDay, total: int) -> EditFinding:
    limit = found.limit
    over = "line" if limit.scope is LimitScope.LINE else "day"
    if found.units:
        text = f"{line.code}: {total} units on the {over}, at most {found.units} are paid"
    else:
        text = f"{line.code}: no unit is paid"
    return EditFinding(
        line=place,
        code=line.code,
        outcome=EditOutcome.TOO_MANY_UNITS,
        text=text,
        rule=limit.version,
        status=limit.status,
        references=(limit.reference,),
        units=found.units,
        note=found.note,
    )


def _add_ons(
    lines: Sequence[EditLine], table: EditTable, day: dt.date, shared: Shared, month: Collection[str]
) -> Iterator[EditFinding]:
    for place, line in enumerate(lines):
        rows = table.add_on_rows(line.code, day=day)
        if not rows:
            continue
        bases = [row.base for row in rows if row.base is not None]
        there = [shared[place][other] for other, each in enumerate(lines) if each.code in bases]
        if True in there or any(base in month and _of_month(base) for base in bases):
            continue
        named = " or ".join(dict.fromkeys(bases))
        if None in there:
            outcome = EditOutcome.PROVIDER_UNKNOWN
            text = f"{line.code} follows {named}; whether it is of the same provider is not said"
        elif any(row.base is None for row in rows):
            outcome, text = EditOutcome.BASE_UNSTATED, f"{line.code} follows a code the payer names"
        elif any(_of_month(base) for base in bases):
            outcome = EditOutcome.BASE_IN_MONTH
            text = f"{line.code} is paid only with {named} in the same month"
        else:
            outcome, text = EditOutcome.BASE_MISSING, f"{line.code} is paid only with {named}"
        yield EditFinding(
            line=place,
            code=line.code,
            outcome=outcome,
            text=text,
            rule=f"add_on.{line.code}@{rows[0].edition.covers_from}/{rows[0].edition.recorded_on}",
            status=Status.weakest(row.status for row in rows),
            references=tuple(dict.fromkeys(row.reference for row in rows)),
            other=named,
            note=rows[0].edition.note(day),
        )


def _of_month(code: str) -> bool:
    return code in code_book() and code_book().get(code).unit is CodeUnit.MONTH
