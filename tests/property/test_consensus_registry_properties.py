"""The registry for any names, slots and days: one id by every name, days as dateutil has them."""

from __future__ import annotations

import datetime as dt

from dateutil import rrule
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from allay.consensus.registry.action import Action
from allay.consensus.registry.checks.once import check_once
from allay.consensus.registry.history import Ladder
from allay.consensus.registry.registry import Registry
from allay.consensus.registry.slot import MonthlySlot
from allay.consensus.registry.standing.actions import actions_on
from allay.consensus.registry.standing.interests import months_before
from allay.consensus.registry.workgroup import Workgroup

ORDINALS = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": -1}
WEEKDAYS = {
    "Monday": rrule.MO,
    "Tuesday": rrule.TU,
    "Wednesday": rrule.WE,
    "Thursday": rrule.TH,
    "Friday": rrule.FR,
    "Saturday": rrule.SA,
    "Sunday": rrule.SU,
}
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))
WORDS = st.text("abcdef gh-ÄÖ", min_size=1, max_size=12).filter(lambda text: text.strip())


@given(st.sampled_from(sorted(ORDINALS)), st.sampled_from(sorted(WEEKDAYS)), DAYS, st.integers(0, 900))
def test_slots_fall_where_dateutil_puts_them(ordinal, weekday, first, length) -> None:
    last = first + dt.timedelta(days=length)
    start, end = (dt.datetime.combine(day, dt.time.min) for day in (first, last))
    expected = rrule.rrule(
        rrule.MONTHLY, dtstart=start, until=end, byweekday=WEEKDAYS[weekday](ORDINALS[ordinal])
    )
    found = MonthlySlot(day=f"{ordinal} {weekday}", sources=("x",)).dates(first, last)
    assert found == [moment.date() for moment in expected]


@given(DAYS, st.integers(0, 300))
def test_months_back_are_those_of_dateutil(day, months) -> None:
    assert months_before(day, months) == day - relativedelta(months=months)


@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=4), min_size=1, max_size=5),
    st.randoms(use_true_random=False),
)
def test_any_name_gives_the_same_id(named, chance) -> None:
    groups = tuple(
        Workgroup.model_validate(
            {
                "id": f"w{place}",
                "name": names[0],
                "aliases": [{"name": name, "sources": ("x",)} for name in names[1:]],
                "sources": ("x",),
            },
            strict=False,
        )
        for place, names in enumerate(named)
    )
    clashes = list(check_once({"workgroups": groups}))
    registry = Registry(workgroups=groups)
    if clashes:
        return
    for place, names in enumerate(named):
        for name in names:
            written = "".join(chance.choice((sign.upper(), sign.lower(), sign)) for sign in name)
            assert registry.find("workgroups", f"  {written.replace(' ', '  ')} ") == f"w{place}"


@given(WORDS, WORDS)
def test_a_name_of_two_is_always_found(one, other) -> None:
    groups = tuple(Workgroup(id=own, name=name, sources=("x",)) for own, name in (("a1", one), ("a2", other)))
    same = " ".join(one.casefold().split()) == " ".join(other.casefold().split())
    assert bool(list(check_once({"workgroups": groups}))) is same


CHANGES = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(["open", "in progress", "done", "dropped"])),
    min_size=1,
    max_size=4,
)
START = dt.date(2026, 1, 1)


def actions_of(changes, due) -> Action:
    history = tuple(
        {
            "on": START + dt.timedelta(days=days),
            "status": status,
            "note": "as it was",
            "evidence": "seen",
            "reason": "said",
        }
        for days, status in sorted(changes, key=lambda change: change[0])
    )
    return Action(id="a", what="Act", owner="p", due=START + dt.timedelta(days=due), history=history)


@given(CHANGES, st.integers(0, 60), st.integers(0, 90), st.integers(1, 30))
def test_what_is_overdue_stays_so_until_something_changes(changes, due, day, later) -> None:
    action = actions_of(changes, due)
    today, then = START + dt.timedelta(days=day), START + dt.timedelta(days=day + later)
    if any(today < change.on <= then for change in action.history):
        return
    before, after = action.days_overdue(today), action.days_overdue(then)
    assert after >= before
    if before:
        assert after == before + later


@given(CHANGES, st.integers(0, 60), st.integers(0, 90))
def test_days_left_and_overdue_agree(changes, due, day) -> None:
    action = actions_of(changes, due)
    today = START + dt.timedelta(days=day)
    for row in actions_on(Registry(actions=(action,)), today, allay_version="0").actions:
        assert row.overdue is (row.days is not None and row.days < 0)
        assert -min(row.days or 0, 0) == action.days_overdue(today)


@given(st.permutations(["a", "b", "c", "d"]), st.sampled_from("abcd"), st.sampled_from("abcd"))
def test_a_ladder_goes_back_in_one_direction_only(steps, one, other) -> None:
    ladder = Ladder(tuple(steps[:3]), ends=(steps[3],))
    assert not (ladder.goes_back(one, other) and ladder.goes_back(other, one))
    if one != other:
        assert ladder.goes_back(one, other) or ladder.goes_back(other, one)
