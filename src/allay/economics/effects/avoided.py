"""Events avoided: a panel of patients, a rate, a relative risk by age, and what would have gone anyway."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue

Array = NDArray[np.float64]


def avoided_by_age(relative_risk: Array, *, rate: Array, haircut: Array) -> Array:
    """Return the events that one patient avoids at each age: array [draw, age], a month.

    Parameters
    ----------
    relative_risk : array [draw, age]
    rate : array [draw]
        Events of a patient a month without the program.
    haircut : array [draw]
        Share of the effect that is regression to the mean: patients come when they are at their worst and
        would have needed less in any case. 0 where the effect comes from a sound comparison.

    Examples
    --------
    >>> avoided_by_age(np.array([[0.5, 1.0]]), rate=np.array([0.5]), haircut=np.array([0.25])).tolist()
    [[0.1875, 0.0]]
    """
    saved: Array = (rate * (1 - haircut))[:, None] * (1 - relative_risk)
    return saved


def avoided_events(panel: Array, by_age: Array) -> Array:
    """Return the events avoided in each month: array [draw, month].

    Patients of the last age of the panel have finished; they are followed for the further ages of `by_age`.
    Those who drop out before are not: nothing is claimed for them.

    Parameters
    ----------
    panel : array [draw, month, age]
        Patients in the program by months since their start; 1 draw stands for all.
    by_age : array [draw, age]
        Events that one patient avoids (`avoided_by_age`), for the ages of the panel or more.

    Examples
    --------
    >>> panel = np.array([[[0, 0], [10, 0], [10, 8], [10, 8]]], dtype=float)
    >>> avoided_events(panel, np.array([[0.0, 0.5, 0.25]])).tolist()
    [[0.0, 0.0, 4.0, 6.0]]
    """
    if panel.ndim != 3 or by_age.ndim != 2 or not 0 < panel.shape[2] <= by_age.shape[1]:
        expected = "a panel by draw, month and age, and effects for its ages or more"
        raise InvalidValue(expected=expected, found=f"{panel.shape} and {by_age.shape}")
    within = panel.shape[2]
    total: Array = np.matmul(panel, by_age[:, :within, None])[..., 0]
    finished = panel[:, :, -1]
    # Over ages, not over draws: each later age adds those who finished so many months ago.
    for age in range(within, min(by_age.shape[1], within + panel.shape[1])):
        later = age - within + 1
        total[:, later:] += by_age[:, age, None] * finished[:, : panel.shape[1] - later]
    return total
