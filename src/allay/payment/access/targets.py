"""What a patient must reach: the measures of a track by body site, with the smallest change of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import Field

from allay.base.errors import NotFound
from allay.base.fact import UNKNOWN, FactValue
from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.payment.access.parameters import DATA, parameter

Role = Literal["improve", "guard", "report"]
Text = Annotated[str, Field(min_length=1)]


class SourceRow(Strict):
    """Where the choice of measures comes from."""

    title: Text
    href: Text | None = None
    accessed: dt.date
    status: Status


class TargetRow(Strict):
    """One measure of a track."""

    id: Text
    title: Text
    instruments: Annotated[tuple[Text, ...], Field(min_length=1)]
    scale: Text
    sites: tuple[Text, ...] = ()
    role: Role
    better: Literal["higher", "lower"]
    fact: Text | None = None
    source: Text


class TrackRow(Strict):
    """The sites and measures of a track."""

    sites: Annotated[tuple[Text, ...], Field(min_length=1)]
    measures: Annotated[tuple[TargetRow, ...], Field(min_length=1)]


class TargetsFile(Strict):
    """The file of measures."""

    sources: dict[str, SourceRow]
    tracks: dict[str, TrackRow]


@dataclass(frozen=True, slots=True)
class AccessTarget:
    """One measure a patient of some site answers, and the change asked of it.

    Attributes
    ----------
    id, title : str
        Of the measure.
    instruments : tuple of str
        Ids of `allay.measures`: forms that stand for the same measure.
    scale : str
        Which score of the instrument.
    role : str
        ``improve``: the score must get better by at least `amount`. ``guard``: it may not get worse by more.
        ``report``: it is only reported.
    better : str
        ``higher`` or ``lower``.
    amount : FactValue or None
        In score units; its value may be unknown. None where nothing is asked.
    """

    id: str
    title: str
    instruments: tuple[str, ...]
    scale: str
    role: Role
    better: Literal["higher", "lower"]
    amount: FactValue | None

    @property
    def known(self) -> bool:
        """Whether it is known what is asked."""
        return self.amount is None or self.amount.value is not UNKNOWN


@cache
def _file() -> TargetsFile:
    return read_yaml(DATA / "targets.yaml", TargetsFile)


def sites(track: str = "msk") -> tuple[str, ...]:
    """Return the body sites of a track.

    Examples
    --------
    >>> sites()
    ('low_back', 'neck', 'upper_limb', 'knee', 'hip', 'other')
    """
    return _track(track).sites


def targets(
    site: str, *, on: dt.date, track: str = "msk", known_on: dt.date | None = None
) -> tuple[AccessTarget, ...]:
    """Return what is asked of a patient with pain at a site, in a care period that begins on a day.

    Raises
    ------
    NotFound
        For a track without measures here, an unknown site, a day before the model.

    Examples
    --------
    >>> [target.id for target in targets("knee", on=dt.date(2026, 8, 1))]
    ['physical_function', 'pain_interference', 'koos_jr', 'pain_guard', 'pgic']
    >>> {target.known for target in targets("any", on=dt.date(2026, 8, 1), track="bh")}
    {False, True}
    """
    entry = _track(track)
    if site not in entry.sites:
        raise NotFound.among("body site", site, known=entry.sites)
    return tuple(
        AccessTarget(
            row.id,
            row.title,
            row.instruments,
            row.scale,
            row.role,
            row.better,
            parameter(row.fact, on=on, known_on=known_on) if row.fact else None,
        )
        for row in entry.measures
        if not row.sites or site in row.sites
    )


def _track(track: str) -> TrackRow:
    if track not in _file().tracks:
        raise NotFound.among("track with measures", track, known=_file().tracks)
    return _file().tracks[track]
