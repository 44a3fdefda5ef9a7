"""Rule files: what loads, and that everything else is refused with its place."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from allay.base.errors import InvalidInput
from allay.base.facts import Facts, load_facts
from allay.coverage.rules.rule import EffectType, Layer, Rule, Stage
from allay.coverage.rules.rulebook import Rulebook
from allay.coverage.rules.rulefile import load_rules

HEAD = """\
title: A plan of ours
recorded_on: 2026-11-22
sources:
  book: {title: Handbook of the plan, href: "https://example.org/handbook", seen_as: S1}
  talk: {title: A call with the plan, seen_as: M}
rules:
"""
RULE = """\
  - id: plan.yoga
    stage: benefit
    layer: plan
    effect: {type: permit}
    text: The plan covers yoga.
    when: {plan.name: Ours, service.id: yoga}
    effective_from: 2026-01-01
    effective_to: null
    source: book
    status: verified
"""
WEEKS = """\
id: plan.yoga.weeks
label: Weeks of pain before yoga is covered
unit: weeks
scope: {}
values:
  - value: 12
    effective_from: 2026-01-01
    effective_to: null
    recorded_on: 2026-11-22
    last_confirmed_on: null
    status: synthetic
    reference: [{title: Made up for a test, seen_as: synthetic}]
