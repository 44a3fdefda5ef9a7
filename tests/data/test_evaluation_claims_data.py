"""The data files of the claims contract and of its loaders: complete, of known sources, and without gaps."""

from __future__ import annotations

from importlib import resources

import pytest

from allay.evaluation.claims import TABLES, claims_limits, claims_table, finding_kinds
from allay.evaluation.loaders.cms import cms_codes
from allay.evaluation.loaders.omop import omop_codes


@pytest.mark.parametrize("name", TABLES)
def test_a_table_names_each_column_once_and_is_its_file(name):
    table = claims_table(name)
    assert table.table == name
    assert len(set(table.names)) == len(table.names)
    assert "person_id" in table.required
    assert all(not column.values or column.required for column in table.columns)
    folder = resources.files("allay.evaluation.claims") / "data" / "tables"
    assert {file.name for file in folder.iterdir()} == {f"{each}.yaml" for each in TABLES}


def test_every_default_is_allowed_and_every_kind_can_be_refused():
    for kind in finding_kinds().values():
        assert kind.default in kind.allowed, kind.id
        assert kind.allowed[0] == "refuse", kind.id
        assert len(set(kind.allowed)) == len(kind.allowed) > 1, kind.id
    titles = [kind.title for kind in finding_kinds().values()]
    assert len(set(titles)) == len(titles)


def test_limits_are_marked_as_our_own_judgement_and_in_order():
    limits = claims_limits()
    assert limits.source.status.value == "derived"
    assert limits.earliest_birth < limits.earliest_day < limits.latest_day


def test_codes_from_memory_say_so():
    statuses = {
        name: cms_codes(name).status.value
        for name in ("sex", "race", "entitlement_both", "managed_care", "diagnosis_version")
    }
    assert statuses == {
        "sex": "secondary",
        "race": "memory",
        "entitlement_both": "memory",
        "managed_care": "memory",
        "diagnosis_version": "memory",
    }
    assert omop_codes().source.status.value == "memory"
    assert set(omop_codes().procedure_codes.values()) == {"hcpcs", "snomed"}
    assert set(omop_codes().drug_codes.values()) == {"ndc", "rxnorm"}
