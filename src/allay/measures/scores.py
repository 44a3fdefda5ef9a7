"""Scores: what scoring gives back, scale by scale, for many assessments or for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import NotFound
from allay.measures.bands import band_index
from allay.measures.encoding import INVALID, NOT_SCORED, SCORED, STATUSES, Codes, Floats, ScaleTables
from allay.measures.instrument import Instrument
from allay.measures.scale import Scale


@dataclass(frozen=True, slots=True, eq=False)
class ScaleScores:
    """The scores of one scale for many assessments; every array has one entry per assessment.

    Attributes
    ----------
    scale : Scale
    score : float64 array
        NaN where not scored.
    se : float64 array
        Standard error in score units; NaN where there is none.
    """

    scale: Scale
    score: Floats
    se: Floats
    items: int
    codes: Codes | None
    tables: ScaleTables | None
    inputs: tuple[ScaleScores, ...] = ()
    invalid: NDArray[np.bool_] | None = None

    @property
    def raw(self) -> Floats:
        """Sum of what was answered; NaN where nothing was, and for derived scales."""
        if self.tables is None or self.codes is None:
            return np.full(len(self.score), np.nan)
        return self.tables.raw[self.codes]

    @property
    def answered(self) -> NDArray[np.int16]:
        """How many of the items were answered (with a permitted answer)."""
        if self.tables is None or self.codes is None:
            total = np.zeros(len(self.score), dtype=np.int16)
            for part in self.inputs:
                total += part.answered
            return total
        return self.tables.answered[self.codes]

    @property
    def status_index(self) -> NDArray[np.uint8]:
        """Position of the status in ``STATUSES``."""
        if self.tables is None or self.codes is None:
            found = np.full(len(self.score), SCORED, dtype=np.uint8)
            for part in self.inputs:
                found[part.status_index == NOT_SCORED] = NOT_SCORED
        else:
            found = self.tables.status[self.codes]
        if self.invalid is not None:
            found[self.invalid] = INVALID
        return found

    @property
    def status(self) -> NDArray[np.str_]:
        """``scored``, ``prorated``, ``not_scored`` or ``invalid``."""
        return np.array(STATUSES)[self.status_index]

    @property
    def band_index(self) -> NDArray[np.int16]:
        """Position of the band in ``scale.bands``; -1 where there is none."""
        if self.tables is None or self.codes is None:
            found = band_index(self.score, self.scale.bands)
        else:
            found = self.tables.band[self.codes]
        if self.invalid is not None:
            found[self.invalid] = -1
        return found

    @property
    def band(self) -> NDArray[np.str_]:
        """Id of the band; empty where there is none."""
        names = np.array([*(band.id for band in self.scale.bands), ""])
        return names[self.band_index]

    def reason(self, row: int) -> str:
        """Why the assessment in this row was not scored in full; empty when it was."""
        if self.invalid is not None and self.invalid[row]:
            return "an answer is not permitted"
        if self.tables is None or self.codes is None:
            gaps = [part.scale.id for part in self.inputs if np.isnan(part.score[row])]
            return f"not scored: {', '.join(gaps)}" if gaps else ""
        return self.tables.reason[int(self.codes[row])]


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The scores of an instrument: ``scores["phs"].score``.

    Attributes
    ----------
    instrument : Instrument
    n : int
        Number of assessments.
    scales : mapping of scale id to ScaleScores, in the order of the instrument
    """

    instrument: Instrument
    n: int
    scales: Mapping[str, ScaleScores]

    def __getitem__(self, scale_id: str) -> ScaleScores:
        """Return the scores of one scale."""
        if scale_id not in self.scales:
            raise NotFound.among(f"scale of {self.instrument.id}", scale_id, known=self.scales)
        return self.scales[scale_id]

    def __iter__(self) -> Iterator[ScaleScores]:
        """Iterate over the scales, in the order of the instrument."""
        return iter(self.scales.values())


@dataclass(frozen=True, slots=True)
class ScaleScore:
    """One score of one assessment; None where there is no number."""

    scale: Scale
    raw: int | None
    score: float | None
    se: float | None
    band: str
    answered: int
    items: int
    status: str
    reason: str
