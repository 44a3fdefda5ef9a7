"""At which price of a bundle a program breaks even, draw by draw."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.economics.answers.roots import crossing

Array = NDArray[np.float64]

CENT = 0.01


def break_even_price(value: Callable[[Array], Array], *, draws: int, low: float, high: float) -> Array:
    """Find the price at which a value is zero in each draw.

    Parameters
    ----------
    value : callable
        From prices, array [draw], to what the program is worth at them, array [draw] (US dollars), with the
        same seed each time. It rises with the price. Where it is a straight line, it is called three times.
    draws : int
    low, high : float
        Prices between which is searched, US dollars.

    Returns
    -------
    array [draw]
        To the cent or nearer; NaN where no price within the limits breaks even.

    Raises
    ------
    InvalidValue
        When a higher price is worth less in some draw: then the answer would be no threshold.

    Examples
    --------
    >>> starts, cost = np.array([100.0, 120.0]), np.array([150_000.0, 150_000.0])
    >>> price = break_even_price(lambda price: starts * price - cost, draws=2, low=0, high=10_000)
    >>> price.round(2).tolist()
    [1500.0, 1250.0]
    """
    if not 0 <= low < high or draws < 1:
        raise InvalidValue(expected="prices from low to high, and draws", found=f"{low:g}, {high:g}, {draws}")
    ends = np.full(draws, float(low)), np.full(draws, float(high))
    at_low, at_high = value(ends[0]), value(ends[1])
    if (falls := int((at_high < at_low).sum())) > 0:
        expected = "a value that rises with the price"
        raise InvalidValue(expected=expected, found=f"one that falls in {falls} of {draws} draws")
    return crossing(
        value, low=ends[0], high=ends[1], tolerance=CENT / 2, close=CENT / 2, ends=(at_low, at_high)
    )
