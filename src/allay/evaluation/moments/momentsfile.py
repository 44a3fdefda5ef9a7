"""The file of moments that a site hands over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from allay.base.errors import InvalidValue
from allay.base.tables import Strict, read_json
from allay.evaluation.did.moments import CohortMoments

NEVER = "never"
KIND = "allay evaluation moments"


class OutcomeMoments(Strict):
    """Sums of one outcome over the members of each cohort.

    Attributes
    ----------
    cohorts : tuple of str
        ``never``, or the first day of the period in which the members started.
    members : tuple of int
        By cohort.
    total : list by cohort of lists by period
        Sums of the outcome.
    cross : list by cohort of the lower half of a matrix by period
        Sums of products of the outcome in two periods, row by row up to the diagonal.
    hidden : tuple of str
        Cohorts of which this outcome is not handed over.
    """

    cohorts: tuple[str, ...]
    members: tuple[int, ...]
    total: tuple[tuple[float, ...], ...]
    cross: tuple[tuple[tuple[float, ...], ...], ...]
    hidden: tuple[str, ...] = ()


class MomentsFile(Strict):
    """What a site hands over.

    Attributes
    ----------
    periods : tuple of date
        First days; each period is `period_months` long.
    versions : mapping of str to str
        Value sets in their versions: sites are pooled only when they agree.
    sites : int
        How many sites are in it.
    hidden_up_to : int
        Largest number of members that is hidden; 0 when nothing was hidden.
    hidden_cohorts : tuple of str
        Cohorts that are left out whole.
    """

    kind: Literal["allay evaluation moments"] = "allay evaluation moments"
    allay_version: str
    sites: Annotated[int, Field(ge=1)]
    site_names: tuple[str, ...] = ()
    periods: tuple[dt.date, ...]
    period_months: Literal[1, 2, 3, 4, 6, 12]
    versions: Mapping[str, str]
    cost: str
    factor_set: str
    hidden_up_to: int
    hidden_cohorts: tuple[str, ...]
    outcomes: Mapping[str, OutcomeMoments]

    @model_validator(mode="after")
    def _shapes(self) -> MomentsFile:
        known = {day.isoformat() for day in self.periods} | {NEVER}
        size = len(self.periods)
        for name, one in self.outcomes.items():
            if not set(one.cohorts) <= known or len(set(one.cohorts)) < len(one.cohorts):
                raise InvalidValue(
                    expected=f"cohorts of {name} among its periods, each once", found=str(one.cohorts)
                )
            fits = len(one.members) == len(one.total) == len(one.cross) == len(one.cohorts)
            fits &= all(len(row) == size for row in one.total)
            fits &= all([len(row) for row in half] == list(range(1, size + 1)) for half in one.cross)
            if not fits:
                raise InvalidValue(
                    expected=f"sums of {name} for {size} periods and each cohort", found="others"
                )
        return self

    def moments(self, outcome: str) -> CohortMoments:
        """Return the moments of an outcome; periods are numbered from 1, cohorts by their first.

        Raises
        ------
        NotFound
            For an outcome that is not in the file.
        """
        from allay.base.errors import NotFound

        if outcome not in self.outcomes:
            raise NotFound.among("outcome", outcome, known=self.outcomes)
        one, size = self.outcomes[outcome], len(self.periods)
        number = {NEVER: 0, **{day.isoformat(): place for place, day in enumerate(self.periods, start=1)}}
        cohorts = np.array([number[name] for name in one.cohorts], dtype=np.int64)
        order = np.argsort(cohorts)
        lower = np.tril_indices(size)
        cross = np.zeros((len(cohorts), size, size))
        for place, half in enumerate(one.cross):
            cross[place][lower] = [value for row in half for value in row]
        cross += np.tril(cross, -1).transpose(0, 2, 1)
        members = np.array(one.members, dtype=np.float64)[order]
        total = np.array(one.total, dtype=np.float64).reshape(len(cohorts), size)[order]
        units = np.array(one.members, dtype=np.int64)[order]
        periods = np.arange(1, size + 1, dtype=np.int64)
        return CohortMoments(periods, cohorts[order], members, members, total, cross[order], units=units)


def outcome_of(
    moments: CohortMoments, periods: tuple[dt.date, ...], *, hidden: tuple[str, ...] = ()
) -> OutcomeMoments:
    """Write moments as they stand in a file."""
    names = (NEVER, *(day.isoformat() for day in periods))
    halves = tuple(
        tuple(tuple(float(value) for value in row[: place + 1]) for place, row in enumerate(square))
        for square in moments.cross
    )
    return OutcomeMoments(
        cohorts=tuple(names[cohort] for cohort in moments.cohorts.tolist()),
        members=tuple(int(count) for count in np.rint(moments.n)),
        total=tuple(tuple(float(value) for value in row) for row in moments.total),
        cross=halves,
        hidden=hidden,
    )


def read_moments(path: str | Path) -> MomentsFile:
    """Read a file of moments.

    Raises
    ------
    InvalidInput
        Naming file, place and field of what is wrong.
    """
    return read_json(Path(path), MomentsFile)
