"""The case files that ship: they can be read, and every number says where it is from and how sure it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from allay.base.status import Status
from allay.economics.case.casefile import EXAMPLE, read_case
from allay.economics.program.run import run_program

CASES = sorted(EXAMPLE.parent.glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_shipped_case_is_read_runs_and_is_named_as_its_file(path: Path) -> None:
    case = read_case(path)
    assert case.id == path.stem
    assert run_program(case, draws=3, seed=1).cash.shape == (3, case.program.months + 1)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_no_number_of_a_shipped_case_is_unknown_and_none_is_passed_off_as_a_contract(path: Path) -> None:
    case = read_case(path)
    statuses = {quantity.status_in(case.sources) for quantity in case.quantities().values()}
    assert not statuses & {Status.UNKNOWN, Status.CONTRACT}


def test_every_number_of_the_example_is_made_up() -> None:
    case = read_case(EXAMPLE)
    assert {case.status_of(name) for name in case.quantities()} == {Status.SYNTHETIC}


def test_every_quantity_has_a_name_of_its_own() -> None:
    case = read_case(EXAMPLE)
    assert len(list(case.placed())) == len(case.quantities())
