"""ACCESS: deadlines, targets and money of the CMS model, musculoskeletal track.

Most numbers of this model are known from secondary texts or from memory. The tables say what Allay makes of
them; whoever has other terms gives them in a file. By which policy measures combine is not settled at all.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from allay.payment.access.attainment import EndScores, Outcome, TargetPolicy, attainment
from allay.payment.access.cohort import Aligned
from allay.payment.access.deadlines import AccessReport, ReportKind, deadlines
from allay.payment.access.parameters import sureness
from allay.payment.access.reconciliation import reconciliation, value_of_reports
from allay.payment.access.targets import targets
from allay.payment.access.terms import shipped_terms

ALIGNED = dt.date(2026, 8, 1)

DEADLINES = [
    ("none", "baseline", "2026-08-01", "2026-09-30"),
    ("none", "quarterly", "", ""),
    ("baseline 2026-08-20", "quarterly", "2026-10-29", "2026-12-08"),
    ("baseline 2026-08-20, quarterly 2026-11-30", "quarterly", "2027-02-08", "2027-03-20"),
    ("baseline 2026-08-20", "end-of-period", "2027-02-02", "2027-09-30"),
    ("none", "lock-in", "2026-10-30", "2026-11-01"),
]

PAIR = "PF 37 to 39, PI 62 to 60"
TARGETS = [
    ("low back", f"{PAIR}, ODI 36 to 28, pain 6 to 6", "met", "met", "met"),
    ("low back", f"{PAIR}, ODI 36 to 29, pain 6 to 6", "met", "met", "not_met"),
    ("low back", "PF 37 to 38, PI 62 to 60, ODI 36 to 29, pain 6 to 6", "met", "not_met", "not_met"),
    ("low back", "PF 37 to 38, PI 62 to 61, ODI 36 to 29, pain 6 to 6", "not_met", "not_met", "not_met"),
    ("low back", f"{PAIR}, ODI 36 to 28, pain 6 to 8", "met", "met", "met"),
    ("low back", f"{PAIR}, ODI 36 to 28, pain 6 to 9", "not_met", "not_met", "not_met"),
    ("low back", f"{PAIR}, ODI 36 to nothing, pain 6 to 6", "met", "met", "missing"),
    ("low back", "PF 37 to nothing, PI 62 to nothing, ODI 36 to nothing", "missing", "missing", "missing"),
    ("low back", f"{PAIR}, ODI 36 to 28, pain 6 to nothing", "missing", "missing", "missing"),
    ("knee", f"{PAIR}, KOOS 50 to 60, pain 6 to 6", "met", "met", "met"),
    ("knee", f"{PAIR}, KOOS 50 to 59.9, pain 6 to 6", "met", "met", "not_met"),
    ("other", f"{PAIR}, pain 6 to 6", "met", "met", "met"),
]

MONEY = [
    (100, 56, 7, "proportional", "18000.00", "9000.00", "0%", "0%", "18000.00", "9000.00", "14400.00"),
    (200, 76, 32, "proportional", "36000.00", "18000.00", "24%", "6%", "25200.00", "7200.00", "20160.00"),
    (200, 76, 32, "points", "36000.00", "18000.00", "12%", "6%", "29520.00", "11520.00", "23616.00"),
    (200, 76, 32, "all_or_nothing", "36000.00", "18000.00", "50%", "6%", "18000.00", "0.00", "14400.00"),
    (200, 100, 32, "proportional", "36000.00", "18000.00", "0%", "6%", "33840.00", "15840.00", "27072.00"),
]

SURE = [
    ("gross", "verified"),
    ("paid", "verified"),
    ("without_substitute_rate", "verified"),
    ("attainment_rate", "unconfirmed: unknown"),
    ("substitute_adjustment", "unconfirmed: memory"),
    ("earned", "unconfirmed: unknown"),
    ("release", "unconfirmed: unknown"),
    ("medicare", "unconfirmed: unknown"),
]

NAMES = {
    "PF": ("promis-pf6b", "physical_function"),
    "PI": ("promis-pi6a", "pain_interference"),
    "ODI": ("odi", "total"),
    "KOOS": ("koos-jr", "total"),
    "pain": ("pain-nrs", "total"),
}


def reports(text: str) -> list[AccessReport]:
    """Read "baseline 2026-08-20, quarterly 2026-11-30"."""
    pairs = [] if text == "none" else [part.split() for part in text.split(", ")]
    return [AccessReport(ReportKind(kind), dt.date.fromisoformat(day)) for kind, day in pairs]


def scores(text: str) -> list[EndScores]:
    """Read "PF 37 to 39, ODI 36 to nothing"."""
    found = []
    for part in text.split(", "):
        name, first, _, last = part.split()
        end = None if last == "nothing" else Decimal(last)
        found.append(EndScores(*NAMES[name], Decimal(first), end))
    return found


def cohort(patients: int, met: int, substitutes: int, missing: int = 0) -> list[Aligned]:
    """Make a cohort of whole periods."""
    outcomes = [Outcome.MET] * met + [Outcome.MISSING] * missing
    outcomes += [Outcome.NOT_MET] * (patients - len(outcomes))
    return [Aligned(str(n), each, substitute=n < substitutes) for n, each in enumerate(outcomes)]


@pytest.mark.parametrize(("sent", "deadline", "first_day", "last_day"), DEADLINES)
def test_deadlines(sent, deadline, first_day, last_day):
    """Alignment on 2026-08-01: what has been sent decides the next window; nothing sent, no quarterly one.

    All are unconfirmed: the sources do not say whether the day of alignment counts.
    """
    found = [
        each
        for each in deadlines(ALIGNED, reports=reports(sent))
        if each.kind == deadline and each.sent_on is None
    ]
    days = (str(found[0].first_day), str(found[0].last_day)) if found else ("", "")
    assert days == (first_day, last_day)
    assert {sureness(each.status) for each in found} <= {"unconfirmed: derived"}


@pytest.mark.parametrize(("site", "scores_at_both_ends", "one_asked", "two_asked", "all_asked"), TARGETS)
def test_targets(site, scores_at_both_ends, one_asked, two_asked, all_asked):
    """The target under three policies (one measure, two, all), with a rise of pain as a veto."""
    asked = targets(site.replace(" ", "_"), on=ALIGNED)
    policies = [TargetPolicy("any"), TargetPolicy("k_of_n", k=2), TargetPolicy("all")]
    found = [attainment(scores(scores_at_both_ends), each, targets=asked).outcome.value for each in policies]
    assert found == [one_asked, two_asked, all_asked]


@pytest.mark.parametrize(
    (
        "patients",
        "met",
        "with_substitutes",
        "form",
        "gross",
        "paid",
        "outcome_adjustment",
        "substitute_adjustment",
        "earned",
        "release",
        "medicare_pays",
    ),
    MONEY,
)
def test_money(
    patients,
    met,
    with_substitutes,
    form,
    gross,
    paid,
    outcome_adjustment,
    substitute_adjustment,
    earned,
    release,
    medicare_pays,
):
    """Whole periods at $180, half withheld; thresholds of 50% met and 90% without substitute services."""
    terms = shipped_terms().with_form(form)
    found = reconciliation(cohort(patients, met, with_substitutes), terms=terms)
    assert [str(each) for each in (found.gross, found.paid, found.earned, found.release, found.medicare)] == [
        gross,
        paid,
        earned,
        release,
        medicare_pays,
    ]
    shares = (found.outcome_adjustment, found.substitute_adjustment)
    assert [f"{each * 100}%" for each in shares] == [outcome_adjustment, substitute_adjustment]


@pytest.mark.parametrize(
    ("missing", "would_have_met", "worth", "each"),
    [(30, 24, "8640.00", "288.00"), (30, 0, "0.00", "0.00"), (30, 12, "4320.00", "144.00")],
)
def test_missing_reports(missing, would_have_met, worth, each):
    """What completing 30 missing reports is worth to a cohort of 200 of whom 76 met the target."""
    found = value_of_reports(cohort(200, 76, 32, missing), would_meet=would_have_met, terms=shipped_terms())
    assert (found.reports, str(found.worth), str(found.each)) == (missing, worth, each)


@pytest.mark.parametrize(("figure", "sure"), SURE)
def test_how_sure(figure, sure):
    """How sure each figure is under the shipped terms."""
    found = reconciliation(cohort(200, 76, 32), terms=shipped_terms())
    assert sureness(found.status_of(figure)) == sure
