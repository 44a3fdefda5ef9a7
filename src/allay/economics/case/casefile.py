"""Reading case files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.tables import Document, Readable, read_yaml_document
from allay.economics.case.case import Case
from allay.economics.case.checks import check
from allay.economics.case.fromcontract import with_contract
from allay.payment.contracts.catalog import read_contract, shipped
from allay.payment.contracts.contract import Contract

EXAMPLE = Path(__file__).parents[1] / "data" / "cases" / "example.yaml"
"""A small case that shows every section. Its numbers are made up."""


def read_case(source: Readable, *, name: str | None = None, folder: str | Path | None = None) -> Case:
    """Read a case, put the terms of its contract files after its own, and check that it holds together.

    Parameters
    ----------
    source : path or binary stream
        YAML in UTF-8.
    name : str, optional
        What messages call the file.
    folder : path, optional
        Where its contract files are; the folder of the case, when it is a path.

    Raises
    ------
    InvalidInput
        Naming file, line and field of everything that is wrong.

    Examples
    --------
    >>> [service.id for service in read_case(EXAMPLE).services]
    ['medical_visit', 'yoga', 'chiropractic', 'massage']
    """
    document = read_yaml_document(source, Case, name=name)
    if folder is None:
        folder = Path(source).parent if isinstance(source, str | Path) else None
    case = document.value
    problems = []
    for index, entry in enumerate(case.contract_files):
        try:
            contract = shipped(entry.shipped) if entry.shipped else _read(document, entry.file, folder)
            case = with_contract(case, contract, leave_out=entry.leave_out)
        except (NotFound, InvalidValue) as error:
            expected = error.expected if isinstance(error, InvalidValue) else "a contract that can be used"
            found = error.found if isinstance(error, InvalidValue) else str(error)
            problems.append(document.problem("contract_files", index, expected=expected, found=found))
    if problems:
        raise InvalidInput(problems)
    check(document, case)
    return case


def case_schema() -> dict[str, Any]:
    """Return the JSON schema of a case file.

    Examples
    --------
    >>> case_schema()["title"]
    'Case'
    """
    return Case.model_json_schema()


def _read(document: Document[Case], file: str, folder: str | Path | None) -> Contract:
    if folder is None:
        raise InvalidValue(
            expected="a folder for the contract files of a stream", found=f"{file} in {document.name}"
        )
    return read_contract(Path(folder) / file)
