"""`allay coverage price`: what goes in, what comes out, and what bad input says."""

from __future__ import annotations

import json

import pytest

DAY = ("--date", "2024-07-15")
THREE = "code,units,modifiers,visit\n97110,1,GP,1\n97140,1,GP,1\n97112,1,GP,1\n"


@pytest.fixture
def priced(allay):
    """Run the command on a text in a folder of its own; returns (exit status, output, errors)."""

    def call(text, *words):
        (allay.folder / "lines.csv").write_text(text, encoding="utf-8")
        return allay("coverage", "price", "lines.csv", *words)

    call.folder = allay.folder
    return call


def test_amounts_stand_beside_the_lines(priced):
    status, out, err = priced(THREE, *DAY, "--locality", "national")
    assert (status, err) == (0, "")
    assert out == (
        "code,units,modifiers,visit,unit_amount,allowed,reduction,status,reason\n"
        "97110,1,GP,1,29.29,22.30,6.99,verified,therapy reduction on 1 of 1 unit(s)\n"
        "97140,1,GP,1,26.96,20.80,6.16,verified,therapy reduction on 1 of 1 unit(s)\n"
        "97112,1,GP,1,33.62,33.62,0.00,verified,\n"
    )


def test_the_locality_and_the_site_count(priced):
    text = "code,units\n97810,1\n97811,1\n"
    _, out, _ = priced(text, *DAY, "--locality", "VT")
    assert [row.split(",")[3] for row in out.splitlines()[1:]] == ["37.52", "27.74"]
    _, out, _ = priced(text, *DAY, "--site", "facility")
    assert [row.split(",")[3] for row in out.splitlines()[1:]] == ["30.29", "25.30"]


def test_several_modifiers_and_factors_stand_in_one_cell(priced):
    text = (
        "code,units,modifiers,factors\n97110,1,GP;CQ,\n97110,1, gp  cq ,\n"
        "90834,1,,us.medicare.mft_mhc_ratio\n"
    )
    _, out, _ = priced(text, *DAY, "--same-provider", "all")
    cells = [row.split(",") for row in out.splitlines()[1:]]
    assert [row[5:8] for row in cells] == [
        ["24.90", "0.00", "verified"],
        ["18.96", "5.94", "verified"],
        ["77.39", "0.00", "secondary"],
    ]


def test_providers_and_patients_keep_apart(priced):
    text = "code,units,patient_id,npi\n97110,1,a,1\n97110,1,b,1\n97110,1,b,2\n"
    _, out, _ = priced(text, *DAY)
    assert [row.split(",")[5] for row in out.splitlines()[1:]] == ["29.29", "29.29", "22.30"]
    _, out, _ = priced(text, *DAY, "--same-provider", "npi")
    assert [row.split(",")[5] for row in out.splitlines()[1:]] == ["29.29", "29.29", "29.29"]


def test_json_names_what_was_read(priced):
    status, out, _ = priced(THREE, *DAY, "--format", "json")
    found = json.loads(out)
    assert status == 0
    assert (found["allowed"], found["reduction"], found["complete"]) == (76.72, 13.15, True)
    assert "us.medicare.pfs.conversion_factor@2024-04-01/2026-11-22" in found["versions"]
    assert found["rows"][0]["allowed"] == 22.3
    assert all(reference["href"] for reference in found["references"])


def test_a_table_for_reading(priced):
    _, out, _ = priced(THREE, *DAY, "--format", "table")
    assert out.splitlines()[-1] == "allowed 76.72, reduction 13.15"


def test_a_line_without_a_price_is_unknown(priced):
    status, out, err = priced("code,units\n97110,1\n99999,1\n", "--date", "2026-03-02")
    assert status == 0
    for row in out.splitlines()[1:]:
        assert row.split(",")[2:6] == ["", "", "", "unknown"]
        assert "no relative values of 2026-03-02" in row
    assert err == "allay: lines.csv: without a price, each with its reason: 2\n"


def test_every_problem_is_named_and_nothing_is_written(priced):
    text = "code,units,modifiers,factors\n9711,1,,\n97110,0,,\n97110,1,G,\n97110,1,,us.medicare.npp\n"
    status, out, err = priced(text, *DAY, "-o", "out.csv")
    assert (status, out) == (2, "")
    assert [line.split(", found")[0].split(": expected")[0] for line in err.splitlines()] == [
        "lines.csv:2: code",
        "lines.csv:3: units",
        "lines.csv:4: modifiers",
        "lines.csv:5: factors",
    ]
    assert not (priced.folder / "out.csv").exists()


def test_rows_that_cannot_be_used_are_flagged(priced):
    text = "code,units\n97110,1\n97110,1.5\n"
    status, out, err = priced(text, *DAY, "--on-invalid", "flag", "-o", "out.csv")
    assert (status, out) == (0, "")
    rows = (priced.folder / "out.csv").read_text(encoding="utf-8").splitlines()
    assert rows[1:] == ["97110,1,29.29,29.29,0.00,verified,", "97110,1.5,,,,invalid,see the messages"]
    assert err == "lines.csv:3: units: expected a whole number of units of one or more, found '1.5'\n"


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("code,units,status\n97110,1,a\n", DAY, "status: expected no column of this name"),
        ("code\n97110\n", DAY, "units: expected this column"),
        ("", DAY, "a header row"),
        (THREE, (*DAY, "--locality", "Vermnt"), "did you mean 'Vermont'"),
        (THREE, (*DAY, "--fees", "nowhere"), "a folder of files of CMS, found no folder"),
        (THREE, (*DAY, "--site", "office"), "Invalid value for '--site'"),
        (THREE, ("--date", "7/15/2024"), "a date as YYYY-MM-DD"),
        (THREE, (), "Missing option '--date'"),
    ],
)
def test_bad_input(priced, text, words, said):
    status, out, err = priced(text, *words)
    assert (status, out) == (2, "")
    assert said in err


def test_a_folder_of_the_users_files(priced):
    folder = priced.folder / "cms"
    folder.mkdir()
    head = (
        "release,effective,hcpcs,mod,status_code,work_rvu,non_fac_pe_rvu,facility_pe_rvu,mp_rvu,glob_days,"
        "mult_proc"
    )
    row = "rvu26a_jan,2026-01-01,97110,,A,0.5,0.5,0.5,0,000,5"
    (folder / "pfs_rvu_2026.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    (folder / "notes.txt").write_text("a", encoding="utf-8")
    status, out, err = priced("code,units\n97110,1\n", "--date", "2026-03-02", "--fees", "cms")
    assert status == 0
    assert out.splitlines()[1] == "97110,1,33.40,33.40,0.00,secondary,"
    assert err == "allay: read pfs_rvu_2026.csv\nallay: left aside notes.txt\n"
    row = row.replace("0.5", "-1", 1)
    (folder / "pfs_rvu_2026.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    status, out, err = priced("code,units\n97110,1\n", "--date", "2026-03-02", "--fees", "cms")
    assert (status, out) == (2, "")
    assert err == "pfs_rvu_2026.csv:2: work_rvu: expected a number of zero or more, found '-1'\n"


def test_an_empty_file_of_lines_gives_an_empty_result(priced):
    status, out, _ = priced("code,units\n", *DAY)
    assert (status, out) == (0, "code,units,unit_amount,allowed,reduction,status,reason\n")


def test_known_on_before_our_records_gives_the_first_of_them(priced):
    assert priced(THREE, *DAY, "--known-on", "2024-07-15")[1] == priced(THREE, *DAY)[1]