"""


def load(folder: Path, *rules: str, head: str = HEAD) -> tuple[Rule, ...]:
    (folder / "ours.yaml").write_text(head + "".join(rules), encoding="utf-8")
    parameters = Facts([])
    if (folder / "facts").is_dir():
        parameters = load_facts(folder / "facts")
    return load_rules(folder, parameters)


def problems(folder: Path, *rules: str, head: str = HEAD) -> str:
    with pytest.raises(InvalidInput) as refused:
        load(folder, *rules, head=head)
    return str(refused.value)


def test_a_rule_loads_with_its_source(tmp_path):
    (rule,) = load(tmp_path, RULE)
    assert (rule.stage, rule.layer, rule.effect.type) == (Stage.BENEFIT, Layer.PLAN, EffectType.PERMIT)
    assert rule.references[0].title == "Handbook of the plan"
    assert rule.reads == ("plan.name", "service.id")
    assert str(rule.known_from) == "2026-01-01"


def test_numbers_may_be_parameters_or_other_facts(tmp_path):
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "plan.yoga.weeks.yaml").write_text(WEEKS, encoding="utf-8")
    changed = RULE.replace(
        "service.id: yoga}",
        "service.id: yoga, patient.pain_weeks: {at_least: plan.yoga.weeks}, "
        "episode.visits_year: {less_than: {fact: benefit.visit_limit}}}",
    )
    (rule,) = load(tmp_path, changed)
    assert rule.parameters == ("plan.yoga.weeks",)
    assert "benefit.visit_limit" in rule.reads


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("plan.name", "plan.nmae", "there is no fact of a case 'plan.nmae'; did you mean 'plan.name'"),
        ("service.id: yoga", "service.id: yogo", "did you mean 'yoga'"),
        ("service.id: yoga", "plan.payer: medicar", "did you mean 'medicaid'"),
        ("service.id: yoga", "patient.new: 'yes'", "expected true or false, found 'yes'"),
        ("service.id: yoga", "patient.conditions: low_back", "a value of patient.conditions"),
        ("service.id: yoga", "patient.conditions: {is: low_back_pain}", "to be no set (use has or lacks)"),
        ("service.id: yoga", "service.id: {has: yoga}", "to be a set, with has or lacks"),
        ("service.id: yoga", "plan.metal: {at_least: 3}", "to be a number for at_least, found a text"),
        ("service.id: yoga", "patient.pain_weeks: {at_least: plan.weeks}", "the id of a parameter"),
        ("service.id: yoga", "patient.pain_weeks: {at_lest: 3}", "one of is, is_not, said"),
        ("service.id: yoga", "any_of: yoga", "a list of blocks of conditions"),
        ("stage: benefit", "stage: benefits", "benefits"),
        ("layer: plan", "layer: planet", "planet"),
        ("type: permit", "type: alow", "alow"),
        ("type: permit", "type: permit, value: 3", "no value with the effect permit"),
        ("type: permit", "type: limit", "value with the effect limit, found none"),
        ("type: permit", "type: require", "a test with the effect require"),
        ("type: permit", "type: forbid, target: everything", "one of 'prior_auth', 'limits'"),
        ("source: book", "source: bok", "one of the sources book, talk, found 'bok'"),
        ("source: book", "source: talk", "at most memory, as its source was seen, found verified"),
        ("effective_to: null", "effective_to: 2025-01-01", "a day after 2026-01-01"),
        ("    effective_to: null\n", "", "effective_to"),
        ("    source: book\n", "", "source"),
        ("status: verified", "status: verified\n    alternatives: [othr_day]", "did you mean 'other_day'"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(tmp_path, old, new, said):
    assert old in RULE
    text = problems(tmp_path, RULE.replace(old, new))
    assert said in text
    assert "ours.yaml:" in text


def test_a_rule_of_a_line_belongs_to_its_line_number(tmp_path):
    text = problems(tmp_path, RULE.replace("service.id: yoga", "service.id: yogo"))
    assert "ours.yaml:12: /rules/0/when/service.id" in text


def test_all_problems_of_all_files_are_told_at_once(tmp_path):
    (tmp_path / "more.yaml").write_text(HEAD + RULE.replace("yoga}", "yogo}"), encoding="utf-8")
    text = problems(tmp_path, RULE.replace("source: book", "source: bok"))
    assert "more.yaml" in text
    assert "ours.yaml" in text


def test_two_versions_for_one_day_are_refused(tmp_path):
    text = problems(tmp_path, RULE, RULE.replace("effective_from: 2026-01-01", "effective_from: 2026-06-01"))
    assert "expected one version a day, found plan.yoga a second time" in text


def test_versions_after_each_other_load(tmp_path):
    first = RULE.replace("effective_to: null", "effective_to: 2026-06-01")
    second = RULE.replace("effective_from: 2026-01-01", "effective_from: 2026-06-01")
    assert len(load(tmp_path, first, second)) == 2


def test_a_correction_known_later_loads_beside_what_it_corrects(tmp_path):
    corrected = RULE.replace("    source: book", "    known_from: 2026-09-01\n    source: book")
    assert len(load(tmp_path, RULE, corrected)) == 2


def test_a_file_without_sources_is_refused(tmp_path):
    head = textwrap.dedent("""\
        title: A plan of ours
        recorded_on: 2026-11-22
        sources: {}
        rules:
        """)
    assert "sources" in problems(tmp_path, RULE, head=head)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="expected a folder of rules"):
        load_rules(tmp_path / "nowhere", Facts([]))


def test_a_folder_without_rules_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="expected YAML files of rules, found none"):
        load_rules(tmp_path, Facts([]))


def test_a_rule_that_holds_on_no_day_is_refused(tmp_path):
    text = problems(tmp_path, RULE.replace("effective_to: null", "effective_to: 2026-01-01"))
    assert "expected a day after 2026-01-01, found 2026-01-01" in text


def test_a_rule_that_is_there_already_is_refused_with_its_place(tmp_path):
    changed = RULE.replace("id: plan.yoga", "id: us.wa.every_category")
    (tmp_path / "ours.yaml").write_text(HEAD + changed, encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        Rulebook.load(tmp_path)
    assert "ours.yaml:7: /rules/0/id" in str(refused.value)
    assert "expected a rule of its own, found us.wa.every_category a second time" in str(refused.value)


def test_a_parameter_that_is_there_already_is_refused_with_its_file(tmp_path):
    (tmp_path / "facts").mkdir()
    taken = "us.wa.review_free_visits"
    content = WEEKS.replace("plan.yoga.weeks", taken)
    (tmp_path / "facts" / f"{taken}.yaml").write_text(content, encoding="utf-8")
    (tmp_path / "ours.yaml").write_text(HEAD + RULE, encoding="utf-8")
    with pytest.raises(InvalidInput, match=rf"{taken}.yaml.*expected a parameter of its own"):
        Rulebook.load(tmp_path)
