"""A linked pair is billable while both are there, and not once the billable one is removed, by coverage."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.unit.scheduling.rules.linkedcases import linked_payers, linked_problem

from allay.base.errors import InvalidValue, NotFound
from allay.scheduling.checking.checker import check_plan
from allay.scheduling.plan.plan import Plan, Score, Session
from allay.scheduling.problem.reading import check_problem
from allay.scheduling.rules.linked import linked_status, linked_statuses, pair_status
from allay.scheduling.solving.baselines.firstfit import first_fit

MONDAY = dt.datetime(2024, 7, 15, 9)


def status(state, service, lead, second, *, billable="second", presence="general", benefit=None, **told):
    problem = linked_problem(state, billable=billable, presence=presence)
    payers = linked_payers(state, benefit=benefit, **told)
    return pair_status(problem, service, payer="plan-a", lead=lead, second=second, payers=payers)


def rules(found, outcome):
    return {one.rule for one in found.reasons if one.outcome == outcome}


def test_minnesota_rehabilitation_needs_the_chiropractor():
    both = status("MN", "exercise", "pta", "dc")
    assert (both.bill, both.bill_as, both.allowed_in_plan) == ("yes", "incident_to(dc)", True)
    assert {"us.mn.delegation.chiropractor", "plan.delegated"} <= rules(both, "holds")
    alone = status("MN", "exercise", "pta", None)
    assert (alone.bill, alone.bill_as, alone.allowed_in_plan) == ("no", "none", False)


def test_texas_massage_hangs_on_the_task_and_ends_without_the_chiropractor():
    both = status("TX", "massage", "lmt", "dc")
    assert (both.bill, both.bill_as) == ("conditional", "incident_to(dc)")
    assert "supervisor.delegation_allowed" in both.missing
    assert "us.tx.delegation.chiropractor" in rules(both, "missing")
    assert status("TX", "massage", "lmt", "dc", delegation_allowed=True).bill == "yes"
    assert status("TX", "massage", "lmt", None, delegation_allowed=True).bill == "no"


def test_the_other_way_round_the_lead_bills_and_is_removed():
    both = status("MN", "exercise", "dc", "pta", billable="lead")
    assert (both.bill, both.bill_as, both.allowed_in_plan) == ("yes", "incident_to(dc)", True)
    gone = status("MN", "exercise", None, "pta", billable="lead")
    assert (gone.bill, gone.allowed_in_plan) == ("no", False)
    texas = status("TX", "massage", "dc", "lmt", billable="lead", delegation_allowed=True)
    assert texas.bill == "yes"
    assert status("TX", "massage", None, "lmt", billable="lead", delegation_allowed=True).bill == "no"


def test_what_coverage_asks_beside_the_pair_counts():
    assert status("MN", "exercise", "pta", "dc", own_service=False).bill == "no"
    assert status("MN", "exercise", "pta", "dc", mode="phone").bill == "no"
    assert status("TX", "massage", "lmt", "dc", delegation_allowed=False).bill == "no"
    assert status("MN", "exercise", "pta", "dc", benefit={"delegate_accepted": False}).bill == "no"
    unsaid = status("MN", "exercise", "pta", "dc", benefit={"delegate_accepted": None})
    assert (unsaid.bill, "benefit.delegate_accepted" in unsaid.missing) == ("conditional", True)


def test_presence_is_what_the_linked_visit_says():
    assert status("MN", "exercise", "pta", "dc", presence="full").bill == "yes"
    # Who is there only at the start may be anywhere later.
    start = status("MN", "exercise", "pta", "dc", presence="start")
    assert start.bill == "conditional"
    assert "supervisor.mode" in start.missing
    # A lead who bills is in the room, whatever is said of the second.
    assert status("MN", "exercise", "dc", "pta", billable="lead", presence="start").bill == "yes"


def test_a_session_says_it_of_its_own_pair():
    problem, payers = linked_problem("MN"), linked_payers("MN")
    whole = Session(series="s-exercise", number=2, start=MONDAY, lead="pta", second="dc", room="gym")
    found = linked_status(problem, whole, payers)
    assert (found.series, found.number, found.bill, found.payer) == ("s-exercise", 2, "yes", "plan-a")
    assert linked_status(problem, whole.model_copy(update={"second": None}), payers).bill == "no"


def test_the_day_is_that_of_the_session_unless_the_file_names_one():
    # Before 2026 nothing settles supervision by video in Medicare; since then it will do.
    problem = linked_problem("VT")
    payers = linked_payers("VT", mode="video", enrolled=True, began_care=True)
    plan = {"payer": "original_medicare"}
    medicare = payers.payers["plan-a"].model_copy(
        update={"plan": payers.payers["plan-a"].plan.model_copy(update=plan)}
    )
    payers = payers.model_copy(update={"payers": {"plan-a": medicare}})
    session = Session(series="s-massage", number=1, start=MONDAY, lead="lmt", second="dc", room="gym")
    late = session.model_copy(update={"start": dt.datetime(2026, 3, 2, 9)})

    def said(one, payers):
        return {card.status for card in linked_status(problem, one, payers).reasons if "direct" in card.rule}

    assert said(session, payers) != said(late, payers)
    fixed = payers.model_copy(update={"service_date": dt.date(2024, 7, 15)})
    assert said(session, payers) == said(late, fixed)


def test_what_is_not_known_is_unknown():
    problem, payers = linked_problem("MN"), linked_payers("MN")
    asked = {"lead": "pta", "second": "dc", "payers": payers}
    nobody = pair_status(problem, "exercise", payer=None, **asked)
    assert (nobody.bill, nobody.missing) == ("unknown", ("payer of the patient",))
    other = pair_status(problem, "exercise", payer="plan-z", **asked)
    assert (other.bill, other.missing, other.status) == ("unknown", ("payers/plan-z",), "unknown")
    bare = payers.model_copy(update={"services": {}})
    asked["payers"] = bare
    assert pair_status(problem, "exercise", payer="plan-a", **asked).missing == ("services/exercise",)
    people = tuple(one.model_copy(update={"profession": None}) for one in problem.practitioners)
    nameless = problem.model_copy(update={"practitioners": people})
    asked["payers"] = payers
    assert pair_status(nameless, "exercise", payer="plan-a", **asked).missing == ("profession of pta",)


def test_what_is_not_there_is_refused():
    problem, payers = linked_problem("MN"), linked_payers("MN")
    asked = {"payer": "plan-a", "payers": payers}
    with pytest.raises(NotFound, match="service 'exercises'"):
        pair_status(problem, "exercises", lead="pta", second="dc", **asked)
    with pytest.raises(NotFound, match="practitioner 'dd'"):
        pair_status(problem, "exercise", lead="pta", second="dd", **asked)
    with pytest.raises(InvalidValue, match="one member"):
        pair_status(problem, "exercise", lead=None, second=None, **asked)
    services = tuple(one.model_copy(update={"linked": None}) for one in problem.services)
    plain = problem.model_copy(update={"services": services})
    with pytest.raises(InvalidValue, match="linked visit"):
        pair_status(plain, "exercise", lead="pta", second="dc", **asked)
    session = Session(series="s-none", number=1, start=MONDAY, lead="pta")
    with pytest.raises(NotFound, match="series 's-none'"):
        linked_status(problem, session, payers)


def plan_of(problem, *sessions):
    none = dict.fromkeys(Score.model_fields, 0)
    return Plan(
        allay_version="0",
        problem=problem.id,
        problem_digest=problem.digest(),
        method="good-greedy",
        sessions=sessions,
        score=Score(**none),
    )


def test_a_plan_may_not_hold_a_session_without_its_second():
    problem, payers = linked_problem("MN"), linked_payers("MN")
    assert list(check_problem(problem)) == []
    one = Session(series="s-exercise", number=1, start=MONDAY, lead="pta", second="dc", room="gym")
    whole = plan_of(problem, one)
    broken = plan_of(problem, one.model_copy(update={"second": None}))
    assert [each.bill for each in linked_statuses(problem, whole, payers)] == ["yes"]
    assert [each.bill for each in linked_statuses(problem, broken, payers)] == ["no"]
    kept = {each.rule for each in check_plan(problem, whole).violations}
    missed = {each.rule for each in check_plan(problem, broken).violations} - kept
    assert len(missed) == 1


@pytest.mark.parametrize("billable", ["second", "lead"])
def test_from_problem_to_plan_to_bill_and_back_when_the_chiropractor_falls_out(billable):
    problem, payers = linked_problem("MN", billable=billable), linked_payers("MN")
    plan = first_fit(problem)
    assert check_plan(problem, plan).ok
    assert {(one.series, one.bill, one.bill_as) for one in linked_statuses(problem, plan, payers)} == {
        ("s-exercise", "yes", "incident_to(dc)"),
        ("s-massage", "conditional", "incident_to(dc)"),
    }
    staff = tuple(
        one.model_copy(update={"hours": ()}) if one.id == "dc" else one for one in problem.practitioners
    )
    without = problem.model_copy(update={"practitioners": staff})
    rest = first_fit(without)
    assert rest.sessions == ()
    assert len(rest.unserved_sessions) == len(plan.sessions) == 3
    members = {"lead": "pta", "second": None} if billable == "second" else {"lead": None, "second": "pta"}
    assert pair_status(without, "exercise", payer="plan-a", payers=payers, **members).bill == "no"
