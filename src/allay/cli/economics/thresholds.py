"""Willingness to pay on the command line."""

from __future__ import annotations

import math
from typing import Any

import click

from allay.economics.decision.psafile import MOST

MOST_THRESHOLDS = 1000


class Thresholds(click.ParamType):  # type: ignore[type-arg]  # older versions of click are not generic
    """Amounts with commas between them, or FROM:TO:STEP; returned rising.

    Examples
    --------
    >>> WTP.convert("50000,20000", None, None), WTP.convert("0:100:50", None, None)
    ([20000.0, 50000.0], [0.0, 50.0, 100.0])
    """

    name = "AMOUNT,AMOUNT,..."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[float]:
        """Read the amounts, or say what was expected."""
        if isinstance(value, list):
            return value
        try:
            found = _range(value) if ":" in value else [float(part) for part in value.split(",")]
        except ValueError:
            self.fail(
                f"expected amounts with commas between them or FROM:TO:STEP, found {value!r}", param, ctx
            )
        if not all(0 <= amount <= MOST for amount in found):
            self.fail(f"expected amounts of zero or more, at most {MOST:g}, found {value!r}", param, ctx)
        if len(set(found)) != len(found):
            self.fail(f"expected every amount once, found {value!r}", param, ctx)
        if len(found) > MOST_THRESHOLDS:
            self.fail(f"expected at most {MOST_THRESHOLDS} amounts, found more", param, ctx)
        return sorted(found)


WTP = Thresholds()


def _range(text: str) -> list[float]:
    first, last, step = (float(part) for part in text.split(":"))
    if not (math.isfinite(first) and math.isfinite(last) and step > 0 and last >= first):
        raise ValueError(text)
    # A last amount that is missed by rounding only belongs to the range.
    steps = min(int((last - first) / step + 1e-9), MOST_THRESHOLDS)
    return [first + step * place for place in range(steps + 1)]
