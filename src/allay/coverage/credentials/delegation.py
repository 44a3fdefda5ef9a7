"""What state law says of work under supervision, as far as the license map knows."""

from __future__ import annotations

import datetime as dt

from allay.base.status import Status
from allay.coverage.answers import Answer, Reason, Verdict
from allay.coverage.credentials.dated import reason_of
from allay.coverage.credentials.license_map import LicenseMap, Topic, shipped_license_map
from allay.coverage.credentials.records import Practitioner, SupervisionMode
from allay.coverage.credentials.states import licensing

_PRESENT = (SupervisionMode.IN_SUITE, SupervisionMode.ON_SITE)


def delegation(
    supervisor: Practitioner,
    *,
    state: str,
    mode: SupervisionMode,
    day: dt.date,
    known_on: dt.date | None = None,
    license_map: LicenseMap | None = None,
) -> Answer | None:
    """Answer from the state's rule on delegating for the supervisor's profession; None where none is known.

    Examples
    --------
    >>> dc = Practitioner("dc", "chiropractor")
    >>> answer = delegation(dc, state="TX", mode=SupervisionMode.ON_SITE, day=dt.date(2026, 3, 2))
    >>> answer.verdict.value, answer.confidence.value
    ('conditional', 'verified')
    """
    rules, place = license_map or shipped_license_map(), licensing().states[state]
    for profession in supervisor.professions:
        row = rules.find(state, profession=profession, topic=Topic.DELEGATION, day=day, known_on=known_on)
        if row is None or not row.known:
            continue
        words = profession.replace("_", " ")
        if row.value == "none":
            text = f"{place} lets a {words} delegate nothing"
            return Answer(Verdict.NO, (reason_of(row, text, "fails"),))
        if row.value == "direct_supervision":
            if mode in _PRESENT:
                text = f"{place} lets qualified staff work under the direct supervision of a {words}"
                return Answer(Verdict.YES, (reason_of(row, text, "holds"),))
            text = (
                f"{place} asks for direct supervision by a {words}; whether this way meets it is not settled"
            )
            missing = (f"whether {mode.value} is direct supervision in {state}",)
            return Answer(Verdict.CONDITIONAL, (reason_of(row, text, "missing"),), missing)
        text = f"{place} lets trained assistants work under a {words}, within limits"
        missing = (f"whether the task and the training are within the rule of {state}",)
        return Answer(Verdict.CONDITIONAL, (reason_of(row, text, "missing"),), missing)
    return None


def on_site_caution(mode: SupervisionMode, state: str) -> Reason:
    """Return the caution that state law may ask for more than the payer does.

    Examples
    --------
    >>> on_site_caution(SupervisionMode.VIDEO, "VT").outcome
    'caution'
    """
    place = licensing().states[state]
    asks = "may" if mode in _PRESENT else "may ask for presence on site and"
    text = f"the law of {place} {asks} set limits of its own on supervised work: it was not looked up"
    return Reason(f"delegation.{state.lower()}", text, "caution", Status.DERIVED)
