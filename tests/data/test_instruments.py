"""Every instrument definition that ships: complete, sourced, dated, honest about what is not verified."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from allay.base.status import Status
from allay.measures.card import card
from allay.measures.cardtext import card_text
from allay.measures.catalog import FOLDER, all_instruments, get, load_instrument, name_of
from allay.measures.derived import Composite
from allay.measures.domains import domain_table, resolved
from allay.measures.norms import norm_files
from allay.measures.outcome_definitions import outcome_definition

FILES = sorted(FOLDER.glob("*.yaml"))
SYMPTOMS = ["anxiety", "depression", "fatigue", "sleep_disturbance"]
CONTRACT_SCALES = {
    "peg": ["total"],
    "phq9": ["total"],
    "gad7": ["total"],
    "dvprs": ["pain", "activity", "sleep", "mood", "stress"],
    "promis29": [
        "physical_function",
        *SYMPTOMS,
        "social_participation",
        "pain_interference",
        "pain_intensity",
        "phs",
        "mhs",
        "propr",
    ],
    "promis-global10": ["gph", "gmh"],
    "pcs": ["rumination", "magnification", "helplessness", "total"],
    "scs": [
        "self_kindness",
        "self_judgment",
        "common_humanity",
        "isolation",
        "mindfulness",
        "over_identification",
        "self_judgment_as_answered",
        "isolation_as_answered",
        "over_identification_as_answered",
        "total",
        "total_26",
    ],
    "scs-sf": ["total"],
    "prs@14.0.0": ["behavioral_perseverance", "cognitive_affective_positivity", "total"],
    "sfi": ["flourish", "secure_flourish"],
    "pseq": ["total"],
    "nps": ["total"],
}
CONTRACT_ITEMS = {
    "peg": [f"peg_{k}" for k in range(1, 4)],
    "phq9": [*(f"phq9_{k}" for k in range(1, 10)), "phq9_difficulty"],
    "gad7": [f"gad7_{k}" for k in range(1, 8)],
    "dvprs": [f"dvprs_{k}" for k in ("pain", "activity", "sleep", "mood", "stress")],
    "pcs": [f"pcs_{k}" for k in range(1, 14)],
    "scs": [f"scs_{k}" for k in range(1, 27)],
    "scs-sf": [f"scssf_{k}" for k in range(1, 13)],
    "prs@14.0.0": [f"prs_{k}" for k in range(1, 15)],
    "sfi": [f"sfi_{k}" for k in range(1, 13)],
    "pseq": [f"pseq_{k}" for k in range(1, 11)],
    "nps": ["nps"],
    "promis-global10": [*(f"Global0{k}" for k in range(1, 8)), "Global08r", "Global09r", "Global10r"],
}
# The instruments of the field's list, and what may be done with each.
SHIPPED = {"peg", "phq9", "gad7", "nps", "staff-wellbeing"}
IMPORT_ONLY = {
    "cahps-cg",
    "cpaq8",
    "hoos-jr",
    "koos-jr",
    "pam",
    "promis-pf-cat",
    "promis-pf6b",
    "promis-pi-cat",
    "promis-pi6a",
    "prs@10.0.0",
    "prs@12.0.0",
}
PACK = {
    "bpi",
    "brs",
    "dass21",
    "dvprs",
    "isi",
    "ndi",
    "odi",
    "pain-nrs",
    "pcs",
    "pdi",
    "pgic",
    "phq4",
    "promis-cognition2a",
    "promis-global10",
    "promis29",
    "prs@14.0.0",
    "pseq",
    "pss10",
    "quickdash",
    "scs",
    "scs-sf",
    "sfi",
    "start-back",
    "whodas12",
}
# What the evidence leaves open, and nothing else. A definition that becomes surer must leave this list.
NOT_VERIFIED = {
    "bpi": {"key": "memory", "missing": "derived"},
    "brs": {"key": "memory", "missing": "memory"},
    "cahps-cg": {"missing": "memory"},
    "cpaq8": {"missing": "memory"},
    "dass21": {"key": "memory", "missing": "memory", "bands": "memory", "rules": "memory"},
    "dvprs": {"missing": "derived"},
    "gad7": {"missing": "memory"},
    "hoos-jr": {"thresholds": "secondary"},
    "isi": {"key": "secondary", "missing": "derived", "bands": "secondary"},
    "koos-jr": {"thresholds": "secondary"},
    "ndi": {"missing": "derived", "thresholds": "secondary"},
    "nps": {"missing": "derived"},
    "odi": {"key": "secondary", "missing": "secondary", "thresholds": "secondary"},
    "pcs": {"missing": "derived", "rules": "memory"},
    "pdi": {"key": "secondary", "missing": "derived"},
    "peg": {"missing": "derived"},
    "pgic": {"key": "memory", "missing": "derived", "bands": "memory"},
    "phq4": {"key": "secondary", "missing": "derived", "bands": "secondary"},
    "promis-cognition2a": {"bands": "memory", "table": "secondary"},
    "promis-global10": {"bands": "memory"},
    "promis-pf-cat": {"thresholds": "secondary"},
    "promis-pf6b": {"thresholds": "secondary"},
    "promis-pi-cat": {"thresholds": "secondary"},
    "promis-pi6a": {"thresholds": "secondary"},
    "promis29": {"bands": "memory"},
    "prs@10.0.0": {"missing": "memory"},
    "prs@12.0.0": {"missing": "memory"},
    "prs@14.0.0": {"key": "memory", "missing": "memory"},
    "pseq": {"key": "secondary", "missing": "derived"},
    "pss10": {"key": "secondary", "missing": "derived"},
    "quickdash": {"missing": "memory", "thresholds": "secondary"},
    "scs": {"missing": "derived", "bands": "secondary"},
    "scs-sf": {"missing": "derived", "bands": "secondary"},
    "sfi": {"missing": "derived"},
    "staff-wellbeing": {"key": "derived", "missing": "derived"},
    "start-back": {"key": "secondary", "missing": "derived", "bands": "secondary", "formula": "secondary"},
    "whodas12": {"missing": "derived"},
}


def instruments():
    return [pytest.param(load_instrument(path), id=path.stem) for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_name_is_the_id(path):
    assert name_of(load_instrument(path)) == path.stem


def test_the_contract_names_of_scales_and_items():
    assert {name: [scale.id for scale in get(name).scales] for name in CONTRACT_SCALES} == CONTRACT_SCALES
    assert {name: list(get(name).item_ids) for name in CONTRACT_ITEMS} == CONTRACT_ITEMS
    assert len(get("promis29").items) == 29


def test_what_may_be_done_with_each():
    found = {"shipped": set(), "pack": set(), "import-only": set()}
    for instrument in all_instruments():
        found[instrument.wording].add(name_of(instrument))
    assert found == {"shipped": SHIPPED, "pack": PACK, "import-only": IMPORT_ONLY}


@pytest.mark.parametrize("instrument", instruments())
def test_every_source_is_used_or_named_dated_and_titled(instrument):
    text = (FOLDER / f"{name_of(instrument)}.yaml").read_text(encoding="utf-8")
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
                "key": [scale.key_status],
                "missing": [scale.missing.status],
                "bands": [band.status for band in scale.bands],
                "thresholds": [each.status for each in scale.thresholds],
                "rules": [rule.status for rule in scale.rules],
                "table": [scale.table.status] if scale.table else [],
                "formula": [scale.derived.status] if scale.derived else [],
            }
            for name, statuses in parts.items():
                if statuses and not Status.weakest(statuses).certain:
                    key = name_of(instrument), name
                    found.setdefault(key, {})[scale.id] = str(Status.weakest(statuses))
    short = {}
    for (instrument, name), scales in found.items():
        short.setdefault(instrument, {})[name] = " ".join(sorted(set(scales.values())))
    assert short == NOT_VERIFIED


@pytest.mark.parametrize("instrument", instruments())
def test_items_outside_the_scores_say_so(instrument):
    for item in instrument.items:
        assert (item.id in instrument.scored_items) != ("Reported alone" in item.note)


@pytest.mark.parametrize("instrument", instruments())
def test_only_free_wording_is_shipped(instrument):
    assert instrument.licence.terms
    assert (instrument.wording == "shipped") == (instrument.id in SHIPPED)
    # Only our own wording comes in Spanish too; no official Spanish text was at hand.
    assert set(instrument.languages) <= ({"en", "es"} if instrument.id == "nps" else {"en"})
    for wording in instrument.wordings.values():
        assert ("LOINC" in wording.attribution) == bool(instrument.loinc)


@pytest.mark.parametrize("instrument", instruments())
def test_labels_are_short_and_ours(instrument):
    for item in instrument.items:
        assert len(item.label) <= 40
        if instrument.wording == "pack":
            assert not item.label.endswith("?")
            for answer in item.answers:
                assert answer.label == str(answer.value) or answer.label.startswith(f"{answer.value} = ")


def test_summary_weights_are_those_published():
    weights = {
        (instrument.id, scale.id): [term.weight for term in scale.derived.terms]
        for instrument in all_instruments()
        for scale in instrument.scales
        if isinstance(scale.derived, Composite)
    }
    assert weights == {
        ("promis29", "phs"): [0.872, -0.094, 0.113, -0.009, 0.003, 0.002],
        ("promis29", "mhs"): [-0.015, -0.154, 0.252, -0.351, -0.257, -0.139],
        ("scs", "total"): [1],
    }


@pytest.mark.parametrize("instrument", instruments())
def test_license_and_sources_are_printed(instrument):
    assert instrument.licence.name.strip()
    assert instrument.sources
    shown = card_text(card(instrument))
    assert "licence   " + instrument.licence.name in shown
    assert shown.count("accessed 20") == len(instrument.sources)
    for status in {instrument.licence.status, *(each.status for each in instrument.sources.values())}:
        assert status.certain or f"[{status}]" in shown


@pytest.mark.parametrize("instrument", instruments())
def test_import_only_says_why(instrument):
    assert (instrument.wording == "import-only") == bool(instrument.why_import_only)
    assert not instrument.why_import_only or instrument.why_import_only.endswith(".")


def test_every_scale_serves_a_quality_domain():
    named = [resolved(reference) for domain in domain_table().domains for reference in domain.scales]
    served = [(instrument.reference, scale.id) for instrument, scale in named]
    every = {(one.reference, scale.id) for one in all_instruments() for scale in one.scales}
    assert len(served) == len(set(served))
    assert set(served) == every
    for domain in domain_table().domains:
        assert domain.scales or domain.definitions or domain.note
        assert all(outcome_definition(each) for each in domain.definitions)


def test_norms_are_of_scales_that_exist():
    for file in norm_files():
        for entry in file.means:
            scale = get(entry.instrument).scale(entry.scale)
            assert scale.minimum < entry.mean < scale.maximum
