"""One-way analysis: held against plain loops over files that were changed by hand."""

from __future__ import annotations

import pytest
from scipy import stats

from allay.base.errors import InvalidInput
from allay.economics.models.oneway import one_way
from allay.economics.models.run import NUMBERS_AT_ONCE
from allay.economics.models.runnable import RunnableCohort
from allay.economics.models.summary import run_model

WTP = 8000
# Sums in another order, and one product of many matrices for another.
CLOSE = 1e-9
COUNTS = {
    "A": {"A": 1251, "B": 350, "C": 116, "D": 17},
    "B": {"B": 731, "C": 512, "D": 15},
    "C": {"C": 1312, "D": 437},
}
COST = "cost_A: {value: 2756, unit: GBP/year}"
RISK = "relative_risk: {value: 0.509, unit: ratio}"
UNSURE = (
    (COST, "cost_A: {value: 2756, unit: GBP/year, distribution: {kind: gamma, se: 300}}"),
    (RISK, "relative_risk: {value: 0.509, unit: ratio, distribution: {kind: beta, se: 0.07}}"),
)


def row_of(counts):
    return f"{{counts: {{{', '.join(f'{to}: {count}' for to, count in counts.items())}}}}}"


def with_shares(state, shares):
    """The change that writes a row of shares in place of its counts."""
    written = "\n".join(f"  from_{state}_{to}: {{value: {share:.12g}}}" for to, share in shares.items())
    return f"  from_{state}: {row_of(COUNTS[state])}", written


def beside(model):
    result, _ = run_model(model)
    (found,) = [each for each in result.strategies if each.strategy != result.comparator]
    return found.incremental_cost, found.incremental_effect


def test_hiv_against_a_plain_loop_over_changed_files(published):
    changed = {}
    for side, tail in (("low", 0.025), ("high", 0.975)):
        for state, counts in COUNTS.items():
            total = sum(counts.values())
            for to, count in counts.items():
                share = float(stats.beta(count, total - count).ppf(tail))
                left = {key: (1 - share) * value / (total - count) for key, value in counts.items()}
                changed[f"from_{state}_{to}", side] = with_shares(state, left | {to: share})
        cost = float(stats.gamma((2756 / 300) ** 2, scale=300**2 / 2756).ppf(tail))
        changed["cost_A", side] = (COST, f"cost_A: {{value: {cost:.12g}, unit: GBP/year}}")
        size = 0.509 * 0.491 / 0.07**2 - 1
        risk = float(stats.beta(0.509 * size, 0.491 * size).ppf(tail))
        changed["relative_risk", side] = (RISK, f"relative_risk: {{value: {risk:.12g}, unit: ratio}}")
    found = one_way(published("hiv", *UNSURE), wtp=WTP)
    (strategy,) = found.strategies
    cost, effect = beside(published("hiv"))
    assert strategy.net_benefit == pytest.approx(WTP * effect - cost, rel=CLOSE)
    assert len(strategy.parameters) == 10
    for each in strategy.parameters:
        ends = []
        for side in ("low", "high"):
            cost, effect = beside(published("hiv", changed[each.parameter, side]))
            end = getattr(each, side)
            assert end.incremental_cost == pytest.approx(cost, rel=CLOSE)
            assert end.incremental_effect == pytest.approx(effect, rel=CLOSE)
            assert end.icer == pytest.approx(cost / effect, rel=CLOSE)
            assert end.net_benefit == pytest.approx(WTP * effect - cost, rel=CLOSE)
            ends.append(WTP * effect - cost)
        three = [*ends, strategy.net_benefit]
        assert each.swing == pytest.approx(max(three) - min(three), rel=1e-6)
    assert [each.swing for each in strategy.parameters] == sorted(
        (each.swing for each in strategy.parameters), reverse=True
    )
    assert [each.parameter for each in found.not_varied] == ["from_C_D"]
    assert strategy.parameters[0].parameter == "relative_risk"


def test_the_published_ends_of_sumatriptan_are_one_way_outcomes(published):
    """The paper varied the difference in relief from 0.091 to 0.268: CAD 58,498 and 19,632 per QALY."""
    wide = (0.268 - 0.091) / 0.95  # a uniform distribution whose 95% interval has these ends
    low = 0.091 - 0.025 * wide
    model = published(
        "sumatriptan",
        (
            "relief_sumatriptan: {value: 0.558, unit: probability}",
            "more: {value: 0.179, unit: probability, "
            f"distribution: {{kind: uniform, low: {low:.12g}, high: {low + wide:.12g}}}}}\n"
            "  relief_sumatriptan: {expression: relief_caffeine + more, unit: probability}",
        ),
    )
    found = one_way(model, wtp=30_000)
    (more,) = found.strategies[0].parameters
    assert (round(more.low.value, 3), round(more.high.value, 3)) == (0.091, 0.268)
    assert (round(more.low.icer), round(more.high.icer)) == (58_498, 19_632)
    assert more.changes_sign
    assert not one_way(model, wtp=80_000).strategies[0].parameters[0].changes_sign
    (base,) = [each for each in run_model(model)[0].strategies if each.strategy == "sumatriptan"]
    assert round(base.icer) == 29_383


