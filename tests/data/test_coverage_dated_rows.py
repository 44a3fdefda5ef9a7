"""Every dated rule and parameter of Original Medicare: the day before, the day of and the day after.

A rule or parameter that gets a new first or last day fails here until its day is entered by hand. Those of
states, plans and workers' compensation, and those of fees, have tables of their own.
"""

from __future__ import annotations

import datetime as dt

import pytest
from tests.data.test_coverage_dates_states import FILES as OF_STATES

from allay.base.fact import UNKNOWN
from allay.base.facts import load_facts
from allay.coverage.rules.rulebook import DATA, Rulebook

ONE_DAY = dt.timedelta(days=1)
OLD = (
    "2000-01-01",
    "1966-07-01",
)  # stand for: old, and the day it began was not looked up; since Medicare began
OTHER_TABLES = ("fees", "plans", "states", "workers_compensation")
IN_2026 = "amount_90837_facility amount_90837_non_facility amount_97150_non_facility amount_99203_facility "
IN_2026 += "amount_99203_non_facility amount_99204_facility amount_99204_non_facility "
IN_2026 += "amount_g3003_non_facility clinic_visit clinic_visit_off_campus"

# Rules by the day on which they begin, end, or say something else than before; ids without "us.medicare.".
BEGIN = [
    ("2013-04-01", "price", "therapy_reduction"),
    (
        "2020-01-01",
        "",
        "assistant.therapy behavioral.social_workers_paid nutrition.dietitians_paid visits.npp",
    ),
    (
        "2020-01-21",
        "acupuncture",
        "benefit only_low_back chronic nonspecific who first_block first_block_days",
    ),
    ("2020-01-21", "acupuncture", "document year worse kx ga gz"),
    ("2022-01-01", "therapy", "assistant_pt assistant_ot threshold_pt threshold_ot"),
    ("2022-01-01", "therapy", "threshold_review_pt threshold_review_ot"),
    ("2023-01-01", "pain_month", "who chronic first_in_person overlap"),
    ("2023-01-01", "", "telehealth.pain_month incident_to.general"),
    ("2024-01-01", "behavioral", "counselors counselors_paid"),
    ("2026-01-01", "", "incident_to.video_globals telehealth.flexible telehealth.video telehealth.audio"),
    ("2026-01-01", "telehealth", "health_center_audio"),
    ("2026-01-01", "price", IN_2026),
    ("2026-01-15", "wiser", "asked office other_codes"),
    ("2028-01-01", "telehealth", "after_2027"),
]
END = [
    ("2020-01-21", "acupuncture", "not_yet"),
    ("2023-01-01", "pain_month", "not_yet"),
    ("2024-01-01", "", "behavioral.social_workers own.counselors"),
    ("2025-01-01", "fqhc", "month_bundle"),
    ("2027-01-01", "price", IN_2026),
    ("2028-01-01", "telehealth", "flexible"),
    ("2032-01-01", "wiser", "asked office other_codes"),
]
CHANGE = [
    ("2026-01-01", "incident_to", "direct"),
    ("2026-05-12", "chiropractic", "ga"),
]
# Lists are told by how many they name.
PARAMETERS = """
| parameter                                             | change     | before  | on       | status    |
| ----------------------------------------------------- | ---------- | ------- | -------- | --------- |
| us.ama.timed_units.more_than_share                    | 2020-01-01 | none    | 0.5      | memory    |
| us.cms_0057.api                                       | 2026-01-01 | none    | False    | secondary |
| us.cms_0057.api                                       | 2027-01-01 | False   | True     | secondary |
| us.cms_0057.denial_reason                             | 2026-01-01 | none    | True     | secondary |
| us.cms_0057.outside                                   | 2026-01-01 | none    | 2 named  | secondary |
| us.cms_0057.payer_types                               | 2026-01-01 | none    | 8 named  | secondary |
| us.cms_0057.standard_days                             | 2026-01-01 | none    | 7        | secondary |
| us.cms_0057.urgent_hours                              | 2026-01-01 | none    | 72       | secondary |
| us.medicare.acupuncture.first_block_days              | 2020-01-21 | none    | 90       | verified  |
| us.medicare.acupuncture.pain_weeks                    | 2020-01-21 | none    | 12       | verified  |
| us.medicare.acupuncture.visits_first_block            | 2020-01-21 | none    | 12       | verified  |
| us.medicare.acupuncture.visits_further                | 2020-01-21 | none    | 8        | verified  |
| us.medicare.acupuncture.visits_year                   | 2020-01-21 | none    | 20       | verified  |
| us.medicare.chronic_pain_management.pain_weeks        | 2023-01-01 | none    | 13       | derived   |
| us.medicare.dietitian_ratio                           | 2020-01-01 | none    | 0.85     | memory    |
| us.medicare.fqhc.visit_professions                    | 2024-01-01 | 15 named | 17 named | verified |
| us.medicare.incident_to.behavioral_health_services    | 2023-01-01 | none    | 6 named  | derived   |
| us.medicare.incident_to.general_behavioral_health     | 2023-01-01 | False   | True     | secondary |
| us.medicare.incident_to.video                         | 2020-01-01 | none    | unknown  | unknown   |
| us.medicare.incident_to.video                         | 2026-01-01 | unknown | True     | secondary |
| us.medicare.incident_to.video_excluded_globals        | 2026-01-01 | none    | 2 named  | secondary |
| us.medicare.lcsw_ratio                                | 2020-01-01 | none    | 0.75     | memory    |
| us.medicare.notice.patient_pays_modifiers             | 2020-01-01 | none    | 3 named  | verified  |
| us.medicare.therapy.never_incident_to                 | 2020-01-01 | none    | 6 named  | verified  |
| us.medicare.timed_units.least_minutes                 | 2020-01-01 | none    | 8        | secondary |
| us.medicare.timed_units.unit_minutes                  | 2020-01-01 | none    | 15       | secondary |
| us.medicare.wiser.codes                               | 2026-01-15 | none    | 1 named  | secondary |
| us.medicare.wiser.codes                               | 2032-01-01 | 1 named | none     | -         |
| us.medicare.wiser.office                              | 2026-01-15 | none    | unknown  | unknown   |
| us.medicare.wiser.office                              | 2032-01-01 | unknown | none     | -         |
| us.medicare.wiser.states                              | 2026-01-15 | none    | 6 named  | secondary |
| us.medicare.wiser.states                              | 2032-01-01 | 6 named | none     | -         |
"""


