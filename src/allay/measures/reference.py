"""The plain scorer: one assessment at a time, straight from the definition; shares no code with `scoring`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from allay.measures.instrument import Instrument
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
        if scale.composite:
            found[scale.id] = _composite(scale, found)
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
    if scale.method == "mean":
        return PlainScore(raw / len(points), None, status, raw, len(points))
    whole = floor(Fraction(raw * len(scale.items), len(points)) + Fraction(1, 2))
    return PlainScore(float(whole), None, status, raw, len(points))


def _composite(scale: Scale, found: Mapping[str, PlainScore]) -> PlainScore:
    assert scale.composite is not None
    parts = [found[name] for name in scale.composite.inputs]
    answered = sum(part.answered for part in parts)
    z: dict[str, float] = {}
    for name in scale.composite.inputs:
        score = found[name].score
        if score is None:
            return PlainScore(None, None, "not_scored", None, answered)
        norm = scale.composite.standardize[name]
        z[name] = (score - norm.mean) / norm.sd
    total = 0.0
    for term in scale.composite.terms:
        total += term.weight * (sum(z[name] for name in term.mean_of) / len(term.mean_of))
    return PlainScore(scale.composite.mean + scale.composite.sd * total, None, "scored", None, answered)
