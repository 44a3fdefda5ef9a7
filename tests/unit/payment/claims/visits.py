"""Claims made up for tests: no person, number or amount in them is anybody's."""

from __future__ import annotations

import io
import json
from typing import Any

from allay.payment.claims.professional import ClaimBatch, read_batch

ADDRESS = {"line1": "1 Main Street", "city": "Montpelier", "state": "VT", "zip": "056020001"}
HOME = {"line1": "2 Elm Street", "line2": "Apt 3", "city": "Montpelier", "state": "VT", "zip": "05602"}
THERAPIST = {"npi": "1234567893", "last": "Rivera", "first": "Ana", "taxonomy": "225100000X"}
ACUPUNCTURIST = {"npi": "1999999984", "last": "Lee", "first": "Kim", "taxonomy": "171100000X"}
PHYSICIAN = {"npi": "1888888884", "last": "Okafor", "first": "Ngozi", "taxonomy": "2081P2900X"}


def claim(**changes: Any) -> dict[str, Any]:
    """Return a claim for two units of therapy and one of manual therapy."""
    return {
        "id": "C-1",
        "billing": {
            "npi": "1777777776",
            "name": "Green Mountain Pain Program",
            "taxonomy": "261QP3300X",
            "tax_id": "123456789",
            "address": ADDRESS,
        },
        "subscriber": {
            "last": "Núñez",
            "first": "José",
            "birth_date": "1970-03-04",
            "sex": "M",
            "address": HOME,
            "member_id": "MEMBER123",
        },
        "payer": {"name": "Maple Health", "id": "MAPLE1", "filing": "CI"},
        "diagnoses": ["M54.50", "G89.29"],
        "place_of_service": "11",
        "rendering": THERAPIST,
        "prior_authorization": "PA-77",
        "lines": [
            {
                "code": "97110",
                "modifiers": ["GP"],
                "units": 2,
                "charge": 100.5,
                "pointers": [1, 2],
                "day": "2026-11-02",
            },
            {"code": "97140", "modifiers": ["GP", "59"], "charge": 45, "pointers": [1], "day": "2026-11-02"},
        ],
        **changes,
    }


def visits(*claims: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a batch of claims, as a file of them holds it."""
    return {
        "sender": {"id": "GMPP"},
        "receiver_address": {"id": "MAPLE"},
        "submitter": {
            "name": "Green Mountain Pain Program",
            "id": "GMPP",
            "contact": "Billing office",
            "phone": "8025550100",
        },
        "receiver": {"name": "Maple Health", "id": "MAPLE1"},
        "control_number": 42,
        "created": "2026-11-22",
        "time": "0930",
        "usage": "test",
        "claims": list(claims) or [claim()],
        **changes,
    }


def batch(*claims: dict[str, Any], **changes: Any) -> ClaimBatch:
    """Return a checked batch."""
    return read_batch(io.BytesIO(json.dumps(visits(*claims, **changes)).encode()), name="visits.json")
