"""Every instrument definition that ships: complete, sourced, dated, honest about what is not verified."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from allay.base.status import Status
from allay.measures.catalog import FOLDER, all_instruments, load_instrument
from allay.measures.derived import Composite

FILES = sorted(FOLDER.glob("*.yaml"))
CONTRACT_SCALES = {
    "peg": ["total"],
    "phq9": ["total"],
    "gad7": ["total"],
    "promis29": [
        "physical_function",
        "anxiety",
        "depression",
        "fatigue",
        "sleep_disturbance",
        "social_participation",
        "pain_interference",
        "pain_intensity",
        "phs",
        "mhs",
    ],
    "promis-global10": ["gph", "gmh"],
}
# What the evidence leaves open, and nothing else. A definition that becomes surer must leave this list.
NOT_VERIFIED = {
    ("peg", "total", "missing"): Status.DERIVED,
    ("gad7", "total", "missing"): Status.MEMORY,
    ("promis29", "physical_function", "bands"): Status.MEMORY,
    ("promis29", "social_participation", "bands"): Status.MEMORY,
    ("promis-global10", "gph", "bands"): Status.MEMORY,
}


def instruments():
    return [pytest.param(load_instrument(path), id=path.stem) for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_name_is_the_id(path):
    assert load_instrument(path).id == path.stem


def test_the_contract_names_of_scales_and_items():
    found = {each.id: [scale.id for scale in each.scales] for each in all_instruments()}
    assert found == CONTRACT_SCALES
    items = {each.id: each.item_ids for each in all_instruments()}
    assert items["peg"] == ("peg_1", "peg_2", "peg_3")
    assert items["phq9"] == (*(f"phq9_{k}" for k in range(1, 10)), "phq9_difficulty")
    assert items["gad7"] == tuple(f"gad7_{k}" for k in range(1, 8))
    assert items["promis-global10"] == (
        *(f"Global0{k}" for k in range(1, 8)),
        "Global08r",
        "Global09r",
        "Global10r",
    )
    assert len(items["promis29"]) == 29


@pytest.mark.parametrize("instrument", instruments())
def test_every_source_is_used_or_named_dated_and_titled(instrument):
    text = (FOLDER / f"{instrument.id}.yaml").read_text(encoding="utf-8")
    for key, source in instrument.sources.items():
        assert source.title.strip()
        assert dt.date(2026, 1, 1) <= source.accessed <= dt.date(2030, 1, 1)
        assert source.href == "" or source.href.startswith("https://")
        uses = re.findall(rf"source: {key}\b|\bsource {key}\b", text)
        assert uses or key.startswith("loinc"), f"{key} is never used"


@pytest.mark.parametrize("instrument", instruments())
def test_nothing_is_surer_than_its_source(instrument):
    """A number may not be verified when the source it names is not."""
    claims = [(instrument.licence.source, instrument.licence.status)]
    for scale in instrument.scales:
        claims += [(band.source, band.status) for band in scale.bands]
        claims += [(each.source, each.status) for each in scale.thresholds]
        claims += [(part.source, part.status) for part in (scale.table, scale.derived) if part]
        claims.append((scale.missing.source, scale.missing.status))
    claims += [(wording.source, wording.status) for wording in instrument.wordings.values()]
    for source, status in claims:
        assert Status.weakest([status, instrument.sources[source].status]) is status, source


def test_what_is_not_verified():
    found = {}
    for instrument in all_instruments():
        for scale in instrument.scales:
            parts = {
                "missing": [scale.missing.status],
                "bands": [band.status for band in scale.bands],
                "thresholds": [each.status for each in scale.thresholds],
                "table": [scale.table.status] if scale.table else [],
                "formula": [scale.derived.status] if scale.derived else [],
            }
            for name, statuses in parts.items():
                if statuses and not Status.weakest(statuses).certain:
                    found[instrument.id, scale.id, name] = Status.weakest(statuses)
    assert found == NOT_VERIFIED


@pytest.mark.parametrize("instrument", instruments())
def test_items_outside_the_scores_say_so(instrument):
    for item in instrument.items:
        assert (item.id in instrument.scored_items) != ("Reported alone" in item.note)


@pytest.mark.parametrize("instrument", instruments())
def test_only_free_wording_is_shipped(instrument):
    assert instrument.licence.terms
    assert (instrument.wording == "shipped") == (instrument.id in {"peg", "phq9", "gad7"})
    assert set(instrument.languages) <= {"en"}
    for wording in instrument.wordings.values():
        assert "LOINC" in wording.attribution


@pytest.mark.parametrize("instrument", instruments())
def test_labels_are_short_and_ours(instrument):
    for item in instrument.items:
        assert len(item.label) <= 40
        if instrument.wording == "pack":
            assert not item.label.endswith("?")
            for answer in item.answers:
                assert answer.label == str(answer.value) or answer.label.startswith(f"{answer.value} = ")


@pytest.mark.parametrize("instrument", instruments())
def test_summary_weights_are_those_published(instrument):
    weights = {
        scale.id: [term.weight for term in scale.derived.terms]
        for scale in instrument.scales
        if isinstance(scale.derived, Composite)
    }
    assert weights == {
        "phs": [0.872, -0.094, 0.113, -0.009, 0.003, 0.002],
        "mhs": [-0.015, -0.154, 0.252, -0.351, -0.257, -0.139],
    }
