# ruff: noqa: E501 - one line per case reads best
"""Model files: what they say is what is computed, and every typing error is named with its line."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidInput
from allay.economics.models import run
from allay.economics.models.cohort import run_cohort
from allay.economics.models.cohortfile import build_cohort
from allay.economics.models.run import draw_model
from allay.economics.models.summary import run_model

TREE = "type: tree"


def strategies(model, **settings):
    result, _ = run_model(model, **settings)
    return result, {each.strategy: each for each in result.strategies}


def test_a_small_cohort_by_hand(small):
    """Half-cycle counts of half a year each: well 1, .8, .64, ...; ill in between."""
    _, found = strategies(small())
    well, ill = 1.0, 0.0
    counts = [(well, ill)]
    for _ in range(4):
        well, ill = 0.8 * well, 0.9 * ill + 0.2 * well
        counts.append((well, ill))
    halves = np.array([0.5, 1, 1, 1, 0.5])
    assert found["usual"].cost == pytest.approx(1000 * 0.5 * (halves @ [ill for _, ill in counts]))
    assert found["usual"].effect == pytest.approx(0.5 * (halves @ [well + ill for well, ill in counts]))
    assert found["program"].comparison == "dominates"
    assert found["program"].icer is None


def test_a_cost_per_cycle_is_not_scaled(small):
    _, year = strategies(small())
    _, cycle = strategies(
        small(
            ("cost: {unit: USD, per: year", "cost: {unit: USD, per: cycle"), ("unit: USD/year", "unit: USD")
        )
    )
    assert cycle["usual"].cost == pytest.approx(2 * year["usual"].cost)


def test_once_and_moves_are_counted_once(small):
    once = (
        "cost: {unit: USD, per: year,",
        "cost: {unit: USD, per: year, once: 50, moves: {well: {ill: 7}},",
    )
    _, plain = strategies(small())
    _, more = strategies(small(once))
    fallen = 1 - 0.8**4
    assert more["usual"].cost - plain["usual"].cost == pytest.approx(50 + 7 * fallen)


def test_steps_by_cycle_and_time_in_state(small):
    steps = ("ratio: {value: 1, unit: ratio}", "ratio: {steps: [{from: 1, value: 1}, {from: 3, value: 0}]}")
    model = small(steps, ("  program: {set: {ratio: 0.5}}", "  program: {}"))
    trace = run_cohort(build_cohort(model.document, model.file.sheet.best()), trace=True).trace
    assert trace[0, 0, :, 0] == pytest.approx([1, 0.8, 0.64, 0.64, 0.64])
    timed = small(
        ("counting: half", "counting: half\ntime_in_state: 3"),
        ("dead: die}", 'dead: "die * max(0, 2 - time_in_state) / 2"}'),
    )
    trace = run_cohort(build_cohort(timed.document, timed.file.sheet.best()), trace=True).trace
    ill = [0.0, 0.2]
    dead = [0.0, 0.0, 0.2 * 0.1, 0.2 * 0.1 + 0.16 * 0.1 + 0.2 * 0.9 * 0.05]
    assert trace[0, 0, :2, 1].tolist() == pytest.approx(ill)
    assert trace[0, 0, :4, 2].tolist() == pytest.approx(dead)


def test_the_status_is_that_of_the_weakest_number(small):
    assert strategies(small())[0].status == "synthetic"
    assert strategies(small(("status: synthetic", "status: verified")))[0].status == "verified"
    remembered = small(
        ("status: synthetic", "status: verified"), ("{value: 0.1,", "{value: 0.1, status: memory,")
    )
    result, _ = strategies(remembered)
    assert result.status == "memory"
    assert [(each.name, each.status) for each in result.unconfirmed] == [("die", "memory")]


def test_odd_cycles_with_simpson_are_noted(published):
    result, _ = strategies(published("sick-sicker"))
    assert len(result.notes) == 2
    assert "75 cycles are an odd number" in result.notes[1]


def test_draws_are_run_in_parts_with_the_same_result(small, monkeypatch):
    whole = draw_model(small(), draws=50, seed=2)
    monkeypatch.setattr(run, "NUMBERS_AT_ONCE", 500)
    parts = draw_model(small(), draws=50, seed=2)
    assert {name: values.tobytes() for name, values in whole.outcomes.items()} == {
        name: values.tobytes() for name, values in parts.outcomes.items()
    }
    assert set(whole.parameters) == {"fall", "c_ill"}


def test_nothing_unsure_gives_the_same_in_every_draw(published):
    _, found = strategies(published("sick-sicker"), draws=20)
    assert found["AB"].uncertainty.cost.sd == 0
    assert found["AB"].uncertainty.cost.mean == pytest.approx(found["AB"].cost, rel=1e-14)


def test_one_number_can_be_drawn_alone(published):
    """A draw of the lognormal ratio moves the program and not usual care."""
    value = (
        "ratio: {value: 1.5, unit: ratio, source: ours, distribution: {kind: lognormal, low: 1.1, high: 2.1}}"
    )
    only = published("back-pain")
    fixed = published("back-pain", (value, "ratio: {value: 1.5, unit: ratio, source: ours}"))
    one, other = (draw_model(model, draws=10, seed=1).outcomes["cost"] for model in (only, fixed))
    assert np.array_equal(one[:, 0], other[:, 0])
    assert not np.isclose(one[:, 1], other[:, 1]).any()


def refused(read, *changes):
    with pytest.raises(InvalidInput) as error:
        run_model(read(*changes))
    return [
        f"{problem.at} {problem.field}: {problem.expected}, {problem.found}"
        for problem in error.value.problems
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("type: cohort", "type: cohrt", "1 /type: one of 'cohort' or 'tree', 'cohrt'"),
        ("ill: fall * ratio", "ill: fal * ratio", "21 /transitions/well/ill: the name of a parameter (did you mean 'fall'?), fal"),
        ("ill: fall * ratio", "il: fall * ratio", "21 /transitions/well/il: one of the states (did you mean 'ill'?), il"),
        ("ill: fall * ratio", "ill: fall *", "21 /transitions/well/ill: an expression, 'fall *'"),
        ("ill: fall * ratio", "ill: fall.real", "21 /transitions/well/ill: names, numbers, + - * / ** and brackets, fall.real"),
        ("ill: fall * ratio", "ill: rest", "21 /transitions/well: rest once at most, it more often"),
        ("  dead: {dead: 1}\n", "", "20 /transitions: a row for every state, dead too, none for it"),
        ("ill: fall * ratio", "ill: c_ill", "21 /transitions/well/ill: something in 1, c_ill in USD/year"),
        ("ill: c_ill,", "ill: c_ill + fall,", "25 /outcomes/cost/states/ill: the same unit on both sides of c_ill + fall, USD/year and 1"),
        ("{value: 0.1, unit", "{value: 1.1, unit", "14 /parameters/die/value: a probability between 0 and 1, 1.1"),
        ("source: us\n", "", "12 /parameters/fall: a source, or a status, neither, and none for the whole file"),
        ("source: us\n", "source: use\n", "5 /source: one of the sources us (did you mean 'us'?), use"),
        ("kind: beta", "kind: bta", "13 /parameters/fall/distribution: one of fixed, beta, gamma, lognormal, normal, truncated_normal, uniform, triangular, pert (did you mean 'beta'?), 'bta'"),
        ("se: 0.05", "se: 0.5", "13 /parameters/fall/distribution: a standard error of a beta above 0 and below 0.4, 0.5"),
        ("set: {ratio", "set: {rato", "19 /strategies/program/set/rato: the name of a parameter (did you mean 'ratio'?), rato"),
        ("comparator: usual", "comparator: usul", "6 /comparator: one of the strategies (did you mean 'usual'?), usul"),
        ("  effect: {unit: life-year", "  efect: {unit: life-year", "24 /outcomes: the outcomes cost and effect, no effect"),
        ("unit: USD, per", "unit: US$, per", "25 /outcomes/cost/unit: a unit such as USD, USD/year, 1/year, utility, probability or ratio, 'US$'"),
        ("discount: {rate: 0}, states: {well: 0", "discount: {rate: 3}, states: {well: 0", "25 /outcomes/cost/discount/rate: a discount rate of 0 or more and below 1, 3"),
        ("{well: 0, ill: c_ill, dead: 0}", "{well: 0, ill: c_ill}", "25 /outcomes/cost/states: a value for every state, dead too, none for it"),
        ("cycle_length: 0.5", "cycle_length: 6/0", "8 /cycle_length: a length of a cycle in years, above 0, 6/0"),
        ("states: [well, ill, dead]", "states: [well, ill, dead, ill]", "10 /states: each state once, well, ill, dead, ill"),
        ("start: {well: 1}", "start: {well: 0.9}", "11 /start: start that adds up to 1, 0.9 in strategy usual (and 1 more)"),
        ("start: {well: 1}", "start: {well: 1 / cycle, ill: rest}", "11 /start: a start that does not depend on the cycle, one for every cycle"),
        ("ratio: {value: 1, unit: ratio}", "ratio: {expression: ratio + 1}", "16 /parameters/ratio: parameters that are not made of themselves, ratio -> ratio"),
        ("ratio: {value: 1, unit: ratio}", "ratio: {value: 1, expression: die}", "16 /parameters/ratio: one of value, expression, steps, counts, multinormal, or a distribution, value and expression"),
        ("ratio: {value: 1, unit: ratio}", "ratio: {steps: [{from: 2, value: 1}]}", "16 /parameters/ratio/steps: steps from 1 on, each later than the one before, [2]"),
        ("ratio: {value: 1, unit: ratio}", "cycle: {value: 1}\n  ratio: {value: 1}", "16 /parameters/cycle: a name that a model does not bring along, cycle"),
        ("ratio: 0.5", "ratio: 6", "21 /transitions/well: transitions between 0 and 1, -0.2 in strategy program, every cycle, from well to well (and 1 more)"),
        ("ill: fall * ratio", "ill: fall * ratio, dead: 0.9", "21 /transitions/well: transitions between 0 and 1, -0.1 in strategy usual, every cycle, from well to well"),
        ("{ill: rest, dead: die}", "{ill: 0.8, dead: die}", "22 /transitions/ill: transitions that add up to 1, 0.9 in strategy usual, every cycle, from ill (and 1 more)"),
        ("ill: c_ill,", "ill: c_ill / (die - 0.1),", "25 /outcomes/cost/states/ill: c_ill / (die - 0.1) to be a number, what is none"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_cohort_is_named(small, old, new, said):
    assert said in refused(small, (old, new))


def test_a_draw_of_a_tree_is_named_by_its_number_among_all(published, monkeypatch):
    """Draws run in parts; the number in the message does not hang on where a part begins."""
    value = "relief_sumatriptan: {value: 0.558, unit: probability}"
    wide = "relief_sumatriptan: {value: 0.558, unit: ratio, distribution: {kind: normal, se: 0.17}}"
    said = []
    for numbers in (run.NUMBERS_AT_ONCE, 2000):
        monkeypatch.setattr(run, "NUMBERS_AT_ONCE", numbers)
        with pytest.raises(InvalidInput, match=r"/nodes/relief/branches: .* in draw \d+") as error:
            draw_model(published("sumatriptan", (value, wide)), draws=500, seed=4)
        said.append(str(error.value))
    assert said[0] == said[1]
    assert int(said[0].split("in draw ")[1].split()[0].rstrip(",.")) > 60  # a part has fewer draws than that


def test_a_draw_that_cannot_be_is_named(small):
    wide = small(("distribution: {kind: beta, se: 0.05}", "distribution: {kind: normal, se: 0.2}"))
    with pytest.raises(InvalidInput, match=r"small.yaml:21: /transitions/well: .* in draw \d+, strategy"):
        draw_model(wide, draws=100, seed=1)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("to: emergency}", "to: emergencie}", "46 /nodes/relief/branches/no-relief/to: one of the nodes (did you mean 'emergency'?), emergencie"),
        ("to: emergency}", "to: relief}", "32 /nodes: branches that do not lead back, relief -> relief"),
        ("probability: p_relief,", "probability: p_reliev,", "45 /nodes/relief/branches/relief/probability: the name of a parameter (did you mean 'p_relief'?), p_reliev"),
        ("probability: p_relief,", "probability: c_caffeine,", "45 /nodes/relief/branches/relief/probability: something in 1, c_caffeine in CAD"),
        ("probability: p_relief,", "probability: 2 * p_relief,", "44 /nodes/relief/branches: a probability between 0 and 1, 1.116 of relief at relief"),
        ("effect: u_relief * attack", "effect: u_relief", "62 /nodes/well/effect: something in qaly, u_relief in qaly/year"),
        ("comparator: caffeine", "comparator: cafeine", "10 /comparator: one of the strategies sumatriptan, caffeine (did you mean 'caffeine'?), cafeine"),
        ("root: treatment", "root: treatmnt", "31 /root: one of the nodes (did you mean 'treatment'?), treatmnt"),
        ("root: treatment", "root: relief", "33 /nodes/treatment: a node that something leads to, nothing leading there"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_tree_is_named(published, old, new, said):
    assert said in refused(lambda *changes: published("sumatriptan", *changes), (old, new))
