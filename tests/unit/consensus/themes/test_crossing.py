"""Counts, labels, differences and agreement of the shipped example, and of what is left open."""

from __future__ import annotations

import numpy as np
import pytest

from allay.consensus.examples.example import read_example
from allay.consensus.themes.crossing import cross_analysis
from allay.consensus.themes.differences import differences
from allay.consensus.themes.file import Settlement, ThemesFile
from allay.consensus.themes.judgments import judgments_of
from allay.consensus.themes.reading import read_themes
from allay.consensus.themes.result import analyze


@pytest.fixture
def themes(tmp_path):
    file = tmp_path / "themes.yaml"
    file.write_bytes(read_example("interviews").files["themes.yaml"])
    return read_themes(file)


def changed(themes, **what):
    return ThemesFile.model_validate({**themes.model_dump(), **what})


def test_counts_and_labels(themes):
    rows = {row.category: row for row in cross_analysis(themes)}
    assert {name: (len(row.cases), row.of, row.label) for name, row in rows.items()} == {
        "visit-limits": (12, 12, "general"),
        "authorization": (8, 12, "typical"),
        "co-pays": (4, 12, "variant"),
        "networks": (1, 12, "single"),
        "champion": (7, 11, "typical"),
        "grants": (3, 11, "variant"),
        "alumni": (1, 11, "unsettled"),
    }
    assert (rows["alumni"].lowest, rows["alumni"].highest) == ("single", "variant")
    assert "P04" not in rows["authorization"].cases
    assert rows["visit-limits"].quotes == 1


def test_a_difference_is_never_settled_in_silence(themes):
    rows = {(row.case, row.category): row for row in differences(judgments_of(themes))}
    assert len(rows) == 8
    row = rows["P11", "alumni"]
    assert (row.settled, row.how, row.reason) == ("unsettled", None, None)
    assert (row.present_by, row.absent_by) == (("coder-a",), ("coder-b",))
    assert rows["P03", "networks"].how == "auditor"

    opened = changed(themes, settlements=())
    assert all(row.settled == "unsettled" for row in differences(judgments_of(opened)))
    labels = {row.category: row.label for row in cross_analysis(opened)}
    assert labels["authorization"] == "unsettled"
    assert labels["visit-limits"] == "general"


def test_an_auditor_may_overrule_coders_who_agree_and_it_shows(themes):
    overruled = Settlement(
        case="P01", category="visit-limits", present=False, how="auditor", by="a", reason="r"
    )
    found = changed(themes, settlements=(*themes.settlements, overruled))
    row = differences(judgments_of(found))[0]
    assert row.overruled
    assert row.absent_by == ()
    assert len(cross_analysis(found)[0].cases) == 11
    confirmed = overruled.model_copy(update={"present": True})
    found = changed(themes, settlements=(*themes.settlements, confirmed))
    assert not differences(judgments_of(found))[0].overruled


def test_cases_nobody_judged_are_not_counted_as_absent(themes):
    kept = tuple(one for one in themes.codings if one.case != "P12")
    row = cross_analysis(changed(themes, codings=kept))[0]
    assert (row.label, row.not_judged, row.lowest, row.highest) == ("not judged", 1, "general", "general")
    assert cross_analysis(changed(themes, codings=(), settlements=()))[0].lowest == "absent"


def test_a_domain_nobody_was_asked_about_has_no_label(themes):
    domain = themes.domains[1].model_copy(update={"not_asked": tuple(one.id for one in themes.cases)})
    found = changed(
        themes,
        domains=(themes.domains[0], domain),
        codings=tuple(one for one in themes.codings if one.domain == "payment"),
        settlements=(),
    )
    row = cross_analysis(found)[-1]
    assert (row.of, row.label, row.lowest, row.highest) == (0, "not judged", None, None)


def test_agreement_before_discussion(themes):
    """8 of 81 judged cells differ; Cohen's kappa by hand from the table of two coders."""
    everything, payment, sustaining = analyze(themes, allay_version="0").agreement
    assert (everything.cells, everything.agreed) == (48 + 33, 73)
    assert (payment.cells, payment.agreed, sustaining.cells, sustaining.agreed) == (48, 45, 33, 28)
    values = judgments_of(themes).values
    a, b = values[:, 0], values[:, 1]
    expected = a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())
    kappa = (np.mean(a == b) - expected) / (1 - expected)
    assert everything.coefficients["cohen_kappa"] == pytest.approx(kappa, abs=1e-12)
    assert everything.coefficients["fleiss_kappa"] is None
    alpha = everything.coefficients["krippendorff_alpha_nominal"]
    both = values.mean()
    n = values.size
    disagreement = 2 * both * (1 - both) * n / (n - 1)
    assert alpha == pytest.approx(1 - np.mean(a != b) / disagreement, abs=1e-12)


def test_one_coder_alone_agrees_with_nobody(themes):
    alone = tuple(one for one in themes.codings if one.coder == "coder-a")
    found = analyze(changed(themes, codings=alone, settlements=()), allay_version="0")
    assert found.agreement[0].cells == 0
    assert found.agreement[0].share is None
    assert set(found.agreement[0].coefficients.values()) == {None}
    assert found.unsettled == 0


def test_three_coders_get_fleiss_and_gaps_only_krippendorff(themes):
    third = tuple(
        one.model_copy(update={"coder": "coder-c"}) for one in themes.codings if one.coder == "coder-a"
    )
    coders = (*themes.coders, themes.coders[0].model_copy(update={"id": "coder-c"}))
    full = changed(themes, coders=coders, codings=(*themes.codings, *third))
    found = analyze(full, allay_version="0").agreement[0].coefficients
    assert found["cohen_kappa"] is None
    assert found["fleiss_kappa"] is not None
    part = changed(themes, coders=coders, codings=(*themes.codings, *third[:5]))
    found = analyze(part, allay_version="0").agreement[0].coefficients
    assert found["fleiss_kappa"] is None
    assert found["krippendorff_alpha_nominal"] is not None


def test_coders_who_only_ever_say_yes_have_no_coefficient(themes):
    category = themes.domains[0].categories[0]
    domain = themes.domains[0].model_copy(update={"categories": (category,)})
    codings = tuple(
        one.model_copy(update={"categories": (category.id,)})
        for one in themes.codings
        if one.domain == "payment"
    )
    found = analyze(
        changed(
            themes, domains=(domain,), codings=codings, settlements=(), core_ideas=(), quotes=(), memos=()
        ),
        allay_version="0",
    )
    assert found.agreement[0].share == 1
    assert found.agreement[0].coefficients["cohen_kappa"] is None
