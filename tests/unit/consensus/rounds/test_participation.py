"""Small numbers of panelists: taken together or hidden, and not to be had by subtraction."""

from __future__ import annotations

import pytest

from allay.consensus.protocol.panel import Panelist
from allay.consensus.protocol.protocol import PanelGroup
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
def test_small_groups_are_hidden(sizes, expected):
    groups = [PanelGroup(id="p", name="Patients"), PanelGroup(id="q", name="Payers")]
    panel = [Panelist(f"{group}{n}", group) for group, size in sizes.items() for n in range(size)]
    came = {1: {one.rater for one in panel}}
    rows = quota_rows(groups, panel, came, rounds=[1], smallest=5)
    assert [row.recruited for row in rows] == expected
    assert [row.answered for row in rows] == [(one,) for one in expected]
