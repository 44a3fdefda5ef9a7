"""The data files behind claims: each says where it comes from and how sure it is; few codes are shipped."""

from __future__ import annotations

from allay.base.status import Status
from allay.interop.x12.eligibility_facts import eligibility_codes
from allay.interop.x12.structure import structures
from allay.payment.claims.reasons import reasons


def test_labels_of_adjustments_are_few_and_from_memory():
    file = reasons()
    assert file.status is Status.MEMORY
    assert len(file.reasons) <= 20
    assert {code for code, row in file.reasons.items() if row.counts_as == "cost_share"} == {"1", "2", "3"}
    assert set(file.groups) == {"CO", "PR", "OA", "PI", "CR"}


def test_codes_of_benefits_name_their_source():
    file = eligibility_codes()
    rows = [
        row
        for group in (file.service_types, file.statements, file.periods, file.quantities)
        for row in group.values()
    ]
    assert {row.source for row in rows} == set(file.sources)
    for row in rows:
        assert (row.status is Status.MEMORY) == (row.source == "memory"), row
    assert {"33", "34", "64", "AD", "AE", "BE", "PT", "A5", "MH", "CF"} <= set(file.service_types)


def test_structures_refer_to_levels_that_exist():
    file = structures()
    assert file.status is Status.DERIVED
    assert set(file.transactions) == {"837", "835", "270", "271", "276", "277", "278"}
    for row in file.transactions.values():
        for level in row.levels.values():
            assert set(level.under) <= {"", *row.levels}
