"""The report of a business case: it answers its three questions with the numbers of the result."""

from __future__ import annotations

import html
import re

import pytest
from tests.unit.economics.case_files import example, number, read, tiny

from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.result.result import case_result
from allay.reports import case_names as names
from allay.reports import case_words as words
from allay.reports.case_page import case_html

HOSTILE = '<script>alert("1")</script>'


def made(case):
    result = case_result(case, draws=100, seed=1, allay_version="1")
    return result, case_html(result)


@pytest.fixture(scope="module")
def report():
    return made(read_case(EXAMPLE))


def text_of(page):
    return " ".join(html.unescape(re.sub(r"<(style|svg).*?</\1>|<[^>]+>", " ", page, flags=re.S)).split())


def test_it_leads_with_the_three_questions(report):
    _, page = report
    questions = ["When does the program break even?", "For whom is it worth it?", "How sure are we?"]
    places = [page.index(question) for question in questions]
    assert places == sorted(places)
    assert places[-1] < page.index('id="cash"')


def test_its_numbers_are_those_of_the_result(report):
    result, page = report
    text = text_of(page)
    for amount in (
        result.headlines.peak_funding.best,
        result.headlines.net_present_value.best,
        result.bundles[0].break_even.best,
        result.bundles[0].break_even.draws.low,
        result.stakeholders[-1].net_present_value.mean,
        result.drivers.drivers[0].worth_at_low,
        result.scenarios[1].net_present_value.mean,
    ):
        assert words.usd(amount) in text
    assert f"The case has {words.usd(result.bundles[0].price.best)}, which is enough" in text


def test_it_shows_every_assumption_with_its_status(report):
    result, page = report
    rows = re.findall(r'<th scope="row" class="wrap">.*?</tr>', page, flags=re.S)
    shown = {html.unescape(re.sub(r"<[^>]+>", "", row.split("</th>")[0])).strip() for row in rows}
    assert {names.label(one.quantity) for one in result.assumptions.assumptions} <= {
        re.split(r" {1,2}(?=\S+/)", name)[0] for name in shown
    }
    assert "All 135 numbers are made up" in text_of(page)


def test_every_headline_is_on_the_audit_sheet(report):
    result, page = report
    text = text_of(page)
    for row in result.audit:
        assert names.label(row.title) in text
        assert row.words in text


def test_it_can_be_read_by_everybody(report):
    _, page = report
    assert page.count("<h1") == 1
    assert '<html lang="en">' in page
    assert page.count("<caption>") == page.count("<table>")
    assert "<script" not in page
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", page)
    sections = set(re.findall(r'href="#([\w-]+)"', page))
    assert sections <= set(re.findall(r'id="([\w-]+)"', page))


def test_words_of_a_case_cannot_become_code():
    def name(tree):
        tree["title"] = tree["program"]["name"] = tree["summary"] = HOSTILE
        tree["scenarios"][0]["title"] = tree["non_financial"][0]["title"] = HOSTILE
        tree["sources"]["made_up"]["title"] = HOSTILE
        tree["demand"]["no_show"]["note"] = HOSTILE

    _, page = made(example(name))
    assert HOSTILE not in page
    assert "<script" not in page
    assert html.escape(HOSTILE, quote=False).replace('"', "&#34;") in page


def test_what_a_case_does_not_say_is_said():
    rent = [{"name": "rent", "amount": number(100, "usd/month")}]
    _, page = made(read(tiny(months=24, referrals=[(1, 10)], fixed=rent)))
    text = text_of(page)
    for missing in (
        "No number of the case varies",
        "The case says of no care elsewhere",
        "counts no health",
        "The case has no scenarios",
        "No budget impact",
        "names no reserve",
        "not in 24 months",
    ):
        assert missing in text


def test_the_same_result_gives_the_same_page(report):
    result, page = report
    assert case_html(result) == page
