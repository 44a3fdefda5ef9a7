"""A case with other values, as a scenario has them: what cannot be is refused as it is in a file."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from allay.base.errors import InvalidValue
from allay.economics.case.case import Case

# Shares with six decimals add up to one within this, as in the case itself.
_WHOLE = 1e-6

_MOST_RATE = 1.0


def impossible(case: Case, given: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """Yield why a case cannot have these values, each within its unit: what was expected, what was found.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> list(impossible(read_case(EXAMPLE), {"services/yoga/group/fill": 0.0}))
    [('one seat or more, and a fill above 0', '12 seats and 0')]
    """
    tree = case.model_dump(mode="json", exclude_unset=True)
    keys = {name: place for name, place, _ in case.placed()}
    for name, value in given.items():
        entry: Any = tree
        for key in keys[name]:
            entry = entry[key]
        entry |= {"value": value, "distribution": None}
    for fee in tree.get("fees", ()):
        # A patient pays what is allowed at most, as in draws (`allay.economics.program.revenue`).
        if fee.get("copay") and fee["copay"]["value"] > fee["allowed"]["value"]:
            fee["copay"] = fee["allowed"]
    try:
        Case.model_validate_json(json.dumps(tree))
    except ValidationError as refused:
        yield from map(_told, refused.errors())
    yield from _mix(case, given)
    if given.get("program/discount", 0.0) >= _MOST_RATE:
        yield "a discount rate below 1 a year: 0.03 is 3%", f"{given['program/discount']:g}"


def _told(error: Any) -> tuple[str, str]:
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, InvalidValue):
        return cause.expected, cause.found
    return str(error["msg"]), "/".join(map(str, error["loc"]))


def _mix(case: Case, given: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """Shares that are given hold, and the other payers divide what is left."""
    names = {f"payers/{payer.id}/mix": payer.mix.value for payer in case.payers}
    held = [given[name] for name in names if name in given]
    total = math.fsum(held)
    nobody = math.fsum(share for name, share in names.items() if name not in given) <= 0
    if held and (total > 1 + _WHOLE or (nobody and total < 1 - _WHOLE)):
        expected = "shares of payers that add up to 1" + ("" if nobody else " at most")
        yield expected, " + ".join(f"{share:g}" for share in held) + f" = {total:g}"
