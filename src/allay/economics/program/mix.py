"""Shares of payers: what is given holds, and the others share what it leaves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.economics.case.case import Case

Array = NDArray[np.float64]

# Shares of a case add up to one within this; a whole that is missed by less is the rounding of sums.
_NEARLY = 1e-6


def mix_names(case: Case) -> list[str]:
    """Return the names of the shares of payers.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> mix_names(read_case(EXAMPLE))
    ['payers/acme/mix', 'payers/state/mix', 'payers/self/mix']
    """
    return [f"payers/{payer.id}/mix" for payer in case.payers]


def mixed(
    case: Case, values: Mapping[str, Array], given: Mapping[str, ArrayLike] | None = None
) -> Mapping[str, Array]:
    """Return the values with shares of payers that add up to one in every draw.

    Shares that are given hold, and the others divide what is left as they stand to each other. Where all are
    given, or none, they are divided by their sum.

    Raises
    ------
    InvalidValue
        Shares of 0 in sum; given ones that leave less than nothing, or something that nobody can take.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> case = read_case(EXAMPLE)
    >>> values = {name: np.array([case.quantity(name).value]) for name in mix_names(case)}
    >>> found = mixed(case, values | {"payers/self/mix": np.array([0.6])}, {"payers/self/mix": 0.6})
    >>> [round(float(found[name][0]), 4) for name in mix_names(case)]
    [0.225, 0.175, 0.6]
    """
    names = mix_names(case)
    held = [name for name in names if name in (given or {})]
    if not held and not any(len(values[name]) > 1 for name in names):
        return values
    if len(held) == len(names):
        held = []
    free = [name for name in names if name not in held]
    left = 1 - sum((values[name] for name in held), np.zeros(1))
    total = sum((values[name] for name in free), np.zeros(1))
    if not (left > -_NEARLY).all():
        found = f"{1 - left.min():.6g}"
        raise InvalidValue(expected="given shares of payers of 1 at most in sum", found=found)
    if not ((total > 0) | (left <= _NEARLY)).all():
        raise InvalidValue(expected="shares of payers above 0 in sum", found="0 in a draw")
    part = np.maximum(left, 0.0) / np.where(total > 0, total, 1.0)
    return {**values, **{name: values[name] * part for name in free}}


def one_share_changed(case: Case, inputs: Mapping[str, Array]) -> dict[str, Array]:
    """Return inputs in which the other payers make room, where the share of one is not that of the case.

    Parameters
    ----------
    case : Case
    inputs : mapping of str to array [run]
        In each run at most one share of a payer differs from that of the case.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> found = one_share_changed(read_case(EXAMPLE), {"payers/self/mix": np.array([0.2, 0.6])})
    >>> found["payers/acme/mix"].round(4).tolist(), found["payers/self/mix"].tolist()
    ([0.45, 0.225], [0.2, 0.6])
    """
    before = {name: case.quantity(name).value for name in mix_names(case)}
    changed = [name for name in before if name in inputs]
    if not changed:
        return dict(inputs)
    found = {name: np.asarray(inputs.get(name, value), dtype=np.float64) for name, value in before.items()}
    for name in changed:
        rest = 1 - before[name]
        room = np.where(inputs[name] != before[name], (1 - inputs[name]) / rest if rest > 0 else 1.0, 1.0)
        for other in before:
            if other != name:
                found[other] = found[other] * room
    return {**inputs, **found}
