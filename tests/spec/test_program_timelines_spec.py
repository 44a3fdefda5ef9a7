"""Program timelines.

A definition gives every episode its schedule. Weeks are seven days from the first day of a phase; a session
falls on a day on which the program is open; program days count open days only. Months are calendar months,
and end on the last day of a shorter one. What is shown for published programs is what was published of them.
"""

from __future__ import annotations

import datetime as dt

import pytest

from allay.programs.definitions.catalog import get
from allay.programs.definitions.gates import Known
from allay.programs.definitions.program_days import add_months
from allay.programs.definitions.timeline import timeline

STRUCTURE = [
    # PATH ran for 8, then 13, then 16 weeks; cohorts of 10 to 12.
    ("path@1.0.0", "2026-09-07", "program", "2026-09-07", "2026-11-01", 56, "weekly_group", 8),
    ("path@2.0.0", "2026-09-07", "program", "2026-09-07", "2026-12-06", 91, "weekly_group", 13),
    ("path@3.0.0", "2026-09-07", "program", "2026-09-07", "2026-12-27", 112, "weekly_group", 16),
    # PPACT: twelve weekly groups.
    ("ppact", "2026-09-07", "groups", "2026-09-07", "2026-11-29", 84, "weekly_group", 12),
    # Washington: one evaluation, up to 20 consecutive days of treatment, follow-up.
    ("wa-simp", "2026-09-07", "evaluation", "2026-09-07", "2026-09-20", 14, "team_evaluation", 1),
    ("wa-simp", "2026-09-07", "treatment", "2026-09-21", "2026-10-16", 26, "treatment_day", 20),
    ("wa-simp", "2026-09-07", "follow_up", "2026-10-17", "2027-01-16", 92, "follow_up_contacts", 0),
    # The year's end and the leap day.
    ("path@1.0.0", "2026-12-28", "program", "2026-12-28", "2027-02-21", 56, "weekly_group", 8),
    ("path@1.0.0", "2028-02-28", "program", "2028-02-28", "2028-04-23", 56, "weekly_group", 8),
    ("ppact", "2028-02-29", "groups", "2028-02-29", "2028-05-22", 84, "weekly_group", 12),
    ("wa-simp", "2027-12-20", "treatment", "2028-01-03", "2028-01-28", 26, "treatment_day", 20),
    ("access-msk", "2027-03-01", "care_period", "2027-03-01", "2028-02-29", 366, "coaching", 12),
    ("access-msk", "2028-02-29", "care_period", "2028-02-29", "2029-02-27", 365, "coaching", 12),
    # Medicare acupuncture: twelve visits in 90 days.
    ("acupuncture-clbp", "2026-09-07", "first_visits", "2026-09-07", "2026-12-05", 90, "visits", 12),
    ("acupuncture-clbp", "2026-09-07", "more_visits", "2026-12-06", "2027-02-03", 60, "further_visits", 8),
]


@pytest.mark.parametrize(
    ("definition", "start", "phase", "first", "last", "days", "component", "sessions"), STRUCTURE
)
def test_phases(definition, start, phase, first, last, days, component, sessions):
    """A phase has its days, and its sessions are all within them."""
    found = timeline(get(definition), dt.date.fromisoformat(start))
    placed = next(each for each in found.phases if each.phase.id == phase)
    held = [each.date for each in found.of_kind("session") if each.id == component]
    assert (str(placed.start), str(placed.end), placed.days) == (first, last, days)
    assert len(held) == sessions
    assert all(placed.start <= day <= placed.end for day in held)


PUBLISHED = [
    ("path@1.0.0", "cohort", "10 to 12"),
    ("path@2.0.0", "cohort", "10 to 12"),
    ("path@3.0.0", "cohort", "10 to 12"),
    ("path@3.0.0", "copays", "2 to 3"),
    ("path@3.0.0", "price", "not published"),
    ("ppact", "minutes of weekly_group", "90"),
    ("wa-simp", "minutes of treatment_day", "360 to 480"),
    ("wa-simp", "before treatment", "referral, authorization, report of the evaluation, treatment plan"),
    ("wa-simp", "before evaluation", "referral, authorization"),
    ("safety-net-group", "cohort", "8 to 13"),
]


@pytest.mark.parametrize(("definition", "what", "published"), PUBLISHED)
def test_published_details(definition, what, published):
    """Details of published programs are those published; what is not published is absent."""
    chosen = get(definition)
    kind, _, name = what.partition(" ")
    if kind == "cohort":
        found = f"{chosen.cohort.low} to {chosen.cohort.high}"
    elif kind == "copays":
        found = f"{chosen.contracts[0].copays_low} to {chosen.contracts[0].copays_high}"
    elif kind == "price":
        found = chosen.contracts[0].price_cents or "not published"
    elif kind == "minutes":
        component = chosen.component(name.removeprefix("of "))
        most = f" to {component.minutes_most}" if component.minutes_most else ""
        found = f"{component.minutes}{most}"
    else:
        entry = next(phase.entry for phase in chosen.phases if phase.id == name)
        needs = ["referral"] * bool(entry.referral) + ["authorization"] * entry.authorization
        found = ", ".join([*needs, *entry.documents])
    assert found == published


DEADLINES = [
    # 60 days from alignment; 70 to 110 days after the last report; days 185 to 425.
    ("2026-08-01", "", "baseline", "2026-08-01", "2026-09-30"),
    ("2026-08-01", "2026-08-20", "quarter_1", "2026-10-29", "2026-12-08"),
    ("2026-08-01", "", "end", "2027-02-02", "2027-09-30"),
    ("2027-03-01", "", "end", "2027-09-02", "2028-04-29"),
]


@pytest.mark.parametrize(("aligned", "baseline_sent", "report", "opens", "closes"), DEADLINES)
def test_access_deadlines(aligned, baseline_sent, report, opens, closes):
    """Reports of the CMS ACCESS model are due by days from alignment, or from the report before."""
    done = {"baseline": dt.date.fromisoformat(baseline_sent)} if baseline_sent else {}
    found = timeline(get("access-msk"), dt.date.fromisoformat(aligned), known=Known(done=done))
    told = next(each for each in found.of_kind("report") if each.id == report)
    assert (str(told.opens), str(told.closes)) == (opens, closes)


BRANCHES = [
    # Acupuncture: eight more visits only for those who improve by at least 1 point of the PEG.
    ("acupuncture-clbp", 7.0, 6.0, "first_visits more_visits"),
    ("acupuncture-clbp", 7.0, 6.1, "first_visits"),
    ("acupuncture-clbp", 7.0, 8.0, "first_visits"),
    # Starter: one-to-one care for those whom the groups help by less than 30%.
    ("starter", 10.0, 7.0, "groups after"),
    ("starter", 10.0, 7.1, "groups one_to_one after"),
    ("starter", 0.0, 0.0, "groups one_to_one after"),
]


@pytest.mark.parametrize(("definition", "before", "after", "phases"), BRANCHES)
def test_branches(definition, before, after, phases):
    """Which phases follow from two scores of the PEG. From 0 nobody improves by a percentage."""
    chosen = get(definition)
    gate = chosen.gates[0]
    scores = {("baseline", "peg", "total"): before, (gate.at, "peg", "total"): after}
    found = timeline(chosen, dt.date(2026, 9, 7), known=Known(scores=scores))
    assert " ".join(each.phase.id for each in found.phases) == phases


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-03-31", 0, "2026-03-31"),
    ],
)
def test_months(day, months, later):
    """So many calendar months later."""
    assert str(add_months(dt.date.fromisoformat(day), months)) == later
