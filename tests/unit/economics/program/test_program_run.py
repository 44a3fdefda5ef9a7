"""The monthly model: against plain loops, and one behavior at a time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from tests.unit.economics.case_files import example, number
from tests.unit.economics.program.plain_program import plain_of

from allay.base.errors import InvalidValue, NotFound
from allay.coverage.fees.schedule import shipped_schedule
from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.case.flow import HEALTH_SYSTEM, PROGRAM
from allay.economics.program.revenue import DAYS_IN_MONTH, lagged
from allay.economics.program.run import ProgramRun, run_program

ROUNDING = 1e-9
"""Relative: arrays and loops add the same numbers in another order."""
A_CENT = 0.01
"""Absolute: what is zero on one side."""

DRAWS, SEED = 6, 11


def grouped(run: ProgramRun, draw: int) -> dict[tuple[object, ...], np.ndarray]:
    found: dict[tuple[object, ...], np.ndarray] = defaultdict(lambda: np.zeros(run.case.program.months + 1))
    for flow in run.flows:
        found[flow.source, flow.target, flow.kind, flow.service, flow.payer] += flow.amount[draw]
    return found


def assert_same(run: ProgramRun, draw: int, *, seed: int, sampled: bool) -> None:
    loops = plain_of(run, draw, seed=seed, sampled=sampled)
    close = {"rtol": ROUNDING, "atol": ROUNDING}
    np.testing.assert_allclose(run.started[draw], loops.started, **close)
    np.testing.assert_allclose(run.waiting[draw], loops.waiting, **close)
    for place, service in enumerate(run.services):
        np.testing.assert_allclose(run.visits[draw, :, place], loops.visits[service], **close)
        np.testing.assert_allclose(run.sessions[draw, :, place], loops.sessions[service], **close)
        np.testing.assert_allclose(
            run.backlog[draw, :, place], loops.backlog[service], rtol=ROUNDING, atol=1e-7
        )
    for place, role in enumerate(run.roles):
        np.testing.assert_allclose(run.minutes[draw, :, place], loops.minutes[role], **close)
    arrays = grouped(run, draw)
    for key in set(arrays) | set(loops.money):
        expected = loops.money[key]
        np.testing.assert_allclose(arrays[key], expected, rtol=ROUNDING, atol=1e-6, err_msg=str(key))


@pytest.mark.parametrize("draw", range(DRAWS))
def test_each_draw_is_what_plain_loops_make_of_it(draw: int) -> None:
    assert_same(run_program(read_case(EXAMPLE), draws=DRAWS, seed=SEED), draw, seed=SEED, sampled=True)


def test_the_best_estimates_are_what_plain_loops_make_of_them() -> None:
    assert_same(run_program(read_case(EXAMPLE)), 0, seed=0, sampled=False)


def flows(run: ProgramRun, **wanted: object) -> np.ndarray:
    """Add up the flows of a kind: array [draw, month]."""
    found = [
        flow.amount
        for flow in run.flows
        if all(getattr(flow, name) == value for name, value in wanted.items())
    ]
    total: np.ndarray = sum(found, np.zeros((run.draws, run.case.program.months + 1)))
    return total


def test_impossible_demand_is_a_queue() -> None:
    """Many times the capacity for intake, and a role that is not there: all wait, none vanish."""
    run = run_program(
        read_case(EXAMPLE),
        given={"demand/referrals/most": 3000, "demand/leaving": 0, "staff/physician/fte": 0},
    )
    place = run.services.index("medical_visit")
    assert (np.diff(run.waiting[0, 40:]) > 0).all()
    assert run.started[0].max() == 30
    assert run.visits[0, :, place].max() == 0
    assert (np.diff(run.backlog[0, 12:, place]) > 0).all()


def test_a_role_that_lacks_minutes_cuts_all_services_that_need_it_alike() -> None:
    case = read_case(EXAMPLE)
    run = run_program(case, given={"staff/massage_therapist/fte": 0.1})
    places = [run.services.index(one) for one in ("chiropractic", "massage")]
    role = run.roles.index("massage_therapist")
    assert run.minutes[0, 60, role] == pytest.approx(run.capacity[0, 60, role])
    shares = []
    for place, attend in zip(places, (0.9, 1.0), strict=True):
        done = run.visits[0, 60, place] / attend
        shares.append(done / (done + run.backlog[0, 60, place]))
    assert shares[0] == pytest.approx(shares[1])


@pytest.mark.parametrize(
    ("days", "first", "second", "third"),
    [(0, 1.0, 0.0, 0.0), (DAYS_IN_MONTH, 0.0, 1.0, 0.0), (DAYS_IN_MONTH * 1.25, 0.0, 0.75, 0.25)],
)
def test_money_comes_days_after_the_visit(days: float, first: float, second: float, third: float) -> None:
    earned = np.zeros((4, 1))
    earned[1] = 100.0
    paid = lagged(earned, factor=np.array([1.0]), days=np.array([days]))[:, 0]
    assert paid.tolist() == pytest.approx([0, 100 * first, 100 * second, 100 * third])


def test_draws_with_their_own_days_are_paid_in_their_own_months() -> None:
    earned = np.zeros((4, 2))
    earned[1] = 100.0
    paid = lagged(earned, factor=np.array([1.0, 2.0]), days=np.array([0.0, 2 * DAYS_IN_MONTH]))
    assert paid.T.tolist() == [[0, 100, 0, 0], [0, 0, 0, 200]]


def test_what_is_not_paid_by_the_end_is_receivable() -> None:
    run = run_program(read_case(EXAMPLE), given={"payers/acme/days": 10_000})
    assert not flows(run, kind="visit", payer="acme").any()
    assert run.receivable()["acme"].item() > 100_000
    assert run_program(read_case(EXAMPLE), given={"payers/state/days": 0}).receivable()["state"].item() == (
        pytest.approx(0, abs=A_CENT)
    )


def test_a_lost_champion_takes_referrals_along() -> None:
    base = {"hazards/interventions/share": 0.0, "hazards/champion/effect": 0.5}
    never = run_program(read_case(EXAMPLE), given=base | {"hazards/champion/chance": 0.0})
    at_once = run_program(read_case(EXAMPLE), given=base | {"hazards/champion/chance": 1.0})
    whole, half = never.patients.referred[:, 0], at_once.patients.referred[:, 0]
    assert half[1] == pytest.approx(whole[1])
    assert half[2:] == pytest.approx(whole[2:] / 2)
    drawn = run_program(
        read_case(EXAMPLE),
        draws=4000,
        seed=1,
        given=base | {"hazards/champion/chance": 0.02, "demand/referrals/most": 60.0},
    )
    lost = drawn.patients.referred[61] < never.patients.referred[61] * 0.75
    assert lost.mean() == pytest.approx(1 - 0.98**60, abs=CHANCE)


CHANCE = 0.03
"""Three standard errors of a share over 4,000 draws are below this."""


def test_referrals_fall_as_interventions_do() -> None:
    given = {
        "hazards/champion/chance": 0.0,
        "hazards/interventions/share": 0.4,
        "hazards/interventions/fall": 0.5,
        "hazards/interventions/response": 1.0,
        "hazards/interventions/months": 10.0,
    }
    with_loss = run_program(read_case(EXAMPLE), given=given).patients.referred[:, 0]
    without = run_program(read_case(EXAMPLE), given=given | {"hazards/interventions/fall": 0.0})
    kept = with_loss[1:] / without.patients.referred[1:, 0]
    assert kept[4] == pytest.approx(1 - 0.4 * 0.5 * 0.5)
    assert kept[9:] == pytest.approx(1 - 0.4 * 0.5)


def test_part_time_becomes_full_time_once_a_role_is_busy_for_long_enough() -> None:
    run = run_program(read_case(EXAMPLE))
    role = run.roles.index("yoga_therapist")
    fte = run.work.fte[role][1:, 0]
    first = int(np.flatnonzero(fte > 0.3)[0])
    busy = run.minutes[0, 1:, role] / run.capacity[0, 1:, role] > 0.9
    assert set(fte) == {0.3, 1.0}
    assert busy[first - 2 : first].all()
    assert not (busy[: first - 2] & busy[1 : first - 1]).any()


def test_the_next_service_opens_after_patients_have_waited() -> None:
    run = run_program(read_case(EXAMPLE), given={"services/massage/when/above": 20})
    visits = run.visits[0, :, run.services.index("massage")]
    waited = run.waiting[0] > 20
    first = int(np.flatnonzero(visits)[0])
    assert waited[first - 3 : first].all()
    assert (
        not run_program(read_case(EXAMPLE), given={"services/massage/when/above": 1e6})
        .visits[0, :, run.services.index("massage")]
        .any()
    )


def test_pay_is_used_unused_and_for_other_duties_and_another_cost_center_carries_its_share() -> None:
    run = run_program(read_case(EXAMPLE))
    assert run.unused_cost()["physician"].min() >= 0
    paid = flows(run, kind="work", source=PROGRAM) + flows(run, kind="work", source=HEALTH_SYSTEM)
    vacant = 1 - 0.1 / 12 * 4
    physician = 0.4 * 266_667 / 12 * vacant
    others = (0.5 * 58_000 + 0.3 * 105_000 + 0.5 * 62_000) / 12
    yoga = run.work.fte[run.roles.index("yoga_therapist")][:, 0] * 70_000 / 12
    assert paid[0, 1:] == pytest.approx(physician + others + yoga[1:])
    assert flows(run, kind="work", source=HEALTH_SYSTEM)[0, 1:] == pytest.approx(physician * 0.2)
    assert flows(run, kind="recruiting").sum() == pytest.approx(120 * 0.4 * 0.1 / 12 * 60_000)
    assert flows(run, kind="fixed", source=HEALTH_SYSTEM)[0, 1:] == pytest.approx(1750)


def test_a_grant_covers_its_purposes_and_what_is_left_goes_back() -> None:
    large = run_program(read_case(EXAMPLE), given={"contracts/foundation/amount": 1e6})
    small = run_program(read_case(EXAMPLE), given={"contracts/foundation/amount": 60_000})
    assert flows(large, kind="grant")[0, 0] == 1e6
    back = flows(large, kind="grant_return")[0]
    assert np.flatnonzero(back).tolist() == [24]
    goods = flows(large, service="yoga", target="suppliers")[0, :25].sum()
    yoga = large.services.index("yoga")
    minutes = 75 * large.sessions[0, :25, yoga].sum() + 2 * large.visits[0, :25, yoga].sum()
    assert 1e6 - back[24] == pytest.approx(60_000 + goods + minutes * 70_000 / (40 * 46 * 60 * 0.8))
    assert flows(small, kind="grant_return").sum() == pytest.approx(0, abs=A_CENT)


def test_two_grants_do_not_pay_for_the_same_dollar() -> None:
    def change(tree: dict[str, Any]) -> None:
        first = tree["contracts"][2] | {"paid": "as_spent", "purposes": ["fit_out", "yoga"]}
        second = first | {"id": "second", "purposes": ["yoga_therapist", "fit_out"]}
        tree["contracts"][2:] = [first, second]

    large = {f"contracts/{one}/amount": 1e6 for one in ("foundation", "second")}
    run = run_program(example(change), given=large)
    goods = flows(run, service="yoga", target="suppliers")[0, :25].sum()
    pay = run.work.fte[run.roles.index("yoga_therapist")][1:25, 0].sum() * 70_000 / 12
    assert flows(run, kind="grant").sum() == pytest.approx(60_000 + goods + pay)


def test_a_bundle_is_owed_at_the_start_and_partly_goes_back_for_who_leaves() -> None:
    run = run_program(read_case(EXAMPLE), given={"payers/state/days": 0})
    started = run.started[0]
    assert flows(run, kind="bundle")[0] == pytest.approx(started * 0.35 * 1100)
    assert flows(run, kind="share", payer="state")[0] == pytest.approx(started * 0.35 * 8)
    left = started[9] * 0.15 * 0.6 + started[8] * 0.85 * 0.08 * 0.25 + started[7] * 0.85 * 0.92 * 0.08 * 0.25
    assert flows(run, kind="adjustment")[0, 10] == pytest.approx(left * 0.35 * 1100)


def test_nothing_of_a_bundle_goes_back_before_it_was_paid() -> None:
    """Who leaves costs a part of the price: not earlier than the price came, and never more in sum."""
    given = {"payers/state/days": 5 * DAYS_IN_MONTH}
    late, at_once = (
        run_program(read_case(EXAMPLE), given=each) for each in (given, {"payers/state/days": 0})
    )
    back, soon = (flows(run, kind="adjustment")[0] for run in (late, at_once))
    assert back[6:] == pytest.approx(soon[1:-5])
    assert not back[:6].any()
    paid = flows(late, kind="bundle")[0]
    assert (paid.cumsum() >= back.cumsum() - A_CENT).all()
    everything = flows(at_once, kind="bundle").sum() - soon.sum()
    assert paid.sum() - back.sum() + late.receivable()["state"].item() == pytest.approx(everything)


def test_a_part_of_a_bundle_hangs_on_quality() -> None:
    def hold(tree: dict[str, Any]) -> None:
        tree["contracts"][0]["quality"] = {
            "withheld": number(0.1, "probability"),
            "bonus": number(0.05, "ratio"),
            "met": number(0.6, "probability"),
        }

    def paid(case: Any) -> float:
        return float(sum(flow.amount.sum() for flow in run_program(case).flows if flow.kind == "bundle"))

    # 90% in any case, and 60% of the 10% withheld and the 5% on top.
    assert paid(example(hold)) == pytest.approx(0.99 * paid(read_case(EXAMPLE)))


def test_contributions_are_of_visits_that_took_place() -> None:
    run = run_program(read_case(EXAMPLE), given={"services/massage/when/above": 1e6})
    medical, _, _, massage = run.contributions()
    assert np.isnan(massage.by_visit).all()
    brought = 0.45 * 0.9 * 125 + 0.2 * 90
    minutes = 30 * 266_667 / (40 * 46 * 60 * 0.8) + 15 * 58_000 / (40 * 48 * 60 * 0.8)
    assert medical.by_visit.item() == pytest.approx(brought - minutes - 4)
    assert medical.margin.item() == pytest.approx(medical.by_visit.item() * medical.visits.item())


def test_work_relative_value_units_come_from_the_fee_schedule_where_it_knows_the_code() -> None:
    run = run_program(read_case(EXAMPLE))
    units, unknown = run.work_rvus(shipped_schedule(), day=dt.date(2024, 7, 15))
    row = shipped_schedule().relative_values("99214", day=dt.date(2024, 7, 15))[1]
    assert row.work is not None
    medical = run.services.index("medical_visit")
    assert units["medical_visit"][0] == pytest.approx(run.visits[0, :, medical] * float(row.work))
    assert unknown["yoga"] == "no code"


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"demand/noshow": 0.1}, NotFound, "did you mean 'demand/no_show'"),
        ({"demand/no_show": 1.1}, InvalidValue, "within 0 and 1 probability"),
        ({"demand/no_show": float("nan")}, InvalidValue, "within 0 and 1 probability"),
        ({"demand/no_show": [0.1, 0.2]}, InvalidValue, "one value of demand/no_show, or 3"),
        ({f"payers/{one}/mix": 0.0 for one in ("acme", "state", "self")}, InvalidValue, "above 0 in sum"),
    ],
)
def test_given_values_that_cannot_be_are_refused(
    given: dict[str, object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        run_program(read_case(EXAMPLE), draws=3, seed=1, given=given)  # type: ignore[arg-type]


def test_no_draw_at_all_is_refused() -> None:
    with pytest.raises(InvalidValue, match="one draw or more"):
        run_program(read_case(EXAMPLE), draws=0)


def test_drawn_shares_of_payers_add_up_to_one() -> None:
    run = run_program(read_case(EXAMPLE), draws=50, seed=2)
    total = sum(run.drawn.of(f"payers/{one}/mix") for one in ("acme", "state", "self"))
    np.testing.assert_allclose(total, 1.0)


def test_correlated_quantities_are_drawn_together() -> None:
    run = run_program(read_case(EXAMPLE), draws=2000, seed=2)
    found = np.corrcoef(run.drawn.of("demand/no_show"), run.drawn.of("services/yoga/no_show"))[0, 1]
    assert 0.4 < found < 0.6


def test_flows_cannot_be_changed_afterwards() -> None:
    flow = run_program(read_case(EXAMPLE)).flows[0]
    with pytest.raises(ValueError, match="read-only"):
        flow.amount[0, 0] = 1.0
