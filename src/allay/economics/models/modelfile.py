"""What the files of cohort models and of decision trees have in common, and how a model file is opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from allay.base.errors import AllayError, InvalidInput, InvalidValue
from allay.base.tables import Document, Strict
from allay.economics.models.corrections import Counting
from allay.economics.models.discounting import Compounding, DiscountAt, Discounting
from allay.economics.uncertainty.expression import Expression
from allay.economics.uncertainty.sheet import ParameterSheet
from allay.economics.uncertainty.sheetcheck import Doubt, SheetCheck, near
from allay.economics.uncertainty.sheetfile import CorrelationEntry, Formula, Name, ParameterEntry, Sourced
from allay.measures.entries import SourceEntry

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$")]
NEEDED = ("cost", "effect")
"""Outcomes every model has."""
LONGEST_CYCLE = 100.0
REST = "rest"
"""Stands for one minus the other probabilities of a row or node."""


class ModelFile(Sourced):
    """The head of a model: what it is, what it rests on, its parameters."""

    id: Id
    title: str
    summary: str = ""
    sources: dict[str, SourceEntry] = Field(min_length=1)
    comparator: str
    parameters: dict[Name, ParameterEntry] = {}
    correlations: tuple[CorrelationEntry, ...] = ()

    @property
    def sheet(self) -> ParameterSheet:
        """The parameters, ready to be drawn."""
        return ParameterSheet(self.parameters, self.correlations)


class StrategyEntry(Strict):
    """One strategy: what it is called, and which parameters it sets otherwise."""

    title: str = ""
    set: dict[Name, Formula] = {}


class DiscountEntry(Strict):
    """A discount rate with its conventions; see `allay.economics.models.discounting`."""

    rate: float
    compounding: Compounding = "annual"
    at: DiscountAt = "count"

    def made(self) -> Discounting:
        """Return the discounting, or refuse the rate."""
        return Discounting(self.rate, self.compounding, self.at)


class OutcomeEntry(Strict):
    """What is counted in a cohort: a unit, what each state is worth, and what is counted once.

    `per` says whether a state's value is for a year or for a cycle. `moves` are worths of moves by the state
    they start from and the state they end in.
    """

    unit: str
    per: Literal["year", "cycle"]
    discount: DiscountEntry
    states: dict[Id, Formula]
    moves: dict[Id, dict[Id, Formula]] = {}
    once: Formula = 0.0


class CohortFile(ModelFile):
    """A cohort state-transition model.

    `cycle_length` is in years, as a number or as a division such as ``6/52``. `time_in_state` is how many
    cycles of stay in a state are told apart; then expressions may use ``time_in_state`` (0 in the first cycle
    there). They may always use ``cycle`` (1 is the first) and ``cycle_length``.
    """

    type: Literal["cohort"]
    cycles: int = Field(ge=1, le=10_000)
    cycle_length: Formula
    time_in_state: int | None = Field(default=None, ge=2, le=1000)
    counting: Counting
    states: tuple[Id, ...] = Field(min_length=2, max_length=100)
    start: dict[Id, Formula]
    strategies: dict[Id, StrategyEntry] = Field(min_length=1, max_length=1000)
    transitions: dict[Id, dict[Id, Formula]]
    outcomes: dict[Name, OutcomeEntry]

    @property
    def years(self) -> float:
        """How long a cycle is.

        Raises
        ------
        InvalidValue
            When it is no length of time.
        """
        expected, given = "a length of a cycle in years, above 0", self.cycle_length
        try:
            found = Expression(given).value({}).item() if isinstance(given, str) else given
        except AllayError:
            found = 0.0
        if not 0 < found <= LONGEST_CYCLE:
            raise InvalidValue(expected=expected, found=str(given))
        return found


class BranchEntry(Strict):
    """One branch of a chance: how probable it is, where it leads, what it costs and brings on the way."""

    probability: Formula
    to: Id
    cost: Formula = 0.0
    effect: Formula = 0.0


class OptionEntry(StrategyEntry):
    """One option of a decision: where it leads, what it costs and brings, which parameters it sets."""

    to: Id
    cost: Formula = 0.0
    effect: Formula = 0.0


class DecisionEntry(Strict):
    """A node at which somebody decides."""

    type: Literal["decision"]
    options: dict[Id, OptionEntry] = Field(min_length=1)


class ChanceEntry(Strict):
    """A node at which chance decides."""

    type: Literal["chance"]
    branches: dict[Id, BranchEntry] = Field(min_length=1)


class TerminalEntry(Strict):
    """An end of the tree, with what it costs and brings."""

    type: Literal["terminal"]
    cost: Formula = 0.0
    effect: Formula = 0.0


NodeEntry: TypeAlias = Annotated[DecisionEntry | ChanceEntry | TerminalEntry, Field(discriminator="type")]


class UnitsEntry(Strict):
    """The units of a tree's two outcomes."""

    cost: str
    effect: str


class TreeFile(ModelFile):
    """A decision tree: nodes by name, from the root on. Branches may lead to the same node."""

    type: Literal["tree"]
    units: UnitsEntry
    root: Id
    nodes: dict[Id, NodeEntry] = Field(min_length=2, max_length=10_000)


class TypeOfModel(Strict):
    """The one key that says which shape a file has."""

    model_config = {**Strict.model_config, "extra": "ignore"}

    type: Literal["cohort", "tree"]


def head_check(document: Document[CohortFile] | Document[TreeFile], *given: str) -> SheetCheck:
    """Make the check of a model's parameters and expressions; `given` are further names."""
    model = document.value
    covered = bool(model.source) or model.status is not None
    return SheetCheck(model.sheet, model.sources, covered, given)


def head_doubts(model: ModelFile, check: SheetCheck) -> Iterator[Doubt]:
    """Check what the head of a model says."""
    yield from check.source((), model, needed=False)
    yield from check.parameters()


def set_doubts(
    entry: StrategyEntry, keys: tuple[str | int, ...], check: SheetCheck, sheet: ParameterSheet
) -> Iterator[Doubt]:
    """Check what a strategy sets otherwise."""
    for name, formula in entry.set.items():
        if name not in sheet.names:
            yield (*keys, "set", name), f"the name of a parameter{near(name, sheet.names)}", name
        yield from check.formula((*keys, "set", name), formula, unit=check.units.get(name))


def refuse(document: Document[CohortFile] | Document[TreeFile], doubts: list[Doubt]) -> None:
    """Refuse a model that does not hold together, naming line and field of everything found."""
    if doubts:
        problems = [
            document.problem(*keys, expected=expected, found=found) for keys, expected, found in doubts
        ]
        raise InvalidInput(sorted(problems, key=lambda problem: int(problem.at)))
