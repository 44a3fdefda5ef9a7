"""Care that is no longer needed: how much, for how long, and whose money it is."""

from __future__ import annotations

import io

import numpy as np
import pytest

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.tables import read_yaml
from allay.economics.case.case import placed_in
from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.case.downstream import DownstreamEvent
from allay.economics.case.quantity import DistributionEntry, Quantity
from allay.economics.effects.avoided import avoided_events
from allay.economics.effects.curve import knot_weights, relative_risk
from allay.economics.effects.evaluated import read_effects
from allay.economics.effects.events import EventDraws, draw_event, event_flows, events_avoided
from allay.economics.effects.people import PRESENTEEISM, health_flow, patient_flows, productivity_flow
from allay.economics.ledger.of_run import ledger_of
from allay.economics.ledger.stakeholder_ledger import StakeholderLedger
from allay.economics.program.drawn import draw_quantities
from allay.economics.program.run import run_program

# Sums of some hundred float64 products.
SAME = 1e-9


def quantity(value: float, unit: str, **distribution) -> Quantity:
    spread = None
    if distribution:
        name = distribution.pop("name")
        spread = DistributionEntry(name=name, parameters=distribution)
    return Quantity(value=value, unit=unit, source="made_up", distribution=spread)


def injection(**changes) -> DownstreamEvent:
    """Made-up numbers; the shape (a large effect at 3 months, less at 18) is that of a published study."""
    given = {
        "event": "injection",
        "rate": quantity(0.6, "events/year"),
        "knots": (
            {"month": 3, "ratio": quantity(0.6, "ratio", name="lognormal", low=0.4, high=0.9)},
            {"month": 18, "ratio": quantity(0.8, "ratio", name="lognormal", low=0.6, high=0.95)},
        ),
        "ends": 24,
        "haircut": quantity(0.25, "probability"),
        "unit_cost": quantity(600, "usd/event"),
        "margin": quantity(0.4, "probability"),
        "at_health_system": quantity(0.75, "probability"),
    }
    return DownstreamEvent(**(given | changes))


def test_an_effect_rises_holds_its_knots_and_ends():
    curve = relative_risk(np.array([[0.6, 0.8]]), [3, 18], ends=24, ages=30)[0]
    assert curve[[0, 3, 18]].tolist() == pytest.approx([1, 0.6, 0.8])
    assert curve[24:].tolist() == [1] * 6
    assert curve[21] == pytest.approx(0.8**0.5)  # half of the way on the scale of logarithms
    assert (np.diff(curve[3:25]) > 0).all()


def test_a_knot_at_the_start_holds_from_the_start():
    assert knot_weights([0, 4], ends=6, ages=3)[:, 0].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("months", "ends", "message"),
    [([], 5, "none"), ([3, 3], 5, "rise"), ([-1], 5, "0 or later"), ([3, 6], 6, "an end of the effect")],
)
def test_knots_that_cannot_be(months, ends, message):
    with pytest.raises(InvalidValue, match=message):
        knot_weights(months, ends=ends, ages=3)


def test_a_relative_risk_of_zero_is_refused():
    with pytest.raises(InvalidValue, match="above 0"):
        relative_risk(np.array([[0.0]]), [3], ends=6, ages=3)
    with pytest.raises(ValueError, match="a relative risk above 0"):
        injection(knots=({"month": 3, "ratio": quantity(0, "ratio")},))
    with pytest.raises(ValueError, match="one of emergency_visit"):
        injection(event="injections")
    with pytest.raises(ValueError, match="an end of the effect"):
        injection(ends=18)


def in_draws(entry: DownstreamEvent, *, ages: int, seed: int, draws: int, evaluated=None) -> EventDraws:
    names = ("effects", "events", entry.event)
    quantities = {name: quantity for name, _, quantity in placed_in(entry, names)}
    drawn = draw_quantities(quantities, draws=draws, seed=seed)
    return draw_event(entry, drawn, ages=ages, evaluated=evaluated)


