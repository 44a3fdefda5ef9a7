"""Documented improvement: the change in a named measure that a rule may ask for, from a patient's scores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from allay.base.documents import Strict, read_yaml_document
from allay.base.errors import InvalidInput, NotFound
from allay.base.fact import Reference
from allay.base.sources import Readable
from allay.base.status import Status
from allay.coverage.answers import Reason
from allay.coverage.cases.parts import Outcome
from allay.measures.catalog import get

FILE = files("allay.coverage") / "data" / "outcome_tests.yaml"


class TestRow(Strict):
    """One measure and the change in it that counts."""

    __test__ = False
    instrument: str
    scale: str
    threshold: str


class TestFile(Strict):
    """A file of tests of improvement."""

    __test__ = False
    recorded_on: dt.date
    status: Status
    source: str
    tests: tuple[TestRow, ...]


@dataclass(frozen=True, slots=True)
class ImprovementTest:
    """A change in a named measure that counts as improvement.

    Attributes
    ----------
    least : Decimal
        In score units; better is positive.
    higher_better : bool
        Direction of the scale.
    status : Status
        The weaker of the threshold and of choosing it.
    """

    instrument: str
    scale: str
    least: Decimal
    higher_better: bool
    status: Status
    reference: Reference

    def improvement(self, outcome: Outcome) -> Decimal:
        """Return how much better the score became."""
        change = outcome.latest - outcome.baseline
        return change if self.higher_better else -change

    def met(self, outcome: Outcome) -> bool:
        """Whether the change counts."""
        return self.improvement(outcome) >= self.least


def load_tests(source: Readable = FILE) -> tuple[ImprovementTest, ...]:
    """Load the tests of improvement of a file.

    Raises
    ------
    InvalidInput
        Keys that there are not, and an instrument, a scale or a threshold that there is not, by line.

    Examples
    --------
    >>> load_tests()[0].least
    Decimal('1.0')
    """
    document = read_yaml_document(source, TestFile)
    problems, tests = [], []
    for place, row in enumerate(document.value.tests):
        try:
            tests.append(_test(row, document.value))
        except NotFound as missing:
            where = ("tests", place)
            problems.append(document.problem(*where, expected="a measure that there is", found=str(missing)))
    if problems:
        raise InvalidInput(problems)
    return tuple(tests)


@cache
def shipped_tests() -> tuple[ImprovementTest, ...]:
    """Return the tests that ship."""
    return load_tests()


def _test(row: TestRow, content: TestFile) -> ImprovementTest:
    scales = {scale.id: scale for scale in get(row.instrument).scales}
    if row.scale not in scales:
        raise NotFound.among("scale", row.scale, known=scales)
    scale = scales[row.scale]
    thresholds = {one.id: one for one in getattr(scale, "thresholds", ())}
    if row.threshold not in thresholds:
        raise NotFound.among("threshold", row.threshold, known=thresholds)
    found = thresholds[row.threshold]
    return ImprovementTest(
        row.instrument,
        row.scale,
        Decimal(str(found.value)),
        getattr(scale, "direction", "") == "higher_better",
        Status.weakest([found.status, content.status]),
        Reference(content.source, "J"),
    )


def improved(
    outcomes: Iterable[Outcome], tests: Iterable[ImprovementTest]
) -> tuple[bool | None, tuple[Reason, ...]]:
    """Say whether improvement is documented, and show test and scores of each measure.

    Returns
    -------
    tuple
        True when one measure changed enough, False when those given did not, None when none was given.

    Examples
    --------
    >>> scores = Outcome(instrument="peg", baseline=7, latest=5)
    >>> found, reasons = improved([scores], shipped_tests())
    >>> found, reasons[0].text
    (True, 'peg total went from 7 to 5, better by 2; 1.0 counts as improvement')
    """
    known = {(test.instrument, test.scale): test for test in tests}
    pairs = [(known.get((one.instrument, one.scale)), one) for one in outcomes]
    usable = [(test, outcome) for test, outcome in pairs if test is not None]
    if not usable:
        return None, ()
    reasons = tuple(_reason(test, outcome) for test, outcome in usable)
    return any(test.met(outcome) for test, outcome in usable), reasons


def _reason(test: ImprovementTest, outcome: Outcome) -> Reason:
    better = test.improvement(outcome)
    moved = f"better by {better}" if better >= 0 else f"worse by {-better}"
    return Reason(
        rule=f"improvement.{test.instrument}.{test.scale}",
        text=(
            f"{test.instrument} {test.scale} went from {outcome.baseline} to {outcome.latest}, {moved}; "
            f"{test.least} counts as improvement"
        ),
        outcome="holds" if test.met(outcome) else "fails",
        status=test.status,
        references=(test.reference,),
        stage="limits",
        effect="require",
        values=(
            (f"{test.instrument}.{test.scale}.baseline", str(outcome.baseline)),
            (f"{test.instrument}.{test.scale}.latest", str(outcome.latest)),
        ),
    )
