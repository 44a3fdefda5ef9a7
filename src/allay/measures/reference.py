"""The plain scorer: one assessment at a time, straight from the definition; shares no code with `scoring`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from allay.measures.derived import Classification, Composite
from allay.measures.instrument import Instrument
from allay.measures.preference import Preference, preference_model
from allay.measures.scale import Scale


@dataclass(frozen=True, slots=True)
class PlainScore:
    """Score, standard error, status, raw sum and number of answers; None where there is no number."""

    score: float | None
    se: float | None
    status: str
    raw: int | None
    answered: int


def score_plain(instrument: Instrument, answers: Mapping[str, int | None]) -> dict[str, PlainScore]:
    """Score one assessment as the definition reads, scale by scale.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> score_plain(get("peg"), {"peg_1": 6, "peg_2": 7, "peg_3": 5})["total"].score
    6.0
    """
    found: dict[str, PlainScore] = {}
    for scale in instrument.scales:
        if scale.derived:
            found[scale.id] = _derived(scale, found)
        else:
            found[scale.id] = _from_items(scale, answers)
    return found


def _from_items(scale: Scale, answers: Mapping[str, int | None]) -> PlainScore:
    points = []
    for item in scale.items:
        value = answers.get(item)
        if value is not None:
            points.append(scale.recode[item][value] if item in scale.recode else value)
    missing = len(scale.items) - len(points)
    raw = sum(points) if points else None
    if missing > scale.missing.may_miss or raw is None:
        return PlainScore(None, None, "not_scored", raw, len(points))
    status = "prorated" if missing else "scored"
    if scale.table:
        row = raw - scale.table.raw_minimum
        return PlainScore(scale.table.t[row], scale.table.se[row], status, raw, len(points))
    exact = _of_points(scale, raw, answered=len(points))
    return PlainScore(float(exact), None, status, raw, len(points))


def _of_points(scale: Scale, raw: int, *, answered: int) -> Fraction:
    if scale.method == "mean":
        value = Fraction(raw, answered)
    else:
        value = Fraction(floor(Fraction(raw * len(scale.items), answered) + Fraction(1, 2)))
    if scale.rescale:
        value = Fraction(scale.rescale.multiply) * value + Fraction(scale.rescale.add)
        if scale.rescale.rounded:
            value = Fraction(floor(value * 10**scale.decimals + Fraction(1, 2)), 10**scale.decimals)
    return value


def _derived(scale: Scale, found: Mapping[str, PlainScore]) -> PlainScore:
    assert scale.derived is not None
    parts = {name: found[name].score for name in scale.derived.inputs}
    answered = sum(found[name].answered for name in scale.derived.inputs)
    scores = {name: score for name, score in parts.items() if score is not None}
    if len(scores) < len(parts):
        return PlainScore(None, None, "not_scored", None, answered)
    if isinstance(scale.derived, Composite):
        value = _composite(scale.derived, scores)
    elif isinstance(scale.derived, Classification):
        value = _class(scale.derived, scores)
    else:
        assert isinstance(scale.derived, Preference)
        value = _preference(scale.derived, scores)
    return PlainScore(value, None, "scored", None, answered)


def _composite(formula: Composite, scores: Mapping[str, float]) -> float:
    total = 0.0
    for term in formula.terms:
        norms = [(scores[name], formula.standardize[name]) for name in term.mean_of]
        total += term.weight * (sum((score - norm.mean) / norm.sd for score, norm in norms) / len(norms))
    return formula.mean + formula.sd * total


def _class(formula: Classification, scores: Mapping[str, float]) -> float:
    for case in formula.cases:
        if all(low <= scores[name] <= high for name, (low, high) in case.when.items()):
            return float(case.value)
    raise AssertionError("the last case is for all the rest")


def _preference(formula: Preference, scores: Mapping[str, float]) -> float:
    model = preference_model(formula.model).file
    theta = {domain: (scores[scale] - 50) / 10 for domain, scale in formula.domains.items()}
    if "cognition" not in theta:
        rule = model.cognition_when_absent
        points = {name: scores[formula.domains[name]] for name in rule.points}
        theta["cognition"] = rule.constant + sum(weight * theta[k] for k, weight in rule.thetas.items())
        theta["cognition"] += sum(weight * points[k] for k, weight in rule.points.items())
    product = 1.0
    for name, entry in model.domains.items():
        at = round(theta[name], 9)
        passed = [k for k, border in enumerate(entry.breaks) if at >= border]
        if not passed:
            disutility = 0.0 if entry.more_is_worse else 1.0
        elif len(passed) == len(entry.breaks):
            disutility = 1.0 if entry.more_is_worse else 0.0
        else:
            disutility = entry.intercepts[passed[-1]] + entry.slopes[passed[-1]] * at
        product *= 1 + model.scaling * entry.weight * disutility
    return round(1 - model.to_dead / model.scaling * (product - 1), model.decimals)