def plain_avoided(panel, by_age):
    """Month by month, patient by patient: whoever has finished is followed one month at a time."""
    months, ages = panel.shape
    found = []
    for month in range(months):
        total = sum(panel[month, age] * by_age[age] for age in range(ages))
        for finished_in in range(month):
            age = ages - 1 + month - finished_in
            if age < len(by_age):
                total += panel[finished_in, -1] * by_age[age]
        found.append(total)
    return found


def test_avoided_events_both_ways():
    rng = np.random.default_rng(4)
    panel, by_age = rng.uniform(0, 30, (3, 14, 4)), rng.uniform(-0.1, 0.5, (3, 9))
    found = avoided_events(panel, by_age)
    for draw in range(3):
        assert found[draw] == pytest.approx(plain_avoided(panel[draw], by_age[draw]), abs=SAME)
    assert avoided_events(panel[:1], by_age).shape == (3, 14)
    with pytest.raises(InvalidValue, match="for its ages or more"):
        avoided_events(panel, by_age[:, :3])


def test_a_run_and_its_panel_agree():
    run = run_program(read_case(EXAMPLE), draws=20, seed=3)
    one = in_draws(injection(), ages=run.stay.shape[1], seed=3, draws=20)
    assert events_avoided(one, run.patients) == pytest.approx(events_avoided(one, run.panel), abs=SAME)


def test_knots_of_one_event_vary_together():
    one = in_draws(injection(), ages=4, seed=1, draws=500)
    logs = np.log(one.relative_risk)
    assert np.corrcoef(logs[:, 3], logs[:, 18])[0, 1] == pytest.approx(1)
    assert np.median(one.relative_risk[:, 3]) == pytest.approx(0.6, abs=0.03)
    assert one.rate == pytest.approx([0.05])
    monthly = in_draws(injection(rate=quantity(0.6, "events/month")), ages=4, seed=1, draws=2)
    assert monthly.rate.tolist() == [0.6]


def test_the_haircut_takes_its_share():
    panel = np.full((1, 6, 2), 10.0)
    whole = in_draws(injection(haircut=quantity(0, "probability")), ages=2, seed=1, draws=5)
    less = in_draws(injection(), ages=2, seed=1, draws=5)
    none = in_draws(injection(haircut=quantity(1, "probability")), ages=2, seed=1, draws=5)
    assert events_avoided(less, panel) == pytest.approx(0.75 * events_avoided(whole, panel), abs=SAME)
    assert not events_avoided(none, panel).any()


def test_each_provider_loses_its_margin_and_no_more():
    number = np.ones(1)
    one = EventDraws(
        "injection", np.ones((1, 1)), number, 0 * number, 600 * number, 0.4 * number, 0.75 * number
    )
    flows = event_flows(one, np.array([[0.0, 10.0]]), payers={"acme": 0.6, "state": 0.4})
    ledger = StakeholderLedger.of(flows, payers={"acme": "commercial", "state": "medicaid"})
    nets = {who: float(ledger.net(who).sum()) for who in ledger.stakeholders}
    assert nets == pytest.approx(
        {
            "commercial": 3_600,
            "medicaid": 2_400,
            "health_system": -1_800,
            "other_providers": -600,
            "society": 3_600,
        }
    )


@pytest.mark.parametrize("payers", [{}, {"acme": 0.9}, {"acme": 0.6, "state": 0.5}])
def test_payers_that_do_not_sum(payers):
    one = in_draws(injection(), ages=1, seed=1, draws=1)
    with pytest.raises(InvalidValue, match="sum to 1"):
        event_flows(one, np.ones((1, 3)), payers=payers)


FILE = b"""draw,event,month,rr
a,injection,18,0.9
a,injection,3,0.5
b,injection,3,0.7
b,injection,18,0.8
a,mri,3,0.6
b,mri,3,0.75
"""


