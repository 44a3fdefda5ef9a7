"""Care elsewhere that a program makes unnecessary, event by event, and the money it moves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, field_validator, model_validator

from allay.base.errors import InvalidValue, NotFound
from allay.base.tables import Strict
from allay.economics.case.flow import HEALTH_SYSTEM, SUPPLIERS, Flow
from allay.economics.case.quantity import Quantity, sample, units
from allay.economics.effects.avoided import avoided_by_age, avoided_events
from allay.economics.effects.curve import check_knots, relative_risk
from allay.economics.effects.evaluated import EvaluatedEffects
from allay.economics.ledger.stakeholders import OTHER_PROVIDERS
from allay.economics.program.patients import Patients
from allay.payment.ledger import payer_party

Array = NDArray[np.float64]

EVENTS = (
    *("emergency_visit", "inpatient_day", "mri", "ct", "x_ray", "injection", "spine_surgery"),
    *("opioid_fill", "therapy_elsewhere", "pharmacy_fill"),
)
"""Events that may be avoided: what a claim can count."""

AVOIDED, AVOIDED_CARE = "avoided", "avoided_care"
"""Kinds of flow: what a payer no longer pays, and the resources that are no longer used."""

# Shares of payers are written with decimals; their float64 sum is 1 within this.
_WHOLE = 1e-9
_YEAR = 12


class RiskKnot(Strict):
    """Relative risk at a month since the start of the program."""

    month: float = Field(ge=0)
    ratio: Annotated[Quantity, units("ratio")]

    @field_validator("ratio")
    @classmethod
    def _above_zero(cls, ratio: Quantity) -> Quantity:
        if ratio.value <= 0:
            raise InvalidValue(expected="a relative risk above 0", found=f"{ratio.value:g}")
        return ratio


class DownstreamEvent(Strict):
    """An event that a program may avoid, as a case file gives it.

    Attributes
    ----------
    event : str
        One of `EVENTS`.
    rate : Quantity
        Events of one patient without the program, a month or a year.
    knots : tuple of RiskKnot
        Relative risk over time; may be empty where an evaluation gives it. The knots of an event vary
        together: a draw with a large effect early has a large one late.
    ends : float
        Month since the start from which there is no effect.
    haircut : Quantity
        Share of the effect that is regression to the mean.
    unit_cost : Quantity
        What an event costs its payer.
    margin : Quantity
        Share of that which is contribution margin of whoever provides it: what is lost, as against costs that
        are saved.
    at_health_system : Quantity
        Share of the events that take place in the health system which owns the program.
    """

    event: str
    rate: Annotated[Quantity, units("events/month", "events/year")]
    knots: tuple[RiskKnot, ...] = ()
    ends: float
    haircut: Annotated[Quantity, units("probability")]
    unit_cost: Annotated[Quantity, units("usd/event")]
    margin: Annotated[Quantity, units("probability")]
    at_health_system: Annotated[Quantity, units("probability")]

    @model_validator(mode="after")
    def _check(self) -> DownstreamEvent:
        if self.event not in EVENTS:
            raise InvalidValue(expected=f"one of {', '.join(EVENTS)}", found=repr(self.event))
        if self.knots:
            check_knots([knot.month for knot in self.knots], ends=self.ends)
        return self


@dataclass(frozen=True, slots=True, eq=False)
class EventDraws:
    """An event in every draw.

    Attributes
    ----------
    event : str
    relative_risk : array [draw, age]
    rate, haircut, unit_cost, margin, at_health_system : array [draw]
        As in `DownstreamEvent`; the rate is a month.
    """

    event: str
    relative_risk: Array
    rate: Array
    haircut: Array
    unit_cost: Array
    margin: Array
    at_health_system: Array


def draw_event(
    entry: DownstreamEvent,
    *,
    ages: int,
    seed: int,
    draws: int,
    evaluated: EvaluatedEffects | None = None,
) -> EventDraws:
    """Draw all numbers of an event.

    Parameters
    ----------
    entry : DownstreamEvent
    ages : int
        Ages of the panel in months; more are added until the effect ends.
    seed, draws : int
    evaluated : EvaluatedEffects, optional
        Relative risks of an evaluation; they take the place of the knots of the events it has.

    Raises
    ------
    NotFound
        An event without knots that no evaluation has.
    """

    def drawn(field: str, quantity: Quantity) -> Array:
        return sample(quantity, name=f"effects.{entry.event}.{field}", seed=seed, draws=draws)

    if evaluated is not None and entry.event in evaluated.ratios:
        places = evaluated.months[entry.event]
        knots = evaluated.sample(entry.event, seed=seed, draws=draws)
    elif entry.knots:
        places = tuple(knot.month for knot in entry.knots)
        knots = np.stack([drawn("ratio", knot.ratio) for knot in entry.knots], axis=1)
    else:
        raise NotFound(
            f"there is no relative risk of {entry.event}: give knots, or an evaluation that has it"
        )
    months = 1 if entry.rate.unit == "events/month" else _YEAR
    return EventDraws(
        event=entry.event,
        relative_risk=relative_risk(knots, places, ends=entry.ends, ages=max(ages, math.ceil(entry.ends))),
        rate=drawn("rate", entry.rate) / months,
        haircut=drawn("haircut", entry.haircut),
        unit_cost=drawn("unit_cost", entry.unit_cost),
        margin=drawn("margin", entry.margin),
        at_health_system=drawn("at_health_system", entry.at_health_system),
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

    The payer keeps the price; whoever would have provided the event loses the price and saves its variable
    cost, so it loses the contribution margin; society saves the resources, which are the variable cost.

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
        for payer, share in shares.items():
            paid = price * share.reshape(-1, 1)
            flows.append(Flow(provider, payer_party(payer), AVOIDED, one.event, payer, False, paid))
        saved = price * (1 - one.margin)[:, None]
        flows.append(Flow(SUPPLIERS, provider, AVOIDED_CARE, one.event, None, True, saved))
    return tuple(flows)
