"""Reading authorizations, ranking them, and the command."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from functools import partial

import pytest

from allay.base.dates import parse_date
from allay.base.errors import InvalidInput
from allay.coverage.authorizations.ranking import ranked
from allay.coverage.authorizations.sheet import read_authorizations

HEAD = (
    "authorization_id,patient_id,payer,payer_type,services,status,units_approved,units_used,from,to,"
    "requested_on,urgent,visits_per_week,answer_days"
)
ROWS = """A1,p1,MA plan,medicare_advantage,acupuncture,approved,12,4,2026-10-01,2026-12-31,,,2,
A2,p2,Medicaid,medicaid,physical_therapy,requested,,,,,2026-11-18,,,
A3,p3,Medicaid,medicaid,64483,pended,,,,,2026-11-15,yes,,
A4,p4,Blue,commercial,yoga; massage,approved,8,9,2026-10-01,2026-12-31,,,1,
A5,p5,Blue,commercial,yoga,partially_approved,8,2,2026-10-01,2026-12-31,,,1,
A6,p6,Blue,commercial,yoga,denied,,,,,,,,
A7,p7,Blue,commercial,yoga,draft,,,2026-12-01,,,,,10
A8,p8,Blue,commercial,yoga,canceled,,,,,,,,
A9,p9,Blue,commercial,yoga,approved,20,2,2026-10-01,2026-12-31,,,0.5,14
B1,p9,Blue,commercial,yoga,approved,20,2,2026-08-01,2026-10-31,,,1,14
B2,p9,Blue,commercial,yoga,appealed,,,,,2026-11-01,,,
B3,p9,Blue,commercial,yoga,requested,,,,,,,,
"""
TEXT = f"{HEAD}\n{ROWS}"
AS_OF = parse_date("2026-11-22")


def read(text, **more):
    return read_authorizations(io.BytesIO(text.encode()), name="auth.csv", **more)


def test_reading():
    found = {one.id: one for one in read(TEXT).authorizations}
    assert found["A4"].services == ("yoga", "massage")
    assert found["A1"].period.last == parse_date("2026-12-31")
    assert found["A9"].visits_per_week == Fraction(1, 2)
    assert (found["A3"].urgent, found["A2"].urgent) == (True, False)


def test_a_day_that_hangs_on_a_clock_nobody_knows_is_unknown():
    draft = read(f"{HEAD}\nA1,p1,Ours,self_funded,yoga,draft,,,2026-12-01,,,,,\n")
    (step,) = ranked(draft.authorizations, as_of=AS_OF)
    assert (step.on, step.confidence.value) == (parse_date("2026-12-01"), "unknown")


def test_ranking():
    steps = ranked(read(TEXT).authorizations, as_of=AS_OF)
    assert [(one.authorization.id, str(one.on), one.late, one.confidence.value) for one in steps] == [
        ("A4", "2026-11-22", True, "verified"),
        ("B1", "2026-10-17", True, "contract"),
        ("A3", "2026-11-18", True, "secondary"),
        ("A7", "2026-11-21", True, "contract"),
        ("A2", "2026-11-25", False, "secondary"),
        ("A1", "2026-12-12", False, "secondary"),
        ("A9", "2026-12-17", False, "contract"),
        ("A5", "2026-12-31", False, "unknown"),
        ("A6", "None", False, "unknown"),
        ("B2", "None", False, "unknown"),
        ("B3", "None", False, "unknown"),
        ("A8", "None", False, "verified"),
    ]
    stages = {one.authorization.id: one.stage.value for one in steps}
    assert (stages["B1"], stages["A4"], stages["A1"]) == ("expired", "exhausted", "approved")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("authorization_id", ""),
        ("services", "yoga;;massage"),
        ("services", ""),
        ("services", "acupunture"),
        ("services", "yoga;9781"),
        ("status", "cancelled"),
        ("units_approved", "-1"),
        ("units_approved", "1.5"),
        ("units_used", "many"),
        ("from", "2026-13-01"),
        ("from", ""),  # there is a last day
        ("to", "2026-09-30"),
        ("to", "9999-12-31"),
        ("urgent", "true"),
        ("visits_per_week", "1e3"),
        ("answer_days", "soon"),
    ],
)
def test_a_wrong_cell_is_named(column, cell):
    first = dict(zip(HEAD.split(","), ROWS.splitlines()[0].split(","), strict=True)) | {column: cell}
    with pytest.raises(InvalidInput) as refused:
        read(f"{HEAD}\n{','.join(first.values())}\n")
    assert [(problem.at, problem.field) for problem in refused.value.problems] == [("2", column)]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("requested,,2026-03-02,2026-03-01T10:00,", "requested_at"),
        ("requested,,2026-03-02,at noon,", "requested_at"),
        ("requested,,2026-03-02,2026-03-02T25:00,", "requested_at"),
        ("denied,,2026-03-02,,2026-03-01", "decided_on"),
        ("requested,3,2026-03-02,,", "units_used"),
    ],
)
def test_cells_that_do_not_go_together(cells, column):
    head = "authorization_id,patient_id,payer,services,status,units_used,requested_on,requested_at,decided_on"
    with pytest.raises(InvalidInput) as refused:
        read(f"{head}\nA1,p,plan,yoga,{cells}\n")
    assert [problem.field for problem in refused.value.problems] == [column]


def test_an_id_twice_and_good_rows_kept():
    text = f"{TEXT}A1,p1,plan,,yoga,draft,,,,,,,,\nC1,p1,plan,,yoga,open,,,,,,,,\n"
    with pytest.raises(InvalidInput) as refused:
        read(text)
    assert [(p.at, p.field) for p in refused.value.problems] == [("14", "authorization_id"), ("15", "status")]
    file = read(text, on_invalid="flag")
    assert (len(file.authorizations), len(file.problems)) == (12, 2)


@pytest.fixture
def call(allay):
    """Run the command in a folder with a good and a wrong file."""
    (allay.folder / "auth.csv").write_text(TEXT)
    (allay.folder / "wrong.csv").write_text(TEXT + "C1,p1,plan,,yoga,open,,,,,,,,\n")

    run_it = partial(allay, "coverage", "authorizations")
    run_it.folder = allay.folder
    return run_it


def test_command(call):
    status, out, err = call("auth.csv", "--as-of", "2026-11-22", "--format", "csv")
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == (
        "authorization_id,patient_id,payer,services,status,approved,used,left,overused,last_covered,"
        "next_step,by,late,confidence,notes"
    )
    assert out.splitlines()[1].startswith("A4,p4,Blue,yoga;massage,exhausted,8,9,0,1,2026-12-31,")
    table = call("auth.csv", "--as-of", "2026-11-22")[1]
    assert "- A4: 9 used of 8 approved" in table
    rows = json.loads(call("auth.csv", "--as-of", "2026-11-22", "--format", "json")[1])["rows"]
    [renewal] = [row for row in rows if row["authorization_id"] == "A1"]
    assert renewal["reasons"][0]["rule"] == "us.cms_0057.standard_days@2026-01-01/2026-11-22"
    assert renewal["reasons"][0]["status"] == "secondary"


def test_command_with_wrong_rows(call):
    words = ("wrong.csv", "--as-of", "2026-11-22", "-o", "out.txt")
    status, out, err = call(*words)
    assert (status, out) == (2, "")
    assert err.startswith("wrong.csv:14: status: expected one of draft, requested,")
    assert not (call.folder / "out.txt").exists()
    status, _, err = call(*words, "--on-invalid", "flag")
    assert status == 0
    assert "left out" in err
    assert (call.folder / "out.txt").exists()
