"""All that a case says its program changes elsewhere: flows, events avoided, days of work, health."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from allay.economics.case.flow import HEALTH_SYSTEM, SUPPLIERS, Flow
from allay.economics.case.returns import DaysKnot, EffectsEntry, UtilityKnot, VisitBurdenEntry, WorkEntry
from allay.economics.effects.curve import knot_weights
from allay.economics.effects.evaluated import EvaluatedEffects
from allay.economics.effects.events import draw_event, event_flows, events_avoided
from allay.economics.effects.people import (
    PRESENTEEISM,
    health_flow,
    patient_flows,
    productivity_flow,
)
from allay.economics.program.run import ProgramRun

Array = NDArray[np.float64]

RETENTION = "retention"
"""Kind of flow: referring clinicians who need not be replaced."""


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """What a program changes elsewhere. Arrays [draw, month].

    Attributes
    ----------
    flows : tuple of Flow
    avoided : mapping of str to array
        Events by name.
    days : array or None
        Days of absence avoided; None where the case counts no work.
    qalys : array or None
        Quality-adjusted life-years gained; None where the case counts no health.
    """

    flows: tuple[Flow, ...] = field(repr=False)
    avoided: Mapping[str, Array] = field(repr=False)
    days: Array | None = field(default=None, repr=False)
    qalys: Array | None = field(default=None, repr=False)


def effects_of(run: ProgramRun, *, evaluated: EvaluatedEffects | None = None) -> Effects:
    """Work out what a program that has run changes elsewhere.

    Effects of patients who started within the horizon are counted up to its end. Whoever dropped out is
    followed no further.

    Parameters
    ----------
    run : ProgramRun
    evaluated : EvaluatedEffects, optional
        Draws of an evaluation, in place of the knots of the events that it has.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> from allay.economics.program.run import run_program
    >>> found = effects_of(run_program(read_case(EXAMPLE)))
    >>> sorted(found.avoided), round(float(found.avoided["injection"].sum()))
    (['emergency_visit', 'injection'], 234)
    """
    entry = run.case.effects
    flows: list[Flow] = []
    avoided: dict[str, Array] = {}
    shares = {payer.id: run.drawn.of(f"payers/{payer.id}/mix") for payer in run.case.payers}
    for event in entry.events:
        ages, most = len(run.patients.stay), run.case.program.months
        drawn = draw_event(event, run.drawn, ages=ages, most=most, evaluated=evaluated)
        avoided[event.event] = events_avoided(drawn, run.patients)
        flows += event_flows(drawn, avoided[event.event], payers=shares)
    if entry.visits is not None:
        flows += _visits(run, entry.visits)
    days = None
    if entry.work is not None:
        days = _by_age(run, "effects/work/knots", entry.work.knots, ends=entry.work.ends)
        days = days * run.drawn.of("effects/work/employed")[:, None]
        flows += _work(run, entry.work, days)
    qalys = None
    if entry.health is not None:
        qalys = _by_age(run, "effects/health/knots", entry.health.knots, ends=entry.health.ends) / 12
        if entry.health.worth is not None:
            flows += health_flow(qalys, worth=run.drawn.of("effects/health/worth"))
    flows += _referrers(run, entry)
    return Effects(tuple(flows), avoided, days, qalys)


def _visits(run: ProgramRun, entry: VisitBurdenEntry) -> Iterator[Flow]:
    of = run.drawn.of
    wage = of("effects/visits/wage")
    for home in (False, True):
        places = [place for place, one in enumerate(run.services) if (one in entry.at_home) is home]
        if not places:
            continue
        visits = np.sum([run.work.visits[place] for place in places], axis=0).T
        hours = of("effects/visits/hours_at_home" if home else "effects/visits/hours")
        travel = np.zeros(1) if home else of("effects/visits/travel")
        yield from patient_flows(visits, hours=hours, wage=wage, travel=travel)


def _by_age(run: ProgramRun, section: str, knots: Sequence[DaysKnot | UtilityKnot], *, ends: float) -> Array:
    """Add up over patients what each gains at each month since the start: array [draw, month].

    `section` is the name of the knots, such as ``effects/work/knots``; the haircut stands beside them.
    """
    value = "gain" if isinstance(knots[0], UtilityKnot) else "days"
    gains = run.drawn.table([f"{section}/{number}/{value}" for number in range(1, len(knots) + 1)])
    ages = max(len(run.patients.stay), math.ceil(min(ends, run.case.program.months)))
    curve = gains @ knot_weights([knot.month for knot in knots], ends=ends, ages=ages)
    kept = curve * (1 - run.drawn.of(f"{section.rsplit('/', 1)[0]}/haircut"))[:, None]
    found: Array = run.patients.over_ages(kept.T).T
    return found


def _work(run: ProgramRun, entry: WorkEntry, days: Array) -> Iterator[Flow]:
    pay = run.drawn.of("effects/work/pay")
    yield from productivity_flow(days, pay=pay, gains=entry.gains)
    if entry.count_presenteeism:
        more = _by_age(run, "effects/work/presenteeism", entry.presenteeism, ends=entry.ends)
        more = more * run.drawn.of("effects/work/employed")[:, None]
        yield from productivity_flow(more, pay=pay, kind=PRESENTEEISM, gains=entry.gains)


def _referrers(run: ProgramRun, entry: EffectsEntry) -> Iterator[Flow]:
    """Referring clinicians stay while the program runs, from its first month on."""
    if entry.referrers is None:
        return
    base = "effects/referrers"
    clinicians, fall, each = (
        run.drawn.of(f"{base}/{name}") for name in ("clinicians", "fall", "replacement")
    )
    yearly = clinicians * fall * each
    saved = np.zeros((run.draws, run.case.program.months + 1))
    saved[:, 1:] = (yearly / 12)[:, None]
    yield Flow(SUPPLIERS, HEALTH_SYSTEM, RETENTION, None, None, True, saved)
