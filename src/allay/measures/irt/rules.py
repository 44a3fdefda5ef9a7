"""Rules of an adaptive test: how the next item is chosen, and when the test ends."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from allay.base.errors import InvalidValue
from allay.measures.irt.quadrature import Quadrature

Selection = Literal["mpwi", "mfi"]
Healthiest = Literal["lowest", "highest"]

STOPS = ("screen", "se", "se_change", "max_items", "bank_exhausted", "nothing_answered")
"""Why a test ends; the first that holds is named. The last is not an end: there was no beginning."""

# Sums over the grid differ in their last bits with the order of adding, so criteria as close as this are
# equal, and the item that stands first in the bank is asked.
TIE = 1e-12


@dataclass(frozen=True, slots=True)
class AdaptiveRules:
    """How an adaptive test is given.

    Parameters
    ----------
    quadrature : Quadrature
        For the estimates and for ``mpwi``.
    selection : {"mpwi", "mfi"}
        ``mpwi`` asks the item with the largest information averaged over the posterior, ``mfi`` the one with
        the largest information at the present theta (before the first answer: the prior's mean on the grid).
    min_items, max_items : int
        No rule but the screen ends a test before `min_items`; every test ends at `max_items`.
    se_stop : float, optional
        The test ends when the standard error is below it, in theta units. A standard error equal to it is
        not below. 0 never ends a test.
    se_change : float, optional
        The test ends when the last answer changed the standard error by less, up or down.
    screen : bool
        The test ends after the first answer when it is the healthiest one.
    healthiest : {"lowest", "highest"}
        Which answer that is: answer 1 for symptoms, the last one for function.

    Examples
    --------
    >>> from allay.measures.irt.settings import adaptive_rules
    >>> rules = adaptive_rules("promis-adult")
    >>> rules.selection, rules.min_items, rules.max_items, rules.se_stop
    ('mpwi', 4, 12, 0.3)
    """

    quadrature: Quadrature
    selection: Selection
    min_items: int
    max_items: int
    se_stop: float | None = None
    se_change: float | None = None
    screen: bool = False
    healthiest: Healthiest = "lowest"

    def __post_init__(self) -> None:
        if self.selection not in get_args(Selection):
            raise InvalidValue(expected="the selection mpwi or mfi", found=repr(self.selection))
        if self.healthiest not in get_args(Healthiest):
            raise InvalidValue(expected="healthiest lowest or highest", found=repr(self.healthiest))
        if not 1 <= self.min_items <= self.max_items:
            found = f"{self.min_items} and {self.max_items}"
            raise InvalidValue(expected="min items of 1 or more and max items not below them", found=found)
        for name, value in (("SE", self.se_stop), ("change of SE", self.se_change)):
            if value is not None and not 0 <= value < math.inf:
                raise InvalidValue(expected=f"a {name} to stop at of 0 or more", found=f"{value:g}")
