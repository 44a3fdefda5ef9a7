"""Coefficients of agreement hold for any ratings, and equal plain loops and other libraries."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa

from allay.consensus.agreement.coefficients import (
    coefficients,
    distribution_coefficients,
    table_coefficients,
)
from allay.consensus.agreement.spread import polarization, tastle_wierman, van_der_eijk_a
from allay.consensus.agreement.weights import WEIGHTINGS

# Sums of at most a few hundred numbers of the size of 1, in another order.
ROUNDING = 1e-9
POINTS = 5
RANGES = {"percent_agreement": 0.0, "kendall_w": 0.0, "kendall_w_uncorrected": 0.0}
BELOW_MINUS_ONE = ("krippendorff", "icc", "scott")


@st.composite
def panels(draw, *, missing=True, raters=st.integers(2, 5), subjects=st.integers(2, 8)):
    shape = draw(subjects), draw(raters)
    cell = st.integers(1, POINTS) | (st.none() if missing else st.nothing())
    cells = draw(st.lists(cell, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    return np.array([np.nan if each is None else float(each) for each in cells]).reshape(shape)


def by_name(found):
    return {(each.measure, each.category): each for each in found}


def one(values, measure, **options):
    (found,) = coefficients(values, measures=[measure], **options)
    return found


def same(left, right):
    assert left.keys() == right.keys()
    for key, each in left.items():
        other = right[key]
        for name in ("value", "se", "low", "high", "statistic", "p"):
            a, b = getattr(each, name), getattr(other, name)
            assert (a is None) == (b is None), (key, name, a, b)
            assert a is None or a == pytest.approx(b, abs=1e-7, rel=1e-7), (key, name)


# --- what holds for all ------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(panels(), st.sampled_from(WEIGHTINGS), st.randoms(use_true_random=False))
def test_the_order_of_raters_and_subjects_does_not_matter(values, weights, random):
    rows, columns = list(range(len(values))), list(range(values.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    same(
        by_name(coefficients(values, weights=weights)),
        by_name(coefficients(values[rows][:, columns], weights=weights)),
    )


@settings(max_examples=50)
@given(panels() | panels(missing=False), st.sampled_from(WEIGHTINGS))
def test_values_stay_in_their_ranges(values, weights):
    whole = not np.isnan(values).any()
    for each in coefficients(values, weights=weights):
        assert (each.value is None) == bool(each.why)
        if each.value is None:
            continue
        weighted = each.weights in ("linear", "quadratic", "ordinal") and each.measure != "percent_agreement"
        low = weighted or each.measure.startswith(BELOW_MINUS_ONE)
        low = low or ("kappa" in each.measure and not whole)
        lowest = -math.inf if low else RANGES.get(each.measure, -1.0)
        assert lowest - ROUNDING <= each.value <= 1 + ROUNDING, each
        assert each.se is None or each.se >= 0
        assert each.low is None or each.low <= each.value + ROUNDING
        assert each.high is None or each.high >= each.value - ROUNDING, each
        assert each.p is None or 0 <= each.p <= 1


@given(
    st.lists(st.integers(1, POINTS), min_size=2, max_size=8), st.integers(2, 5), st.sampled_from(WEIGHTINGS)
)
def test_perfect_agreement_is_one(scores, raters, weights):
    assume(len(set(scores)) > 1)
    values = np.repeat(np.array(scores, dtype=float)[:, None], raters, axis=1)
    for each in coefficients(values, weights=weights):
        if each.measure in ("cohen_kappa", "scott_pi") and raters != 2:
            continue
        if each.measure == "kendall_w_uncorrected" and len(set(scores)) < len(scores):
            continue
        assert each.value == pytest.approx(1), each


@given(panels(), st.integers(1, 3))
def test_an_unused_category_changes_only_what_counts_categories(values, more):
    assume(not np.isnan(values).all())
    used = sorted(set(values[~np.isnan(values)].tolist()))
    wider = [*used, *(POINTS + place for place in range(1, more + 1))]
    plain = by_name(coefficients(values, measures=["fleiss", "conger", "alpha", "percent", "light"]))
    same(plain, by_name(coefficients(values, measures=[key[0] for key in plain], categories=wider)))


# --- plain references --------------------------------------------------------------------------------------


def pairs_of(row):
    given = row[~np.isnan(row)]
    return list(itertools.permutations(given.tolist(), 2))


def agrees(x, y, weights, used):
    if x == y:
        return 1.0
    span = used[-1] - used[0]
    if weights == "linear":
        return 1 - abs(x - y) / span
    if weights == "quadratic":
        return 1 - (x - y) ** 2 / span**2
    if weights == "ordinal":
        apart = abs(used.index(x) - used.index(y))
        return 1 - math.comb(apart + 1, 2) / math.comb(len(used), 2)
    return 0.0


def plain_agreement(values, weights, used):
    shares = [
        np.mean([agrees(x, y, weights, used) for x, y in pairs_of(row)]) for row in values if pairs_of(row)
    ]
    return float(np.mean(shares)) if shares else None


def plain_use(values, used):
    """Category use: the mean over subjects of the share of ratings."""
    rows = [row[~np.isnan(row)] for row in values if not np.isnan(row).all()]
    return {c: float(np.mean([np.mean(row == c) for row in rows])) for c in used}


def plain_chance(values, measure, weights, used):
    use = plain_use(values, used)
    q = len(used)
    every = sum(agrees(x, y, weights, used) for x in used for y in used)
    if measure == "brennan_prediger":
        return every / q**2
    if measure == "gwet_ac2":
        return every * sum(p * (1 - p) for p in use.values()) / (q * (q - 1))
    if measure == "fleiss_kappa":
        return sum(use[x] * use[y] * agrees(x, y, weights, used) for x in used for y in used)
    columns = [column[~np.isnan(column)].tolist() for column in values.T if not np.isnan(column).all()]
    return float(
        np.mean(
            [
                np.mean([agrees(x, y, weights, used) for x in first for y in second])
                for first, second in itertools.combinations(columns, 2)
            ]
        )
    )


@given(
    panels(),
    st.sampled_from(WEIGHTINGS),
    st.sampled_from(["brennan_prediger", "gwet_ac2", "fleiss_kappa", "conger_kappa"]),
)
def test_kappas_equal_loops_over_pairs(values, weights, measure):
    used = sorted(set(values[~np.isnan(values)].tolist()))
    found = one(values, measure, weights=weights)
    assume(found.value is not None)
    seen, chance = plain_agreement(values, weights, used), plain_chance(values, measure, weights, used)
    assert found.value == pytest.approx((seen - chance) / (1 - chance), abs=ROUNDING)
    assert one(values, "percent_agreement", weights=weights).value == pytest.approx(seen, abs=ROUNDING)


def plain_distance(metric, x, y, ratings):
    if metric == "nominal":
        return float(x != y)
    if metric == "interval":
        return (x - y) ** 2
    if metric == "ratio":
        return ((x - y) / (x + y)) ** 2
    low, high = min(x, y), max(x, y)
    between = sum(low <= each <= high for each in ratings)
    return (between - (ratings.count(x) + ratings.count(y)) / 2) ** 2


@given(panels(), st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_alpha_equals_disagreement_within_over_disagreement_of_all(values, metric):
    units = [row[~np.isnan(row)].tolist() for row in values]
    units = [unit for unit in units if len(unit) > 1]
    ratings = [each for unit in units for each in unit]
    found = one(values, f"krippendorff_alpha_{metric}")
    assume(found.value is not None)

    def apart(x, y):
        return plain_distance(metric, x, y, ratings)

    within = sum(sum(apart(x, y) for x, y in itertools.permutations(u, 2)) / (len(u) - 1) for u in units)
    among = sum(apart(x, y) for x, y in itertools.permutations(ratings, 2)) / (len(ratings) - 1)
    assert found.value == pytest.approx(1 - within / among, abs=ROUNDING)


@given(panels(missing=False), st.sampled_from(["unweighted", "linear", "quadratic"]))
def test_light_is_the_mean_of_cohens_kappa_of_statsmodels(values, weights):
    found = one(values, "light_kappa", weights=weights, categories=range(1, POINTS + 1))
    assume(found.value is not None)
    kappas = []
    for first, second in itertools.combinations(values.T.astype(int), 2):
        table = np.zeros((POINTS, POINTS))
        np.add.at(table, (first - 1, second - 1), 1)
        kind = {"unweighted": None, "linear": "linear", "quadratic": "quadratic"}[weights]
        kappas.append(cohens_kappa(table, wt=kind, return_results=False))
    assert found.value == pytest.approx(np.mean(kappas), abs=ROUNDING)


# --- other libraries ---------------------------------------------------------------------------------------


@given(panels(missing=False))
def test_fleiss_kappa_equals_that_of_statsmodels(values):
    found = one(values, "fleiss_kappa")
    assume(found.value is not None)
    counts, _ = aggregate_raters(values.astype(int))
    assert found.value == pytest.approx(fleiss_kappa(counts), abs=ROUNDING)
    (of_counts,) = distribution_coefficients(counts, measures=["fleiss_kappa"])
    assert (of_counts.value, of_counts.se) == pytest.approx((found.value, found.se), abs=ROUNDING)


tables = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3)


@given(tables, st.sampled_from(["unweighted", "linear", "quadratic"]))
def test_cohens_kappa_and_its_error_equal_those_of_statsmodels(table, weights):
    (found,) = table_coefficients(table, measures=["cohen_kappa"], weights=weights)
    assume(found.value is not None)
    kind = {"unweighted": None, "linear": "linear", "quadratic": "quadratic"}[weights]
    other = cohens_kappa(np.array(table, dtype=float), wt=kind)
    assert found.value == pytest.approx(other.kappa, abs=ROUNDING)
    assert found.se**2 == pytest.approx(max(other.var_kappa, 0), abs=ROUNDING)


@given(tables, st.sampled_from(WEIGHTINGS))
def test_a_table_and_its_ratings_agree(table, weights):
    cells = np.array(table)
    ratings = np.repeat(np.argwhere(cells >= 0) + 1.0, cells.ravel(), axis=0)
    assume(len(ratings) > 1)
    names = ["cohen", "scott", "fleiss", "ac2", "bp", "alpha", "percent", "light", "fleiss_kappa_by_category"]
    left = by_name(table_coefficients(table, measures=names, weights=weights))
    right = by_name(coefficients(ratings, measures=names, weights=weights, categories=[1, 2, 3]))
    n = len(ratings)
    for key, each in left.items():
        other = right[key]
        assert (each.value is None) == (other.value is None)
        assert each.value is None or each.value == pytest.approx(other.value, abs=ROUNDING), key
        if each.se is not None:
            # Variances of tables divide by n, those of ratings by n - 1.
            assert each.se**2 * n == pytest.approx(other.se**2 * (n - 1), abs=1e-7), key


@given(panels(missing=False, raters=st.integers(2, 5), subjects=st.integers(3, 8)))
def test_kendalls_w_is_friedmans_test_of_scipy(values):
    found = one(values, "kendall_w")
    assume(found.value is not None)
    other = stats.friedmanchisquare(*values)
    assert (found.statistic, found.p) == pytest.approx((other.statistic, other.pvalue), abs=1e-7)
    assert one(values, "kendall_w_uncorrected").value <= found.value + ROUNDING


@given(panels(missing=False))
def test_mean_spearman_equals_pairs_of_scipy(values):
    found = one(values, "mean_spearman_rho_plain")
    assume(found.value is not None)
    rho = [stats.spearmanr(a, b).statistic for a, b in itertools.combinations(values.T, 2)]
    assert found.value == pytest.approx(np.mean(rho), abs=ROUNDING)
    fisher = one(values, "mean_spearman_rho").value
    if fisher is not None and max(map(abs, rho)) < 1 - 1e-9:
        assert fisher == pytest.approx(np.tanh(np.mean(np.arctanh(rho))), abs=ROUNDING)


@given(panels(missing=False), st.integers(-3, 3))
def test_consistency_does_not_mind_a_rater_who_is_always_higher(values, shift):
    moved = values.copy()
    moved[:, 0] += shift
    left, right = one(values, "icc_C1"), one(moved, "icc_C1")
    assert (left.value is None) == (right.value is None)
    assert left.value is None or left.value == pytest.approx(right.value, abs=1e-7)


@given(panels(missing=False))
def test_one_way_correlation_equals_analysis_of_variance(values):
    found = one(values, "icc_1")
    assume(found.value is not None and found.statistic is not None)
    other = stats.f_oneway(*values)
    assert (found.statistic, found.p) == pytest.approx((other.statistic, other.pvalue), rel=1e-6, abs=1e-9)
    k = values.shape[1]
    assert found.value == pytest.approx((other.statistic - 1) / (other.statistic + k - 1), abs=1e-7)


# --- spread ------------------------------------------------------------------------------------------------

vectors = st.lists(st.integers(0, 6), min_size=2, max_size=9).filter(any)


def plain_a(counts):
    """Van der Eijk's A with every triple of points looked at."""
    left, total, points, result = list(counts), sum(counts), len(counts), 0.0
    while any(left):
        used = [each > 0 for each in left]
        lowest = min(each for each in left if each)
        side = gap = 0
        for i, j, k in itertools.combinations(range(points), 3):
            triple = (used[i], used[j], used[k])
            side += triple in ((True, True, False), (False, True, True))
            gap += triple == (True, False, True)
        unimodal = 1.0
        if side + gap and points > 2:
            unimodal = ((points - 2) * side - (points - 1) * gap) / ((points - 2) * (side + gap))
        size = sum(used)
        result += lowest * size / total * unimodal * (1 - (size - 1) / (points - 1))
        left = [each - lowest * on for each, on in zip(left, used, strict=True)]
    return result


