"""Nobody can be made out in a result: no codes, no small groups, no distribution of a few."""

from __future__ import annotations

import json

import pytest
from tests.unit.consensus.rounds.exercises import (
    CODES,
    COMMENTS,
    PANEL,
    PROTOCOL,
    RECORD,
    ROUND_1,
    ROUND_2,
    STATEMENTS,
    panel_text,
    ratings_text,
    write_exercise,
)

from allay.consensus.protocol.reading import read_exercise
from allay.consensus.ratings.reading import read_ratings
from allay.consensus.rounds.masking import CodeMask
from allay.consensus.rounds.run import run_exercise
from allay.reports.consensus_page import consensus_html

FEW = (7, 8, 9, 7) + (None,) * 8


@pytest.fixture
def ran(tmp_path):
    def run(**changed):
        protocol, ratings = write_exercise(tmp_path, **changed)
        exercise = read_exercise(protocol)
        return run_exercise(exercise, read_ratings(ratings, name="ratings.csv"), allay_version="1")

    return run


def test_no_code_of_a_rater_stands_in_result_or_report(ran):
    told = COMMENTS + "1,s3,Ask zq04. ZQ05 knows,\n"
    result = ran(comments=told)
    text = json.dumps(result.model_dump(mode="json")) + consensus_html(result)
    assert [code for code in CODES if code in text.casefold()] == []
    assert "as [a rater] said" in result.meetings[0].summary
    assert "Ask [a rater]. [a rater] knows" in [row.text for row in result.comments]


def test_no_code_stands_in_reasons_of_edits_nor_in_sources(ran):
    edited = STATEMENTS.replace("reason: It was unclear", "reason: Unclear to zq07").replace(
        "    topic: Team\n", "    topic: Team\n    sources: [{title: Proposed by zq05}]\n"
    )
    told = RECORD + (
        "decisions:\n  - {id: d, recommendation: A team, statements: [s1], origin: adapted,"
        " adopted_from: Draft of zq03, conclusion: Yes, judgments: [{criterion: equity, judgment: low,"
        " sources: [Told by zq02]}]}\n"
    )
    result = ran(statements=edited, record=told)
    text = json.dumps(result.model_dump(mode="json")) + consensus_html(result)
    assert [code for code in CODES if code in text.casefold()] == []
    assert result.changes[0].reason == "Unclear to [a rater]"
    assert result.statements[0].sources[0].title == "Proposed by [a rater]"
    assert result.decisions[0].adopted_from == "Draft of [a rater]"


def test_a_statement_of_few_raters_shows_their_number_and_the_verdict_only(ran):
    result = ran(ratings=ratings_text({1: ROUND_1 | {"s1": FEW}, 2: ROUND_2}))
    row = result.statements[0].model_dump()
    assert (row["statement"], row["n"], row["verdict"]) == ("s1", 4, "appropriate")
    hidden = ("median", "p30", "p70", "ipr", "ai", "ipras", "di", "disagreement")
    hidden += ("share_low", "share_middle", "share_high")
    assert {name: row[name] for name in hidden} == dict.fromkeys(hidden)
    assert (row["counts"], row["sensitivity"], row["groups"]) == ((), (), ())
    assert "few raters" in {one.kind for one in result.findings}


def test_a_round_that_few_answered_is_one_finding(ran):
    result = ran(ratings=ratings_text({1: dict.fromkeys(ROUND_1, FEW)}))
    (one,) = (one for one in result.findings if one.kind == "few raters")
    assert (one.where, one.text[:32]) == ("round 1", "fewer than 5 rated each statemen")


def test_five_raters_are_enough_to_be_shown(ran):
    row = ran(ratings=ratings_text({1: ROUND_1 | {"s1": (*FEW[:4], 9, *FEW[5:])}})).statements[0]
    assert (row.n, sum(row.counts), row.median) == (5, 5, 8)


def test_small_groups_are_taken_together_for_the_whole_round(ran):
    labels = {
        (row.round, row.statement): [(one.label, one.n) for one in row.groups] for row in ran().statements
    }
    assert labels[1, "s1"] == [("Patients", 6), ("Payers and Policymakers", 6)]
    assert labels[1, "s2"] == [("Patients", 6), ("Payers and Policymakers", 5)]
    assert labels[2, "s2"] == [("Patients, Payers and Policymakers", 10)]


def test_a_group_of_which_few_rated_a_statement_is_left_out_with_the_smallest_other_one(ran):
    row = ran(ratings=ratings_text({1: ROUND_1 | {"s1": (7,) * 8 + (None,) * 4}})).statements[0]
    assert (row.n, row.groups) == (8, ())


