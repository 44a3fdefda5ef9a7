"""Answers to the checklist: from data, from texts, or with what to add; each follows what is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.reports.consensus_inputs import RECORD
from tests.unit.reports.consensus_results import empty, exercise, frozen, tree

from allay.consensus.checklists.answers import area_answered
from allay.consensus.checklists.items import accord, known_items, secondary_checklists
from allay.consensus.checklists.wording import share_of

Tree = dict[str, Any]
NINE = {"minimum": 1, "maximum": 9, "low_to": 3, "high_from": 7}


def answers(result):
    return {one.item: one for one in result.checklists}


@pytest.fixture(scope="module")
def whole():
    return answers(exercise())


def protocol(**changes: Any) -> Callable[[Tree], Tree]:
    return lambda made: {"protocol": {**made["protocol"], **changes}}


def rounds(**changes: Any) -> Callable[[Tree], Tree]:
    return lambda made: {"rounds": [{**one, **changes} for one in made["rounds"]]}


def planned(**changes: Any) -> Callable[[Tree], Tree]:
    return lambda made: {
        "protocol": {
            **made["protocol"],
            "rounds": [{**one, **changes} for one in made["protocol"]["rounds"]],
        }
    }


def fixed(**changes: Any) -> Callable[[Tree], Tree]:
    return lambda _: changes


def statements(**changes: Any) -> Callable[[Tree], Tree]:
    return lambda made: {"statements": [{**one, **changes} for one in made["statements"]]}


def quotas(made: Tree) -> Tree:
    return {"quotas": [{**one, "recruited": 31} for one in made["quotas"]]}


CHANGES: list[tuple[str, Callable[[Tree], Tree], str]] = [
    ("T1", protocol(title="A Delphi study"), "it says delphi"),
    ("I1", protocol(why_consensus="Nobody knows."), "Nobody knows."),
    ("I2", protocol(scope="One state"), "Scope: One state"),
    ("I3", protocol(updates="The text of 2017"), "The text of 2017."),
    ("M1", protocol(registration="OSF 1"), "Registered: OSF 1."),
    ("M3", fixed(recruited=40), "40 panelists recruited"),
    ("M3", quotas, "Payers 31 (wanted 4)"),
    ("M4", rounds(invited=77), "Round 1: 77 invited"),
    ("M5", fixed(comment_periods=[]), "In the panel: Patients, 6."),
    ("M6", statements(sources=[{"title": "A survey"}]), "A survey (7 statements)"),
    ("M9", protocol(rule={"method": "percent"}), "percent agreement"),
    ("M9", fixed(meetings=[]), "0 meetings"),
    ("M10", protocol(scale={**NINE, "labels": ["no", "so", "yes"]}), "7 to 9 yes"),
    ("M11", planned(objective="Rate once more"), "Round 2: Rate once more."),
    ("M12", protocol(rule={"method": "percent", "share": 80}), "at least 80% rate 7 to 9"),
    ("M12", protocol(why_rule="Others do."), "Why: Others do."),
    ("M13", planned(statements="all"), "Round 2: all statements"),
    ("M14", planned(setting="group"), "Round 1: rated by the panel together."),
    ("M15", statements(sensitivity=[]), "statement versions are counted apart."),
    ("M17", planned(feedback="A table"), "Before round 2: A table."),
    ("M18", protocol(smallest_group=8), "none shows fewer than 8 raters"),
    ("R1", rounds(opened="2027-03-01", closed="2027-03-10"), "2027-03-01 to 2027-03-10 (10 days)"),
    ("R2", fixed(deviations=[], freezing=frozen("frozen")), "None is recorded"),
    ("R2", fixed(deviations=[]), "2027-01-12: the protocol was unfrozen. Why: A quota for payers"),
    ("R3", rounds(answered=11), "Round 2: 11 panelists answered"),
    ("R4", statements(verdict="inappropriate"), "7 inappropriate"),
    ("R5", fixed(changes=[]), "No statement was edited"),
    ("O1", fixed(endorsements=RECORD["endorsements"][:1]), "Pain Society"),
    ("O2", fixed(interests={"asked": 9, "declared": 4, "none": 5, "rows": []}), "Of 9 panelists, 4 declared"),
]


def test_a_source_cited_at_two_places_is_one_source(whole):
    rows = tree()["statements"]
    for at, row in enumerate(rows):
        row["sources"] = [{"title": "A survey", "locator": f"item {at % 3}"}]
    assert "A survey (7 statements)" in answers(exercise(statements=rows))["M6"].answer


def test_a_group_without_a_number_says_why():
    made = tree()["quotas"]
    hidden = answers(exercise())["M3"].answer
    assert "Payers hidden, as fewer than 5 or beside such a group (wanted 4)" in hidden
    nobody = [{**one, "recruited": None} for one in made]
    assert "Payers not recorded, as no panel.csv says" in answers(exercise(quotas=nobody))["M3"].answer
    assert "Patients, not recorded" in answers(exercise(quotas=nobody))["M5"].answer
    few = [{**one, "recruited": 3, "met": False} for one in made]
    assert "Payers 3 (wanted 4: not met)" in answers(exercise(quotas=few))["M3"].answer


@pytest.mark.parametrize(("item", "change", "said"), CHANGES)
def test_an_answer_follows_what_is_stored(whole, item, change, said):
    changed = answers(exercise(**change(tree())))[item]
    assert said in changed.answer
    assert changed.answer != whole[item].answer


def test_every_item_that_data_answer_is_changed_above(whole):
    changed = {item for item, _, _ in CHANGES}
    assert {item for item, one in whole.items() if one.answered == "data"} <= changed


def test_all_35_are_there_in_order_with_their_status(whole):
    assert list(whole) == list(known_items())
    assert len(whole) == 35
    assert {one.status for one in whole.values()} == {accord().status}


def test_retention_prints_as_published():
    assert share_of(51, 72) == "51 of 72, 70.8%"
    made = tree()
    three = [{**made["rounds"][0], "number": n, "answered": a} for n, a in ((1, 58), (2, 54), (3, 51))]
    said = answers(exercise(recruited=72, rounds=three))["R3"].answer
    assert "72 panelists recruited" in said
    assert said.count("retention") == 3
    assert "retention 51 of 72, 70.8%" in said


def test_the_number_of_days_counts_both_ends(whole):
    assert "2027-03-01 to 2027-03-21 (21 days)" in whole["R1"].answer


def test_nothing_stored_is_no_answer_and_says_what_to_add():
    found = answers(empty())
    for item in ("I3", "M1", "M4", "M7", "R1", "R2", "O1", "O2", "O3"):
        assert found[item].answered == "no", item
        assert f"`narrative: {item}`" in found[item].answer
    assert "`deviations` in `record.yaml`" in found["R2"].answer
    assert "does not say that there was none" in found["R2"].answer


def test_a_text_answers_what_no_number_does(whole):
    assert whole["M2"].answered == "text"
    assert whole["M2"].answer == "Two clinicians and a methodologist direct it."
    assert whole["M7"].answered == "no"


def test_a_text_stands_beside_data_once():
    told = {"R3": "Two fell ill."}
    made = tree(narrative=told)
    made["protocol"]["narrative"] = told
    found = answers(exercise(**made))["R3"]
    assert found.answered == "data"
    assert found.answer.count("Two fell ill.") == 1


def test_a_title_without_a_method_is_no_answer():
    made = tree()
    found = answers(exercise(protocol={**made["protocol"], "title": "Whole care"}))["T1"]
    assert found.answered == "no"
    assert "Whole care" in found.answer


def test_areas_of_secondary_checklists_count_answered_items():
    credes = secondary_checklists().checklists[0]
    panel = next(one for one in credes.areas if one.area == "panel")
    assert area_answered(panel, exercise().checklists) == (2, 2)
    assert area_answered(panel, empty().checklists) == (0, 2)
