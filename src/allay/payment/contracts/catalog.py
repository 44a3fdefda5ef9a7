"""Reading contracts, and the examples that ship with Allay."""

from __future__ import annotations

from pathlib import Path

from allay.base.errors import NotFound
from allay.base.tables import Readable, read_yaml_document
from allay.payment.contracts.checks import check
from allay.payment.contracts.contract import Contract

FOLDER = Path(__file__).parents[1] / "data" / "contracts"


def read_contract(source: Readable, *, name: str | None = None) -> Contract:
    """Read one contract and check that it holds together.

    Raises
    ------
    InvalidInput
        Naming file, line and field of everything that is wrong.

    Examples
    --------
    >>> read_contract(FOLDER / "path-2019.yaml").terms[0].length_weeks
    8
    """
    document = read_yaml_document(source, Contract, name=name)
    check(document)
    return document.value


def shipped(contract_id: str) -> Contract:
    """Return an example contract by its id. No number in it is anybody's price.

    Raises
    ------
    NotFound
        With the nearest names.
    """
    known = {path.stem: path for path in FOLDER.glob("*.yaml")}
    if contract_id not in known:
        raise NotFound.among("example contract", contract_id, known=known)
    return read_contract(known[contract_id])
