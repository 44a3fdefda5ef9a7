"""Outcomes before the start as matching variables: refused unless somebody insists."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from allay.base.errors import InvalidValue

REASON = (
    "people enter a program at a peak; matched on that peak, the comparison group falls back to its own "
    "lower mean and the difference looks like an effect (regression to the mean; Daw and Hatfield, Health "
    "Serv Res 2018)"
)


def refuse_pre_outcomes(
    names: Sequence[str], pre_outcomes: Collection[str], *, allow: bool = False
) -> tuple[str, ...]:
    """Refuse to match or weigh on outcomes from before the start.

    Parameters
    ----------
    names : sequence of str
        Covariates; an indicator ``of=level`` counts as its column.
    pre_outcomes : collection of str
        Names that are outcomes before the start, whether or not they are covariates.
    allow : bool
        Insist on it.

    Returns
    -------
    tuple of str
        A warning for the reader of the result, or nothing.

    Raises
    ------
    InvalidValue
        With the names and the reason.

    Examples
    --------
    >>> refuse_pre_outcomes(["age", "cost_before"], ["cost_before", "visits_before"])
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected no outcome from before the start among the covariates, found \
'cost_before': people enter a program at a peak; matched on that peak, the comparison group falls back to \
its own lower mean and the difference looks like an effect (regression to the mean; Daw and Hatfield, \
Health Serv Res 2018); to insist, allow pre-outcomes
    >>> refuse_pre_outcomes(["age"], ["cost_before"])
    ()
    """
    marked = set(pre_outcomes)
    met = list(dict.fromkeys(name for name in names if name in marked or name.partition("=")[0] in marked))
    if not met:
        return ()
    named = ", ".join(map(repr, met))
    if allow:
        return (f"matched on outcomes from before the start ({named}), on demand: {REASON}",)
    raise InvalidValue(
        expected="no outcome from before the start among the covariates",
        found=f"{named}: {REASON}; to insist, allow pre-outcomes",
    )
