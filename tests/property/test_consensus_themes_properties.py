"""Order changes nothing; labels rise with counts; what is open stays open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allay.consensus.themes.crossing import cross_analysis
from allay.consensus.themes.file import ThemesFile
from allay.consensus.themes.labels import LABELS, label_of, label_rules, read_rule
from allay.consensus.themes.result import analyze

CATEGORIES = ("k1", "k2", "k3")


@st.composite
def analyses(draw):
    cases = [f"P{n}" for n in range(draw(st.integers(1, 6)))]
    coders = [f"c{n}" for n in range(draw(st.integers(1, 3)))]
    codings = [
        {
            "coder": coder,
            "case": case,
            "domain": "d",
            "categories": tuple(draw(st.sets(st.sampled_from(CATEGORIES)))),
        }
        for coder in coders
        for case in cases
        if draw(st.booleans())
    ]
    return {
        "id": "a",
        "title": "t",
        "cases": tuple({"id": one} for one in cases),
        "coders": tuple({"id": one, "role": "r"} for one in coders),
        "domains": ({"id": "d", "name": "D", "categories": tuple({"id": k, "name": k} for k in CATEGORIES)},),
        "codings": tuple(codings),
    }


@given(analyses(), st.randoms(use_true_random=False))
def test_order_of_cases_coders_and_judgments_changes_nothing(tree, random):
    shuffled = dict(tree)
    for key in ("cases", "coders", "codings"):
        rows = list(tree[key])
        random.shuffle(rows)
        shuffled[key] = tuple(rows)
    before = analyze(ThemesFile.model_validate(tree), allay_version="0")
    after = analyze(ThemesFile.model_validate(shuffled), allay_version="0")
    assert before.model_dump(exclude={"agreement"}) == after.model_dump(exclude={"agreement"})
    for one, other in zip(before.agreement, after.agreement, strict=True):
        assert one.model_dump(exclude={"coefficients"}) == other.model_dump(exclude={"coefficients"})
        assert one.coefficients == pytest.approx(other.coefficients)


@given(st.integers(1, 60), st.sampled_from(label_rules()))
def test_labels_rise_with_counts(of, rule):
    places = [LABELS.index(label_of(cases, of=of, rule=rule)) for cases in range(of + 1)]
    assert places == sorted(places)
    assert places[0] == 0
    assert places[-1] == len(LABELS) - 1


@given(analyses())
def test_counts_are_those_of_a_plain_count(tree):
    """A second way: for every category and case, look the judgments up one by one."""
    for row in cross_analysis(ThemesFile.model_validate(tree)):
        present, unsettled, not_judged = [], 0, 0
        for case in (one["id"] for one in tree["cases"]):
            seen = [row.category in one["categories"] for one in tree["codings"] if one["case"] == case]
            if not seen:
                not_judged += 1
            elif all(seen):
                present.append(case)
            elif any(seen):
                unsettled += 1
        assert (row.cases, row.unsettled, row.not_judged) == (tuple(present), unsettled, not_judged)
        assert (row.label == "unsettled") == (unsettled > 0)
        rule, of = read_rule("hill-2005"), len(tree["cases"])
        assert row.lowest == label_of(len(present), of=of, rule=rule)
        assert row.highest == label_of(len(present) + unsettled + not_judged, of=of, rule=rule)
