"""Loading official files as they are downloaded: layouts, dates, and every bad line by its number."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from allay.base.errors import InvalidInput, InvalidValue
from allay.base.status import Status
from allay.coverage.edits.addonfile import load_add_ons
from allay.coverage.edits.limitfile import load_unit_limits
from allay.coverage.edits.loading import load_edits
from allay.coverage.edits.pair import Indicator
from allay.coverage.edits.pairfile import load_pairs

DATES = {"quarter": dt.date(2024, 7, 1), "recorded_on": dt.date(2024, 6, 20)}
DAY = dt.date.fromisoformat
# The header as a spreadsheet writes it out: cells over several lines, in quotes.
QUOTED = (
    'Column 1\tColumn 2\t"*=in existence \nprior to 1996"\t"Effective\nDate"\t"Deletion\nDate\n*=no data"\t'
    '"Modifier\n0=not allowed\n1=allowed\n9=not applicable"\tPTP Edit Rationale\n'
)
# The same without quotes: the lines after the first are part of the header all the same.
BARE = QUOTED.replace('"', "")
NOTICE = "CPT codes \xa9 their owner\nPairs, practitioner\n"
ROW = "20561\t97810\t\t20200101\t*\t0\tMisuse of a code\n"


def source(text, encoding="utf-8"):
    return io.BytesIO(text.encode(encoding))


def pairs(text, **options):
    return load_pairs(source(text), **DATES, name="ptp.txt", **options)


def problems(load, text, name="file.txt"):
    with pytest.raises(InvalidInput) as caught:
        load(source(text), **DATES, name=name)
    return [(each.at, each.field) for each in caught.value.problems], caught.value


@pytest.mark.parametrize("header", [QUOTED, BARE], ids=["quoted", "bare"])
@pytest.mark.parametrize("notice", ["", NOTICE], ids=["", "notice"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_pair_file_is_read_as_downloaded(header, notice, ends, encoding):
    text = (notice + header + ROW).replace("\n", ends)
    (row,) = load_pairs(source(text, encoding), **DATES, name="ptp.txt")
    assert (row.column1, row.column2, row.indicator) == ("20561", "97810", Indicator.NEVER)
    assert (row.effective_from, row.effective_to) == (DAY("2020-01-01"), None)
    assert (row.recorded_on, row.rationale) == (DATES["recorded_on"], "Misuse of a code")
    assert (row.status, row.reference.locator) == (Status.VERIFIED, "layout of the file from memory")


def test_commas_and_quoted_commas_are_read():
    head = "Column 1,Column 2,*,Effective,Deletion,Modifier,Rationale\n"
    text = head + '20561,97810,,20200101,*,0,"Misuse, again"\n'
    assert pairs(text)[0].rationale == "Misuse, again"


@pytest.mark.parametrize(
    ("deleted", "indicator", "day", "denied"),
    [
        ("20240831", "1", "2020-01-01", True),
        ("20240831", "1", "2019-12-31", False),
        ("20240831", "1", "2024-08-30", True),
        ("20240831", "1", "2024-08-31", True),
        ("20240831", "1", "2024-09-01", False),
        ("20200101", "9", "2020-01-01", False),
        ("*", "1", "2099-01-01", True),
    ],
)
def test_a_deletion_day_is_the_last_unless_it_is_the_first(deleted, indicator, day, denied):
    text = BARE + f"20561\t97810\t\t20200101\t{deleted}\t{indicator}\tMisuse\n"
    table = load_edits([source(text)], **DATES)
    assert bool(table.between(["20561", "97810"], day=DAY(day))) is denied


def test_every_bad_line_of_a_pair_file_is_named():
    text = (
        NOTICE
        + QUOTED
        + ROW
        + "2056\t97810\t\t20200101\t*\t0\tx\n"
        + "20561\t9781\t\t2020\t20201301\t7\tx\n"
        + "20561\t97811\t\t*\t*\t0\tx\n"
        + "20561\t97813\t\t20200101\t20191231\t0\tx\n"
        + "20561\t20561\t\t20200101\t*\t0\tx\n"
        + ROW
        + "20561\t97814\n"
    )
    found, error = problems(load_pairs, text)
    first = 2 + QUOTED.count("\n") + 2
    assert found == [
        (str(first), "Column 1"),
        (str(first + 1), "Column 2"), (str(first + 1), "Effective Date"), (str(first + 1), "Deletion Date"),
        (str(first + 1), "Modifier"),
        (str(first + 2), "Effective Date"),
        (str(first + 3), "Deletion Date"),
        (str(first + 4), "Column 2"),
        (str(first + 5), "(row)"),
        (str(first + 6), "(row)"),
    ]  # fmt: skip
    assert f"as in line {first - 1}" in str(error)


def test_a_bad_first_row_is_not_taken_for_the_header():
    found, _ = problems(load_pairs, BARE + "2056\t97810\t\t20200101\t*\t0\tx\n" + ROW)
    assert found == [(str(BARE.count("\n") + 1), "Column 1")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a header with Column 1 and Column 2"),
        ("code,label\n97110,x\n", "a header with Column 1 and Column 2"),
        (QUOTED, "rows after the header"),
        (BARE + ROW + '20561\t"97811\t\t20200101\t*\t0\tx\n', "quotes that close"),
        ("PK\x03\x04 workbook", "a ZIP archive or an Excel workbook"),
    ],
)
def test_another_file_is_refused(text, message):
    with pytest.raises(InvalidInput, match=message):
        pairs(text)


def test_a_quarter_must_be_one():
    with pytest.raises(InvalidValue, match="the first day of a quarter"):
        load_pairs(source(BARE + ROW), quarter=DAY("2024-07-02"), recorded_on=DAY("2024-07-02"))


LIMITS = "Notice\nHCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n"


def test_a_limit_file_is_read():
    text = (
        LIMITS
        + "97110,6,3 Date of Service Edit: Clinical,Clinical: Data\n64483,1,2 Date,Policy\nG0283,1,1 Line,x\n"
    )
    found = load_unit_limits(source(text), **DATES)
    assert [(each.code, each.units, each.scope.name) for each in found] == [
        ("97110", 6, "DAY_CLINICAL"), ("64483", 1, "DAY_POLICY"), ("G0283", 1, "LINE"),
    ]  # fmt: skip


def test_every_bad_line_of_a_limit_file_is_named():
    text = LIMITS + "97110,6,3 Day,x\n9711,six,4 Day,x\n97110,6,3 Day,x\n97112,4\n"
    found, _ = problems(load_unit_limits, text)
    assert found == [
        ("4", "Code"), ("4", "MUE Value"), ("4", "MUE Adjudication Indicator"), ("5", "Code"), ("6", "(row)"),
    ]  # fmt: skip


ADD_ONS = "AOC edits\nAdd_On_Code\tAOC_EffDt\tAOC_DelDt\tPrimary_Code\tPrimary_EffDt\tPrimary_DelDt\n"


def test_an_add_on_file_is_read():
    text = (
        ADD_ONS
        + "97811\t20050101\t*\t97810\t2024183\t*\n"
        + "97811\t20050101\t*\t97813\t20050101\t20240630\n"
        + "0591T\t20200101\t*\t\t\t\n"
    )
    table = load_edits(add_ons=[source(text)], **DATES)
    assert table.add_on_bases("97811") == ("97810", "97813")
    assert table.add_on_bases("97811", day=DAY("2024-06-30")) == ("97813",)
    assert table.add_on_bases("97811", day=DAY("2024-07-01")) == ("97810",)
    assert table.add_on_bases("97811", day=DAY("2004-12-31")) == ()
    assert [row.base for row in table.add_on_rows("0591T")] == [None]


def test_every_bad_line_of_an_add_on_file_is_named():
    text = (
        ADD_ONS + "9781\t20050101\t*\tx\t2024400\t*\n97811\t20050101\t20040101\t97810\t*\t*\n97811\t97810\n"
    )
    found, _ = problems(load_add_ons, text)
    assert found == [
        ("3", "add_on_code"), ("3", "primary_code"), ("3", "primary_effdt"), ("4", "(row)"), ("5", "(row)"),
    ]  # fmt: skip


def test_the_problems_of_all_files_are_told_together():
    bad = BARE + "2056\t97810\t\t20200101\t*\t0\tx\n"
    with pytest.raises(InvalidInput) as caught:
        load_edits([source(bad), source(BARE + ROW)], limits=[source(LIMITS + "9,1,1 x,x\n")], **DATES)
    assert caught.value.total == 2


def test_a_loaded_table_is_whole():
    table = load_edits([source(BARE + ROW)], **DATES)
    assert table.not_looked_at(["97110", "97112"]) == ()
    assert load_edits(limits=[source(LIMITS + "97110,6,3 Day,x\n")], **DATES).whole is False
