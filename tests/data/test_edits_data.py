"""The shipped edits against a second copy of the list they were taken from, written by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.base.status import Status
from allay.coverage.codes.book import code_book
from allay.coverage.edits.shipped import FOLDER, edits_file, shipped_edits

DAY = dt.date(2024, 7, 15)
ACUPUNCTURE = "97810 97811 97813 97814"
NUTRITION = "97802 97803 97804"
# Left column pays, right column does not.
NEVER = [
    ("20560", ACUPUNCTURE), ("20561", ACUPUNCTURE),
    ("97140", "97124"), ("97813", "97810"), ("20553", "20552"), ("64483", "20560 20561"),
    ("90791", f"99213 99214 {NUTRITION} 96158 96164 99490"),
    ("90832", f"99213 99214 {NUTRITION} 96158 96164 99490"),
    ("90834", f"99213 99214 {NUTRITION} 96158 96164 99490"),
    ("90837", f"99213 99214 {NUTRITION} 96158 96164 99490"),
    ("90853", f"96164 {NUTRITION}"),
    ("96156", "90853 96164"), ("96158", "90853 96164"),
    ("99213", f"96156 96158 96164 {NUTRITION}"), ("99214", f"96156 96158 96164 {NUTRITION}"),
    ("97161", f"{NUTRITION} 97750 96156 96164"),
    ("97162", f"{NUTRITION} 97750 96156 96164 96158"),
    ("97163", f"{NUTRITION} 97750 96156 96164 96158"),
    ("97165", f"{NUTRITION} 97750 96156 96164 96158"),
    ("98940", "97161 97162 97163 97165"), ("98941", "97161 97162 97163 97165"),
    ("98942", "97161 97162 97163 97165"),
    ("97802", "97803 97804"),
]  # fmt: skip
WITH_MODIFIER = [
    ("98940", "97112 97124 97140 99213 99214"), ("98941", "97112 97124 97140 99213 99214"),
    ("98942", "97112 97124 97140 99213 99214"),
    ("97810", "99213 99214"), ("97811", "99213 99214"), ("97813", "99213 99214"), ("97814", "99213 99214"),
    ("90853", "90832 90834 90837"),
    ("97150", "97110 97112 97116 97124 97140 97530 97535"),
    ("97161", "99213 99214"), ("97162", "99213 99214"), ("97163", "99213 99214"),
    ("97140", "97750"),
]  # fmt: skip
LIMITS = """
G3002 1  G3003 4  99203 1  99204 1  99213 2  99214 2  97110 6  97112 4  97140 6  97530 6  97124 4  97150 1
97161 1  97162 1  97163 1  97535 8  97750 8  97014 0  97010 0  98940 1  98941 1  98942 1  98943 0  97810 1
97813 1  97811 2  97814 2  20560 1  20561 1  90832 2  90834 2  90837 2  90853 1  96156 1  96158 1  96159 4
96164 1  96165 6  96167 1  96168 6  97802 12  97803 11  97804 6  98960 0  98961 0  98962 0  99078 0
98975 1  98977 1  98980 1  98981 3  90901 1  64483 1  20552 1  20553 1
"""


def codes():
    return [each.code for each in code_book()]


def test_the_pairs_are_those_of_the_list_and_no_others():
    wanted = {(one, two, "0") for one, twos in NEVER for two in twos.split()}
    wanted |= {(one, two, "1") for one, twos in WITH_MODIFIER for two in twos.split()}
    edits = shipped_edits().between(codes(), day=DAY)
    assert {(edit.pays, edit.denied, edit.indicator.value) for edit in edits} == wanted
    assert len(edits) == len(wanted) == 146
    assert {edit.pair.status for edit in edits} == {Status.VERIFIED}
    assert {edit.note for edit in edits} == {""}


@pytest.mark.parametrize("pair", ["97110 97140", "97140 97530", "97161 97530", "97161 97140", "97161 96158"])
def test_of_these_somebody_looked_and_found_no_pair(pair):
    assert shipped_edits().between(pair.split(), day=DAY) == ()
    assert shipped_edits().not_looked_at(pair.split()) == ()


def test_no_two_codes_deny_each_other():
    found = {(edit.pays, edit.denied) for edit in shipped_edits().between(codes(), day=DAY)}
    assert {(two, one) for one, two in found} & found == set()


def test_the_limits_are_those_of_the_list_and_no_others():
    words = LIMITS.split()
    wanted = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    found = {code: shipped_edits().unit_limit(code, DAY) for code in codes()}
    assert {code: each.units for code, each in found.items() if each is not None} == wanted


def test_every_code_is_in_the_book():
    for name in ("pairs.csv", "no_pairs.csv", "unit_limits.csv"):
        for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()[1:]:
            cells = line.split(",")
            for code in cells[:2] if "pairs" in name else cells[:1]:
                assert code in code_book()


@pytest.mark.parametrize(
    ("day", "note"),
    [
        ("2024-06-02", "table of 2024-06-03 used for days of another edition"),
        ("2024-06-03", ""),
        ("2024-06-04", ""),
        ("2024-09-30", ""),
        ("2024-10-01", "table of 2024-06-03 used for days of another edition"),
    ],
)
def test_the_add_on_table_says_for_which_days_it_is(day, note):
    (row, _) = shipped_edits().add_on_rows("97811", day=dt.date.fromisoformat(day))
    assert row.edition.note(dt.date.fromisoformat(day)) == note


@pytest.mark.parametrize(
    ("day", "note"),
    [
        ("2024-06-30", "table of 2024-07-01 used for days of another edition"),
        ("2024-07-01", ""),
        ("2024-07-02", ""),
        ("2024-09-30", ""),
        ("2024-10-01", "table of 2024-07-01 used for days of another edition"),
    ],
)
def test_the_limits_say_for_which_days_they_are(day, note):
    assert shipped_edits().unit_limit("97110", dt.date.fromisoformat(day)).note == note


def test_sources_can_be_found():
    sheet = edits_file()
    assert {source.seen_as for source in sheet.sources.values()} == {"S1", "S2", "M"}
    assert all(source.href for source in sheet.sources.values() if source.seen_as != "M")
    assert "assumed" in sheet.sources["january_2020"].locator


def test_the_history_of_january_2020_has_both_records():
    past = dt.date(2020, 1, 10)
    (edit,) = shipped_edits().between(["97161", "97530"], day=past, known_on=dt.date(2020, 1, 15))
    assert (edit.pair.recorded_on, edit.pair.status) == (dt.date(2020, 1, 1), Status.SECONDARY)
    assert edit.indicator.value == ""
    assert shipped_edits().between(["97161", "97530"], day=past, known_on=dt.date(2020, 2, 1)) == ()
