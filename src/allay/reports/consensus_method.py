"""Where the methods of a consensus report come from, and how sure that is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.consensus.verdicts.conventions import conventions, panel_sizes

__all__ = ["ConsensusSource", "consensus_sources"]


class ConsensusSource(Strict):
    """A part of the method, with its source.

    Attributes
    ----------
    value : str, optional
        The number or the choice; None for what has none.
    note : str, optional
        Traps around it.
    """

    what: str
    value: str | None = None
    source: str
    href: str | None = None
    accessed: dt.date
    status: Status
    note: str | None = None


class ConsensusSources(Strict):
    """Those that stand with no number of a rule."""

    sources: tuple[ConsensusSource, ...]


def consensus_sources(rules: Iterable[str]) -> tuple[ConsensusSource, ...]:
    """Return the sources that a report names: numbers behind its rules, then what holds for all.

    Parameters
    ----------
    rules : iterable of str
        Names of the rules that verdicts are shown by, such as `ram-linear` or `percent-75`.

    Examples
    --------
    >>> found = consensus_sources(["ram-count"])
    >>> "2.35" in {one.value for one in found}, any("size" in one.what for one in found)
    (True, True)
    >>> "2.35" in {one.value for one in consensus_sources(["percent-75"])}
    False
    """
    names = list(rules)
    methods = {name.split("-")[0] for name in names}
    found = [
        ConsensusSource(
            what=one.label,
            value=str(one.value),
            source=one.source,
            href=one.href,
            accessed=one.accessed,
            status=one.status,
            note=one.note,
        )
        for name, one in conventions().items()
        if name.split(".")[0] in methods
    ]
    if any(name.startswith("ram-count") for name in names):
        found.append(_count_rule())
    return (*found, *_general())


def _count_rule() -> ConsensusSource:
    table = panel_sizes()
    rows = "; ".join(
        f"{one.smallest} to {one.largest}: {one.outside_at_most} and {one.each_extreme_from}"
        for one in table.sizes
    )
    return ConsensusSource(
        what="By size of the panel: most ratings outside (agreement), least in each extreme (disagreement)",
        value=rows,
        source=table.source,
        accessed=table.accessed,
        status=table.status,
        note=table.note,
    )


@cache
def _general() -> tuple[ConsensusSource, ...]:
    return read_yaml(files("allay.reports") / "data" / "consensus_sources.yaml", ConsensusSources).sources
