"""The example contracts: each holds together, and none passes a made-up price off as somebody's."""

from __future__ import annotations

import pytest

from allay.base.status import Status
from allay.payment.contracts.catalog import FOLDER, read_contract
from allay.payment.contracts.roster import read_roster
from allay.payment.contracts.terms import BundleTerm
from allay.payment.ledger import unconfirmed

FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_is_read_and_named_after_its_file(path):
    contract = read_contract(path)
    assert contract.id == path.stem
    assert "example" in contract.title


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_price_of_an_example_passes_for_confirmed(path):
    contract = read_contract(path)
    for term in contract.terms:
        for fee in getattr(term, "fees", ()):
            assert unconfirmed(contract.status_of("allowed", term, fee))
        if isinstance(term, BundleTerm):
            assert contract.status_of("price", term) is Status.SYNTHETIC


def test_what_was_published_of_path_is_marked_as_it_was_seen():
    first, second = (read_contract(FOLDER / f"path-{year}.yaml") for year in (2019, 2021))
    for contract, weeks, copays, status in (
        (first, 8, 2, Status.SECONDARY),
        (second, 13, 3, Status.VERIFIED),
    ):
        term = contract.terms[0]
        assert (term.length_weeks, term.patient_payments.count) == (weeks, copays)
        assert contract.status_of("length_weeks", term) is Status.SECONDARY
        assert contract.status_of("count", term, term.patient_payments) is status
        assert contract.status_of("amount", term, term.patient_payments) is Status.SYNTHETIC


def test_the_example_roster_goes_with_its_contract():
    contract = read_contract(FOLDER / "pain-center.yaml")
    roster = read_roster(FOLDER / "pain-center-roster.csv", contract)
    assert len(roster.rows) == 94
    assert {row.payer for row in roster.rows} == {"acme", "medicaid", "county", "self"}
