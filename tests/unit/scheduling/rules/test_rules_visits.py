"""How services and people of a problem become a case of coverage, and what in the file of payers counts."""

from __future__ import annotations

import pytest
from tests.unit.scheduling.rules.linkedcases import linked_payers, linked_problem
from tests.unit.scheduling.rules.paircases import MEDICARE, clinic, told

from allay.base.errors import NotFound
from allay.scheduling.rules.linked import pair_status
from allay.scheduling.rules.payers import LinkedFacts, PractitionerFacts
from allay.scheduling.rules.sameday import same_day_rules
from allay.scheduling.rules.visits import as_covered, asked_of, givens_of, linked_facts


def asked(problem, payers, service="talk"):
    services = {one.id: one for one in problem.services}
    return asked_of(problem, services[service], payers, "medicare")


def test_minutes_are_those_of_the_problem_unless_the_file_or_a_code_says_so():
    problem = clinic("talk")
    way = {"service": "cognitive_behavioral_therapy"}
    assert asked(problem, told(MEDICARE, services={"talk": way})).minutes == 30
    assert asked(problem, told(MEDICARE, services={"talk": way | {"minutes": 45}})).minutes == 45
    assert asked(problem, told(MEDICARE, "talk")).minutes is None


def test_what_a_cohort_does_is_a_group_visit():
    cohorts = [{"id": "c", "kind": "core", "service": "talk"}]
    assert asked(clinic("talk", cohorts=cohorts), told(MEDICARE, "talk")).group is True
    assert asked(clinic("talk"), told(MEDICARE, "talk")).group is None
    own = {"talk": {"service": "cognitive_behavioral_therapy", "codes": [{"code": "96158"}], "group": False}}
    assert asked(clinic("talk", cohorts=cohorts), told(MEDICARE, services=own)).group is False


def test_a_group_alone_is_no_visit_to_a_health_center():
    cohorts = [{"id": "c", "kind": "core", "service": "talk", "members": ["p1"]}]
    center = MEDICARE | {"setting": {"place": "fqhc", "mode": "in_person"}}
    payers = told(center, "talk", "visit")
    alone = payers.services["talk"].model_copy(update={"individual_part": False})
    payers = payers.model_copy(update={"services": payers.services | {"talk": alone}})

    def said(problem):
        return {one.services: one.answer for one in same_day_rules(problem, payers).findings}

    assert said(clinic("talk", "visit", cohorts=cohorts))["talk", "visit"] == "not_billed"
    assert said(clinic("talk", "visit"))["talk", "visit"] == "forbidden"


def test_what_a_payer_says_of_a_service_takes_the_place_of_the_file():
    own = {"talk": {"service": "cognitive_behavioral_therapy", "codes": [{"code": "90834"}]}}
    payers = told(MEDICARE | {"services": own, "benefits": {"talk": {"copay": 5}}}, "talk")
    found = asked(clinic("talk"), payers)
    assert [line.code for line in found.codes] == ["90834"]
    assert found.benefit.copay == 5


def test_facts_told_of_single_people_count_most():
    payers = told(
        MEDICARE,
        disciplines={"pt": {"enrolled": False, "tax_id_key": "pts"}},
        practitioners={"pt-1": {"enrolled": True, "licensed_in": ["NH", "VT"]}},
    )
    found = as_covered(clinic("evaluation").practitioners[0], payers)
    assert (found.enrolled, found.tax_id_key) == (True, "pts")
    assert [(one.state, one.profession) for one in found.licenses] == [
        ("NH", "physical_therapist"),
        ("VT", "physical_therapist"),
    ]


def test_of_several_disciplines_the_first_that_is_told_counts():
    one = clinic("talk").practitioners[1].model_copy(update={"disciplines": ("lead", "psy", "pt")})
    disciplines = {"pt": {"tax_id_key": "pts"}, "psy": {"tax_id_key": "psys"}}
    assert as_covered(one, told(MEDICARE, disciplines=disciplines)).tax_id_key == "psys"


def test_licenses_that_are_told_are_taken_as_they_are():
    licenses = ({"state": "ME", "profession": "physical_therapist", "status": "expired"},)
    facts = PractitionerFacts.model_validate({"licenses": licenses})
    payers = told(MEDICARE).model_copy(update={"everybody": facts})
    found = as_covered(clinic("evaluation").practitioners[0], payers)
    assert [(one.state, one.status) for one in found.licenses] == [("ME", "expired")]
    # Nobody says where a license is held: that is missing, not no.
    bare = clinic("evaluation").practitioners[0].model_copy(update={"states": ()})
    assert as_covered(bare, told(MEDICARE)).licenses is None


def test_a_state_that_there_is_not_is_refused():
    odd = clinic("evaluation").practitioners[0].model_copy(update={"states": ("Vermont",)})
    with pytest.raises(NotFound, match="Vermont"):
        as_covered(odd, told(MEDICARE))


def test_what_a_payer_says_of_the_biller_counts_more_than_the_file():
    payers = linked_payers("MN")
    own = {"exercise": LinkedFacts(own_service=False)}
    plan = payers.payers["plan-a"].model_copy(update={"linked": own})
    payers = payers.model_copy(update={"payers": {"plan-a": plan}})
    assert linked_facts(payers, "plan-a", "exercise").own_service is False
    assert linked_facts(payers, "plan-a", "massage").own_service is True
    asked = {"payer": "plan-a", "lead": "pta", "second": "dc", "payers": payers}
    assert pair_status(linked_problem("MN"), "exercise", **asked).bill == "no"


@pytest.mark.parametrize(("billable", "presence"), [("second", "general"), ("lead", "full")])
def test_who_does_not_bill_gives_a_linked_service(billable, presence):
    problem = linked_problem("MN", billable=billable, presence=presence)
    (one,) = givens_of(problem, problem.services[0], linked_payers("MN"), "plan-a")
    assert one.practitioner.id == "pta"
    (biller,) = one.supervisors
    assert (biller.id, biller.mode) == ("dc", "on_site" if billable == "second" else "in_suite")


def test_nobody_is_paired_with_himself():
    problem = linked_problem("MN")
    both = problem.practitioners[0].model_copy(update={"disciplines": ("chiro", "helper")})
    problem = problem.model_copy(update={"practitioners": (both,)})
    assert givens_of(problem, problem.services[0], linked_payers("MN"), "plan-a") == []
