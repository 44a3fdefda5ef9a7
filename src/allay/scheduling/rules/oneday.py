"""Two services of one patient on one day: what coverage pays for each alone and for both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from allay.base.status import Status
from allay.coverage.answers import Reason, Verdict
from allay.coverage.cases.case import ServiceAsked
from allay.coverage.cases.parts import Supervisor
from allay.coverage.decisions.decision import Decision
from allay.coverage.decisions.engine import Engine
from allay.coverage.decisions.parts import Line, ServiceDecision
from allay.coverage.rules.rule import EffectType
from allay.scheduling.rules.findings import Answer
from allay.scheduling.rules.payers import Payers
from allay.scheduling.rules.visits import GivenService, visit

OPEN = (Verdict.YES, Verdict.CONDITIONAL)
Asked = tuple[GivenService, ServiceAsked]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DayAnswer:
    """What coverage says of two services on one day.

    Attributes
    ----------
    answer : {'forbidden', 'priced', 'billed', 'not_billed', 'unknown'}
        One is not billable beside the other; less is paid; both are paid as alone; one is not billable even
        alone; not settled.
    lost_cents : int, optional
        Allowed alone less allowed together, never below 0; None where a price is not known.
    reasons : tuple of Reason
        What the day adds to the reasons of each service alone; for `not_billed` and `unknown` what stands in
        the way.
    basis : tuple of Status
        Of what the answer rests on beside these reasons: how services became codes, and prices.
    missing : tuple of str
        What would settle an unknown: rules to look up and prices to load first, then facts to ask for.
    """

    answer: Answer
    lost_cents: int | None = None
    reasons: tuple[Reason, ...] = ()
    basis: tuple[Status, ...] = ()
    missing: tuple[str, ...] = ()


def decide_day(
    one: Asked, other: Asked, *, payers: Payers, payer: str, day: dt.date, engine: Engine
) -> DayAnswer:
    """Decide two services alone and on one day, in both orders, and keep the order that is paid better.

    A plan does not say in which order a day is billed, so that a loss is only what is lost either way. Costs
    four decisions.
    """
    supervisors = _supervisors((one, other))

    def decided(*asked: Asked) -> Decision:
        givens, services = [each[0] for each in asked], [each[1] for each in asked]
        case = visit("day", givens, services, payers=payers, payer=payer, day=day, supervisors=supervisors)
        return engine.decide(case)

    alone = (decided(one), decided(other))
    if stopped := [each for each in alone if each.bill not in OPEN]:
        return _never(stopped)
    answers = (
        _compare(alone, decided(one, other)),
        _compare(alone[::-1], decided(other, one)),
    )
    return min(answers, key=lambda answer: (_BEST.index(answer.answer), answer.lost_cents or 0))


_BEST: Sequence[Answer] = ("billed", "unknown", "priced", "forbidden")


def _never(stopped: Sequence[Decision]) -> DayAnswer:
    """Say why what is not billed alone, or not for sure, makes no rule."""
    if refused := [each for each in stopped if each.bill is Verdict.NO]:
        reasons = _once(one for each in refused for one in each.reasons if one.outcome in _REFUSES)
        # Where no rule lets it be billed, that there is none is our own reading.
        return DayAnswer("not_billed", None, reasons, () if reasons else (Status.DERIVED,))
    reasons = _once(one for each in stopped for one in each.reasons if one.outcome == "unknown")
    facts = (path for each in stopped for path, _ in each.missing)
    return DayAnswer("unknown", None, reasons, (), _once((*map(_rule, reasons), *facts)))


def _rule(reason: Reason) -> str:
    return reason.rule.partition("@")[0]


def _supervisors(asked: Sequence[Asked]) -> tuple[Supervisor, ...] | None:
    lists = [given.supervisors for given, _ in asked if given.supervisors is not None]
    by_id = {one.id: one for each in lists for one in each}
    return tuple(by_id.values()) if lists else None


def _compare(alone: Sequence[Decision], together: Decision) -> DayAnswer:
    """Say what the day takes away from what is billed alone."""
    before = [service for each in alone for service in each.services]
    reasons = _added(alone, together)
    basis = tuple(_basis(together, reasons))
    lost = _lost(before, together.services)
    pairs = list(zip(before, together.services, strict=True))
    if any(after.bill is Verdict.NO for _, after in pairs):
        return DayAnswer("forbidden", lost, reasons, basis)
    lines = [pair for was, now in pairs for pair in zip(was.lines, now.lines, strict=True)]
    worse = [now for was, now in lines if Verdict.all_of((was.bill, now.bill)) is not was.bill]
    unsettled = any(now.bill is not Verdict.NO for now in worse)
    facts = tuple(path for path, _ in together.missing)
    if unsettled or any(_open(reason) for reason in reasons):
        rules = [_rule(one) for one in reasons if _open(one)]
        return DayAnswer("unknown", None, reasons, basis, _once((*rules, *facts)))
    if lost is None:
        prices = _unpriced((*before, *together.services))
        return DayAnswer("unknown", None, reasons, basis, _once((*prices, *facts)))
    if lost:
        return DayAnswer("priced", lost, reasons, basis)
    # That both are paid is no surer than that the payer has no edits of its own.
    return DayAnswer("billed", 0, (*reasons, *(one for one in together.reasons if _unsettled(one))), basis)


def _lost(before: Sequence[ServiceDecision], after: Sequence[ServiceDecision]) -> int | None:
    alone, together = _cents(before), _cents(after)
    return None if alone is None or together is None else max(0, alone - together)


def _cents(services: Sequence[ServiceDecision]) -> int | None:
    lines = [line for service in services for line in service.lines if line.bill in OPEN]
    amounts = [line.allowed for line in lines]
    known = [amount.cents for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


def _unpriced(services: Sequence[ServiceDecision]) -> tuple[str, ...]:
    lines: Iterator[Line] = (line for service in services for line in service.lines)
    without = [line for line in lines if line.bill in OPEN and line.allowed is None]
    return _once(f"price of {line.code or line.service}" for line in without)


def _added(alone: Sequence[Decision], together: Decision) -> tuple[Reason, ...]:
    """Return the reasons that are there only on the common day, whatever facts of the day they read."""
    known = {_said(reason) for each in alone for reason in each.reasons}
    return tuple(reason for reason in together.reasons if _said(reason) not in known)


def _said(reason: Reason) -> tuple[str, str, str, Status]:
    return reason.rule, reason.outcome, reason.text, reason.status


def _basis(together: Decision, added: Sequence[Reason]) -> Iterator[Status]:
    """Yield the status of what stands behind an edit or a price: the codes chosen, and every price."""
    if any(reason.stage in ("edits", "price") for reason in added):
        for reason in together.reasons:
            if reason.outcome in ("coded", "priced"):
                yield reason.status


def _unsettled(reason: Reason) -> bool:
    """Whether a reason says that nobody knows whether the payer uses a kind of edits."""
    return reason.effect == EffectType.EDIT and reason.outcome == "unknown"


def _open(reason: Reason) -> bool:
    """Whether a reason leaves open whether a line is paid."""
    return reason.status is Status.UNKNOWN or reason.outcome in _LEFT_OPEN


_LEFT_OPEN = {
    *("missing", "unknown", "modifier_wanted", "modifier_unstated", "provider_unknown"),
    *("base_in_month", "base_unstated", "not_looked_at"),
}


_REFUSES = {"fails", "denied", "not_coded", "too_many_units", "base_missing"}


def _once(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
