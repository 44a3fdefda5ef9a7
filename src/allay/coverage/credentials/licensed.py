"""May a practitioner work where the patient is: license, compact privilege, or no license needed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allay.base.status import Status
from allay.coverage.answers import Answer, Reason, Verdict
from allay.coverage.credentials.dated import reason_of, unsettled
from allay.coverage.credentials.license_map import LicenseMap, Topic, shipped_license_map
from allay.coverage.credentials.privileges import by_compact
from allay.coverage.credentials.records import License, LicenseStatus, Mode, Practitioner, as_known
from allay.coverage.credentials.states import licensing, state_code

__all__ = ["direct_access", "licensed_at"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked: both clocks, the place, and the way the patient is reached."""

    state: str
    day: dt.date
    mode: Mode
    known_on: dt.date | None
    rules: LicenseMap
    complete: bool

    @property
    def place(self) -> str:
        return licensing().states[self.state]


def licensed_at(
    practitioner: Practitioner,
    *,
    state: str,
    day: dt.date,
    mode: Mode,
    known_on: dt.date | None = None,
    license_map: LicenseMap | None = None,
    complete: bool = False,
) -> Answer:
    """Say whether a practitioner may work where the patient is.

    A license, or a privilege of a compact, is tested at the patient's location, whichever way care reaches
    the patient. What a state asks of a profession comes from the license map; where the map does not know,
    a valid license of that state is still a yes.

    Parameters
    ----------
    practitioner : Practitioner
        With several professions, one that may work is enough.
    state : str
        Where the patient is, as a postal code.
    day : date
        Day of service.
    mode : {'in_person', 'video', 'audio'}
    known_on : date, optional
        Use only what was recorded up to this day.
    license_map : LicenseMap, optional
        Instead of the shipped one.
    complete : bool
        Whether the practitioner holds no license but those given. Otherwise nothing is concluded from there
        being none at all.

    Raises
    ------
    NotFound
        No such state.

    Examples
    --------
    >>> from allay.base.dates import Period
    >>> mine = License("p1", "acupuncturist", "VT", LicenseStatus.ACTIVE, Period(dt.date(2020, 1, 1)))
    >>> ana = Practitioner("p1", licenses=(mine,))
    >>> licensed_at(ana, state="VT", day=dt.date(2024, 7, 15), mode="in_person").verdict.value
    'yes'
    >>> licensed_at(ana, state="NH", day=dt.date(2024, 7, 15), mode="video").verdict.value
    'no'
    """
    asked = _Asked(state_code(state), day, mode, known_on, license_map or shipped_license_map(), complete)
    if not practitioner.professions:
        reason = unsettled("credential.profession", f"nothing says what {practitioner.id} is licensed as")
        return Answer(Verdict.CONDITIONAL, (reason,), (f"profession of {practitioner.id}",))
    answers = [_as(profession, practitioner, asked) for profession in practitioner.professions]
    verdict = Verdict.any_of(answer.verdict for answer in answers)
    missing = tuple(dict.fromkeys(name for answer in answers for name in answer.missing))
    if verdict is Verdict.YES:
        answers, missing = [answer for answer in answers if answer.verdict is verdict], ()
    return Answer(verdict, tuple(reason for answer in answers for reason in answer.reasons), missing)


def _as(profession: str, practitioner: Practitioner, asked: _Asked) -> Answer:
    """Answer for one profession."""
    held = [
        each
        for each in as_known(practitioner.licenses, known_on=asked.known_on)
        if each.profession == profession
    ]
    here = [each for each in held if each.state == asked.state]
    valid = [each for each in here if asked.day in each.period]
    if valid:
        return _by_license(valid, profession, asked)
    by_rule = _without_license(profession, here, asked, any_held=bool(held))
    if by_rule.verdict is Verdict.YES:
        return by_rule
    by_privilege = by_compact(
        practitioner,
        profession,
        state=asked.state,
        day=asked.day,
        mode=asked.mode,
        known_on=asked.known_on,
        rules=asked.rules,
    )
    if by_privilege is None:
        return by_rule
    verdict = Verdict.any_of([by_rule.verdict, by_privilege.verdict])
    if verdict is Verdict.YES:
        return by_privilege
    missing = () if verdict is Verdict.NO else (*by_privilege.missing, *by_rule.missing)
    return Answer(verdict, (*by_privilege.reasons, *by_rule.reasons), missing)


