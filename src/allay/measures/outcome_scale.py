"""What a reader must know about an outcome: its scale, bands, thresholds, time points and groupings."""

from __future__ import annotations

from dataclasses import dataclass

from allay.base.errors import InvalidValue
from allay.measures.paired import Direction

__all__ = ["Band", "Grouping", "OutcomeScale", "Threshold", "Timepoint"]


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
class Band:
    """A named range of scores, ``low <= score <= high`` after the bands before it; None is an open end.

    Examples
    --------
    >>> Band("mild", "Mild", 55, 60).title
    'Mild'
    """

    id: str
    title: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that decides something in a report, with where it comes from and how sure it is.

    ``kind`` is ``points`` (a change in points), ``fraction`` (of baseline) or ``range`` (``value`` to
    ``high``).

    Examples
    --------
    >>> Threshold("half", "Half", 0.5, "fraction", source="a paper", status="verified").value
    0.5
    """

    id: str
    title: str
    value: float
    kind: str
    source: str
    status: str
    version: str = ""
    high: float | None = None


@dataclass(frozen=True, slots=True)
class OutcomeScale:
    """What a reader must know about one scale.

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
    bands, thresholds, sources
        Named ranges, decision numbers and where they come from.

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
    thresholds: tuple[Threshold, ...] = ()
    sources: tuple[str, ...] = ()

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

    @property
    def is_t_score(self) -> bool:
        """Whether the scale is standardized to a general population."""
        return self.population_mean is not None

    def band_of(self, value: float) -> Band | None:
        """The band a score falls in; a boundary belongs to the better band.

        Examples
        --------
        >>> bands = (Band("ok", "OK", None, 55), Band("mild", "Mild", 55, 60))
        >>> scale = OutcomeScale(
        ...     "d", "D", direction="higher_worse", unit="T-score", minimum=0, maximum=100, bands=bands
        ... )
        >>> scale.band_of(55).id, scale.band_of(55.1).id
        ('ok', 'mild')
        """
        for band in self.bands:
            if (band.low is None or value >= band.low) and (band.high is None or value <= band.high):
                return band
        return None


@dataclass(frozen=True, slots=True)
class Grouping:
    """A way of grouping patients, with its levels in the order in which they are shown.

    ``reference`` is the level that the others are compared with. ``compare`` is false for groupings that
    are counted only.

    Examples
    --------
    >>> Grouping("sex", "Sex", ("female", "male")).reference
    ''
    """

    id: str
    title: str
    levels: tuple[str, ...]
    labels: tuple[str, ...] = ()
    reference: str = ""
    compare: bool = True

    def label(self, level: str) -> str:
        """What people read for a level.

        Examples
        --------
        >>> Grouping("payer", "Payer", ("yes",), ("Medicaid",)).label("yes")
        'Medicaid'
        """
        return dict(zip(self.levels, self.labels, strict=False)).get(level, level) or "not recorded"
