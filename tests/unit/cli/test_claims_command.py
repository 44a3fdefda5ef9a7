"""`allay claims`: read, validate, write, match; exit statuses, and nothing half-written."""

from __future__ import annotations

import json

import pytest
from tests.unit.interop.x12.texts import CLAIM, REMITTANCE, interchange
from tests.unit.payment.claims.visits import claim, visits

SPOILED = interchange("837", *(each for each in CLAIM if not each.startswith("HI")))


@pytest.fixture
def claims(allay, tmp_path):
    """Run a command of the noun in a folder with files; returns (exit status, output, errors)."""
    (tmp_path / "c.837").write_text(interchange("837", *CLAIM))
    (tmp_path / "spoiled.837").write_text(SPOILED)
    (tmp_path / "r.835").write_text(interchange("835", *REMITTANCE))
    off = interchange("835", *REMITTANCE).replace("BPR*I*58.00", "BPR*I*60.00")
    (tmp_path / "off.835").write_text(off)
    (tmp_path / "visits.json").write_text(json.dumps(visits(claim())))
    (tmp_path / "none.txt").write_text("ST*835*1~")

    def call(*words: str) -> tuple[int, str, str]:
        return allay("claims", *words)

    call.folder = tmp_path
    return call


def test_read_one(claims):
    status, out, err = claims("read", "c.837")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert found["transactions"][0]["claims"][0]["charge"] == 145.5
    assert found["findings"] == []
    assert found["allay_version"]


def test_read_several(claims):
    found = json.loads(claims("read", "c.837", "off.835")[1])
    assert list(found["files"]) == ["c.837", "off.835"]
    assert [each["kind"] for each in found["files"]["off.835"]["findings"]] == ["payment_balance"]


def test_read_as_a_table_names_no_patient(claims):
    status, out, _ = claims("read", "c.837", "off.835", "--format", "table")
    assert status == 0
    assert (
        "off.835:4: BPR02: expected the payment to be what is paid for claims less PLB, 58.00, found 60.00"
        in out
    )
    assert "nothing is wrong" in out
    assert "SOMEBODY" not in out
    assert "MEMBER1" not in out


def test_what_is_no_x12_is_refused(claims):
    status, out, err = claims("read", "c.837", "none.txt")
    assert (status, out) == (2, "")
    assert (
        err == "none.txt:1: ISA: expected an X12 interchange, which starts with ISA, found something else\n"
    )
    assert claims("validate", "none.txt")[0] == 2


def test_validate(claims):
    status, out, err = claims("validate", "c.837")
    assert (status, err) == (0, "")
    assert out.endswith("c.837: valid\n")
    status, out, err = claims("validate", "spoiled.837")
    assert status == 1
    assert out.endswith("spoiled.837: not valid, 1 problem\n")
    assert err == "spoiled.837:22: 2300 HI: expected this segment, which the guide requires, found none\n"
    status, out, _ = claims("validate", "spoiled.837", "--format", "json")
    found = json.loads(out)
    assert (status, found["valid"], found["findings"][0]["loop"]) == (1, False, "2300")


def test_write_then_validate_read_and_match(claims):
    assert claims("write", "visits.json", "-o", "w.837")[0] == 0
    assert claims("validate", "w.837")[0] == 0
    first = (claims.folder / "w.837").read_bytes()
    assert claims("write", "visits.json")[1].encode() == first
    status, out, err = claims("match", "w.837", "r.835")
    found = json.loads(out)
    assert status == 0
    assert [each["outcome"] for each in found["lines"]] == ["matched", "denied"]
    assert found["totals"]["paid"] == 60
    assert found["totals"]["balanced"] is True
    assert err == "allay: r.835: 1 matched, 1 denied\n"
    assert json.loads(claims("match", "visits.json", "r.835")[1])["lines"] == found["lines"]