def test_comments_have_no_author_and_name_a_group_as_it_may_be_shown(ran):
    rows = [(row.round, row.statement, row.text, row.group) for row in ran().comments]
    assert rows == [
        (1, "s1", "Agreed", None),
        (1, "s2", "<b>Unclear</b> & too short", "Patients"),
        (1, "s2", "What is one visit?", "Payers and Policymakers"),
    ]


def test_comments_of_a_round_that_few_answered_are_left_out(ran):
    ratings = ratings_text({1: dict.fromkeys(ROUND_1, FEW)})
    assert ran(ratings=ratings).comments == ()


def test_the_order_of_comments_says_nothing_about_the_file(ran):
    head, *rows = (COMMENTS + "1,s1,Surely,\n1,s1,Of course,\n").splitlines()
    straight, turned = ("\n".join([head, *some, ""]) for some in (rows, reversed(rows)))
    assert ran(comments=turned).comments == ran(comments=straight).comments
    assert len(ran(comments=turned).comments) == 5


def test_raters_without_a_group_cannot_be_had_by_subtraction(ran):
    nowhere = {code: ("", *kind[1:]) if kind[0] == "makers" else kind for code, kind in PANEL.items()}
    fuller = {code: ("payers", *kind[1:]) if code in CODES[4:6] else kind for code, kind in nowhere.items()}
    fuller[CODES[8]] = ("patients", *fuller[CODES[8]][1:])
    protocol = PROTOCOL.replace("  - {id: makers, name: Policymakers, quota: 2}\n", "")
    row = ran(protocol=protocol, panel=panel_text(fuller)).statements[0]
    # Five patients, four payers and three of no group.
    assert [(one.label, one.n) for one in row.groups] == [("Patients", 5), ("Payers and not reported", 7)]


def test_interests_are_told_without_who_declared_them(ran):
    found = ran().interests
    assert (found.asked, found.declared, found.none) == (12, 1, 1)
    assert found.rows == (("Works for a clinic", "Told to all"),)


def test_small_groups_are_not_counted_in_findings(ran):
    result = ran()
    assert [row.answered for row in result.quotas] == [(6, 6), (None, None), (None, None)]
    assert [one.text for one in result.findings if one.kind == "quota not met"] == [
        "fewer than the 4 wanted are in the group payers"
    ]


def test_movement_of_few_raters_is_not_shown(ran):
    ratings = ratings_text({1: ROUND_1 | {"s2": FEW}, 2: ROUND_2})
    (moved,) = ran(ratings=ratings).movement
    assert (moved.raters, moved.changed, moved.median_from, moved.cv_to) == (4, None, None, None)


def test_codes_are_masked_as_whole_words():
    mask = CodeMask(["p-1", "7", "alpha"])
    assert mask.text("p-1, P-1 and p-12: 7 of alpha") == "[a rater], [a rater] and p-12: 7 of alpha"
    tree = {"id": "p-1", "text": "p-1", "rows": [{"why": "p-1"}]}
    assert mask.tree(tree) == {"id": "p-1", "text": "[a rater]", "rows": [{"why": "[a rater]"}]}


def test_rules_that_ask_each_group_say_nothing_where_one_is_small(ran):
    asked = PROTOCOL + (
        "rule: {method: percent}\nsensitivity: [{method: percent, each_group: true}, {method: comet}]\n"
    )
    first, _ = ran(protocol=asked).statements[0].sensitivity
    assert (first.rule, first.verdict, first.differs) == ("percent-75-each-group", None, False)
    assert first.why.startswith("too few raters of a group")
    fuller = {code: (("patients", "payers")[at < 6], *PANEL[code][1:]) for at, code in enumerate(CODES)}
    two = asked.replace("  - {id: makers, name: Policymakers, quota: 2}\n", "")
    assert ran(protocol=two, panel=panel_text(fuller)).statements[0].sensitivity[0].verdict == "in"


def test_a_rule_by_which_a_few_decide_is_found(ran):
    asked = PROTOCOL + "rule: {method: percent, each_group: true}\n"
    found = [one for one in ran(protocol=asked).findings if one.kind == "few of a group decide"]
    assert [one.where for one in found] == ["round 1", "round 2"]
    assert "few of a group decide" not in {one.kind for one in ran().findings}


def test_how_few_hold_a_minority_view_is_not_said(ran):
    told = RECORD + (
        "decisions:\n  - {id: d, recommendation: A team, statements: [s1], origin: new, conclusion: Yes,"
        " minority: [{text: Too dear, held_by: 4}, {text: Too late, held_by: 5}, {text: Too soon}]}\n"
    )
    (decision,) = ran(record=told).decisions
    assert [view.held_by for view in decision.minority] == [None, 5, None]
