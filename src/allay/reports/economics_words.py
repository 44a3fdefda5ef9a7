"""How reports of health economics write amounts, units, and which strategy to choose at what price."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from allay.reports.words import number

__all__ = ["Step", "Units", "amount", "choice", "simulation_error"]

_WHOLE_FROM = 1000
_Z = 1.96


def amount(value: float | None, *, signed: bool = False, like: float | None = None) -> str:
    """Write a cost or an effect: thousands whole, smaller ones with four digits that count.

    With `like`, with as many decimals as that number has, so that a column lines up.

    Examples
    --------
    >>> amount(30691.65), amount(0.0122796), amount(-5.5), amount(0), amount(None)
    ('30,692', '0.01228', '−5.500', '0', '–')
    >>> amount(0.08722, like=163.8)
    '0.1'
    """
    size = abs((value if like is None else like) or 0.0)
    if value is None or size == 0 or size >= _WHOLE_FROM or math.isnan(size):
        return number(value, 0, signed=signed)
    return number(value, min(12, 3 - math.floor(math.log10(size))), signed=signed)


@dataclass(frozen=True, slots=True)
class Units:
    """What costs and effects are counted in; empty where nobody has said so.

    Examples
    --------
    >>> Units("USD", "QALY").per, Units().per
    ('USD per QALY', 'for a unit of effect')
    """

    cost: str = ""
    effect: str = ""

    @property
    def per(self) -> str:
        """The unit of a ratio."""
        return f"{self.cost} per {self.effect}" if self.cost and self.effect else "for a unit of effect"

    @property
    def of_cost(self) -> str:
        """`Cost` with its unit."""
        return f"Cost ({self.cost})" if self.cost else "Cost"

    @property
    def of_effect(self) -> str:
        """`Effect` with its unit."""
        return f"Effect ({self.effect})" if self.effect else "Effect"

    @property
    def of_wtp(self) -> str:
        """`Willingness to pay` with its unit."""
        return (
            f"Willingness to pay, {self.per}"
            if self.cost and self.effect
            else f"Willingness to pay {self.per}"
        )

    @property
    def of_value(self) -> str:
        """The unit of what information is worth, or of a loss."""
        return f"{self.cost} for each person" if self.cost else "Money for each person"


@dataclass(frozen=True, slots=True)
class Step:
    """A strategy of the frontier, and the ratio from the step before; None for the cheapest."""

    strategy: str
    icer: float | None


def choice(steps: Sequence[Step], *, units: Units) -> str:
    """Say which strategy has the highest expected net benefit at which willingness to pay.

    Parameters
    ----------
    steps
        Of the frontier, by cost. Steps of one ratio are as good as each other.

    Examples
    --------
    >>> choice([Step("Usual care", None), Step("Program", 30_692.0)], units=Units("USD", "QALY"))
    'Usual care up to 30,692 USD per QALY; above that, Program.'
    >>> choice([Step("Program", None)], units=Units())
    'Program at any willingness to pay: no other costs less or does more.'
    """
    groups: list[tuple[float | None, list[str]]] = []
    for step in steps:
        if groups and groups[-1][0] == step.icer:
            groups[-1][1].append(step.strategy)
        else:
            groups.append((step.icer, [step.strategy]))
    names = [" or ".join(found) for _, found in groups]
    ratios = [amount(ratio) for ratio, _ in groups[1:]]
    if not ratios:
        return f"{names[0]} at any willingness to pay: no other costs less or does more."
    parts = [f"{names[0]} up to {ratios[0]} {units.per}"]
    parts += [
        f"from there up to {ratio}, {name}" for ratio, name in zip(ratios[1:], names[1:-1], strict=True)
    ]
    return "; ".join([*parts, f"above that, {names[-1]}"]) + "."


def simulation_error(draws: int) -> str:
    """How far a share of draws may be off, at most, in percentage points.

    Examples
    --------
    >>> simulation_error(1000)
    '3.1'
    """
    return number(100 * _Z * math.sqrt(0.25 / draws), 1)
