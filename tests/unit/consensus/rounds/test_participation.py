"""Small numbers of panelists: taken together or hidden, and not to be had by subtraction."""

from __future__ import annotations

import pytest

from allay.consensus.protocol.panel import Panelist
from allay.consensus.protocol.protocol import PanelGroup
from allay.consensus.rounds.margins import shown_margins
from allay.consensus.rounds.participation import SEVERAL, KindTally, shown_participation, tallies
from allay.consensus.rounds.quotas import quota_rows


def tally(kind, recruited, answered=None):
    return KindTally(*kind, recruited, (None,), (recruited if answered is None else answered,))


def shown(*counted):
    cells = shown_participation(counted, smallest=5)
    return [(cell.type, cell.setting, cell.region, cell.recruited) for cell in cells]


def test_small_kinds_are_taken_together_across_settings_first():
    assert shown(
        tally(("payer", "office", "west"), 3), tally(("payer", "home", "west"), 2), tally(("a", "b", "c"), 6)
    ) == [("a", "b", "c", 6), ("payer", SEVERAL, "west", 5)]


def test_then_across_regions_and_across_types():
    assert shown(tally(("payer", "office", "west"), 3), tally(("payer", "home", "east"), 2)) == [
        ("payer", SEVERAL, SEVERAL, 5)
    ]
    assert shown(tally(("payer", "office", "west"), 3), tally(("state", "home", "east"), 2)) == [
        (SEVERAL, SEVERAL, SEVERAL, 5)
    ]


def test_what_is_left_takes_the_smallest_cell_along():
    assert shown(
        tally(("a", "b", "c"), 9), tally(("d", "b", "c"), 6), tally(("payer", "office", "west"), 1)
    ) == [("a", "b", "c", 9), (SEVERAL, SEVERAL, SEVERAL, 7)]


def test_a_panel_that_is_too_small_is_not_shown():
    assert shown(tally(("a", "b", "c"), 2), tally(("d", "b", "c"), 2)) == []
    assert shown() == []


def test_small_numbers_of_a_round_are_hidden_with_what_would_give_them_away():
    cells = shown_participation(
        [tally(("a", "b", "c"), 9, 2), tally(("d", "b", "c"), 8, 7), tally(("e", "b", "c"), 30, 25)],
        smallest=5,
    )
    assert [cell.answered for cell in cells] == [(None,), (None,), (25,)]


def test_nobody_is_shown_as_nobody():
    cells = shown_participation([tally(("a", "b", "c"), 9, 0), tally(("d", "b", "c"), 8, 7)], smallest=5)
    assert [cell.answered for cell in cells] == [(0,), (7,)]


def test_what_the_panel_does_not_say_is_not_reported():
    (one,) = tallies([Panelist("a")], [], {}, rounds=[1])
    assert one.kind == ("not reported",) * 3


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({"p": 9, "q": 8}, [9, 8]),
        ({"p": 9, "q": 5}, [9, 5]),
        ({"p": 9, "q": 4}, [None, None]),
        # Who is in no group is what the total leaves over, so the smallest group is hidden with them.
        ({"p": 9, "q": 8, None: 2}, [9, None]),
    ],
)
def test_small_numbers_by_round_of_groups_are_hidden(sizes, expected):
    groups = [PanelGroup(id="p", name="Patients"), PanelGroup(id="q", name="Payers")]
    panel = [Panelist(f"{group}{n}", group) for group, size in sizes.items() for n in range(size)]
    came = {1: {one.rater for one in panel}}
    rows = quota_rows(groups, panel, came, rounds=[1], smallest=5)
    assert [row.recruited for row in rows] == [sizes["p"], sizes["q"]]
    assert [row.answered for row in rows] == [(one,) for one in expected]


def test_a_quota_is_met_or_not_and_without_a_panel_neither():
    groups = [PanelGroup(id=name, name=name, quota=quota) for name, quota in (("p", 3), ("q", 4), ("r", 0))]
    panel = [Panelist(f"{group}{n}", group) for group in "pq" for n in range(3)]
    rows = quota_rows(groups, panel, {}, rounds=[1], smallest=5)
    assert [(row.recruited, row.met) for row in rows] == [(3, True), (3, False), (0, True)]
    bare = quota_rows(groups, [], {}, rounds=[1], smallest=5)
    assert [(row.recruited, row.met, row.answered) for row in bare] == [(None, None, (None,))] * 3


def margin(dimension, *counted):
    rows = shown_margins(counted, smallest=5)
    return [(row.label, row.recruited, row.answered[0]) for row in rows if row.dimension == dimension]


def test_margins_name_the_kinds_that_are_taken_together():
    counted = [
        tally(("provider", "academic", "west"), 6),
        tally(("provider", "community", "east"), 3),
        tally(("government", "not reported", "west"), 1),
        tally(("payer", "plan", "not reported"), 4),
        tally(("not reported", "not reported", "not reported"), 2),
    ]
    assert margin("type", *counted) == [("government, payer and not reported", 7, 7), ("provider", 9, 9)]
    assert margin("setting", *counted) == [("academic", 6, 6), ("community, plan and not reported", 10, 10)]
    assert margin("region", *counted) == [("east and not reported", 9, 9), ("west", 7, 7)]


def test_margins_hide_small_numbers_by_round_with_what_would_give_them_away():
    counted = [tally((kind, "s", "r"), 8, came) for kind, came in (("a", 3), ("b", 6), ("c", 8))]
    assert margin("type", *counted) == [("a", 8, None), ("b", 8, None), ("c", 8, 8)]
    assert margin("region", *counted) == [("r", 24, 17)]


def test_a_panel_that_is_too_small_has_no_margins():
    assert shown_margins([tally(("a", "b", "c"), 4)], smallest=5) == ()
    assert shown_margins([], smallest=5) == ()