def _by_license(valid: list[License], profession: str, asked: _Asked) -> Answer:
    """Answer from the licenses of this state that cover the day: the worst counts, as none is set aside."""
    worst = max(valid, key=lambda each: list(LicenseStatus).index(each.status))
    text = f"{profession.replace('_', ' ')} with the license {worst.status.value} in {asked.place}"
    usable = worst.status.usable
    reasons = [
        Reason(
            rule="credential.license",
            text=text,
            outcome="holds" if usable else "fails",
            status=Status.VERIFIED,  # the user's own record, taken as given
            values=_values(worst),
        )
    ]
    row = asked.rules.find(
        asked.state, profession=profession, topic=Topic.LICENSE, day=asked.day, known_on=asked.known_on
    )
    if row is not None and row.known:
        reasons.append(reason_of(row, f"{asked.place}: {row.value}", "read"))
    if not usable:
        return Answer(Verdict.NO, tuple(reasons))
    if worst.status is LicenseStatus.RESTRICTED:
        missing = f"what the restricted license of {worst.practitioner} in {asked.state} allows"
        return Answer(Verdict.CONDITIONAL, tuple(reasons), (missing,))
    return Answer(Verdict.YES, tuple(reasons))


def _without_license(profession: str, here: list[License], asked: _Asked, *, any_held: bool) -> Answer:
    """Answer from what the state asks, no license of it covering the day."""
    words = profession.replace("_", " ")
    row = asked.rules.find(
        asked.state, profession=profession, topic=Topic.LICENSE, day=asked.day, known_on=asked.known_on
    )
    lapsed = tuple(
        Reason(
            rule="credential.license",
            text=f"license in {asked.place} valid {each.period}, not on {asked.day}",
            outcome="fails",
            status=Status.VERIFIED,
            values=_values(each),
        )
        for each in here
    )
    if row is None or not row.known:
        text = f"whether {asked.place} licenses a {words} is not settled"
        unknown = reason_of(row, text, "unknown") if row else unsettled(_rule(profession, asked), text)
        missing = f"whether {asked.state} licenses {words}"
        if asked.complete and not any_held:
            return Answer(Verdict.CONDITIONAL, (unknown,), (missing,))
        return Answer(Verdict.UNKNOWN, (*lapsed, unknown), (missing,))
    if row.value == "none":
        if asked.rules.licensed_nowhere(profession, day=asked.day, known_on=asked.known_on):
            return Answer(Verdict.YES, (reason_of(row, f"no state licenses {words}s", "holds"),))
        text = f"{asked.place} has no license for {words}s, other states have: other law may rule here"
        missing = f"what {asked.state} lets {words}s do without a license"
        return Answer(Verdict.CONDITIONAL, (*lapsed, reason_of(row, text, "missing")), (missing,))
    if row.value == "voluntary":
        text = f"the certificate of {asked.place} for {words}s is voluntary: local rules may ask for more"
        missing = f"local rules in {asked.state} for {words}s without the certificate"
        return Answer(Verdict.CONDITIONAL, (*lapsed, reason_of(row, text, "missing")), (missing,))
    asks = "registration" if row.value == "registered" else "license"
    text = f"{asked.place} asks {words}s for a {asks}, and there is none on {asked.day}"
    if any_held or asked.complete:
        return Answer(Verdict.NO, (*lapsed, reason_of(row, text, "fails")))
    missing = f"{asks} of the {words} in {asked.state}"
    return Answer(Verdict.CONDITIONAL, (reason_of(row, text, "missing"),), (missing,))


def _rule(profession: str, asked: _Asked) -> str:
    return f"{Topic.LICENSE.value}.{asked.state.lower()}.{profession}"


def _values(record: License) -> tuple[tuple[str, str], ...]:
    return (("status", record.status.value), ("days", str(record.period)), ("state", record.state))


_ACCESS = {
    "unrestricted": (Verdict.YES, "holds", "patients may come without a referral", False),
    "provisional": (
        Verdict.CONDITIONAL,
        "missing",
        "patients may come without a referral with provisos",
        True,
    ),
    "some": (
        Verdict.CONDITIONAL,
        "missing",
        "patients may come without a referral, perhaps with provisos",
        True,
    ),
    "none": (Verdict.NO, "fails", "patients need a referral", False),
}


def direct_access(
    state: str,
    *,
    day: dt.date,
    profession: str = "physical_therapist",
    known_on: dt.date | None = None,
    license_map: LicenseMap | None = None,
) -> Answer:
    """Say whether patients may come to a profession without a referral, as far as state law goes.

    A payer may still ask for one.

    Examples
    --------
    >>> answer = direct_access("WA", day=dt.date(2026, 3, 2))
    >>> answer.verdict.value, answer.missing
    ('conditional', ('provisos of direct access in WA',))
    """
    rules, place = license_map or shipped_license_map(), licensing().states[state_code(state)]
    topic = Topic.DIRECT_ACCESS
    row = rules.find(state, profession=profession, topic=topic, day=day, known_on=known_on)
    if row is None or not row.known:
        text = f"whether patients in {place} need a referral on {day} is not settled"
        rule = f"{topic.value}.{state.lower()}.{profession}"
        reason = reason_of(row, text, "unknown") if row else unsettled(rule, text)
        return Answer(Verdict.UNKNOWN, (reason,), (f"whether {state} has direct access",))
    verdict, outcome, text, asks = _ACCESS[str(row.value)]
    missing = (f"provisos of direct access in {state}",) if asks else ()
    return Answer(verdict, (reason_of(row, f"{place}: {text}", outcome),), missing)
