"""What of the sums may leave the site: disclosure control, and pooling what came.

A number of members from 1 to the largest hidden one is never handed over, nor is what gives it away:

- a cohort that small, and with it a second one when the total of members would give the first away;
- an outcome of a cohort when that few members stand behind one of its sums: those with any use in a period,
  those with use in both of two periods, or, where nobody has more than one, those without;
- total cost of a cohort when one of its two parts is hidden, as they add up.

Two hand-overs of the same members with other months or cohorts can be subtracted from each other; that is
for the agreement between sites (one hand-over), not for a single file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

import allay
from allay.base.disclosure import largest_hidden, suppress_counts
from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.evaluation.did.moments import CohortMoments
from allay.evaluation.did.moments import pool as pool_moments
from allay.evaluation.moments.cohorts import CohortSums, OutcomeSums
from allay.evaluation.moments.momentsfile import NEVER, MomentsFile, outcome_of
from allay.evaluation.panel.columns import COSTS
from allay.evaluation.panel.result import PanelRecord

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


def hand_over(
    sums: CohortSums, record: PanelRecord, *, site: str = "", hidden_up_to: int | None = None
) -> MomentsFile:
    """Make the file of a site, with what must not leave it left out.

    Parameters
    ----------
    sums : CohortSums
    record : PanelRecord
        Of the panel they are from.
    site : str
        A name that may be known.
    hidden_up_to : int, optional
        Largest number of members that is hidden; by default that of the sourced rule. 0 hides nothing: for
        files that do not leave the organisation.

    Raises
    ------
    InvalidValue
        When nothing is left to hand over.
    """
    limit = largest_hidden() if hidden_up_to is None else hidden_up_to
    names = [
        NEVER if cohort == 0 else sums.periods[cohort - 1].isoformat() for cohort in sums.cohorts.tolist()
    ]
    counts = dict(zip(names, sums.members.tolist(), strict=True))
    shown, _ = suppress_counts(counts, hidden_up_to=limit)
    kept = np.array([shown[name] is not None for name in names], dtype=np.bool_)
    open_cells = {
        name: kept & ~hidden_cohorts(one, sums.members, limit=limit) for name, one in sums.outcomes.items()
    }
    _close_sums(open_cells)
    outcomes = {}
    for name, one in sums.outcomes.items():
        fine = open_cells[name]
        moments = CohortMoments(
            np.arange(1, len(sums.periods) + 1, dtype=np.int64),
            sums.cohorts[fine],
            sums.members[fine].astype(np.float64),
            sums.members[fine].astype(np.float64),
            one.total[fine],
            one.cross[fine],
        )
        hidden = tuple(names[place] for place in np.flatnonzero(kept & ~fine))
        outcomes[name] = outcome_of(moments, sums.periods, hidden=hidden)
    if not any(one.cohorts for one in outcomes.values()):
        expected = f"a cohort with more than {limit} members behind every sum (longer periods have more)"
        raise InvalidValue(expected=expected, found="none")
    return MomentsFile(
        allay_version=allay.__version__,
        sites=1,
        site_names=(site,) if site else (),
        periods=sums.periods,
        period_months=sums.period_months,  # type: ignore[arg-type]  # checked where the sums were made
        versions=dict(record.value_sets),
        cost=record.cost,
        factor_set=record.factor_set,
        hidden_up_to=limit,
        hidden_cohorts=tuple(name for name, here in zip(names, kept, strict=True) if not here),
        outcomes=outcomes,
    )


def hidden_cohorts(sums: OutcomeSums, members: Ints, *, limit: int) -> Mask:
    """Say of which cohorts an outcome is hidden: array [cohort].

    Examples
    --------
    >>> one = np.array([[20.0]])
    >>> sums = OutcomeSums(one, one[:, None], np.array([[20]]), np.array([[[20]]]), np.array([[1.0]]))
    >>> hidden_cohorts(sums, np.array([28]), limit=10).tolist()
    [True]
    """
    few = ((sums.both > 0) & (sums.both <= limit)).any(axis=(1, 2))
    without = members[:, None] - sums.used
    plain = (sums.largest == 1) & (without > 0) & (without <= limit)
    return np.asarray(few | plain.any(axis=1))


def _close_sums(open_cells: dict[str, Mask]) -> None:
    """Hide total cost where one of its parts is hidden."""
    total = COSTS[2]
    for part in COSTS[:2]:
        if part in open_cells and total in open_cells:
            open_cells[total] &= open_cells[part]


def pool_files(files: Sequence[MomentsFile], *, names: Sequence[str]) -> MomentsFile:
    """Add the hand-overs of several sites up.

    Parameters
    ----------
    files : sequence of MomentsFile
    names : sequence of str
        What messages call each.

    Raises
    ------
    InvalidInput
        When sites differ in periods, value sets, outcomes, cost or factors, or one is there twice.
    """
    if not files:
        raise InvalidValue(expected="moments of a site or more", found="none")
    first = files[0]
    problems = [
        Problem(name, "-", field, f"the same as in {names[0]}", _shown(getattr(one, field)))
        for one, name in zip(files, names, strict=True)
        for field in ("periods", "period_months", "versions", "cost", "factor_set")
        if getattr(one, field) != getattr(first, field)
    ]
    problems += [
        Problem(name, "-", "outcomes", f"the same as in {names[0]}", ", ".join(one.outcomes))
        for one, name in zip(files, names, strict=True)
        if set(one.outcomes) != set(first.outcomes)
    ]
    problems += _twice(files, names)
    if problems:
        raise InvalidInput(problems)
    outcomes = {}
    for outcome in first.outcomes:
        pooled = pool_moments([one.moments(outcome) for one in files])
        hidden = sorted({cohort for one in files for cohort in one.outcomes[outcome].hidden})
        outcomes[outcome] = outcome_of(pooled, first.periods, hidden=tuple(hidden))
    return first.model_copy(
        update={
            "allay_version": allay.__version__,
            "sites": sum(one.sites for one in files),
            "site_names": tuple(name for one in files for name in one.site_names),
            "hidden_up_to": max(one.hidden_up_to for one in files),
            "hidden_cohorts": tuple(sorted({cohort for one in files for cohort in one.hidden_cohorts})),
            "outcomes": outcomes,
        }
    )


def _twice(files: Sequence[MomentsFile], names: Sequence[str]) -> Iterator[Problem]:
    """Sites that are there twice, by their names or by all their sums: members would count twice."""
    for place, (one, name) in enumerate(zip(files, names, strict=True)):
        for earlier, other in zip(files[:place], names[:place], strict=True):
            if again := sorted(set(one.site_names) & set(earlier.site_names)):
                yield Problem(name, "-", "site_names", "each site once", f"{', '.join(again)} as in {other}")
            elif one.outcomes == earlier.outcomes:
                yield Problem(name, "-", "outcomes", "each site once", f"the sums of {other} again")


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{text}" for text in value.values())
    return f"{value[0]} to {value[-1]}" if isinstance(value, tuple) and value else str(value)