def test_effects_of_an_evaluation():
    found = read_effects(io.BytesIO(FILE))
    assert found.months == {"injection": (3.0, 18.0), "mri": (3.0,)}
    assert found.sample("injection", seed=1, draws=2).tolist() == [[0.5, 0.9], [0.7, 0.8]]
    many, other = (found.sample(event, seed=1, draws=1_000) for event in ("injection", "mri"))
    assert {tuple(row) for row in many.tolist()} == {(0.5, 0.9), (0.7, 0.8)}
    assert ((many[:, 0] == 0.5) == (other[:, 0] == 0.6)).all()
    one = in_draws(injection(knots=()), ages=2, seed=1, draws=2, evaluated=found)
    assert one.relative_risk[:, 3].tolist() == pytest.approx([0.5, 0.7])
    with pytest.raises(NotFound, match="no event 'mra'; did you mean 'mri'"):
        found.sample("mra", seed=1, draws=2)


def test_an_event_without_any_effect_is_refused():
    with pytest.raises(NotFound, match="no relative risk of injection"):
        in_draws(injection(knots=()), ages=2, seed=1, draws=2)


def test_bad_effects_are_named_by_line():
    wrong = b"draw,event,month,rr\na,mri,3,0\na,ct,-1,x\n,mri,3,0.5\na,mri,3,0.6\n"
    with pytest.raises(InvalidInput) as caught:
        read_effects(io.BytesIO(wrong), name="e.csv")
    assert [(p.at, p.field, p.found) for p in caught.value.problems] == [
        ("2", "rr", "'0'"),
        ("3", "rr", "'x'"),
        ("3", "month", "'-1'"),
        ("4", "draw", "nothing"),
        ("5", "event", "'mri'"),
    ]


def test_missing_effects_are_named():
    with pytest.raises(InvalidInput) as caught:
        read_effects(io.BytesIO(FILE.replace(b"b,mri,3,0.75\n", b"")), name="e.csv")
    assert str(caught.value) == (
        "e.csv:4: event: expected a row for 'mri' at month 3 in draw b, which begins here, found none"
    )


def test_an_event_is_read_from_a_file():
    text = b"""event: mri
rate: {value: 0.4, unit: events/year, source: ours}
knots: [{month: 3, ratio: {value: 0.7, unit: hours, source: ours}}]
ends: 12
haircut: {value: 1.2, unit: probability, source: ours}
unit_cost: {value: 900, unit: usd/event, source: ours}
margin: {value: 0.3, unit: probability, source: ours}
at_health_system: {value: 0.5, unit: probability, source: ours}
"""
    with pytest.raises(InvalidInput) as caught:
        read_yaml(io.BytesIO(text), DownstreamEvent, name="e.yaml")
    assert [(p.at, p.field.split("/")[1]) for p in caught.value.problems] == [
        ("3", "knots"),
        ("5", "haircut"),
    ]


def test_people():
    days = np.array([[0.0, 2.0], [0.0, 3.0]])
    assert productivity_flow(days, pay=[100.0, 200.0])[0].amount.tolist() == [[0, 200], [0, 600]]
    assert productivity_flow(days, pay=1.0, kind=PRESENTEEISM, gains="patient")[0].target == "patient"
    assert len(patient_flows(days, hours=1.0, wage=20.0)) == 1
    flows = [*patient_flows(days, hours=1.0, wage=20.0, travel=5.0), *health_flow(days, worth=10.0)]
    ledger = StakeholderLedger.of(flows, payers={})
    assert ledger.net("patient").tolist() == ledger.net("society").tolist() == [[0, -30], [0, -45]]


def test_a_run_with_effects_is_one_ledger():
    case = read_case(EXAMPLE)
    run = run_program(case, draws=10, seed=1)
    one = in_draws(injection(), ages=run.stay.shape[1], seed=1, draws=10)
    mix = {payer.id: payer.mix.value for payer in case.payers}
    ledger = ledger_of(run, effects=event_flows(one, events_avoided(one, run.patients), payers=mix))
    parts = sum(ledger.net(one) for one in ledger.stakeholders if one != "society")
    assert parts == pytest.approx(ledger.net("society"), abs=1e-6)
