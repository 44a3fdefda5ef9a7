"""Authorizations: stages, units, days, clocks, packets, bundles."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal

import pytest

from allay.base.codes import Icd10cm, Npi
from allay.base.dates import Period
from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.coverage.authorizations.authorization import Authorization
from allay.coverage.authorizations.bundle import BundledAuthorization
from allay.coverage.authorizations.clock import answer_clock, due
from allay.coverage.authorizations.lifecycle import NEXT, AuthorizationStage, check_move
from allay.coverage.authorizations.packet import OutcomeScores, PacketFacts, RequestedService, build_packet
from allay.coverage.authorizations.ranking import ranked
from allay.coverage.authorizations.renewal import renewal_due
from allay.coverage.authorizations.wiser import wiser

DAY = dt.date(2026, 3, 2)
SPRING = Period(dt.date(2026, 3, 1), dt.date(2026, 6, 1))


def made(stage=AuthorizationStage.APPROVED, **more):
    return Authorization("a", "p", "plan", ("acupuncture",), stage, **{"payer_type": "medicaid", **more})


# Written by hand beside the table in the code: (from, to) of every step there is.
STEPS = {
    "draft": "requested canceled",
    "requested": "pended approved partially_approved denied canceled",
    "pended": "requested approved partially_approved denied canceled",
    "approved": "exhausted expired canceled",
    "partially_approved": "appealed exhausted expired canceled",
    "denied": "appealed",
    "appealed": "approved partially_approved denied canceled",
    "expired": "",
    "canceled": "",
    "exhausted": "",
}


@pytest.mark.parametrize(("now", "to"), list(itertools.product(AuthorizationStage, AuthorizationStage)))
def test_steps(now, to):
    if to.value in STEPS[now.value].split():
        check_move(now, to)
    else:
        with pytest.raises(InvalidValue, match="after " + now.value):
            made(now).move(to, on=DAY)


def test_the_table_names_every_stage():
    assert set(NEXT) == set(AuthorizationStage)
    assert {stage.value for stage in AuthorizationStage if stage.final} == {
        "expired",
        "canceled",
        "exhausted",
    }


def test_a_request_and_a_decision_note_their_days():
    asked = made(AuthorizationStage.DRAFT).move(AuthorizationStage.REQUESTED, on=DAY)
    again = asked.move(AuthorizationStage.PENDED, on=dt.date(2026, 3, 4)).move(
        AuthorizationStage.REQUESTED, on=dt.date(2026, 3, 5)
    )
    decided = again.move(AuthorizationStage.DENIED, on=dt.date(2026, 3, 9))
    assert (decided.requested_on, decided.decided_on) == (DAY, dt.date(2026, 3, 9))
    with pytest.raises(InvalidValue, match="a decision not before"):
        asked.move(AuthorizationStage.APPROVED, on=dt.date(2026, 3, 1))


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"units_used": -1}, "counts"),
        ({"units_approved": -1}, "counts"),
        ({"units_per_visit": 0}, "unit a visit"),
        ({"visits_per_week": -1}, "visits a week"),
    ],
)
def test_what_cannot_be(more, wrong):
    with pytest.raises(InvalidValue, match=wrong):
        made(**more)


@pytest.mark.parametrize(("day", "stage"), [("2026-05-31", "approved"), ("2026-06-01", "expired")])
def test_days_run_out(day, stage):
    assert made(period=SPRING).stage_on(dt.date.fromisoformat(day)).value == stage


def test_using():
    one = made(units_approved=3, period=SPRING)
    two_left = one.use(1, day=DAY)
    assert (two_left.left, two_left.stage) == (2, AuthorizationStage.APPROVED)
    assert two_left.use(2, day=DAY).stage is AuthorizationStage.EXHAUSTED
    for units, day, wrong in [
        (3, DAY, "at most the 2 units left"),
        (0, DAY, "at least 1 unit"),
        (1, dt.date(2026, 6, 1), "a day covered"),
        (1, dt.date(2026, 2, 28), "a day covered"),
    ]:
        with pytest.raises(InvalidValue, match=wrong):
            two_left.use(units, day=day)
    with pytest.raises(InvalidValue, match="in force"):
        made(AuthorizationStage.DENIED).use(1, day=DAY)


def test_more_used_than_approved_is_not_silent():
    over = made(units_approved=8, units_used=9)
    assert (over.left, over.overused, over.stage_on(DAY)) == (0, 1, AuthorizationStage.EXHAUSTED)
    [step] = ranked([over], as_of=DAY)
    assert step.notes == ("9 used of 8 approved",)
    assert step.late


def test_an_urgent_request_with_its_hour():
    at = dt.datetime(2026, 3, 2, 14, 30)
    one = made(AuthorizationStage.REQUESTED, requested_on=DAY, requested_at=at, urgent=True)
    found = due(one)
    assert (found.at, found.day) == (dt.datetime(2026, 3, 5, 14, 30), dt.date(2026, 3, 5))
    assert "moment" in found.assumption
    assert due(made(AuthorizationStage.APPROVED, requested_on=DAY)) is None
    assert due(made(AuthorizationStage.DRAFT)) is None


def test_an_agreed_clock_comes_first():
    clock = answer_clock("medicaid", requested_on=DAY, agreed_days=3)
    assert (clock.days, clock.answer.confidence) == (3, Status.CONTRACT)


def test_a_renewal_near_the_first_day_of_the_rule():
    """The day to ask lies before the rule began: it is still the one that would be in time."""
    one = made(period=Period(dt.date(2025, 10, 1), dt.date(2026, 1, 4)))
    again = renewal_due(one, as_of=dt.date(2025, 12, 1))
    assert again.ask_by == dt.date(2025, 12, 27)
    assert again.clock.answer.verdict.value == "unknown"


def test_renewal_of_what_is_not_in_force():
    assert renewal_due(made(AuthorizationStage.DENIED), as_of=DAY) is None
    assert renewal_due(made(), as_of=DAY).runs_out == "nothing"


def test_several_units_a_visit():
    one = made(units_approved=9, units_per_visit=2, visits_per_week=1)
    assert renewal_due(one, as_of=DAY).last_covered == dt.date(2026, 3, 29)  # 4 whole visits, 4 weeks


def test_a_pace_slower_than_the_calendar():
    one = made(units_approved=999_999, visits_per_week=1)
    assert renewal_due(one, as_of=DAY).last_covered is None


PEG = OutcomeScores("peg", Decimal(7), dt.date(2026, 1, 5), Decimal(4), dt.date(2026, 3, 30))
WHOLE = PacketFacts(
    diagnoses=(Icd10cm("M54.50"),),
    duration_weeks=14,
    prior_treatments=("physical therapy, 8 visits",),
    outcomes=(PEG,),
    plan_of_care="12 visits in 90 days",
    services=(RequestedService("97810", 12, DAY, dt.date(2026, 5, 30)),),
    clinician="Dr. Ana Rey",
    npi=Npi("1234567893"),
)


def test_a_whole_packet():
    packet = build_packet(WHOLE, renewal=True)
    assert packet.complete
    assert packet.items["outcome scores"] == ("peg total: 7 on 2026-01-05, 4 on 2026-03-30 (better by 3)",)
    assert packet.items["services requested"] == ("97810, 12 units, 2026-03-02 to 2026-05-30",)
    assert packet.items["clinician"] == ("Dr. Ana Rey", "NPI 1234567893")


def test_an_empty_packet_lists_everything():
    assert build_packet(PacketFacts()).missing == (
        "diagnoses",
        "duration",
        "prior treatments",
        "outcome scores",
        "plan of care",
        "services requested",
        "clinician",
    )


def test_what_a_packet_lacks():
    facts = PacketFacts(
        outcomes=(OutcomeScores("peg", Decimal(7), DAY),),
        services=(RequestedService("yoga"),),
        clinician="Dr. Ana Rey",
    )
    assert "follow-up score of peg" not in build_packet(facts).missing
    assert build_packet(facts, renewal=True).missing[-5:] == (
        "follow-up score of peg",
        "units of yoga",
        "first day of yoga",
        "last day of yoga",
        "NPI of the clinician",
    )


@pytest.mark.parametrize(
    ("instrument", "scale", "baseline", "latest", "words"),
    [
        ("peg", "total", 4, 7, "worse by 3"),
        ("peg", "total", 4, 4, "no change"),
        ("pseq", "total", 20, 31, "better by 11"),
        ("promis29", "pain_interference", 65, 60, "better by 5"),
    ],
)
def test_change_by_the_direction_of_the_scale(instrument, scale, baseline, latest, words):
    scores = OutcomeScores(instrument, Decimal(baseline), DAY, Decimal(latest), DAY, scale)
    assert scores.text.endswith(f"({words})")


def test_scores_that_cannot_be():
    with pytest.raises(InvalidValue, match="with its day"):
        OutcomeScores("peg", Decimal(7), DAY, Decimal(4))
    with pytest.raises(InvalidValue, match="not before"):
        OutcomeScores("peg", Decimal(7), DAY, Decimal(4), dt.date(2026, 3, 1))


@pytest.mark.parametrize(
    ("service", "day", "verdict"),
    [
        ("yoga", "2026-01-04", "no"),
        ("yoga", "2026-01-05", "yes"),
        ("yoga", "2026-04-05", "yes"),
        ("yoga", "2026-04-06", "no"),
        ("interventional_referral", "2026-02-02", "no"),
    ],
)
def test_bundle(service, day, verdict):
    bundle = BundledAuthorization("b", "p", "plan", "path", ("yoga", "acupuncture"), dt.date(2026, 1, 5), 13)
    answer = bundle.covers(service, day=dt.date.fromisoformat(day))
    assert (answer.verdict.value, answer.confidence) == (verdict, Status.CONTRACT)


def test_bundles_that_cannot_be():
    with pytest.raises(InvalidValue, match="services"):
        BundledAuthorization("b", "p", "plan", "path", (), DAY, 13)
    with pytest.raises(InvalidValue, match="1 week"):
        BundledAuthorization("b", "p", "plan", "path", ("yoga",), DAY, 0)


def test_answers_name_their_source():
    for answer in (
        wiser("64483", state="TX", day=dt.date(2026, 2, 1), place_of_service="24"),
        answer_clock("medicaid", requested_on=DAY).answer,
        answer_clock("original_medicare", requested_on=DAY).answer,
    ):
        for reason in answer.reasons:
            assert reason.references, reason
            assert "@" in reason.rule
            assert reason.status is Status.SECONDARY