def test_nothing_is_written_of_claims_that_lack_something(claims):
    made = visits(claim(diagnoses=[]), claim(id="C-2", place_of_service="x"))
    (claims.folder / "visits.json").write_text(json.dumps(made))
    status, out, err = claims("write", "visits.json", "-o", "w.837")
    assert (status, out) == (2, "")
    assert [line.split(" ")[0] for line in err.splitlines()] == [
        "visits.json:/claims/0/diagnoses:",
        "visits.json:/claims/1/place_of_service:",
    ]
    assert not (claims.folder / "w.837").exists()


def test_nothing_is_written_that_the_guide_refuses(claims, monkeypatch):
    from allay.interop.x12 import professional

    monkeypatch.setitem(professional.FREQUENCIES, "original", "123")
    status, _, err = claims("write", "visits.json", "-o", "w.837")
    assert status == 2
    assert "CLM05-3" in err
    assert not (claims.folder / "w.837").exists()


def test_a_remittance_that_does_not_add_up_is_posted_only_when_asked(claims):
    status, out, err = claims("match", "c.837", "off.835", "-o", "m.json")
    assert (status, out) == (1, "")
    assert "off.835:4: BPR02" in err
    assert not (claims.folder / "m.json").exists()
    assert claims("match", "c.837", "off.835", "-o", "m.json", "--post-unbalanced")[0] == 0
    assert json.loads((claims.folder / "m.json").read_text())["payment"]["balanced"] is False


def test_match_with_a_table(claims):
    rows = "claim_id,code,modifiers,charge,paid,adjustments\nC-1,97110,GP,100.50,60,CO:45:28.50; PR:2:12\n"
    (claims.folder / "r.csv").write_text(rows)
    status, out, _ = claims("match", "c.837", "r.csv", "--format", "csv")
    assert status == 0
    assert [line.split(",")[4] for line in out.splitlines()[1:]] == ["matched", "not_found"]
    assert "2: coinsurance [memory]" in claims("match", "c.837", "r.csv", "--format", "table")[1]


def test_the_wrong_transaction(claims):
    assert claims("match", "r.835", "r.835")[0] == 2
    assert claims("match", "c.837", "c.837")[0] == 2


def test_several_remittances_in_one_file(claims):
    text = interchange("835", *REMITTANCE) + interchange("835", *REMITTANCE, control="000000008").replace(
        "C-1", "C-7"
    )
    (claims.folder / "two.835").write_text(text)
    found = json.loads(claims("match", "c.837", "two.835")[1])
    assert [each["outcome"] for each in found["lines"]] == ["matched", "denied", "extra", "extra"]
    assert len(found["payment"]["provider_adjustments"]) == 2


def test_two_claims_of_one_id_cannot_be_matched(claims):
    second = [CLAIM[9].replace("HL*2", "HL*3"), *CLAIM[10:]]
    (claims.folder / "twice.837").write_text(interchange("837", *CLAIM, *second))
    status, out, err = claims("match", "twice.837", "r.835")
    assert (status, out) == (2, "")
    assert err == "twice.837:37: CLM01: expected an id of its own, found that of an earlier claim\n"


def test_problems_come_in_the_order_of_the_file(claims):
    wrong = interchange("835", *REMITTANCE).replace("145.50*60.00", "145.50*61.00")
    (claims.folder / "wrong.835").write_text(wrong)
    status, _, err = claims("match", "c.837", "wrong.835")
    assert (status, [line.split(":")[1] for line in err.splitlines()]) == (1, ["4", "13"])


def test_an_amount_of_thousands_of_digits_is_named(claims):
    (claims.folder / "long.csv").write_text(f"claim_id,code,charge,paid\nC-1,97110,{'9' * 5000},1\n")
    status, out, err = claims("match", "c.837", "long.csv")
    assert (status, out) == (2, "")
    assert err.startswith("long.csv:2: charge: expected dollars with at most two decimals")


def test_schema(claims):
    assert "incident_to" in claims("schema", "visits")[1]
