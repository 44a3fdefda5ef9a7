"""Dated rules and parameters of states, plans and bundles: the day before, the day of and the day after."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.base.fact import UNKNOWN
from allay.base.facts import load_facts
from allay.coverage.rules.rulebook import DATA, Rulebook

ONE_DAY = dt.timedelta(days=1)
OLD = dt.date(2000, 1, 1)  # stands for: old, and the day it began was not looked up
FILES = (
    "contract.yaml",
    "plan.yaml",
    "us.delegation.yaml",
    "us.mlr.yaml",
    "us.oh.yaml",
    "us.or.yaml",
    "us.plans.yaml",
    "us.vt.yaml",
    "us.wa.yaml",
    "us.workers_compensation.yaml",
)

# Whether the rule is in force on the day before, the day of and the day after.
RULES = """
| rule                                 | change     | before | on  | after |
| ------------------------------------ | ---------- | ------ | --- | ----- |
| us.exchange.benchmark_2017           | 2017-01-01 | no     | yes | yes   |
| us.mlr.administration                | 2011-01-01 | no     | yes | yes   |
| us.mlr.covered_claim                 | 2011-01-01 | no     | yes | yes   |
| us.mlr.quality                       | 2011-01-01 | no     | yes | yes   |
| us.oh.medicaid.acupuncture           | 2018-01-01 | no     | yes | yes   |
| us.oh.medicaid.acupuncture_conditions | 2018-01-01 | no    | yes | yes   |
| us.oh.medicaid.acupuncture_others    | 2018-01-01 | no     | yes | yes   |
| us.oh.medicaid.acupuncture_visits    | 2018-01-01 | no     | yes | yes   |
| us.oh.medicaid.acupuncture_who       | 2018-01-01 | no     | yes | yes   |
| us.or.acupuncturist_parity           | 2008-01-01 | no     | yes | yes   |
| us.or.cco.fair                       | 2015-01-01 | no     | yes | yes   |
| us.or.medicaid.back_pain             | 2016-01-01 | no     | yes | yes   |
| us.or.medicaid.back_pain_visits      | 2016-01-01 | no     | yes | yes   |
| us.or.medicaid.not_listed            | 2016-01-01 | no     | yes | yes   |
| us.vt.chiropractic_copay             | 2019-01-01 | no     | yes | yes   |
| us.vt.naturopath                     | 2008-01-01 | no     | yes | yes   |
| us.vt.naturopath.refused             | 2008-01-01 | no     | yes | yes   |
| us.wa.lni.acupuncture.conditions     | 2024-09-01 | no     | yes | yes   |
| us.wa.lni.acupuncture.low_back       | 2019-06-01 | no     | yes | yes   |
| us.wa.lni.acupuncture.migraine       | 2024-09-01 | no     | yes | yes   |
| us.wa.lni.acupuncture.only_low_back  | 2019-06-01 | no     | yes | yes   |
| us.wa.lni.acupuncture.only_low_back  | 2024-09-01 | yes    | no  | no    |
| us.wa.lni.acupuncture.order          | 2019-06-01 | no     | yes | yes   |
| us.wa.lni.acupuncture.visits         | 2019-06-01 | no     | yes | yes   |
"""
PARAMETERS = """
| parameter                              | change     | before | on   | after | status    |
| -------------------------------------- | ---------- | ------ | ---- | ----- | --------- |
| us.benchmark_2017.manipulation_states  | 2017-01-01 | none   | 46   | 46    | verified  |
| us.mlr.least_individual                | 2011-01-01 | none   | 0.8  | 0.8   | memory    |
| us.mlr.least_large_group               | 2011-01-01 | none   | 0.85 | 0.85  | memory    |
| us.mlr.least_medicare_advantage        | 2014-01-01 | none   | 0.85 | 0.85  | memory    |
| us.oh.medicaid.acupuncture_visits      | 2018-01-01 | none   | 30   | 30    | secondary |
| us.or.medicaid.back_pain_visits        | 2016-01-01 | none   | 30   | 30    | memory    |
| us.wa.lni.acupuncture_visits           | 2019-06-01 | none   | 10   | 10    | verified  |
"""
# What holds without a known first day.
UNDATED = """
| parameter                              | value | status    |
| -------------------------------------- | ----- | --------- |
| us.mlr.aim_medicaid                    | 0.85  | secondary |
| us.mlr.in_lieu_cap                     | 0.05  | memory    |
| us.vt.medicaid.chiropractic_visits     | 10    | secondary |
| us.wa.benchmark.acupuncture_visits     | 12    | memory    |
| us.wa.benchmark.manipulation_visits    | 10    | memory    |
| us.wa.benchmark.rehabilitation_visits  | 25    | memory    |
| us.wa.new_episode_days                 | 90    | verified  |
| us.wa.review_free_visits               | 6     | verified  |
| us.co.wc.factor_evaluation             | 56    | verified  |
| us.co.wc.factor_other                  | 68    | verified  |
| us.co.wc.factor_physical_medicine      | 49    | verified  |
| us.co.wc.npp_ratio                     | 0.85  | verified  |
| us.tx.wc.program_hour                  | 125   | memory    |
| us.tx.wc.without_accreditation_ratio   | 0.8   | verified  |
| us.wa.lni.program_days                 | 20    | derived   |
| us.wa.lni.program_least_minutes        | 360   | verified  |
| us.wa.lni.program_most_minutes         | 480   | verified  |
"""


def rows(table: str) -> list[list[str]]:
    """Return the rows of a table below its head."""
    lines = table.strip().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]


def own_rules():
    """Return the rules of the files that this table is about."""
    names = {line.split("id: ")[1] for name in FILES for line in _lines(name) if "- id: " in line}
    return [rule for rule in Rulebook.shipped().rules if rule.id in names]


def _lines(name: str) -> list[str]:
    return (DATA / "rules" / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("rule", "change", "before", "on", "after"), rows(RULES))
def test_rules_start_and_end_on_their_days(rule, change, before, on, after):
    day = dt.date.fromisoformat(change)
    found = [
        "yes" if any(one.id == rule and one.covers(when) for one in Rulebook.shipped().rules) else "no"
        for when in (day - ONE_DAY, day, day + ONE_DAY)
    ]
    assert found == [before, on, after]


def test_every_dated_rule_is_in_the_table():
    dated = {
        (one.id, str(day)) for one in own_rules() for day in (one.effective_from, one.effective_to) if day
    }
    dated = {(name, day) for name, day in dated if day != str(OLD)}
    assert dated == {(row[0], row[1]) for row in rows(RULES)}


@pytest.mark.parametrize(("name", "change", "before", "on", "after", "status"), rows(PARAMETERS))
def test_parameters_change_on_their_days(name, change, before, on, after, status):
    day = dt.date.fromisoformat(change)
    book = Rulebook.shipped()
    found = [book.at(when).parameter(name) for when in (day - ONE_DAY, day, day + ONE_DAY)]
    assert ["none" if value is UNKNOWN else str(value) for value in found] == [before, on, after]
    row = book.at(day).row(name)
    assert row is not None
    assert row.status == status


@pytest.mark.parametrize(("name", "value", "status"), rows(UNDATED))
def test_parameters_without_a_known_first_day(name, value, status):
    row = Rulebook.shipped().at(dt.date(2024, 7, 15)).row(name)
    assert row is not None
    assert (str(row.value), row.status) == (value, status)


def test_every_number_of_the_folders_is_in_a_table():
    folders = ("plans", "states", "workers_compensation")
    facts = [fact for name in folders for fact in load_facts(DATA / "facts" / name)]
    numbers = {fact.id for fact in facts if fact.unit != "code_list"}
    assert numbers == {row[0] for row in (*rows(PARAMETERS), *rows(UNDATED))}


def test_what_is_not_settled_says_so():
    unknown = {rule.id for rule in own_rules() if rule.status == "unknown"}
    assert unknown == {
        "plan.edits.pairs",
        "plan.edits.unit_limits",
        "us.co.wc.price_evaluation",
        "us.co.wc.price_other",
        "us.co.wc.price_physical_medicine",
        "us.medicare_advantage.national_coverage",
        "us.oh.medicaid.acupuncture_others",
        "us.provider_nondiscrimination",
        "us.self_funded.state_law",
    }
