"""Numbers of a study in words."""

from __future__ import annotations

from allay.evaluation.study.outcomes import StudyOutcome

PER = 1000
"""Counts are said per thousand members and month."""


def percent(share: float) -> str:
    """Write a share as a percentage with as many digits as it deserves.

    Examples
    --------
    >>> percent(0.8), percent(0.034), percent(-1.25)
    ('80%', '3.4%', '-125%')
    """
    value = share * 100
    return f"{value:.0f}%" if abs(value) >= 10 or abs(value - round(value)) < 1e-9 else f"{value:.1f}%"


def amount(outcome: StudyOutcome, value: float) -> str:
    """Write an effect with its unit.

    Examples
    --------
    >>> amount(StudyOutcome(id="emergency_visit"), 0.0123), amount(StudyOutcome(id="total_cost"), -41.5)
    ('12.3 per 1,000 members a month', '-$41.50 a member and month')
    """
    if outcome.is_cost:
        return f"{'-' if value < 0 else ''}${abs(value):,.2f} a member and month"
    if outcome.id == "opioid_mme":
        return f"{value:,.1f} MME a member and month"
    return f"{value * PER:,.1f} per 1,000 members a month"


def outcome_name(outcome: StudyOutcome) -> str:
    """Name an outcome for a sentence.

    Examples
    --------
    >>> outcome_name(StudyOutcome(id="emergency_visit"))
    'emergency visits'
    """
    return _NAMES.get(outcome.id, outcome.id.replace("_", " "))


_NAMES = {
    "emergency_visit": "emergency visits",
    "inpatient_stay": "inpatient stays",
    "inpatient_day": "inpatient days",
    "mri": "MRI scans",
    "ct": "CT scans",
    "x_ray": "X-rays",
    "injection": "injections",
    "spine_surgery": "spine surgery",
    "therapy_visit": "therapy visits",
    "behavioral_visit": "behavioral health visits",
    "opioid_fill": "opioid fills",
    "opioid_day": "days of opioid supply",
    "opioid_mme": "opioid dose (MME)",
    "pharmacy_fill": "pharmacy fills",
    "total_cost_topcoded": "total cost (top-coded)",
}
