"""Linked visits for the tests of rules: who gives them, who bills them, what the plan's papers say."""

from __future__ import annotations

import json
from typing import Any

from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.rules.payers import Payers

PEOPLE = [
    {"id": "dc", "disciplines": ["chiro"], "profession": "chiropractor"},
    {"id": "pta", "disciplines": ["helper"], "profession": "physical_therapist_assistant"},
    {"id": "lmt", "disciplines": ["touch"], "profession": "massage_therapist"},
]


def linked_problem(state: str, *, billable: str = "second", presence: str = "general") -> SchedulingProblem:
    """Exercise and massage given by one and billed by a chiropractor, who is `billable` in the pair."""
    second = billable == "second"
    services = [
        {
            "id": name,
            "discipline": giver if second else "chiro",
            "minutes": 30,
            "room_type": "gym",
            "linked": {
                "discipline": "chiro" if second else giver,
                "billable": billable,
                "presence": presence,
                "max_ratio": 2 if presence != "full" else 1,
            },
        }
        for name, giver in (("exercise", "helper"), ("massage", "touch"))
    ]
    plain: dict[str, Any] = {
        "id": "linked",
        "synthetic": True,
        "opening": {"start": "2024-07-15"},
        "rooms": [{"id": "gym", "type": "gym"}],
        "practitioners": [one | {"states": [state]} for one in PEOPLE],
        "services": services,
        "patients": [{"id": "p1", "payer": "plan-a"}],
        "series": [
            {"id": "s-exercise", "patient": "p1", "service": "exercise", "sessions": 2, "per_week": 2},
            {"id": "s-massage", "patient": "p1", "service": "massage"},
        ],
    }
    for one in plain["practitioners"]:
        one["hours"] = [{"weekday": "monday", "start": "08:00", "end": "12:00"}]
    return SchedulingProblem.model_validate_json(json.dumps(plain))


def linked_tree(state: str, *, benefit: dict[str, Any] | None = None, **told: Any) -> dict[str, Any]:
    """A commercial plan outside its network that accepts delegates; `told` are the supervisor's facts."""
    benefit = {
        "covered": True,
        "out_of_network": False,
        "delegate_accepted": True,
        "prior_auth": False,
        "allowed": 30,
    } | (benefit or {})
    services = {
        "exercise": {"service": "graded_exercise", "codes": [{"code": "97110", "minutes": 30}]},
        "massage": {"service": "massage", "codes": [{"code": "97124", "minutes": 30}]},
    }
    supervisor = {"own_service": True} | told
    return {
        "services": {name: one | {"benefit": benefit} for name, one in services.items()},
        "linked": dict.fromkeys(services, supervisor),
        "payers": {
            "plan-a": {
                "plan": {"payer": "commercial", "network": "out_of_network", "regulated_by": state},
                "patient": {"state": state},
                "setting": {"place": "office", "mode": "in_person"},
            }
        },
    }


def linked_payers(state: str, *, benefit: dict[str, Any] | None = None, **told: Any) -> Payers:
    """The same, read."""
    return Payers.model_validate_json(json.dumps(linked_tree(state, benefit=benefit, **told)))
