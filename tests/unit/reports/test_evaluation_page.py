"""The report of a study: the verdict first, compared with whom, and every number as the result has it."""

from __future__ import annotations

import html
import json
import re

import pytest
from tests.unit.reports import evaluation_results as made
from tests.unit.reports.evaluation_kinds import KINDS, clear_effect
from tests.unit.reports.evaluation_sources import HASH

from allay.evaluation.study.protocol import Study
from allay.reports import evaluation_answers as answers
from allay.reports import evaluation_words as words
from allay.reports.evaluation_figures import measure
from allay.reports.evaluation_page import evaluation_html

HOSTILE = '<script>alert("1")</script>'
ORDER = (
    *("answer", "who", "detectable", "balance", "effect", "event", "categories", "savings", "regression"),
    *("checks", "controls", "trends", "parts", "missing", "versions", "checklist", "method"),
)


def text_of(page):
    return " ".join(html.unescape(re.sub(r"<(style|svg).*?</\1>|<[^>]+>", " ", page, flags=re.S)).split())


def section(page, name):
    found = re.search(rf'<section aria-labelledby="{name}">.*?</section>', page, flags=re.S)
    assert found is not None, name
    return text_of(found.group())


def study_of(result):
    return Study.model_validate_json(json.dumps(result.protocol))


@pytest.fixture(scope="module")
def reports():
    results = {name: make() for name, make in KINDS.items()}
    return {name: (result, evaluation_html(result)) for name, result in results.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_can_be_read_by_everybody(reports, kind):
    _, page = reports[kind]
    assert page.count("<h1") == 1
    assert '<html lang="en">' in page
    assert page.count("<caption>") == page.count("<table>")
    assert "<script" not in page
    assert " style=" not in page
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", page)
    ids = re.findall(r' id="([\w-]+)"', page)
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r'href="#([\w-]+)"', page)) <= set(ids)


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_has_its_parts_in_order_and_no_number_that_is_none(reports, kind):
    result, page = reports[kind]
    places = [page.index(f'<h2 id="{name}"') for name in ORDER]
    assert places == sorted(places)
    text = text_of(page)
    assert re.search(r"\bNone\b(?!\.| of| was| can)|\bnan\b|\binf\b|{{|}}|Undefined", text) is None
    assert words.sentence(result.verdict.headline) in section(page, "answer")


@pytest.mark.parametrize("kind", KINDS)
def test_what_could_be_shown_comes_before_any_result(reports, kind):
    result, page = reports[kind]
    assert page.index('id="detectable"') < page.index('id="effect"')
    said = section(page, "detectable")
    for one in result.detectable:
        how = words.measure_of(one.unit, one.mean)
        assert how.text(one.smallest) in said
    if not result.detectable:
        assert "There is none to tell" in said


def test_numbers_are_those_of_the_result(reports):
    result, page = reports["clear_effect"]
    assert len(result.outcomes) > 5
    told = section(page, "categories") + section(page, "controls")
    for one in result.outcomes:
        how, est = measure(one), one.adjusted
        for value in (
            how.text(est.estimate, signed=True),
            how.spread(est.low, est.high),
            how.text(est.without),
        ):
            assert value in told, (one.outcome, value)
        assert words.relative_spread(est.relative_low, est.relative_high) in told
    first, how = result.outcomes[0], measure(result.outcomes[0])
    ladder = section(page, "effect")
    for value in (first.peak_to_after.change, first.before_after.change, first.unadjusted.estimate):
        assert how.text(value, signed=True) in ladder
    for value in (first.means.starters_before, first.means.comparison_after):
        assert how.text(value) in ladder
    events = section(page, "event")
    for row in answers.aggregate_of(first, "dynamic").by:
        if row.se is not None:
            assert how.spread(row.low, row.high) in events
            assert how.spread(row.band_low, row.band_high) in events
    assert "412" in events  # starters at the start, of both cohorts
    assert "188" in events  # later only of the first
    checks = section(page, "checks")
    for est in (*first.alternatives, first.imputation.estimate, first.placebo):
        assert how.spread(est.low, est.high) in checks
    for row in first.robustness[0].rows:
        assert how.spread(row.low, row.high) in section(page, "trends")
    assert "0.70 times" in section(page, "trends")
    assert "64%" in section(page, "regression")


