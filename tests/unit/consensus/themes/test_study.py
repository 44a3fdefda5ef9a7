"""The study of 30 programs: numbers as in the text, and unknown where it has none."""

from __future__ import annotations

import json

import pytest

from allay.base.errors import NotFound
from allay.consensus.themes.study import PublishedStudy, read_study


def test_sample_as_published():
    counts = {one.id: one.value for one in read_study("2023").sample}
    assert (
        counts["panel"] + counts["interviews"] + counts["case_study_interviews"]
        == counts["participants"]
        == 120
    )
    assert counts["program_interviews"] + counts["other_interviews"] == counts["interviews"] == 53
    assert (counts["programs"], counts["case_programs"], counts["coders"]) == (30, 4, "unknown")


def test_four_themes_and_counts_only_where_the_text_has_them():
    study = read_study("2023")
    assert [theme.id for theme in study.themes] == ["payment", "organization", "business", "regulation"]
    known = {
        one.id: one.cases for theme in study.themes for one in theme.categories if one.cases != "unknown"
    }
    assert known == {"alumni": 1, "champion-lost": 2}
    assert "unknown" in {one.cases_status.value for theme in study.themes for one in theme.categories}


def test_every_answer_is_to_a_barrier_and_sources_exist():
    tree = read_study("2023").model_dump()
    tree["themes"][0]["categories"][1]["answers"] = ("alumni",)
    with pytest.raises(ValueError, match="answers to barriers"):
        PublishedStudy.model_validate(tree)
    tree = read_study("2023").model_dump()
    tree["themes"][0]["categories"][0]["answers"] = ("volume",)
    with pytest.raises(ValueError, match="answers only for the kind answer"):
        PublishedStudy.model_validate(tree)
    tree = read_study("2023").model_dump()
    tree["sample"][0]["source"] = "elsewhere"
    with pytest.raises(ValueError, match="not elsewhere"):
        PublishedStudy.model_validate(tree)


@pytest.mark.parametrize("change", [{"value": 3}, {"status": "verified"}])
def test_unknown_goes_with_unknown(change):
    tree = read_study("2023").model_dump(mode="json")
    row = next(one for one in tree["sample"] if one["id"] == "coders")
    row.update(change)
    with pytest.raises(ValueError, match="status unknown"):
        PublishedStudy.model_validate_json(json.dumps(tree))


def test_another_study():
    with pytest.raises(NotFound, match="2023"):
        read_study("2024")
