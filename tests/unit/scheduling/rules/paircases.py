"""A clinic with a few services and three payers, for the tests of same-day rules."""

from __future__ import annotations

import json
from typing import Any

from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.rules.payers import Payers

EVERY_DAY = ("monday", "tuesday", "wednesday", "thursday", "friday")
PROFESSIONS = {
    "pt": "physical_therapist",
    "psy": "clinical_psychologist",
    "md": "pain_physician",
    "lmt": "massage_therapist",
}
SERVICES = {  # discipline, service of coverage, code
    "evaluation": ("pt", "physical_therapy", "97162"),
    "exercise": ("pt", "physical_therapy", "97110"),
    "manual": ("pt", "physical_therapy", "97140"),
    "talk": ("psy", "cognitive_behavioral_therapy", "96158"),
    "visit": ("md", "medical_visit", "99213"),
    "massage": ("lmt", "massage", "97124"),
    "rub": ("pt", "massage", "97124"),
}
OFFICE = {"place": "office", "mode": "in_person"}
MEDICARE = {
    "plan": {
        "payer": "original_medicare",
        "deductible_left": 0,
        "same_provider": "tin",
        "therapy_year_to_date": 0,
    },
    "patient": {"state": "VT", "conditions": ["low_back_pain"], "new": False},
    "setting": OFFICE,
}


def clinic(*services: str, payer: str = "medicare", sessions: int = 1, **more: Any) -> SchedulingProblem:
    """One patient of a payer with so many sessions of each service a week."""
    staff = [
        {
            "id": f"{discipline}-1",
            "disciplines": [discipline],
            "profession": profession,
            "states": ["VT"],
            "hours": [{"weekday": day, "start": "08:00", "end": "17:00"} for day in EVERY_DAY],
        }
        for discipline, profession in PROFESSIONS.items()
    ]
    plain = {
        "id": "clinic",
        "synthetic": True,
        "opening": {"start": "2024-07-15"},
        "rooms": [{"id": "room", "type": "room"}],
        "practitioners": staff,
        "services": [
            {"id": name, "discipline": SERVICES[name][0], "minutes": 30, "room_type": "room"}
            for name in services
        ],
        "patients": [{"id": "p1", "payer": payer}],
        "series": [
            {"id": f"s-{name}", "patient": "p1", "service": name, "sessions": sessions, "per_week": sessions}
            for name in services
        ],
    } | more
    return SchedulingProblem.model_validate_json(json.dumps(plain))


def told_tree(payer: dict[str, Any], *services: str, name: str = "medicare", **more: Any) -> dict[str, Any]:
    """The file of payers with one payer and the codes of some services; all in one billing group."""
    plain = {
        "everybody": {"enrolled": True, "tax_id_key": "clinic"},
        "services": {
            one: {"service": SERVICES[one][1], "codes": [{"code": SERVICES[one][2]}]} for one in services
        },
        "payers": {name: payer},
    } | more
    for one in services:
        if SERVICES[one][2] in ("97110", "97140", "97124"):
            plain["services"][one]["codes"][0]["minutes"] = 30
    return plain


def told(payer: dict[str, Any], *services: str, name: str = "medicare", **more: Any) -> Payers:
    """The same, read."""
    return Payers.model_validate_json(json.dumps(told_tree(payer, *services, name=name, **more)))
