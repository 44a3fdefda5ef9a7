"""Care elsewhere that a program makes unnecessary, event by event, and the money it moves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue, NotFound
from allay.economics.case.downstream import DownstreamEvent
from allay.economics.case.flow import HEALTH_SYSTEM, PATIENT, SUPPLIERS, Flow
from allay.economics.effects.avoided import avoided_by_age, avoided_events
from allay.economics.effects.curve import relative_risk
from allay.economics.effects.evaluated import EvaluatedEffects
from allay.economics.ledger.stakeholders import OTHER_PROVIDERS
from allay.economics.program.drawn import Drawn
from allay.economics.program.patients import Patients
from allay.payment.ledger import payer_party

Array = NDArray[np.float64]

AVOIDED, AVOIDED_CARE = "avoided", "avoided_care"
"""Kinds of flow: what a payer no longer pays, and the resources that are no longer used."""

# Shares of payers are written with decimals; their float64 sum is 1 within this.
_WHOLE = 1e-9
_YEAR = 12


@dataclass(frozen=True, slots=True, eq=False)
class EventDraws:
    """An event in every draw.

    Attributes
    ----------
    event : str
    relative_risk : array [draw, age] or [1, age]
    rate, haircut, unit_cost, margin, at_health_system : array [draw] or [1]
        As in `DownstreamEvent`; the rate is a month.
    patient_share : array [draw] or [1]
    """

    event: str
    relative_risk: Array
    rate: Array
    haircut: Array
    unit_cost: Array
    margin: Array
    at_health_system: Array
    patient_share: Array = field(default_factory=lambda: np.zeros(1))


def draw_event(
    entry: DownstreamEvent,
    drawn: Drawn,
    *,
    ages: int,
    most: float = math.inf,
    evaluated: EvaluatedEffects | None = None,
) -> EventDraws:
    """Take all numbers of an event from the draws of its case.

    Parameters
    ----------
    entry : DownstreamEvent
    drawn : Drawn
        With the quantities of the event below ``effects/events/<event>``.
    ages : int
        Ages of the panel in months; more are added until the effect ends.
    most : float
        Ages after which nobody is followed, however late the effect ends: the months of the case.
    evaluated : EvaluatedEffects, optional
        Relative risks of an evaluation; they take the place of the knots of the events it has.

    Raises
    ------
    NotFound
        An event without knots that no evaluation has.
    """
    base = f"effects/events/{entry.event}"
    if evaluated is not None and entry.event in evaluated.ratios:
        places = evaluated.months[entry.event]
        knots = (
            evaluated.sample(entry.event, seed=drawn.seed, draws=drawn.draws)
            if drawn.sampled
            else evaluated.best(entry.event)
        )
    elif entry.knots:
        places = tuple(knot.month for knot in entry.knots)
        knots = drawn.table([f"{base}/knots/{number}/ratio" for number in range(1, len(places) + 1)])
    else:
        raise NotFound(
            f"there is no relative risk of {entry.event}: give knots, or an evaluation that has it"
        )
    months = 1 if entry.rate.unit == "events/month" else _YEAR
    return EventDraws(
        event=entry.event,
        relative_risk=relative_risk(
            knots, places, ends=entry.ends, ages=max(ages, math.ceil(min(entry.ends, most)))
        ),
        rate=drawn.of(f"{base}/rate") / months,
        haircut=drawn.of(f"{base}/haircut"),
        unit_cost=drawn.of(f"{base}/unit_cost"),
        margin=drawn.of(f"{base}/margin"),
        at_health_system=drawn.of(f"{base}/at_health_system"),
        patient_share=drawn.of(f"{base}/patient_share"),
    )


def events_avoided(one: EventDraws, panel: Array | Patients) -> Array:
    """Return the events that a panel avoids: array [draw, month].

    Parameters
    ----------
    one : EventDraws
    panel : Patients or array [draw, month, age]
        Those of a run of the program's model, or a panel from elsewhere (see `avoided_events`).
    """
    by_age = avoided_by_age(one.relative_risk, rate=one.rate, haircut=one.haircut)
    if isinstance(panel, Patients):
        found: Array = panel.over_ages(by_age.T).T
        return found
    return avoided_events(panel, by_age)


def event_flows(one: EventDraws, avoided: Array, *, payers: Mapping[str, ArrayLike]) -> tuple[Flow, ...]:
    """Return the money that avoided events move.

    The payer keeps the price, less what the patient would have paid of it. Whoever would have provided the
    event loses the price and saves its variable cost, so it loses the contribution margin. Society saves the
    resources, which are the variable cost.

    Parameters
    ----------
    one : EventDraws
    avoided : array [draw, month]
    payers : mapping of str to float or array [draw]
        Share of the patients by payer id; together 1.

    Examples
    --------
    >>> number = np.ones(1)
    >>> one = EventDraws("injection", np.ones((1, 1)), number, 0 * number, 600 * number, 0.4 * number, number)
    >>> flows = event_flows(one, np.array([[0.0, 2.0]]), payers={"acme": 1.0})
    >>> [(flow.source, flow.target, flow.real, flow.amount.tolist()) for flow in flows]
    [('health_system', 'payer:acme', False, [[0.0, 1200.0]]),
     ('suppliers', 'health_system', True, [[0.0, 720.0]])]
    """
    shares = {payer: np.asarray(share, dtype=np.float64) for payer, share in payers.items()}
    if not np.allclose(sum(shares.values()), 1, atol=_WHOLE, rtol=0):
        found = ", ".join(f"{payer} {share}" for payer, share in shares.items()) or "none"
        raise InvalidValue(expected="shares of payers that sum to 1", found=found)
    flows: list[Flow] = []
    for provider, part in (
        (HEALTH_SYSTEM, one.at_health_system),
        (OTHER_PROVIDERS, 1 - one.at_health_system),
    ):
        if not part.any():
            continue
        price = avoided * (part * one.unit_cost)[:, None]
        own = price * one.patient_share[:, None]
        if one.patient_share.any():
            flows.append(Flow(provider, PATIENT, AVOIDED, one.event, None, False, own))
        for payer, share in shares.items():
            paid = (price - own) * share.reshape(-1, 1)
            flows.append(Flow(provider, payer_party(payer), AVOIDED, one.event, payer, False, paid))
        saved = price * (1 - one.margin)[:, None]
        flows.append(Flow(SUPPLIERS, provider, AVOIDED_CARE, one.event, None, True, saved))
    return tuple(flows)
