"""`allay consensus themes`: what is printed, and how it refuses."""

from __future__ import annotations

import json

import pytest

from allay.consensus.examples.example import read_example


@pytest.fixture
def themes(allay):
    (allay.folder / "themes.yaml").write_bytes(read_example("interviews").files["themes.yaml"])
    return lambda verb, *words: allay("consensus", "themes", verb, *words)


def test_check_says_what_is_open(themes):
    assert themes("check", "themes.yaml") == (
        0,
        "What keeps pain programs going (a synthetic example): 12 cases, 2 coders, 7 categories; "
        "8 differences, 1 unsettled; 0 not judged\n",
        "",
    )
    assert themes("check", "themes.yaml", "--settled")[0] == 1


def test_check_answers_no_with_every_place(themes, allay):
    file = allay.folder / "themes.yaml"
    file.write_text(file.read_text().replace("case: P01, domain: payment", "case: P99, domain: payment"))
    status, out, err = themes("check", "themes.yaml")
    assert (status, out) == (1, "")
    assert err.count("expected a case of the file, found 'P99'") == 4
    assert err.startswith("themes.yaml:/core_ideas/0/case: case: expected")


def test_what_is_wrong_is_bad_input_elsewhere_and_nothing_is_written(themes, allay):
    file = allay.folder / "themes.yaml"
    file.write_text(file.read_text().replace("coder: coder-b, case: P01", "coder: coder-c, case: P01"))
    for verb in ("table", "differences", "agreement"):
        status, out, err = themes(verb, "themes.yaml", "-o", "out.csv")
        assert (status, out) == (2, "")
        assert "coder: expected a coder of the file, found 'coder-c'" in err
    assert not (allay.folder / "out.csv").exists()
    assert themes("check", "no.yaml")[0] == 2


def test_table(themes):
    status, out, _ = themes("table", "themes.yaml")
    lines = out.splitlines()
    assert status == 0
    assert lines[0].startswith(
        "domain,category,name,label,cases,of,unsettled,not_judged,lowest,highest,quotes"
    )
    assert lines[1].startswith("payment,visit-limits,Visit limits cut treatment short,general,12,12,0,0,")
    assert lines[7].startswith(
        "sustaining,alumni,Former patients help,unsettled,1,11,1,0,single,variant,1,P09"
    )
    _, shown, _ = themes("table", "themes.yaml", "--format", "table")
    assert "(synthetic): 12 cases, 14 participants, 2 coders" in shown
    assert "1 unsettled" in shown
    assert "(status: memory)" in shown


def test_json_holds_everything_and_the_version(themes):
    status, out, _ = themes("table", "themes.yaml", "--format", "json")
    found = json.loads(out)
    assert status == 0
    assert found["allay_version"]
    assert found["synthetic"] is True
    assert found["rule_status"] == "memory"
    assert len(found["differences"]) == 8
    assert found["agreement"][0]["scope"] == "all"


def test_differences(themes):
    status, out, _ = themes("differences", "themes.yaml")
    lines = out.splitlines()
    assert (status, len(lines)) == (0, 9)
    assert lines[0] == "case,domain,category,present_by,absent_by,settled,how,by,on,reason,overruled"
    assert lines[-1] == "P11,sustaining,alumni,coder-a,coder-b,unsettled,,,,,false"
    _, out, _ = themes("differences", "themes.yaml", "--unsettled", "--format", "json")
    assert [row["case"] for row in json.loads(out)["differences"]] == ["P11"]


def test_agreement(themes):
    status, out, _ = themes("agreement", "themes.yaml")
    assert status == 0
    assert out.splitlines()[1].startswith("all,81,73,0.90")
    assert "0.901" in themes("agreement", "themes.yaml", "--format", "table")[1]
    found = json.loads(themes("agreement", "themes.yaml", "--format", "json")[1])
    assert [row["scope"] for row in found["agreement"]] == ["all", "payment", "sustaining"]


def test_standard_input_gives_the_same(themes, allay, monkeypatch):
    import io
    import sys
    import types

    data = (allay.folder / "themes.yaml").read_bytes()
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(data)))
    assert themes("table", "-")[1] == themes("table", "themes.yaml")[1]


def test_rules_name_their_source(themes):
    status, out, _ = themes("rules")
    assert status == 0
    assert "memory" in out
    assert "Hill CE" in out
    assert themes("rules", "--format", "csv")[1].startswith("id,general_all_but,half_is_typical")


def test_show(themes):
    status, out, _ = themes("show", "2023")
    assert status == 0
    assert "Interviews: 53" in out
    assert "Coders: unknown" in out
    assert "(derived)" in out
    assert "it is unknown" in out
    assert "[programs: 2]" in out
    found = json.loads(themes("show", "2023", "--format", "json")[1])
    assert found["allay_version"]
    assert found["sample"][0]["status"] == "verified"
    lines = themes("show", "2023", "--format", "csv")[1].splitlines()
    assert lines[0] == "part,theme,id,kind,text,text_status,answers,count,count_status,source,note"
    assert len(lines) == 1 + len(found["sample"]) + sum(len(one["categories"]) for one in found["themes"])
    assert themes("show", "2022")[0] == 2


def test_schemas(allay):
    for name in ("themes", "themes-result", "study"):
        assert allay("consensus", "schema", name)[0] == 0
