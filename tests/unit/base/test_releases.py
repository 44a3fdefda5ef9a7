"""Counts of several releases are hidden together, with whatever would give small ones away."""

from __future__ import annotations

import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.base.release_cells import period_cells, subgroups
from allay.base.releases import ReleaseCell, protect


def cell(name: str, members: str, count: int, **earlier: bool) -> ReleaseCell:
    return ReleaseCell(id=name, members=frozenset(members), count=count, **earlier)


def hidden(*cells: ReleaseCell) -> list[str]:
    result = protect(cells)
    assert result.exposed == ()
    return sorted(result.hidden)


def test_nothing_small_nothing_hidden():
    assert hidden(cell("all", "ab", 80), cell("a", "a", 50), cell("b", "b", 30)) == []
    assert hidden() == []


@pytest.mark.parametrize(("count", "expected"), [(0, []), (1, ["a"]), (10, ["a"]), (11, [])])
def test_one_to_ten_are_hidden(count, expected):
    assert hidden(cell("a", "a", count)) == expected


def test_a_small_rest_that_nobody_prints_is_protected():
    """Everyone and the women are large, but their difference is the number of men."""
    assert len(hidden(cell("all", "fm", 107), cell("women", "f", 100))) == 1
    assert hidden(cell("all", "fm", 107), cell("women", "f", 107)) == []
    assert hidden(cell("all", "fm", 111), cell("women", "f", 100)) == []


def test_a_hidden_count_is_not_left_alone_beside_its_total():
    assert hidden(cell("all", "ab", 89), cell("a", "a", 5), cell("b", "b", 84)) in (["a", "all"], ["a", "b"])


def test_small_counts_are_not_told_as_one_small_sum_either():
    """7 people in the two small groups together would be as small as each."""
    cells = [cell("all", "abc", 60), cell("a", "a", 3), cell("b", "b", 4), cell("c", "c", 53)]
    assert hidden(*cells) == ["a", "all", "b"] or hidden(*cells) == ["a", "b", "c"]


def test_sums_across_tables_are_seen():
    """a + b, b + c and a + c are large and no one is part of another; b alone is 10 of them."""
    cells = [cell("ab", "ab", 40), cell("bc", "bc", 45), cell("ac", "ac", 65)]
    assert len(hidden(*cells)) == 1


def test_quarters_do_not_tell_a_quarters_new_people():
    counts = {"Q1": {"all": 60}, "Q2": {"all": 64}, "Q3": {"all": 90}}
    cells = period_cells(counts, groups={"all": frozenset("x")}, cumulative=True)
    assert hidden(*cells) in (["Q1 all"], ["Q2 all"])
    assert hidden(*period_cells(counts, groups={"all": frozenset("x")}, cumulative=False)) == []


def test_what_was_published_stays_and_the_next_quarter_gives_way():
    assert hidden(cell("Q1", "a", 60, already_published=True), cell("Q2", "ab", 64)) == ["Q2"]


def test_what_was_hidden_stays_hidden_and_costs_nothing():
    assert hidden(cell("Q1", "a", 60, already_hidden=True), cell("Q2", "ab", 64)) == ["Q1"]
    assert hidden(cell("Q1", "a", 60, already_hidden=True)) == ["Q1"]


def test_the_same_count_in_two_tables_is_hidden_in_both():
    cells = [cell("all", "ab", 60), cell("a", "a", 5), cell("a again", "a", 5)]
    assert hidden(*cells) == ["a", "a again"]


@pytest.mark.parametrize(
    ("cells", "exposed"),
    [
        ([cell("a", "a", 5, already_published=True)], ("a",)),
        (
            [cell("all", "ab", 60, already_published=True), cell("b", "b", 55, already_published=True)],
            ("all - b",),
        ),
        (
            [
                cell("ab", "ab", 40, already_published=True),
                cell("bc", "bc", 45, already_published=True),
                cell("ac", "ac", 65, already_published=True),
            ],
            ("0.5 × ab + 0.5 × ac - 0.5 × bc", "0.5 × ab + 0.5 × bc - 0.5 × ac"),
        ),
    ],
)
def test_what_earlier_releases_gave_away_is_said(cells, exposed):
    result = protect([*cells, cell("other", "z", 70)])
    assert result.hidden == frozenset()
    assert set(result.exposed) <= set(exposed)
    assert result.exposed


def test_a_small_count_is_hidden_even_where_it_was_published_before():
    result = protect([cell("a", "a", 5, already_published=True), cell("a again", "a", 5)])
    assert result.hidden == {"a again"}
    assert result.exposed == ("a",)


