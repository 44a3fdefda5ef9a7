"""Formulas of the audit sheet, in plain loops: a second way to each headline, from its inputs alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

Numbers = Sequence[float]
Series = Sequence[Sequence[float]]

NOTHING = 1e-4
"""US dollars; what is below a hundredth of a cent is zero: the rounding of sums."""

STRAIGHT = 3


def _total(series: Series) -> list[float]:
    return [math.fsum(month) for month in zip(*series, strict=True)]


def _discounted(series: Series, rate: float) -> list[float]:
    return [amount / (1 + rate) ** (month / 12) for month, amount in enumerate(_total(series))]


def _present_value(series: Series, numbers: Numbers) -> float | None:
    return math.fsum(_discounted(series, numbers[0]))


def _deepest(series: Series, numbers: Numbers) -> float | None:
    total, lowest = 0.0, 0.0
    for amount in _total(series):
        total += amount
        lowest = min(lowest, total)
    return -lowest


def _first_of_three(series: Series, numbers: Numbers) -> float | None:
    row = 0
    for month, amount in enumerate(_total(series)[1:], start=1):
        row = row + 1 if amount >= -NOTHING else 0
        if row == STRAIGHT:
            return month - STRAIGHT + 1
    return None


def _lasting(amounts: Numbers) -> float | None:
    total, since = 0.0, None
    for month, amount in enumerate(amounts):
        total += amount
        if total < -NOTHING:
            since = None
        elif since is None:
            since = month
    return since


def _lasting_total(series: Series, numbers: Numbers) -> float | None:
    return _lasting(_total(series))


def _lasting_discounted(series: Series, numbers: Numbers) -> float | None:
    return _lasting(_discounted(series, numbers[0]))


def _sum(series: Series, numbers: Numbers) -> float | None:
    return math.fsum(numbers)


def _quotient(series: Series, numbers: Numbers) -> float | None:
    return numbers[0] / numbers[1] if numbers[1] else None


def _up(series: Series, numbers: Numbers) -> float | None:
    return float(math.ceil(numbers[0] / numbers[1] - 1e-9)) if numbers[1] > 0 else None


def _gain_over_cost(series: Series, numbers: Numbers) -> float | None:
    benefit, cost = numbers
    return (benefit - cost) / cost if cost > 0 else None


def _crossing(series: Series, numbers: Numbers) -> float | None:
    low, worth_low, high, worth_high = numbers
    if worth_low == worth_high:
        return low if worth_low == 0 else None
    return low - worth_low * (high - low) / (worth_high - worth_low)


FORMULAS: Mapping[str, tuple[str, Callable[[Series, Numbers], float | None]]] = MappingProxyType(
    {
        "present value": ("sum over months of all kinds / (1 + rate) ^ (month / 12)", _present_value),
        "deepest total": ("the lowest running total, with its sign turned", _deepest),
        "first of three": (f"the first of {STRAIGHT} months in a row at 0 or more", _first_of_three),
        "lasting total": ("the month from which the running total stays at 0 or more", _lasting_total),
        "lasting discounted": (
            "the month from which the running total, discounted, stays at 0 or more",
            _lasting_discounted,
        ),
        "sum": ("the sum of the inputs", _sum),
        "quotient": ("the first input / the second", _quotient),
        "quotient up": ("the first input / the second, rounded up", _up),
        "gain over cost": ("(benefit - cost) / cost", _gain_over_cost),
        "crossing": ("where the straight line through two prices and their worth is 0", _crossing),
    }
)
"""Every formula by name: its words, and how it is worked out from series by month and from numbers."""


def recompute(formula: str, *, series: Series = (), numbers: Numbers = ()) -> float | None:
    """Work a headline out again from its inputs.

    Parameters
    ----------
    formula : str
        One of `FORMULAS`.
    series : sequence of sequences of float
        By month, month 0 first; added up before anything else.
    numbers : sequence of float

    Examples
    --------
    >>> recompute("deepest total", series=[[-100, -50, 80], [0, -10, 0]])
    160.0
    >>> recompute("crossing", numbers=[0, -500, 1000, 1500])
    250.0
    """
    return FORMULAS[formula][1](series, numbers)
