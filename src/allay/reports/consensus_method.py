"""Where the methods of a consensus report come from, and how sure that is."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files

from allay.base.status import Status
from allay.base.tables import Strict, read_yaml

__all__ = ["ConsensusSource", "consensus_sources"]


class ConsensusSource(Strict):
    """A part of the method, with its source.

    Attributes
    ----------
    methods : tuple of str
        Rules for which it is shown (`ram`, `comet`, `percent`); empty: always.
    """

    what: str
    source: str
    href: str | None = None
    accessed: dt.date
    status: Status
    methods: tuple[str, ...] = ()


class ConsensusSources(Strict):
    """All of them."""

    sources: tuple[ConsensusSource, ...]


@cache
def consensus_sources() -> tuple[ConsensusSource, ...]:
    """Return the sources that a report names.

    Examples
    --------
    >>> len(consensus_sources()) > 5
    True
    """
    return read_yaml(files("allay.reports") / "data" / "consensus_sources.yaml", ConsensusSources).sources
