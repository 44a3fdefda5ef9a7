"""Claims beside the payer's answer, line by line: matched, underpaid, denied, not found, extra.

Settled is what a line brought: paid, the patient's share (deductible, coinsurance, copay), and the part of
an earlier payer. A line that brought nothing is denied. One is underpaid when it brought less than the plan
should allow, or when payment and adjustments leave part of its charge unexplained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from allay.base.money import Money
from allay.payment.claims.billed import BilledClaim, BilledLine
from allay.payment.claims.reasons import counts_as
from allay.payment.claims.remittance import REVERSAL, Adjustment, Remittance, RemittanceClaim, RemittanceLine


class LineOutcome(StrEnum):
    """What became of a billed line.

    `EXTRA` was never billed, or comes again to a line that was answered in full. `REVERSED` was paid and
    taken back. `CLAIM_LEVEL` is no line: it holds the adjustments that the payer made to the claim as a
    whole.
    """

    MATCHED = "matched"
    UNDERPAID = "underpaid"
    DENIED = "denied"
    NOT_FOUND = "not_found"
    EXTRA = "extra"
    REVERSED = "reversed"
    CLAIM_LEVEL = "claim_level"


@dataclass(frozen=True, slots=True)
class LineMatch:
    """One billed line with all that was answered to it, or one answer that nothing was billed for.

    `line` is empty and `code` None where the payer answered the claim as a whole.
    """

    claim_id: str
    line: str
    code: str | None
    modifiers: tuple[str, ...]
    outcome: LineOutcome
    billed: Money
    answered: Money
    paid: Money
    adjustments: tuple[Adjustment, ...]
    expected: Money | None = None

    @property
    def settled(self) -> Money:
        """Paid, the patient's share, and what an earlier payer paid."""
        return self.paid + Money.total(each.amount for each in self.adjustments if _settles(each))

    @property
    def unexplained(self) -> Money:
        """What is left of the answered charge after payment and adjustments."""
        return self.answered - self.paid - Money.total(each.amount for each in self.adjustments)

    @property
    def patient_share(self) -> Money:
        """What the patient owes: the adjustments of group PR."""
        return Money.total(each.amount for each in self.adjustments if each.group == "PR")


@dataclass(frozen=True, slots=True)
class MatchTotals:
    """The sums of a matching.

    They balance: billed - not found + extra + changed = answered = paid + adjusted + unexplained.
    """

    billed: Money
    not_found: Money
    extra: Money
    changed: Money
    answered: Money
    paid: Money
    adjusted: dict[str, Money]
    unexplained: Money

    @property
    def balanced(self) -> bool:
        """Whether both ways of adding up the answered charges agree."""
        asked = self.billed - self.not_found + self.extra + self.changed
        given = self.paid + Money.total(self.adjusted.values()) + self.unexplained
        return asked == self.answered == given


@dataclass(frozen=True, slots=True)
class ClaimMatches:
    """All lines of all claims, with what was billed and what was answered."""

    lines: tuple[LineMatch, ...]

    def count(self, outcome: LineOutcome) -> int:
        """Count the lines of one outcome."""
        return sum(each.outcome is outcome for each in self.lines)

    @property
    def totals(self) -> MatchTotals:
        """The sums of all rows."""

        def total(outcome: LineOutcome, field: str) -> Money:
            return Money.total(getattr(each, field) for each in self.lines if each.outcome is outcome)

        adjusted: dict[str, Money] = defaultdict(Money)
        for each in (adjustment for line in self.lines for adjustment in line.adjustments):
            adjusted[each.group] += each.amount
        found = [
            each for each in self.lines if each.outcome not in (LineOutcome.NOT_FOUND, LineOutcome.EXTRA)
        ]
        return MatchTotals(
            billed=Money.total(each.billed for each in self.lines),
            not_found=total(LineOutcome.NOT_FOUND, "billed"),
            extra=total(LineOutcome.EXTRA, "answered"),
            changed=Money.total(each.answered - each.billed for each in found),
            answered=Money.total(each.answered for each in self.lines),
            paid=Money.total(each.paid for each in self.lines),
            adjusted=dict(sorted(adjusted.items())),
            unexplained=Money.total(each.unexplained for each in self.lines),
        )


