"""Medicare's rules for services billed incident to another clinician: presence, and whose work it may be."""

from __future__ import annotations

import datetime as dt
import re

from allay.base.errors import InvalidValue
from allay.base.fact import FactValue
from allay.coverage.answers import Answer, Verdict
from allay.coverage.credentials.dated import facts_of, reason_of, unsettled
from allay.coverage.credentials.records import Practitioner, SupervisionMode

MEDICARE = "original_medicare"
_PREFIX = "us.medicare.incident_to."
_NEVER = "us.medicare.therapy.never_incident_to"
_GLOBAL = re.compile(r"[0-9]{3}|[A-Za-z]+")
_DIRECT = {
    SupervisionMode.IN_SUITE: ("in_suite", "presence in the office suite"),
    SupervisionMode.VIDEO: ("video", "live audio and video"),
    SupervisionMode.PHONE: ("audio_only", "audio alone"),
}


def presence(
    mode: SupervisionMode,
    *,
    day: dt.date,
    payer: str = MEDICARE,
    service: str | None = None,
    global_period: str | None = None,
    known_on: dt.date | None = None,
) -> Answer:
    """Say whether a way of being present is supervision enough for a service billed incident to.

    Direct supervision is the default. Behavioral health needs general supervision only, which every way of
    being present meets. Of other payers than Medicare the answer hangs on a policy that was not looked up.

    Raises
    ------
    InvalidValue
        A global period that is neither three digits nor letters.

    Examples
    --------
    >>> def answer(mode, day):
    ...     return presence(SupervisionMode(mode), day=day, global_period="000").verdict.value
    >>> new_year = dt.date(2026, 1, 1)
    >>> answer("video", new_year), answer("phone", new_year), answer("in_suite", new_year)
    ('yes', 'no', 'yes')
    """
    if global_period is not None and not _GLOBAL.fullmatch(global_period):
        raise InvalidValue(
            expected="a global period of three digits, such as 010, or letters", found=repr(global_period)
        )
    if payer != MEDICARE:
        text = f"how {payer} wants supervisors to be present was not looked up: ask the payer"
        return Answer(
            Verdict.CONDITIONAL,
            (unsettled(f"{payer}.supervision", text),),
            (f"supervision rules of {payer}",),
        )
    if _is_behavioral(service, day=day, known_on=known_on):
        general = _value("general_behavioral_health", day, known_on)
        if general is not None and general.value is True:
            text = "general supervision is enough for behavioral health"
            return Answer(Verdict.YES, (reason_of(general, text, "holds"),))
    if mode is SupervisionMode.GENERAL:
        row = _value("general_other", day, known_on)
        return _no(row, "general supervision is not enough here: direct supervision is asked for", day)
    if mode is SupervisionMode.ON_SITE:
        row = _value("in_suite", day, known_on)
        text = "direct supervision asks for presence in the office suite; on site may be elsewhere"
        reasons = (reason_of(row, text, "missing"),) if row else (unsettled(_PREFIX + "in_suite", text),)
        return Answer(Verdict.CONDITIONAL, reasons, ("whether the supervisor is in the office suite",))
    name, words = _DIRECT[mode]
    row = _value(name, day, known_on)
    if row is None or not row.known:
        text = f"whether {words} met direct supervision on {day} is not settled"
        reason = reason_of(row, text, "unknown") if row else unsettled(_PREFIX + name, text)
        return Answer(Verdict.UNKNOWN, (reason,), (f"whether {words} met direct supervision on {day}",))
    if row.value is False:
        return _no(row, f"{words} does not meet direct supervision", day)
    met = Answer(Verdict.YES, (reason_of(row, f"{words} meets direct supervision", "holds"),))
    return _with_global(met, global_period, day, known_on) if mode is SupervisionMode.VIDEO else met


def may_be_billed(
    supervisor: Practitioner,
    helper: Practitioner,
    *,
    day: dt.date,
    payer: str = MEDICARE,
    known_on: dt.date | None = None,
) -> Answer:
    """Say whether one profession's work may be billed incident to another's.

    Examples
    --------
    >>> md, lmt = Practitioner("md", "pain_physician"), Practitioner("lmt", "massage_therapist")
    >>> may_be_billed(md, lmt, day=dt.date(2026, 3, 1)).verdict.value
    'no'
    """
    if payer != MEDICARE:
        text = f"whom {payer} lets supervise whom was not looked up"
        return Answer(
            Verdict.CONDITIONAL,
            (unsettled(f"{payer}.incident_to", text),),
            (f"policy of {payer} on supervised persons",),
        )
    never = facts_of("supervision").get(_NEVER).known(day, known_on=known_on)
    if never is not None and helper.professions and set(helper.professions) <= set(never.texts):
        words = helper.professions[0].replace("_", " ")
        text = f"the work of a {words} may not be billed as therapy incident to anyone"
        return Answer(Verdict.NO, (reason_of(never, text, "fails"),))
    allowed = _value("supervisors", day, known_on)
    if allowed is None:
        text = f"who could supervise on {day} is not recorded"
        return Answer(Verdict.UNKNOWN, (unsettled(_PREFIX + "supervisors", text),), (text,))
    if not supervisor.professions:
        text = f"nothing says what {supervisor.id} is licensed as"
        return Answer(
            Verdict.CONDITIONAL,
            (reason_of(allowed, text, "missing"),),
            (f"profession of {supervisor.id}",),
        )
    if not set(supervisor.professions) & set(allowed.texts):
        words = supervisor.professions[0].replace("_", " ")
        text = f"a {words} is no physician or other practitioner to whom services are billed incident"
        return Answer(Verdict.NO, (reason_of(allowed, text, "fails"),))
    text = "services may be billed incident to this profession"
    return Answer(Verdict.YES, (reason_of(allowed, text, "holds"),))


def _with_global(met: Answer, global_period: str | None, day: dt.date, known_on: dt.date | None) -> Answer:
    """Video will not do for procedures with a long global period."""
    row = _value("video_excluded_globals", day, known_on)
    if row is None:
        return met
    if global_period is None:
        text = f"video will not do where the global period is {' or '.join(row.texts)} days"
        reasons = (*met.reasons, reason_of(row, text, "missing"))
        return Answer(Verdict.CONDITIONAL, reasons, ("global period of the procedure",))
    if global_period in row.texts:
        text = f"video will not do for a global period of {int(global_period)} days"
        return Answer(Verdict.NO, (reason_of(row, text, "fails"),))
    text = f"the global period {global_period} is not one of those for which video will not do"
    return Answer(Verdict.YES, (*met.reasons, reason_of(row, text, "holds")))


def _is_behavioral(service: str | None, *, day: dt.date, known_on: dt.date | None) -> bool:
    row = _value("behavioral_health_services", day, known_on)
    return row is not None and service in row.texts


def _no(row: FactValue | None, text: str, day: dt.date) -> Answer:
    if row is None:
        said = f"what was asked of supervisors on {day} is not recorded"
        return Answer(Verdict.UNKNOWN, (unsettled(_PREFIX + "direct", said),), (said,))
    return Answer(Verdict.NO, (reason_of(row, text, "fails"),))


def _value(name: str, day: dt.date, known_on: dt.date | None) -> FactValue | None:
    return facts_of("supervision").get(_PREFIX + name).known(day, known_on=known_on)
