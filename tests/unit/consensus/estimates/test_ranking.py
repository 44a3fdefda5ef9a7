"""Private rankings, added up by hand."""

from __future__ import annotations

import io

import pytest

from allay.base.errors import InvalidInput, InvalidValue
from allay.consensus.estimates.ranking import ranking_result
from allay.consensus.estimates.rankingfile import read_rankings

HEAD = "rater,item,rank\n"


def rows(**rankings):
    return "".join(
        f"{rater},{item},{rank}\n" for rater, items in rankings.items() for rank, item in enumerate(items, 1)
    )


def ranked(text, *, points=None, top=None):
    table = read_rankings(io.BytesIO((HEAD + text).encode()), name="r.csv", top=top)
    return ranking_result(table, allay_version="0", points=points)


def places(result):
    return [(row.place, row.item, row.score, row.raters, row.tied) for row in result.items]


def test_sum_of_ranks():
    # Ranks 1234, 1234, 1324: the worked example of Kendall's W.
    result = ranked(rows(p="ABCD", q="ABCD", r="ACBD"))
    assert places(result) == [
        *((1, "A", 3, 3, False), (2, "B", 7, 3, False), (3, "C", 8, 3, False), (4, "D", 12, 3, False))
    ]
    assert result.kendall_w == pytest.approx(12 * 41 / (9 * 60), abs=1e-15)
    assert f"{result.kendall_w:.4f}" == "0.9111"
    assert (result.points, result.top, result.raters, result.complete) == ("rank-sum", 4, 3, 3)


def test_reverse_points_of_complete_rankings_make_the_same_places():
    text = rows(p="ABCD", q="ABCD", r="ACBD")
    assert [row[:2] for row in places(ranked(text, points="reverse"))] == [
        row[:2] for row in places(ranked(text))
    ]
    assert [row.score for row in ranked(text, points="reverse").items] == [12, 8, 7, 3]


def test_ties_share_a_place_in_the_order_of_the_file():
    result = ranked(rows(p="ABC", q="CBA"))
    assert places(result) == [(1, "A", 4, 2, True), (1, "B", 4, 2, True), (1, "C", 4, 2, True)]
    assert result.kendall_w == 0
    # After two in the first place comes the third.
    assert [row[:2] for row in places(ranked(rows(p="BAC", q="ABC")))] == [(1, "B"), (1, "A"), (3, "C")]


def test_the_first_few_of_each():
    result = ranked(rows(p="ABC", q="BDA", r="BE"), top=3)
    # 3, 2 and 1 points: A 3 + 1, B 2 + 3 + 3, C 1, D 2, E 2.
    assert places(result) == [
        *((1, "B", 8, 3, False), (2, "A", 4, 2, False), (3, "D", 2, 1, True), (3, "E", 2, 1, True)),
        (5, "C", 1, 1, False),
    ]
    assert (result.points, result.top, result.complete) == ("reverse", 3, 2)
    assert (result.kendall_w, result.why_no_w) == (None, "not everybody ranked every item")


def test_a_single_ranking_has_no_w():
    assert ranked(rows(p="AB")).kendall_w is None


def test_ranks_of_the_first_few_are_not_added():
    with pytest.raises(InvalidInput, match="every item by every rater, or reverse points, found 1 raters"):
        ranked(rows(p="ABC", q="AB"), top=3, points="rank-sum")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "p,A,1\np,B,1\n",
            "3: rank: expected a rank once by a rater, found 1 again (the first is in line 2)",
        ),
        (
            "p,A,1\np,A,2\n",
            "3: item: expected an item once by a rater, found 'A' again (the first is in line 2)",
        ),
        ("p,A,1\np,B,3\n", "3: rank: expected ranks without gaps, found 3 and no 2 by this rater"),
        ("p,A,2\np,B,3\n", "2: rank: expected ranks without gaps, found 2 and no 1 by this rater"),
        ("p,A,1\np,B,x\n", "3: rank: expected a whole number from 1 to 1000, found 'x'"),
        ("p,A,1\np,B,2.0\n", "3: rank: expected a whole number from 1 to 1000, found '2.0'"),
        ("p,A,0\np,B,1\n", "2: rank: expected a whole number from 1 to 1000, found '0'"),
        ("p,A,1\n,B,2\n", "3: rater: expected a name, found nothing"),
        ("p,A,1\np,,2\n", "3: item: expected a name, found nothing"),
        (
            "p,A,1\np,B,2\nq,B,1\n",
            "4: rater: expected a rank for each of the 2 items, or at most how many each rater ranked (top), "
            "found 1 by this rater",
        ),
    ],
)
def test_refused_with_its_place(text, problem):
    with pytest.raises(InvalidInput) as caught:
        ranked(text)
    assert str(caught.value) == f"r.csv:{problem}"


def test_a_rank_beyond_the_first_few():
    with pytest.raises(InvalidInput, match="r.csv:4: rank: expected a whole number from 1 to 2, found '3'"):
        ranked(rows(p="ABC"), top=2)
    with pytest.raises(InvalidValue, match="from 1 to 1000"):
        ranked(rows(p="ABC"), top=0)


def test_faults_of_several_raters_are_all_named():
    with pytest.raises(InvalidInput) as caught:
        ranked("p,A,1\np,B,3\nq,A,1\nq,A,2\nr,A,5\nr,B,7\n")
    assert [problem.at for problem in caught.value.problems] == ["3", "5", "6"]


def test_of_the_stages_only_the_ranking_is_recorded():
    technique = ranked(rows(p="AB")).technique
    assert [stage.id for stage in technique.stages] == [
        *("silent-generation", "round-robin", "clarification", "private-ranking")
    ]
    assert [stage.recorded for stage in technique.stages] == [False, False, False, True]
    assert technique.source.status.value == "memory"


def test_many_ties_stay_in_the_order_of_the_file():
    items = [f"i{place}" for place in range(60)]
    result = ranked(rows(p=items, q=items[::-1]))
    assert [row.item for row in result.items] == items
    assert {row.place for row in result.items} == {1}
