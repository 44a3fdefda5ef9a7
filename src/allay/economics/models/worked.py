"""Working out the expressions of a model file; what fails is named with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, InvalidValue
from allay.base.tables import Document
from allay.economics.models.modelfile import CohortFile, ModelFile, TreeFile
from allay.economics.uncertainty.expression import Expression
from allay.economics.uncertainty.sheetfile import Formula

Array = NDArray[np.float64]
Keys = tuple[str | int, ...]
ModelDocument = Document[CohortFile] | Document[TreeFile]


@contextmanager
def at(document: ModelDocument, *keys: str | int) -> Iterator[None]:
    """Turn a value that cannot be into a problem at the place in the file that made it.

    Raises
    ------
    InvalidInput
    """
    try:
        yield
    except InvalidValue as wrong:
        problem = document.problem(*keys, expected=wrong.expected, found=wrong.found)
        raise InvalidInput(problem) from None


def worked(document: ModelDocument, formula: Formula, known: Mapping[str, Array], *keys: str | int) -> Array:
    """Work out one expression of the file."""
    with at(document, *keys):
        return Expression(formula).value(known) if isinstance(formula, str) else np.array(float(formula))


def known_parameters(
    document: ModelDocument,
    sampled: Mapping[str, Array],
    *,
    replaced: Mapping[str, Formula],
    given: Mapping[str, Array],
) -> dict[str, Array]:
    """Work out all parameters for one strategy, and name the one that fails."""
    model: ModelFile = document.value
    try:
        return model.sheet.known(sampled, replaced=replaced, given=given)
    except InvalidValue as wrong:
        name = _failing(model, sampled, replaced, given)
        problem = document.problem("parameters", name, expected=wrong.expected, found=wrong.found)
        raise InvalidInput(problem) from None


def _failing(
    model: ModelFile,
    sampled: Mapping[str, Array],
    replaced: Mapping[str, Formula],
    given: Mapping[str, Array],
) -> str:
    for name in model.sheet.names:
        try:
            model.sheet.known(sampled, replaced=replaced, given=given, wanted=[name])
        except InvalidValue:
            return name
    raise AssertionError("every parameter can be worked out")  # pragma: no cover