def _settles(adjustment: Adjustment) -> bool:
    """Whether an adjustment is somebody's part of the price; plain tables give the patient's no reason."""
    return bool(counts_as(adjustment.reason)) or (adjustment.group == "PR" and not adjustment.reason)


def match_remittance(claims: Iterable[BilledClaim], remittance: Remittance) -> ClaimMatches:
    """Match what was billed with what was answered.

    Parameters
    ----------
    claims : iterable of BilledClaim
        Of professional claims, `ProfessionalClaim.billed`.
    remittance : Remittance
        Several answers to one claim (a payment, its reversal, a correction) are added up; an answer that
        comes again to a line that is answered in full is extra.

    Returns
    -------
    ClaimMatches
        Billed lines in their order, then what was answered without having been billed.

    Examples
    --------
    >>> billed = BilledClaim("C-1", Money(5000), (BilledLine("SV1", "97110", ("GP",), Money(5000)),))
    >>> why = Adjustment("CO", "197", Money(5000))
    >>> paid = RemittanceLine("97110", ("GP",), Money(5000), Money(0), (why,))
    >>> answer = RemittanceClaim("C-1", "4", Money(5000), Money(0), lines=(paid,))
    >>> found = match_remittance([billed], Remittance(payment_amount=Money(0), claims=(answer,)))
    >>> found.lines[0].outcome.value, found.totals.balanced
    ('denied', True)
    """
    answers: dict[str, list[RemittanceClaim]] = defaultdict(list)
    for answer in remittance.claims:
        answers[answer.claim_id].append(answer)
    lines: list[LineMatch] = []
    extra: list[LineMatch] = []
    for claim in claims:
        given = answers.pop(claim.claim_id, [])
        found, unasked = _claim(claim, given)
        lines += found
        extra += unasked
    extra += [each for claim_id, given in answers.items() for each in _never_billed(claim_id, given)]
    return ClaimMatches((*lines, *extra))


def _claim(claim: BilledClaim, answers: Sequence[RemittanceClaim]) -> tuple[list[LineMatch], list[LineMatch]]:
    if not answers:
        return [_line(claim.claim_id, line, n, []) for n, line in enumerate(claim.lines, 1)], []
    if not any(answer.lines for answer in answers):
        return [_whole(claim, answers)], []
    given: dict[int, list[RemittanceLine]] = defaultdict(list)
    unasked: list[LineMatch] = []
    for answer in answers:
        used: set[int] = set()
        for line in answer.lines:
            place = _best(claim.lines, line, used)
            if place is None:
                unasked.append(_extra(claim.claim_id, line.control, line))
            else:
                used.add(place)
                given[place].append(line)
    for place, billed in enumerate(claim.lines):
        unasked += [_extra(claim.claim_id, each.control, each) for each in _again(billed, given[place])]
    backs = any(answer.status == REVERSAL for answer in answers)
    found = [
        _line(claim.claim_id, line, place + 1, given[place], reversal=backs)
        for place, line in enumerate(claim.lines)
    ]
    return _with_claim_level(found, _rest(claim.claim_id, answers)), unasked


def _again(line: BilledLine, given: list[RemittanceLine]) -> list[RemittanceLine]:
    """Take out what came again to a line that was answered in full: what paid least, the last first."""
    charged = _sum(each.charge for each in given)
    taken: set[int] = set()
    for place in sorted(range(len(given)), key=lambda place: (given[place].paid or Money(), -place)):
        charge = given[place].charge or Money()
        if charge.cents > 0 and len(given) - len(taken) > 1 and charged - charge >= (line.charge or Money()):
            charged -= charge
            taken.add(place)
    found = [each for place, each in enumerate(given) if place in taken]
    given[:] = [each for place, each in enumerate(given) if place not in taken]
    return found


def _rest(claim_id: str, answers: Sequence[RemittanceClaim]) -> LineMatch:
    """What was answered to a claim beside its lines: charges, payments and adjustments without one."""
    lines = [line for answer in answers for line in answer.lines]
    return LineMatch(
        claim_id,
        "",
        None,
        (),
        LineOutcome.CLAIM_LEVEL,
        Money(),
        _sum(answer.charge for answer in answers) - _sum(line.charge for line in lines),
        _sum(answer.paid for answer in answers) - _sum(line.paid for line in lines),
        tuple(each for answer in answers for each in answer.adjustments),
    )


