"""All that a case says its program changes elsewhere, beside plain sums."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.unit.economics.case_files import example, number, read, tiny

from allay.base.errors import InvalidInput
from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.effects.evaluated import EvaluatedEffects
from allay.economics.effects.of_case import RETENTION, effects_of
from allay.economics.program.run import run_program

SAME = 1e-9


def amounts(case: Any, kind: str) -> float:
    return float(sum(flow.amount.sum() for flow in effects_of(run_program(case)).flows if flow.kind == kind))


def small(**effects: Any) -> Any:
    """Ten patients in month 1, who stay a month; 60 months."""
    payer = {"id": "acme", "kind": "commercial", "mix": number(1, "probability")}
    return read(tiny(referrals=[(1, 10), (2, 0)], payers=[payer], effects=effects))


def test_health_is_utility_over_time_less_the_haircut() -> None:
    knots = [{"month": 0, "gain": number(0.12, "utility")}]
    wtp = [number(50_000, "usd/qaly")]
    health = {"knots": knots, "ends": 3, "haircut": number(0.25, "probability"), "willingness_to_pay": wtp}
    qalys = effects_of(run_program(small(health=health))).qalys
    # Falls straight from 0.12 to nothing in month 3: 0.12, 0.08, 0.04 of a year's twelfth, for ten patients.
    assert qalys is not None
    assert qalys[0, 1:5] == pytest.approx(np.array([0.12, 0.08, 0.04, 0]) * 10 / 12 * 0.75, abs=SAME)


def test_health_may_be_lost() -> None:
    knots = [{"month": 0, "gain": number(-0.1, "utility")}]
    wtp = [number(50_000, "usd/qaly")]
    health = {"knots": knots, "ends": 2, "haircut": number(0, "probability"), "willingness_to_pay": wtp}
    qalys = effects_of(run_program(small(health=health))).qalys
    assert qalys is not None
    assert qalys.sum() < 0


def test_work_is_of_those_who_have_it_and_presenteeism_waits_to_be_asked_for() -> None:
    work = {
        "employed": number(0.5, "probability"),
        "knots": [{"month": 0, "days": number(2, "days/month")}],
        "ends": 1,
        "haircut": number(0.1, "probability"),
        "pay": number(200, "usd/day"),
        "presenteeism": [{"month": 0, "days": number(3, "days/month")}],
    }
    assert amounts(small(work=work), "absence") == pytest.approx(10 * 0.5 * 2 * 0.9 * 200)
    assert amounts(small(work=work), "presenteeism") == 0
    assert amounts(small(work=work | {"count_presenteeism": True}), "presenteeism") == pytest.approx(
        10 * 0.5 * 3 * 0.9 * 200
    )


def test_at_home_there_is_no_way_to_go() -> None:
    visits = {
        "hours": number(2, "hours"),
        "wage": number(30, "usd/hour"),
        "travel": number(8, "usd/visit"),
    }
    assert amounts(small(visits=visits), "patient_time") == pytest.approx(10 * 2 * 30)
    assert amounts(small(visits=visits), "travel") == pytest.approx(80)
    home = visits | {"at_home": ["medical_visit"], "hours_at_home": number(0.5, "hours")}
    assert amounts(small(visits=home), "patient_time") == pytest.approx(10 * 0.5 * 30)
    assert amounts(small(visits=home), "travel") == 0


def test_referrers_who_stay_save_their_replacement() -> None:
    referrers = {
        "clinicians": number(12, "count"),
        "fall": number(0.01, "probability"),
        "replacement": number(250_000, "usd"),
    }
    assert amounts(small(referrers=referrers), RETENTION) == pytest.approx(12 * 0.01 * 250_000 * 5)


def test_a_patient_saves_a_share_of_what_is_avoided() -> None:
    def share(tree: dict[str, Any]) -> None:
        for event in tree["effects"]["events"]:
            event["patient_share"] = number(0.2, "probability")

    def avoided(case: Any) -> dict[str, float]:
        found: dict[str, float] = {}
        for flow in effects_of(run_program(case)).flows:
            if flow.kind == "avoided":
                found[flow.target] = found.get(flow.target, 0.0) + float(flow.amount.sum())
        return found

    whole, shared = avoided(read_case(EXAMPLE)), avoided(example(share))
    assert "patient" not in whole
    assert shared["patient"] == pytest.approx(0.2 * sum(whole.values()))
    assert sum(shared.values()) == pytest.approx(sum(whole.values()))
    assert shared["payer:acme"] == pytest.approx(0.8 * whole["payer:acme"])


def test_draws_of_an_evaluation_are_taken_as_they_are() -> None:
    run = run_program(read_case(EXAMPLE), draws=2, seed=1)
    ratios = np.array([[1.0], [0.5]])
    found = effects_of(run, evaluated=EvaluatedEffects({"injection": (3.0,)}, {"injection": ratios}))
    assert found.avoided["injection"][0].sum() == 0
    assert found.avoided["injection"][1].sum() > 0
    best = effects_of(
        run_program(read_case(EXAMPLE)),
        evaluated=EvaluatedEffects({"injection": (3.0,)}, {"injection": ratios}),
    )
    assert 0 < best.avoided["injection"].sum() < found.avoided["injection"][1].sum() * 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda tree: tree["effects"]["events"][0].pop("knots"), "knots of relative risk, or an evaluation"),
        (lambda tree: tree["effects"]["events"][1].update(event="emergency_visit"), "each event once"),
        (
            lambda tree: tree["effects"].update(evaluation={"file": "x", "source": "none"}),
            "one of the sources",
        ),
        (lambda tree: tree["effects"]["work"].update(ends=6), "an end of the effect after month 6"),
        (
            lambda tree: tree["effects"]["work"].update(count_presenteeism=True),
            "days of presenteeism to count",
        ),
        (lambda tree: tree["effects"]["visits"].update(at_home=["yoga"]), "services at home and their hours"),
        (
            lambda tree: tree["payers"][0].update(federal_share=number(0.5, "probability")),
            "of Medicaid alone",
        ),
        (lambda tree: tree["payers"][0].update(members=number(0, "members")), "members above 0"),
        (lambda tree: tree["scenarios"][1].update(id="slow_start"), "an id of its own"),
        (
            lambda tree: tree["scenarios"][0]["given"].update({"demand/no_show": 2}),
            "within 0 and 1 probability",
        ),
        (lambda tree: tree["non_financial"][1].update(name="satisfaction"), "a name of its own"),
        (lambda tree: tree["non_financial"][1].update(source="none"), "one of the sources"),
    ],
)
def test_what_cannot_be_is_refused(change: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        example(change)
