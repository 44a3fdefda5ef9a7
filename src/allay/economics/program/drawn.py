"""The numbers of a case in every draw, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue, NotFound
from allay.economics.case.case import Case
from allay.economics.case.quantity import UNITS
from allay.economics.uncertainty.draws import sample
from allay.economics.uncertainty.joint import correlated

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Numbers by name: arrays [draw] where they vary, [1] where they do not."""

    values: Mapping[str, Array]
    draws: int

    def of(self, name: str, *, otherwise: float = 0.0) -> Array:
        """Return one, or what holds where the case does not give it."""
        found = self.values.get(name)
        return np.array([otherwise]) if found is None else found

    def each(self, name: str) -> list[Array]:
        """Return those of a list in order: `name/1`, `name/2`, ..."""
        found: list[Array] = []
        while (key := f"{name}/{len(found) + 1}") in self.values:
            found.append(self.values[key])
        return found


def draw_case(
    case: Case, *, draws: int | None, seed: int, given: Mapping[str, ArrayLike] | None = None
) -> Drawn:
    """Draw every quantity of a case.

    Parameters
    ----------
    draws : int, optional
        None takes the best estimates, as one draw.
    seed : int
    given : mapping of str to number or array [draw], optional
        Values in place of what the case says, by name: for analyses of one number at a time.

    Raises
    ------
    NotFound
        For a name the case does not have.
    InvalidValue
        For a given value that its unit does not allow.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> drawn = draw_case(read_case(EXAMPLE), draws=None, seed=1)
    >>> drawn.of("services/yoga/no_show").tolist(), drawn.of("services/yoga/room").tolist()
    ([0.2], [60.0])
    """
    if draws is not None and draws < 1:
        raise InvalidValue(expected="one draw or more", found=str(draws))
    quantities = case.quantities()
    values: dict[str, Array] = {}
    for name, quantity in quantities.items():
        spread = None if draws is None else quantity.spread
        if spread is None or draws is None:
            values[name] = np.array([quantity.value])
        else:
            values[name] = sample(spread, name=name, seed=seed, draws=draws)
    if draws is not None and case.correlations:
        values |= _together(case, seed=seed, draws=draws)
    count = draws or 1
    for name, value in (given or {}).items():
        if name not in quantities:
            raise NotFound.among("quantity", name, known=quantities)
        values[name] = _given(name, value, unit=quantities[name].unit, draws=count)
    _mix(case, values, given or {})
    return Drawn(values, count)


def _given(name: str, value: ArrayLike, *, unit: str, draws: int) -> Array:
    found = np.atleast_1d(np.asarray(value, dtype=np.float64))
    low, high = UNITS[unit]
    if found.ndim != 1 or len(found) not in (1, draws):
        raise InvalidValue(expected=f"one value of {name}, or {draws}", found=f"the shape {found.shape}")
    if not ((found >= low) & (found <= high)).all() or not np.isfinite(found).all():
        shown = f"{found.min():g} to {found.max():g}"
        raise InvalidValue(expected=f"values of {name} within {low:g} and {high:g} {unit}", found=shown)
    return found


def _together(case: Case, *, seed: int, draws: int) -> dict[str, Array]:
    linked = {name for entry in case.correlations for name in entry.between}
    order = [name for name in case.quantities() if name in linked]
    matrix = np.eye(len(order))
    for entry in case.correlations:
        one, other = (order.index(name) for name in entry.between)
        matrix[one, other] = matrix[other, one] = entry.correlation
    spreads = {name: case.quantity(name).spread for name in order}
    known = {name: spread for name, spread in spreads.items() if spread is not None}
    return correlated(known, matrix.tolist(), seed=seed, draws=draws)


def _mix(case: Case, values: dict[str, Array], given: Mapping[str, ArrayLike]) -> None:
    """Divide the shares of payers by their sum where any was drawn or given."""
    names = [f"payers/{payer.id}/mix" for payer in case.payers]
    if not any(len(values[name]) > 1 or name in given for name in names):
        return
    total = sum((values[name] for name in names), np.zeros(1))
    if not (total > 0).all():
        raise InvalidValue(expected="shares of payers above 0 in sum", found="0 in a draw")
    for name in names:
        values[name] = values[name] / total
