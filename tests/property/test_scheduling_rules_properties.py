"""Same-day rules from coverage: no loss below zero, no order that matters, nothing made of the unknown."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.scheduling.rules.paircases import MEDICARE, SERVICES, clinic, told

from allay.base.status import Status
from allay.coverage.decisions.engine import Engine
from allay.scheduling.rules.dayrules import rule_of, with_rules
from allay.scheduling.rules.findings import PairFinding
from allay.scheduling.rules.sameday import same_day_rules

STATUSES = [status.value for status in Status if status is not Status.UNKNOWN]
COMMERCIAL = {"payer": "commercial", "network": "contracted"}


@cache
def engine() -> Engine:
    """One engine for all: it keeps what it was asked."""
    return Engine()


@st.composite
def payers(draw):
    """A payer: Medicare in an office or a health center, or a plan with some amounts and facts not said."""
    said = {"status": draw(st.sampled_from(STATUSES))}
    if draw(st.booleans()):
        place = draw(st.sampled_from(["office", "fqhc", "hospital_outpatient"]))
        plan = MEDICARE["plan"] | {"same_provider": draw(st.sampled_from(["npi", "tin"]))}
        return MEDICARE | said | {"plan": plan, "setting": {"place": place, "mode": "in_person"}}
    amounts = st.one_of(st.none(), st.integers(0, 200))
    flags = st.sampled_from([None, True, False])
    benefits = {
        name: {"covered": draw(flags), "allowed": draw(amounts), "prior_auth": False} for name in SERVICES
    }
    same = {"same_provider": draw(st.sampled_from(["npi", "tin"]))}
    return said | {
        "plan": COMMERCIAL | same,
        "patient": {"state": "VT"},
        "setting": {"place": "office", "mode": "in_person"},
        "benefits": benefits,
    }


services = st.lists(st.sampled_from(sorted(SERVICES)), min_size=1, max_size=3, unique=True)
DAYS = st.sampled_from(["2024-07-15", "2027-01-04"])


def decided(names, payer, day, policy="forbid", *, backward=False):
    problem = clinic(*names, sessions=2, opening={"start": day})
    if backward:
        people = tuple(reversed(problem.practitioners))
        problem = problem.model_copy(update={"practitioners": people})
    file = told(payer, *names)
    return problem, file, same_day_rules(problem, file, policy=policy, engine=engine())


@settings(max_examples=30)
@given(services, payers(), DAYS)
def test_the_order_of_services_and_of_people_does_not_matter(names, payer, day):
    _, _, there = decided(names, payer, day)
    _, _, back = decided(names[::-1], payer, day, backward=True)

    def said(found):
        return {
            frozenset(one.services): (one.answer, one.lost_cents, one.status, frozenset(one.missing))
            for one in found.findings
        }

    assert said(there) == said(back)
    rules = [
        {(frozenset(one.services), one.effect, one.lost_cents, one.status) for one in found.rules}
        for found in (there, back)
    ]
    assert rules[0] == rules[1]


@settings(max_examples=30)
@given(services, payers(), DAYS, st.sampled_from(["forbid", "price"]))
def test_no_loss_is_below_zero_and_nothing_is_made_of_the_unknown(names, payer, day, policy):
    problem, file, found = decided(names, payer, day, policy)
    by_pair = {one.services: one for one in found.findings}
    for one in found.findings:
        assert one.lost_cents is None or one.lost_cents >= 0
        assert (one.answer != "unknown") or one.missing
    for rule in found.rules:
        finding = by_pair[rule.services]
        assert finding.answer in ("forbidden", "priced")
        assert rule.status == finding.status
        assert Status(rule.status).rank >= Status(payer["status"]).rank
        assert all(Status(rule.status).rank >= Status(each.status).rank for each in finding.reasons)
        assert rule.effect == "priced" or policy == "forbid"
        assert rule.lost_cents > 0 or rule.effect == "forbidden"
    once = with_rules(problem, found)
    again = same_day_rules(once, file, policy=policy, engine=engine())
    assert with_rules(once, again) == once


@given(
    st.sampled_from(["forbidden", "priced", "billed", "not_billed", "unknown"]),
    st.one_of(st.none(), st.integers(0, 10**6)),
    st.sampled_from(STATUSES),
)
def test_pricing_forbids_nothing_and_loses_what_forbidding_would(answer, lost, status):
    said = {"payer": "p", "services": ("a", "b"), "text": "t", "status": status}
    finding = PairFinding(answer=answer, lost_cents=lost, **said)
    forbid, price = rule_of(finding, "forbid"), rule_of(finding, "price")
    assert (forbid is not None) >= (price is not None)
    if price is not None:
        assert price.effect == "priced"
        assert price.lost_cents == forbid.lost_cents == lost > 0
    assert (forbid is not None) == (answer == "forbidden" or (answer == "priced" and bool(lost)))
