"""What visits, groups and bundles bring: contribution, break-even attendance and price, one seat more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.economics.answers.answers import program_cash
from allay.economics.answers.attendance import bookings, break_even_attendance
from allay.economics.answers.cash import net_present_value
from allay.economics.answers.mix_of_run import best_mix_of_run, last_year
from allay.economics.answers.of_case import bundle_break_even_price, worth_of_adding
from allay.economics.answers.one_more import follow_up_worth
from allay.economics.answers.summary import Summary, summarize
from allay.economics.case.delivery import ServiceEntry
from allay.economics.case.revenue import BundleEntry
from allay.economics.program.contribution import session_cost
from allay.economics.program.revenue import prices
from allay.economics.program.run import repriced
from allay.economics.result.parts import Estimate, Result
from allay.economics.result.run import CaseRun

Array = NDArray[np.float64]


class AttendanceResult(Result):
    """How many must come to a group for its fees to cover it, and be booked since some do not come.

    None where a seat brings nothing by itself, such as where all are in a bundle.
    """

    seats: float
    attendees: Estimate
    booked: Estimate
    cost_of_session: Estimate
    brought_by_seat: Estimate
    one_more_seat: Summary


class ServiceResult(Result):
    """A service over the whole case: US dollars as earned. A bundle pays for no single service."""

    service: str
    kind: str
    visits: Estimate
    sessions: Estimate
    revenue: Estimate
    work: Estimate
    goods: Estimate
    margin: Estimate
    by_visit: Estimate
    by_session: Estimate
    in_bundle: bool
    attendance: AttendanceResult | None


class BundleResult(Result):
    """A bundle and the price at which the program's net present value is zero, all else as in the case.

    With several bundles, the first row has them all at one price; `price` is then the mean of theirs, by
    patients. Where there is no such price, the program is worth something at `any_price` down to nothing, or
    at none up to the highest that is searched; `any_chance` is the share of draws of the first kind.
    `enough_chance` is the share of draws in which the price of the case is enough.
    """

    contracts: tuple[str, ...]
    price: Estimate
    break_even: Estimate
    any_price: bool
    any_chance: float
    enough_chance: float


class MixResult(Result):
    """The services that leave most with the staff of the last year, by month.

    `sessions_now` are those of the case. `most` is what is permitted and asked for.
    """

    sessions: Mapping[str, float]
    sessions_now: Mapping[str, float]
    most: Mapping[str, float]
    worth: Summary
    minute_worth: Mapping[str, float]
    note: str


def services(best: CaseRun, drawn: CaseRun) -> Iterator[ServiceResult]:
    """Yield what each service contributes, in the order of the case."""
    included = {one for term in best.case.contracts if isinstance(term, BundleEntry) for one in term.included}

    def both(one: Array, other: Array) -> Estimate:
        return Estimate.of(_all(one, 1), _all(other, drawn.program.draws))

    contributed = (best.program.contributions(), drawn.program.contributions())
    for entry, one, other in zip(best.case.services, *contributed, strict=True):
        yield ServiceResult(
            service=entry.id,
            kind=entry.kind,
            in_bundle=entry.id in included,
            attendance=_attendance(best, drawn, entry),
            **{name: both(getattr(one, name), getattr(other, name)) for name in _SUMMED},
        )


_SUMMED = ("visits", "sessions", "revenue", "work", "goods", "margin", "by_visit", "by_session")


def _all(values: Array, draws: int) -> Array:
    return np.broadcast_to(values, (draws,))


def _attendance(best: CaseRun, drawn: CaseRun, entry: ServiceEntry) -> AttendanceResult | None:
    if entry.group is None:
        return None
    one, other = attendance(best, entry.id), attendance(drawn, entry.id)
    seats = f"services/{entry.id}/group/seats"
    more = worth_of_adding(drawn.program, quantity=seats, added=1, yearly_rate=drawn.rate)
    return AttendanceResult(
        seats=entry.group.seats.value,
        attendees=Estimate.of(one.attendees, other.attendees),
        booked=Estimate.of(one.booked, other.booked),
        cost_of_session=Estimate.of(one.cost, other.cost),
        brought_by_seat=Estimate.of(one.seat, other.seat),
        one_more_seat=summarize(more),
    )


class Attendance(NamedTuple):
    """What covers a session of a group. Arrays [draw]; NaN where a seat brings nothing by itself."""

    attendees: Array
    booked: Array
    cost: Array
    seat: Array


def attendance(run: CaseRun, service: str) -> Attendance:
    """Work out how many must come to a group so that their fees cover the session.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> from allay.economics.result.run import run_case
    >>> attendance(run_case(read_case(EXAMPLE)), "yoga").attendees.tolist()
    [8.0]
    """
    numbers, draws = run.program.drawn, run.program.draws
    empty = session_cost(run.case, numbers, service=service, patients=0)
    each = session_cost(run.case, numbers, service=service, patients=1) - empty
    paid = [one.to_program for one in prices(run.case, numbers) if one.service == service]
    seat = _all(sum(paid, np.zeros(1)) - each, draws)
    needed = break_even_attendance(_all(empty, draws), shares=[1.0], fees=seat[:, None])
    missed = _all(numbers.of(f"services/{service}/no_show"), draws)
    booked = np.full(draws, np.nan)
    comes = missed < 1
    booked[comes] = bookings(needed[comes], no_show=missed[comes])
    return Attendance(needed, booked, _all(empty, draws), seat)


def bundles(best: CaseRun, drawn: CaseRun) -> Iterator[BundleResult]:
    """Yield at which price bundles break even, first all at one price; grants and support are left out."""
    terms = [term for term in best.case.contracts if isinstance(term, BundleEntry)]
    together = [terms] if len(terms) > 1 else []
    for group in (*together, *([term] for term in terms)):
        names = [term.id for term in group]
        prices_now = [_mean_price(run, group) for run in (best, drawn)]
        found = [
            bundle_break_even_price(run.program, contracts=names, yearly_rate=run.rate)
            for run in (best, drawn)
        ]
        free = [_worth_at_nothing(run, names) > 0 for run in (best, drawn)]
        enough = free[1] | (prices_now[1] >= np.nan_to_num(found[1], nan=np.inf))
        yield BundleResult(
            contracts=tuple(names),
            price=Estimate.of(*prices_now),
            break_even=Estimate.of(*found),
            any_price=bool(free[0][0]),
            any_chance=float(free[1].mean()),
            enough_chance=float(enough.mean()),
        )


def _worth_at_nothing(run: CaseRun, contracts: Sequence[str]) -> Array:
    """The program's net present value with bundles that cost nothing: array [draw]."""
    given = {f"contracts/{contract}/price": 0.0 for contract in contracts}
    return net_present_value(program_cash(repriced(run.program, given).flows), yearly_rate=run.rate)