def entered(table):
    """Return the rules of a table with their days."""
    return [
        (".".join(filter(None, ("us.medicare", group, name))), day)
        for day, group, names in table
        for name in names.split()
    ]


RULES = [
    *((*row, (0, 1, 1)) for row in entered(BEGIN)),
    *((*row, (1, 0, 0)) for row in entered(END)),
    *((*row, (1, 1, 1)) for row in entered(CHANGE)),
]


def parameters():
    """Return the rows of the table of parameters."""
    lines = PARAMETERS.strip().splitlines()[2:]
    return [tuple(cell.strip() for cell in line.strip("| ").split("|")) for line in lines]


def facts():
    """Return the parameters of the folders that this table is about."""
    folders = [one for one in (DATA / "facts").iterdir() if one.is_dir() and one.name not in OTHER_TABLES]
    return [fact for folder in folders for fact in load_facts(folder)]


def shown(value):
    """Return a value as the table has it."""
    if isinstance(value, tuple):
        return f"{len(value)} named"
    return "unknown" if value is UNKNOWN else str(value)


@pytest.mark.parametrize(("rule", "change", "expected"), RULES)
def test_one_version_of_a_rule_holds_from_its_day(rule, change, expected):
    day = dt.date.fromisoformat(change)
    versions = [one for one in Rulebook.shipped().rules if one.id == rule]
    found = [sum(one.covers(when) for one in versions) for when in (day - ONE_DAY, day, day + ONE_DAY)]
    assert tuple(found) == expected


def test_every_dated_rule_is_entered():
    texts = [
        file.read_text(encoding="utf-8")
        for file in (DATA / "rules").iterdir()
        if file.name.endswith(".yaml") and file.name not in OF_STATES
    ]
    names = {line.split("id: ")[1] for text in texts for line in text.splitlines() if "- id: " in line}
    dated = {
        (one.id, str(day))
        for one in Rulebook.shipped().rules
        if one.id in names
        for day in (one.effective_from, one.effective_to)
        if day is not None and str(day) not in OLD
    }
    assert dated == {(rule, change) for rule, change, _ in RULES}


@pytest.mark.parametrize(("name", "change", "before", "on", "status"), parameters())
def test_parameters_hold_from_their_day(name, change, before, on, status):
    day = dt.date.fromisoformat(change)
    book = Rulebook.shipped()
    rows = [book.at(when).row(name) for when in (day - ONE_DAY, day, day + ONE_DAY)]
    assert ["none" if row is None else shown(row.value) for row in rows] == [before, on, on]
    assert ("-" if rows[1] is None else rows[1].status.value) == status


def test_every_dated_parameter_is_entered():
    dated = {
        (fact.id, str(day))
        for fact in facts()
        for row in fact.values
        for day in (row.effective_from, row.effective_to)
        if day is not None and str(day) not in OLD
    }
    assert dated == {(name, change) for name, change, *_ in parameters()}
