"""Files of estimates: what is refused, and what is plainly on another scale."""

from __future__ import annotations

import io

import pytest

from allay.base.errors import InvalidInput
from allay.consensus.estimates.reading import read_estimates
from allay.consensus.estimates.result import estimate_result
from allay.consensus.estimates.scale import EstimateScale

HEAD = "item,expert,round,lower,best,upper\n"
GOOD = "y,a,1,40,50,60\n"


def read(rows, head=HEAD, **options):
    return read_estimates(io.BytesIO((head + rows).encode()), name="e.csv", **options)


def refused(rows, head=HEAD, **options):
    with pytest.raises(InvalidInput) as caught:
        read(rows, head, **options)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("y,b,1,10,many,30", "best: expected a number from 0 to 100, found 'many'"),
        ("y,b,1,10,nan,30", "best: expected a number from 0 to 100, found 'nan'"),
        ("y,b,1,10,20,inf", "upper: expected a number from 0 to 100, found 'inf'"),
        ("y,b,1,-1,20,30", "lower: expected a number from 0 to 100, found '-1'"),
        ("y,b,1,10,20,100.1", "upper: expected a number from 0 to 100, found '100.1'"),
        ("y,b,1,30,20,40", "best: expected lower <= best <= upper, found 20 below lower 30"),
        ("y,b,1,10,50,40", "best: expected lower <= best <= upper, found 50 above upper 40"),
        ("y,b,1,10,,40", "best: expected a number between the bounds, found nothing"),
        ("y,b,1,,20,40", "lower: expected both bounds, or none of them, found nothing"),
        ("y,b,1,10,20,", "upper: expected both bounds, or none of them, found nothing"),
        ("y,,1,10,20,30", "expert: expected a name, found nothing"),
        (",b,1,10,20,30", "item: expected a name, found nothing"),
        ("y,b,,10,20,30", "round: expected a name, found nothing"),
        (
            "y, a,1,10,20,30",
            "expert: expected an expert once for an item in a round, "
            "found 'a' again (the first is in line 2)",
        ),
        ("z,b,1,,,", "item: expected an estimate by somebody in the round, found none of 'z' in round 1"),
    ],
)
def test_refused_with_its_place(row, problem):
    assert refused(GOOD + row + "\n") == [f"e.csv:3: {problem}"]


def test_every_problem_is_named():
    assert [line[:8] for line in refused(GOOD + "y,b,1,x,y,z\ny,a,1,1,2,3\n")] == ["e.csv:3:"] * 3 + [
        "e.csv:4:"
    ]


def test_both_bounds_or_none_as_columns():
    found = refused("y,a,5,6\n", "item,expert,best,upper\n")
    assert found == ["e.csv:1: lower: expected this column beside 'upper', found none"]


def test_a_misspelled_column_does_not_pass_as_one_that_is_not_read():
    (found,) = refused("y,a,5,2\n", "item,expert,best,rounds\n")
    assert found.startswith("e.csv:1: rounds: expected the column 'round'")
    assert read("y,a,5,UOM\n", "item,expert,best,group\n").rounds == ("1",)


def test_another_name_for_the_column_of_items():
    assert read("7,a,5\n", "paper_id,expert,best\n", item="paper_id").items == ("7",)
    assert refused("7,a,5\n", "paper_id,expert,best\n")[0].startswith("e.csv:1: item: expected this column")


OTHER = "y,b,1,0.2,0.3,0.5\n"


def test_a_row_on_another_scale_is_marked_with_its_line():
    table = read(GOOD + OTHER + "y,c,1,1,1,1\ny,d,1,0.5,1,1.5\ny,e,1,0,0,0\n")
    assert [problem.at for problem in table.problems] == ["3", "4"]
    assert str(table.problems[0]) == (
        "e.csv:3: best: expected numbers on the scale from 0 to 100, as in the other rows, "
        "found 0.2/0.3/0.5, all at most 1"
    )


def test_it_is_counted_as_it_stands():
    row = estimate_result(read(GOOD + OTHER), allay_version="0").items[0]
    assert (row.n, row.mean, row.other_scale) == (2, 25.15, 1)


def test_it_is_left_out():
    table = read(GOOD + OTHER, other_scale="leave-out")
    result = estimate_result(table, allay_version="0", other_scale="leave-out")
    row = result.items[0]
    assert (row.n, row.mean, row.other_scale) == (1, 50, 1)
    assert result.other_scale_rows == "left out"
    assert [(one.line, one.item, one.round) for one in result.other_scale] == [(3, "y", "1")]


def test_it_is_not_left_out_where_nothing_would_remain():
    (found,) = refused(GOOD + OTHER.replace("y", "z"), other_scale="leave-out")
    assert found.startswith("e.csv:3: best: expected another estimate of the item in the round")


def test_it_is_refused():
    assert len(refused(GOOD + OTHER, other_scale="refuse")) == 1
    assert read(GOOD, other_scale="refuse").problems == ()


def test_a_whole_file_of_shares_is_one_warning():
    table = read(OTHER + "y,c,1,0,0,0\nz,b,1,0.1,0.2,0.9\n")
    assert [str(problem) for problem in table.problems] == [
        "e.csv:2: best: expected estimates above 1 on a scale from 0 to 100 (shares are on the scale 0:1), "
        "found none in the whole file"
    ]
    assert len(refused(OTHER, other_scale="leave-out")) == 1


@pytest.mark.parametrize("scale", [EstimateScale(0, 10), EstimateScale(0, 99), EstimateScale(-100, 100)])
def test_on_a_short_scale_small_numbers_are_plain(scale):
    assert read("y,a,1,4,5,6\n" + OTHER, scale=scale).problems == ()


def test_a_percentage_among_shares_is_outside_the_scale():
    found = refused("y,a,1,0.4,0.5,0.6\ny,b,1,0.2,30,0.5\n", scale=EstimateScale(0, 1))
    assert found == ["e.csv:3: best: expected a number from 0 to 1, found '30'"]


def test_single_estimates_are_looked_at_as_well():
    table = read("y,a,30\ny,b,0.3\n", "item,expert,best\n")
    assert [problem.found for problem in table.problems] == ["0.3, as if of 0 to 1"]
