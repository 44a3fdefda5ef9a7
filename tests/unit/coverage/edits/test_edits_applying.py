"""Applying edits to the lines of a day: whose lines touch each other, and how sure the findings are."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.base.fact import Reference
from allay.base.status import Status
from allay.coverage.answers import Verdict
from allay.coverage.codes.add_ons import AddOn
from allay.coverage.codes.edition import Edition
from allay.coverage.edits.applying import apply_edits
from allay.coverage.edits.editline import EditLine
from allay.coverage.edits.limits import LimitScope, UnitLimit
from allay.coverage.edits.pair import Indicator, PairEdit
from allay.coverage.edits.shipped import shipped_edits
from allay.coverage.edits.table import EditTable

DAY = dt.date(2024, 7, 15)
SOURCE = Reference("Edits, made up", "synthetic")
EDITION = Edition.quarter("Edits", dt.date(2024, 7, 1), recorded_on=dt.date(2024, 7, 1))


def applied(*lines, table=None, **options):
    return apply_edits(lines, table=table or shipped_edits(), day=options.pop("day", DAY), **options)


def outcomes(report):
    return [(each.line, each.outcome.value) for each in report.findings]


def pairs(*rows):
    since = dt.date(2024, 7, 1)
    return EditTable(
        PairEdit(one, two, Indicator(mark), since, None, since, EDITION, Status.SYNTHETIC, SOURCE)
        for one, two, mark in rows
    )


def test_who_is_one_provider_is_the_payers_choice():
    lines = (
        EditLine("97810", npi="1", group="a", tin="t"),
        EditLine("20561", npi="2", group="a", tin="t"),
    )
    assert applied(*lines, same_provider="npi").findings == ()
    assert outcomes(applied(*lines, same_provider="group")) == [(0, "denied")]
    assert outcomes(applied(*lines, same_provider="tin")) == [(0, "denied")]
    with pytest.raises(NotFound, match="no meaning of the same provider 'person'"):
        applied(*lines, same_provider="person")


def test_units_of_other_providers_are_not_added():
    lines = (EditLine("97110", units=4, npi="1"), EditLine("97110", units=4, npi="2"))
    assert applied(*lines).findings == ()
    same = tuple(EditLine("97110", units=4, npi="1") for _ in range(2))
    assert outcomes(applied(*same)) == [(1, "too_many_units")]


def test_a_base_of_another_provider_is_no_base():
    report = applied(EditLine("97810", npi="1"), EditLine("97811", npi="2"))
    assert outcomes(report) == [(1, "base_missing")]
    assert outcomes(applied(EditLine("97810", npi="1"), EditLine("97811"))) == [(1, "provider_unknown")]


def test_every_finding_of_every_line_is_told():
    report = applied(EditLine("97811", units=5), EditLine("20561"), EditLine("20560"))
    assert outcomes(report) == [
        (0, "denied"), (0, "denied"), (0, "too_many_units"), (0, "base_missing"),
    ]  # fmt: skip
    assert [report.verdict(line) for line in range(3)] == [Verdict.NO, Verdict.YES, Verdict.YES]
    assert report.clean == (1, 2)
    assert len(report.of(0)) == 4


def test_a_code_that_is_denied_still_denies():
    table = pairs(("97110", "97112", "0"), ("97112", "97116", "0"))
    report = applied(EditLine("97110"), EditLine("97112"), EditLine("97116"), table=table)
    assert outcomes(report) == [(1, "denied"), (2, "denied")]


def test_each_line_needs_its_own_modifier():
    lines = (EditLine("98941"), EditLine("97140", modifiers=("59",)), EditLine("97140"))
    report = applied(*lines)
    assert [each.value for each in (report.verdict(1), report.verdict(2))] == ["yes", "conditional"]


def test_the_modifier_of_the_other_line_is_less_sure():
    own = applied(EditLine("98941"), EditLine("97140", modifiers=("59",))).findings[0]
    other = applied(EditLine("98941", modifiers=("59",)), EditLine("97140")).findings[0]
    assert (own.status, other.status) == (Status.VERIFIED, Status.MEMORY)
    assert own.modifiers == ("59",)


def test_where_the_paying_code_stands_twice_each_of_its_lines_needs_the_modifier():
    table = pairs(("97110", "97112", "1"))
    marked, bare = EditLine("97110", modifiers=("59",)), EditLine("97110")
    for lines in ((marked, bare, EditLine("97112")), (bare, marked, EditLine("97112"))):
        assert outcomes(applied(*lines, table=table)) == [(2, "modifier_wanted")]
    assert outcomes(applied(marked, marked, EditLine("97112"), table=table)) == [(2, "allowed_by_modifier")]


def test_a_visit_outside_the_code_book_is_known_by_its_number_from_memory():
    report = applied(EditLine("97810"), EditLine("99233"), table=pairs(("97810", "99233", "1")))
    assert report.findings[0].modifiers == ("25",)
    assert report.findings[0].status is Status.SYNTHETIC
    report = applied(EditLine("99233"), EditLine("97810"), table=pairs(("99233", "97810", "1")))
    assert report.findings[0].text.endswith("has 25 on 99233")
    report = applied(
        EditLine("99233", modifiers=("25",)), EditLine("97810"), table=pairs(("99233", "97810", "1"))
    )
    assert outcomes(report) == [(1, "allowed_by_modifier")]


def test_what_a_modifier_does_may_be_unstated():
    past = {"day": dt.date(2020, 1, 10), "known_on": dt.date(2020, 1, 15)}
    bare = applied(EditLine("97530"), EditLine("97161"), **past)
    assert outcomes(bare) == [(1, "denied")]
    assert (bare.findings[0].status, bare.verdict(1)) == (Status.SECONDARY, Verdict.NO)
    marked = applied(EditLine("97530"), EditLine("97161", modifiers=("59",)), **past)
    assert (outcomes(marked), marked.verdict(1)) == ([(1, "modifier_unstated")], Verdict.UNKNOWN)


def test_a_pair_marked_not_applicable_denies_nothing():
    assert applied(EditLine("97110"), EditLine("97112"), table=pairs(("97110", "97112", "9"))).findings == ()


def test_a_limit_may_be_of_the_line():
    limit = UnitLimit("97110", 2, LimitScope.LINE, EDITION, Status.SYNTHETIC, SOURCE)
    table = EditTable(limits=[limit])
    assert applied(EditLine("97110", units=2), EditLine("97110", units=2), table=table).findings == ()
    report = applied(EditLine("97110", units=3), EditLine("97110", units=2), table=table)
    assert [each.text for each in report.findings] == ["97110: 3 units on the line, at most 2 are paid"]


def test_a_code_of_a_month_may_have_its_base_earlier():
    assert outcomes(applied(EditLine("G3003"))) == [(0, "base_in_month")]
    assert applied(EditLine("G3003"), month_codes=["G3002"]).findings == ()
    # The base of a day's code is of the same day, whatever else the month had.
    assert outcomes(applied(EditLine("97811"), month_codes=["97810"])) == [(0, "base_missing")]


def test_bases_may_be_left_to_the_payer():
    row = AddOn("0591T", None, None, None, EDITION, Status.SYNTHETIC, SOURCE)
    report = applied(EditLine("0591T"), table=EditTable(add_ons=[row]))
    assert (outcomes(report), report.verdict(0)) == ([(0, "base_unstated")], Verdict.UNKNOWN)


def test_an_add_on_rests_on_the_weakest_of_its_rows():
    assert applied(EditLine("90833")).findings[0].status is Status.MEMORY
    assert applied(EditLine("97811")).findings[0].status is Status.VERIFIED


def test_a_table_of_another_quarter_says_so_in_every_finding():
    report = applied(EditLine("97811", units=3), EditLine("20561"), day=dt.date(2026, 3, 1))
    assert len(report.findings) == 3
    assert all("used for days of another edition" in each.note for each in report.findings)


def test_pairs_an_excerpt_says_nothing_of_are_named():
    assert applied(EditLine("97110"), EditLine("98940")).not_looked_at == (("97110", "98940"),)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"code": "9711"}, "a CPT or HCPCS code"),
        ({"code": "97110", "units": 0}, "1 unit or more of 97110"),
        ({"code": "97110", "units": True}, "1 unit or more"),
        ({"code": "97110", "units": 1.5}, "1 unit or more"),
        ({"code": "97110", "modifiers": "59"}, "a tuple of modifiers"),
        ({"code": "97110", "modifiers": ("590",)}, "a modifier of two letters or digits"),
        ({"code": "97110", "modifiers": ("gp",)}, "a modifier of two letters or digits"),
    ],
)
def test_a_line_that_cannot_be_is_refused(line, message):
    with pytest.raises(InvalidValue, match=message):
        EditLine(**line)
