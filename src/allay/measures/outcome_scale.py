"""What a reader must know about an outcome: its scale, its bands and thresholds, its time points and
groupings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.measures.bands import Band
from allay.measures.instrument import Instrument
from allay.measures.paired import Direction
from allay.measures.scale import Threshold

__all__ = ["Basis", "Grouping", "OutcomeScale", "Timepoint", "bands_of", "outcome_scale", "thresholds_of"]


@dataclass(frozen=True, slots=True)
class Timepoint:
    """A named moment of a program, such as ``baseline``; it need not have a date.

    Examples
    --------
    >>> Timepoint("month_3", "3 months").title
    '3 months'
    """

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Basis:
    """One decision number in words, with the definition that holds it, its source and how sure we are.

    ``kind`` is ``bands`` or ``change``.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> basis = thresholds_of(get("peg"), "total")[1][0]
    >>> basis.reference, basis.value, str(basis.status)
    ('peg@1.0.0', '1', 'verified')
    """

    kind: Literal["bands", "change"]
    reference: str
    what: str
    value: str
    source: str
    accessed: str
    status: Status


@dataclass(frozen=True, slots=True)
class OutcomeScale:
    """One scale as a report needs it.

    Parameters
    ----------
    id, title
        Allay's name and what people call it.
    direction
        Whether a higher value is better or worse.
    unit
        ``points``, ``T-score``, ...
    minimum, maximum
        Smallest and largest possible value.
    instrument
        Which questionnaire, in words.
    population_mean, population_sd
        Of the general population, for scores standardized to it; else None.
    percent_response
        Whether zero means "none", so that a percent change has a meaning. Never true of T-scores.
    points
        Smallest change in points that counts as improved or worsened; None when none is established.
    bands
        Named ranges, lowest first; empty where none are official.
    basis
        Where bands and thresholds come from.

    Examples
    --------
    >>> pain = OutcomeScale("pain", "Pain", direction="higher_worse", unit="points", minimum=0, maximum=10)
    >>> pain.is_t_score
    False
    """

    id: str
    title: str
    direction: Direction
    unit: str
    minimum: float
    maximum: float
    instrument: str = ""
    population_mean: float | None = None
    population_sd: float | None = None
    percent_response: bool = False
    points: float | None = None
    bands: tuple[Band, ...] = ()
    basis: tuple[Basis, ...] = ()

    def __post_init__(self) -> None:
        if self.direction not in ("higher_better", "higher_worse"):
            raise InvalidValue(expected=f"higher_better or higher_worse for {self.id}", found=self.direction)
        if not self.minimum < self.maximum:
            raise InvalidValue(
                expected=f"minimum < maximum for {self.id}", found=f"{self.minimum} and {self.maximum}"
            )
        if self.percent_response and (self.is_t_score or self.minimum != 0):
            raise InvalidValue(
                expected="a scale whose zero means none, for percent response",
                found=f"{self.id} ({self.unit})",
            )
        if (self.population_mean is None) != (self.population_sd is None):
            raise InvalidValue(expected=f"a population mean with its SD for {self.id}", found="one of them")

    @property
    def is_t_score(self) -> bool:
        """Whether the scale is standardized to a general population."""
        return self.population_mean is not None


@dataclass(frozen=True, slots=True)
class Grouping:
    """A way of grouping patients, with its levels in the order in which they are shown.

    ``reference`` is the level that the others are compared with. ``compare`` is false for groupings that are
    counted only.

    Examples
    --------
    >>> Grouping("payer", "Payer", ("no", "yes"), ("Not Medicaid", "Medicaid")).label("yes")
    'Medicaid'
    """

    id: str
    title: str
    levels: tuple[str, ...]
    labels: tuple[str, ...] = ()
    reference: str = ""
    compare: bool = True

    def __post_init__(self) -> None:
        if len(set(self.levels)) != len(self.levels) or "" in self.levels:
            raise InvalidValue(expected=f"distinct levels of {self.id}, none blank", found=str(self.levels))
        if self.labels and len(self.labels) != len(self.levels):
            raise InvalidValue(expected=f"a label per level of {self.id}", found=str(len(self.labels)))
        if self.reference and self.reference not in self.levels:
            raise InvalidValue(expected=f"a reference among the levels of {self.id}", found=self.reference)

    def label(self, level: str) -> str:
        """What people read for a level; ``not recorded`` for ``''``."""
        names = self.labels or self.levels
        return dict(zip(self.levels, names, strict=True)).get(level, level) or "not recorded"


def bands_of(instrument: Instrument, scale_id: str) -> tuple[tuple[Band, ...], tuple[Basis, ...]]:
    """Bands of a scale of the catalog, and where they come from.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> bands, basis = bands_of(get("promis29"), "anxiety")
    >>> [band.id for band in bands][0], basis[0].value
    ('within_normal_limits', '55, 60, 70')
    """
    scale = instrument.scale(scale_id)
    if not scale.bands:
        return (), ()
    source = instrument.sources[scale.bands[0].source]
    cuts = ", ".join(f"{band.high:g}" for band in scale.bands[:-1])
    status = Status.weakest(band.status for band in scale.bands)
    what = f"{scale.title}: cut points of the bands"
    basis = Basis(
        "bands", instrument.reference, what, cuts, source.title, source.accessed.isoformat(), status
    )
    return scale.bands, (basis,)


def thresholds_of(instrument: Instrument, scale_id: str) -> tuple[tuple[Threshold, ...], tuple[Basis, ...]]:
    """Thresholds of change of a scale of the catalog, and where they come from.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> thresholds_of(get("peg"), "total")[0][0].value
    1.0
    """
    scale = instrument.scale(scale_id)
    basis = tuple(
        Basis(
            "change",
            instrument.reference,
            f"{scale.title}: {threshold.kind}, {threshold.population}",
            f"{threshold.value:g}",
            instrument.sources[threshold.source].title,
            instrument.sources[threshold.source].accessed.isoformat(),
            threshold.status,
        )
        for threshold in scale.thresholds
    )
    return scale.thresholds, basis


def outcome_scale(
    instrument: Instrument,
    scale_id: str,
    *,
    id: str | None = None,  # noqa: A002 - it becomes the field of that name
    improved_by: str | None = None,
    population: tuple[float, float] | None = None,
) -> OutcomeScale:
    """Make the outcome scale of a scale of the catalog.

    Parameters
    ----------
    instrument
        From :func:`allay.measures.catalog.get`.
    scale_id
        One of its scales.
    id
        Name in the outcomes table; ``INSTRUMENT.SCALE`` by default, as scale ids repeat between instruments.
    improved_by
        Id of the threshold, in points, that makes an improved patient.
    population
        Mean and SD of the general population, for T-scores.

    Raises
    ------
    InvalidValue
        When the scale has no threshold of that id.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> peg = outcome_scale(get("peg"), "total", improved_by="typical")
    >>> peg.id, peg.points, peg.percent_response
    ('peg.total', 1.0, True)
    """
    scale = instrument.scale(scale_id)
    bands, band_basis = bands_of(instrument, scale_id)
    thresholds, threshold_basis = thresholds_of(instrument, scale_id)
    points = {threshold.id: threshold.value for threshold in thresholds}
    if improved_by is not None and improved_by not in points:
        raise InvalidValue(expected=f"one of the thresholds {', '.join(points)}", found=improved_by)
    mean, sd = population or (None, None)
    return OutcomeScale(
        id=id or f"{instrument.id}.{scale_id}",
        title=scale.title,
        direction=scale.direction,
        unit=scale.unit,
        minimum=scale.minimum,
        maximum=scale.maximum,
        instrument=instrument.title,
        population_mean=mean,
        population_sd=sd,
        percent_response=scale.unit == "points" and scale.minimum == 0,
        points=points[improved_by] if improved_by else None,
        bands=bands,
        basis=(*band_basis, *threshold_basis),
    )
