"""How a program's own outcomes are looked at, read from `data/analysis.yaml`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field

from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.measures import catalog
from allay.measures.conventions import t_score_population
from allay.measures.outcome_scale import OutcomeScale, outcome_scale

FILE = Path(__file__).parent / "data" / "analysis.yaml"


class ShownScale(Strict):
    """One scale of the catalog, what a dashboard calls it, and the change that counts."""

    id: str = Field(pattern=r"^[a-z0-9-]+\.[a-z0-9_]+$")
    title: str
    improved_by: str | None = None


class AgeBand(Strict):
    """Years from (included) to (not included)."""

    id: str
    title: str
    from_: float | None = Field(None, alias="from")
    to: float | None = None


class Analysis(Strict):
    """Order of scales, age bands and the levels that others are compared with."""

    recorded_on: date
    status: Status
    reason: str
    scales: list[ShownScale] = Field(min_length=1)
    age_bands: list[AgeBand] = Field(min_length=1)
    references: dict[str, str]


@cache
def analysis() -> Analysis:
    """The file, read once."""
    return read_yaml(FILE, Analysis)


@cache
def known_scales() -> dict[str, OutcomeScale]:
    """Every scale of the file by `INSTRUMENT.SCALE`, in its order."""
    found: dict[str, OutcomeScale] = {}
    for shown in analysis().scales:
        instrument_id, _, scale_id = shown.id.partition(".")
        instrument = catalog.get(instrument_id)
        unit = instrument.scale(scale_id).unit
        scale = outcome_scale(
            instrument,
            scale_id,
            improved_by=shown.improved_by,
            population=t_score_population() if unit == "T-score" else None,
        )
        found[shown.id] = replace(scale, title=shown.title)
    return found


def place_of(scale_id: str) -> int:
    """Where a scale stands in the order; unknown ones come last."""
    known = list(known_scales())
    return known.index(scale_id) if scale_id in known else len(known)
