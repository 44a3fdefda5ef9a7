"""Prior authorization: when the payer's answer is due, and when to ask again.

Since 2026 the rule CMS-0057-F gives payers of some kinds 7 calendar days for a standard request and 72 hours
for an urgent one. Payers outside the rule have no clock that was looked up, unless one was agreed with them.
The day of the request is not counted. Where the hour of an urgent request is not known, hours run from the
end of its day.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from allay.base.dates import Period
from allay.coverage.authorizations.authorization import Authorization
from allay.coverage.authorizations.clock import due, interface
from allay.coverage.authorizations.lifecycle import AuthorizationStage
from allay.coverage.authorizations.renewal import renewal_due
from allay.coverage.authorizations.wiser import wiser

DUE = [
    ("medicare_advantage", "2025-12-31", "standard", "", "", "unknown"),
    ("medicare_advantage", "2026-01-01", "standard", "", "2026-01-08", "yes"),
    ("medicare_advantage", "2026-01-02", "standard", "", "2026-01-09", "yes"),
    ("medicaid_managed", "2026-01-01", "urgent", "", "2026-01-04", "yes"),
    ("medicaid", "2026-02-26", "standard", "", "2026-03-05", "yes"),
    ("ffe_qhp", "2026-02-26", "standard", "", "2026-03-05", "yes"),
    ("exchange", "2026-02-26", "standard", "", "", "conditional"),
    ("original_medicare", "2026-02-26", "standard", "", "", "unknown"),
    ("self_funded", "2026-02-26", "urgent", "", "", "unknown"),
    ("commercial", "2026-02-26", "standard", "", "", "unknown"),
    ("commercial", "2026-02-26", "standard", "14", "2026-03-12", "yes"),
]

AGAIN = [
    ("medicaid", "12", "4", "2026-05-31", "2", "", "2026-04-26", "2026-04-19"),
    ("medicaid", "12", "4", "2026-05-31", "1", "", "2026-05-24", "2026-05-17"),
    ("medicaid", "12", "4", "2026-05-31", "0.5", "", "2026-05-31", "2026-05-24"),
    ("medicaid", "12", "4", "2026-05-31", "", "", "2026-05-31", "2026-05-24"),
    ("commercial", "12", "4", "2026-05-31", "", "", "2026-05-31", "2026-05-31"),
    ("commercial", "12", "4", "2026-05-31", "", "14", "2026-05-31", "2026-05-17"),
    ("medicaid", "12", "12", "2026-05-31", "1", "", "2026-03-29", "2026-03-22"),
    ("medicaid", "", "4", "", "1", "", "", ""),
]

MODEL = [
    ("TX", "64483", "24", "2026-01-14", "no"),
    ("TX", "64483", "24", "2026-01-15", "yes"),
    ("TX", "64483", "24", "2026-01-16", "yes"),
    ("TX", "64483", "24", "2026-02-01", "yes"),
    ("VT", "64483", "24", "2026-02-01", "no"),
    ("TX", "64483", "24", "2031-12-31", "yes"),
    ("TX", "64483", "24", "2032-01-01", "no"),
    ("TX", "64483", "11", "2026-02-01", "unknown"),
    ("TX", "64483", "", "2026-02-01", "conditional"),
    ("TX", "97110", "24", "2026-02-01", "unknown"),
    ("VT", "97110", "24", "2026-02-01", "no"),
]

INTERFACE = [
    ("medicaid", "2026-12-31", "no"),
    ("medicaid", "2027-01-01", "yes"),
    ("medicaid", "2027-01-02", "yes"),
    ("original_medicare", "2027-01-02", "unknown"),
]


@pytest.mark.parametrize(("payer_type", "requested", "kind", "agreed_days", "day", "answer"), DUE)
def test_due(payer_type, requested, kind, agreed_days, day, answer):
    """When the answer to a request is due, and whether a clock binds the payer."""
    one = Authorization(
        "a",
        "p",
        "plan",
        ("acupuncture",),
        AuthorizationStage.REQUESTED,
        payer_type,
        requested_on=dt.date.fromisoformat(requested),
        urgent=kind == "urgent",
        answer_days=int(agreed_days) if agreed_days else None,
    )
    found = due(one)
    assert found is not None
    assert ((found.day.isoformat() if found.day else ""), found.clock.answer.verdict.value) == (day, answer)


@pytest.mark.parametrize(
    (
        "payer_type",
        "approved",
        "used",
        "last_day",
        "visits_per_week",
        "agreed_days",
        "last_covered",
        "ask_by",
    ),
    AGAIN,
)
def test_again(payer_type, approved, used, last_day, visits_per_week, agreed_days, last_covered, ask_by):
    """Seen on 2026-03-30, approved from 2026-03-01: the last day covered, and the day to ask again by."""
    end = dt.date.fromisoformat(last_day) + dt.timedelta(days=1) if last_day else None
    one = Authorization(
        "a",
        "p",
        "plan",
        ("acupuncture",),
        AuthorizationStage.APPROVED,
        payer_type,
        units_approved=int(approved) if approved else None,
        units_used=int(used),
        period=Period(dt.date(2026, 3, 1), end),
        visits_per_week=Fraction(visits_per_week) if visits_per_week else None,
        answer_days=int(agreed_days) if agreed_days else None,
    )
    found = renewal_due(one, as_of=dt.date(2026, 3, 30))
    assert found is not None
    days = [day.isoformat() if day else "" for day in (found.last_covered, found.ask_by)]
    assert days == [last_covered, ask_by]


@pytest.mark.parametrize(("state", "code", "place_of_service", "day", "answer"), MODEL)
def test_model(state, code, place_of_service, day, answer):
    """The WISeR model of Original Medicare: whether to ask first, or be reviewed before payment."""
    found = wiser(
        code, state=state, day=dt.date.fromisoformat(day), place_of_service=place_of_service or None
    )
    assert found.verdict.value == answer


@pytest.mark.parametrize(("payer_type", "day", "answer"), INTERFACE)
def test_interface(payer_type, day, answer):
    """Whether the payer must offer a FHIR interface for prior authorization."""
    assert interface(payer_type, day=dt.date.fromisoformat(day)).verdict.value == answer
