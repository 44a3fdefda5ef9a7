"""Reading credentials, and what they contradict."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest

from allay.base.errors import InvalidInput, NotFound
from allay.coverage.credentials.records import LicenseStatus, SupervisionMode
from allay.coverage.credentials.sheet import read_credentials

HEAD = (
    "practitioner,kind,type,state,status,compact,payer,level,accredited,whom,mode,service,from,to,recorded_on"
)
BASIC = "practitioner,kind,type,state,status,from,to"


def read(text, **more):
    return read_credentials(io.BytesIO(text.encode()), name="team.csv", **more)


def places(refused):
    return [(problem.at, problem.field) for problem in refused.value.problems]


GOOD = f"""{HEAD}
lac,license,acupuncturist,VT,active,,,,,,,,2020-01-01,2026-12-31,2026-01-05
lac,degree,acupuncturist,,,,,masters,yes,,,,2019-06-01,,
eve,privilege,clinical_psychologist,,active,psypact,,,,,,,2021-01-01,,
md,enrollment,,,,,original_medicare,,,,,,2015-01-01,,
md,supervision,,,,,,,,lac,video,acupuncture,2026-01-01,,
yo,profession,yoga_therapist,,,,,,,,,,,,
"""


def test_every_kind():
    team = read(GOOD).credentials
    lac = team.get("lac")
    assert lac.professions == ("acupuncturist",)
    assert (lac.licenses[0].status, lac.licenses[0].period.last) == (
        LicenseStatus.ACTIVE,
        dt.date(2026, 12, 31),
    )
    assert lac.degrees[0].accredited is True
    assert team.get("eve").privileges[0].state == ""
    assert team.get("md").enrolled("original_medicare", day=dt.date(2026, 3, 2))
    assert not team.get("md").enrolled("original_medicare", day=dt.date(2014, 12, 31))
    assert team.supervisions[0].mode is SupervisionMode.VIDEO
    assert team.get("yo").professions == ("yoga_therapist",)
    assert len(team.records) == 5
    with pytest.raises(NotFound, match="did you mean 'lac'"):
        team.get("Lac")


def test_json_says_the_same():
    rows = [
        {key: cell for key, cell in zip(HEAD.split(","), line.split(","), strict=True) if cell}
        for line in GOOD.splitlines()[1:]
    ]
    text = json.dumps({"credentials": rows})
    assert read_credentials(io.BytesIO(text.encode())) == read(GOOD)


def test_json_problems_have_their_place():
    rows = [{"practitioner": "lac", "kind": "license", "type": "healer", "state": "VT", "from": "2026-01-01"}]
    text = json.dumps({"credentials": rows}).encode()
    with pytest.raises(InvalidInput) as refused:
        read_credentials(io.BytesIO(text), name="team.json")
    assert places(refused) == [("/credentials/0/status", "status"), ("/credentials/0/type", "type")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("lac,licence,acupuncturist,VT,active,2026-01-01,", "kind"),
        (",license,acupuncturist,VT,active,2026-01-01,", "practitioner"),
        ("lac,license,,VT,active,2026-01-01,", "type"),
        ("lac,license,acupuncturist,,active,2026-01-01,", "state"),
        ("lac,license,acupuncturist,Vt,active,2026-01-01,", "state"),
        ("lac,license,acupuncturist,VT,good,2026-01-01,", "status"),
        ("lac,license,acupuncturist,VT,active,,", "from"),
        ("lac,license,acupuncturist,VT,active,2026-02-30,", "from"),
        ("lac,license,acupuncturist,VT,active,2026-01-01,2025-12-31", "to"),
        ("lac,license,acupuncturist,VT,active,2026-01-01,9999-12-31", "to"),
        ("lac,profession,acupuncturist,VT,,,", "state"),
        ("lac,profession,acupuncturist,,,,2026-12-31", "to"),
    ],
)
def test_a_wrong_cell_is_named(row, column):
    with pytest.raises(InvalidInput) as refused:
        read(f"{BASIC}\n{row}\n")
    assert places(refused) == [("2", column)]


def test_a_compact_that_gives_no_privilege_is_refused():
    with pytest.raises(InvalidInput, match="compact: expected one of psypact"):
        read(f"{HEAD}\nmd,privilege,pain_physician,,active,imlc,,,,,,,2026-01-01,,\n")


def test_nobody_supervises_themselves():
    with pytest.raises(InvalidInput, match="whom: expected somebody other"):
        read(f"{HEAD}\nmd,supervision,,,,,,,,md,video,,2026-01-01,,\n")


def test_two_professions_stated():
    with pytest.raises(InvalidInput, match="one profession of yo: yoga_therapist"):
        read(f"{BASIC}\nyo,profession,yoga_therapist,,,,\nyo,profession,dietitian,,,,\n")


@pytest.mark.parametrize(
    ("later", "clash"),
    [
        ("lac,license,acupuncturist,VT,suspended,2026-06-01,2026-08-31", True),
        ("lac,license,acupuncturist,VT,suspended,2026-12-31,", True),
        ("lac,license,acupuncturist,VT,suspended,2027-01-01,", False),
        ("lac,license,acupuncturist,VT,active,2026-06-01,", False),
        ("lac,license,acupuncturist,NH,suspended,2026-06-01,", False),
        ("lac,license,massage_therapist,VT,suspended,2026-06-01,", False),
        ("eve,license,acupuncturist,VT,suspended,2026-06-01,", False),
    ],
)
def test_licenses_that_contradict_each_other(later, clash):
    text = f"{BASIC}\nlac,license,acupuncturist,VT,active,2026-01-01,2026-12-31\n{later}\n"
    if not clash:
        assert not read(text).problems
        return
    with pytest.raises(InvalidInput, match="one status of the license") as refused:
        read(text)
    assert places(refused) == [("3", "status")]


def test_a_correction_is_no_contradiction():
    row = "lac,license,acupuncturist,VT,{},,,,,,,,2026-01-01,,{}"
    corrected = f"{HEAD}\n{row.format('active', '2026-01-05')}\n{row.format('suspended', '2026-02-05')}\n"
    assert len(read(corrected).credentials.get("lac").licenses) == 2
    same_day = f"{HEAD}\n{row.format('active', '2026-01-05')}\n{row.format('suspended', '2026-01-05')}\n"
    with pytest.raises(InvalidInput, match="one status"):
        read(same_day)


def test_good_rows_can_be_kept():
    text = (
        f"{BASIC}\nlac,license,acupuncturist,VT,active,2026-01-01,\n"
        "lac,license,acupuncturist,VT,suspended,2026-06-01,\n"
        "eve,license,healer,VT,active,2026-01-01,\n"
    )
    file = read(text, on_invalid="flag")
    assert [problem.at for problem in file.problems] == ["3", "4"]
    assert [each.status.value for each in file.credentials.get("lac").licenses] == ["active"]


def test_an_unknown_column_is_refused():
    with pytest.raises(InvalidInput, match="licence_number"):
        read("practitioner,kind,licence_number\nlac,profession,1\n")
