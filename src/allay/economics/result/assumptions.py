"""What a case assumes: every number with its source, how sure it is, and how it varies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

from allay.base.status import Status
from allay.economics.answers.summary import INTERVAL
from allay.economics.case.case import Case
from allay.economics.case.downstream import EvaluationEntry
from allay.economics.case.quantity import Quantity
from allay.economics.result.parts import Result


class Assumption(Result):
    """A quantity of the case. `distribution` is blank where it does not vary; `low` and `high` hold 95%."""

    quantity: str
    value: float
    unit: str
    source: str
    href: str
    accessed: str
    status: Status
    distribution: str
    low: float | None
    high: float | None
    note: str


class AssumptionsResult(Result):
    """All assumptions, how many there are of each status, and how many vary."""

    assumptions: tuple[Assumption, ...]
    statuses: Mapping[str, int]
    varied: int
    weakest: Status


def assumptions(case: Case, *, evaluation: EvaluationEntry | None = None) -> AssumptionsResult:
    """List what a case assumes.

    Parameters
    ----------
    case : Case
    evaluation : EvaluationEntry, optional
        That whose draws count: how sure its source is counts too.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> found = assumptions(read_case(EXAMPLE))
    >>> found.weakest.value, found.varied
    ('synthetic', 15)
    """
    found = tuple(_assumptions(case))
    drawn = () if evaluation is None else (case.sources[evaluation.source].status,)
    counted = Counter(one.status.value for one in found)
    return AssumptionsResult(
        assumptions=found,
        statuses={status.value: counted[status.value] for status in Status if counted[status.value]},
        varied=sum(1 for one in found if one.low != one.high),
        weakest=Status.weakest([*(one.status for one in found), *drawn]),
    )


def _assumptions(case: Case) -> Iterator[Assumption]:
    for name, quantity in case.quantities().items():
        source = case.sources[quantity.source]
        low, high = interval(quantity)
        yield Assumption(
            quantity=name,
            value=quantity.value,
            unit=quantity.unit,
            source=source.title,
            href=source.href,
            accessed=source.accessed.isoformat(),
            status=quantity.status_in(case.sources),
            distribution=distribution(quantity),
            low=low,
            high=high,
            note=quantity.note,
        )


def distribution(quantity: Quantity) -> str:
    """Write how a quantity varies.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> distribution(read_case(EXAMPLE).quantity("demand/no_show"))
    'beta (se 0.04)'
    """
    if quantity.distribution is None:
        return ""
    numbers = ", ".join(f"{name} {value:g}" for name, value in quantity.distribution.parameters.items())
    return f"{quantity.distribution.name} ({numbers})" if numbers else quantity.distribution.name


def interval(quantity: Quantity) -> tuple[float | None, float | None]:
    """Return the middle 95% of a quantity, or None twice where it does not vary."""
    if quantity.spread is None:
        return None, None
    low, high = quantity.spread.quantile(np.array([INTERVAL[0], INTERVAL[-1]])).tolist()
    return low, high
