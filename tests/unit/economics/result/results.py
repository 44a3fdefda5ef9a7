"""Results of cases for tests: a hundred draws are enough for what must hold in each of them."""

from __future__ import annotations

from typing import Any

from allay.economics.case.case import Case
from allay.economics.result.result import CaseResult, case_result

DRAWS = 100


def result_of(case: Case, **options: Any) -> CaseResult:
    return case_result(case, draws=DRAWS, seed=1, allay_version="1", **options)