def test_all_runs_are_one_call(published, monkeypatch):
    calls = []
    ran = RunnableCohort.outcomes

    def counted(self, sampled, *, first_draw=1):
        calls.append(max(len(values) for values in sampled.values()))
        return ran(self, sampled, first_draw=first_draw)

    monkeypatch.setattr(RunnableCohort, "outcomes", counted)
    model = published("back-pain")
    one_way(model, wtp=WTP)
    assert calls == [1 + 2 * 14]
    assert 29 * model.numbers_of_a_draw < NUMBERS_AT_ONCE


def test_a_parameter_that_does_nothing_moves_nothing(small):
    model = small(("die: {value", "idle: {value: 5, distribution: {kind: normal, se: 1}}\n  die: {value"))
    found = one_way(model, wtp=1000).strategies[0]
    assert [each.parameter for each in found.parameters][-1] == "idle"
    assert (found.parameters[-1].swing, found.parameters[-1].changes_sign) == (0.0, False)
    assert found.parameters[-1].low.net_benefit == found.net_benefit


def test_an_end_at_which_the_model_cannot_be_is_named(small):
    model = small(
        ("fall: {value: 0.2, unit: probability, distribution: {kind: beta, se: 0.05}}", "fall: {value: 0.2}"),
        (
            "die: {value: 0.1, unit: probability}",
            "die: {value: 0.1, distribution: {kind: uniform, low: -0.3, high: 0.5}}",
        ),
    )
    found = one_way(model, wtp=1000)
    assert [each.parameter for each in found.strategies[0].parameters] == ["c_ill"]
    (left_out,) = found.not_varied
    assert left_out.parameter == "die"
    assert (
        "the model cannot be at its low end, -0.28: expected transitions between 0 and 1" in left_out.reason
    )
    assert "draw" not in left_out.reason
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        one_way(small(("die: {value: 0.1", "die: {value: 1.1")), wtp=1000)


def test_nothing_to_vary_or_to_compare(published, small):
    assert one_way(published("sick-sicker"), wtp=WTP) is None
    assert one_way(small(("  program: {set: {ratio: 0.5}}\n", "")), wtp=WTP) is None


def test_several_strategies_stand_against_the_comparator(published):
    model = published(
        "sick-sicker", ("c_B: {value: 13000", "c_B: {distribution: {kind: gamma, se: 2000}, value: 13000")
    )
    found = {each.strategy: each for each in one_way(model, wtp=100_000).strategies}
    assert list(found) == ["A", "B", "AB"]
    assert found["A"].parameters[0].swing == 0
    assert found["B"].parameters[0].swing > 10_000


@pytest.mark.parametrize("wtp", [60_000, 80_000])
def test_the_best_of_all_at_each_end_against_a_plain_loop(published, wtp):
    price = "c_B: {value: 13000, unit: USD/year}"
    model = published(
        "sick-sicker", (price, price[:-1] + ", distribution: {kind: uniform, low: 9000, high: 17000}}")
    )
    found = one_way(model, wtp=wtp)

    def best(value):
        result, _ = run_model(
            published("sick-sicker", (price, f"c_B: {{value: {value:.12g}, unit: USD/year}}"))
        )
        return max(result.strategies, key=lambda each: wtp * each.effect - each.cost).strategy

    (row,) = found.strategies[0].parameters
    assert (found.best, row.low.best, row.high.best) == (
        best(13000),
        best(row.low.value),
        best(row.high.value),
    )
    assert row.low.best != row.high.best


def test_numbers_that_are_normal_together(small):
    """The file with the other number at what is expected of it, by hand."""
    joint = "{means: {fall: 0.2, die: 0.1}, covariance: [[0.0004, 0.0001], [0.0001, 0.0009]]}"
    text = (
        (
            "fall: {value: 0.2, unit: probability, distribution: {kind: beta, se: 0.05}}",
            f"both: {{multinormal: {joint}}}",
        ),
        ("  die: {value: 0.1, unit: probability}\n", ""),
        (", distribution: {kind: gamma, se: 200}", ""),
    )
    found = {each.parameter: each for each in one_way(small(*text), wtp=1000).strategies[0].parameters}
    away = 1.959963984540054 * 0.02
    cost, effect = beside(
        small(
            ("fall: {value: 0.2, unit", f"fall: {{value: {0.2 + away:.12g}, unit"),
            ("die: {value: 0.1", f"die: {{value: {0.1 + away * 0.25:.12g}"),
        )
    )
    assert found["fall"].high.net_benefit == pytest.approx(1000 * effect - cost, rel=CLOSE)
    assert found["fall"].note == "with it, what is expected of die"


def test_results_are_whole(published):
    found = one_way(published("hiv"), wtp=WTP)
    assert type(found).model_validate_json(found.model_dump_json()) == found
