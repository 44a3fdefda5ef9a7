"""The report of a business case: it answers its three questions with the numbers of the result."""

from __future__ import annotations

import html
import re

import pytest
from tests.unit.economics.case_files import example, number, read, tiny

from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.case.presets import preset_ids, read_preset
from allay.economics.result.result import case_result
from allay.reports import case_answers as answers
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


@pytest.fixture(scope="module")
def losing():
    return made(read_preset("safety-net-grants").case)


def test_made_up_numbers_are_said_before_anything_else(report):
    _, page = report
    head = page[page.index("<body>") : page.index("<main")]
    assert "Made-up numbers" in head
    assert "among them 3 of the 3 that move the result most" in text_of(head)


def test_nothing_is_called_made_up_where_nothing_is():
    def checked(tree):
        tree["sources"]["made_up"]["status"] = "verified"

    result, page = made(example(checked))
    assert answers.made_up(result) is None
    assert "Made-up" not in page
    assert "at its weakest: verified" in text_of(page)


def test_a_program_that_never_breaks_even_is_told_so_and_what_grants_do(losing):
    result, page = losing
    said = " ".join(answers.breaks_even(result))
    assert "no sum of money first makes the program carry itself" in said
    assert "Until then" not in said
    assert "the program, its grants counted" in " ".join(answers.for_whom(result))
    assert "a scenario about grants alone changes nothing else here" in text_of(page)
    assert "still falling at the end" in page


def test_the_row_of_patients_says_that_health_is_not_in_it(losing):
    result, page = losing
    said = next(line for line in answers.for_whom(result) if line.startswith("Patients"))
    assert "patients' time for visits" in said
    assert said.endswith("The health they gain is not in it.")
    assert "money and time; no health" in text_of(page)


def test_grants_are_not_named_where_there_are_none():
    _, page = made(read_preset("ppact").case)
    text = text_of(page)
    assert "with grants" not in text
    assert "without grants at" not in text


def test_draws_that_are_all_alike_have_no_interval():
    rent = [{"name": "rent", "amount": number(100, "usd/month")}]
    _, page = made(read(tiny(months=24, referrals=[(1, 10)], fixed=rent)))
    text = text_of(page)
    assert "the same in all draws" in text
    assert not re.search(r"95% interval (\S+) to \1[ );]", text)


def test_a_bundle_without_a_price_to_break_even_at_is_not_given_one():
    found, _ = made(read_preset("path-2021").case)
    alone = next(one for one in found.bundles if one.contracts == ("own_price",))
    assert alone.any_price
    text = " ".join(answers.breaks_even(found.model_copy(update={"bundles": (alone,)})))
    assert "at any price, even at nothing (best estimates)" in text
    none = alone.model_copy(update={"any_price": False})
    text = " ".join(answers.breaks_even(found.model_copy(update={"bundles": (none,)})))
    assert "at no price up to $100,000" in text


@pytest.mark.parametrize("preset", preset_ids())
def test_every_quantity_has_words_of_its_own(preset):
    quantities = read_preset(preset).case.quantities()
    labels = [names.label(quantity) for quantity in quantities]
    assert len(set(labels)) == len(labels)
    assert not [one for one in labels if "›" in one]


def test_every_flow_and_party_has_words(report, losing):
    for result, _ in (report, losing):
        for row in result.ledger.rows:
            assert "_" not in names.flow(row.kind, row.service) + names.party(row.source)


def test_paper_has_what_varies_and_points_to_the_rest(report):
    result, page = report
    varied = page[page.index('id="assumptions"') : page.index('<details class="screen-only">')]
    assert varied.count("<tr>") == result.assumptions.varied + 1
    assert "report.html and assumptions.csv" in page


def test_work_units_are_shown_or_said_to_be_missing(report):
    _, page = report
    assert "there are no relative values of 2026-07-01" in text_of(page)

    def of_2024(tree):
        tree["program"]["currency_year"] = 2024

    result, page = made(example(of_2024))
    text = text_of(page)
    assert "by the fee schedule of 2024-07-01" in text
    assert f"{result.work_units.services['medical_visit'].total.best:,.0f}" in text
    assert "Without units: yoga (no code)" in text


def test_a_scenario_about_grants_shows_what_they_bring():
    def no_grant(tree):
        given = {"contracts/foundation/amount": 0}
        tree["scenarios"] = [{"id": "no_grant", "title": "No grant", "given": given}]

    result, page = made(example(no_grant))
    as_it_is, without = result.scenarios
    assert without.change.mean == 0
    assert as_it_is.with_grants.mean > without.with_grants.mean
    assert words.usd(without.with_grants.mean) in text_of(page)
