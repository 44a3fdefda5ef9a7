"""Running a model file: at its best estimates, and over draws."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.sources import Readable, read_bytes
from allay.base.tables import read_yaml_document
from allay.economics.models.cohortfile import check_cohort
from allay.economics.models.modelfile import CohortFile, TreeFile, TypeOfModel
from allay.economics.models.runnable import RunnableCohort, RunnableModel, RunnableTree, Sampled
from allay.economics.models.treefile import check_tree

Array = NDArray[np.float64]

NUMBERS_AT_ONCE = 8_000_000
"""How many numbers of draws are laid out together, at most 64 MB; more draws are run in parts."""


@dataclass(frozen=True, slots=True, eq=False)
class ModelDraws:
    """The draws of a model.

    Attributes
    ----------
    strategies : tuple of str
    outcomes : mapping of str to array [draw, strategy]
        ``cost``, ``effect`` and whatever else the model counts.
    parameters : mapping of str to array [draw]
        Those that are unsure.
    """

    strategies: tuple[str, ...]
    outcomes: Mapping[str, Array]
    parameters: Mapping[str, Array]


def read_model(source: Readable, *, name: str | None = None) -> RunnableModel:
    """Read a model file, of a cohort or of a tree, and check that it holds together.

    Raises
    ------
    InvalidInput
        Naming file, line and field of everything that is wrong.

    Examples
    --------
    >>> text = b'''
    ... type: tree
    ... id: example
    ... title: An example
    ... status: synthetic
    ... sources: {made_up: {title: Made up, accessed: 2026-01-01, status: synthetic}}
    ... comparator: none
    ... parameters: {p: {value: 0.4, distribution: {kind: beta, se: 0.1}}}
    ... units: {cost: USD, effect: qaly}
    ... root: care
    ... nodes:
    ...   care: {type: decision, options: {yoga: {to: mild, cost: 100}, none: {to: ill}}}
    ...   mild: {type: chance, branches: {yes: {probability: p, to: well}, no: {probability: rest, to: ill}}}
    ...   well: {type: terminal, effect: 1}
    ...   ill: {type: terminal, cost: 500}
    ... '''
    >>> model = read_model(io.BytesIO(text), name="example.yaml")
    >>> {key: value.tolist() for key, value in model.outcomes(model.file.sheet.best()).items()}
    {'cost': [[400.0, 500.0]], 'effect': [[0.4, 0.0]]}
    >>> draw_model(model, draws=100, seed=1).outcomes["cost"].shape
    (100, 2)
    """
    data, label = read_bytes(source, name=name)
    if read_yaml_document(io.BytesIO(data), TypeOfModel, name=label).value.type == "cohort":
        cohort = read_yaml_document(io.BytesIO(data), CohortFile, name=label)
        check_cohort(cohort)
        return RunnableCohort(cohort)
    tree = read_yaml_document(io.BytesIO(data), TreeFile, name=label)
    check_tree(tree)
    return RunnableTree.of(tree)


def draw_model(model: RunnableModel, *, draws: int, seed: int) -> ModelDraws:
    """Run a model over draws of what is unsure in it, in parts that fit into memory.

    Parameters
    ----------
    model : RunnableModel
        From `read_model`.
    draws : int
        1 or more.
    seed : int

    Raises
    ------
    InvalidInput
        When a probability in a draw cannot be; with the draw, and the line of the file.
    """
    sheet = model.file.sheet
    sampled, unsure = sheet.draw(seed=seed, draws=draws), sheet.unsure
    outcomes = run_parts(model, sampled, varied=unsure, draws=draws)
    drawn = {name: np.broadcast_to(sampled[name], draws) for name in unsure}
    return ModelDraws(tuple(model.strategies), outcomes, drawn)


def run_parts(
    model: RunnableModel, sampled: Sampled, *, varied: Collection[str], draws: int
) -> dict[str, Array]:
    """Run a model over all draws at once, or in parts where their numbers do not fit into memory.

    Parameters
    ----------
    model : RunnableModel
    sampled : mapping of str to array [draw] or [1]
    varied : collection of str
        Those that have a number for each draw.
    draws : int

    Returns
    -------
    dict of str to array [draw, strategy]

    Raises
    ------
    InvalidInput
        When a probability in a draw cannot be; with the draw, and the line of the file.
    """
    size = max(1, NUMBERS_AT_ONCE // model.numbers_of_a_draw)
    parts: dict[str, list[Array]] = {}
    for begin in range(0, draws, size):
        held = min(size, draws - begin)
        part = {
            name: values[begin : begin + held] if name in varied else values
            for name, values in sampled.items()
        }
        for name, values in model.outcomes(part, first_draw=begin + 1).items():
            parts.setdefault(name, []).append(np.broadcast_to(values, (held, len(model.strategies))))
    return {name: np.concatenate(values) for name, values in parts.items()}
