"""Units of timed codes, for any minutes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from allay.coverage.codes.coding import code_service
from allay.coverage.codes.units import count_units

CODES = ["97110", "97112", "97116", "97124", "97140", "97530", "97535", "97750"]
days = st.dictionaries(st.sampled_from(CODES), st.integers(0, 120), min_size=1)


def plainly(total):
    """Medicare's table, walked through minute by minute: one more unit at 8, 23, 38, ..."""
    return sum(1 for minute in range(1, total + 1) if minute % 15 == 8)


@given(days)
def test_medicare_counts_by_the_total_alone(day):
    units = count_units(day)
    assert sum(units.values()) == plainly(sum(day.values()))
    assert sum(units.values()) == sum(count_units({"97110": sum(day.values())}).values())


@given(days)
def test_no_code_gets_fewer_than_its_whole_units_or_more_than_one_beyond(day):
    for code, units in count_units(day).items():
        assert day[code] // 15 <= units <= day[code] // 15 + 1
        assert units == day[code] // 15 or day[code] % 15


@given(days)
def test_what_is_left_goes_to_the_most_minutes_remaining(day):
    units = count_units(day)
    given_more = [day[code] % 15 for code in day if units[code] > day[code] // 15]
    given_none = [day[code] % 15 for code in day if units[code] == day[code] // 15]
    assert min(given_more, default=15) >= max(given_none, default=0)


@given(days)
def test_alone_each_code_is_counted_by_itself(day):
    units = count_units(day, rule="ama")
    for code, minutes in day.items():
        assert units[code] == count_units({code: minutes}, rule="ama")[code] == plainly(minutes)


@given(days, st.sampled_from(CODES), st.integers(1, 60), st.sampled_from(["medicare", "ama"]))
def test_more_minutes_are_never_fewer_units(day, code, more, rule):
    before = count_units(day, rule=rule)
    after = count_units({**day, code: day.get(code, 0) + more}, rule=rule)
    assert sum(after.values()) >= sum(before.values())
    assert after[code] >= before.get(code, 0)


@given(days, st.randoms(use_true_random=False), st.sampled_from(["medicare", "ama"]))
def test_the_order_of_codes_does_not_matter(day, chance, rule):
    shuffled = list(day.items())
    chance.shuffle(shuffled)
    units = count_units(day, rule=rule)
    assert count_units(dict(shuffled), rule=rule) == units
    assert all(count >= 0 for count in units.values())
    assert list(units) == list(day)


@given(st.integers(0, 600), st.booleans(), st.booleans(), st.sampled_from([None, "met", "midpoint"]))
def test_a_longer_service_never_comes_to_fewer_units(minutes, stimulation, reinserted, time):
    details = {"stimulation": stimulation, "reinserted": reinserted}

    def total(length):
        found = code_service("acupuncture", minutes=length, details=details, time=time)
        return sum(line.units for line in found.lines)

    assert total(minutes) <= total(minutes + 1) <= total(minutes) + 1


@given(st.integers(0, 600))
def test_a_month_of_pain_management_bills_no_minute_twice(minutes):
    found = code_service("care_coordination", minutes=minutes, details={"first_visit": False})
    spent = sum(line.units * {"G3002": 30, "G3003": 15}[line.code] for line in found.lines)
    assert spent <= minutes
    assert minutes < 30 or minutes - spent < 15
