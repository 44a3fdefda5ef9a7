"""Combined rules: an amount of change that counts only together with something else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.base.status import Status

__all__ = ["CombinedRule", "Requirement", "rule_met"]

Floats = NDArray[np.float64]
Requirement = Literal["band_move", "reliable"]


@dataclass(frozen=True, slots=True)
class CombinedRule:
    """An improvement of at least some points **and** a move to a better band, or a reliable change, or both.

    Attributes
    ----------
    id : str
        Distinct from the ids of the thresholds of the same scale.
    threshold : float
        The smallest improvement, in score units, above 0.
    requires : tuple of {'band_move', 'reliable'}
        All of them must hold as well; one at least, each once. ``band_move`` is a move to a better severity
        band, ``reliable`` a change beyond 1.96 standard errors of the difference.
    population : str
        In whom, or by whom, the rule is used.
    source : str
        The key of one of the sources of the instrument.
    status : Status
        How sure we are of the rule.

    Raises
    ------
    InvalidValue
        When the threshold is not above 0, or a requirement is missing, unknown or there twice.

    Examples
    --------
    >>> rule = CombinedRule(
    ...     "points_and_band",
    ...     threshold=7,
    ...     requires=("band_move",),
    ...     population="made up",
    ...     source="example",
    ...     status=Status.SYNTHETIC,
    ... )
    >>> rule.text
    '>= 7 and a better band'
    """

    id: str
    threshold: float
    requires: tuple[Requirement, ...]
    population: str
    source: str
    status: Status

    def __post_init__(self) -> None:
        if not self.threshold > 0:
            raise InvalidValue(expected=f"the threshold of rule {self.id} above 0", found=str(self.threshold))
        known = get_args(Requirement)
        if not self.requires or len(set(self.requires)) != len(self.requires):
            raise InvalidValue(
                expected=f"rule {self.id} to require one or more of {', '.join(known)}, each once",
                found=", ".join(self.requires) or "none",
            )
        unknown = [each for each in self.requires if each not in known]
        if unknown:
            raise InvalidValue(
                expected=f"rule {self.id} to require one of {', '.join(known)}", found=unknown[0]
            )

    @property
    def text(self) -> str:
        """The rule in words."""
        said = {"band_move": "a better band", "reliable": "a reliable change"}
        return " and ".join([f">= {self.threshold:g}", *(said[each] for each in self.requires)])


def rule_met(rule: CombinedRule, *, points_met: Floats, band_move: Floats, reliable: Floats) -> Floats:
    """Whether the rule holds: 1.0, 0.0, or NaN where that cannot be told.

    Parameters
    ----------
    points_met : float64 array
        Whether the improvement reaches ``rule.threshold``: 1.0, 0.0 or NaN.
    band_move : float64 array
        1.0 for a better band, 0.0 for the same, -1.0 for a worse one, NaN without bands.
    reliable : float64 array
        Whether the change is beyond noise: 1.0, 0.0 or NaN.

    Returns
    -------
    float64 array
        One part that fails settles the answer, even where another is unknown.

    Examples
    --------
    >>> rule = CombinedRule("r", 7, ("band_move",), "made up", "example", Status.SYNTHETIC)
    >>> nan = np.full(4, np.nan)
    >>> points, moves = np.array([1.0, 1.0, 0.0, 1.0]), np.array([1.0, 0.0, np.nan, np.nan])
    >>> rule_met(rule, points_met=points, band_move=moves, reliable=nan).tolist()
    [1.0, 0.0, 0.0, nan]
    """
    better = np.where(np.isnan(band_move), np.nan, band_move > 0)
    parts = [points_met, *({"band_move": better, "reliable": reliable}[each] for each in rule.requires)]
    stacked = np.stack(parts)
    fails = (stacked == 0).any(axis=0)
    unknown = np.isnan(stacked).any(axis=0)
    answer: Floats = np.where(fails, 0.0, np.where(unknown, np.nan, 1.0))
    return answer
