"""`allay consensus agreement` from the outside."""

from __future__ import annotations

import csv
import io
import json

import pytest

NUMBERS = """statement,rater,rating
s1,a,1
s1,b,1
s1,c,1
s2,a,2
s2,b,2
s2,c,3
s3,a,3
s3,b,
s3,c,3
"""
LABELS = "statement,rater,rating\ns1,a,yes\ns1,b,yes\ns2,a,no\ns2,b,no\ns3,a,yes\ns3,b,no\n"


@pytest.fixture
def agreement(allay):
    def call(text, *options):
        (allay.folder / "r.csv").write_text(text, encoding="utf-8")
        return allay("consensus", "agreement", "r.csv", *options)

    return call


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_for_each_measure(agreement):
    status, out, err = agreement(NUMBERS, "--measures", "fleiss,kendall_w")
    assert (status, err) == (0, "")
    found = rows(out)
    assert [row["measure"] for row in found] == ["fleiss_kappa", "kendall_w"]
    # Agreement 7/9; use of the categories 3/9, 2/9 and 4/9, so 29/81 by chance.
    assert float(found[0]["value"]) == pytest.approx((63 - 29) / (81 - 29))
    assert [row["n_subjects"] for row in found] == ["3", "2"]


def test_the_default_fits_numbers_and_labels(agreement):
    assert {row["measure"] for row in rows(agreement(NUMBERS)[1])} >= {
        "krippendorff_alpha_ordinal",
        "kendall_w",
    }
    assert {row["measure"] for row in rows(agreement(LABELS)[1])} == {
        "percent_agreement",
        "fleiss_kappa",
        "krippendorff_alpha_nominal",
        "gwet_ac1",
    }


def test_json_says_what_it_rests_on(agreement):
    status, out, _ = agreement(LABELS, "--measures", "cohen", "--format", "json")
    found = json.loads(out)
    assert status == 0
    assert found["allay_version"]
    assert found["categories"] == ["no", "yes"]
    assert found["rounds"] == [{"round": 1, "statements": 3, "raters": 2, "ratings": 6, "missing": 0}]
    (cohen,) = found["coefficients"]
    assert cohen["value"] == pytest.approx(0.4)
    assert "statements" not in found


def test_what_is_not_defined_is_blank_with_a_reason(agreement):
    status, out, _ = agreement(NUMBERS, "--measures", "cohen_kappa")
    (row,) = rows(out)
    assert (status, row["value"]) == (0, "")
    assert row["why"] == "for two raters, and there are 3; conger_kappa is for more"


def test_rounds_come_apart_and_share_their_categories(agreement):
    first = "s1,a,1,1\ns1,b,3,1\ns2,a,2,1\ns2,b,2,1\n"
    second = "s1,a,2,2\ns1,b,2,2\ns2,a,3,2\ns2,b,3,2\n"
    text = f"statement,rater,rating,round\n{first}{second}"
    found = rows(agreement(text, "--measures", "bp")[1])
    assert [(row["round"], float(row["value"])) for row in found] == [("1", pytest.approx(0.25)), ("2", 1.0)]


def test_categories_change_what_counts_them(agreement):
    narrow = float(rows(agreement(NUMBERS, "--measures", "bp")[1])[0]["value"])
    wide = float(rows(agreement(NUMBERS, "--measures", "bp", "--categories", "1:9")[1])[0]["value"])
    assert (narrow, wide) == (pytest.approx(2 / 3), pytest.approx(0.75))
    status, _, err = agreement(NUMBERS, "--categories", "1:2")
    assert status == 2
    assert "r.csv:7: rating: expected one of the categories 1, 2, found '3'" in err


def test_by_statement(agreement):
    status, out, _ = agreement(NUMBERS, "--by", "statement", "--measures", "polarization")
    assert status == 0
    assert rows(out)[0] == {"round": "1", "statement": "s1", "n": "3", "polarization": "0.0", "why": ""}
    whole = json.loads(agreement(NUMBERS, "--by", "statement", "--categories", "1:9", "--format", "json")[1])
    assert len(whole["categories"]) == 9
    assert set(whole["statements"][0]) == {
        "round", "statement", "n", "van_der_eijk_a", "polarization", "tastle_wierman", "why"
    }  # fmt: skip


def test_a_statement_nobody_rated(agreement):
    text = "statement,rater,rating\ns1,a,1\ns1,b,2\ns2,a,\n"
    found = rows(agreement(text, "--by", "statement")[1])
    assert (found[1]["van_der_eijk_a"], found[1]["why"]) == ("", "nobody rated it")


def test_text_is_refused_where_order_is_needed(agreement):
    for options in (
        ["--measures", "kendall_w"],
        ["--weights", "linear"],
        ["--by", "statement"],
        ["--scale", "ordinal"],
    ):
        status, out, err = agreement(LABELS, *options)
        assert (status, out) == (2, ""), options
        assert err.startswith("r.csv:2: rating: expected a whole number or a blank"), options


