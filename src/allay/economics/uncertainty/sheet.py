"""The parameters of a model: their best estimates, their draws, and what expressions make of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue, NotFound
from allay.economics.uncertainty.distributions import Distribution, Fixed
from allay.economics.uncertainty.draws import sample
from allay.economics.uncertainty.expression import Expression
from allay.economics.uncertainty.joint import Dirichlet, MultiNormal, correlated
from allay.economics.uncertainty.named import named_distribution
from allay.economics.uncertainty.sheetfile import CorrelationEntry, Formula, ParameterEntry

Array = NDArray[np.float64]
Sampled = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class ParameterSheet:
    """The parameters of one model.

    Parameters
    ----------
    entries : mapping of str to ParameterEntry
    correlations : tuple of CorrelationEntry

    Examples
    --------
    >>> sheet = ParameterSheet(
    ...     {
    ...         "rate": ParameterEntry(value=0.1),
    ...         "p": ParameterEntry(expression="rate_to_prob(rate)"),
    ...         "row": ParameterEntry(counts={"well": 3, "ill": 1}),
    ...     }
    ... )
    >>> known = sheet.known(sheet.best())
    >>> {name: round(value.item(), 3) for name, value in known.items()}
    {'rate': 0.1, 'p': 0.095, 'row_well': 0.75, 'row_ill': 0.25}
    """

    entries: Mapping[str, ParameterEntry]
    correlations: tuple[CorrelationEntry, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that expressions may use."""
        found: list[str] = []
        for name, entry in self.entries.items():
            if entry.counts is not None:
                found += [f"{name}_{outcome}" for outcome in entry.counts]
            elif entry.multinormal is not None:
                found += list(entry.multinormal.means)
            else:
                found.append(name)
        return tuple(found)

    @property
    def unsure(self) -> tuple[str, ...]:
        """The names whose draws differ from each other."""
        made = {
            name for name, entry in self.entries.items() if entry.counts is None and not entry.distribution
        }
        return tuple(name for name in self.names if name not in made)

    def distribution(self, name: str) -> Distribution:
        """Return the distribution of a parameter with a value or a distribution of its own.

        Raises
        ------
        InvalidValue
            When the numbers of the distribution cannot be.
        """
        entry = self.entries[name]
        if entry.distribution is None:
            return Fixed(0.0 if entry.value is None else entry.value)
        return named_distribution(entry.distribution.kind, entry.distribution.numbers(), value=entry.value)

    def best(self) -> dict[str, Array]:
        """Return the best estimate of everything that is not made of others: arrays [1]."""
        found: dict[str, Array] = {}
        for name, entry in self.entries.items():
            if entry.counts is not None:
                shares = Dirichlet(tuple(entry.counts.values())).mean
                found |= {
                    f"{name}_{key}": np.array([share])
                    for key, share in zip(entry.counts, shares, strict=True)
                }
            elif entry.multinormal is not None:
                found |= {key: np.array([mean]) for key, mean in entry.multinormal.means.items()}
            elif entry.value is not None:
                found[name] = np.array([entry.value])
            elif entry.distribution is not None:
                found[name] = np.array([self.distribution(name).mean])
        return found

    def draw(self, *, seed: int, draws: int) -> dict[str, Array]:
        """Draw everything that is unsure, and give the rest as it is: arrays [draw] and [1].

        Draws are keyed by seed, name and number (`allay.economics.uncertainty.draws`), the same for every
        strategy.
        """
        found = self.best()
        for name, entry in self.entries.items():
            if entry.counts is not None:
                keys = [f"{name}_{key}" for key in entry.counts]
                shares = Dirichlet(tuple(entry.counts.values())).sample(keys, seed=seed, draws=draws)
                found |= dict(zip(keys, shares, strict=True))
            elif entry.multinormal is not None:
                normal = MultiNormal(tuple(entry.multinormal.means.values()), entry.multinormal.covariance)
                keys = list(entry.multinormal.means)
                found |= dict(zip(keys, normal.sample(keys, seed=seed, draws=draws), strict=True))
            elif entry.distribution is not None:
                found[name] = sample(self.distribution(name), name=name, seed=seed, draws=draws)
        if self.correlations:
            found |= self._together(seed=seed, draws=draws)
        return found

    def _together(self, *, seed: int, draws: int) -> dict[str, Array]:
        named = {name for entry in self.correlations for name in entry.between}
        order = [name for name in self.entries if name in named]
        matrix = np.eye(len(order))
        for entry in self.correlations:
            one, other = (order.index(name) for name in entry.between)
            matrix[one, other] = matrix[other, one] = entry.correlation
        distributions = {name: self.distribution(name) for name in order}
        return correlated(distributions, matrix.tolist(), seed=seed, draws=draws)

    def check_together(self) -> None:
        """Refuse correlations that no numbers can have.

        Raises
        ------
        InvalidValue
        """
        if self.correlations:
            self._together(seed=0, draws=1)

    def known(
        self,
        sampled: Sampled,
        *,
        replaced: Mapping[str, Formula] | None = None,
        given: Sampled | None = None,
        wanted: Iterable[str] | None = None,
    ) -> dict[str, Array]:
        """Work out every parameter for one strategy.

        Parameters
        ----------
        sampled : mapping of str to array
            From `best` or `draw`, in shapes that fit each other.
        replaced : mapping of str to number or expression, optional
            What the strategy sets otherwise.
        given : mapping of str to array, optional
            Further names: ``cycle`` and so on.
        wanted : iterable of str, optional
            What is needed; everything, when it is not said.

        Raises
        ------
        NotFound
            For a name there is not.
        InvalidValue
            For a parameter that is made of itself, or is no number.
        """
        worker = _Worker(self.entries, dict(replaced or {}), dict(given or {}), sampled)
        for name in self.names if wanted is None else wanted:
            worker.value(name, ())
        return worker.found


@dataclass(frozen=True, slots=True)
class _Worker:
    """Works out names in the order in which they need each other."""

    entries: Mapping[str, ParameterEntry]
    replaced: dict[str, Formula]
    found: dict[str, Array]
    sampled: Sampled

    def value(self, name: str, waiting: tuple[str, ...]) -> Array:
        if name not in self.found:
            if name in waiting:
                circle = " -> ".join((*waiting[waiting.index(name) :], name))
                raise InvalidValue(expected="parameters that are not made of themselves", found=circle)
            self.found[name] = self._made(name, (*waiting, name))
        return self.found[name]

    def _made(self, name: str, waiting: tuple[str, ...]) -> Array:
        if name in self.replaced:
            return self.formula(self.replaced[name], waiting)
        if name in self.sampled:
            return self.sampled[name]
        entry = self.entries.get(name)
        if entry is not None and entry.expression is not None:
            return self.formula(entry.expression, waiting)
        if entry is not None and entry.steps is not None:
            cycle = self.value("cycle", waiting)
            made = self.formula(entry.steps[0].value, waiting)
            for step in entry.steps[1:]:
                made = np.where(cycle >= step.cycle, self.formula(step.value, waiting), made)
            return made
        raise NotFound.among("parameter", name, known=[*self.entries, *self.sampled, *self.found])

    def formula(self, formula: Formula, waiting: tuple[str, ...]) -> Array:
        if not isinstance(formula, str):
            return np.array(float(formula))
        expression = Expression(formula)
        return expression.value({name: self.value(name, waiting) for name in sorted(expression.names)})
