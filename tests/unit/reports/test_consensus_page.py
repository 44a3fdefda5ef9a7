"""The report of a consensus exercise: it says what came out, how sure that is, and what is not there."""

from __future__ import annotations

import html
import re
import time

import pytest
from tests.unit.reports.consensus_results import empty, exercise, frozen, many, tree

from allay.consensus.decisions.criteria import known_criteria
from allay.reports.consensus_page import consensus_html
from allay.reports.page import stylesheet

HOSTILE = '<script>alert("1")</script>'
SECTIONS = (
    ("answer", "statements", "movement", "panel", "meetings", "comments", "decisions")
    + ("public", "endorsements", "interests", "deviations", "checklist", "method")
)  # fmt: skip


@pytest.fixture(scope="module")
def page():
    return consensus_html(exercise())


def text_of(page):
    return " ".join(html.unescape(re.sub(r"<(style|svg).*?</\1>|<[^>]+>", " ", page, flags=re.S)).split())


def part(page, name):
    """The section with this heading."""
    return next(one for one in re.findall(r"<section.*?</section>", page, re.S) if f'<h2 id="{name}"' in one)


def test_it_is_one_whole_page_that_runs_and_fetches_nothing(page):
    assert page.startswith("<!doctype html>")
    assert page.count("<h1") == 1
    assert "<script" not in page
    assert not re.search(r"(src|@import|url\()=?", page)
    assert not re.search(r'\sstyle="', page)
    assert re.findall(r'<section aria-labelledby="(\w+)"', page) == list(SECTIONS)


def test_its_ids_are_each_used_once_and_its_links_lead_somewhere(page):
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_headings_do_not_skip_a_level(page):
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_it_opens_with_what_was_asked_what_came_out_and_how_sure_that_is(page):
    text = text_of(part(page, "answer"))
    found = [
        text.index(said)
        for said in (
            "Which elements belong to whole-person pain care?",
            "5 of 7 statements (71.4%) have a decision: 4 appropriate, 1 inappropriate, 2 uncertain.",
            "The verdict on 2 of 7 statements (28.6%) depends on the rule",
            "The protocol was frozen before round 1 opened. It was unfrozen 1 time",
            "A quota for payers was missing",
        )
    ]
    assert found == sorted(found)


def test_every_unfreezing_is_said_with_its_reason():
    result = exercise(freezing=frozen("frozen", "unfrozen", "frozen", "unfrozen"))
    said = part(consensus_html(result), "answer")
    assert said.count("<strong>unfrozen</strong>") == 2
    assert said.count("A quota for payers was missing") == 2
    assert "It stands unfrozen now" in said
    assert "It was unfrozen 2 times: the reasons are below." in said


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (True, "was frozen before"),
        (False, "as it is now was not frozen before"),
        (None, "is not known: a day is missing"),
    ],
)
def test_it_says_whether_the_protocol_was_frozen_in_time(before, said):
    result = exercise(freezing={**frozen("frozen"), "before_first_round": before})
    paragraph = re.search(r"fixed beforehand.*?</p>", consensus_html(result), re.S).group()
    assert said in paragraph
    assert ("caution" in paragraph) == (before is not True)


def test_synthetic_data_are_marked_on_top_and_only_those(page):
    head = page[: page.index("<main")]
    assert "<span>Synthetic</span>" in head
    assert "This exercise is synthetic." in head
    assert "ynthetic" not in text_of(consensus_html(exercise(synthetic=False)))


def test_every_statement_has_its_chart_its_verdict_and_its_numbers(page):
    result = exercise()
    articles = dict(re.findall(r'<article class="statement" id="s-(\w+)".*?>(.*?)</article>', page, re.S))
    assert list(articles) == [f"s{n}" for n in range(1, 8)]
    last = {row.statement: row for row in result.statements}
    for name, article in articles.items():
        row, text = last[name], text_of(articles[name])
        assert html.escape(row.text, quote=False).replace("'", "&#39;") in article
        assert f"{row.verdict} in round {row.round}" in text
        assert f"{row.n} ratings" in text
        assert article.count('<svg class="chart" role="img"') == len(
            [one for one in result.statements if one.statement == name]
        )
        assert f"<title>{name}, round {row.round}, {row.n} ratings: " in article


def test_it_says_which_rule_decides_otherwise_and_why(page):
    third = re.search(r'id="s-s3".*?</article>', page, re.S).group()
    assert "uncertain by RAND/UCLA, percentiles by nearest rank: disagreement: IPR 5.00" in text_of(third)
    first = re.search(r'id="s-s1".*?</article>', page, re.S).group()
    assert "Depends on the rule" not in first