def test_a_zero_is_hidden_where_it_would_give_away_what_was_hidden_before():
    """A sum was shown and one of its two parts hidden; the other was not listed, and is empty."""
    before = [cell("Q1 bc", "bc", 36, already_published=True), cell("Q1 b", "b", 36, already_hidden=True)]
    assert hidden(*before) == ["Q1 b"]
    assert hidden(*before, cell("Q2 d", "d", 0), cell("Q2 c", "c", 0)) == ["Q1 b", "Q2 c"]
    assert hidden(*before, cell("Q2 c", "c", 0, already_hidden=True)) == ["Q1 b", "Q2 c"]
    shown = protect([*before, cell("Q2 c", "c", 0, already_published=True)])
    assert shown.exposed == ("Q1 b",)


def test_ten_groups_in_ten_people_cannot_be_protected_by_hiding():
    """Zeros are shown, so each of ten hidden groups has somebody; the reader counts them."""
    groups = "abcdefghij"
    result = protect([cell("all", groups, 10), *(cell(group, group, 1) for group in groups)])
    assert result.hidden == {"all", *groups}
    assert "all" in result.exposed


def test_the_limit_may_be_another():
    cells = [cell("all", "ab", 40), cell("a", "a", 3)]
    assert protect(cells, hidden_up_to=0).hidden == frozenset()
    assert protect(cells, hidden_up_to=2).hidden == frozenset()
    assert "a" in protect(cells, hidden_up_to=3).hidden
    with pytest.raises(InvalidValue, match="largest hidden count"):
        protect(cells, hidden_up_to=-1)


@pytest.mark.parametrize(
    "cells",
    [
        [cell("all", "ab", 40), cell("a", "a", 41)],
        [cell("a", "a", 40), cell("again", "a", 41)],
        [cell("none", "a", 0), cell("a", "a", 41)],
        [cell("ab", "ab", 11), cell("bc", "bc", 12), cell("ac", "ac", 12)],
    ],
)
def test_counts_that_do_not_fit_together_are_refused(cells):
    with pytest.raises(InvalidValue, match="fit together"):
        protect(cells)


def test_ids_are_unique():
    with pytest.raises(InvalidValue, match="one cell for each id, found a repeated"):
        protect([cell("a", "a", 40), cell("a", "b", 41)])


@pytest.mark.parametrize("count", [-1, 1.5, True, "3"])
def test_what_is_no_count(count):
    with pytest.raises(InvalidValue, match="for a"):
        cell("a", "a", count)


def test_what_is_no_cell():
    with pytest.raises(InvalidValue, match="groups that a counts"):
        cell("a", "", 1)
    with pytest.raises(InvalidValue, match="both"):
        cell("a", "a", 1, already_published=True, already_hidden=True)


def test_overlapping_subgroups_share_their_smallest_groups():
    levels = {"sex": ("female", "male"), "age": ("under 40", "40 and over")}
    found = subgroups(levels, where={"women": {"sex": "female"}, "young": {"age": "under 40"}, "all": {}})
    assert found["women"] & found["young"] == {"female, under 40"}
    assert found["all"] == {f"{sex}, {age}" for sex in levels["sex"] for age in levels["age"]}


@pytest.mark.parametrize("conditions", [{"sx": "female"}, {"sex": "woman"}])
def test_subgroups_of_what_there_is_not(conditions):
    with pytest.raises(NotFound):
        subgroups({"sex": ("female", "male")}, where={"some": conditions})


def test_cells_of_periods():
    groups = {"all": frozenset("xy"), "x": frozenset("x")}
    counts = {"Q1": {"all": 40, "x": 20}, "Q2": {"all": 70}}
    cells = {c.id: c for c in period_cells(counts, groups=groups, cumulative=True, published={"Q1": ["all"]})}
    assert cells["Q2 all"].members == {"x, Q1", "y, Q1", "x, Q2", "y, Q2"}
    assert cells["Q1 x"].members == {"x, Q1"}
    assert cells["Q1 all"].already_published
    assert cells["Q1 x"].already_hidden
    assert not cells["Q2 all"].already_published
    assert not cells["Q2 all"].already_hidden
    apart = {c.id: c for c in period_cells(counts, groups=groups, cumulative=False)}
    assert apart["Q2 all"].members == {"x, Q2", "y, Q2"}


@pytest.mark.parametrize("published", [{"Q9": ["all"]}, {"Q1": ["nobody"]}])
def test_what_was_published_must_be_there(published):
    with pytest.raises(NotFound):
        period_cells(
            {"Q1": {"all": 40}}, groups={"all": frozenset("x")}, cumulative=True, published=published
        )


def test_a_period_counts_known_subgroups():
    with pytest.raises(NotFound, match="subgroup"):
        period_cells({"Q1": {"al": 40}}, groups={"all": frozenset("x")}, cumulative=True)
    with pytest.raises(InvalidValue, match="smallest groups in all"):
        period_cells({"Q1": {"all": 40}}, groups={"all": frozenset()}, cumulative=True)
