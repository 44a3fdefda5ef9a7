"""Authorizations ranked by what has to happen next, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from allay.base.status import Status
from allay.coverage.answers import Answer, Reason
from allay.coverage.authorizations.authorization import Authorization
from allay.coverage.authorizations.clock import Clock, answer_clock, due
from allay.coverage.authorizations.lifecycle import AuthorizationStage
from allay.coverage.authorizations.renewal import renewal_due


@dataclass(frozen=True, slots=True)
class NextStep:
    """What has to happen with one authorization.

    Attributes
    ----------
    authorization : Authorization
    stage : AuthorizationStage
        On the day asked from: what has run out is exhausted or expired.
    step : str
        What to do, or what to wait for.
    on : date or None
        By when; None where no day is known.
    late : bool
        Whether that day has passed.
    last_covered : date or None
    notes : tuple of str
        Assumptions, what is unknown, and units used beyond the approved ones.
    confidence : Status
        The weakest status behind the day.
    reasons : tuple of Reason
        The rules the day rests on.
    """

    authorization: Authorization
    stage: AuthorizationStage
    step: str
    on: dt.date | None
    late: bool
    last_covered: dt.date | None
    notes: tuple[str, ...]
    confidence: Status
    reasons: tuple[Reason, ...] = ()


def ranked(
    authorizations: Iterable[Authorization], *, as_of: dt.date, known_on: dt.date | None = None
) -> tuple[NextStep, ...]:
    """Rank authorizations: more used than approved first, then by the day of the next step.

    What has no day comes after what has one, and what is closed comes last.

    Examples
    --------
    >>> wait = Authorization(
    ...     "B", "p", "plan", ("yoga",), AuthorizationStage.REQUESTED, "medicaid",
    ...     requested_on=dt.date(2026, 3, 2),
    ... )
    >>> over = Authorization(
    ...     "A", "p", "plan", ("yoga",), AuthorizationStage.APPROVED, "medicaid",
    ...     units_approved=8, units_used=9,
    ... )
    >>> [(one.authorization.id, one.step) for one in ranked([wait, over], as_of=dt.date(2026, 3, 4))]
    [('A', 'ask for the units used beyond the approved ones'), ('B', 'the answer is due')]
    """
    steps = [_next(each, as_of, known_on) for each in authorizations]
    return tuple(sorted(steps, key=_rank))


def _next(one: Authorization, as_of: dt.date, known_on: dt.date | None) -> NextStep:
    stage = one.stage_on(as_of)
    if one.overused:
        text = f"{one.units_used} used of {one.units_approved} approved"
        step = "ask for the units used beyond the approved ones"
        return NextStep(one, stage, step, as_of, True, _last_day(one), (text,), Status.VERIFIED)
    if one.stage.waiting:
        return _waiting(one, as_of, known_on)
    if one.stage.in_force:
        return _in_force(one, stage, as_of, known_on)
    if stage is AuthorizationStage.DRAFT:
        return _draft(one, as_of, known_on)
    if stage is AuthorizationStage.DENIED:
        notes = ("the time to appeal was not looked up",)
        return NextStep(one, stage, "appeal or plan without it", None, False, None, notes, Status.UNKNOWN)
    return NextStep(one, stage, "closed", None, False, _last_day(one), (), Status.VERIFIED)


def _draft(one: Authorization, as_of: dt.date, known_on: dt.date | None) -> NextStep:
    """A request goes out early enough that the payer can answer before the first day of care."""
    step = "send the request"
    if one.period is None:
        notes: tuple[str, ...] = ("the first day of care is not given",)
        return NextStep(one, AuthorizationStage.DRAFT, step, None, False, None, notes, Status.UNKNOWN)
    clock = answer_clock(one.payer_type, requested_on=as_of, agreed_days=one.answer_days, known_on=known_on)
    by = one.period.start - dt.timedelta(days=clock.days or 0)
    notes = (f"care begins on {one.period.start}", *_said(clock.answer))
    sure, reasons = _sure(clock), clock.answer.reasons
    return NextStep(one, AuthorizationStage.DRAFT, step, by, by < as_of, None, notes, sure, reasons)


def _waiting(one: Authorization, as_of: dt.date, known_on: dt.date | None) -> NextStep:
    wait = due(one, known_on=known_on)
    notes: tuple[str, ...]
    if one.stage is AuthorizationStage.APPEALED:
        notes = ("the time to answer an appeal was not looked up",)
        return NextStep(one, one.stage, "wait for the appeal", None, False, None, notes, Status.UNKNOWN)
    if wait is None:
        notes = ("the day of the request is not given",)
        return NextStep(one, one.stage, "the answer is due", None, False, None, notes, Status.UNKNOWN)
    notes = (wait.assumption, *_said(wait.clock.answer))
    late = wait.day is not None and wait.day < as_of
    step = "the answer is due"
    if one.stage is AuthorizationStage.PENDED:
        step = "send what the payer asks for"
        notes = ("the clock is taken to run on while the payer waits for more", *notes)
    sure, reasons = _sure(wait.clock), wait.clock.answer.reasons
    return NextStep(one, one.stage, step, wait.day, late, None, notes, sure, reasons)


def _in_force(
    one: Authorization, stage: AuthorizationStage, as_of: dt.date, known_on: dt.date | None
) -> NextStep:
    again = renewal_due(one, as_of=as_of, known_on=known_on)
    if again is None or again.ask_by is None:
        return NextStep(one, stage, "nothing runs out", None, False, None, (), Status.VERIFIED)
    answer = again.clock.answer
    notes = (f"{again.runs_out} run out first", again.assumption, *_said(answer))
    late = again.ask_by < as_of
    return NextStep(
        one,
        stage,
        "ask again",
        again.ask_by,
        late,
        again.last_covered,
        notes,
        _sure(again.clock),
        answer.reasons,
    )


def _sure(clock: Clock) -> Status:
    """How sure a day is that hangs on the time the payer takes: unknown where no clock is known."""
    return Status.UNKNOWN if clock.days is None and clock.hours is None else clock.answer.confidence


def _said(answer: Answer) -> tuple[str, ...]:
    return tuple(
        reason.text if reason.status.certain else f"{reason.text} ({reason.status.value})"
        for reason in answer.reasons
    )


def _last_day(one: Authorization) -> dt.date | None:
    return None if one.period is None else one.period.last


def _rank(step: NextStep) -> tuple[bool, bool, bool, dt.date, str]:
    closed = step.step == "closed"
    over = not step.authorization.overused
    return (over, closed, step.on is None, step.on or dt.date.max, step.authorization.id)