def _with_claim_level(found: list[LineMatch], rest: LineMatch) -> list[LineMatch]:
    """Put what is of the claim itself on a row of its own; it may explain what lines leave open."""
    if not (rest.adjustments or rest.answered or rest.paid):
        return found
    explained = not (Money.total(each.unexplained for each in found) + rest.unexplained)
    return [_judged(line, of_claim=True) if explained else line for line in found] + [rest]


def _sum(amounts: Iterable[Money | None]) -> Money:
    return Money.total(amount for amount in amounts if amount is not None)


def _best(lines: Sequence[BilledLine], answer: RemittanceLine, used: set[int]) -> int | None:
    """The billed line an answer belongs to: by its number, else by code, then what else agrees."""
    best: tuple[tuple[bool, ...], int] | None = None
    for place, line in enumerate(lines):
        if line.procedure not in (answer.submitted or answer.procedure, answer.procedure):
            continue
        agrees = (
            bool(answer.control) and answer.control == (line.control or str(place + 1)),
            place not in used,
            sorted(line.modifiers) == sorted(answer.modifiers),
            bool(answer.service_date) and answer.service_date == line.service_date,
            line.charge == answer.charge,
        )
        if best is None or agrees > best[0]:
            best = (agrees, place)
    return best[1] if best else None


def _line(
    claim_id: str, line: BilledLine, number: int, given: Sequence[RemittanceLine], *, reversal: bool = False
) -> LineMatch:
    found = LineMatch(
        claim_id,
        line.control or str(number),
        line.procedure,
        line.modifiers,
        LineOutcome.NOT_FOUND,
        line.charge or Money(),
        _sum(each.charge for each in given),
        _sum(each.paid for each in given),
        tuple(adjustment for each in given for adjustment in each.adjustments),
        line.expected,
    )
    if not given:
        return found
    taken_back = reversal or any(each.charge is not None and each.charge.cents < 0 for each in given)
    if taken_back and found.answered.cents <= 0:
        return _as(found, LineOutcome.REVERSED)
    return _judged(found)


def _judged(match: LineMatch, *, of_claim: bool = False) -> LineMatch:
    """Decide what became of an answered line; `of_claim`: adjustments of the claim explain what is open."""
    if match.outcome is LineOutcome.REVERSED or (of_claim and match.outcome is LineOutcome.NOT_FOUND):
        return match
    if match.answered.cents > 0 and match.settled.cents <= 0:
        return _as(match, LineOutcome.DENIED)
    short = match.unexplained.cents > 0 and not of_claim
    if short or (match.expected is not None and match.settled < match.expected):
        return _as(match, LineOutcome.UNDERPAID)
    return _as(match, LineOutcome.MATCHED)


def _as(match: LineMatch, outcome: LineOutcome) -> LineMatch:
    return replace(match, outcome=outcome)


def _whole(claim: BilledClaim, answers: Sequence[RemittanceClaim]) -> LineMatch:
    """A claim that was answered as a whole, without its lines."""
    match = replace(_rest(claim.claim_id, answers), billed=claim.charge or Money(), expected=_expected(claim))
    if match.answered.cents <= 0 and any(each.status == REVERSAL for each in answers):
        return _as(match, LineOutcome.REVERSED)
    return _judged(match)


def _expected(claim: BilledClaim) -> Money | None:
    amounts = [line.expected for line in claim.lines]
    known = [amount for amount in amounts if amount is not None]
    return Money.total(known) if known and len(known) == len(amounts) else None


def _extra(claim_id: str, number: str, line: RemittanceLine) -> LineMatch:
    return LineMatch(
        claim_id,
        number,
        line.procedure,
        line.modifiers,
        LineOutcome.EXTRA,
        Money(),
        line.charge or Money(),
        line.paid or Money(),
        line.adjustments,
    )


def _never_billed(claim_id: str, answers: Sequence[RemittanceClaim]) -> list[LineMatch]:
    found = [_extra(claim_id, line.control, line) for answer in answers for line in answer.lines]
    rest = _rest(claim_id, answers)
    if rest.adjustments or rest.answered or rest.paid or not found:
        found.append(_as(rest, LineOutcome.EXTRA))
    return found
