"""The numbers of a case in every draw, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue, NotFound
from allay.economics.case.case import Case
from allay.economics.case.quantity import UNITS, Quantity, drawn_as, sample
from allay.economics.program.mix import mixed
from allay.economics.uncertainty.distributions import Uniform
from allay.economics.uncertainty.joint import correlated

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Numbers by name: arrays [draw] where they vary, [1] where they do not.

    `sampled` tells draws from the best estimates, which are one draw; `seed` is what draws hang on.
    """

    values: Mapping[str, Array]
    draws: int
    seed: int
    sampled: bool

    def of(self, name: str, *, otherwise: float = 0.0) -> Array:
        """Return one, or what holds where the case does not give it."""
        found = self.values.get(name)
        return np.array([otherwise]) if found is None else found

    def table(self, names: Sequence[str]) -> Array:
        """Return several side by side: array [draw, name], or [1, name] where none varies."""
        return np.stack(np.broadcast_arrays(*(self.of(name) for name in names)), axis=-1)

    def given(self, given: Mapping[str, ArrayLike], *, quantities: Mapping[str, Quantity]) -> Drawn:
        """Return the same with values in place of some of them, each within its unit."""
        values = dict(self.values)
        for name, value in given.items():
            if name not in quantities:
                raise NotFound.among("quantity", name, known=quantities)
            values[name] = _given(name, value, unit=quantities[name].unit, draws=self.draws)
        return replace(self, values=values)

    def each(self, name: str) -> list[Array]:
        """Return those of a list in order: `name/1`, `name/2`, ..."""
        found: list[Array] = []
        while (key := f"{name}/{len(found) + 1}") in self.values:
            found.append(self.values[key])
        return found


def draw_quantities(quantities: Mapping[str, Quantity], *, draws: int | None, seed: int) -> Drawn:
    """Draw quantities by name.

    Knots of one curve share their draws: one with a large effect early has a large one late.

    Parameters
    ----------
    quantities : mapping of str to Quantity
    draws : int, optional
        None takes the best estimates, as one draw.
    seed : int

    Examples
    --------
    >>> days = Quantity(value=30, unit="days", source="x")
    >>> draw_quantities({"payers/acme/days": days}, draws=5, seed=1).of("payers/acme/days").tolist()
    [30.0]
    """
    if draws is not None and draws < 1:
        raise InvalidValue(expected="one draw or more", found=str(draws))
    values = {
        name: np.array([quantity.value])
        if draws is None or quantity.distribution is None
        else sample(quantity, name=drawn_as(name), seed=seed, draws=draws)
        for name, quantity in quantities.items()
    }
    return Drawn(values, draws or 1, seed, draws is not None)


def draw_case(
    case: Case, *, draws: int | None, seed: int, given: Mapping[str, ArrayLike] | None = None
) -> Drawn:
    """Draw every quantity of a case.

    Parameters
    ----------
    draws : int, optional
        None takes the best estimates: one draw, or as many as the arrays given have.
    seed : int
    given : mapping of str to number or array [draw], optional
        Values in place of what the case says, by name: for analyses of one number at a time. Of shares of
        payers the others divide what is left (`allay.economics.program.mix`).

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
    quantities = case.quantities()
    drawn = draw_quantities(quantities, draws=draws, seed=seed)
    if draws is None:
        drawn = replace(drawn, draws=max((np.size(value) for value in (given or {}).values()), default=1))
    if draws is not None and case.correlations:
        together = _together(case, quantities, seed=seed, draws=draws)
        drawn = replace(drawn, values={**drawn.values, **together})
    drawn = drawn.given(given or {}, quantities=quantities)
    return replace(drawn, values=mixed(case, drawn.values, given))


def _given(name: str, value: ArrayLike, *, unit: str, draws: int) -> Array:
    found = np.atleast_1d(np.asarray(value, dtype=np.float64))
    low, high = UNITS[unit]
    if found.ndim != 1 or len(found) not in (1, draws):
        raise InvalidValue(expected=f"one value of {name}, or {draws}", found=f"the shape {found.shape}")
    if not ((found >= low) & (found <= high)).all() or not np.isfinite(found).all():
        shown = f"{found.min():g} to {found.max():g}"
        raise InvalidValue(expected=f"values of {name} within {low:g} and {high:g} {unit}", found=shown)
    return found


def _together(case: Case, quantities: Mapping[str, Quantity], *, seed: int, draws: int) -> dict[str, Array]:
    """Draw what is correlated; the knots of a curve go together, whichever of them is named."""
    linked = {drawn_as(name) for entry in case.correlations for name in entry.between}
    order = list(dict.fromkeys(one for one in map(drawn_as, quantities) if one in linked))
    matrix = np.eye(len(order))
    for entry in case.correlations:
        one, other = (order.index(drawn_as(name)) for name in entry.between)
        matrix[one, other] = matrix[other, one] = entry.correlation
    shares = correlated(dict.fromkeys(order, Uniform(0.0, 1.0)), matrix.tolist(), seed=seed, draws=draws)
    spreads = {name: one.spread for name, one in quantities.items() if drawn_as(name) in linked}
    return {name: one.quantile(shares[drawn_as(name)]) for name, one in spreads.items() if one is not None}
