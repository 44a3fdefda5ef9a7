"""How the billable member must be present, as the rules of states and payers say; ratios nobody states."""

from __future__ import annotations

import json

import pytest
from tests.unit.scheduling.rules.linkedcases import linked_payers, linked_problem

from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.rules.payers import Payers
from allay.scheduling.rules.presence import NO_RATIO, presence_findings, with_linked


def found(problem, payers):
    return {one.service: one for one in presence_findings(problem, payers)}


def test_minnesota_asks_for_the_chiropractor_on_site():
    one = found(linked_problem("MN"), linked_payers("MN"))["exercise"]
    assert (one.needed, one.presence, one.status, one.enough) == ("on_site", "general", "verified", True)
    assert [each.rule for each in one.reasons] == ["us.mn.delegation.chiropractor"]
    assert one.modes == {"in_suite": "yes", "on_site": "yes", "video": "no", "phone": "no", "none": "no"}


def test_where_no_rule_tells_the_ways_apart_it_is_unknown():
    for state in ("TX", "WA"):
        one = found(linked_problem(state), linked_payers(state))["massage"]
        assert (one.needed, one.presence, one.status) == ("unknown", None, "unknown")
        assert "what state law and the payer ask of presence" in one.missing


def test_a_start_is_not_enough_for_a_second_who_must_stay():
    start = linked_problem("MN", presence="start")
    one = found(start, linked_payers("MN"))["exercise"]
    assert not one.enough
    ruled = with_linked(start, [one])
    assert ruled.services[0].linked.presence == "general"
    assert ruled.services[0].linked.rule.startswith("plan-a: the billable member is on site")
    assert ruled.services[1] == start.services[1]
    lead = linked_problem("MN", billable="lead", presence="start")
    kept = found(lead, linked_payers("MN"))["exercise"]
    assert (kept.needed, kept.enough) == ("on_site", True)
    assert with_linked(lead, [kept]).services[0].linked.presence == "start"


def test_a_ratio_nobody_states_is_unknown_and_says_so():
    one = found(linked_problem("MN"), linked_payers("MN"))["exercise"]
    assert (one.max_ratio, one.ratio_status) == (None, "unknown")
    assert NO_RATIO in one.text


def test_a_stated_ratio_has_its_source_and_only_lowers():
    told = {"max_ratio": 1, "max_ratio_source": "board letter", "max_ratio_status": "memory"}
    problem = linked_problem("MN")
    one = found(problem, linked_payers("MN", **told))["exercise"]
    assert (one.max_ratio, one.ratio_status) == (1, "memory")
    assert "at most 1 at once by board letter (memory)" in one.text
    assert with_linked(problem, [one]).services[0].linked.max_ratio == 1
    more = found(problem, linked_payers("MN", max_ratio=9))["exercise"]
    assert with_linked(problem, [more]).services[0].linked.max_ratio == 2


@pytest.mark.parametrize(
    ("day", "service", "needed", "rule"),
    [
        ("2024-07-15", "needle", "on_site", "us.medicare.incident_to.direct"),
        ("2026-03-02", "needle", "from_afar", "us.medicare.incident_to.direct"),
        ("2026-03-02", "talk", "nobody", "us.medicare.incident_to.general"),
        ("2026-03-02", "touch", "not_billable", "us.medicare.incident_to.never_therapy"),
    ],
)
def test_medicare_by_day_and_service(day, service, needed, rule):
    one = found(medicare_problem(day), MEDICARE)[service]
    assert one.needed == needed
    assert rule in {each.rule for each in one.reasons}
    assert one.enough is (needed != "not_billable")


def test_of_several_pairs_the_worst_counts():
    problem = medicare_problem("2026-03-02")
    therapist = problem.practitioners[-1].model_copy(update={"id": "x", "profession": "massage_therapist"})
    problem = problem.model_copy(update={"practitioners": (*problem.practitioners, therapist)})
    one = found(problem, MEDICARE)["needle"]
    assert (one.needed, one.enough) == ("not_billable", False)
    assert "us.medicare.incident_to.profession" in {each.rule for each in one.reasons}


def test_payers_and_services_that_are_not_told_are_unknown():
    problem = linked_problem("MN")
    payers = linked_payers("MN")
    renamed = payers.model_copy(update={"payers": {"plan-z": payers.payers["plan-a"]}})
    assert {one.missing for one in presence_findings(problem, renamed)} == {("payers/plan-a",)}
    bare = payers.model_copy(update={"services": {}})
    assert found(problem, bare)["massage"].missing == ("services/massage",)
    people = tuple(one.model_copy(update={"profession": None}) for one in problem.practitioners)
    nameless = problem.model_copy(update={"practitioners": people})
    assert found(nameless, payers)["massage"].needed == "unknown"


PAIRS = {
    "needle": ("acupuncturist", "acupuncture", "97810"),
    "talk": ("registered_nurse", "cognitive_behavioral_therapy", "90834"),
    "touch": ("massage_therapist", "massage", "97124"),
}


def medicare_problem(start):
    linked = {"discipline": "md", "billable": "second", "presence": "general"}
    people = [{"id": name, "disciplines": [name], "profession": one[0]} for name, one in PAIRS.items()]
    people.append({"id": "md", "disciplines": ["md"], "profession": "pain_physician"})
    plain = {
        "id": "medicare",
        "opening": {"start": start},
        "rooms": [],
        "practitioners": [one | {"states": ["VT"]} for one in people],
        "services": [{"id": name, "discipline": name, "minutes": 30, "linked": linked} for name in PAIRS],
        "patients": [{"id": "p", "payer": "medicare"}],
        "series": [{"id": name, "patient": "p", "service": name} for name in PAIRS],
    }
    return SchedulingProblem.model_validate_json(json.dumps(plain))


MEDICARE = Payers.model_validate_json(
    json.dumps(
        {
            "everybody": {"enrolled": True},
            "services": {
                name: {"service": one[1], "codes": [{"code": one[2], "minutes": 15}]}
                for name, one in PAIRS.items()
            },
            "linked": dict.fromkeys(PAIRS, {"began_care": True}),
            "payers": {
                "medicare": {
                    "plan": {"payer": "original_medicare"},
                    "patient": {"state": "VT", "conditions": ["low_back_pain"], "pain_weeks": 14},
                    "setting": {"place": "office", "mode": "in_person"},
                }
            },
        }
    )
)
