"""What cannot be worked out has no value, and says why."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.consensus.agreement.coefficients import coefficients, distribution_coefficients, table_coefficients
from allay.consensus.agreement.measure import MEASURES, PANEL_MEASURES
from allay.consensus.agreement.spread import tastle_wierman, van_der_eijk_a
from allay.consensus.agreement.subjects import RatedSubjects
from allay.consensus.agreement.weights import metric_weights, weight_matrix

NAN = np.nan
EVERY = [name for name, one in MEASURES.items() if one.per != "statement"]


def found(values, **options):
    return {each.measure: each for each in coefficients(values, **options)}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (np.full((3, 2), NAN), "there is no rating"),
        (np.empty((0, 3)), "there is no rating"),
        ([[1.0], [2.0]], "there are fewer than two raters"),
        ([[1.0, NAN], [2.0, NAN]], "there are fewer than two raters"),
    ],
)
def test_nothing_is_defined(values, why):
    for name, each in found(values, measures=EVERY).items():
        assert (each.value, each.why) == (None, why), name


def test_raters_who_never_meet():
    each = found([[1, NAN], [NAN, 2]], measures=["fleiss_kappa", "icc_1"])
    assert each["fleiss_kappa"].why == "no subject was rated twice"
    needed = "two subjects rated by all raters are needed, and there is none"
    assert each["icc_1"].why == f"{needed} (2 were not rated by all and are left out)"


def test_one_subject():
    for name, each in found([[1, 1, 2]]).items():
        if name in ("percent_agreement", "brennan_prediger"):
            assert each.value is not None
            assert each.se is None
        else:
            assert each.value is None, name
            assert each.why


def test_one_category():
    for name, each in found([[7, 7], [7, 7], [7, 7]]).items():
        if name == "percent_agreement":
            assert (each.value, each.se, each.low, each.high) == (1, 0, 1, 1)
        else:
            assert each.value is None, name
            assert each.why


def test_one_category_of_a_known_scale():
    each = found([[7, 7], [7, 7]], categories=range(1, 10))
    assert each["gwet_ac1"].value == each["brennan_prediger"].value == 1
    assert (
        each["fleiss_kappa"].why == "chance alone gives full agreement: the ratings are all in one category"
    )


def test_measures_of_two_raters():
    each = found([[1, 1, 2], [2, 2, 2]], measures=["cohen", "scott"])
    assert each["cohen_kappa"].why == "for two raters, and there are 3; conger_kappa is for more"
    assert each["scott_pi"].why == "for two raters, and there are 3; fleiss_kappa is for more"


def test_a_rater_who_always_says_the_same():
    each = found([[1, 5], [2, 5], [3, 5]])
    assert each["mean_spearman_rho"].why == "a rater gave all subjects the same rating"
    assert each["kendall_w"].value is not None
    assert each["light_kappa"].value == 0


def test_a_perfect_correlation_has_no_z():
    each = found([[1, 1, 2], [2, 2, 1], [3, 3, 3]])
    assert each["mean_spearman_rho"].value is None
    assert "mean_spearman_rho_plain has a value" in each["mean_spearman_rho"].why
    assert each["mean_spearman_rho_plain"].value == pytest.approx(2 / 3)


def test_intraclass_correlation_of_subjects_that_do_not_differ():
    each = found([[1, 5], [1, 5], [1, 5]])
    assert each["icc_A1"].value is None
    assert each["icc_C1"].value is None
    assert each["icc_1"].value == pytest.approx(-1)


def test_the_ratio_metric_takes_nothing_below_zero():
    each = found([[-1, -1], [2, 2]], measures=["krippendorff_alpha_ratio"])
    assert each["krippendorff_alpha_ratio"].why == "the ratio metric is for ratings of zero or more"


def test_counts_do_not_say_who_rated():
    each = distribution_coefficients([[2, 1], [0, 3]], measures=PANEL_MEASURES)
    missing = {one.measure for one in each if one.value is None}
    assert missing >= {"conger_kappa", "light_kappa", "icc_1", "kendall_w"}
    assert all(one.why for one in each if one.value is None)


def test_wrong_arguments():
    with pytest.raises(NotFound, match="did you mean 'fleiss'"):
        coefficients([[1, 2]], measures=["flies"])
    with pytest.raises(NotFound, match="there is no weights 'cubic'"):
        coefficients([[1, 2]], weights="cubic")
    with pytest.raises(NotFound, match="metric"):
        metric_weights([1, 2], "circular", uses=[1, 1])
    with pytest.raises(InvalidValue, match="among the categories, found 3"):
        coefficients([[1, 3]], categories=[1, 2])
    with pytest.raises(InvalidValue, match="whole table"):
        coefficients([[1, 3]], measures=["polarization"])
    with pytest.raises(InvalidValue, match="by subject and rater"):
        coefficients([1.0, 2.0])
    with pytest.raises(InvalidValue, match="finite"):
        coefficients([[1.0, np.inf]])
    with pytest.raises(InvalidValue, match="as many rows as columns"):
        table_coefficients([[1, 2, 3], [4, 5, 6]], measures=["cohen"])
    with pytest.raises(InvalidValue, match="whole numbers of zero or more"):
        distribution_coefficients([[1, -1]], measures=["fleiss"])
    with pytest.raises(InvalidValue, match="2 labels, found 1"):
        RatedSubjects.from_counts([[1, 1]], labels=["a"])
    with pytest.raises(InvalidValue, match="1,000 different ratings"):
        RatedSubjects.from_ratings(np.arange(2002.0).reshape(-1, 2))
    with pytest.raises(InvalidValue, match="at least two points"):
        van_der_eijk_a([3])
    with pytest.raises(InvalidValue, match="zero or more"):
        van_der_eijk_a([3, -1])
    with pytest.raises(InvalidValue, match="2 rising points"):
        tastle_wierman([1, 1], points=[2, 1])


def test_a_statement_nobody_rated_has_no_spread():
    assert np.isnan(van_der_eijk_a([[0, 0, 0], [1, 0, 0]])).tolist() == [True, False]
    assert np.isnan(tastle_wierman([[0, 0, 0], [1, 0, 0]])).tolist() == [True, False]


def test_weights_of_one_category():
    assert weight_matrix([3], "linear").tolist() == [[1.0]]
    assert metric_weights([3], "interval", uses=[1]).tolist() == [[1.0]]


def test_names_are_forgiving_and_unique():
    names = [
        each.measure for each in coefficients([[1, 1], [2, 2]], measures=["AC1", "gwet-ac1", "ICC(A,1)"])
    ]
    assert names == ["gwet_ac1", "icc_A1"]


def test_pairs_of_more_raters_than_memory_holds():
    few = [[1.0, 2.0], [2.0, 3.0], [3.0, 1.0]]
    many = np.tile(few, 6_000)
    pairs = ("light_kappa", "mean_spearman_rho", "mean_spearman_rho_plain")
    for name, one in found(many, measures=[*pairs, "fleiss_kappa"]).items():
        assert (one.value is None) == (name in pairs)
        assert (one.why or "").startswith("too many raters: their pairs") == (name in pairs)
    assert all(one.value is not None for one in found(few, measures=["light_kappa", pairs[2]]).values())
