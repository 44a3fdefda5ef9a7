"""A case that has run: the program, what it changes elsewhere, and everybody's ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.economics.answers.answers import FUNDING, START_UP, program_cash
from allay.economics.case.case import Case
from allay.economics.effects.evaluated import EvaluatedEffects
from allay.economics.effects.of_case import Effects, effects_of
from allay.economics.ledger.of_run import ledger_of
from allay.economics.ledger.stakeholder_ledger import StakeholderLedger
from allay.economics.program.run import ProgramRun, run_program

Array = NDArray[np.float64]

CHARITY = frozenset((*FUNDING, START_UP))
"""Kinds of flow that are not of a month's work: what funds a program, and what is spent once."""


@dataclass(frozen=True, slots=True, eq=False)
class CaseRun:
    """A case that has run.

    Attributes
    ----------
    program : ProgramRun
    effects : Effects
    ledger : StakeholderLedger
        Of both.
    """

    program: ProgramRun
    effects: Effects = field(repr=False)
    ledger: StakeholderLedger = field(repr=False)

    @property
    def case(self) -> Case:
        """The case."""
        return self.program.case

    @property
    def rate(self) -> float:
        """The discount rate a year, as the case or a scenario has it: 0 where the case gives none."""
        return float(self.program.drawn.of("program/discount")[0])

    @property
    def cash(self) -> Array:
        """The program's cash without grants and support: array [draw, month], US dollars."""
        return program_cash(self.program.flows)

    @property
    def operating(self) -> Array:
        """The same without what is spent once: array [draw, month], US dollars."""
        return program_cash(self.program.flows, without=CHARITY)

    @property
    def bank(self) -> Array:
        """All cash of the program, grants too: array [draw, month], US dollars."""
        return self.program.cash


def run_case(
    case: Case,
    *,
    draws: int | None = None,
    seed: int = 0,
    given: Mapping[str, ArrayLike] | None = None,
    evaluated: EvaluatedEffects | None = None,
) -> CaseRun:
    """Run a case with everything it counts.

    Parameters
    ----------
    case, draws, seed, given
        As for `allay.economics.program.run.run_program`.
    evaluated : EvaluatedEffects, optional
        Draws of relative risks from an evaluation of claims.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> found = run_case(read_case(EXAMPLE))
    >>> found.cash.shape, "employer" in found.ledger.stakeholders
    ((1, 121), True)
    """
    program = run_program(case, draws=draws, seed=seed, given=given)
    effects = effects_of(program, evaluated=evaluated)
    return CaseRun(program, effects, ledger_of(program, effects=effects.flows))
