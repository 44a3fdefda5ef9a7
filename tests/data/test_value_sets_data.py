"""The value sets: every group has a source and a status its source can bear, no code is in two sets."""

from __future__ import annotations

from itertools import combinations

import pytest

from allay.base.status import MARKS, Status
from allay.base.tables import read_csv
from allay.coverage.codes.book import code_book
from allay.evaluation.panel.columns import DAILY
from allay.evaluation.valuesets.products import SHIPPED, shipped_products
from allay.evaluation.valuesets.setfile import SYSTEMS
from allay.evaluation.valuesets.valueset import FOLDER, sources, value_set, value_sets

SETS = value_sets()


def test_every_file_is_a_set():
    assert sorted(path.stem for path in (FOLDER / "sets").glob("*.yaml")) == sorted(SETS)


@pytest.mark.parametrize("chosen", SETS.values(), ids=SETS)
def test_groups(chosen):
    assert len({group.id for group in chosen.groups}) == len(chosen.groups)
    for group in chosen.groups:
        mark = MARKS[sources()[group.source].seen_as]
        assert mark.rank <= group.status.rank, group.id
        listed = group.listed()
        assert len(set(listed)) == len(listed), group.id
        # Our own words, not a descriptor: short.
        assert len(group.label) <= 60
    for system in SYSTEMS:
        both = [code for group in chosen.groups if group.system == system for code in group.listed()]
        assert len(both) == len(set(both)), system


def test_kinds_of_use_do_not_share_codes():
    names = ("emergency", "urgent_care", "inpatient", "spine_surgery", *DAILY.values())
    for one, other in combinations(names, 2):
        for system in ("hcpcs", "snomed", "revenue_center", "ms_drg"):
            assert not SETS[one].codes(system) & SETS[other].codes(system), (one, other)


def test_what_was_seen_in_the_notes_is_verified():
    emergency = value_set("emergency")
    assert emergency.codes("revenue_center") == {"0450", "0451", "0452", "0459", "0981"}
    assert emergency.codes("hcpcs") == {
        *(str(n) for n in range(99281, 99286)),
        *(f"G038{n}" for n in range(5)),
    }
    assert emergency.status is Status.VERIFIED
    assert value_set("mri").status is Status.MEMORY


@pytest.mark.parametrize(
    ("name", "services"),
    [
        ("therapy", {"physical_therapy", "occupational_therapy", "chiropractic", "acupuncture"}),
        ("behavioral", {"cognitive_behavioral_therapy", "acceptance_commitment_therapy"}),
    ],
)
def test_codes_of_the_code_book_are_there(name, services):
    # Remote monitoring is no visit, an addition for complexity none of its own.
    none = {"98975", "98977", "98980", "98981", "90785"}
    book = {str(one.code) for one in code_book() if services & {str(each) for each in one.services}} - none
    assert book - value_set(name).codes("hcpcs") == set()


def test_products():
    table = read_csv(
        SHIPPED, columns=("system", "code", "drug_name", "strength", "unit", "form", "status", "source")
    )
    for row in table.frame.iter_rows(named=True):
        assert row["source"] in sources()
        assert row["status"] == "verified"
    doses = {one.code: one.unit_micro / 1_000_000 for one in shipped_products()}
    # Oxycodone 5 mg x 1.5; hydrocodone 5 mg x 1; oxycodone 15 mg x 1.5.
    assert (doses["1049221"], doses["1310197"], doses["1860154"]) == (7.5, 5.0, 22.5)
    assert "1010600" not in doses
