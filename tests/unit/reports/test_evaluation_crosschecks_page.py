"""The report of a study beside its main estimate: percent, who benefits, correction by controls, a prior."""

from __future__ import annotations

import html
import re

import pytest
from tests.unit.reports.evaluation_crosschecked import benefit, crossed
from tests.unit.reports.evaluation_kinds import clear_effect

from allay.evaluation.study.result import StudyResult
from allay.reports import evaluation_words as words
from allay.reports.evaluation_figures import measure
from allay.reports.evaluation_page import evaluation_html


def section(page: str, name: str) -> str:
    found = re.search(rf'<section aria-labelledby="{name}">.*?</section>', page, flags=re.S)
    assert found is not None, name
    plain = re.sub(r"<(style|svg).*?</\1>|<[^>]+>", " ", found.group(), flags=re.S)
    return " ".join(html.unescape(plain).split())


@pytest.fixture(scope="module")
def shown() -> tuple[StudyResult, str]:
    result = crossed(benefit(differs=True, told="some benefit more than others: found again"))
    return result, evaluation_html(result)


def test_every_table_has_a_caption_and_no_number_is_none(shown: tuple[StudyResult, str]) -> None:
    page = shown[1]
    assert page.count("<caption>") == page.count("<table>")
    for name in ("checks", "controls", "parts", "savings"):
        assert re.search(r"\bNone\b|\bnan\b|Undefined", section(page, name)) is None


def test_both_assumptions_about_trends_stand_side_by_side(shown: tuple[StudyResult, str]) -> None:
    result, page = shown
    told = section(page, "checks")
    assert "same amount as comparison members" in told
    for one in result.outcomes:
        assert words.relative_spread(one.adjusted.relative_low, one.adjusted.relative_high) in told
    assert words.relative(-0.19) in told
    assert words.relative_spread(0.81 * 0.9 - 1, 0.81 * 1.1 - 1) in told
    assert "No rate ratio: expected outcomes above zero, found none." in told
    assert words.relative(0.97 - 1) in told
    assert words.relative(0.83 - 1) in told
    assert "it describes, and is no effect on anybody" in told


def test_groups_by_predicted_benefit_have_effect_interval_and_number(shown: tuple[StudyResult, str]) -> None:
    result, page = shown
    told, how = section(page, "parts"), measure(result.outcomes[0])
    assert "Some benefit more than others: found again." in told
    assert "members whom the rule had not seen" in told
    found = result.outcomes[0].benefit
    assert found is not None
    for row in (*found.groups, found.most_less_least):
        assert row is not None
        numbers = (row.predicted, row.effect)
        cells = " ".join(how.text(one, signed=True) for one in numbers)
        assert f"{words.capital(row.name)} {cells} {how.spread(row.low, row.high)} 137 2,987" in told
    assert "Calibration slope 0.83" in told
    assert "gender: male +4.4 and +3.1." in told


def test_without_evidence_no_trait_is_named() -> None:
    told = section(
        evaluation_html(crossed(benefit(differs=False, told="no evidence that some benefit more"))), "parts"
    )
    assert "No evidence that some benefit more." in told
    assert "Most less least" in told
    assert "leans on" not in told


def test_too_few_starters_are_told_in_place_of_groups() -> None:
    told = section(evaluation_html(crossed(benefit(differs=None, told="not worked out: found 60"))), "parts")
    assert "Not worked out: found 60." in told
    assert "Most less least" not in told


def test_effects_corrected_by_controls_stand_beside_the_others(shown: tuple[StudyResult, str]) -> None:
    told = section(shown[1], "controls")
    assert "it shows 0.920 times what was to be expected." in told
    row = f"{words.relative(-0.12)} {words.relative_spread(-0.3, 0.106)} 0.237"
    assert row in told
    few = crossed(benefit(differs=None, told=""), corrected=False)
    told = section(evaluation_html(few), "controls")
    assert "Not corrected by negative controls: it needs 5 (memory)." in told
    assert "Corrected" not in told.replace("Corrected by negative controls", "")


def test_savings_weighed_with_a_prior_stand_beside_the_studys_own(shown: tuple[StudyResult, str]) -> None:
    told = section(shown[1], "savings")
    assert "Gross PMPM weighed with what others found $35.33" in told
    assert "Total cost: a weight of 19% for the study's own figure." in told
    told = section(evaluation_html(clear_effect()), "savings")
    assert "weighed with what others found" not in told
    assert "The protocol names no savings of such programs from elsewhere (a prior)" in told
