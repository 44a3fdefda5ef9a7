"""A cell of an evidence table: one service, comparator, outcome and window in one table or figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import NamedTuple, TypedDict, cast

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.programs.evidence.effect import EffectClass, EvidenceState, Metric, effect_class


class Outcome(StrEnum):
    """What was measured."""

    FUNCTION = "function"
    PAIN = "pain"


class Window(StrEnum):
    """When it was measured, counted from the end of treatment (`allay.programs.evidence.terms`)."""

    END_OF_TREATMENT = "end_of_treatment"
    SHORT = "short"
    INTERMEDIATE = "intermediate"
    LONG = "long"


class EvidenceStrength(StrEnum):
    """Strength of evidence in AHRQ's words. It is not GRADE certainty, and nothing maps one to the other."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    NOT_STATED = "not_stated"  # not in what we read


SIGNS = {"+": EvidenceStrength.LOW, "++": EvidenceStrength.MODERATE, "+++": EvidenceStrength.HIGH}
UNGRADED = (EffectClass.INSUFFICIENT, EffectClass.NO_EVIDENCE)


class CellValues(TypedDict):
    """The values of a cell before they are checked against each other."""

    review: str
    locator: str
    condition: str
    service: str
    comparator: str
    outcome: Outcome
    window: Window
    metric: Metric
    estimate: float | None
    lo: float | None
    hi: float | None
    trials: int | None
    comparisons: int | None
    participants: int | None
    i2: float | None
    effect_class: EffectClass | None
    soe: EvidenceStrength | None
    soe_label: str
    footnote: str
    class_note: str
    source: str
    extractor: str
    checker: str
    accessed: dt.date
    status: Status


class CellFault(NamedTuple):
    """A value of a cell that does not go with the others."""

    field: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceCell:
    """One published result, as its source states it.

    Attributes
    ----------
    locator : str
        Table or figure of the review.
    service : str
        Id of a service of the vocabulary, or of an intervention (`allay.programs.evidence.terms`).
    estimate, lo, hi : float, optional
        Pooled estimate and its interval as printed, in the unit of `metric`; negative favors the service.
        The interval holds its estimate and need not be symmetric around it.
    trials, comparisons : int, optional
        Kept apart: a trial with three arms is two comparisons.
    participants : int, optional
        People in those trials.
    i2 : float, optional
        Heterogeneity in percent, 0 to 100.
    effect_class : EffectClass, optional
        As the source states it; None where the source gives an estimate only.
    soe, soe_label : EvidenceStrength and str
        Strength of evidence, and the very sign or word of the source.
    class_note : str
        Why the stated class is not the one that follows from the numbers, or from another row of this cell.

    Raises
    ------
    InvalidValue
        As `faults` says.

    Examples
    --------
    >>> from allay.programs.evidence.library import evidence
    >>> [cell] = evidence().select(service="exercise", condition="low-back-pain", outcome="function").cells
    >>> cell.effect.value, cell.soe.value, cell.trials, cell.participants
    ('small', 'moderate', 9, 1056)
    """

    review: str
    locator: str
    condition: str
    service: str
    comparator: str
    outcome: Outcome
    window: Window
    metric: Metric
    estimate: float | None
    lo: float | None
    hi: float | None
    trials: int | None
    comparisons: int | None
    participants: int | None
    i2: float | None
    effect_class: EffectClass | None
    soe: EvidenceStrength | None
    soe_label: str
    footnote: str
    class_note: str
    source: str
    extractor: str
    checker: str
    accessed: dt.date
    status: Status

    def __post_init__(self) -> None:
        for fault in faults(self.values()):
            raise InvalidValue(expected=f"{fault.field}: {fault.expected}", found=fault.found)

    def values(self) -> CellValues:
        """Return all values by name."""
        return cast(CellValues, {field.name: getattr(self, field.name) for field in fields(self)})

    @property
    def computed(self) -> EffectClass | None:
        """The class that follows from the estimate; None without an estimate."""
        return _computed(self.values())

    @property
    def effect(self) -> EffectClass:
        """The class the source states or, where it states none, the computed one."""
        effect = self.effect_class or self.computed
        assert effect is not None  # `faults` lets no cell pass that has neither
        return effect

    @property
    def effect_status(self) -> Status:
        """How sure the class is: as the row, and derived where we computed it."""
        return self.status if self.effect_class else Status.weakest([self.status, Status.DERIVED])

    @property
    def state(self) -> EvidenceState:
        """Which of the five states it is in."""
        return EvidenceState.of(self.effect)

    @property
    def place(self) -> tuple[str, str, str, str, str, str]:
        """What the cell is about, whatever table or figure says it."""
        return (self.source, self.condition, self.service, self.comparator, self.outcome, self.window)

    @property
    def key(self) -> tuple[str, ...]:
        """What no second row may have."""
        return (*self.place, self.locator)


