"""Effect draws: pooled by hand, read back by the business case, refused where a ratio means nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.economics.case.downstream import EVENTS
from allay.economics.effects.evaluated import read_effects
from allay.evaluation.inference.effect_draws import draw_effects, write_effect_draws
from allay.evaluation.inference.log_ratios import (
    LogRatios,
    OutcomeEffects,
    event_names,
    event_of,
    log_ratios,
)

DRAWS = 20_000
# Four Monte-Carlo errors of a correlation, or of a relative standard deviation, over that many draws.
CHANCE = 4 / math.sqrt(DRAWS)
OUTCOMES = ("mri", "therapy_visit")
ATT = np.array([[-0.02, -0.03], [0.10, 0.05]])
MEANS = np.array([[0.08, 0.07], [0.50, 0.55]])
LAGS = np.abs(np.subtract.outer(np.arange(8), np.arange(8)))
SCALE = np.array([0.004, 0.004, 0.03, 0.03, 0.002, 0.002, 0.02, 0.02])
JOINT = np.outer(SCALE, SCALE) * 0.6**LAGS


def effects(**changes) -> OutcomeEffects:
    parts = {
        "outcomes": OUTCOMES,
        "months": np.array([1.0, 6.0]),
        "att": ATT,
        "treated_mean": MEANS,
        "covariance": JOINT,
    }
    return OutcomeEffects(**{**parts, **changes})


def test_names_are_those_of_the_business_case():
    assert sorted(event_names().events.values()) == sorted(EVENTS)


def test_what_is_no_event_is_named():
    with pytest.raises(NotFound, match="inpatient_stay"):
        event_of("inpatient_stay")
    with pytest.raises(NotFound, match="total_cost_cents"):
        log_ratios(effects(outcomes=("mri", "total_cost_cents")))


def test_log_ratios_are_those_of_the_delta_method():
    """Against differences: the covariance of log(mean) - log(mean - att) by numerical slopes."""
    found = log_ratios(effects())
    assert found.events == ("mri", "therapy_elsewhere")
    assert np.exp(found.mean) == pytest.approx(np.array([[0.8, 0.7], [1.25, 1.1]]))

    def logs(stacked: np.ndarray) -> np.ndarray:
        return np.log(stacked[4:] / (stacked[4:] - stacked[:4]))

    middle, step = np.concatenate([ATT.ravel(), MEANS.ravel()]), 1e-6
    slope = np.stack(
        [(logs(middle + step * e) - logs(middle - step * e)) / (2 * step) for e in np.eye(8)], axis=1
    )
    # Central differences of a smooth function with steps of 1e-6.
    assert found.covariance == pytest.approx(slope @ JOINT @ slope.T, rel=1e-5)


def test_means_taken_as_known_leave_the_error_of_the_effect():
    found = log_ratios(effects(covariance=JOINT[:4, :4]))
    would = (MEANS - ATT).ravel()
    assert found.covariance == pytest.approx(JOINT[:4, :4] / np.outer(would, would))


def test_draws_have_the_joint_distribution():
    ratios = log_ratios(effects())
    drawn = np.log(draw_effects(ratios, draws=DRAWS, seed=5).ratios).reshape(DRAWS, 4)
    errors = np.sqrt(np.diag(ratios.covariance))
    assert drawn.mean(axis=0) == pytest.approx(ratios.mean.ravel(), abs=4 * errors.max() / math.sqrt(DRAWS))
    assert drawn.std(axis=0) == pytest.approx(errors, rel=CHANCE)
    wanted = ratios.covariance / np.outer(errors, errors)
    assert np.corrcoef(drawn.T) == pytest.approx(wanted, abs=CHANCE)
    # Correlated across events, not only within one: the business case must not treat them as independent.
    assert abs(wanted[1, 2]) > 0.2


def test_seed_decides():
    ratios = log_ratios(effects())
    one, same, other = (draw_effects(ratios, draws=5, seed=seed).ratios for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_business_case_reads_them_back(tmp_path):
    drawn = draw_effects(log_ratios(effects()), draws=200, seed=5)
    write_effect_draws(tmp_path / "effects.csv", drawn)
    found = read_effects(tmp_path / "effects.csv")
    assert found.months == {"mri": (1.0, 6.0), "therapy_elsewhere": (1.0, 6.0)}
    for place, event in enumerate(("mri", "therapy_elsewhere")):
        assert np.array_equal(found.ratios[event], drawn.ratios[:, place])


def test_pooled_months_by_hand():
    """Weights 1/4 and 3/4, and the last month by itself; errors through the same weights."""
    months = np.array([0.0, 2.0, 9.0])
    att = np.array([[-4.0, -8.0, -1.0], [1.0, 3.0, 5.0]])
    covariance = np.diag(np.arange(1.0, 13.0))
    found = OutcomeEffects(("ct", "mri"), months, att, att + 20, covariance).pooled(
        [0, 6], member_months=[10, 30, 5]
    )
    assert found.months.tolist() == [1.5, 9.0]
    assert found.att.tolist() == [[-7.0, -1.0], [2.5, 5.0]]
    assert found.treated_mean.tolist() == [[13.0, 19.0], [22.5, 25.0]]
    sixteenths = [1 + 9 * 2, 16 * 3, 4 + 9 * 5, 16 * 6, 7 + 9 * 8, 16 * 9, 10 + 9 * 11, 16 * 12]
    assert np.diag(found.covariance) == pytest.approx(np.array(sixteenths) / 16)


def test_pooling_needs_members_in_every_span():
    with pytest.raises(InvalidValue, match="none from month 12"):
        effects().pooled([0, 12], member_months=[1, 1])


@pytest.mark.parametrize(
    ("att", "means", "expected"),
    [
        # Without the program 0.005 -+ 1.96 * 0.004: zero is inside.
        ([[-0.02, 0.065], [0.1, 0.05]], MEANS, "for mri at month 6 .pool months"),
        ([[-0.02, -0.03], [0.1, 0.6]], MEANS, "for therapy_elsewhere at month 6"),
        ([[-0.08, -0.03], [0.1, 0.05]], [[0.0, 0.07], [0.5, 0.55]], "mean of the treated above zero for mri"),
    ],
)
def test_a_ratio_to_nothing_is_refused_with_the_event(att, means, expected):
    with pytest.raises(InvalidValue, match=expected):
        log_ratios(effects(att=np.array(att), treated_mean=np.array(means)))


def test_errors_of_the_observed_means_count_towards_certainty():
    """The effect is known exactly, the mean of the treated is not: 0.1 -+ 1.96 * 0.06 holds zero."""
    spread = np.diag([0.0] * 4 + [0.06**2, 0.0, 0.0, 0.0])
    with pytest.raises(InvalidValue, match="for mri at month 1"):
        log_ratios(effects(covariance=spread))
    log_ratios(effects(covariance=spread / 4))


def test_certainty_can_be_chosen():
    """0.02 -+ 1.96 * 0.0033 is above zero, and is not with a certainty close to one."""
    near = effects(att=np.array([[0.06, -0.03], [0.10, 0.05]]))
    log_ratios(near)
    with pytest.raises(InvalidValue, match="for mri at month 1"):
        log_ratios(near, certainty=1 - 1e-10)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"months": np.array([6.0, 1.0])}, "months that rise"),
        ({"outcomes": ("mri", "mri")}, "each outcome once"),
        ({"att": ATT[:1]}, "2 outcomes in 2 months"),
        ({"covariance": np.eye(5)}, "8 by 8"),
        ({"att": ATT * np.nan}, "numbers"),
    ],
)
def test_effects_that_do_not_fit_together_are_refused(changes, expected):
    with pytest.raises(InvalidValue, match=expected):
        effects(**changes)


def test_a_covariance_with_a_negative_direction_is_refused():
    ratios = LogRatios(("mri",), np.array([1.0, 2.0]), np.zeros((1, 2)), np.array([[1.0, 2.0], [2.0, 1.0]]))
    with pytest.raises(InvalidValue, match="without negative directions"):
        draw_effects(ratios, draws=2, seed=1)
