"""Printed examples that are short enough to stand here."""

from __future__ import annotations

import numpy as np
import pytest

from allay.consensus.agreement.coefficients import coefficients, table_coefficients
from allay.consensus.agreement.spread import polarization, tastle_wierman, van_der_eijk_a

# Printed with three decimals, with two.
THREE, TWO = 0.6e-3, 0.6e-2
NAN = np.nan
# Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011: four observers, twelve units.
UNITS = [
    [1, 1, NAN, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [NAN, 5, 5, 5],
    [NAN, NAN, 1, 1],
    [NAN, NAN, 3, NAN],
]
# Shrout and Fleiss, Psychological Bulletin 1979;86:420, table 2: six targets, four judges.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def value(values, measure, **options):
    (found,) = coefficients(values, measures=[measure], **options)
    return found.value


@pytest.mark.parametrize(
    ("metric", "printed"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_krippendorff_alpha(metric, printed):
    assert value(UNITS, f"krippendorff_alpha_{metric}") == pytest.approx(printed, abs=THREE)


def test_alpha_under_weights_is_alpha_with_a_metric():
    nominal = value(UNITS, "krippendorff_alpha_nominal")
    assert value(UNITS, "krippendorff_alpha") == pytest.approx(nominal)
    interval = value(UNITS, "krippendorff_alpha_interval")
    assert value(UNITS, "krippendorff_alpha", weights="quadratic") == pytest.approx(interval)


def test_irr_is_right_where_a_rating_is_missing():
    assert value(UNITS, "irr_alpha_nominal") == value(UNITS, "krippendorff_alpha_nominal")


@pytest.mark.parametrize(
    ("measure", "printed"),
    [
        ("icc_1", 0.17),
        ("icc_A1", 0.29),
        ("icc_C1", 0.71),
        ("icc_k", 0.44),
        ("icc_Ak", 0.62),
        ("icc_Ck", 0.91),
    ],
)
def test_intraclass_correlation(measure, printed):
    assert value(JUDGES, measure) == pytest.approx(printed, abs=TWO)


def test_gwets_interval_ends_at_one():
    # Printed by the package irrCAC for these ratings: 0.77544, 0.14295, (0.461, 1).
    (found,) = coefficients(UNITS, measures=["ac1"])
    assert (found.value, found.se) == pytest.approx((0.77544, 0.14295), abs=1e-5)
    assert (found.low, found.high) == pytest.approx((0.461, 1.0), abs=THREE)


@pytest.mark.parametrize(
    ("measure", "printed", "se"),
    [
        ("cohen_kappa", 0.7964094, 0.0589107),
        ("scott_pi", 0.7962397, 0.0590547),
        ("gwet_ac1", 0.8493305, 0.0432175),
        ("brennan_prediger", 0.835, 0.0469335),
        ("percent_agreement", 0.89, 0.031289),
    ],
)
def test_two_abstractors(measure, printed, se):
    # Gwet 2014: two abstractors of 100 records, three types.
    (found,) = table_coefficients([[13, 0, 0], [0, 20, 7], [0, 4, 56]], measures=[measure])
    assert (found.value, found.se) == pytest.approx((printed, se), abs=1e-7)
    assert found.n_subjects == 100


def test_kendall_w():
    one_other = np.array([[1, 2, 3, 4], [1, 2, 3, 4], [1, 3, 2, 4]]).T
    assert value(one_other, "kendall_w") == pytest.approx(0.9111, abs=0.6e-4)
    assert value(np.array([[1, 2, 3], [3, 2, 1]]).T, "kendall_w") == 0


def test_van_der_eijk_of_a_frequency_vector():
    vector = (30, 40, 210, 130, 530, 50, 10)
    assert van_der_eijk_a(vector)[0] == pytest.approx(0.6113333, abs=0.6e-7)
    assert polarization(vector)[0] == pytest.approx(0.1943333, abs=0.6e-7)
    assert tastle_wierman(vector)[0] == pytest.approx(0.7256876, abs=0.6e-7)


@pytest.mark.parametrize(
    ("scores", "printed"), [((1, 2, 3, 4), 0.0), ((1, 1, 4, 4), -1.0), ((1, 1, 3, 4), 0.08)]
)
def test_van_der_eijk_of_scores(scores, printed):
    counts = np.bincount(scores, minlength=5)[1:]
    assert van_der_eijk_a(counts)[0] == pytest.approx(printed, abs=TWO)


@pytest.mark.parametrize(
    ("measure", "f", "df", "interval"),
    [
        ("icc_1", 1.79, (5, 18), (-0.13, 0.72)),
        ("icc_C1", 11.03, (5, 15), (0.34, 0.95)),
        ("icc_Ck", 11.03, (5, 15), (0.68, 0.99)),
    ],
)
def test_intervals_of_intraclass_correlation(measure, f, df, interval):
    # As the R package psych prints them for these judges.
    (found,) = coefficients(JUDGES, measures=[measure])
    assert found.statistic == pytest.approx(f, abs=TWO)
    assert (found.df1, found.df2) == df
    assert (found.low, found.high) == pytest.approx(interval, abs=TWO)
