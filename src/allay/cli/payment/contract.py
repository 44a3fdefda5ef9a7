"""What the verbs on contracts share: a contract from a file, or one of the examples that ship with Allay."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from allay.cli.results import STANDARD, opened
from allay.payment.contracts.catalog import read_contract, shipped
from allay.payment.contracts.contract import Contract
from allay.payment.projection.result import Projection
from allay.payment.reconciliation.result import Reconciliation

_FILES = (".yaml", ".yml")
SCHEMAS: dict[str, type[BaseModel]] = {
    "contract": Contract,
    "projection": Projection,
    "reconciliation": Reconciliation,
}


def contract_from(words: str) -> Contract:
    """Return the contract of a file, or the example of that name."""
    if words == STANDARD or words.endswith(_FILES) or Path(words).exists():
        source, name = opened(words)
        return read_contract(source, name=name)
    return shipped(words)
