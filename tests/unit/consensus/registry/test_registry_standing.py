"""How things stand on a day: actions, policies, declarations, meetings, balance."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.unit.consensus.registry.registryfiles import written

from allay.base.errors import InvalidValue
from allay.consensus.registry.reading import read_registry
from allay.consensus.registry.registry import Registry
from allay.consensus.registry.slot import MonthlySlot
from allay.consensus.registry.standing.actions import actions_on
from allay.consensus.registry.standing.balance import balance
from allay.consensus.registry.standing.interests import interests_on, months_before
from allay.consensus.registry.standing.meetings import meetings_of
from allay.consensus.registry.standing.policies import policies_on
from allay.coverage.rules.rulebook import Rulebook
from allay.interop.workgroup_calendars import meetings_calendar

VERSION = "0"


@pytest.fixture(scope="module")
def registry(tmp_path_factory) -> Registry:
    return read_registry(written(tmp_path_factory.mktemp("registry") / "r"))


def test_overdue_actions_come_first_the_longest_first_of_all(registry) -> None:
    found = actions_on(registry, dt.date(2026, 3, 5), allay_version=VERSION)
    rows = [(one.id, one.overdue, one.days, one.owner_kind, one.owner) for one in found.actions]
    assert rows == [
        ("call", True, -32, "organizations", "alpha"),
        ("ask", True, -4, "people", "p1"),
        ("count", False, None, "people", "p2"),
        ("draft", False, None, "workgroups", "access"),
    ]
    assert found.overdue == 2
    assert found.synthetic
    assert found.actions[1].workgroup == "access"
    assert found.actions[3].shown_by == "Draft 2 is in the minutes"


def test_an_action_is_open_before_it_was_done_and_absent_before_it_was_taken_on(registry) -> None:
    found = actions_on(registry, dt.date(2026, 1, 16), allay_version=VERSION)
    assert [(one.id, one.status) for one in found.actions if one.overdue] == [("draft", "open")]
    assert [one.id for one in actions_on(registry, dt.date(2025, 12, 5), allay_version=VERSION).actions] == [
        "draft"
    ]


def test_a_policy_stands_as_on_the_day_with_the_rule_as_it_is(registry) -> None:
    book = Rulebook.shipped()
    row = policies_on(registry, dt.date(2025, 3, 1), book=book, allay_version=VERSION).policies[0]
    assert (row.status, row.since, row.days, row.later) == ("in committee", dt.date(2025, 2, 10), 19, 1)
    assert (row.source_status, row.workgroup, row.effect) == ("contract", "access", "unknown")
    rule = next(one for one in book.rules if one.id == "us.wa.review_free_visits")
    assert [(one.text, one.status, one.in_force) for one in row.rules] == [
        (rule.text, rule.status.value, True)
    ]
    now = policies_on(registry, dt.date(2026, 1, 10), book=book, allay_version=VERSION).policies[0]
    assert (now.status, now.days, now.later, now.source_status) == ("passed one chamber", 0, 0, "memory")
    assert policies_on(registry, dt.date(2025, 1, 9), book=book, allay_version=VERSION).policies == ()


def test_a_rule_not_in_force_that_day_says_so(tmp_path) -> None:
    changed = {"policies.yaml": ("on: 2025-01-10", "on: 1999-01-10")}
    registry = read_registry(written(tmp_path / "r", changed))
    found = policies_on(registry, dt.date(1999, 6, 1), book=Rulebook.shipped(), allay_version=VERSION)
    rule = found.policies[0].rules[0]
    assert not rule.in_force
    assert rule.effective_from > dt.date(1999, 6, 1)
    assert rule.text


def test_who_has_no_declaration_or_an_old_one(registry) -> None:
    found = interests_on(registry, dt.date(2026, 11, 27), allay_version=VERSION)
    # p3 left before the day and is not asked; p1 declared anew that there is nothing.
    assert [(one.person, one.state, one.declared) for one in found.people] == [
        ("p5", "none", None),
        ("p4", "expired", "something"),
        ("p2", "old", "something"),
        ("p1", "current", "nothing"),
    ]
    assert found.not_good == 3
    assert "shares" not in found.model_dump_json()


@pytest.mark.parametrize(
    ("day", "months", "state"),
    [
        ("2025-01-15", 12, "current"),
        ("2025-01-16", 12, "old"),
        ("2025-01-16", 13, "current"),
        ("2024-01-14", 12, "none"),
    ],
)
def test_a_declaration_is_old_after_so_many_months(registry, day, months, state) -> None:
    found = interests_on(registry, dt.date.fromisoformat(day), months=months, allay_version=VERSION)
    assert {one.person: one.state for one in found.people}["p2"] == state


@pytest.mark.parametrize(("day", "state"), [("2026-08-01", "current"), ("2026-08-02", "expired")])
def test_a_declaration_holds_on_its_last_day(registry, day, state) -> None:
    found = interests_on(registry, dt.date.fromisoformat(day), allay_version=VERSION)
    assert {one.person: one.state for one in found.people}["p4"] == state


def test_of_two_changes_on_one_day_the_last_holds(tmp_path) -> None:
    changed = {"actions.yaml": ("2026-02-01, status: in progress", "2026-01-01, status: in progress")}
    registry = read_registry(written(tmp_path / "r", changed))
    assert registry.actions[0].status_on(dt.date(2026, 1, 1)).status == "in progress"


def test_a_meeting_asks_about_those_who_were_there_or_of_its_workgroup(registry) -> None:
    april, february = registry.meeting("Summit"), registry.meeting("february")
    there = interests_on(registry, april.on, meeting=april, allay_version=VERSION)
    assert [(one.person, one.state) for one in there.people] == [("p4", "none")]
    group = interests_on(registry, february.on, meeting=february, allay_version=VERSION)
    assert [one.person for one in group.people] == ["p2", "p1"]
    before = interests_on(
        registry, dt.date(2024, 6, 1), workgroup="coverage questions", allay_version=VERSION
    )
    assert {one.person for one in before.people} == {"p1", "p2", "p3"}


def test_months_back_stop_at_the_end_of_the_month() -> None:
    assert months_before(dt.date(2024, 2, 29), 12) == dt.date(2023, 2, 28)
    assert months_before(dt.date(2026, 1, 15), 1) == dt.date(2025, 12, 15)
    assert months_before(dt.date(1, 6, 1), 12) == dt.date.min


def test_meetings_by_slot_and_by_entry(registry) -> None:
    found = meetings_of(
        registry,
        "Coverage Questions",
        first=dt.date(2025, 12, 1),
        last=dt.date(2026, 3, 31),
        allay_version=VERSION,
    )
    assert [(str(one.on), one.status, one.slot, one.meeting) for one in found.meetings] == [
        ("2026-01-20", "by slot", "3rd Tuesday", None),
        ("2026-02-17", "held", "3rd Tuesday", "february"),
        ("2026-03-17", "by slot", "3rd Tuesday", None),
    ]
    data = meetings_calendar(found)
    assert data == meetings_calendar(found)
    assert data.count(b"BEGIN:VEVENT") == 3
    assert data.count(b"STATUS:CONFIRMED") == 1
    assert b"LOCATION:Boston" in data


@pytest.mark.parametrize(
    ("day", "month", "expected"),
    [
        ("3rd Tuesday", (2026, 11), "2026-11-17"),
        ("1st Sunday", (2026, 11), "2026-11-01"),
        ("last Monday", (2026, 11), "2026-11-30"),
        ("5th Monday", (2026, 11), "2026-11-30"),
        ("5th Tuesday", (2026, 11), "None"),
        ("last Saturday", (2024, 2), "2024-02-24"),
    ],
)
def test_the_day_of_a_slot_in_a_month(day, month, expected) -> None:
    assert str(MonthlySlot(day=day, sources=("x",)).in_month(*month)) == expected


@pytest.mark.parametrize("last", ["2025-12-31", "2126-01-01"])
def test_days_that_cannot_be_meant_are_refused(last) -> None:
    slot = MonthlySlot(day="3rd Tuesday", sources=("x",))
    with pytest.raises(InvalidValue, match="a last day from 2026-01-01 on"):
        slot.dates(dt.date(2026, 1, 1), dt.date.fromisoformat(last))


def test_balance_counts_what_is_not_reported_as_well(registry) -> None:
    found = balance(registry, allay_version=VERSION)
    cells = [(one.type, one.setting, one.region, one.organizations) for one in found.cells]
    assert cells == [("payer", "not reported", "West", 1), ("provider", "academic", "West", 1)]
    totals = {one.by: (one.reported, one.not_reported, one.total) for one in found.dimensions}
    assert totals == {"type": (2, 0, 2), "setting": (1, 1, 2), "region": (2, 0, 2)}
    assert "employer" in found.absent_types
    assert "payer" not in found.absent_types
    assert [(one.by, one.sum, one.difference, one.source_status) for one in found.published] == [
        ("type", 10, 0, "contract"),
        ("region", 12, 2, "memory"),
    ]
    assert not found.adds_up


def test_a_document_is_open_to_comments_for_its_days(registry) -> None:
    days = ["2026-01-31", "2026-02-01", "2026-03-01", "2026-03-02"]
    paper = registry.documents[0]
    assert [paper.open_on(dt.date.fromisoformat(day)) for day in days] == [False, True, True, False]
