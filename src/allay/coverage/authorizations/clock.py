"""The clock that binds a payer: how long it may take to answer a request."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allay.base.fact import FactValue
from allay.base.status import Status
from allay.coverage.answers import Answer, Reason, Verdict
from allay.coverage.authorizations.authorization import Authorization
from allay.coverage.credentials.dated import facts_of, reason_of, unsettled

__all__ = ["Clock", "Due", "answer_clock", "due", "interface"]

_PREFIX = "us.cms_0057."
EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a payer may take: `days` of the calendar, or `hours`; neither where no clock is known.

    `answer` says whether the clock binds this payer, with reasons.
    """

    answer: Answer
    days: int | None = None
    hours: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When an answer is due: the last day, the moment where it is known, and what was assumed."""

    day: dt.date | None
    at: dt.datetime | None
    assumption: str
    clock: Clock


def answer_clock(
    payer_type: str,
    *,
    requested_on: dt.date,
    urgent: bool = False,
    agreed_days: int | None = None,
    known_on: dt.date | None = None,
) -> Clock:
    """Return the clock that binds a payer for a request.

    Parameters
    ----------
    payer_type : str
        `medicare_advantage`, `medicaid` (or `medicaid_ffs`, `medicaid_managed`), `chip` (likewise),
        `ffe_qhp`, `exchange`, `original_medicare`, `self_funded`, `commercial`, ...
    requested_on : date
        Day the payer received the request.
    urgent : bool
        Whether waiting could do harm; for an agreed clock it makes no difference.
    agreed_days : int, optional
        Calendar days agreed with this payer; they come before any rule.
    known_on : date, optional
        Use only what was recorded up to this day.

    Examples
    --------
    >>> clock = answer_clock("medicaid", requested_on=dt.date(2026, 1, 1))
    >>> clock.days, clock.answer.confidence.value
    (7, 'secondary')
    >>> answer_clock("original_medicare", requested_on=dt.date(2026, 1, 1)).answer.verdict.value
    'unknown'
    """
    if agreed_days is not None:
        text = f"the payer answers within {agreed_days} calendar days, as agreed"
        return Clock(
            Answer(Verdict.YES, (Reason("payer.agreed_days", text, "holds", Status.CONTRACT),)), agreed_days
        )
    reached = _value("payer_types", requested_on, known_on)
    if reached is None:
        text = f"no rule on the time to answer is recorded for requests of {requested_on}"
        return Clock(_unknown(unsettled(_PREFIX + "payer_types", text)))
    if payer_type in reached.texts:
        return _bound(reached, requested_on, urgent=urgent, known_on=known_on)
    if payer_type == EXCHANGE:
        text = "the rule reaches plans of the federal exchange, not those of a state's own"
        missing = ("whether the exchange is the federal one",)
        return Clock(Answer(Verdict.CONDITIONAL, (reason_of(reached, text, "missing"),), missing))
    outside = _value("outside", requested_on, known_on)
    if outside is not None and payer_type in outside.texts:
        text = f"CMS-0057-F does not reach {payer_type.replace('_', ' ')}; no other clock was looked up"
        return Clock(_unknown(reason_of(outside, text, "fails")))
    words = payer_type.replace("_", " ") or "this payer"
    text = f"whether a rule binds {words} was not looked up; contracts and states have clocks of their own"
    return Clock(_unknown(unsettled(_PREFIX + "payer_types", text)))


def due(
    authorization: Authorization, *, urgent: bool | None = None, known_on: dt.date | None = None
) -> Due | None:
    """Say when the payer's answer is due; None before a request and once it is answered.

    Days are calendar days and the day of the request is not counted. Hours run from the moment the payer
    received the request; where only its day is known, from the end of that day, so the real limit may be up
    to a day earlier.

    Examples
    --------
    >>> from allay.coverage.authorizations.lifecycle import AuthorizationStage
    >>> one = Authorization(
    ...     "a", "p", "plan", ("yoga",), AuthorizationStage.REQUESTED, "medicaid",
    ...     requested_on=dt.date(2026, 3, 2),
    ... )
    >>> due(one).day
    datetime.date(2026, 3, 9)
    """
    if authorization.requested_on is None or not authorization.stage.waiting:
        return None
    urgent = authorization.urgent if urgent is None else urgent
    start = authorization.requested_on
    clock = answer_clock(
        authorization.payer_type,
        requested_on=start,
        urgent=urgent,
        agreed_days=authorization.answer_days,
        known_on=known_on,
    )
    if clock.hours is not None:
        if authorization.requested_at is not None:
            at = authorization.requested_at + dt.timedelta(hours=clock.hours)
            return Due(at.date(), at, "hours run from the moment of the request", clock)
        day = start + dt.timedelta(hours=clock.hours)
        return Due(day, None, "hours run from the end of the day of the request, its hour not known", clock)
    if clock.days is None:
        return Due(None, None, "no clock is known", clock)
    return Due(
        start + dt.timedelta(days=clock.days),
        None,
        "calendar days, the day of the request not counted",
        clock,
    )


def interface(payer_type: str, *, day: dt.date, known_on: dt.date | None = None) -> Answer:
    """Say whether a payer must offer a FHIR interface for prior authorization on a day.

    Examples
    --------
    >>> [interface("medicaid", day=dt.date(year, 1, 1)).verdict.value for year in (2026, 2027)]
    ['no', 'yes']
    """
    clock = answer_clock(payer_type, requested_on=day, known_on=known_on)
    row = _value("api", day, known_on)
    if clock.answer.verdict is not Verdict.YES or row is None:
        return Answer(clock.answer.verdict, clock.answer.reasons, clock.answer.missing)
    must = row.value is True
    text = f"payers under CMS-0057-F {'must' if must else 'need not yet'} offer a FHIR interface"
    return Answer(Verdict.YES if must else Verdict.NO, (reason_of(row, text, "holds" if must else "fails"),))


def _bound(reached: FactValue, day: dt.date, *, urgent: bool, known_on: dt.date | None) -> Clock:
    row = _value("urgent_hours" if urgent else "standard_days", day, known_on)
    if row is None:
        return Clock(_unknown(unsettled(_PREFIX + "standard_days", f"no clock is recorded for {day}")))
    amount = int(row.number)
    unit = "hours" if urgent else "calendar days"
    kind = "an urgent" if urgent else "a standard"
    text = f"CMS-0057-F: {amount} {unit} to answer {kind} request, a denial with its reason"
    reasons = (
        reason_of(row, text, "holds"),
        reason_of(reached, "the rule reaches this kind of payer", "holds"),
    )
    answer = Answer(Verdict.YES, reasons)
    return Clock(answer, hours=amount) if urgent else Clock(answer, days=amount)


def _unknown(reason: Reason) -> Answer:
    return Answer(Verdict.UNKNOWN, (reason,), ("the payer's time to answer",))


def _value(name: str, day: dt.date, known_on: dt.date | None) -> FactValue | None:
    return facts_of("authorization").get(_PREFIX + name).known(day, known_on=known_on)
