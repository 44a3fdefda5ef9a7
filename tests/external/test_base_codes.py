"""Codes printed in third-party files have the form and the check digits that `allay.base.codes` expects.

The files are found by ALLAY_DATA and are no part of this project; without them these tests are skipped.
"""

from __future__ import annotations

import csv
import gzip
import json
import re

import pytest

from allay.base.codes import Cpt, Hcpcs, Icd10cm, Loinc, LoincAnswer, Ndc11, Npi, Nucc, RxNorm
from allay.base.errors import InvalidValue
from allay.base.vocabulary import professions


def refused(kind, texts):
    found = []
    for text in texts:
        try:
            kind(text)
        except InvalidValue:
            found.append(text)
    return found


@pytest.fixture(scope="module")
def loinc_codings(allay_data):
    """Every code that a FHIR file of the folder says is LOINC."""
    found = set()

    def walk(node):
        if isinstance(node, dict):
            if node.get("system") == "http://loinc.org" and "code" in node:
                found.add(node["code"])
            for member in node.values():
                walk(member)
        elif isinstance(node, list):
            for member in node:
                walk(member)

    for file in sorted((allay_data / "fhir_questionnaires").glob("*.json")):
        walk(json.loads(file.read_text()))
    return found


def test_loinc_terms_and_answers(loinc_codings):
    answers = {code for code in loinc_codings if code.startswith("L")}
    terms = {code for code in loinc_codings if re.fullmatch(r"[0-9]+-[0-9]", code)}
    assert len(terms) > 20
    assert len(answers) > 10
    assert refused(Loinc, terms) == []
    assert refused(LoincAnswer, answers) == []


def test_icd_10_cm(allay_data):
    content = json.loads((allay_data / "cms_access" / "diagnosis-codes-msk-bh-0.9.12.json").read_text())
    codes = [code for track in content["tracks"].values() for code in track["codes"]]
    assert len(codes) > 2000
    assert refused(Icd10cm, codes) == []
    assert [str(Icd10cm(code.replace(".", ""))) for code in codes] == codes


def test_fee_schedule_codes_are_one_of_two_systems(allay_data):
    with gzip.open(allay_data / "provider_fees" / "pfs_rvu_2024.csv.gz", "rt") as file:
        rows = csv.DictReader(file)
        column = next(name for name in rows.fieldnames if name.lower() in ("hcpcs", "code", "hcpcs_code"))
        codes = {row[column] for row in rows}
    assert len(codes) > 700
    neither = [code for code in codes if refused(Cpt, [code]) and refused(Hcpcs, [code])]
    both = [code for code in codes if not refused(Cpt, [code]) and not refused(Hcpcs, [code])]
    assert (neither, both) == ([], [])


def test_drug_codes(allay_data):
    folder = allay_data / "opioid_mme"
    with (folder / "cdc_2018_opioid_products.csv").open() as file:
        ndcs = [row["example_ndc"] for row in csv.DictReader(file)]
    with (folder / "rxnorm_opioid_ingredients.csv").open() as file:
        concepts = [
            row[key] for row in csv.DictReader(file) for key in ("rxnorm_drug_code", "ingredient_code")
        ]
    assert refused(Ndc11, ndcs) == []
    assert refused(RxNorm, concepts) == []
    assert len(ndcs) > 50
    assert len(concepts) > 500


def test_provider_taxonomy(allay_data):
    with (allay_data / "provider_fees" / "nucc_taxonomy_250.csv").open(encoding="utf-8-sig") as file:
        names = {row["Code"]: row["Display Name"] for row in csv.DictReader(file)}
    assert len(names) == 879
    assert refused(Nucc, names) == []
    absent = [p.id for p in professions() if p.nucc and str(p.nucc) not in names]
    assert absent == []
    assert not [name for name in names.values() if "yoga" in name.lower()]


def test_npi_of_published_claims(allay_data):
    """The X12 samples use invented numbers; those that are the published example must pass."""
    text = "".join(f.read_text(errors="replace") for f in sorted((allay_data / "x12").glob("*837*")))
    numbers = set(re.findall(r"XX\*([0-9]{10})\b", text))
    assert "1234567893" in numbers
    assert refused(Npi, ["1234567893"]) == []
    assert "0100000009" in refused(Npi, numbers) or "9090909090" in refused(Npi, numbers)
