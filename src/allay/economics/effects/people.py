"""What a program changes for people: work, time and health, each counted only where a case asks for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.economics.case.flow import EMPLOYER, PATIENT, SUPPLIERS, Flow
from allay.economics.ledger.stakeholders import HEALTH, LABOR, TIME

Array = NDArray[np.float64]

ABSENCE, PRESENTEEISM, PATIENT_TIME, TRAVEL, HEALTH_GAINED = (
    "absence",
    "presenteeism",
    "patient_time",
    "travel",
    "health",
)


def productivity_flow(
    days: Array, *, pay: ArrayLike, kind: str = ABSENCE, gains: str = EMPLOYER
) -> tuple[Flow, ...]:
    """Return the worth of work days gained.

    Parameters
    ----------
    days : array [draw, month]
        Days of absence avoided (or days' worth of work done at full strength, for `PRESENTEEISM`).
    pay : float or array [draw]
        US dollars a day, with benefits.
    kind : str
        `ABSENCE` or `PRESENTEEISM`; the second is contested and only counted when asked for.
    gains : str
        Who has the work: the employer that pays absent staff, or the patient who is paid for days worked.

    Examples
    --------
    >>> productivity_flow(np.array([[0.0, 3.0]]), pay=265.52)[0].amount.round(2).tolist()
    [[0.0, 796.56]]
    """
    return (Flow(LABOR, gains, kind, None, None, True, days * _by_draw(pay)),)


def patient_flows(
    visits: Array, *, hours: ArrayLike, wage: ArrayLike, travel: ArrayLike = 0.0
) -> tuple[Flow, ...]:
    """Return what visits cost patients beside what they pay for them: their time, and the way there.

    Parameters
    ----------
    visits : array [draw, month]
        Completed visits.
    hours : float or array [draw]
        For a visit, with travel and waiting.
    wage : float or array [draw]
        US dollars an hour.
    travel : float or array [draw]
        Fuel, parking or fares for a visit, US dollars.

    Examples
    --------
    >>> flows = patient_flows(np.array([[0.0, 2.0]]), hours=1.5, wage=20.0, travel=8.0)
    >>> [flow.amount.tolist() for flow in flows]
    [[[0.0, 60.0]], [[0.0, 16.0]]]
    """
    time = Flow(PATIENT, TIME, PATIENT_TIME, None, None, True, visits * _by_draw(hours) * _by_draw(wage))
    if not np.any(travel):
        return (time,)
    return time, Flow(PATIENT, SUPPLIERS, TRAVEL, None, None, True, visits * _by_draw(travel))


def health_flow(qalys: Array, *, worth: ArrayLike) -> tuple[Flow, ...]:
    """Return health gained as money, for a case that names what a QALY is worth; otherwise list the QALYs.

    Parameters
    ----------
    qalys : array [draw, month]
        Quality-adjusted life-years gained in each month.
    worth : float or array [draw]
        US dollars for a QALY.

    Examples
    --------
    >>> health_flow(np.array([[0.0, 0.5]]), worth=50_000)[0].amount.tolist()
    [[0.0, 25000.0]]
    """
    return (Flow(HEALTH, PATIENT, HEALTH_GAINED, None, None, True, qalys * _by_draw(worth)),)


def _by_draw(number: ArrayLike) -> Array:
    return np.asarray(number, dtype=np.float64).reshape(-1, 1)
