"""Answers that run a case again: at which price it breaks even, and what one more seat is worth."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.economics.answers.answers import program_cash
from allay.economics.answers.cash import net_present_value
from allay.economics.answers.mix_of_run import best_mix_of_run
from allay.economics.answers.of_case import bundle_break_even_price, worth_of_adding
from allay.economics.answers.summary import summarize
from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.program.run import repriced, run_program

RATE = 0.03
PRICE = "contracts/medicaid_bundle/price"
# The price is sought to half a cent or until the value is; 1,500 patients start in ten years.
VALUE = 20.0


def worth(case, price):
    run = run_program(case, draws=25, seed=5, given={PRICE: price})
    return net_present_value(program_cash(run.flows), yearly_rate=RATE)


def test_at_the_break_even_price_the_program_is_worth_nothing():
    case = read_case(EXAMPLE)
    run = run_program(case, draws=25, seed=5)
    price = bundle_break_even_price(run, contracts=["medicaid_bundle"], yearly_rate=RATE)
    assert np.abs(worth(case, price)).max() < VALUE
    assert (worth(case, price + 1) > 0).all()
    assert (worth(case, price - 1) < 0).all()
    found = summarize(price)
    assert found.defined == 1
    assert found.low < found.median < found.high


def test_a_bundle_that_is_not_there():
    with pytest.raises(NotFound, match="no bundle 'medicaid'"):
        bundle_break_even_price(run_program(read_case(EXAMPLE)), contracts=["medicaid"], yearly_rate=RATE)


def test_one_more_of_something():
    """Rent is paid in each of 120 months: a dollar more of it is worth their discounted sum, and less."""
    run = run_program(read_case(EXAMPLE), draws=3, seed=1)
    found = worth_of_adding(run, quantity="fixed/rent_and_software/amount", added=100, yearly_rate=RATE)
    factors = (1 + RATE) ** (-np.arange(121) / 12)
    assert found == pytest.approx(np.full(3, -factors[1:].sum()))
    seat = worth_of_adding(run, quantity="services/yoga/group/seats", added=1, yearly_rate=RATE)
    assert np.isfinite(seat).all()
    with pytest.raises(NotFound, match="no quantity 'services/yoga/seats'"):
        worth_of_adding(run, quantity="services/yoga/seats", added=1, yearly_rate=RATE)


def test_other_prices_are_those_of_a_run_with_them():
    case = read_case(EXAMPLE)
    given = {PRICE: 2000.0, "fees/yoga/acme/allowed": 50.0}
    again = repriced(run_program(case, draws=25, seed=5), given)
    whole = run_program(case, draws=25, seed=5, given=given)
    assert (again.cash == whole.cash).all()
    with pytest.raises(InvalidValue, match="prices of contracts and fees"):
        repriced(again, {"demand/no_show": 0.5})
    with pytest.raises(InvalidValue, match="within 0 and inf usd"):
        repriced(again, {PRICE: -1.0})


def test_the_best_mix_of_a_run_keeps_to_what_is_permitted_and_owed():
    run = run_program(read_case(EXAMPLE), draws=40, seed=2)
    permitted = {"medical_visit": 30.0, "yoga": 200.0, "chiropractic": 200.0, "massage": 0.0}
    mix = best_mix_of_run(run, permitted=permitted)
    assert (mix.sessions["medical_visit"], mix.sessions["massage"]) == (30.0, 0.0)
    assert mix.worth.shape == (40,)
    assert mix.minute_worth["chiropractor"] > 0
    assert mix.minute_worth["physician"] == 0
    more = best_mix_of_run(run, permitted=permitted | {"medical_visit": 31.0})
    gained = more.worth.mean() - mix.worth.mean()
    assert gained == pytest.approx(mix.session_worth["medical_visit"], abs=1e-4)
    owed = best_mix_of_run(run, permitted=permitted | {"massage": 9.0}, owed={"massage": 9.0})
    assert owed.sessions["massage"] == 9.0


def test_a_session_of_the_mix_pays_for_its_room_and_goods():
    run = run_program(read_case(EXAMPLE))
    none = dict.fromkeys(run.services, 0.0)
    mix = best_mix_of_run(run, permitted=none | {"yoga": 10.0})
    yoga = next(one for one in run.contributions() if one.service == "yoga")
    left = (yoga.revenue - yoga.goods) / yoga.sessions
    assert yoga.goods > 0
    assert mix.worth == pytest.approx(10 * left)


def test_every_service_must_be_permitted_or_not():
    run = run_program(read_case(EXAMPLE))
    known = dict.fromkeys(run.services, 5.0)
    with pytest.raises(NotFound, match="no service 'massage'"):
        best_mix_of_run(run, permitted={name: 5.0 for name in known if name != "massage"})
    with pytest.raises(NotFound, match="no service 'yogo'; did you mean 'yoga'"):
        best_mix_of_run(run, permitted=known | {"yogo": 5.0})
