"""The best mix of services for the staff of a case that has run."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import NotFound
from allay.economics.answers.service_mix import ServiceMix, ServiceOption, best_mix
from allay.economics.case.case import Case
from allay.economics.program.run import ProgramRun
from allay.economics.program.work import service_minutes

Array = NDArray[np.float64]

LAST_YEAR = 12


def last_year(case: Case) -> slice:
    """Return the months of the last year of a case, or all where it has fewer; the day before is none.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> last_year(read_case(EXAMPLE))
    slice(109, 121, None)
    """
    months = case.program.months
    return slice(max(months - LAST_YEAR, 0) + 1, months + 1)


_NONE: Mapping[str, float] = MappingProxyType({})


def best_mix_of_run(
    run: ProgramRun, *, permitted: Mapping[str, float], owed: Mapping[str, float] = _NONE
) -> ServiceMix:
    """Find the mix of services that leaves most with the staff of the last year of a run.

    What a session leaves is its fees less goods and room. Staff are paid whatever they do: the worth of a
    minute of theirs is an answer, not a cost. Bundles pay for no single service and are left out, so for a
    program that lives on bundles `owed` says what each must hold.

    Parameters
    ----------
    run : ProgramRun
    permitted : mapping of str to float
        For every service that was delivered, the sessions a month that are lawful, covered and asked for; 0
        where it may not be billed.
    owed : mapping of str to float
        Sessions a month that patients are promised.

    Raises
    ------
    NotFound
        A service of which nothing is said, or one that was not delivered.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> from allay.economics.program.run import run_program
    >>> run = run_program(read_case(EXAMPLE))
    >>> mix = best_mix_of_run(run, permitted=dict.fromkeys(run.services, 200.0) | {"massage": 0.0})
    >>> mix.sessions["massage"], round(mix.sessions["chiropractic"])
    (0.0, 99)
    """
    delivered = {one.service: one for one in run.contributions() if one.sessions.any()}
    for said, known in ((permitted, delivered), (owed, permitted), (delivered, permitted)):
        for name in said:
            if name not in known:
                raise NotFound.among("service", name, known=known)
    options: list[ServiceOption] = []
    left: list[Array] = []
    for service in run.case.services:
        if service.id not in delivered:
            continue
        one = delivered[service.id]
        held = np.maximum(one.sessions, 1e-12)
        minutes = {}
        for role in run.roles:
            used = service_minutes(run.case, run.drawn, run.work, service=service, role=role, total=True)
            if used is not None:
                minutes[role] = float((used / held).mean())
        most = permitted[service.id]
        options.append(ServiceOption(service.id, minutes, most=most, least=owed.get(service.id, 0.0)))
        left.append((one.revenue - one.goods) / held)
    capacity = run.capacity[:, last_year(run.case)].mean(axis=(0, 1))
    return best_mix(
        options,
        contribution=np.stack(left, axis=1),
        capacity=dict(zip(run.roles, capacity.tolist(), strict=True)),
    )
