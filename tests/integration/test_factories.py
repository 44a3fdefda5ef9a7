"""The factories make records the database accepts, each in the program asked for."""

from __future__ import annotations

import pytest
from tests.integration import factories as make

pytestmark = pytest.mark.django_db


def test_each_factory_makes_a_record_of_its_program():
    program = make.program()
    who = make.member(program, "director")
    made = [
        make.patient(program),
        make.referral(program),
        make.episode(program),
        make.task(program),
        make.shift(program, who),
    ]
    assert {record.program_id for record in made} == {program.pk}


def test_a_client_is_signed_in():
    who = make.member(make.program())
    assert make.client_for(who).session["_auth_user_id"] == str(who.user_id)
