"""Quality domains: what programs are judged on, and which scale or definition serves which domain."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.measures.catalog import get
from allay.measures.instrument import Instrument
from allay.measures.scale import Scale

PATH = Path(__file__).parent / "data" / "domains.yaml"


class QualityDomain(Strict):
    """One domain; a scale is written as instrument and scale id with a dot between them."""

    id: str
    title: str
    scales: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    note: str = ""


class DomainsFile(Strict):
    """The table of domains as it is written in its YAML file."""

    source: str
    accessed: date
    status: Status
    assignment_status: Status
    domains: tuple[QualityDomain, ...]


@cache
def domain_table() -> DomainsFile:
    """Return the table of quality domains.

    Examples
    --------
    >>> domain_table().domains[0].title
    'Pain intensity'
    """
    return read_yaml(PATH, DomainsFile)


def resolved(reference: str) -> tuple[Instrument, Scale]:
    """Return the instrument and scale that a table entry names.

    Raises
    ------
    NotFound
        When there is no such instrument or scale.

    Examples
    --------
    >>> resolved("prs@14.0.0.total")[1].title
    'PRS total'
    """
    name, _, scale = reference.rpartition(".")
    instrument = get(name)
    return instrument, instrument.scale(scale)


def domains_of(instrument: Instrument) -> tuple[QualityDomain, ...]:
    """Return the domains an instrument serves.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> [domain.title for domain in domains_of(get("peg"))]
    ['Pain interference']
    """
    return tuple(
        domain
        for domain in domain_table().domains
        if any(resolved(scale)[0] is instrument for scale in domain.scales)
    )
