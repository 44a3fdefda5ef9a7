"""Structural scenarios: the numbers of each model alone, in the same draws, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from tests.spec.test_economics_counting_spec import counted

from allay.base.errors import InvalidInput, InvalidValue
from allay.economics.models.differences import differences
from allay.economics.models.run import draw_model
from allay.economics.models.structural import compare_structures
from allay.economics.models.summary import run_model

WTP = [0, 50_000, 80_000, 100_000, 150_000]


def compared(model, others, *, draws=0, seed=1, wtp=WTP):
    return compare_structures(
        model, run_model(model, draws=draws, seed=seed), others, wtp=wtp, featured=wtp[0]
    )


def test_sick_sicker_counted_in_other_ways(published):
    """The published model with the ways of counting of tests/spec/test_economics_counting_spec.py."""
    others = {
        name: published("sick-sicker", ("counting: darth", f"counting: {name}"))
        for name in ("simpson", "half")
    }
    found = compared(published("sick-sicker"), others)
    assert [each.name for each in found.models] == ["this model", "simpson", "half"]
    printed = {"this model": "darth", "simpson": "simpson", "half": "half"}
    rows = {
        "this model": ("151,579.87", "20.71133", "72,987.64"),
        "simpson": ("152,091.97", "21.02075", "73,348.27"),
        "half": ("152,262.29", "21.03815", "73,133.59"),
    }
    for model in found.models:
        alone = counted(printed[model.name])
        assert {each.strategy: each for each in model.strategies} == alone
        standard, _, b, _ = model.strategies
        assert (f"{standard.cost:,.2f}", f"{standard.effect:.5f}", f"{b.icer:,.2f}") == rows[model.name]
        for choice in model.choices:
            benefit = {name: choice.wtp * each.effect - each.cost for name, each in alone.items()}
            assert choice.best == max(benefit, key=benefit.get)
            for each in choice.strategies:
                expected = benefit[each.strategy] - benefit["standard"]
                assert each.net_benefit == pytest.approx(expected, rel=1e-9)
                assert (each.low, each.high, each.best_probability) == (None, None, None)
    assert found.models[1].differs == ("counting: simpson instead of darth",)
    assert not any(choice.changes for model in found.models for choice in model.choices)
    assert found.models[1].notes[-1].endswith("simpson leaves out a third of a cycle")


@pytest.mark.parametrize("seed", [0, 4])
def test_scenarios_are_run_in_the_same_draws(published, seed):
    model, longer = published("back-pain"), published("back-pain", ("cycles: 9", "cycles: 18"))
    found = compared(model, {"longer": longer}, draws=300, seed=seed)
    for each, of in zip(found.models, (model, longer), strict=True):
        drawn = draw_model(of, draws=300, seed=seed)
        more = [drawn.outcomes[key][:, 1] - drawn.outcomes[key][:, 0] for key in ("cost", "effect")]
        benefit = 50_000 * more[1] - more[0]
        program = each.choices[1].strategies[1]
        assert program.net_benefit == pytest.approx(benefit.mean())
        assert (program.low, program.high) == pytest.approx(tuple(np.quantile(benefit, [0.025, 0.975])))
        assert program.best_probability == pytest.approx((benefit > 0).mean())
        assert each.strategies[1].uncertainty.incremental_cost.mean == pytest.approx(more[0].mean())
    assert [choice.changes for choice in found.models[1].choices] == [True, False, False, False, False]


def test_a_scenario_like_the_model_changes_nothing(published):
    found = compared(published("back-pain"), {"again": published("back-pain")}, draws=50)
    itself, again = found.models
    assert (again.strategies, again.choices, again.differs) == (itself.strategies, itself.choices, ())


def test_strategies_in_another_order(small):
    usual, program = "  usual: {title: Usual care}\n", "  program: {set: {ratio: 0.5}}\n"
    found = compared(small(), {"turned": small((usual + program, program + usual))}, draws=20)
    assert found.models[0].strategies == found.models[1].strategies
    assert found.models[0].choices == found.models[1].choices


def test_draws_that_are_alike_have_no_interval(published):
    half = published("sick-sicker", ("counting: darth", "counting: half"))
    found = compared(published("sick-sicker"), {"half": half}, draws=20)
    assert found.models[0].choices[1].strategies[1].low is None


def test_other_strategies_are_refused_with_their_file(published):
    with pytest.raises(InvalidInput) as refused:
        compared(published("hiv"), {"a": published("hip"), "b": published("sumatriptan")})
    said = [str(problem) for problem in refused.value.problems]
    assert len(said) == 5
    expected = "expected the strategies mono, combination, as in the model that it is held against, found"
    assert said[0].startswith("hip.yaml:45: /strategies: expected")
    assert f"{expected} standard, np1" in said[0]
    assert said[2].startswith("sumatriptan.yaml:32: /nodes: expected")
    assert f"{expected} sumatriptan, caffeine" in said[2]
    assert "/units/cost: expected GBP" in said[3]


def test_another_comparator_or_unit_is_refused(published, small):
    with pytest.raises(InvalidInput, match=r"expected the comparator standard, .* found B"):
        compared(
            published("sick-sicker"),
            {"b": published("sick-sicker", ("comparator: standard", "comparator: B"))},
        )
    with pytest.raises(InvalidInput, match=r"/outcomes/effect/unit: expected life-year, .* found qaly"):
        compared(small(), {"u": small(("unit: life-year", "unit: qaly"))})


def test_a_scenario_has_a_name_of_its_own(small):
    with pytest.raises(InvalidValue, match="another name than 'this model'"):
        compared(small(), {"this model": small()})


def test_differences_in_words(small, published):
    other = small(
        ("cycle_length: 0.5", "cycle_length: 0.25"),
        ("title: Three states", "title: Three others"),
        ("c_ill: {value: 1000", "c_ill: {value: 800"),
        (
            "  ratio: {value: 1, unit: ratio}",
            "  ratio: {value: 1, unit: ratio, note: as it was}\n  more: {value: 2}",
        ),
        ("dead: die}", "dead: 2 * die}"),
        (
            "discount: {rate: 0}, states: {well: 1, ill: 1",
            "discount: {rate: 0.03}, states: {well: 1, ill: 0.5",
        ),
    )
    assert differences(other, small()) == (
        "cycle length: 0.25 years instead of 0.5 years",
        "discount of effect: 0.03, annual, at count instead of none",
        "parameters: c_ill (800 instead of 1000), more (added)",
        "transitions: ill (dead)",
        "outcomes: effect (states)",
    )
    assert differences(small(), small()) == ()
    tree = differences(published("stent"), small())
    assert tree[0] == "type: tree instead of cohort"
    assert len(tree) == 2
