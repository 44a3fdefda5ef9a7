"""The result of `allay economics model` as text for reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl

from allay.cli.results import aligned
from allay.economics.models.onewayresult import OneWayResult
from allay.economics.models.result import ModelResult, Spread, StrategyResult, StructuralResult


def model_text(result: ModelResult) -> str:
    """Lay a result out for reading."""
    rows = [
        {
            "strategy": each.strategy,
            f"cost ({result.units['cost']})": f"{each.cost:,.2f}",
            f"effect ({result.units['effect']})": f"{each.effect:,.5f}",
            "more cost": f"{each.incremental_cost:,.2f}",
            "more effect": f"{each.incremental_effect:,.5f}",
            "icer": None if each.icer is None else f"{each.icer:,.2f}",
            "against the comparator": each.comparison,
        }
        for each in result.strategies
    ]
    parts = [
        f"{result.title} ({result.model}); what it rests on is {result.status}",
        "",
        aligned(pl.DataFrame(rows)),
    ]
    if result.draws:
        parts += ["", f"{result.draws:,} draws, seed {result.seed}: mean (95% interval)", _drawn(result)]
    if result.tornado is not None:
        parts += _tornado(result.tornado, units=result.units)
    if result.scenarios is not None:
        parts += _scenarios(result.scenarios, units=result.units)
    parts += ["", *(f"{name}: {value}" for name, value in result.conventions.items())]
    parts += [f"unconfirmed: {each.name} ({each.status})" for each in result.unconfirmed]
    return "\n".join([*parts, *result.notes])


def _drawn(result: ModelResult) -> str:
    rows = []
    for each in result.strategies:
        if (spread := each.uncertainty) is not None:
            cost, effect = spread.incremental_cost, spread.incremental_effect
            rows.append(
                {
                    "strategy": each.strategy,
                    "more cost": f"{cost.mean:,.2f} ({cost.low:,.2f} to {cost.high:,.2f})",
                    "more effect": f"{effect.mean:,.5f} ({effect.low:,.5f} to {effect.high:,.5f})",
                    "icer": None if spread.icer is None else f"{spread.icer:,.2f}",
                }
            )
    return aligned(pl.DataFrame(rows, infer_schema_length=None))


def _tornado(found: OneWayResult, *, units: Mapping[str, str]) -> list[str]:
    parts, at = [], f"{found.wtp:,.10g} {units['cost']} per {units['effect']}"
    for each in found.strategies:
        rows = [
            {
                "parameter": one.parameter,
                "low": f"{one.low.value:,.4g}",
                "high": f"{one.high.value:,.4g}",
                "net benefit at low": f"{one.low.net_benefit:,.2f}",
                "at high": f"{one.high.net_benefit:,.2f}",
                "best at low": one.low.best,
                "best at high": one.high.best,
            }
            for one in each.parameters
            if one.swing
        ]
        if rows:
            parts += [
                "",
                f"{each.strategy} against {found.comparator}, net benefit at {at}: "
                "one parameter at an end of its 95% interval",
                f"with all at their best estimates: {each.net_benefit:,.2f}",
                aligned(pl.DataFrame(rows)),
            ]
    return parts + [f"not varied: {each.parameter} ({each.reason})" for each in found.not_varied]


def _scenarios(found: StructuralResult, *, units: Mapping[str, str]) -> list[str]:
    rows = [
        {
            "scenario": model.name,
            "strategy": each.strategy,
            f"cost ({units['cost']})": f"{_mean(each, 'cost'):,.2f}",
            f"effect ({units['effect']})": f"{_mean(each, 'effect'):,.5f}",
            "icer": None if (ratio := _icer(each)) is None else f"{ratio:,.2f}",
        }
        for model in found.models
        for each in model.strategies
    ]
    best = [
        {"wtp": f"{at[0].wtp:,.10g}"}
        | {
            model.name: choice.best + (" (changed)" if choice.changes else "")
            for model, choice in zip(found.models, at, strict=True)
        }
        for at in zip(*(model.choices for model in found.models), strict=True)
    ]
    parts = ["", "built in another way", aligned(pl.DataFrame(rows, infer_schema_length=None))]
    parts += [f"{model.name}: {said}" for model in found.models for said in model.differs]
    return [*parts, "", "best strategy at each willingness to pay", aligned(pl.DataFrame(best))]


def _mean(each: StrategyResult, name: Literal["cost", "effect"]) -> float:
    spread: Spread | None = None if each.uncertainty is None else getattr(each.uncertainty, name)
    found: float = getattr(each, name) if spread is None else spread.mean
    return found


def _icer(each: StrategyResult) -> float | None:
    return each.icer if each.uncertainty is None else each.uncertainty.icer
