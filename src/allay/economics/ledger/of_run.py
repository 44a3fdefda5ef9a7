"""The ledger of a program that has run, with the flows that its effects elsewhere add."""

from __future__ import annotations

from collections.abc import Sequence

from allay.economics.case.flow import Flow
from allay.economics.ledger.stakeholder_ledger import StakeholderLedger
from allay.economics.program.run import ProgramRun


def ledger_of(run: ProgramRun, *, effects: Sequence[Flow] = ()) -> StakeholderLedger:
    """Return the ledger of a run.

    Parameters
    ----------
    run : ProgramRun
    effects : sequence of Flow
        Of the same draws and months (`allay.economics.effects`).

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> from allay.economics.program.run import run_program
    >>> ledger = ledger_of(run_program(read_case(EXAMPLE)))
    >>> ledger.stakeholders[-1]
    'society'
    """
    kinds = {payer.id: payer.kind for payer in run.case.payers}
    return StakeholderLedger.of([*run.flows, *effects], payers=kinds)