def test_amounts_are_per_thousand_members_and_in_dollars(reports):
    _, page = reports["clear_effect"]
    said = section(page, "categories").replace(words.JOINED, "")
    # -0.0104 visits per member-month, with an error of 0.0031, where 0.0612 were expected; -58.40 dollars.
    assert "Emergency visits primary; per 1,000 a month 61.2 −10.4 −16.5 to −4.3 −17.0%" in said
    assert "Total cost per member a month $742.10 −$58.40 −$119.55 to $2.75 −7.9%" in said


def test_savings_are_shown_raw_and_top_coded_gross_and_net(reports):
    result, page = reports["clear_effect"]
    said = section(page, "savings")
    assert len(result.savings) == 2
    for row in result.savings:
        for amount, cents in ((row.per_member_month, True), (row.total, False), (row.net, False)):
            assert words.dollars(amount, cents=cents) in said
            assert words.dollars_spread(amount, cents=cents) in said
        assert answers.weighed_savings(row) in said
    assert "contract of 2024" in said
    assert "emergency visits and MRI scans were written to effects.csv" in said
    assert "Without draws: X-rays" in said


def test_two_way_fixed_effects_stand_only_as_a_warning(reports):
    _, page = reports["clear_effect"]
    said = section(page, "checks")
    assert said.index("A warning, not a result") < said.index("A regression with fixed effects")
    assert "12% of its weight lies on comparisons with members who have started already" in said
    assert "two-way" not in section(page, "answer").lower()


def test_who_was_compared_is_counted_with_reasons(reports):
    result, page = reports["clear_effect"]
    said = section(page, "who")
    for step in result.flow.steps:
        for people in (step.starters, step.comparison):
            assert f"{people:,}" in said
    assert "not covered in every month" in said
    assert "Baseline 12 months" in said
    for row in result.cohorts:
        assert f"{row.name} {row.starters}" in said


def test_simulated_claims_are_said_before_anything_else_and_real_ones_are_not(reports):
    _, page = reports["clear_effect"]
    head = page[page.index("<body>") : page.index("<main")]
    assert "Simulated claims" in head
    assert 'class="mark"' in head
    _, other = reports["nothing_shown"]
    assert "Simulated claims" not in text_of(other)
    assert 'class="mark"' not in other
    assert "The claims are synthetic" not in text_of(other)


def test_a_study_that_shows_nothing_has_no_effect_in_its_tiles(reports):
    for kind in ("nothing_shown", "cannot_show"):
        result, _ = reports[kind]
        tile = answers.tiles(result, study_of(result))[0]
        assert tile.figure == "none shown"
        assert "95% interval" in tile.under


def test_a_study_that_cannot_tell_puts_no_number_forward(reports):
    result, page = reports["failed_pretrend"]
    tiles = answers.tiles(result, study_of(result))
    assert tiles[0].figure == "cannot tell"
    assert "not to be relied on" in tiles[0].under
    assert "not to be relied on here" in section(page, "effect")
    assert "the main estimate" not in section(page, "effect")
    assert "different paths before the start" in section(page, "answer")


def test_savings_of_a_study_that_cannot_tell_are_not_to_be_relied_on():
    found = clear_effect()
    failed = found.model_copy(
        update={"verdict": found.verdict.model_copy(update={"answer": "trends_differ"})}
    )
    assert answers.tiles(failed, study_of(failed))[3].figure == "cannot tell"
    assert "not to be relied on either" in section(evaluation_html(failed), "savings")


def test_a_program_without_comparison_is_shown_alone_and_is_no_effect(reports):
    result, page = reports["no_comparison"]
    said = section(page, "series")
    one = result.series[0]
    how = words.measure_of(one.unit, max(one.means))
    assert "This is not an effect" in said
    assert how.spread(one.total_low, one.total_high) in said
    assert "0.82 times the trend before (95% interval 0.71 to 0.95" in said
    for mean in one.means:
        assert how.text(mean) in said
    assert "Compared with nobody" in section(page, "answer")
    for part in ("balance", "effect", "event", "categories", "savings", "trends"):
        assert (
            'class="empty"'
            in re.search(rf'<section aria-labelledby="{part}">.*?</section>', page, flags=re.S).group()
        )
    assert 'id="series"' not in reports["clear_effect"][1]


