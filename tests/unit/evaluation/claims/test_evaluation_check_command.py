"""`allay evaluation check` and `convert`: what is printed, what is written, and the exit status."""

from __future__ import annotations

import json

import pytest
from tests.unit.evaluation.claims.claims_tables import LINE, MEDICAL, MEMBERS, changed, good

import allay
from allay.cli.evaluation import group
from allay.cli.frame import run
from allay.evaluation.claims import open_claims


def test_a_good_folder_is_accepted(tmp_path, capsys):
    assert run(group, ["check", str(good(tmp_path))]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "claims are accepted"
    assert lines[2:7] == [
        "table           rows  dropped",
        "member             2        0",
        "enrollment         3        0",
        "medical_claim      5        0",
        "pharmacy_claim     1        0",
    ]
    assert lines[-1] == "limits of what is believed: judgement of this project (derived)"


def test_a_refused_folder_is_answered_with_no(tmp_path, capsys):
    folder = good(tmp_path, medical_claim=changed(MEDICAL, 1, claim_type="dental"))
    assert run(group, ["check", str(folder)]) == 1
    out = capsys.readouterr().out
    assert out.startswith("claims are refused, for 1 finding(s)")
    assert "unlisted_value  medical_claim  claim_type     1  refuse" in out
    place = folder / "medical_claim.csv"
    assert f"{place}:3: claim_type: expected professional or institutional, found 'dental'" in out
    assert run(group, ["check", str(folder), "--decide", "unlisted_value=drop"]) == 0
    assert "medical_claim      5        1" in capsys.readouterr().out


def test_the_check_as_json_goes_to_a_file(tmp_path, capsys):
    folder = good(tmp_path / "claims", member=[*MEMBERS, MEMBERS[0]])
    out = tmp_path / "check.json"
    words = ["check", str(folder), "--format", "json", "-o", str(out), "--extract-end", "2024-12-31"]
    assert run(group, words) == 0
    assert capsys.readouterr().out == ""
    found = json.loads(out.read_text())
    assert found["allay_version"] == allay.__version__
    assert found["accepted"] is True
    assert found["extract_end"] == "2024-12-31"
    assert found["dropped"] == {"member": 1, "enrollment": 0, "medical_claim": 0, "pharmacy_claim": 0}
    assert found["decisions"]["duplicate_member"] == "drop"
    (finding,) = found["findings"]
    assert finding["examples"][0] == {
        "file": str(folder / "member.csv"),
        "row": 4,
        "expected": "each row once",
        "found": "it again",
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["check", "nowhere"], "nowhere:-: folder: expected a folder of claims, found nothing"),
        (["check", "DIR", "--decide", "absurd=drop"], "there is no kind of finding 'absurd'"),
        (["check", "DIR", "--decide", "absurd_amount"], "--decide takes ID=refuse, ID=drop or ID=keep"),
        (["check", "DIR", "--decide", "blank=keep"], "expected refuse or drop for blank, found keep"),
        (["check", "DIR", "--memory", "lots"], "expected an amount of memory such as 8GB, found 'lots'"),
        (["convert", "DIR", "-o", "OUT", "--from-date", "2024-01-01"], "do not go with --from contract"),
        (["convert", "DIR", "-o", "OUT", "--from", "synthea"], "give --from-date and --to-date"),
        (["convert", "DIR", "-o", "OUT", "--from", "rif"], "expected files of beneficiaries"),
        (["convert", "DIR", "-o", "OUT", "--from", "rif", "--decide", "blank=drop"], "--from contract"),
        (["convert", "DIR", "-o", "nowhere/out"], "a place in a folder that exists"),
    ],
)
def test_bad_usage_and_bad_input_exit_with_2(tmp_path, capsys, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    good(tmp_path / "DIR")
    assert run(group, words) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "OUT").exists()


def test_convert_writes_what_is_accepted(tmp_path, capsys):
    folder = good(tmp_path / "csv", medical_claim=[*MEDICAL, {**LINE, "claim_id": "c9", "person_id": "x"}])
    assert run(group, ["convert", str(folder), "-o", str(tmp_path / "all")]) == 0
    assert (
        run(group, ["convert", str(folder), "-o", str(tmp_path / "kept"), "--decide", "unknown_person=drop"])
        == 0
    )
    assert "medical_claim: 5 rows, 1 dropped" in capsys.readouterr().out
    assert open_claims(tmp_path / "all")["medical_claim"].form == "parquet"