def test_text_beside_numbers_is_refused_but_for_nominal_scales(agreement):
    mixed = NUMBERS.replace("s2,c,3", "s2,c,three")
    status, _, err = agreement(mixed, "--measures", "fleiss")
    assert status == 2
    assert err == "r.csv:7: rating: expected a whole number, as in other rows, or a blank, found 'three'\n"
    assert agreement(mixed, "--measures", "fleiss", "--scale", "nominal")[0] == 0


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("s3,c,2.5", "r.csv:10: rating: expected a whole number, as in other rows"),
        ("s3,c,9999999", "r.csv:10: rating: expected a whole number from -1,000,000 to 1,000,000"),
        ("s1,a,1", "r.csv:10: rater: expected each rater once for a statement in a round, found the same"),
    ],
)
def test_bad_rows_are_named(agreement, row, said):
    status, out, err = agreement(NUMBERS.replace("s3,c,3", row), "--measures", "fleiss")
    assert (status, out) == (2, "")
    assert err.startswith(said)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--measures", "fliess,spaerman"], "did you mean 'fleiss'"),
        (["--measures", "fliess,spaerman"], "did you mean 'spearman'"),
        (["--measures", "polarization"], "polarization describes one statement: add --by statement"),
        (["--measures", "fleiss", "--by", "statement"], "leave out --by statement"),
        (["--measures", "icc_1", "--scale", "ordinal"], "icc_1 needs numbers with distances"),
        (["--scale", "nominal", "--weights", "linear"], "needs ratings with an order"),
        (["--by", "statement", "--weights", "linear"], "not for --by statement"),
        (["--by", "statement", "--scale", "nominal"], "no measure by statement"),
        (["--categories", "9:1"], "expected LOW:HIGH"),
        (["--categories", "a,,b"], "expected LOW:HIGH or different names"),
    ],
)
def test_bad_usage_is_explained(agreement, options, said):
    status, out, err = agreement(NUMBERS, *options)
    assert (status, out) == (2, "")
    assert said in " ".join(err.split())


def test_the_scale_is_the_metric_of_alpha(agreement):
    found = rows(agreement(NUMBERS, "--measures", "alpha", "--scale", "interval")[1])
    assert [row["measure"] for row in found] == ["krippendorff_alpha_interval"]


def test_all_measures_on_a_nominal_scale(agreement):
    names = {row["measure"] for row in rows(agreement(LABELS, "--measures", "all", "--scale", "nominal")[1])}
    assert "light_kappa" in names
    assert not names & {"kendall_w", "icc_1", "krippendorff_alpha_ordinal"}


def test_the_list_needs_no_file(allay):
    status, out, _ = allay("consensus", "agreement", "--list", "--format", "table")
    assert status == 0
    assert "van_der_eijk_a" in out
    assert allay("consensus", "agreement")[0] == 2


def test_the_table_leaves_out_empty_columns(agreement):
    head = agreement(NUMBERS, "--measures", "kendall_w", "--format", "table")[1].splitlines()[0].split()
    assert "category" not in head
    assert {"value", "statistic", "why"} <= set(head)


def test_no_rating_at_all(agreement):
    found = rows(agreement("statement,rater,rating\ns1,a,\ns1,b,\n", "--measures", "all")[1])
    assert {row["why"] for row in found if row["measure"] != "fleiss_kappa_by_category"} == {
        "there is no rating"
    }
    spread = rows(agreement("statement,rater,rating\ns1,a,\n", "--by", "statement")[1])
    assert spread[0]["why"] == "nobody rated it"


def test_the_schema_describes_the_result(allay):
    status, out, _ = allay("consensus", "schema", "agreement")
    assert status == 0
    assert "coefficients" in json.loads(out)["properties"]


@pytest.mark.parametrize("sign", ["٣", "３"])
def test_digits_of_other_scripts_are_refused_and_not_lost(agreement, sign):
    status, out, err = agreement(NUMBERS.replace("s3,c,3", f"s3,c,{sign}"))
    assert (status, out) == (2, "")
    assert f"r.csv:10: rating: expected a whole number, as in other rows, or a blank, found '{sign}'" in err


def test_labels_are_no_categories_where_order_is_needed(agreement):
    for categories in ("1,2,3,x", "1,2,3,--4"):
        status, out, err = agreement(NUMBERS, "--categories", categories, "--scale", "ordinal")
        assert (status, out) == (2, "")
        last = categories.rsplit(",", 1)[1]
        assert err == (
            "allay: expected categories that are whole numbers (labels are for measures that need no order), "
            f"found '{last}'\n"
        )


def test_categories_are_whole_numbers_as_ratings_are(agreement):
    assert agreement(NUMBERS, "--categories", "1.0,2.0,3.0") == agreement(NUMBERS, "--categories", "1:3")
    status, _, err = agreement(NUMBERS, "--categories", "١:٣")
    assert status == 2
    assert "expected one of the categories" in err


def test_no_measure_is_not_all_of_them(agreement):
    status, out, err = agreement(NUMBERS, "--measures", "")
    assert (status, out) == (2, "")
    assert "there is no measure ''" in err


def test_a_scale_too_wide_to_be_spread_over(agreement):
    status, out, _ = agreement("statement,rater,rating\ns1,a,1\ns1,b,1001\n", "--by", "statement")
    (row,) = rows(out)
    assert status == 0
    assert (row["van_der_eijk_a"], row["polarization"]) == ("", "")
    assert row["why"] == "the scale has more than 1,000 points"
    # Distances to the mean need no point in between: half at each end.
    assert float(row["tastle_wierman"]) == 0
