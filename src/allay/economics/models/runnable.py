"""What a model must be able to do to be run: a cohort model and a decision tree do it, each in its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue, Problem
from allay.economics.models.cohort import run_cohort
from allay.economics.models.cohortfile import CohortDocument, build_cohort
from allay.economics.models.modelfile import NEEDED, ModelFile
from allay.economics.models.result import PathResult
from allay.economics.models.tree import Plan, paths, roll_back
from allay.economics.models.treefile import TreeDocument, build_tree, strategies_of

Array = NDArray[np.float64]
Sampled = Mapping[str, Array]
Place = Literal["strategies", "comparator", "cost", "effect"]


class RunnableModel(Protocol):
    """A model that was read and checked."""

    @property
    def type(self) -> Literal["cohort", "tree"]:
        """Which kind of model it is."""

    @property
    def file(self) -> ModelFile:
        """The head of the model: parameters, sources, comparator."""

    @property
    def strategies(self) -> Mapping[str, str]:
        """The title of each strategy, in order."""

    @property
    def units(self) -> Mapping[str, str]:
        """The unit of each outcome."""

    @property
    def conventions(self) -> Mapping[str, str]:
        """How it counts and discounts."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know."""

    @property
    def numbers_of_a_draw(self) -> int:
        """How many numbers a draw takes at most."""

    def problem(self, place: Place, *, expected: str, found: str) -> Problem:
        """Name what is wrong at the place in the file that says something of the whole model."""

    def outcomes(self, sampled: Sampled, *, first_draw: int = 1) -> dict[str, Array]:
        """Work out every outcome: arrays [draw, strategy]."""

    def paths(self, strategy: str) -> tuple[PathResult, ...]:
        """List the ways through a tree at the best estimates; a cohort has none."""


@dataclass(frozen=True, slots=True)
class RunnableCohort:
    """A cohort model that was read and checked."""

    document: CohortDocument
    type: Literal["cohort"] = "cohort"

    @property
    def file(self) -> ModelFile:
        """The head of the model."""
        return self.document.value

    @property
    def strategies(self) -> dict[str, str]:
        """The title of each strategy."""
        return {name: entry.title for name, entry in self.document.value.strategies.items()}

    @property
    def units(self) -> dict[str, str]:
        """The unit of each outcome."""
        return {name: entry.unit for name, entry in self.document.value.outcomes.items()}

    @property
    def conventions(self) -> dict[str, str]:
        """Cycles, counting and discounting, in words."""
        model = self.document.value
        said = {
            "cycles": str(model.cycles),
            "cycle_length": f"{model.cycle_length} years",
            "counting": model.counting,
        }
        for name, entry in model.outcomes.items():
            rate, how = entry.discount.rate, f"{entry.discount.compounding}, at {entry.discount.at}"
            said[f"discount of {name}"] = f"{rate:g}, {how}" if rate else "none"
        return said

    @property
    def notes(self) -> tuple[str, ...]:
        """What the way of counting makes worth knowing."""
        counting, cycles = self.document.value.counting, self.document.value.cycles
        notes = []
        if counting == "darth":
            notes.append(
                "darth swaps the weights of Simpson's rule: it is for finding published results again"
            )
        if counting in ("simpson", "darth") and cycles % 2:
            notes.append(f"{cycles} cycles are an odd number: {counting} leaves out a third of a cycle")
        return tuple(notes)

    @property
    def numbers_of_a_draw(self) -> int:
        """The transition probabilities of all strategies and cycles."""
        model = self.document.value
        cells = len(model.states) ** 2 * len(model.strategies)
        return cells * model.cycles * (model.time_in_state or 1)

    def problem(self, place: Place, *, expected: str, found: str) -> Problem:
        """Name what is wrong with the strategies, the comparator, or the unit of an outcome."""
        keys = ("outcomes", place, "unit") if place in NEEDED else (place,)
        return self.document.problem(*keys, expected=expected, found=found)

    def outcomes(self, sampled: Sampled, *, first_draw: int = 1) -> dict[str, Array]:
        """Run the cohort."""
        return dict(run_cohort(build_cohort(self.document, sampled, first_draw=first_draw)).outcomes)

    def paths(self, strategy: str) -> tuple[PathResult, ...]:
        """A cohort has no paths that could be listed."""
        return ()


@dataclass(frozen=True, slots=True)
class RunnableTree:
    """A decision tree that was read and checked."""

    document: TreeDocument
    plans: Mapping[str, Plan]
    type: Literal["tree"] = "tree"

    @classmethod
    def of(cls, document: TreeDocument) -> RunnableTree:
        """List the strategies of a checked tree."""
        return cls(document, strategies_of(document))

    @property
    def file(self) -> ModelFile:
        """The head of the model."""
        return self.document.value

    @property
    def strategies(self) -> dict[str, str]:
        """The titles of the options of each strategy."""
        nodes = self.document.value.nodes
        found = {}
        for name, plan in self.plans.items():
            options = [getattr(nodes[place], "options", {})[option].title for place, option in plan.items()]
            found[name] = ", ".join(title for title in options if title)
        return found

    @property
    def units(self) -> dict[str, str]:
        """The unit of cost and of effect."""
        return {"cost": self.document.value.units.cost, "effect": self.document.value.units.effect}

    @property
    def conventions(self) -> dict[str, str]:
        """None: a tree does not count cycles."""
        return {}

    @property
    def notes(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def numbers_of_a_draw(self) -> int:
        """Probability, cost and effect of every node and strategy."""
        return 3 * len(self.document.value.nodes) * len(self.plans)

    def problem(self, place: Place, *, expected: str, found: str) -> Problem:
        """Name what is wrong with the strategies, which are its decisions, the comparator, or a unit."""
        keys = ("units", place) if place in NEEDED else ("nodes" if place == "strategies" else place,)
        return self.document.problem(*keys, expected=expected, found=found)

    def outcomes(self, sampled: Sampled, *, first_draw: int = 1) -> dict[str, Array]:
        """Roll the tree back for every strategy."""
        found = [
            roll_back(build_tree(self.document, sampled, plan, first_draw=first_draw), plan)
            for plan in self.plans.values()
        ]
        both = [
            np.broadcast_arrays(*(np.atleast_1d(one) for one in each)) for each in zip(*found, strict=True)
        ]
        return dict(zip(("cost", "effect"), (np.stack(each, axis=1) for each in both), strict=True))

    def paths(self, strategy: str) -> tuple[PathResult, ...]:
        """List the ways through the tree; none where there are too many to be read."""
        plan = self.plans[strategy]
        found = []
        try:
            listed = paths(build_tree(self.document, self.file.sheet.best(), plan), plan)
        except InvalidValue:
            return ()
        for path in listed:
            chance, cost, effect = (one.item() for one in (path.probability, path.cost, path.effect))
            found.append(
                PathResult(
                    path=path.names,
                    end=path.end,
                    probability=chance,
                    cost=cost,
                    effect=effect,
                    expected_cost=chance * cost,
                    expected_effect=chance * effect,
                )
            )
        return tuple(found)
