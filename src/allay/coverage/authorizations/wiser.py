"""The WISeR model: prior authorization in Original Medicare, in some states, for some services."""

from __future__ import annotations

import datetime as dt

from allay.base.fact import FactValue
from allay.coverage.answers import Answer, Verdict
from allay.coverage.credentials.dated import facts_of, reason_of, unsettled
from allay.coverage.credentials.states import state_code

_PREFIX = "us.medicare.wiser."
OFFICE = "11"
"""Place of service of an office."""


def wiser(
    code: str,
    *,
    state: str,
    day: dt.date,
    place_of_service: str | None = None,
    known_on: dt.date | None = None,
) -> Answer:
    """Say whether a service in Original Medicare needs prior authorization, or else review before payment.

    Only a part of the model's list of services was seen. A code outside that part is unknown in the states
    of the model, and a no elsewhere.

    Parameters
    ----------
    code : str
        Billing code.
    state : str
        Where the service is given.
    day : date
        Day of service.
    place_of_service : str, optional
        Two digits. Whether the model reaches offices (11) is not settled.
    known_on : date, optional
        Use only what was recorded up to this day.

    Examples
    --------
    >>> def answer(state, day):
    ...     return wiser("64483", state=state, day=day, place_of_service="24").verdict.value
    >>> february = dt.date(2026, 2, 1)
    >>> answer("TX", february), answer("VT", february), answer("TX", dt.date(2026, 1, 14))
    ('yes', 'no', 'no')
    """
    state_code(state)
    states, codes = _value("states", day, known_on), _value("codes", day, known_on)
    if states is None or codes is None:
        first = facts_of("authorization").get(_PREFIX + "states").latest
        text = f"the model holds {first.span}, not on {day}"
        return Answer(Verdict.NO, (reason_of(first, text, "fails"),))
    if state not in states.texts:
        text = f"{state} is not a state of the model"
        return Answer(Verdict.NO, (reason_of(states, text, "fails"),))
    where = reason_of(states, f"{state} is a state of the model", "holds")
    if code not in codes.texts:
        text = f"whether {code} is on the model's list was not looked up"
        reasons = (where, unsettled(_PREFIX + "codes", text))
        return Answer(Verdict.UNKNOWN, reasons, (f"whether {code} is on the list of the WISeR model",))
    what = reason_of(codes, "ask before the service, or have it reviewed before payment", "holds")
    if place_of_service is None:
        text = "whether the model reaches offices is not settled, and the place is not given"
        unclear = unsettled(_PREFIX + "office", text)
        return Answer(Verdict.CONDITIONAL, (where, what, unclear), ("place of service",))
    if place_of_service == OFFICE:
        office = _value("office", day, known_on)
        text = "sources contradict each other on offices"
        reason = reason_of(office, text, "unknown") if office else unsettled(_PREFIX + "office", text)
        return Answer(Verdict.UNKNOWN, (where, what, reason), ("whether the WISeR model reaches offices",))
    return Answer(Verdict.YES, (where, what))


def _value(name: str, day: dt.date, known_on: dt.date | None) -> FactValue | None:
    return facts_of("authorization").get(_PREFIX + name).known(day, known_on=known_on)
