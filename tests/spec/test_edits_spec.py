"""Same-day edits.

Some codes are not paid together to one provider for one patient on one day. Of such a pair the first code
pays; the second is denied, always, or unless it was truly distinct and a modifier says so (25 on a visit,
otherwise 59, XE, XP, XS or XU). Each pair is looked at by itself. The table that ships is an excerpt of the
official one of July 2024: asked about another quarter, the answer says that its table is not of that day,
and of a pair that is not in it nothing is said. What counts as one provider (the person, the group, the tax
number) differs between payers.
"""

from __future__ import annotations

import datetime as dt

import pytest

from allay.coverage.edits.applying import apply_edits
from allay.coverage.edits.editline import EditLine
from allay.coverage.edits.shipped import shipped_edits


def day_line(text):
    code, *rest = text.split(" ")
    units = next((int(each[1:]) for each in rest if each.startswith("x")), 1)
    npi = next((each.removeprefix("by") for each in rest if each.startswith("by")), "")
    modifiers = tuple(each for each in rest if not each.startswith(("x", "by")))
    return EditLine(code, units=units, modifiers=modifiers, npi=npi)


@pytest.mark.parametrize(
    ("day", "lines", "may_be_billed", "found"),
    [
        ("2024-07-15", "97810; 20561", "20561 yes; 97810 no", "97810 denied by 20561"),
        ("2024-07-15", "97810 59; 20561", "20561 yes; 97810 no", "97810 denied by 20561"),
        ("2024-07-15", "97162; 96158; 97803", "96158 no; 97162 yes; 97803 no",
         "96158 denied by 97162; 97803 denied by 97162"),
        ("2024-07-15", "97161; 96158; 97803", "96158 yes; 97161 yes; 97803 no", "97803 denied by 97161"),
        ("2024-07-15", "97162 by1; 96158 by2; 97803 by3", "96158 yes; 97162 yes; 97803 yes", ""),
        ("2024-07-15", "97162 by1; 96158 by2; 97803", "96158 yes; 97162 yes; 97803 conditional",
         "97803 provider_unknown by 97162"),
        ("2024-07-15", "98941; 97140", "97140 conditional; 98941 yes", "97140 modifier_wanted by 98941"),
        ("2024-07-15", "98941; 97140 59", "97140 yes; 98941 yes", "97140 allowed_by_modifier by 98941"),
        ("2024-07-15", "98941; 97140 XS", "97140 yes; 98941 yes", "97140 allowed_by_modifier by 98941"),
        ("2024-07-15", "98941 59; 97140", "97140 yes; 98941 yes", "97140 allowed_by_modifier by 98941"),
        ("2024-07-15", "97810; 99213", "97810 yes; 99213 conditional", "99213 modifier_wanted by 97810"),
        ("2024-07-15", "97810; 99213 25", "97810 yes; 99213 yes", "99213 allowed_by_modifier by 97810"),
        ("2024-07-15", "97810; 99213 59", "97810 yes; 99213 conditional", "99213 modifier_wanted by 97810"),
        ("2024-07-15", "97110; 97140; 97530", "97110 yes; 97140 yes; 97530 yes", ""),
        ("2024-07-15", "97161; 97530; 97140", "97140 yes; 97161 yes; 97530 yes", ""),
        ("2024-07-15", "97110 x6", "97110 yes", ""),
        ("2024-07-15", "97110 x7", "97110 no", "97110 too_many_units at most 6"),
        ("2024-07-15", "97014", "97014 no", "97014 too_many_units at most 0"),
        ("2024-07-15", "97811", "97811 no", "97811 base_missing by 97810 or 97813"),
        ("2024-07-15", "97813; 97811", "97811 yes; 97813 yes", ""),
        ("2024-07-15", "97811 x3; 97140; 97124", "97124 no; 97140 yes; 97811 no",
         "97811 too_many_units at most 2; 97811 base_missing by 97810 or 97813; 97124 denied by 97140"),
        ("2024-07-15", "G3003 x2", "G3003 conditional", "G3003 base_in_month by G3002"),
    ],
)  # fmt: skip
def test_lines_of_a_day(day, lines, may_be_billed, found):
    """What the edits say of the lines of one patient's day.

    A line is a code with its units (x7), modifiers, and provider (by1); without one, all are of one provider.
    """
    given = [day_line(text) for text in lines.split("; ")]
    report = apply_edits(given, table=shipped_edits(), day=dt.date.fromisoformat(day))
    verdicts = sorted(f"{line.code} {report.verdict(place)}" for place, line in enumerate(given))
    assert "; ".join(verdicts) == may_be_billed
    said = [
        f"{each.code} {each.outcome} " + (f"by {each.other}" if each.other else f"at most {each.units}")
        for each in report.findings
    ]
    assert "; ".join(said) == found
    assert all(each.note == "" for each in report.findings)


@pytest.mark.parametrize(
    ("codes", "day", "known_on", "denied", "note"),
    [
        ("97161 97530", "2019-12-31", "2020-01-15", "", ""),
        ("97161 97530", "2020-01-01", "2020-01-15", "97161", ""),
        ("97161 97530", "2020-01-02", "2020-01-15", "97161", ""),
        ("97161 97530", "2020-01-10", "2020-01-15", "97161", ""),
        ("97161 97530", "2020-01-10", "2020-01-31", "97161", ""),
        ("97161 97530", "2020-01-10", "2020-02-01", "", ""),
        ("97161 97530", "2020-01-10", "2020-02-02", "", ""),
        ("97161 97530", "2020-01-10", "", "", ""),
        ("97161 97530", "2024-07-15", "", "", ""),
        ("97810 20561", "2024-06-30", "", "97810", "table of 2024-07-01 used for days of another edition"),
        ("97810 20561", "2024-07-01", "", "97810", ""),
        ("97810 20561", "2024-09-30", "", "97810", ""),
        ("97810 20561", "2024-10-01", "", "97810", "table of 2024-07-01 used for days of another edition"),
        ("97810 20561", "2024-07-15", "2024-07-15", "97810", ""),
    ],
)  # fmt: skip
def test_the_day_of_service_and_the_day_of_knowledge(codes, day, known_on, denied, note):
    """Whether a pair is in force on a day, as known on another (an empty cell: all that is recorded).

    The edits of January 2020 were taken back as of their first day, so the same visit was first denied and
    later paid. The days on which both became known (2020-01-01 and 2020-02-01) are assumed, as is which code
    of the two pays.
    """
    edits = shipped_edits().between(
        codes.split(),
        day=dt.date.fromisoformat(day),
        known_on=dt.date.fromisoformat(known_on) if known_on else None,
    )
    assert " ".join(edit.denied for edit in edits) == denied
    assert " ".join(edit.note for edit in edits) == note