@given(vectors)
def test_van_der_eijk_equals_a_loop_over_triples(counts):
    found = van_der_eijk_a(counts)[0]
    assert found == pytest.approx(plain_a(counts), abs=ROUNDING)
    assert -1 - ROUNDING <= found <= 1 + ROUNDING
    assert polarization(counts)[0] == pytest.approx((1 - found) / 2)
    assert van_der_eijk_a(counts[::-1])[0] == pytest.approx(found, abs=ROUNDING)


@given(vectors)
def test_consensus_equals_its_formula(counts):
    found = tastle_wierman(counts)[0]
    n, width = sum(counts), len(counts) - 1
    mean = sum(place * count for place, count in enumerate(counts)) / n
    terms = [c / n * math.log2(1 - abs(x - mean) / width) for x, c in enumerate(counts) if c]
    assert found == pytest.approx(1 + sum(terms), abs=ROUNDING)
    assert 0 <= found <= 1


@given(st.lists(vectors.filter(lambda each: len(each) == 4), min_size=1, max_size=4))
def test_statements_do_not_mix(rows):
    alone = [(van_der_eijk_a(row)[0], tastle_wierman(row)[0]) for row in rows]
    together = list(zip(van_der_eijk_a(rows), tastle_wierman(rows), strict=True))
    assert np.allclose(alone, together, atol=ROUNDING)
