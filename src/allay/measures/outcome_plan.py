"""What to work out from an outcomes table: which changes, predicted by what, under which names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.measures.cohort import NOT_RECORDED, OutcomesTable

__all__ = ["ChangeOf", "GroupNames", "OutcomePlan", "Predictor"]


@dataclass(frozen=True, slots=True)
class ChangeOf:
    """A change to report: one scale between two time points, and the key of its result.

    Examples
    --------
    >>> ChangeOf("pain", "baseline", "month_3", key="pain_change").key
    'pain_change'
    """

    scale: str
    start: str
    end: str
    key: str


@dataclass(frozen=True, slots=True)
class Predictor:
    """One thing known at the start that may predict who is followed up.

    Exactly one of ``scale`` (its baseline), ``number`` and ``group`` is named; a group needs the ``level``
    that counts as 1.

    Examples
    --------
    >>> Predictor("female", group="sex", level="female").level
    'female'
    """

    name: str
    title: str = ""
    scale: str = ""
    number: str = ""
    group: str = ""
    level: str = ""

    def __post_init__(self) -> None:
        if sum(map(bool, (self.scale, self.number, self.group))) != 1 or bool(self.group) != bool(self.level):
            expected = "one of scale, number, or group with its level"
            raise InvalidValue(expected=expected, found=f"another mix for {self.name}")

    def column(self, table: OutcomesTable) -> NDArray[np.float64]:
        """The values of this predictor, NaN where not recorded."""
        if self.scale:
            return table.values[self.scale, table.baseline.id]
        if self.number:
            return table.numbers[self.number]
        levels = table.groups[self.group]
        return np.where(levels == NOT_RECORDED, np.nan, (levels == self.level).astype(np.float64))


@dataclass(frozen=True, slots=True)
class GroupNames:
    """Keys of a grouping in a JSON result: its counts, how many are missing, and its outcomes.

    Examples
    --------
    >>> GroupNames("PAT_SEX", "PAT_SEX_missing", "by_sex").outcomes
    'by_sex'
    """

    counts: str
    missing: str
    outcomes: str


@dataclass(frozen=True, slots=True)
class OutcomePlan:
    """What to work out, and what to call it.

    Parameters
    ----------
    changes
        In order of importance; the first is the outcome of the summary.
    predictors
        Of being followed up.
    value_names, number_names, group_names
        Keys of the result: by (scale, time point), by number, by grouping.
    notes
        What a reader must know about the data.
    versions
        Of the files that shaped the result, by what they are.

    Examples
    --------
    >>> OutcomePlan(changes=(ChangeOf("pain", "start", "end", key="pain_change"),)).value_key("pain", "end")
    'pain.end'
    """

    changes: tuple[ChangeOf, ...]
    predictors: tuple[Predictor, ...] = ()
    value_names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    number_names: Mapping[str, str] = field(default_factory=dict)
    group_names: Mapping[str, GroupNames] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    def value_key(self, scale: str, timepoint: str) -> str:
        """Key of one column of scores."""
        return self.value_names.get((scale, timepoint), f"{scale}.{timepoint}")

    def group_key(self, grouping: str) -> GroupNames:
        """Keys of one grouping."""
        default = GroupNames(grouping, f"{grouping}_missing", f"by_{grouping}")
        return self.group_names.get(grouping, default)
