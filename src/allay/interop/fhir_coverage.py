"""Coverage decisions as FHIR R4 CoverageEligibilityResponse resources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from allay.base.errors import InvalidValue
from allay.interop.fhir_claim import procedure_concept

_AUTHORIZATION = {"required": True, "denied": True, "satisfied": True, "none": False, "forbidden": False}
_SETTLED = ("yes", "no")

Resource = dict[str, Any]


def eligibility_response(
    decision: Mapping[str, Any],
    *,
    created: dt.date,
    patient: str,
    insurer: str,
    coverage: str,
    request: str,
    in_network: bool | None = None,
) -> Resource:
    """Return a decision as a CoverageEligibilityResponse.

    Parameters
    ----------
    decision : mapping
        One decision of `allay coverage decide`: `bill`, `lines` (with `code`, `modifiers`, `units`,
        `allowed`, and perhaps `bill`, `service` and `patient_share` of their own), `prior_auth`,
        `remaining`, `missing`.
    created : date
        The day it was made.
    patient, insurer, coverage, request : str
        References, such as ``Patient/1``.
    in_network : bool, optional
        Whether the practitioner is in the plan's network, where that is known.

    Returns
    -------
    dict
        One item for each line, and one for each limit. A line is `excluded` where the answer is no; what is
        unknown or conditional is said in `disposition`, the outcome is then `partial`, and nothing is
        excluded that nobody has denied.

    Raises
    ------
    InvalidValue
        For a decision without `bill` or `lines`.

    Examples
    --------
    >>> line = {"code": "97810", "modifiers": [], "units": 1, "allowed": "37.52"}
    >>> found = eligibility_response(
    ...     {"bill": "yes", "prior_auth": "none", "lines": [line]},
    ...     created=dt.date(2026, 11, 22), patient="Patient/1", insurer="Organization/1",
    ...     coverage="Coverage/1", request="CoverageEligibilityRequest/1",
    ... )
    >>> item = found["insurance"][0]["item"][0]
    >>> item["productOrService"]["coding"][0]["code"], item["excluded"], item["authorizationRequired"]
    ('97810', False, False)
    """
    if "bill" not in decision or not isinstance(decision.get("lines"), list):
        raise InvalidValue(expected="a decision with `bill` and `lines`", found="another mapping")
    lines = [_line(line, decision, in_network=in_network) for line in decision["lines"]]
    limits = [_limit(each) for each in decision.get("remaining") or ()]
    settled = decision["bill"] in _SETTLED
    return {
        "resourceType": "CoverageEligibilityResponse",
        **({"identifier": [{"value": str(decision["id"])}]} if decision.get("id") else {}),
        "status": "active",
        "purpose": ["auth-requirements", "benefits"],
        "patient": {"reference": patient},
        "created": created.isoformat(),
        "request": {"reference": request},
        "outcome": "complete" if settled else "partial",
        "disposition": _disposition(decision),
        "insurer": {"reference": insurer},
        "insurance": [{"coverage": {"reference": coverage}, "item": [*lines, *limits]}],
    }


def _line(line: Mapping[str, Any], decision: Mapping[str, Any], *, in_network: bool | None) -> Resource:
    verdict = line.get("bill") or decision["bill"]
    network = (
        {} if in_network is None else {"network": _text("in network" if in_network else "out of network")}
    )
    asked = _AUTHORIZATION.get(str(decision.get("prior_auth")))
    modifiers = [procedure_concept(str(each)) for each in line.get("modifiers") or ()]
    benefits: list[Resource] = [
        {"type": _text(name), "allowedMoney": {"value": Decimal(str(line[key])), "currency": "USD"}}
        for key, name in (("allowed", "allowed amount"), ("patient_share", "patient share"))
        if line.get(key) is not None
    ]
    if line.get("units"):
        benefits.append({"type": _text("units"), "allowedUnsignedInt": int(line["units"])})
    return {
        **({"category": _text(str(line["service"]))} if line.get("service") else {}),
        "productOrService": procedure_concept(str(line["code"])),
        **({"modifier": modifiers} if modifiers else {}),
        "excluded": verdict == "no",
        "description": f"bill: {verdict}",
        **network,
        "unit": _text("individual"),
        **({"benefit": benefits} if benefits else {}),
        **({} if asked is None else {"authorizationRequired": asked}),
    }


def _limit(limit: Mapping[str, Any]) -> Resource:
    left = limit.get("left")
    benefit: Resource = {"type": _text("left")}
    if isinstance(left, int) and not isinstance(left, bool) and left >= 0:
        benefit["allowedUnsignedInt"] = left
    else:
        benefit["allowedString"] = "unknown" if left is None else str(left)
    until = {"term": _text(f"until {limit['resets_on']}")} if limit.get("resets_on") else {}
    return {"name": str(limit.get("limit")), "excluded": False, **until, "benefit": [benefit]}


def _disposition(decision: Mapping[str, Any]) -> str:
    parts = [f"bill: {decision['bill']}"]
    if decision.get("bill_as"):
        parts.append(f"as: {decision['bill_as']}")
    if decision.get("prior_auth"):
        parts.append(f"prior authorization: {decision['prior_auth']}")
    if missing := decision.get("missing"):
        parts.append("missing: " + ", ".join(map(str, missing)))
    if confidence := decision.get("confidence"):
        parts.append(f"confidence: {confidence}")
    return "; ".join(parts)


def _text(text: str) -> Resource:
    return {"text": text}
