"""Codes of services against the files they were taken from."""

from __future__ import annotations

import csv
import gzip
import json

from allay.base.status import Status
from allay.programs.services.catalog import all_services, code_lists
from allay.programs.services.codelists import misfits

# Teaching codes that Medicare bundles: the excerpt of the fee schedule leaves them out.
LEFT_OUT = {"98960", "98961", "98962", "99078"}


def codes(*systems, source):
    return {
        code.code
        for service in all_services()
        for code in service.codes
        if code.system in systems
        and code.provenance.source == source
        and code.provenance.status is not Status.MEMORY
    }


def test_procedure_codes_are_in_the_fee_schedule(allay_data):
    with gzip.open(allay_data / "provider_fees" / "pfs_rvu_2024.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    published = {row["hcpcs"] for row in rows}
    ours = codes("cpt", "hcpcs", source="cms_files")
    assert len(ours) > 35
    assert ours - published == LEFT_OUT
    texts = {row["hcpcs_level2_descriptor"].lower() for row in rows if row["hcpcs_level2_descriptor"]}
    labels = {code.label.lower() for service in all_services() for code in service.codes}
    assert labels & texts == set()


def test_referrals_are_those_of_the_test_patient(allay_data):
    path = allay_data / "fhir_questionnaires" / "ahrq-brenda-jackson-bundle.json"
    bundle = json.loads(path.read_text(encoding="utf-8"))
    found = {
        coding["code"]: coding["display"]
        for entry in bundle["entry"]
        for coding in entry["resource"].get("code", {}).get("coding", [])
        if "snomed" in coding.get("system", "")
    }
    ours = codes("snomed", source="ahrq_patient")
    assert ours == {"81294000", "308449000", "444831000124102"}
    assert all("eferral" in found[code] for code in ours)


def test_no_published_answer_is_under_a_wrong_system(allay_data):
    """The patient form of the same project asks for treatments; none of its codings misuses our lists."""
    text = (allay_data / "fhir_questionnaires" / "mypain-questionnaire.json").read_text(encoding="utf-8")
    codings = []

    def walk(node):
        if isinstance(node, dict):
            if "system" in node and "code" in node:
                codings.append((node["system"], node["code"]))
            for member in node.values():
                walk(member)
        elif isinstance(node, list):
            for member in node:
                walk(member)

    walk(json.loads(text))
    assert len(codings) == 373
    assert misfits(codings, lists=code_lists().values()) == ()
