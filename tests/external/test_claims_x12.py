"""Sample transactions of others: all that was published of them, and what pyx12 found in their envelopes."""

from __future__ import annotations

import csv
import json

import pytest

from allay.base.errors import InvalidInput
from allay.cli.claims import group
from allay.cli.frame import run
from allay.cli.results import json_text
from allay.interop.x12.envelope import read_x12
from allay.interop.x12.summary import summarize
from allay.interop.x12.validation import GUIDE, validate

# The sample without an ISA segment, which cannot be read as an interchange.
HEADLESS = "keiron_blue_cross_nc_sample.835"
# Samples that say they are examples of a guide and that pyx12's map of it refuses, with what it names.
REFUSED_BY_THE_GUIDE = {
    # No payer technical contact (1000A PER), which the guide requires; other elements beside.
    "lfh_835_005010X221A1_managed-care.835": ["BPR16", "PER"],
    "lfh_835_005010X221A1_medicare-part-a.835": ["PER", "TS309", "TS311"],
    "lfh_835_005010X221A1_secondary-payment.835": ["BPR16", "PER", "SVC", "SVC01"],
    # Diagnoses whose parts are apart as elements, levels and lines that are not numbered in order.
    "imsweb_x12_valid.edi": ["CLM02", "HI01-2", "HI02-1", "HL", "LX", "SE01"],
    "imsweb_x12_segment_errors.edi": ["CLM02", "HI", "N3", "REF", "SE01"],
    # Separators at the ends of segments, and trailers that do not match.
    "imsweb_x270.edi": ["BHT", "DMG", "EQ", "IEA02", "NM1", "REF", "SE01", "SE02", "TRN"],
    "imsweb_x271.edi": ["EB", "IEA02", "SE01"],
}


@pytest.fixture(scope="module")
def x12(allay_data):
    return allay_data / "x12"


@pytest.fixture(scope="module")
def expected(x12):
    return json.loads((x12 / "expected_summary.json").read_text(encoding="utf-8"))


def test_every_sample_holds_what_was_published_of_it(x12, expected):
    with (x12 / "index.csv").open(encoding="utf-8", newline="") as file:
        index = {row["file"]: row for row in csv.DictReader(file)}
    assert len(expected) == len(index) == 28
    for name in sorted(set(expected) - {HEADLESS}):
        found = json.loads(json_text(summarize(read_x12(x12 / name, name=name))))
        found.pop("findings")
        assert found == expected[name], name
        claims = sum(each.get("n_claims", 0) for each in found["transactions"])
        assert claims == int(index[name]["n_claims"])


def test_the_sample_without_isa_is_refused(x12, expected):
    assert expected[HEADLESS] == {"error": "no ISA segment"}
    with pytest.raises(InvalidInput, match="1: ISA: expected an X12 interchange, which starts with ISA"):
        read_x12(x12 / HEADLESS)


def test_envelopes_agree_with_pyx12(x12):
    published = json.loads((x12 / "pyx12_envelope_check.json").read_text(encoding="utf-8"))
    compared = 0
    for name, interchanges in published.items():
        if isinstance(interchanges, str):
            continue
        file = read_x12(x12 / name)
        ours = {each.kind for each in file.findings}
        wrong = set()
        for interchange in interchanges:
            wrong |= {
                "iea_control" for each in interchange["envelope_errors"] if "does not match ISA" in each
            }
            for each in (e for g in interchange["groups"] for t in g["transactions"] for e in t["errors"]):
                wrong.add("se_count" if "SE count" in each else "se_control")
        assert ours == wrong, name
        compared += 1
    assert compared == 7


def test_what_the_guide_refuses(x12, expected):
    guided = {}
    for name in sorted(set(expected) - {HEADLESS}):
        found = validate(read_x12(x12 / name))
        if all(each.checked_by == GUIDE for each in found.transactions):
            guided[name] = {each.element for each in found.findings}
    assert set(guided) == set(REFUSED_BY_THE_GUIDE)
    for name, elements in REFUSED_BY_THE_GUIDE.items():
        assert set(elements) <= guided[name], name


def test_our_own_check_holds_for_the_rest(x12, expected):
    # What is wrong with these stands in them: separators, sums, control numbers.
    wrong = {
        "lfh_271_005010X279A1_subscriber-health-benefit-check-error.271": {"se_control"},
        "lfh_837_005010X222A2_demo.example9.837": {"procedure"},
        "oop_271__5010_Example_3_1_2.edi": {"separators"},
        "oop_835__5010_Example1.edi": {"amount", "payment_balance", "missing_segment"},
    }
    for name in sorted(set(expected) - {HEADLESS, *REFUSED_BY_THE_GUIDE}):
        found = validate(read_x12(x12 / name))
        assert {each.kind for each in found.findings} == wrong.get(name, set()), name


def test_the_faulty_claim_is_refused_with_its_faults(x12, capfd):
    assert run(group, ["validate", str(x12 / "imsweb_x12_segment_errors.edi")]) == 1
    said = capfd.readouterr().err
    for place in ("2010AA N3", "2300 HI", "2010AA REF"):
        assert f": {place}: expected" in said
    assert "DOE" not in said


def test_any_sample_cut_anywhere_is_refused(x12, expected, tmp_path):
    for name in sorted(set(expected) - {HEADLESS}):
        data = (x12 / name).read_bytes().rstrip()
        for at in range(1, len(data), 97):
            (tmp_path / "cut").write_bytes(data[:at])
            with pytest.raises(InvalidInput):
                read_x12(tmp_path / "cut")
