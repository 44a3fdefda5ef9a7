"""Reminders go to who was invited and has neither declined nor answered, and to nobody else."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.consensus.protocol.panel import Panelist, RoundInvitation
from allay.consensus.rounds.reminders import reminders, stray_reminders


def day(number):
    return dt.date(2026, 3, number)


SENT = (
    RoundInvitation(1, "late", day(9)),
    RoundInvitation(1, "waits", day(2), (day(9), day(16))),
    RoundInvitation(1, "answered", day(2), (day(9),)),
    RoundInvitation(1, "declined", day(2), declined=day(4)),
    RoundInvitation(2, "other", day(20)),
)


def test_only_who_has_neither_declined_nor_answered_the_round_is_reminded():
    rows = reminders(SENT, {"answered"}, number=1, panel=[Panelist("waits", "payers", "payer")])
    assert [row.rater for row in rows] == ["waits", "late"]
    assert (rows[0].group, rows[0].type, rows[0].region) == ("payers", "payer", "not reported")
    assert (rows[0].reminders, rows[0].last_reminder, rows[0].days) == (2, day(16), None)


def test_days_and_reminders_are_counted_to_a_day():
    (row,) = reminders(SENT, {"answered"}, number=1, as_of=day(8))
    assert (row.rater, row.days, row.reminders, row.last_reminder) == ("waits", 6, 0, None)
    first, second = reminders(SENT, {"answered"}, number=1, as_of=day(16))
    assert (first.days, first.reminders, second.days) == (14, 2, 7)


@pytest.mark.parametrize(
    ("closed", "as_of", "found"),
    [(None, None, 0), (day(9), None, 0), (day(8), None, 1), (None, day(8), 1), (day(20), day(8), 1)],
)
def test_a_reminder_is_stray_where_the_rater_had_surely_answered(closed, as_of, found):
    stray = stray_reminders(SENT, {"answered"}, number=1, closed=closed, as_of=as_of)
    assert [(one.rater, one.why) for one in stray] == [("answered", "answered")] * found


def test_a_reminder_after_declining_is_stray():
    sent = [RoundInvitation(1, "a", day(2), (day(4), day(5)), declined=day(4))]
    assert [(one.on, one.why) for one in stray_reminders(sent, set(), number=1)] == [(day(5), "declined")]
