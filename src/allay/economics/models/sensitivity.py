"""How a model's result holds: with each parameter at its ends, and in models built in another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from allay.economics.decision.usual import frontier_rows, least_sure, usual_thresholds
from allay.economics.models.oneway import one_way
from allay.economics.models.result import ModelResult
from allay.economics.models.run import ModelDraws
from allay.economics.models.runnable import RunnableModel
from allay.economics.models.structural import compare_structures, decision_draws


def thresholds_of(
    result: ModelResult, drawn: ModelDraws | None, *, wtp: Sequence[float] | None = None
) -> list[float]:
    """Return the willingness to pay that was asked for, or else from zero to twice the highest ratio.

    Examples
    --------
    See `with_sensitivity`.
    """
    if wtp:
        return list(wtp)
    psa = decision_draws(result, drawn)
    return usual_thresholds(frontier_rows(psa.strategies, psa.mean_costs.tolist(), psa.mean_effects.tolist()))


def with_sensitivity(
    model: RunnableModel,
    result: ModelResult,
    drawn: ModelDraws | None,
    *,
    wtp: Sequence[float] | None = None,
    scenarios: Mapping[str, RunnableModel] | None = None,
) -> ModelResult:
    """Add to a result how far each unsure parameter moves it, and what other models come to.

    Parameters
    ----------
    model : RunnableModel
    result, drawn
        From `allay.economics.models.summary.run_model`.
    wtp : sequence of float, optional
        Willingness to pay; by default from zero to twice the highest ratio. The tornado stands at the one at
        which the choice is least sure.
    scenarios : mapping of str to RunnableModel, optional
        Models of the same strategies, by name.

    Raises
    ------
    InvalidInput
        Scenarios that answer another question, or cannot be run.

    Examples
    --------
    >>> import io
    >>> from allay.economics.models.run import read_model
    >>> from allay.economics.models.summary import run_model
    >>> text = b'''
    ... type: tree
    ... id: example
    ... title: An example
    ... status: synthetic
    ... sources: {made_up: {title: Made up, accessed: 2026-01-01, status: synthetic}}
    ... comparator: none
    ... parameters: {price: {value: 100, distribution: {kind: normal, se: 10}}}
    ... units: {cost: USD, effect: qaly}
    ... root: care
    ... nodes:
    ...   care: {type: decision, options: {yoga: {to: well, cost: price}, none: {to: ill}}}
    ...   well: {type: terminal, effect: 1}
    ...   ill: {type: terminal, cost: 50}
    ... '''
    >>> model = read_model(io.BytesIO(text), name="example.yaml")
    >>> found = with_sensitivity(model, *run_model(model)).tornado
    >>> found.wtp, [round(one.swing, 1) for one in found.strategies[0].parameters]
    (50.0, [39.2])
    """
    prices = thresholds_of(result, drawn, wtp=wtp)
    featured = least_sure(decision_draws(result, drawn), wtp=prices)
    found = None
    if scenarios:
        found = compare_structures(model, (result, drawn), scenarios, wtp=prices, featured=featured)
    return result.model_copy(update={"tornado": one_way(model, wtp=featured), "scenarios": found})
