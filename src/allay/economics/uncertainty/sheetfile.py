"""The parameters of a model as they are written in YAML, each with its source and how unsure it is."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from allay.base.status import Status
from allay.base.tables import Strict

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Formula: TypeAlias = float | str
"""A number, or an expression of names."""


class Sourced(Strict):
    """A part that rests on one of the sources of its file, or on those of the part it stands in."""

    source: str = ""
    status: Status | None = None
    note: str = ""


class DistributionEntry(Strict):
    """A named distribution with its numbers; see `allay.economics.uncertainty.named`.

    Where the parameter has a value, it stands for a mean, median or mode that is not given.
    """

    kind: str
    mean: float | None = None
    se: float | None = None
    a: float | None = None
    b: float | None = None
    shape: float | None = None
    scale: float | None = None
    log_mean: float | None = None
    log_sd: float | None = None
    median: float | None = None
    low: float | None = None
    mode: float | None = None
    high: float | None = None

    def numbers(self) -> dict[str, float]:
        """Return the numbers that were given, by name."""
        return {name: value for name, value in self if name != "kind" and value is not None}


class StepEntry(Strict):
    """A value that holds from a cycle on; the first cycle is 1."""

    cycle: int = Field(alias="from", ge=1)
    value: Formula


class MultiNormalEntry(Strict):
    """Numbers that are normal together; each is a parameter of its own name."""

    means: dict[Name, float] = Field(min_length=1)
    covariance: tuple[tuple[float, ...], ...]


class ParameterEntry(Sourced):
    """One parameter, by one of: value, expression, steps by cycle, counts, numbers normal together.

    `counts` by outcome make a parameter ``NAME_OUTCOME`` each: its share, which is Dirichlet in draws.
    """

    title: str = ""
    unit: str = ""
    value: float | None = None
    expression: str | None = None
    steps: tuple[StepEntry, ...] | None = None
    counts: dict[Name, float] | None = None
    multinormal: MultiNormalEntry | None = None
    distribution: DistributionEntry | None = None


class CorrelationEntry(Sourced):
    """A correlation of the normal numbers beneath two distributions (Gaussian copula)."""

    between: tuple[Name, Name]
    correlation: float = Field(ge=-1, le=1)
