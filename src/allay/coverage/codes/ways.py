"""The ways to code a service that ship with Allay."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from allay.base.errors import NotFound
from allay.base.fact import Reference
from allay.base.tables import read_yaml
from allay.base.vocabulary import service_id
from allay.coverage.codes.add_ons import FOLDER
from allay.coverage.codes.codingfile import CodingFile, WayRow
from allay.coverage.codes.sheet import references


@cache
def coding_file() -> CodingFile:
    """The file of ways.

    Examples
    --------
    >>> coding_file().ways[0].id
    'acupuncture'
    """
    return read_yaml(FOLDER / "coding.yaml", CodingFile)


@cache
def coding_sources() -> Mapping[str, Reference]:
    """The sources of the ways.

    Examples
    --------
    >>> coding_sources()["recalled"].seen_as
    'M'
    """
    return references(coding_file().sources)


def ways_of(service: str) -> tuple[WayRow, ...]:
    """Return the ways a service can be coded; none means that no billing code is known for it.

    Examples
    --------
    >>> [way.id for way in ways_of("chiropractic")]
    ['manipulation', 'manipulation_outside_spine']
    """
    wanted = service_id(service)
    return tuple(way for way in coding_file().ways if wanted in way.services)


def way_of(service: str, way: str) -> WayRow:
    """Return one way of a service, or raise `NotFound` with those there are.

    Examples
    --------
    >>> way_of("acupuncture", "massage")
    Traceback (most recent call last):
    allay.base.errors.NotFound: there is no way to code acupuncture 'massage'; there is acupuncture
    """
    ways = {each.id: each for each in ways_of(service)}
    if way not in ways:
        raise NotFound.among(f"way to code {service}", way, known=ways)
    return ways[way]


def question(service: str, name: str) -> str:
    """Return how to ask for what it takes to code a service: the way, the codes or a detail of a way.

    Examples
    --------
    >>> question("acupuncture", "stimulation")
    'Is electrical stimulation used?'
    """
    ways = ways_of(service)
    if name == "way":
        return f"In which way is it coded: {', '.join(way.id for way in ways)}?"
    if name == "codes":
        return "Which codes were worked on, and for how many minutes each?"
    return next((way.asks[name] for way in ways if name in way.asks), "")
