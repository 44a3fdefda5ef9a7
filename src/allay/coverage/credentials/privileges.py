"""What a privilege of a licensing compact allows where the patient is."""

from __future__ import annotations

import datetime as dt

from allay.base.status import Status
from allay.coverage.answers import Answer, Reason, Verdict
from allay.coverage.credentials.dated import reason_of, unsettled
from allay.coverage.credentials.license_map import LicenseMap, Topic
from allay.coverage.credentials.records import License, LicenseStatus, Mode, Practitioner, Privilege, as_known
from allay.coverage.credentials.states import Compact, licensing


def by_compact(
    practitioner: Practitioner,
    profession: str,
    *,
    state: str,
    day: dt.date,
    mode: Mode,
    known_on: dt.date | None,
    rules: LicenseMap,
) -> Answer | None:
    """Answer from the practitioner's privileges that cover the day; None where there is none.

    A privilege serves only beside an active license of a home state, and a privilege for all members only in
    members. Whether a state is one comes from the license map.

    Examples
    --------
    >>> from allay.base.dates import Period
    >>> from allay.coverage.credentials.license_map import shipped_license_map
    >>> always, active = Period(dt.date(2024, 1, 1)), LicenseStatus.ACTIVE
    >>> eve = Practitioner(
    ...     "p2",
    ...     licenses=(License("p2", "clinical_psychologist", "WA", active, always),),
    ...     privileges=(Privilege("p2", "clinical_psychologist", "psypact", active, always),),
    ... )
    >>> def answer(state):
    ...     clocks = {"day": dt.date(2026, 3, 2), "known_on": None}
    ...     where = {"state": state, "mode": "video", "rules": shipped_license_map()}
    ...     return by_compact(eve, "clinical_psychologist", **where, **clocks).verdict.value
    >>> answer("ID"), answer("OR"), answer("TX")
    ('yes', 'no', 'unknown')
    """
    mine = [
        each
        for each in as_known(practitioner.privileges, known_on=known_on)
        if each.profession == profession and day in each.period and each.state in ("", state)
    ]
    if not mine:
        return None
    homes = [
        each
        for each in as_known(practitioner.licenses, known_on=known_on)
        if each.profession == profession and day in each.period and each.status is LicenseStatus.ACTIVE
    ]
    answers = [
        _one(each, homes, state=state, day=day, mode=mode, known_on=known_on, rules=rules) for each in mine
    ]
    return max(answers, key=lambda answer: list(Verdict).index(answer.verdict))


def _one(
    privilege: Privilege,
    homes: list[License],
    *,
    state: str,
    day: dt.date,
    mode: Mode,
    known_on: dt.date | None,
    rules: LicenseMap,
) -> Answer:
    compact = licensing().compacts[privilege.compact]

    def member(which: str) -> Answer:
        return _member(
            compact, which, profession=privilege.profession, day=day, known_on=known_on, rules=rules
        )

    own = Reason(
        rule="credential.privilege",
        text=f"privilege of the {compact.label}, {privilege.status.value}",
        outcome="holds" if privilege.status is LicenseStatus.ACTIVE else "fails",
        status=Status.VERIFIED,  # the user's own record, taken as given
        values=(("status", privilege.status.value), ("days", str(privilege.period))),
    )
    if privilege.status is not LicenseStatus.ACTIVE:
        return Answer(Verdict.NO, (own,))
    if not homes:
        text = f"the {compact.label} asks for an active license of a home state"
        none = Reason("credential.license", text, "missing", compact.status, (compact.reference,))
        return Answer(Verdict.CONDITIONAL, (own, none), ("an active license of a home state",))
    if not compact.everywhere:
        text = f"the {compact.label} gives privileges state by state"
        if privilege.state:
            where = Reason(compact.id, text, "holds", compact.status, (compact.reference,))
            return Answer(Verdict.YES, (own, where))
        which = Reason("credential.privilege", text, "missing", compact.status, (compact.reference,))
        return Answer(
            Verdict.CONDITIONAL, (own, which), (f"state of the privilege of {privilege.practitioner}",)
        )
    best = max((member(home.state) for home in homes), key=lambda one: list(Verdict).index(one.verdict))
    parts = [member(state), best, _reached(compact, mode)]
    verdict = Verdict.all_of(part.verdict for part in parts)
    reasons = tuple(dict.fromkeys(reason for part in parts for reason in part.reasons))
    missing = tuple(dict.fromkeys(name for part in parts for name in part.missing))
    return Answer(verdict, (own, *reasons), missing if verdict is not Verdict.NO else ())


def _member(
    compact: Compact,
    state: str,
    *,
    profession: str,
    day: dt.date,
    known_on: dt.date | None,
    rules: LicenseMap,
) -> Answer:
    row = rules.find(state, profession=profession, topic=Topic.COMPACT, day=day, known_on=known_on)
    if row is None or not row.known:
        text = f"whether {state} is a member of the {compact.label} is not settled"
        rule = f"{Topic.COMPACT.value}.{state.lower()}.{profession}"
        reason = reason_of(row, text, "unknown") if row else unsettled(rule, text)
        return Answer(Verdict.UNKNOWN, (reason,), (f"whether {state} is in the {compact.label}",))
    if row.value == "member":
        return Answer(Verdict.YES, (reason_of(row, f"{state} is a member of the {compact.label}", "holds"),))
    return Answer(Verdict.NO, (reason_of(row, f"{state} is not a member of the {compact.label}", "fails"),))


def _reached(compact: Compact, mode: Mode) -> Answer:
    if mode in compact.modes:
        text = f"the {compact.label} serves care by {mode}"
        return Answer(Verdict.YES, (Reason(compact.id, text, "holds", compact.status, (compact.reference,)),))
    text = f"whether the {compact.label} serves care by {mode.replace('_', ' ')} is not settled"
    return Answer(
        Verdict.UNKNOWN,
        (unsettled(compact.id, text),),
        (f"whether the {compact.label} serves care by {mode}",),
    )
