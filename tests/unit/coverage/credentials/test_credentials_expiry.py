"""What expires next."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.base.dates import Period
from allay.base.errors import InvalidValue
from allay.coverage.credentials.expiry import expiring
from allay.coverage.credentials.records import Enrollment, License, LicenseStatus, gather

AS_OF = dt.date(2026, 11, 22)


def span(start, last):
    """Days from a first to a last one, both included."""
    end = dt.date.fromisoformat(last) + dt.timedelta(days=1) if last else None
    return Period(dt.date.fromisoformat(start), end)


def of(*spans, status="active"):
    return gather([License("x", "acupuncturist", "VT", LicenseStatus(status), span(*each)) for each in spans])


def last_days(known, within=90):
    return [str(each.last_day) for each in expiring(known, as_of=AS_OF, within_days=within)]


@pytest.mark.parametrize(
    ("last", "within", "days_left", "state"),
    [
        ("2026-11-21", 0, -1, "expired"),
        ("2026-11-22", 0, 0, "expires"),
        ("2026-11-23", 1, 1, "expires"),
        ("2027-02-20", 90, 90, "expires"),
    ],
)
def test_edges(last, within, days_left, state):
    [one] = expiring(of(("2024-01-01", last)), as_of=AS_OF, within_days=within)
    assert (one.days_left, one.state) == (days_left, state)


def test_beyond_the_window_and_without_end():
    assert last_days(of(("2024-01-01", "2027-02-21"))) == []
    assert last_days(of(("2024-01-01", None))) == []


def test_a_renewal_without_a_gap():
    assert last_days(of(("2024-01-01", "2026-12-31"), ("2027-01-01", "2028-12-31"))) == []
    assert last_days(of(("2024-01-01", "2026-12-31"), ("2027-01-02", "2028-12-31"))) == ["2026-12-31"]
    assert last_days(of(("2024-01-01", "2025-12-31"), ("2026-01-02", "2026-12-31"))) == ["2026-12-31"]


def test_what_no_renewal_helps_is_left_out():
    assert last_days(of(("2024-01-01", "2026-12-31"), status="suspended")) == []


def test_sorted_with_what_has_expired_first():
    known = gather(
        [
            Enrollment("b", "plan", span("2020-01-01", "2026-12-01")),
            Enrollment("a", "plan", span("2020-01-01", "2026-12-01")),
            Enrollment("c", "plan", span("2020-01-01", "2026-01-01")),
        ]
    )
    found = expiring(known, as_of=AS_OF, within_days=30)
    assert [(each.practitioner, each.state) for each in found] == [
        ("c", "expired"),
        ("a", "expires"),
        ("b", "expires"),
    ]


def test_negative_days():
    with pytest.raises(InvalidValue, match="at least 0"):
        expiring(of(), as_of=AS_OF, within_days=-1)
