"""The report of a consensus exercise: who is missing, rules that cannot be used, and what it is on paper."""

from __future__ import annotations

import re

import pytest
from tests.unit.reports.consensus_results import empty, exercise, tree
from tests.unit.reports.test_consensus_page import part, text_of

from allay.reports.consensus_page import consensus_html


@pytest.fixture(scope="module")
def page():
    return consensus_html(exercise())


def test_who_is_missing_is_said_by_one_thing_at_a_time_with_the_kinds_named(page):
    said = part(page, "panel")
    captions = re.findall(r"<caption>(By [^<]+)</caption>", said)
    assert captions == [
        "By type of the organization: invited and answered",
        "By setting of the organization: invited and answered",
        "By region of the organization: invited and answered",
        "By type, setting and region together: invited and answered",
    ]
    assert "government and payer 8 7 of 8 1 hidden of 6 – provider 10" in text_of(said)
    older = part(consensus_html(exercise(participation_by=[])), "panel")
    assert re.findall(r"<caption>(By [^<]+)</caption>", older) == captions[3:]


def test_quotas_say_whether_they_were_met():
    made = tree()["quotas"]
    rows = [{**one, "recruited": n, "met": n >= one["quota"]} for one, n in zip(made, (7, 5, 3), strict=True)]
    said = text_of(part(consensus_html(exercise(quotas=rows)), "panel"))
    assert "Clinicians 5 7 met 5 5 Patients 5 5 met 5 hidden Payers 4 3 not met hidden hidden" in said
    assert "hidden where fewer than 5 did" in said


def test_agreement_says_of_whom_it_is(page):
    said = text_of(part(page, "panel"))
    assert "Kendall's W: " in said
    assert "are of raters who rated every statement of the round" in said
    assert "are of raters" not in text_of(part(consensus_html(empty()), "panel"))


def never(rule, why):
    """Statements of which a rule could be used for none."""
    other = {"rule": rule, "verdict": None, "differs": False, "why": why}
    return [{**row, "sensitivity": [*row["sensitivity"], other]} for row in tree()["statements"]]


def test_a_rule_that_can_be_used_for_no_statement_is_named_once_with_the_reason():
    rows = never("ram-count", "not 8 to 16 raters")
    page = consensus_html(exercise(statements=rows))
    assert "can be used for no statement: it is a rule for panels of 8 to 16, and 9 to 14 rated" in page
    assert page.count("not 8 to 16 raters") == 0
    assert page.count("RAND/UCLA, disagreement by counts") == 1
    assert "Cannot be used" not in page


def test_rules_on_half_points_are_left_out_where_no_median_is_one():
    page = consensus_html(
        exercise(statements=never("ram-half-down", "the median is not between two regions"))
    )
    assert "half-point medians down" not in page
    assert "not between two regions" not in page


def test_a_rule_that_can_be_used_for_some_statements_says_for_which_it_cannot():
    rows = tree()["statements"]
    rows[-1]["sensitivity"][-1] = {
        **rows[-1]["sensitivity"][-1],
        "verdict": None,
        "differs": False,
        "why": "few",
    }
    seventh = re.search(r'id="s-s7".*?</article>', consensus_html(exercise(statements=rows)), re.S).group()
    assert re.search(r"Cannot be used: .* \(few\)\.", text_of(seventh))


def test_on_paper_all_is_written_out_and_nothing_folds():
    paper = consensus_html(exercise(), paper=True)
    text = text_of(paper)
    assert re.findall(r"<details", part(paper, "statements") + part(paper, "movement")) == []
    for row in exercise().statements:
        assert f"Round {row.round}, version {row.version}: {row.n} ratings: " in text
        for group in row.groups if row.round == 2 else ():
            assert f"{group.label}, round 2: {group.n} ratings: " in text
    assert len(re.findall(r'<svg class="chart"', paper)) == 7
    assert "Edited for round 2 (version 2): Goals that are not written down get lost." in text
    assert "uncertain by RAND/UCLA, percentiles by nearest rank" in text
    assert "<use" not in paper
    assert len(re.findall(r'<tr><th scope="row"><a', part(paper, "movement"))) == 6
    assert not re.search(r'\sstyle="', paper)
