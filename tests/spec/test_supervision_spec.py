"""Supervision: which way of being present is enough for a service billed incident to a clinician.

Original Medicare asks for direct supervision: presence in the office suite. Since 2026 live audio and video
meets it, except for procedures with a global period of 10 or 90 days; audio alone never does. Behavioral
health needs general supervision only, since 2023. Before 2026 video was allowed for a time: our sources do
not settle when, so the answer is unknown. State law may ask for more than Medicare.
"""

from __future__ import annotations

import datetime as dt

import pytest

from allay.coverage.credentials.incident_to import may_be_billed, presence
from allay.coverage.credentials.records import Practitioner, SupervisionMode

PRESENCE = [
    ("in_suite", "acupuncture", "2025-12-31", "000", "yes"),
    ("in_suite", "acupuncture", "2026-01-01", "000", "yes"),
    ("on_site", "acupuncture", "2026-01-01", "000", "conditional"),
    ("video", "acupuncture", "2025-12-31", "000", "unknown"),
    ("video", "acupuncture", "2026-01-01", "000", "yes"),
    ("video", "acupuncture", "2026-01-02", "000", "yes"),
    ("video", "interventional_referral", "2026-01-02", "000", "yes"),
    ("video", "interventional_referral", "2026-01-02", "010", "no"),
    ("video", "interventional_referral", "2026-01-02", "090", "no"),
    ("video", "interventional_referral", "2026-01-02", "", "conditional"),
    ("phone", "acupuncture", "2025-12-31", "000", "no"),
    ("phone", "acupuncture", "2026-01-01", "000", "no"),
    ("general", "acupuncture", "2026-01-01", "000", "no"),
    ("general", "cognitive_behavioral_therapy", "2022-12-31", "000", "no"),
    ("general", "cognitive_behavioral_therapy", "2023-01-01", "000", "yes"),
    ("general", "cognitive_behavioral_therapy", "2023-01-02", "000", "yes"),
    ("phone", "cognitive_behavioral_therapy", "2022-12-31", "000", "no"),
    ("phone", "cognitive_behavioral_therapy", "2023-01-01", "000", "yes"),
]

PEOPLE = [
    ("pain_physician", "acupuncturist", "yes"),
    ("nurse_practitioner", "physical_therapist", "yes"),
    ("pain_physician", "massage_therapist", "no"),
    ("pain_physician", "athletic_trainer", "no"),
    ("pain_physician", "physical_therapist_assistant", "no"),
    ("chiropractor", "chiropractic_assistant", "no"),
    ("acupuncturist", "medical_assistant", "no"),
]

PAYERS = [
    ("original_medicare", "yes"),
    ("commercial", "conditional"),
    ("medicare_advantage", "conditional"),
]


@pytest.mark.parametrize(("mode", "service", "day", "global_period", "answer"), PRESENCE)
def test_presence(mode, service, day, global_period, answer):
    """Original Medicare, by the way the supervisor is present and by day."""
    found = presence(
        SupervisionMode(mode),
        day=dt.date.fromisoformat(day),
        service=service,
        global_period=global_period or None,
    )
    assert found.verdict.value == answer


@pytest.mark.parametrize(("supervisor", "supervised", "answer"), PEOPLE)
def test_people(supervisor, supervised, answer):
    """Original Medicare in March 2026: whose work may be billed incident to whom."""
    day = dt.date(2026, 3, 2)
    found = may_be_billed(Practitioner("a", supervisor), Practitioner("b", supervised), day=day)
    assert found.verdict.value == answer


@pytest.mark.parametrize(("payer", "answer"), PAYERS)
def test_payers(payer, answer):
    """A supervisor in the suite in March 2026: only Medicare's rule was looked up, others must be asked."""
    found = presence(SupervisionMode.IN_SUITE, day=dt.date(2026, 3, 2), payer=payer)
    assert found.verdict.value == answer
