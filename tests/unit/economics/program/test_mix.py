"""Shares of payers: what is given holds, the others make room, and all add up to one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.unit.economics.case_files import example, number

from allay.base.errors import InvalidInput, InvalidValue
from allay.economics.case.case import Case
from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.program.drawn import draw_case
from allay.economics.program.mix import mix_names, one_share_changed

# Sums of a few shares in float64.
SAME = 1e-12


def shares(case: Case, **options: Any) -> dict[str, np.ndarray]:
    drawn = draw_case(case, seed=1, **options)
    return {name.split("/")[1]: drawn.of(name) for name in mix_names(case)}


def test_a_share_that_is_given_holds_in_every_draw() -> None:
    case = read_case(EXAMPLE)
    found = shares(case, draws=50, given={"payers/state/mix": 0.9})
    assert (found["state"] == 0.9).all()
    assert sum(found.values()) == pytest.approx(np.ones(50), abs=SAME)
    free = shares(case, draws=50)
    assert found["acme"] / found["self"] == pytest.approx(free["acme"] / free["self"])


def test_shares_that_are_all_given_are_divided_by_their_sum() -> None:
    given = {"payers/acme/mix": 0.2, "payers/state/mix": 0.2, "payers/self/mix": 0.4}
    found = shares(read_case(EXAMPLE), draws=None, given=given)
    assert {name: share[0] for name, share in found.items()} == pytest.approx(
        {"acme": 0.25, "state": 0.25, "self": 0.5}
    )


def test_shares_that_are_more_than_all_are_refused() -> None:
    with pytest.raises(InvalidValue, match=r"1 at most in sum, found 1\.1"):
        shares(read_case(EXAMPLE), draws=None, given={"payers/acme/mix": 0.9, "payers/state/mix": 0.2})


def test_what_nobody_is_left_to_take_is_refused() -> None:
    def whole(tree: dict[str, Any]) -> None:
        for payer, share in zip(tree["payers"], (1, 0, 0), strict=True):
            payer["mix"] = number(share, "probability")

    case = example(whole)
    with pytest.raises(InvalidValue, match="0 in a draw"):
        shares(case, draws=None, given={"payers/acme/mix": 0.5})
    assert shares(case, draws=None, given={"payers/acme/mix": 1.0})["acme"] == [1.0]


def test_one_changed_share_makes_room_in_its_run_alone() -> None:
    case = read_case(EXAMPLE)
    found = one_share_changed(case, {"payers/acme/mix": np.array([0.45, 0.56, 0.45]), "x": np.ones(3)})
    total = sum(found[name] for name in mix_names(case))
    assert total == pytest.approx(np.ones(3), abs=SAME)
    assert found["payers/state/mix"].tolist() == pytest.approx([0.35, 0.35 * 0.8, 0.35])
    assert one_share_changed(case, {"x": np.ones(3)}).keys() == {"x"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"payers/acme/mix": 0.9, "payers/state/mix": 0.2},
            r"add up to 1 at most, found 0\.9 \+ 0\.2 = 1\.1",
        ),
        (
            {"payers/acme/mix": 0.2, "payers/state/mix": 0.2, "payers/self/mix": 0.2},
            r"add up to 1, found 0\.2 \+ 0\.2 \+ 0\.2",
        ),
        ({"program/discount": 1.0}, "a discount rate below 1 a year"),
        ({"services/yoga/group/fill": 0}, "a fill above 0"),
        ({"services/yoga/group/seats": 0.5}, "one seat or more"),
        ({"effects/events/injection/knots/1/ratio": 0}, "a relative risk above 0"),
        ({"payers/acme/members": 0}, "members above 0"),
    ],
)
def test_a_scenario_cannot_have_what_a_case_cannot(given: dict[str, float], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        example(lambda tree: tree["scenarios"][0].update(given=given))


def test_a_scenario_may_leave_the_interval_of_a_number_and_cut_a_price_below_its_copay() -> None:
    given = {"demand/no_show": 0.9, "fees/medical_visit/acme/allowed": 20.0, "payers/acme/mix": 1.0}
    assert example(lambda tree: tree["scenarios"][0].update(given=given)).scenarios[0].given == given


def test_a_discount_rate_does_not_vary() -> None:
    shape = {"name": "gamma", "parameters": {"se": 0.01}}
    with pytest.raises(InvalidInput, match="a rate that does not vary"):
        example(lambda tree: tree["program"]["discount"].update(distribution=shape))


KNOT = "effects/events/injection/knots/{}/ratio"


def test_a_correlated_knot_takes_the_others_of_its_curve_along() -> None:
    def link(tree: dict[str, Any]) -> None:
        pair = [KNOT.format(2), "demand/referrals/most"]
        tree["correlations"].append({"between": pair, "correlation": 0.9})

    drawn = draw_case(example(link), draws=2_000, seed=1)
    first, second, most = (
        drawn.of(name).argsort().argsort()
        for name in (KNOT.format(1), KNOT.format(2), "demand/referrals/most")
    )
    assert (first == second).all()
    assert np.corrcoef(second, most)[0, 1] > 0.85
    alone = draw_case(read_case(EXAMPLE), draws=2_000, seed=1)
    assert np.sort(drawn.of(KNOT.format(1))) == pytest.approx(np.sort(alone.of(KNOT.format(1))), rel=0.2)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([(KNOT.format(1), KNOT.format(2))], "quantities of two curves"),
        ([(KNOT.format(1), "demand/no_show"), ("demand/no_show", KNOT.format(2))], "each pair once"),
    ],
)
def test_knots_of_one_curve_are_one_number(pairs: list[tuple[str, str]], message: str) -> None:
    entries = [{"between": list(pair), "correlation": 0.3} for pair in pairs]
    with pytest.raises(InvalidInput, match=message):
        example(lambda tree: tree.update(correlations=entries))
