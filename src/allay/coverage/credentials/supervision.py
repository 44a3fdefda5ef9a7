"""Who may supervise whom, where, on which day and by which way of being present."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allay.base.errors import NotFound
from allay.base.status import Status
from allay.base.vocabulary import service_id
from allay.coverage.answers import Answer, Reason, Verdict
from allay.coverage.credentials.delegation import delegation, on_site_caution
from allay.coverage.credentials.incident_to import MEDICARE, may_be_billed, presence
from allay.coverage.credentials.license_map import LicenseMap
from allay.coverage.credentials.licensed import licensed_at
from allay.coverage.credentials.records import Credentials, Practitioner, Supervision, as_known
from allay.coverage.credentials.states import state_code

__all__ = ["SupervisionAnswer", "who_may_supervise"]


@dataclass(frozen=True, slots=True)
class SupervisionAnswer:
    """One agreement of supervision, and whether it serves for a service billed incident to the supervisor."""

    agreement: Supervision
    answer: Answer


def who_may_supervise(
    credentials: Credentials,
    *,
    day: dt.date,
    state: str,
    whom: str | None = None,
    service: str | None = None,
    setting: str | None = None,
    payer: str = MEDICARE,
    global_period: str | None = None,
    known_on: dt.date | None = None,
    license_map: LicenseMap | None = None,
) -> tuple[SupervisionAnswer, ...]:
    """Answer for every agreement that covers a day, the best first.

    Four things must hold: the way of being present meets what the payer asks, the supervisor's profession
    may supervise and the work may be billed at all, the supervisor is licensed where the patient is and
    enrolled with the payer. State law may ask for more than the payer; where that is not settled, a caution
    stands among the reasons and does not change the answer.

    Parameters
    ----------
    credentials : Credentials
    day : date
        Day of service.
    state : str
        Where the patient is.
    whom : str, optional
        Only agreements on this person.
    service : str, optional
        Id of the service. An agreement for another service is left out.
    setting : str, optional
        As the agreements write it. An agreement for another setting is left out.
    payer : str
        Kind of payer, as enrollments name it. Only `original_medicare` has rules that were looked up.
    global_period : str, optional
        Global period of the procedure in the fee schedule: `000`, `010`, `090`, or letters
    known_on : date, optional
        Use only what was recorded up to this day.
    license_map : LicenseMap, optional
        Instead of the shipped one.

    Raises
    ------
    NotFound
        No such person, state or service.

    Examples
    --------
    >>> from allay.base.dates import Period
    >>> from allay.coverage.credentials.records import (
    ...     Enrollment, License, LicenseStatus, SupervisionMode, gather
    ... )
    >>> always = Period(dt.date(2020, 1, 1))
    >>> team = gather(
    ...     [
    ...         License("md", "pain_physician", "VT", LicenseStatus.ACTIVE, always),
    ...         Enrollment("md", "original_medicare", always),
    ...         License("lac", "acupuncturist", "VT", LicenseStatus.ACTIVE, always),
    ...         Supervision("md", "lac", SupervisionMode.VIDEO, always),
    ...     ]
    ... )
    >>> [one] = who_may_supervise(team, day=dt.date(2026, 3, 1), state="VT", global_period="000")
    >>> one.answer.verdict.value, one.answer.confidence.value
    ('yes', 'derived')
    """
    if whom is not None:
        _known(whom, credentials)
    service = None if service is None else service_id(service)
    asked = _Asked(day, state_code(state), service, payer, global_period, known_on, license_map)
    answers = [
        SupervisionAnswer(each, _answer(each, credentials, asked))
        for each in as_known(credentials.supervisions, known_on=known_on)
        if day in each.period
        and whom in (None, each.whom)
        and (service is None or each.service in ("", service))
        and (setting is None or each.setting in ("", setting))
    ]
    order = list(Verdict)
    return tuple(sorted(answers, key=lambda one: (-order.index(one.answer.verdict), one.agreement.key)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of every agreement."""

    day: dt.date
    state: str
    service: str | None
    payer: str
    global_period: str | None
    known_on: dt.date | None
    rules: LicenseMap | None


def _answer(agreement: Supervision, credentials: Credentials, asked: _Asked) -> Answer:
    supervisor = credentials.practitioners.get(agreement.practitioner, Practitioner(agreement.practitioner))
    helper = credentials.practitioners.get(agreement.whom, Practitioner(agreement.whom))
    day, known_on, payer = asked.day, asked.known_on, asked.payer
    present = presence(
        agreement.mode,
        day=day,
        payer=payer,
        service=asked.service or agreement.service or None,
        global_period=asked.global_period,
        known_on=known_on,
    )
    billed = may_be_billed(supervisor, helper, day=day, payer=payer, known_on=known_on)
    licensed = licensed_at(
        supervisor, state=asked.state, day=day, mode="in_person", known_on=known_on, license_map=asked.rules
    )
    by_state = delegation(
        supervisor,
        state=asked.state,
        mode=agreement.mode,
        day=day,
        known_on=known_on,
        license_map=asked.rules,
    )
    enrolled = _enrolled(supervisor, payer=payer, day=day, known_on=known_on)
    parts = [present, billed, licensed, enrolled, *([by_state] if by_state else [])]
    verdict = Verdict.all_of(part.verdict for part in parts)
    reasons = [reason for part in parts for reason in part.reasons]
    if by_state is None:
        reasons.append(on_site_caution(agreement.mode, asked.state))
    missing = dict.fromkeys(name for part in parts for name in part.missing)
    return Answer(verdict, tuple(reasons), () if verdict is Verdict.NO else tuple(missing))


def _enrolled(supervisor: Practitioner, *, payer: str, day: dt.date, known_on: dt.date | None) -> Answer:
    rule = "credential.enrollment"
    if supervisor.enrolled(payer, day=day, known_on=known_on):
        text = f"{supervisor.id} is enrolled with {payer}"
        return Answer(Verdict.YES, (Reason(rule, text, "holds", Status.VERIFIED),))
    text = f"no enrollment of {supervisor.id} with {payer} covers {day}"
    reason = Reason(rule, text, "missing", Status.VERIFIED)
    return Answer(Verdict.CONDITIONAL, (reason,), (f"enrollment of {supervisor.id} with {payer}",))


def _known(whom: str, credentials: Credentials) -> None:
    known = {*credentials.practitioners, *(each.whom for each in credentials.supervisions)}
    if whom not in known:
        raise NotFound.among("practitioner", whom, known=known)
