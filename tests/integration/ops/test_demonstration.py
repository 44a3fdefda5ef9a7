"""The demonstration program: believable, the same every time, and labeled synthetic."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from allay_web.access.models import Membership, Program
from allay_web.access.roles import Role
from allay_web.ops.demo.plan import MONTHS, people

AS_OF = date(2026, 11, 23)


def test_the_plan_is_the_same_every_time() -> None:
    assert people(as_of=AS_OF) == people(as_of=AS_OF)
    assert people(as_of=AS_OF) != people(as_of=AS_OF, seed=1)


def test_about_240_people_over_18_months_forty_of_them_open_referrals() -> None:
    group = people(as_of=AS_OF)
    assert len(group) == 244
    assert Counter(person.decision for person in group)["open"] == 40
    assert min(person.received_on for person in group) >= AS_OF - timedelta(days=MONTHS * 30 + 1)
    assert max(person.received_on for person in group) <= AS_OF
    assert len({person.phone for person in group}) == len(group)


def test_some_speak_spanish_some_get_worse_and_follow_up_is_uneven() -> None:
    group = [person for person in people(as_of=AS_OF) if person.course is not None]
    spanish = [person for person in group if person.language == "es"]
    assert 0.1 < len(spanish) / len(group) < 0.3
    worse = [person for person in group if person.course and person.course.pain_change > 0.3]
    assert 5 <= len(worse) <= len(group) * 0.2

    def answered(some: list) -> float:
        return sum(person.course.month_3 for person in some) / len(some)

    assert answered(spanish) < answered([person for person in group if person.language == "en"])


@pytest.mark.parametrize("person", people(as_of=AS_OF)[:40], ids=lambda p: p.phone)
def test_nobody_can_be_reached_in_earnest(person) -> None:
    assert person.phone[3:9] == "-555-0"
    assert not person.email or person.email.endswith("@example.invalid")


@pytest.mark.django_db
def test_a_small_load_makes_one_sign_in_per_role(monkeypatch) -> None:
    from allay_web.ops.demo import load

    few = people(as_of=AS_OF)[-60::6]
    monkeypatch.setattr(load, "people", lambda *, as_of: few)
    program = load.load(as_of=AS_OF)
    assert program.synthetic
    assert Program.objects.count() == 1
    roles = Membership.objects.filter(program=program).values_list("role", flat=True)
    assert sorted(roles) == sorted(Role.values)