def test_hidden_counts_are_said_to_be_hidden_and_why(reports):
    _, page = reports["hidden_cells"]
    said = section(page, "who")
    assert "Out: not covered in every month of the window hidden" in said
    assert "Counts of people of 1 to 10 are hidden" in said
    assert "2023-01 to 2023-03 hidden too few" in said
    assert "Region: 981 hidden hidden hidden" in section(page, "balance")
    assert "their number is small and hidden" in section(page, "balance")
    groups = section(page, "parts")
    assert "Hidden: fewer than 11 starters" in groups
    assert "not shown" in groups


def test_deviations_are_printed_at_the_top_and_listed(reports):
    result, page = reports["deviating"]
    assert words.sentence(result.freeze.words) in section(page, "answer")
    versions = section(page, "versions")
    assert "/ design/ anticipation_months 3 1" in versions.replace("/design", "/ design").replace(
        "/anticipation", "/ anticipation"
    )
    assert result.freeze.frozen_sha256 in versions
    assert "None." in section(reports["clear_effect"][1], "versions")


def test_a_protocol_that_was_not_frozen_before_is_said(reports):
    found, _ = reports["clear_effect"]
    freeze = found.freeze.model_copy(update={"before": False, "words": "frozen by this run"})
    page = evaluation_html(found.model_copy(update={"freeze": freeze}))
    assert "Frozen by this run." in section(page, "answer")
    assert "None can be told" in section(page, "versions")


def test_data_and_versions_are_named(reports):
    result, page = reports["clear_effect"]
    versions, missing = section(page, "versions"), section(page, "missing")
    assert result.freeze.protocol_sha256 in versions
    assert HASH in versions
    assert "1 of 2 are not verified" in versions
    assert "spine_surgery@1 (memory)" in versions
    assert "A day is too early or too late" in missing
    assert "left out" in missing
    assert "Claims paid through 2024-12-31" in missing
    assert "52% is paid in the month of service, 87% is paid after 1 month" in missing
    assert "99th percentile" in missing
    for line in result.missing:
        assert words.sentence(line) in missing


def test_the_checklist_says_what_is_not_answered(reports):
    result, page = reports["too_few"]
    said = section(page, "checklist")
    answered = sum(1 for row in result.checklist if row.answered)
    assert 0 < answered < len(result.checklist)
    assert f"{answered} of {len(result.checklist)} items are answered" in said
    assert "memory" in said


def test_words_of_a_protocol_cannot_become_code():
    protocol = made.study(
        made.OUTCOMES,
        title=HOSTILE,
        question=HOSTILE,
        program={"name": HOSTILE, "cost_source": HOSTILE},
        subgroups=[{"id": HOSTILE, "covariate": "gender", "values": ["female"]}],
    )
    found = made.result(made.OUTCOMES, says=made.verdict("improved", HOSTILE, HOSTILE), protocol=protocol)
    first = found.outcomes[0]
    group = first.subgroups[0].model_copy(update={"id": HOSTILE, "words": HOSTILE})
    first = first.model_copy(update={"subgroups": (group,), "notes": (HOSTILE,), "name": HOSTILE})
    found = found.model_copy(
        update={
            "outcomes": (first, *found.outcomes[1:]),
            "missing": (HOSTILE,),
            "freeze": found.freeze.model_copy(update={"words": HOSTILE}),
        }
    )
    page = evaluation_html(found)
    assert "<script" not in page.lower()
    assert "&lt;script&gt;" in page


def test_the_same_result_gives_the_same_page(reports):
    result, page = reports["nothing_shown"]
    assert evaluation_html(result) == page


def test_a_result_without_a_check_or_a_panel_says_so(reports):
    found, _ = reports["nothing_shown"]
    bare = found.data.model_copy(update={"claims": {}, "panel": {}, "inputs": ()})
    said = text_of(evaluation_html(found.model_copy(update={"data": bare})))
    for missing in ("no check of the claims", "no record of the panel", "names no files"):
        assert missing in said


def test_matching_on_outcomes_before_the_start_is_warned_of(reports):
    found, _ = reports["nothing_shown"]
    weighting = made.weighting(pre_outcomes=("emergency_visit",), because="the payer asked for it")
    said = section(evaluation_html(found.model_copy(update={"weighting": weighting})), "balance")
    assert "makes a bias of its own" in said
    assert "the payer asked for it" in said
