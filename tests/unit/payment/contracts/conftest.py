"""What the tests of contracts share: short ways to write a contract and a roster."""

from __future__ import annotations

import io

import pytest

from allay.payment.contracts.catalog import read_contract
from allay.payment.contracts.roster import read_roster

HEAD = """
id: test
version: 1.0.0
title: A test
sources:
  ours: {title: Signed, accessed: 2026-11-27, status: contract}
  made_up: {title: Made up, accessed: 2026-11-27, status: synthetic}
payers:
  - {id: acme, title: Acme, lag_days: 30, source: ours}
  - {id: other, title: Other, source: ours@}
"""


def contract_of(terms: str, *, more: str = "", of_other: str = ""):
    """Read a contract from its terms, written in YAML; `of_other` adds to the payer `other`."""
    text = f"{HEAD.replace('@', of_other)}{more}\nterms:\n{terms}"
    return read_contract(io.BytesIO(text.encode()), name="c.yaml")


def roster_of(contract, text: str, **options):
    """Read a roster; blanks around cells are for the eye."""
    lines = [",".join(cell.strip() for cell in line.split(",")) for line in text.strip().splitlines()]
    return read_roster(io.BytesIO("\n".join(lines).encode()), contract, name="r.csv", **options)


@pytest.fixture
def contract():
    return contract_of


@pytest.fixture
def roster():
    return roster_of
