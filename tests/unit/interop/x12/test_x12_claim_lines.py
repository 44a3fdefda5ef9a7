"""Claims (837) and remittances (835) become rows of the claims contract: billed, paid and taken back."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from tests.unit.interop.x12.texts import CLAIM, REMITTANCE, interchange, read

from allay.base.errors import InvalidInput
from allay.cli.evaluation import group
from allay.cli.frame import run
from allay.evaluation.claims import check_claims, claims_views, convert
from allay.interop.x12.claim_lines import read_claim_rows
from allay.interop.x12.claim_parties import claim_parties

WINDOW = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
# The payment of the remittance taken back: status 22, every amount with the other sign.
REVERSAL = (
    "BPR*I*0*C*NON************20261215",
    "TRN*1*TRACE2*1512345678",
    "N1*PR*PAYER",
    "LX*1",
    "CLP*C-1*22*-145.50*-60.00*-12.00*12*PCN1*11*1",
    "NM1*QC*1*SOMEBODY*SAM****MI*MEMBER1",
    "SVC*HC:97110:GP*-100.50*-60.00**2",
    "DTM*472*20261102",
    "CAS*CO*45*-28.50",
    "CAS*PR*2*-12.00",
    "REF*6R*1",
    "SVC*HC:97140:GP:59*-45.00*0**1",
    "DTM*472*20261102",
    "CAS*CO*97*-45.00",
    "REF*6R*2",
)
INSTITUTIONAL = (
    *CLAIM[:16],
    "CLM*H-1*900***11:A:1**A*Y*Y",
    "DTP*434*RD8*20261103-20261105",
    "DTP*435*DT*202611031200",
    "CL1*1*7*01",
    "HI*ABK:M5450",
    "HI*DR:552",
    "LX*1",
    "SV2*0120**600*DA*2",
    "LX*2",
    "SV2*0450*HC:99284*300*UN*1",
    "DTP*472*D8*20261103",
)


def rows(tmp_path, *texts):
    files = []
    for number, text in enumerate(texts):
        files.append(tmp_path / f"{number}.edi")
        files[-1].write_text(text)
    return read_claim_rows(files, window=WINDOW)


def test_what_was_billed_and_paid_stands_on_one_line(tmp_path):
    found = rows(tmp_path, interchange("837", *CLAIM), interchange("835", *REMITTANCE))
    first, second = found.tables["medical_claim"]
    assert {name: cell for name, cell in first.items() if cell} == {
        "claim_id": "C-1",
        "claim_line_number": "1",
        "claim_type": "professional",
        "person_id": "MEMBER1",
        "member_id": "MEMBER1",
        "payer": "PAYER",
        "claim_start_date": "2026-11-02",
        "claim_end_date": "2026-11-02",
        "claim_line_start_date": "2026-11-02",
        "claim_line_end_date": "2026-11-02",
        "place_of_service_code": "11",
        "hcpcs_code": "97110",
        "hcpcs_modifier_1": "GP",
        "service_unit_quantity": "2",
        "billing_npi": "1777777776",
        "charge_amount": "100.50",
        "paid_amount": "60.00",
        "allowed_amount": "72.00",
        "deductible_amount": "0.00",
        "coinsurance_amount": "12.00",
        "copayment_amount": "0.00",
        "paid_date": "2026-11-30",
        "diagnosis_code_type": "icd-10-cm",
        "diagnosis_code_1": "M5450",
        "diagnosis_code_2": "G8929",
        "data_source": "x12",
    }
    # Denied: used, and paid nothing.
    assert (second["hcpcs_code"], second["paid_amount"], second["allowed_amount"]) == (
        "97140",
        "0.00",
        "0.00",
    )
    assert found.tables["member"] == [
        {
            "person_id": "MEMBER1",
            "gender": "male",
            "birth_date": "1970-03-04",
            "state": "VT",
            "zip_code": "05602",
            "data_source": "x12",
        }
    ]


def test_a_reversal_takes_the_line_back(tmp_path):
    texts = interchange("837", *CLAIM), interchange("835", *REMITTANCE), interchange("835", *REVERSAL)
    found = rows(tmp_path, *texts)
    negative = [row for row in found.tables["medical_claim"] if row["service_unit_quantity"].startswith("-")]
    assert [
        (row["claim_line_number"], row["charge_amount"], row["paid_amount"], row["allowed_amount"])
        for row in negative
    ] == [("1", "-100.50", "-60.00", "-72.00"), ("2", "-45.00", "0.00", "0.00")]
    folder = tmp_path / "csv"
    folder.mkdir()
    found.write(folder)
    convert(folder, tmp_path / "claims")
    check = check_claims(tmp_path / "claims")
    assert [each.id for each in check.findings] == ["missing_table"]
    connection = duckdb.connect()
    claims_views(connection, tmp_path / "claims")
    query = """SELECT claim_line_number, sum(paid_amount), sum(allowed_amount), sum(service_unit_quantity)
        FROM medical_claim GROUP BY ALL ORDER BY ALL"""
    assert connection.sql(query).fetchall() == [(1, 0, 0, 0), (2, 0, 0, 0)]


def test_a_stay_has_its_days_its_bill_type_and_its_group(tmp_path):
    answer = (*REMITTANCE[:8], "LX*1", "CLP*H-1*1*900*700.00**12*PCN2*11*1")
    text = interchange("837", *INSTITUTIONAL, guide="005010X223A3")
    found = rows(tmp_path, text, interchange("835", *answer))
    first, second = found.tables["medical_claim"]
    assert first["claim_type"] == "institutional"
    assert (first["bill_type_code"], first["revenue_center_code"], first["drg_code"]) == (
        "111",
        "0120",
        "552",
    )
    assert (first["admission_date"], first["discharge_date"]) == ("2026-11-03", "2026-11-05")
    assert (first["claim_start_date"], first["claim_line_start_date"]) == ("2026-11-03", "")
    assert (second["revenue_center_code"], second["hcpcs_code"]) == ("0450", "99284")
    # The payer answered the claim as a whole.
    assert (first["paid_amount"], second["paid_amount"]) == ("700.00", "0.00")


def test_lines_without_an_answer_and_answers_without_a_bill_are_counted(tmp_path):
    other = [each.replace("C-1", "C-9") for each in REMITTANCE]
    found = rows(tmp_path, interchange("837", *CLAIM), interchange("835", *other))
    assert [row["paid_amount"] for row in found.tables["medical_claim"]] == ["0.00", "0.00"]
    assert found.notes[1:] == (
        "2 lines have no answer; 0 stands as paid",
        "0 answered lines and 1 answered claims were not billed; left out",
    )


def test_a_dependent_is_another_person_than_the_subscriber():
    dependent = (
        *CLAIM[:9],
        "HL*2*1*22*1",
        *CLAIM[10:16],
        "HL*3*2*23*0",
        "PAT*19",
        "NM1*QC*1*SOMEBODY*SUE",
        "DMG*D8*20100101*F",
        *CLAIM[16:],
    )
    (party,) = claim_parties(read(interchange("837", *dependent)).transactions[0])
    assert (party.person_id, party.member_id) == ("MEMBER1/2010-01-01/female", "MEMBER1")
    assert party.billing_npi == "1777777776"


def test_files_that_do_not_serve(tmp_path):
    with pytest.raises(InvalidInput, match=r"claims \(837\)"):
        rows(tmp_path, interchange("835", *REMITTANCE))
    with pytest.raises(InvalidInput, match="an id of its own"):
        rows(tmp_path, interchange("837", *CLAIM), interchange("837", *CLAIM))
    with pytest.raises(InvalidInput, match="expected 837 or 835, found neither"):
        rows(tmp_path, interchange("276", "BHT*0010*13*1*20261122*1200"))


def test_the_command_writes_claims_of_a_folder(tmp_path, capsys):
    folder = tmp_path / "x12"
    folder.mkdir()
    (folder / "a.837").write_text(interchange("837", *CLAIM))
    (folder / "b.835").write_text(interchange("835", *REMITTANCE))
    window = ["--from-date", "2026-01-01", "--to-date", "2026-12-31"]
    words = ["convert", str(folder), "--from", "x12", "-o", str(tmp_path / "claims"), *window]
    assert run(group, words) == 0
    assert "medical_claim: 2 rows" in capsys.readouterr().out
    assert check_claims(tmp_path / "claims").accepted
    (folder / "a.837").unlink()
    assert run(group, [*words[:-5], str(tmp_path / "more"), *window]) == 2
