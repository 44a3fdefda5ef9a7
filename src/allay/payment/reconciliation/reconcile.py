"""Reconciling: each line of a statement finds its line in our ledger, or is a difference with a reason."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import allay
from allay.base.money import Money
from allay.payment.contracts.contract import Contract
from allay.payment.contracts.roster import Roster
from allay.payment.ledger import unconfirmed
from allay.payment.projection.result import UnconfirmedResult
from allay.payment.projection.settle import Settlement, settle
from allay.payment.reconciliation.explain import Explainer
from allay.payment.reconciliation.result import DifferenceResult, Kind, Reconciliation, TotalResult
from allay.payment.reconciliation.statement import PayerStatement, StatementLine, expected_lines

Lines = list[StatementLine]


@dataclass(slots=True)
class _Pairing:
    """Lines on their way to each other: what is left of both sides, and what was found."""

    settlement: Settlement
    explainer: Explainer
    matched: int = 0
    found: list[DifferenceResult] = field(default_factory=list)
    ours: Lines = field(default_factory=list)
    theirs: Lines = field(default_factory=list)

    def differ(
        self, kind: Kind, ours: StatementLine | None, theirs: StatementLine | None, explanation: str
    ) -> None:
        line = ours or theirs
        if line is None:
            return
        expected, paid = (each.paid if each else Money() for each in (ours, theirs))
        status = self.settlement.ledger.entries[ours.place].status if ours else None
        note = f" ({theirs.note})" if theirs and theirs.note else ""
        self.found.append(
            DifferenceResult(
                kind=kind,
                payer=line.payer,
                patient_id=line.patient,
                item=line.item,
                date=line.date,
                expected=expected.dollars,
                paid=paid.dollars,
                difference=(expected - paid).dollars,
                explanation=explanation + note,
                statement_line=theirs.place if theirs else None,
                expected_on=ours.paid_on if ours else None,
                paid_on=theirs.paid_on if theirs else None,
                status=status,
                unconfirmed=status is not None and unconfirmed(status),
            )
        )

    def agree(self, ours: StatementLine, theirs: StatementLine) -> None:
        """Two lines of one amount: they agree, unless the money came in another month."""
        expected, paid = ours.paid_on, theirs.paid_on
        if expected and paid and (expected.year, expected.month) != (paid.year, paid.month):
            words = f"expected in {expected:%Y-%m}, paid in {paid:%Y-%m}"
            self.differ("wrong_month", ours, theirs, words)
        else:
            self.matched += 1

    def key(self, ours: Lines, theirs: Lines) -> None:
        """Pair the lines of one payer, patient, item and day; what stays alone is kept for later."""
        # By amount, so that the order of either file changes nothing.
        ours, theirs = sorted(ours, key=_amount), sorted(theirs, key=_amount)
        met: Lines = []
        for line in list(theirs):
            same = [each for each in ours if each.paid == line.paid]
            if same:
                # Of two equal amounts, the one expected in the month of the payment.
                mine = next((each for each in same if _month(each) == _month(line)), same[0])
                ours.remove(mine)
                theirs.remove(line)
                met.append(line)
                self.agree(mine, line)
        if ours and theirs and (len(ours) > 1 or len(theirs) > 1) and _total(ours) == _total(theirs):
            self.matched += len(ours)
            return
        while ours and theirs:
            mine, line = ours.pop(0), theirs.pop(0)
            met.append(line)
            kind, words = self.explainer.amounts(mine, line)
            self.differ(kind, mine, line, words)  # type: ignore[arg-type]
        for line in theirs:
            if any(each.paid == line.paid for each in met):
                self.differ("paid_twice", None, line, "the statement pays the same line again")
            else:
                self.theirs.append(line)
        self.ours += ours

    def rest(self) -> None:
        """Pair what stayed alone by amount, whatever the day, and name what still stays alone."""
        by_amount = _grouped(self.ours, lambda line: (line.payer, line.patient, line.item, line.paid))
        alone: Lines = []
        for line in sorted(self.theirs, key=lambda each: each.date):
            candidates = by_amount.get((line.payer, line.patient, line.item, line.paid))
            if not candidates:
                alone.append(line)
                continue
            mine = min(candidates, key=lambda each: (abs(each.date - line.date), each.date))
            candidates.remove(mine)
            same_month = (mine.date.year, mine.date.month) == (line.date.year, line.date.month)
            words = f"ours is of {mine.date}, the statement's of {line.date}"
            self.differ("other_date" if same_month else "wrong_month", mine, line, words)
        for mine in (each for candidates in by_amount.values() for each in candidates):
            self.differ("not_on_statement", mine, None, self.explainer.missing(mine))
        for line in alone:
            self.differ("not_in_ledger", None, line, self.explainer.unknown(line))


def reconcile(
    contract: Contract, roster: Roster, statement: PayerStatement, *, through: dt.date | None = None
) -> Reconciliation:
    """Compare what a contract pays for a roster with a payer's statement, line by line.

    Only payers that the statement names are compared; planned money is not expected on it. The
    differences add up to the difference of the totals, to the cent.

    Parameters
    ----------
    contract : Contract
    roster : Roster
    statement : PayerStatement
    through : date, optional
        The last day of the statement: what is expected later is not missing yet.

    Examples
    --------
    >>> from allay.payment.contracts.catalog import shipped
    >>> from allay.payment.contracts.roster import RosterRow
    >>> from allay.payment.reconciliation.statement import StatementLine
    >>> day = dt.date(2021, 3, 1)
    >>> roster = Roster((RosterRow(2, "A", "bcbsvt", "yoga", day, "yes", enrolled_on=day),))
    >>> paid = StatementLine(2, "bcbsvt", "A", "path", day, Money(290000))
    >>> found = reconcile(shipped("path-2021"), roster, PayerStatement((paid,)))
    >>> [(each.kind, str(each.difference)) for each in found.differences], found.ties_out
    ([('amount_differs', '100.00')], True)
    """
    settlement = settle(contract, roster)
    named = {line.payer for line in statement.lines} or {statement.payer} - {""}
    payers = sorted(named) or [payer.id for payer in contract.payers]
    ours = [line for line in expected_lines(settlement.ledger, contract) if line.payer in payers]
    if through is not None:
        # What the statement already has came early: it is in another month, and not missing.
        early = {_key(line) for line in statement.lines}
        ours = [x for x in ours if x.paid_on is None or x.paid_on <= through or _key(x) in early]
    pairing = _Pairing(settlement, Explainer(settlement))
    mine, theirs = _grouped(ours, _key), _grouped(statement.lines, _key)
    for key in dict.fromkeys([*mine, *theirs]):
        pairing.key(mine.get(key, []), theirs.get(key, []))
    pairing.rest()
    return _result(contract, roster, statement, through, payers, ours, pairing)


def _key(line: StatementLine) -> tuple[str, str, str, dt.date]:
    return line.payer, line.patient, line.item, line.date


def _amount(line: StatementLine) -> tuple[Money, dt.date]:
    return line.paid, line.paid_on or dt.date.max


def _month(line: StatementLine) -> tuple[int, int] | None:
    return (line.paid_on.year, line.paid_on.month) if line.paid_on else None


def _total(lines: Iterable[StatementLine]) -> Money:
    return Money.total(line.paid for line in lines)


def _grouped(
    lines: Iterable[StatementLine], key: Callable[[StatementLine], Hashable]
) -> dict[Hashable, Lines]:
    found: dict[Hashable, Lines] = defaultdict(list)
    for line in lines:
        found[key(line)].append(line)
    return dict(found)


def _result(
    contract: Contract,
    roster: Roster,
    statement: PayerStatement,
    through: dt.date | None,
    payers: list[str],
    ours: Lines,
    pairing: _Pairing,
) -> Reconciliation:
    expected, paid = _total(ours), _total(statement.lines)
    differences = sorted(pairing.found, key=_rank)
    total = sum((each.difference for each in differences), Decimal(0))
    return Reconciliation(
        allay_version=allay.__version__,
        contract=contract.reference,
        payers=payers,
        through=through,
        rows_left_out=roster.left_out + statement.left_out,
        matched=pairing.matched,
        expected=expected.dollars,
        paid=paid.dollars,
        difference=(expected - paid).dollars,
        ties_out=total == (expected - paid).dollars,
        totals=list(_totals(differences)),
        differences=differences,
        unconfirmed=[
            UnconfirmedResult(where=each.where, value=Decimal(each.value), status=each.status, text=str(each))
            for each in contract.unconfirmed_numbers()
        ],
        notes=[*contract.notes, *pairing.settlement.notes],
    )


def _rank(each: DifferenceResult) -> tuple[dt.date, str, str, str, str, Decimal, Decimal]:
    return each.date, each.patient_id, each.item, each.kind, each.payer, each.expected, each.paid


def _totals(differences: list[DifferenceResult]) -> Iterator[TotalResult]:
    for kind in dict.fromkeys(each.kind for each in differences):
        mine = [each for each in differences if each.kind == kind]
        amount = sum((each.difference for each in mine), Decimal(0))
        yield TotalResult(kind=kind, count=len(mine), difference=amount)
