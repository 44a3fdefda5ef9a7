"""The data files of the ACCESS model: sources, statuses, and the days for which each number holds."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from allay.base.errors import NotFound
from allay.base.facts import UNKNOWN
from allay.base.status import MARKS, Status
from allay.measures.catalog import get
from allay.payment.access import eligibility
from allay.payment.access import targets as measures
from allay.payment.access.parameters import PREFIX, TRACKS, facts, parameter
from allay.payment.access.terms import CHOICES, NUMBERS
from allay.programs.definitions.catalog import get as get_program

BEGINS = dt.date(2026, 7, 5)
RATES_END = dt.date(2028, 1, 1)
DAY = dt.timedelta(days=1)
DATED = [fact for fact in facts() if fact.values[0].effective_to == RATES_END]
OPEN = [fact for fact in facts() if fact.values[0].effective_to is None]


def name(fact):
    return fact.id.removeprefix(PREFIX)


@pytest.mark.parametrize("fact", facts(), ids=name)
def test_before_the_model_there_is_no_number(fact):
    with pytest.raises(NotFound):
        parameter(name(fact), on=BEGINS - DAY)
    assert parameter(name(fact), on=BEGINS).value == fact.values[0].value
    assert parameter(name(fact), on=BEGINS + DAY).value == fact.values[0].value


@pytest.mark.parametrize("fact", DATED, ids=name)
def test_rates_and_targets_are_unknown_after_2027(fact):
    assert parameter(name(fact), on=RATES_END - DAY).value == fact.values[0].value
    for day in (RATES_END, RATES_END + DAY):
        assert parameter(name(fact), on=day).value is UNKNOWN
        assert parameter(name(fact), on=day).status is Status.UNKNOWN


def test_every_fact_is_one_or_the_other():
    assert {fact.id for fact in [*DATED, *OPEN]} == {fact.id for fact in facts()}
    assert {name(fact) for fact in OPEN if name(fact).startswith(("amount", "target.msk"))} == set()


@pytest.mark.parametrize("fact", facts(), ids=name)
def test_a_day_of_knowledge_before_our_records_takes_the_first(fact):
    first = parameter(name(fact), on=BEGINS, known_on=dt.date(2026, 7, 5))
    assert first == fact.values[0]


@pytest.mark.parametrize(
    ("which", "value", "status"),
    [
        ("amount.initial.msk", 180, "verified"),
        ("amount.initial.bh", 180, "verified"),
        ("amount.follow_on.bh", 90, "verified"),
        ("amount.initial.eckm", 360, "verified"),
        ("amount.follow_on.eckm", 180, "verified"),
        ("amount.initial.ckm", 420, "verified"),
        ("amount.follow_on.ckm", 210, "verified"),
        ("rural_add_on.amount", 15, "secondary"),
        ("withhold.share", "0.5", "verified"),
        ("payment.parts", 12, "verified"),
        ("outcome.threshold", "0.5", "secondary"),
        ("outcome.cap", "0.5", "secondary"),
        ("substitute.threshold", "0.9", "memory"),
        ("substitute.cap", "0.25", "memory"),
        ("adjustment.cap", "0.5", "secondary"),
        ("multi_track.discount", "0.05", "memory"),
        ("cost_sharing.share", "0.2", "secondary"),
        ("co_management.amount", 30, "verified"),
        ("co_management.times", 3, "verified"),
        ("co_management.first_extra", 10, "memory"),
        ("baseline.last_day", 60, "verified"),
        ("quarterly.first_day", 70, "verified"),
        ("quarterly.last_day", 110, "verified"),
        ("end_of_period.first_day.msk", 185, "verified"),
        ("end_of_period.first_day.bh", 185, "verified"),
        ("end_of_period.first_day.ckm", 275, "verified"),
        ("end_of_period.last_day", 425, "verified"),
        ("control_group.share", "0.05", "secondary"),
        ("follow_on.consent_days", 60, "secondary"),
        ("day_zero", 0, "derived"),
    ],
)
def test_numbers_as_the_sources_have_them(which, value, status):
    fact = parameter(which, on=BEGINS)
    assert (fact.number, fact.status.value) == (Fraction(value), status)


def test_what_nobody_found_is_unknown():
    unknown = {name(fact) for fact in facts() if fact.values[0].value is UNKNOWN}
    assert unknown == {
        "monthly_claim.codes",
        "outcome.policy",
        "target.bh.phq9",
        "target.bh.gad7",
        "target.bh.whodas12",
    }


def test_a_month_is_seven_and_a_half_dollars_and_ninety_are_held():
    amount = Fraction(parameter("amount.initial.msk", on=BEGINS).number)
    held = amount * Fraction(parameter("withhold.share", on=BEGINS).number)
    assert held == 90
    assert (amount - held) / Fraction(parameter("payment.parts", on=BEGINS).number) == Fraction("7.5")


def test_a_year_and_sixty_days():
    year, last = (
        parameter(each, on=BEGINS).number for each in ("care_period.days", "end_of_period.last_day")
    )
    assert last == year + parameter("baseline.last_day", on=BEGINS).number


@pytest.mark.parametrize("fact", facts(), ids=name)
def test_no_status_is_stronger_than_its_sources(fact):
    for row in fact.values:
        best = min(MARKS[reference.seen_as].rank for reference in row.references)
        assert best <= row.status.rank
        marks = {reference.seen_as for reference in row.references}
        if row.status is Status.VERIFIED:
            assert marks & {"S", "C", "SEEN", "S1", "V", "R", "D"}


@pytest.mark.parametrize("track", ["msk", "bh"])
def test_measures_are_instruments_of_the_catalog(track):
    for site in measures.sites(track):
        for target in measures.targets(site, on=BEGINS, track=track):
            for reference in target.instruments:
                scale = get(reference).scale(target.scale)
                assert scale.direction == f"higher_{'better' if target.better == 'higher' else 'worse'}"


def test_minimum_changes_are_those_of_the_instruments():
    """The catalog prints them as thresholds; both come from the same texts and must not part."""
    seen = 0
    for site in measures.sites():
        for target in measures.targets(site, on=BEGINS):
            for reference in target.instruments if target.role == "improve" else ():
                thresholds = {each.id: each for each in get(reference).scale(target.scale).thresholds}
                assert thresholds["access"].value == target.amount.number
                assert thresholds["access"].status is target.amount.status is Status.SECONDARY
                seen += 1
    assert seen == 6 * 4 + 5


def test_the_program_definition_has_the_same_days_and_measures():
    definition = get_program("access-msk@1.0.0")
    points = {point.id: point for point in definition.timepoints}
    number = {
        each: parameter(each, on=BEGINS).number for each in ("baseline.last_day", "quarterly.first_day")
    }
    assert points["baseline"].offset_days == number["baseline.last_day"]
    quarter, end = points["quarter_1"], points["end"]
    assert quarter.offset_days + quarter.opens_days == number["quarterly.first_day"]
    assert quarter.offset_days + quarter.closes_days == parameter("quarterly.last_day", on=BEGINS).number
    assert end.offset_days + end.opens_days == parameter("end_of_period.first_day.msk", on=BEGINS).number
    assert end.offset_days + end.closes_days == parameter("end_of_period.last_day", on=BEGINS).number
    ours = {i for site in measures.sites() for t in measures.targets(site, on=BEGINS) for i in t.instruments}
    assert {measure.instrument for measure in definition.measures} <= ours


def test_every_term_is_a_fact():
    for fact in NUMBERS.values():
        for track in TRACKS:
            assert PREFIX + fact.format(track=track) in facts()
    assert all(PREFIX + fact in facts() for fact, _ in CHOICES.values())


def test_rules_of_eligibility_have_sources():
    file = eligibility._file()
    assert len({rule.id for rule in file.rules}) == len(file.rules) == 11
    assert {rule.source for rule in file.rules} | {file.diagnosis.source} <= set(file.sources)
