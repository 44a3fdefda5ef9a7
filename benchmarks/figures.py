"""What a benchmark prints: one line per figure, its limit beside it, and how far it is from the limit.

A benchmark is a script in this folder with ``main() -> int``; it measures, calls `report` and returns its
exit code. It is run by ``make bench`` or alone, as ``python benchmarks/NAME.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value beside the limit (or the peer) it is held against.

    Parameters
    ----------
    name : str
        What was measured, with its conditions.
    value, limit : float
        Both in `unit`.
    unit : str
        Such as ``"ms"`` or ``"answers/s"``.
    at_least : bool
        True when more is better: the value must reach the limit. Otherwise it must not exceed it.
    """

    name: str
    value: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def ratio(self) -> float:
        """How many times better than the limit; below 1 the limit is missed."""
        better, worse = (self.value, self.limit) if self.at_least else (self.limit, self.value)
        return better / worse if worse else float("inf")

    @property
    def met(self) -> bool:
        """Say whether the limit is kept."""
        return self.ratio >= 1.0


def shown(number: float) -> str:
    """Write a number with three significant digits and thousands separators."""
    if number != number or number in (float("inf"), float("-inf")):
        return str(number)
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"


def report(figures: Iterable[Figure]) -> int:
    """Print the figures as a table; return 1 when one misses its limit, else 0."""
    found = list(figures)
    width = max((len(figure.name) for figure in found), default=0)
    for figure in found:
        sign = ">=" if figure.at_least else "<="
        verdict = "ok" if figure.met else "MISSED"
        print(
            f"{figure.name:<{width}}  {shown(figure.value):>12} {figure.unit}  "
            f"limit {sign} {shown(figure.limit)} {figure.unit}  ratio {figure.ratio:.2f}  {verdict}",
            flush=True,
        )
    return int(any(not figure.met for figure in found))
