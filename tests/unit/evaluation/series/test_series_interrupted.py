"""Interrupted time series: against optimizers, loops and by hand; files and the command."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from scipy.optimize import minimize

from allay.base.errors import InvalidInput, InvalidValue
from allay.evaluation.series.design import segmented_design
from allay.evaluation.series.interrupted import interrupted_series
from allay.evaluation.series.residuals import autocorrelations, durbin_watson, newey_west
from allay.evaluation.series.seriesfile import read_series

# The loop stops where one more step would change a coefficient by 1e-8 of itself; an optimizer finds 1e-5.
CLOSE, SEARCHED = 1e-7, 1e-4
TIME = np.arange(1.0, 49)


def counts(*, step=-0.3, seed=1, trend=0.01, season=0.0):
    mean = np.exp(4 + trend * TIME + step * (TIME >= 25) + season * np.sin(2 * np.pi * TIME / 12))
    return np.random.default_rng(seed).poisson(mean).astype(float)


def test_coefficients_are_those_of_a_general_optimizer():
    y, people = counts(season=0.2), np.linspace(900, 1100, 48)
    found = interrupted_series(TIME, y, start=25, population=people, slope=True, harmonics=2)
    x = found.design.columns / [1, 1, 48, 24, 1, 1, 1, 1]

    def minus(b):
        linear = x @ b + np.log(people)
        return float((np.exp(linear) - y * linear).sum())

    start = np.zeros(x.shape[1])
    start[0] = -3
    best = minimize(minus, start, method="BFGS", options={"gtol": 1e-5}).x / [1, 1, 48, 24, 1, 1, 1, 1]
    assert [term.estimate for term in found.terms] == pytest.approx(best, abs=SEARCHED)


def test_without_noise_the_step_and_the_slope_come_back():
    mean = np.exp(4 + 0.01 * TIME - 0.3 * (TIME >= 25) + 0.02 * (TIME >= 25) * (TIME - 24))
    found = interrupted_series(TIME, mean, start=25, slope=True)
    assert [term.estimate for term in found.terms] == pytest.approx([4, -0.3, 0.01, 0.02], rel=1e-6)
    assert found.expected == pytest.approx(np.exp(4 + 0.01 * TIME))
    assert found.total.difference == pytest.approx((mean - np.exp(4 + 0.01 * TIME))[24:].sum())


def test_ten_times_the_population_moves_the_intercept_alone():
    y, people = counts(), np.full(48, 1000.0)
    one, ten = (interrupted_series(TIME, y, start=25, population=people * each) for each in (1, 10))
    assert ten.term("intercept").estimate == pytest.approx(
        one.term("intercept").estimate - np.log(10), rel=CLOSE
    )
    assert ten.term("step").estimate == pytest.approx(one.term("step").estimate, rel=CLOSE)
    assert ten.total.expected == pytest.approx(one.total.expected, rel=CLOSE)


def test_quasipoisson_widens_by_the_root_of_the_dispersion():
    y = counts() * 3
    quasi, plain = (
        interrupted_series(TIME, y, start=25, model=model) for model in ("quasipoisson", "poisson")
    )
    assert quasi.term("step").se == pytest.approx(plain.term("step").se * np.sqrt(quasi.dispersion))
    assert quasi.term("step").estimate == plain.term("step").estimate


def test_gaussian_is_least_squares_with_its_variance():
    y = np.random.default_rng(3).normal(50, 4, 48)
    found = interrupted_series(TIME, y, start=25, model="gaussian")
    x = np.column_stack([np.ones(48), TIME >= 25, TIME])
    coef, left = np.linalg.lstsq(x, y, rcond=None)[:2]
    assert [term.estimate for term in found.terms] == pytest.approx(coef)
    errors = np.sqrt(np.diag(np.linalg.inv(x.T @ x)) * left[0] / 45)
    assert [term.se for term in found.terms] == pytest.approx(errors)
    assert found.residuals == pytest.approx(y - x @ coef)


def test_newey_west_is_the_double_sum():
    draw = np.random.default_rng(4)
    x, left, lags = np.column_stack([np.ones(30), draw.normal(size=30)]), draw.normal(size=30), 4
    middle = np.zeros((2, 2))
    for s in range(30):
        for t in range(30):
            weight = max(0.0, 1 - abs(s - t) / (lags + 1))
            middle += weight * left[s] * left[t] * np.outer(x[s], x[t])
    inverse = np.linalg.inv(x.T @ x)
    assert newey_west(x, left, inverse, lags=lags) == pytest.approx(inverse @ middle @ inverse * 30 / 28)


def test_serial_correlation_widens_the_error_of_newey_and_west():
    draw = np.random.default_rng(5)
    noise = np.zeros(200)
    for t in range(1, 200):
        noise[t] = 0.8 * noise[t - 1] + draw.normal()
    plain, wide = (
        interrupted_series(np.arange(200), noise, start=100, model="gaussian", lags=lags)
        for lags in (None, 10)
    )
    assert wide.term("step").se > 1.3 * plain.term("step").se
    assert durbin_watson(plain.residuals) < 1
    assert autocorrelations(plain.residuals, lags=1)[0] > 0.5


def test_intervals_of_the_total_cover_the_truth():
    truth = (np.exp(4 + 0.01 * TIME - 0.3 * (TIME >= 25)) - np.exp(4 + 0.01 * TIME))[24:].sum()
    met = 0
    for seed in range(200):
        total = interrupted_series(TIME, counts(seed=seed), start=25, model="poisson").total
        met += total.low <= truth <= total.high
    # Two binomial errors of 200.
    assert 0.92 <= met / 200 <= 0.98


def test_nothing_happened_is_found_as_nothing():
    steps = [
        interrupted_series(TIME, counts(step=0, seed=seed), start=25).term("step") for seed in range(200)
    ]
    assert 0.02 <= np.mean([term.p < 0.05 for term in steps]) <= 0.08


def test_residuals_without_variance_have_no_correlation():
    assert np.isnan(durbin_watson(np.zeros(4)))
    assert np.isnan(autocorrelations(np.ones(4), lags=2)).all()


@pytest.mark.parametrize(
    ("time", "settings", "message"),
    [
        ([1, 2, 2, 4], {"start": 3}, "times that increase"),
        ([1, 2, 3, 4], {"start": 5}, "none at or after"),
        ([1, 2, 3, 4], {"start": 1}, "none before"),
        ([1, 2, 3, 4], {"start": 3, "harmonics": 6}, "harmonics"),
        ([1, 2, 3, 4], {"start": 3, "harmonics": -1}, "harmonics"),
    ],
)
def test_designs_that_cannot_be_are_refused(time, settings, message):
    with pytest.raises(InvalidValue, match=message):
        segmented_design(np.array(time, dtype=float), **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"population": np.zeros(48)}, "populations above 0"),
        ({"population": np.ones(48), "model": "gaussian"}, "only with a model of counts"),
        ({"lags": 48}, "from 0 to 47 lags"),
        ({"start": 48, "slope": True}, "'slope change'"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(settings, message):
    with pytest.raises(InvalidValue, match=message):
        interrupted_series(TIME, counts(), **{"start": 25, **settings})


def test_too_few_times_and_unknown_terms_are_refused():
    with pytest.raises(InvalidValue, match="3 for 3"):
        interrupted_series([1, 2, 3], [4, 5, 6], start=2)
    with pytest.raises(InvalidValue, match="an outcome for every time"):
        interrupted_series([1, 2, 3], [4, 5], start=2)
    with pytest.raises(InvalidValue, match="one of intercept, step, time"):
        interrupted_series(TIME, counts(), start=25).term("slope change")


def read(text, **settings):
    settings = {"time": "t", "outcome": "y", "start": "3", **settings}
    return read_series(io.BytesIO(text.encode()), name="a.csv", **settings)


def test_months_count_from_the_first_over_the_year():
    found = read("t,y\n2026-01-31,3\n2025-11-01,1\n2025-12-15,2\n", start="2026-01")
    assert (found.time.tolist(), found.outcome.tolist(), found.start) == ([1, 2, 3], [1, 2, 3], 3)
    assert found.labels == ("2025-11-01", "2025-12-15", "2026-01-31")
    assert found.gaps == ()


def test_gaps_are_named():
    assert read("t,y\n1,1\n2,1\n4,1\n5,2\n").gaps == ("2",)


def test_every_bad_cell_of_a_series_is_named():
    with pytest.raises(InvalidInput) as caught:
        read("t,y,n\n1,1,5\n1,2,0\nx,,3\n4,b,4\n", population="n")
    assert [str(one).split(": expected")[0] for one in caught.value.problems] == [
        "a.csv:3: n",
        "a.csv:3: t",
        "a.csv:4: t",
        "a.csv:4: y",
        "a.csv:5: y",
    ]


@pytest.mark.parametrize("start", ["", "July", "2025-01"])
def test_a_start_of_another_kind_is_refused(start):
    with pytest.raises(InvalidValue, match="a start as the column t is written"):
        read("t,y\n1,1\n2,1\n3,2\n", start=start)


def test_the_command_writes_the_result(allay):
    rows = "\n".join(f"{2022 + n // 12}-{n % 12 + 1:02},{value:.0f}" for n, value in enumerate(counts()))
    (allay.folder / "a.csv").write_text(f"month,visits\n{rows}\n", encoding="utf-8")
    words = ("evaluation", "series", "a.csv", "--time", "month", "--outcome", "visits", "--start", "2024-01")
    status, _, errors = allay(*words, "-o", "a.json")
    assert status == 0
    assert "nobody to compare with" in errors
    found = json.loads((allay.folder / "a.json").read_text(encoding="utf-8"))
    own = interrupted_series(TIME, counts(), start=25)
    assert found["terms"][1]["rr"] == pytest.approx(own.term("step").ratio[0])
    assert (found["times_before"], found["times_after"]) == (24, 24)
    assert found["allay_version"]
    status, out, _ = allay(*words, "--format", "table", "--seasonal", "1", "--slope")
    assert status == 0
    assert "slope change" in out
    status, _, errors = allay(*words[:-1], "2030-01", "-o", "b.json")
    assert status == 2
    assert "none at or after" in errors
    assert not (allay.folder / "b.json").exists()


def test_negative_counts_are_named_by_line():
    text = b"t,y\n1,3\n2,-1\n3,4\n"
    with pytest.raises(InvalidInput) as refused:
        read_series(io.BytesIO(text), time="t", outcome="y", start="2", counts=True, name="a.csv")
    assert str(refused.value) == "a.csv:3: y: expected a count of 0 or more, found '-1'"
    assert read_series(io.BytesIO(text), time="t", outcome="y", start="2").outcome.tolist() == [3, -1, 4]


@pytest.mark.parametrize(("zeros", "words"), [(slice(0, 24), "before"), (slice(24, 48), "from then on")])
def test_no_events_on_one_side_cannot_be_a_ratio(zeros, words):
    y = counts()
    y[zeros] = 0
    with pytest.raises(InvalidValue, match=f"counts above 0 before .* found only zeros {words}"):
        interrupted_series(TIME, y, start=25)
    assert np.isfinite(interrupted_series(TIME, y, start=25, model="gaussian").term("step").estimate)
