"""The code book against the fee schedule file it was taken from."""

from __future__ import annotations

import csv
import gzip

from allay.base.vocabulary import professions
from allay.coverage.codes.book import code_book
from allay.coverage.codes.taxonomy import profession_of

# Teaching codes that Medicare bundles: the excerpt of the fee schedule leaves them out.
LEFT_OUT = {"98960", "98961", "98962", "99078"}


def july(allay_data):
    with gzip.open(allay_data / "provider_fees" / "pfs_rvu_2024.csv.gz", "rt", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return {row["hcpcs"]: row for row in rows if row["effective"] == "2024-07-01" and not row["mod"]}


def test_medicare_status_and_therapy_are_those_of_the_file(allay_data):
    published = july(allay_data)
    assert {each.code for each in code_book()} - published.keys() == LEFT_OUT
    for each in code_book():
        if each.code not in LEFT_OUT:
            row = published[each.code]
            assert (each.code, each.medicare.value) == (each.code, row["status_code"])
            assert (each.code, each.always_therapy) == (each.code, row["mult_proc"] == "5")


def test_add_on_codes_are_those_the_file_calls_so(allay_data):
    published = july(allay_data)
    called = {each.code for each in code_book() if each.code not in LEFT_OUT}
    called = {code for code in called if published[code]["glob_days"] == "ZZZ"}
    assert {each.code for each in code_book() if each.add_on_to} == called


def test_taxonomy_codes_lead_to_their_professions(allay_data):
    with (allay_data / "provider_fees" / "nucc_taxonomy_250.csv").open(encoding="utf-8-sig") as file:
        published = {row["Code"] for row in csv.DictReader(file)}
    coded = [each for each in professions() if each.nucc is not None]
    assert len(coded) > 35
    for each in coded:
        assert str(each.nucc) in published
        assert profession_of(str(each.nucc)) == each
