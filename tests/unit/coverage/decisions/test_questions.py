"""What is asked and offered: only what can still change the answer."""

from __future__ import annotations

import pytest
from tests.spec.deciding import decided, parts

from allay.base.status import Status

NO_BILL = [
    (
        "covered for nothing the patient has, whatever the course was",
        "medicare-acupuncture",
        'patient.conditions = ["fibromyalgia"]; services.0.episode = {}; supervisors-',
    ),
    (
        "a profession that is never billed as therapy",
        "medicare-therapy",
        'practitioners.0.profession = "massage_therapist"; plan.therapy_year_to_date-; '
        'practitioners.0.licenses.0.profession = "massage_therapist"; practitioners.0.enrolled = false',
    ),
    (
        "nutrition for pain alone, of which nothing else is said",
        "medicare-nutrition",
        'services.0 = {"service": "nutrition", "minutes": 30}',
    ),
]


@pytest.mark.parametrize(("what", "name", "changes"), NO_BILL)
def test_what_may_not_be_billed_asks_nothing_about_the_bill(what, name, changes):
    found = parts(decided(name, changes))
    assert (found["bill"], found["missing"]) == ("no", "none")


def test_a_no_offers_what_helps_against_what_refused():
    changes = 'practitioners.0.profession = "massage_therapist"; practitioners.0.licenses.0.profession = '
    found = parts(
        decided("medicare-therapy", f'{changes}"massage_therapist"; practitioners.0.enrolled = false')
    )
    assert found["offer"] == "self_pay_notice, other_profession"


def test_a_no_is_as_sure_as_what_refused():
    changes = (
        'services.0.episode = {"visits_before": 20, "visits_year": 20, "days_since_first": 90}; supervisors-'
    )
    found = decided("medicare-acupuncture", changes)
    assert (found.bill.value, found.confidence) == ("no", Status.MEMORY)


def test_what_coding_asks_is_asked_with_its_question():
    found = dict(decided("medicare-acupuncture", "services.0.details-").missing)
    assert found == {"service.details.stimulation": "Is electrical stimulation used?"}


def test_the_way_of_coding_is_asked_where_there_are_several():
    changes = 'services = [{"service": "cognitive_behavioral_therapy", "minutes": 60}]'
    found = dict(decided("medicare-psychotherapy", changes).missing)
    assert list(found) == ["service.way"]
    assert found["service.way"].startswith("In which way is it coded: psychotherapy")


def test_activities_are_asked_where_units_are_counted_from_them():
    found = dict(decided("medicare-therapy", 'services.0.codes-; services.0.way = "timed_therapy"').missing)
    assert list(found) == ["service.codes"]


def test_the_minutes_are_asked_where_units_hang_on_them():
    found = dict(decided("medicare-acupuncture", "services.0.minutes-").missing)
    assert list(found) == ["service.minutes"]


def test_a_price_that_hangs_on_a_fact_asks_for_it():
    found = decided("medicare-health-center", "patient.new-")
    assert (found.bill.value, found.allowed) == ("yes", None)
    assert [path for path, _ in found.missing] == ["patient.new"]


def test_where_the_place_is_not_said_only_the_place_is_asked():
    found = decided("medicare-clinic-2026", "setting.place-; patient.new-")
    assert [path for path, _ in found.missing] == ["setting.place"]


MINUTES = [
    ("nutrition", "97802", 44, "97802 x2"),
    ("nutrition", "97802", 14, "none"),
    ("acupuncture", "97810", 20, "97810 x1"),
    ("cognitive_behavioral_therapy", "96159", 31, "96159 x2"),
    ("cognitive_behavioral_therapy", "90834", 45, "90834 x1"),
    ("physical_therapy", "97110", 23, "97110 x2"),
]


@pytest.mark.parametrize(("service", "code", "minutes", "expected"), MINUTES)
def test_minutes_of_codes_that_the_rule_of_therapy_does_not_count(service, code, minutes, expected):
    asked = f'{{"service": "{service}", "codes": [{{"code": "{code}", "minutes": {minutes}}}]}}'
    lines = decided("medicare-psychotherapy", f"services = [{asked}]").lines
    assert (" + ".join(f"{one.code} x{one.units}" for one in lines) or "none") == expected