def _computed(values: CellValues) -> EffectClass | None:
    estimate, lo, hi = values["estimate"], values["lo"], values["hi"]
    if estimate is None or lo is None or hi is None or values["metric"] is Metric.NONE:
        return None
    return effect_class(metric=values["metric"], estimate=estimate, lo=lo, hi=hi)


def faults(values: CellValues) -> Iterator[CellFault]:
    """Say what does not go together in a cell.

    Examples
    --------
    >>> from allay.programs.evidence.library import evidence
    >>> values = evidence().select(locator="figure, exercise and pain").cells[0].values()
    >>> [fault.field for fault in faults({**values, "lo": -1.0})]
    ['lo']
    """
    yield from _text_faults(values)
    yield from _number_faults(values)
    yield from _grade_faults(values)


def _text_faults(values: CellValues) -> Iterator[CellFault]:
    for name in ("review", "locator", "source", "extractor"):
        if not values[name]:
            yield CellFault(name, "a text", "nothing")
    if values["checker"] and values["checker"] == values["extractor"]:
        yield CellFault("checker", "somebody else than the extractor", repr(values["checker"]))


def _number_faults(values: CellValues) -> Iterator[CellFault]:
    estimate, lo, hi = values["estimate"], values["lo"], values["hi"]
    if estimate is None:
        for name, value in (("lo", lo), ("hi", hi)):
            if value is not None:
                yield CellFault(name, "nothing, as there is no estimate", f"{value:g}")
        if values["metric"] is not Metric.NONE:
            yield CellFault("estimate", f"a number, the metric being {values['metric']}", "nothing")
    else:
        if values["metric"] is Metric.NONE:
            yield CellFault("metric", "the scale of the estimate", "'none'")
        for name, value in (("lo", lo), ("hi", hi)):
            if value is None:
                yield CellFault(name, "an end of the interval, as there is an estimate", "nothing")
        if lo is not None and lo > estimate:
            yield CellFault("lo", f"at most the estimate {estimate:g}", f"{lo:g}")
        if hi is not None and hi < estimate:
            yield CellFault("hi", f"at least the estimate {estimate:g}", f"{hi:g}")
    if values["metric"] is Metric.MD_0_10 and values["outcome"] is not Outcome.PAIN:
        yield CellFault("metric", "pain, on which md_0_10 is defined", f"the outcome {values['outcome']}")
    for count in ("trials", "comparisons", "participants"):
        number = values[count]
        if number is not None and number < 1:
            yield CellFault(count, "a count from 1 up, or nothing", str(number))
    if (i2 := values["i2"]) is not None and not 0 <= i2 <= 100:
        yield CellFault("i2", "a percentage from 0 to 100", f"{i2:g}")


def _grade_faults(values: CellValues) -> Iterator[CellFault]:
    stated, soe, label = values["effect_class"], values["soe"], values["soe_label"]
    computed = _computed(values)
    if stated is None:
        if values["estimate"] is None:
            yield CellFault("effect_class", "a class, or an estimate from which it follows", "nothing")
    elif stated in UNGRADED:
        if soe is not None:
            yield CellFault("soe", f"nothing, the class being {stated}", repr(soe.value))
    elif soe is None:
        yield CellFault("soe", f"low, moderate, high or not_stated, the class being {stated}", "nothing")
    if stated is EffectClass.NO_EVIDENCE:
        for name in ("estimate", "trials", "comparisons", "participants"):
            if (value := values[name]) is not None:
                yield CellFault(name, "nothing, as no evidence means no trial", f"{value:g}")
    if label in SIGNS and SIGNS[label] is not soe:
        found = repr(soe.value) if soe else "nothing"
        yield CellFault("soe", f"{SIGNS[label]}, the sign of the source being {label}", found)
    if soe not in (None, EvidenceStrength.NOT_STATED) and not label:
        yield CellFault("soe_label", "the sign or word of the source", "nothing")
    if stated and computed and stated is not computed and not values["class_note"]:
        expected = f"{computed}, as its estimate and interval say, or a class_note that says why"
        yield CellFault("effect_class", expected, repr(stated.value))
