"""Who is there and who is missing: organizations by type, setting and region, and counts others published."""

from __future__ import annotations

from collections import Counter
from typing import Final, get_args

from allay.base.documents import Strict
from allay.consensus.protocol.panel import NOT_REPORTED
from allay.consensus.registry.published import PublishedCounts
from allay.consensus.registry.registry import Registry
from allay.consensus.registry.words import OrganizationType

DIMENSIONS: Final = ("type", "setting", "region")


class BalanceCell(Strict):
    """Organizations of one type, setting and region."""

    type: str
    setting: str
    region: str
    organizations: int


class DimensionTotal(Strict):
    """Organizations by one dimension alone: each value, how many say it, and how many do not."""

    by: str
    counts: dict[str, int]
    reported: int
    not_reported: int
    total: int


class PublishedTotal(Strict):
    """Counts that others published, and how their sum by one dimension compares with how many there were.

    Attributes
    ----------
    difference : int
        The sum less what is stated: below 0 so many are not reported, above 0 so many are counted twice.
    """

    id: str
    of: str
    stated: int
    by: str
    sum: int
    difference: int
    source_status: str


class Balance(Strict):
    """The balance of a registry; the result of `registry balance`.

    Attributes
    ----------
    absent_types : tuple of str
        Types no organization of the registry is of.
    adds_up : bool
        Whether all published counts come to what they state.
    """

    allay_version: str
    organizations: int
    synthetic: bool
    cells: tuple[BalanceCell, ...]
    dimensions: tuple[DimensionTotal, ...]
    absent_types: tuple[str, ...]
    published: tuple[PublishedTotal, ...]
    adds_up: bool


def balance(registry: Registry, *, allay_version: str) -> Balance:
    """Count the organizations of a registry by what they are, with what nobody reported counted as well.

    Examples
    --------
    >>> from allay.consensus.registry.reading import read_registry
    >>> from allay.consensus.registry.seed import FIELD
    >>> found = balance(read_registry(FIELD), allay_version="1")
    >>> [(one.stated, one.by, one.difference) for one in found.published if one.difference]
    [(53, 'type', -3), (53, 'region', -3), (42, 'setting', -1)]
    """
    members = registry.organizations
    together = Counter((one.type, one.setting, one.region) for one in members)
    alone = {by: Counter(str(getattr(one, by)) for one in members) for by in DIMENSIONS}
    published = tuple(row for counts in registry.counts for row in _published(registry, counts))
    types = [one for one in get_args(OrganizationType) if one != NOT_REPORTED]
    return Balance(
        allay_version=allay_version,
        organizations=len(members),
        synthetic="organizations" in registry.synthetic,
        cells=tuple(
            BalanceCell(type=kind, setting=setting, region=region, organizations=number)
            for (kind, setting, region), number in sorted(together.items())
        ),
        dimensions=tuple(_total(by, counts) for by, counts in alone.items()),
        absent_types=tuple(one for one in types if not alone["type"][one]),
        published=published,
        adds_up=all(row.difference == 0 for row in published),
    )


def _total(by: str, counts: Counter[str]) -> DimensionTotal:
    total = sum(counts.values())
    missing = counts[NOT_REPORTED]
    said = {value: counts[value] for value in sorted(counts) if value != NOT_REPORTED}
    return DimensionTotal(by=by, counts=said, reported=total - missing, not_reported=missing, total=total)


def _published(registry: Registry, counts: PublishedCounts) -> list[PublishedTotal]:
    return [
        PublishedTotal(
            id=counts.id,
            of=counts.of,
            stated=counts.stated,
            by=one.by,
            sum=one.total,
            difference=one.total - counts.stated,
            source_status=registry.weakest((*counts.sources, *one.sources)),
        )
        for one in counts.dimensions
    ]
