"""Covariates of a table, and outcomes before the start among them."""

from __future__ import annotations

import io

import polars as pl
import pytest

from allay.base.errors import InvalidInput, NotFound
from allay.base.tables import read_csv
from allay.evaluation.matching import encode


def table(text):
    return read_csv(io.BytesIO(text.encode()), name="people.csv")


def test_text_becomes_indicators_and_numbers_stay():
    found = encode(table("race,age\nwhite,40\nblack,31.5\nhispan, 22\nblack,50\n"), ["age", "race"])
    assert found.names == ("age", "race=hispan", "race=white")
    assert found.values.tolist() == [[40, 0, 1], [31.5, 0, 0], [22, 1, 0], [50, 0, 0]]
    assert found.shown_names == ("age", "race=black", "race=hispan", "race=white")
    assert found.shown[:, 1].tolist() == [0, 1, 0, 1]


def test_two_levels_are_shown_once():
    assert encode(table("sex\nF\nM\n"), ["sex"]).shown_names == ("sex=M",)


def test_codes_can_be_taken_as_text():
    found = encode(table("state\n06\n48\n06\n36\n"), ["state"], categories=["state"])
    assert found.names == ("state=36", "state=48")


def test_frames_are_taken_as_they_are():
    frame = pl.DataFrame({"age": [40, 30], "opioid": [True, False], "payer": ["A", "B"]})
    found = encode(frame, ["age", "opioid", "payer"])
    assert found.names == ("age", "opioid", "payer=B")
    assert found.values.tolist() == [[40, 1, 0], [30, 0, 1]]


def test_every_bad_cell_is_named():
    with pytest.raises(InvalidInput) as caught:
        encode(table("age,sex\n40,F\n,M\nold,F\n30,\ninf,F\n"), ["age", "sex"])
    assert [str(one).split(", found")[0] for one in caught.value.problems] == [
        "people.csv:3: age: expected a value, since covariates may not be missing",
        "people.csv:4: age: expected a number, as in other rows (or name the column as one of categories)",
        "people.csv:5: sex: expected a value, since covariates may not be missing",
        "people.csv:6: age: expected a number, as in other rows (or name the column as one of categories)",
    ]


@pytest.mark.parametrize("cells", ["5\n5\n5", "A\nA\nA"])
def test_a_column_that_is_the_same_for_everyone_is_named(cells):
    with pytest.raises(InvalidInput, match="payer: expected a covariate that varies, found . in every row"):
        encode(table(f"payer\n{cells}\n"), ["payer"])


def test_an_id_is_no_covariate():
    with pytest.raises(InvalidInput, match="id: expected at most 200 different values"):
        encode(table("id\n" + "".join(f"p{n}\n" for n in range(201))), ["id"])


def test_missing_rows_of_a_frame_count_from_one():
    with pytest.raises(InvalidInput, match="table:2: age"):
        encode(pl.DataFrame({"age": [40.0, None, 30.0]}), ["age"])


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(NotFound, match="did you mean 'age'"):
        encode(table("age\n40\n"), ["agee"])
