"""Costs: work by time-driven rates, pay, goods, rooms, what is fixed, what is spent once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.economics.case.case import Case
from allay.economics.case.delivery import RoleEntry, SharedEntry
from allay.economics.case.flow import PROGRAM, STAFF, SUPPLIERS, Flow
from allay.economics.program.drawn import Drawn
from allay.economics.program.work import Work, practical_minutes, vacant_share

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CostLine:
    """A cost: what for (`name` of a service, role or entry), to whom, and who helps to carry it."""

    name: str
    kind: str
    target: str
    amount: Array  # [month, draw] or [month, 1]
    service: str | None = None
    by: str = ""
    share: Array | None = None


def minute_rate(role: RoleEntry, drawn: Drawn) -> Array:
    """Return the cost of a minute of a role: array [draw] or [1], US dollars.

    It is the yearly cost over the minutes that are practically there for work, so that a visit does not
    carry the cost of time nobody used (time-driven activity-based costing).

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> from allay.economics.program.drawn import draw_case
    >>> case = read_case(EXAMPLE)
    >>> minute_rate(case.staff[0], draw_case(case, draws=None, seed=1)).round(4).tolist()
    [3.0193]
    """
    minutes = practical_minutes(role, drawn)
    cost = drawn.of(f"staff/{role.role}/cost")
    return np.where(minutes > 0, cost / np.where(minutes > 0, minutes, 1.0), 0.0)


def costs(case: Case, drawn: Drawn, work: Work) -> Iterator[CostLine]:
    """Yield every cost in the month in which it is paid: at once."""
    months = case.program.months
    for place, role in enumerate(case.staff):
        base = f"staff/{role.role}"
        paid = drawn.of(f"{base}/cost") / 12 * (1 - vacant_share(role, drawn))
        by, share = _shared(role.shared, base, drawn)
        fte = work.fte[place]
        yield CostLine(role.role, "work", STAFF, fte * paid, by=by, share=share)
        leaving = drawn.of(f"{base}/turnover") / 12 * drawn.of(f"{base}/recruiting")
        if leaving.any():
            yield CostLine(role.role, "recruiting", SUPPLIERS, fte * leaving, by=by, share=share)
    for place, service in enumerate(case.services):
        for kind, each in (("supplies", work.visits), ("room", work.sessions)):
            unit = drawn.of(f"services/{service.id}/{kind}")
            if unit.any():
                yield CostLine(service.id, kind, SUPPLIERS, each[place] * unit, service.id)
    for fixed in case.fixed:
        base = f"fixed/{fixed.name}"
        amount = drawn.of(f"{base}/amount")
        monthly = np.zeros((months + 1, len(amount)))
        monthly[fixed.from_month : months + 1 if fixed.to_month is None else fixed.to_month + 1] = amount
        by, share = _shared(fixed.shared, base, drawn)
        yield CostLine(fixed.name, "fixed", SUPPLIERS, monthly, by=by, share=share)
    for once in case.start_up:
        amount = drawn.of(f"start_up/{once.name}/amount")
        spent = np.zeros((months + 1, len(amount)))
        if once.month <= months:
            spent[once.month] = amount
        yield CostLine(once.name, "start_up", SUPPLIERS, spent)


def own_part(cost: CostLine) -> Array:
    """What the program itself carries of a cost."""
    return cost.amount if cost.share is None else cost.amount * (1 - cost.share)


def cost_flows(found: list[CostLine], *, draws: int) -> Iterator[Flow]:
    """Yield the flows of costs; those of no service are added up by kind and by who carries them."""
    summed: dict[tuple[str, str, str], Array] = {}
    for cost in found:
        parts = [(PROGRAM, own_part(cost))]
        if cost.share is not None and cost.by:
            parts.append((cost.by, cost.amount * cost.share))
        for source, amount in parts:
            if cost.service is not None:
                yield Flow(source, cost.target, cost.kind, cost.service, None, True, _whole(amount, draws))
            else:
                key = (source, cost.target, cost.kind)
                summed[key] = summed[key] + amount if key in summed else amount
    for (source, target, kind), amount in summed.items():
        yield Flow(source, target, kind, None, None, True, _whole(amount, draws))


def _whole(amount: Array, draws: int) -> Array:
    return np.broadcast_to(amount, (len(amount), draws)).T


def _shared(entry: SharedEntry | None, base: str, drawn: Drawn) -> tuple[str, Array | None]:
    return ("", None) if entry is None else (entry.by, drawn.of(f"{base}/shared/share"))