def test_reasons_are_worked_out_where_the_result_has_none():
    made = tree()
    rows = [
        {**row, "sensitivity": [{**one, "why": None} for one in row["sensitivity"]]}
        for row in made["statements"]
    ]
    third = re.search(r'id="s-s3".*?</article>', consensus_html(exercise(statements=rows)), re.S).group()
    assert "nearest rank: IPR 5.00, IPRAS 3.10: disagreement" in text_of(third)
    assert "6 of 9 panelists (66.7%) rate 7 to 9, 3 rate 1 to 3" in text_of(third)


def test_an_edited_statement_keeps_its_ratings_under_the_old_version(page):
    second = text_of(re.search(r'id="s-s2".*?</article>', page, re.S).group())
    assert "Round 1, version 1: 14 ratings" in second
    assert "Edited for round 2 (version 2): Goals that are not written down get lost." in second
    assert "removed after round 1" in text_of(re.search(r'id="s-s6".*?</article>', page, re.S).group())


def test_a_source_says_when_it_was_read_and_how_sure_it_is():
    source = {
        "title": "A study",
        "href": "https://example.org/a",
        "accessed": "2026-11-27",
        "status": "memory",
    }
    rows = [{**row, "sources": [source]} for row in tree()["statements"]]
    first = re.search(r'id="s-s1".*?</article>', consensus_html(exercise(statements=rows)), re.S).group()
    assert '<a href="https://example.org/a">A study</a>, read 2026-11-27' in first
    assert 'other">memory</span>' in first


def test_movement_stands_apart_from_verdicts(page):
    moved = part(page, "movement")
    assert moved.count("<tr>") == 1 + 6
    assert "appropriate" not in moved
    assert "s2: median 7.5 in round 1, 8.0 in round 2" in moved
    assert "wording edited between" in moved
    assert 'data-label="Same region">75%<' in moved


def test_stability_of_rounds_is_said_over_all_statements():
    row = {"from_round": 1, "to_round": 2, "raters": 12, "pairs": 1, "share_changed": 0.25}
    made = [row | {"weighted_kappa": 0.875, "spearman": None}]
    said = part(consensus_html(exercise(stability=made)), "movement")
    assert "1 rating was given twice by 12 panelists, 25.0% of them changed" in said
    assert "weighted kappa between the rounds 0.88." in said
    hidden = [row | {"raters": 4, **dict.fromkeys(("pairs", "share_changed", "weighted_kappa", "spearman"))}]
    assert "given twice" not in part(consensus_html(exercise(stability=hidden)), "movement")


def test_movement_of_few_is_hidden():
    made = tree()["movement"]
    made[0] = {**made[0], "raters": 4, **dict.fromkeys(("changed", "up", "down", "share_changed"))}
    said = part(consensus_html(exercise(movement=made)), "movement")
    assert said.count('<span class="hidden">hidden</span>') == 3
    assert "fewer than 5 rated it in both rounds" in said


def test_ratings_of_few_are_not_shown():
    made = tree()["statements"]
    gone = ("median", "p30", "p70", "ipr", "ai", "ipras", "di", "disagreement")
    gone += ("share_low", "share_middle", "share_high")
    hidden = {**made[-1], "n": 3, "counts": [], "groups": [], "sensitivity": [], **dict.fromkeys(gone)}
    seventh = re.search(
        r'id="s-s7".*?</article>', consensus_html(exercise(statements=[*made[:-1], hidden])), re.S
    ).group()
    assert "Ratings are not shown: fewer than 5 rated it." in seventh
    assert seventh.count("<svg") == 1


def test_retention_prints_with_its_numbers():
    made = tree()
    rounds = [{**made["rounds"][0], "number": n, "answered": a} for n, a in ((1, 58), (2, 54), (3, 51))]
    page = consensus_html(exercise(recruited=72, rounds=rounds))
    assert "51 of 72, 70.8%" in part(page, "panel")
    assert "retention 51 of 72, 70.8%" in part(page, "answer")


def test_who_is_missing_is_said_where_it_may_be(page):
    text = text_of(part(page, "panel"))
    assert "provider academic, west 10 8 of 10 2 8 of 8 0" in text
    assert "payer not reported, east 8 hidden of 8 – 5 of 6 1" in text


def test_decisions_show_all_criteria_and_the_minority(page):
    said = part(page, "decisions")
    assert said.count('<tr><th scope="row"') == len(known_criteria())
    assert said.count(">not judged<") == 10
    assert "Three disciplines are too many for rural clinics." in said
    assert "Held by 2." in said
    assert "adapted from An older guideline (made up)" in said


def test_a_withdrawn_endorsement_is_marked_and_not_counted(page):
    said = text_of(part(page, "endorsements"))
    assert "1 organization endorses the result; 1 endorsement was withdrawn and counts no longer" in said
    assert "withdrawn 2027-09-01" in said


def test_comments_without_a_response_are_marked(page):
    said = text_of(part(page, "public"))
    assert "2 comments, 1 answered, 1 led to a change." in said
    assert "no response yet" in said