def _mean_price(run: CaseRun, terms: Sequence[BundleEntry]) -> Array:
    """The price of bundles by patients: array [draw]."""
    of = run.program.drawn.of
    shares = [of(f"payers/{term.payer}/mix") for term in terms]
    total = sum(shares, np.zeros(1))
    weighted = [share * of(f"contracts/{term.id}/price") for share, term in zip(shares, terms, strict=True)]
    mean = sum(weighted, np.zeros(1)) / np.where(total > 0, total, 1.0)
    return _all(mean, run.program.draws)


def mix(drawn: CaseRun) -> MixResult | None:
    """Find the services that leave most in the last year; None without staff or without services delivered.

    A service may be held as often as it is asked for and permitted. What a bundle promises is owed, for the
    share of patients who are in it.
    """
    case, program = drawn.case, drawn.program
    year = last_year(case)
    now, most, owed = {}, {}, {}
    shares: dict[str, float] = {}
    for term in case.contracts:
        if isinstance(term, BundleEntry):
            part = float(program.drawn.of(f"payers/{term.payer}/mix").mean())
            shares |= {one: shares.get(one, 0.0) + part for one in term.included}
    for place, entry in enumerate(case.services):
        held = float(program.work.sessions[place][year].mean())
        if not program.work.sessions[place].any():
            continue
        visits = float(program.work.visits[place][year].mean())
        late = float(program.work.backlog[place][year].mean())
        attend = 1 - float(program.drawn.of(f"services/{entry.id}/no_show").mean())
        asked = held * (1 + late * attend / visits) if visits > 0 else held
        allowed = float(program.drawn.of(f"services/{entry.id}/permitted", otherwise=np.inf).mean())
        now[entry.id], most[entry.id] = held, min(asked, allowed)
        owed[entry.id] = min(held * min(shares.get(entry.id, 0.0), 1.0), most[entry.id])
    if not case.staff or not most:
        return None
    note = "Within what patients ask for and what is permitted; what bundles promise is owed."
    try:
        found = best_mix_of_run(program, permitted=most, owed=owed)
    except InvalidValue as short:
        return MixResult(
            sessions={},
            sessions_now=now,
            most=most,
            worth=summarize(np.full(1, np.nan)),
            minute_worth={},
            note=f"None: {short}",
        )
    return MixResult(
        sessions=found.sessions,
        sessions_now=now,
        most=most,
        worth=summarize(found.worth),
        minute_worth=found.minute_worth,
        note=note,
    )


def follow_up(drawn: CaseRun) -> Summary | None:
    """What one more completed follow-up is worth to the program; None where no contract pays for one."""
    if drawn.case.follow_up is None:
        return None
    names = ("payment", "chance", "cost")
    payment, chance, cost = (drawn.program.drawn.of(f"follow_up/{name}") for name in names)
    return summarize(np.atleast_1d(follow_up_worth(payment=payment, chance=chance, cost=cost)))
