"""The commands on contracts, on the files of the how-to and on wrong ones."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path

import pytest

from allay.payment.projection.result import Projection
from allay.payment.reconciliation.result import Reconciliation

GUIDE = Path(__file__).parents[4] / "docs" / "how-to" / "project-a-contract.md"
BLOCK = re.compile(r"^```(yaml|csv)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def payment(allay):
    """Run a verb in a folder that holds the files of the how-to."""
    names = ("contract.yaml", "roster.csv", "statement.csv")
    for name, (_, text) in zip(names, BLOCK.findall(GUIDE.read_text(encoding="utf-8")), strict=True):
        (allay.folder / name).write_text(text, encoding="utf-8")
    call = partial(allay, "payment")
    call.folder = allay.folder
    return call


def test_every_command_of_the_how_to_runs(payment):
    lines = re.findall(r"^allay payment (.*)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == 5
    for line in lines:
        status, _, err = payment(*line.split())
        assert (status, err) == (0, ""), line


def test_the_how_to_says_what_comes_out(payment):
    _, out, _ = payment("project", "contract.yaml", "roster.csv")
    found = json.loads(out)
    Projection.model_validate(found)
    due = {each["patient_id"]: each["due"] for each in found["bundles"]}
    assert due == {"A": 1800, "B": 276.92}
    _, out, _ = payment("reconcile", "contract.yaml", "roster.csv", "statement.csv")
    found = json.loads(out)
    Reconciliation.model_validate(found)
    told = [(each["patient_id"], each["kind"], each["difference"]) for each in found["differences"]]
    assert told == [("A", "patient_share", -25.7), ("B", "amount_differs", 138.46)]
    assert (found["ties_out"], found["matched"], found["difference"]) == (True, 2, 112.76)


def test_the_written_statement_agrees_with_the_ledger(payment):
    assert payment("project", "contract.yaml", "roster.csv", "--statement", "own.csv", "-o", "p.json")[0] == 0
    status, out, _ = payment("reconcile", "contract.yaml", "roster.csv", "own.csv")
    assert (status, json.loads(out)["differences"]) == (0, [])


def test_the_same_seed_gives_the_same_bytes(payment):
    once, again = (payment("project", "contract.yaml", "roster.csv", "--seed", "7")[1] for _ in range(2))
    assert once == again
    assert once != payment("project", "contract.yaml", "roster.csv", "--seed", "8")[1]


def test_unconfirmed_numbers_are_printed_with_their_status(payment):
    _, out, _ = payment("project", "contract.yaml", "roster.csv", "--format", "table")
    assert "unconfirmed: /costs/0/per_visit is 24 (synthetic)" in out
    assert "/terms/0/price" not in out  # signed


def test_wrong_files_are_refused_and_nothing_is_written(payment):
    (payment.folder / "roster.csv").write_text(
        "patient_id,payer,service,date,attended\nA,county,yoga,2026-09-07,yes\nB,county,yogurt,7 Sep,yes\n"
    )
    status, out, err = payment(
        "project", "contract.yaml", "roster.csv", "-o", "p.json", "--statement", "s.csv"
    )
    assert (status, out) == (2, "")
    assert "roster.csv:3: service: expected a service of the contract" in err
    assert "roster.csv:3: date: expected a date that exists" in err
    assert not (payment.folder / "p.json").exists()
    assert not (payment.folder / "s.csv").exists()
    status, out, _ = payment("project", "contract.yaml", "roster.csv", "--on-invalid", "flag")
    assert (status, json.loads(out)["rows_left_out"]) == (0, 1)


@pytest.mark.parametrize(
    ("result", "statement", "said"),
    [
        ("nowhere/p.json", "s.csv", "output: expected a folder that exists"),
        ("p.json", "nowhere/s.csv", "output: expected a folder that exists"),
        ("p.json", "p.json", "--statement: expected another place than that of the result, found p.json"),
        ("-", "-", "--statement: expected another place than that of the result, found -"),
    ],
)
def test_both_files_are_written_or_none(payment, result, statement, said):
    before = sorted(payment.folder.iterdir())
    words = ("project", "contract.yaml", "roster.csv", "-o", result, "--statement", statement)
    status, out, err = payment(*words)
    assert (status, out) == (2, "")
    assert said in err
    assert sorted(payment.folder.iterdir()) == before


def test_a_statement_without_lines_is_of_the_payer_given(payment):
    contract = (payment.folder / "contract.yaml").read_text()
    two = contract.replace("payers:\n", "payers:\n  - {id: second, title: Second, status: contract}\n")
    (payment.folder / "contract.yaml").write_text(two)
    (payment.folder / "statement.csv").write_text("patient_id,item,date,paid\n")
    words = ("reconcile", "contract.yaml", "roster.csv", "statement.csv", "--payer")
    assert json.loads(payment(*words, "second")[1])["payers"] == ["second"]
    assert "expected one of second, county, found third" in payment(*words, "third")[2]
    (payment.folder / "statement.csv").write_text("payer,item,date,paid\ncounty,yoga,2026-09-07,1\n")
    assert "statement.csv:2: payer: expected one of second, found 'county'" in payment(*words, "second")[2]


def test_a_wrong_contract_is_named_by_line(payment):
    (payment.folder / "contract.yaml").write_text(
        (payment.folder / "contract.yaml").read_text().replace("price: 1800", "price: lots")
    )
    status, _, err = payment("project", "contract.yaml", "roster.csv")
    assert status == 2
    assert "contract.yaml:/terms/0/price: price: expected" in err
    assert "found 'lots' (line 20)" in err


def test_an_unknown_example_is_answered_with_the_nearest(payment):
    status, _, err = payment("project", "path-2020", "roster.csv")
    assert status == 2
    assert "there is no example contract 'path-2020'; did you mean" in err