def test_interests_say_of_whom_nothing_is_recorded(page):
    said = text_of(part(page, "interests"))
    assert "Of 18 panelists, 2 declared an interest and 12 declared to have none; of 4 no declaration" in said


def test_the_checklist_has_35_rows_with_its_status(page):
    said = part(page, "checklist")
    table = said[: said.index("<details>")]
    assert re.findall(r'<tr><th scope="row" class="short">(\w+)</th>', table)[:2] == ["T1", "I1"]
    assert table.count('<tr><th scope="row" class="short">') == 35
    assert re.findall(r'rowgroup" colspan="4">(\w[\w ]*) \((\d+)\)', table) == [
        ("Title", "1"),
        ("Introduction", "3"),
        ("Methods", "21"),
        ("Results", "5"),
        ("Discussion", "2"),
        ("Other information", "3"),
    ]
    assert 'other">memory</span>' in said
    assert 'verified">verified</span>' in said


def test_sources_are_those_of_the_rules_in_use():
    page = part(consensus_html(exercise()), "method")
    assert ">2.35<" in page
    bare = tree()
    percent = {**bare["protocol"], "rule": {"method": "percent", "share": 80}}
    only = [{"rule": "percent-75", "verdict": "in", "differs": False}]
    rows = [{**row, "sensitivity": only} for row in bare["statements"]]
    assert ">2.35<" not in part(consensus_html(exercise(protocol=percent, statements=rows)), "method")


def test_every_table_has_a_caption_and_every_chart_a_name(page):
    assert all("<caption>" in table for table in re.findall(r"<table.*?</table>", page, re.S))
    charts = re.findall(r'<svg class="chart".*?</svg>', page, re.S)
    assert len(charts) == 13 + 6
    assert all(re.search(r"<title>\S", chart) for chart in charts)


def test_nothing_there_is_said_in_every_part():
    page = consensus_html(empty())
    for name in SECTIONS[2:11]:
        assert 'class="empty"' in part(page, name), name
    assert "The protocol was never frozen" in part(page, "answer")
    assert page.count("<h1") == 1


def test_no_statement_at_all_is_still_a_report():
    page = consensus_html(exercise(statements=[], movement=[], changes=[], rounds=[]))
    assert "No statement was rated." in part(page, "answer")
    assert "No round was held." in part(page, "panel")


def hostile(value):
    """The tree with text in it everywhere where text may be free."""
    free = {"title", "question", "text", "recommendation", "conclusion", "summary", "reason", "why", "what"}
    free |= {"name", "evidence", "response", "document", "label", "objective", "topic", "stop", "from_kind"}
    if isinstance(value, dict):
        return {
            key: HOSTILE if key in free and isinstance(each, str) else hostile(each)
            for key, each in value.items()
        }
    return [hostile(each) for each in value] if isinstance(value, list) else value


def test_hostile_text_stays_text():
    made = hostile(tree())
    made["interests"]["rows"] = [[HOSTILE, HOSTILE]]
    made["narrative"] = {"D1": HOSTILE, "M2": f"`{HOSTILE}`"}
    made["findings"] = [{"kind": HOSTILE, "where": HOSTILE, "text": HOSTILE}]
    made["inputs"] = {HOSTILE: HOSTILE}
    page = consensus_html(exercise(**made))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 60


def test_a_scale_of_many_points_is_drawn():
    made = tree()
    scale = {"minimum": 0, "maximum": 100, "low_to": 30, "high_from": 70}
    protocol = {**made["protocol"], "scale": scale, "rule": {"method": "percent"}}
    counts = [0] * 101
    counts[80] = 9
    rows = [{**made["statements"][0], "counts": counts, "median": 80.0, "groups": [], "sensitivity": []}]
    page = consensus_html(exercise(protocol=protocol, statements=rows, movement=[], changes=[]))
    assert "9\u00a0×\u00a080" in page


def test_the_same_result_gives_the_same_page(page):
    assert consensus_html(exercise()) == page


def test_200_statements_take_seconds_and_fold():
    result = many(200)
    start = time.process_time()
    page = consensus_html(result)
    assert time.process_time() - start < 5
    assert len(page.encode()) < 1_500_000
    assert len(consensus_html(result, paper=True).encode()) < 900_000
    assert page.count("<article") == page.count("<details>\n<summary>Rounds") == 200
    assert "<summary>All 200 statements</summary>" in page


def test_colors_of_charts_have_a_rule_for_dark_pages(page):
    style = str(stylesheet("report.css", "consensus.css"))
    charts = "".join(re.findall(r'<svg class="chart".*?</svg>', page, re.S))
    for name in set(re.findall(r'class="([^"]+)"', charts)) - {"chart"}:
        for each in name.split():
            assert f".{each} {{" in style, each
