"""Work relative value units: what the fee schedule says the clinicians' work amounts to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from allay.coverage.fees.schedule import shipped_schedule
from allay.economics.result.parts import Estimate, Result
from allay.economics.result.run import CaseRun

YEAR = 12


class WorkUnits(Result):
    """Work relative value units of a service: in all, and year by year at the best estimates."""

    total: Estimate
    years: tuple[float, ...]


class WorkUnitsResult(Result):
    """Work relative value units by service, by the release of the fee schedule in force on `day`.

    `unknown` says of every other service why it has none: no code, or a code that the schedule gives no work
    units, as for what Medicare does not pay.
    """

    day: str
    services: Mapping[str, WorkUnits]
    unknown: Mapping[str, str]


def work_units(best: CaseRun, drawn: CaseRun) -> WorkUnitsResult:
    """Add up work relative value units, by the schedule in force in the middle of the year of the dollars.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> from allay.economics.result.run import run_case
    >>> run = run_case(read_case(EXAMPLE))
    >>> found = work_units(run, run)
    >>> sorted(found.services), found.unknown["yoga"]
    ([], 'no code')
    """
    day = dt.date(best.case.program.currency_year, 7, 1)
    fees = shipped_schedule()
    units, unknown = best.program.work_rvus(fees, day=day)
    spread, _ = drawn.program.work_rvus(fees, day=day)
    return WorkUnitsResult(
        day=day.isoformat(),
        services={
            service: WorkUnits(
                total=Estimate.of(months.sum(axis=1), spread[service].sum(axis=1)),
                years=tuple(
                    float(months[0, first : first + YEAR].sum()) for first in range(1, months.shape[1], YEAR)
                ),
            )
            for service, months in units.items()
        },
        unknown=unknown,
    )
