"""The commands `credentials` and `supervise`."""

from __future__ import annotations

import json
from functools import partial

import pytest

TEAM = """practitioner,kind,type,state,status,payer,whom,mode,from,to
md,license,pain_physician,VT,active,,,,2015-01-01,2026-12-10
md,enrollment,,,,original_medicare,,,2015-01-01,
lac,license,acupuncturist,VT,active,,,,2020-01-01,2026-11-01
md,supervision,,,,,lac,video,2020-01-01,
"""
WRONG = "x,license,healer,VT,active,,,,2026-01-01,\n"


@pytest.fixture
def call(allay):
    """Run one of the commands in a folder with a file of the team."""
    (allay.folder / "team.csv").write_text(TEAM)
    (allay.folder / "wrong.csv").write_text(TEAM + WRONG)

    run_it = partial(allay, "coverage")
    run_it.folder = allay.folder
    return run_it


def test_credentials(call):
    status, out, err = call("credentials", "team.csv", "--as-of", "2026-11-22", "--format", "csv")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "practitioner,kind,what,last_day,days_left,state",
        'lac,license,"acupuncturist, VT",2026-11-01,-21,expired',
        'md,license,"pain physician, VT",2026-12-10,18,expires',
    ]
    assert "expired" in call("credentials", "team.csv", "--as-of", "2026-11-22")[1]
    assert call("credentials", "team.csv", "--as-of", "2026-01-01")[1].startswith("nothing has expired")


def test_credentials_json(call):
    words = ("team.csv", "--as-of", "2026-11-22", "--within", "0", "--format", "json", "-o", "out.json")
    assert call("credentials", *words) == (0, "", "")
    content = json.loads((call.folder / "out.json").read_text())
    assert content["allay_version"]
    assert [row["practitioner"] for row in content["rows"]] == ["lac"]


def test_supervise(call):
    words = ("team.csv", "--date", "2026-03-01", "--state", "VT", "--global-period", "000")
    status, out, _ = call("supervise", *words)
    assert status == 0
    assert "yes" in out
    assert "- live audio and video meets direct supervision (secondary)" in out
    status, out, _ = call("supervise", *words, "--format", "json")
    [answer] = json.loads(out)["answers"]
    assert (answer["answer"], answer["confidence"], answer["missing"]) == ("yes", "derived", [])
    assert answer["reasons"][0]["reference"][0]["href"].startswith("https://")
    out = call("supervise", *words, "--format", "csv")[1]
    assert out.splitlines()[0].split(",")[:3] == ["supervisor", "whom", "mode"]
    early = ("team.csv", "--date", "2019-03-01", "--state", "VT")
    assert call("supervise", *early)[1] == "no agreement of supervision covers 2019-03-01\n"


def test_a_map_of_ones_own(call):
    head = "state,profession,topic,value,effective_from,effective_to,recorded_on,status,source\n"
    row = "VT,pain_physician,delegation,none,,,2026-12-01,verified,Board\n"
    (call.folder / "ours.csv").write_text(head + row)
    words = ("team.csv", "--date", "2026-03-01", "--state", "VT", "--global-period", "000")
    out = call("supervise", *words, "--licenses", "ours.csv", "--format", "json")[1]
    assert json.loads(out)["answers"][0]["answer"] == "no"


def test_wrong_rows(call):
    words = ("--as-of", "2026-11-22", "--format", "csv", "-o", "out.csv")
    status, out, err = call("credentials", "wrong.csv", *words)
    assert (status, out) == (2, "")
    assert err.startswith("wrong.csv:6: type: expected a known one (there is no profession 'healer'")
    assert not (call.folder / "out.csv").exists()
    status, _, err = call("credentials", "wrong.csv", *words, "--on-invalid", "flag")
    assert status == 0
    assert "left out" in err
    assert len((call.folder / "out.csv").read_text().splitlines()) == 3


def test_a_state_that_does_not_exist(call):
    status, _, err = call("supervise", "team.csv", "--date", "2026-03-01", "--state", "Vt")
    assert status == 2
    assert "did you mean 'VT'" in err
