"""Cells of releases from the ways programs count: overlapping subgroups, quarter after quarter.

What `protect` needs to know of a count is which smallest groups are in it. For subgroups these are all
combinations of the attributes' values; for successive periods, each of them once for every period in which
people may have been counted first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product

from allay.base.errors import InvalidValue, NotFound
from allay.base.releases import ReleaseCell


def subgroups(
    levels: Mapping[str, Sequence[str]], *, where: Mapping[str, Mapping[str, str]]
) -> dict[str, frozenset[str]]:
    """Return the smallest groups in each subgroup.

    Parameters
    ----------
    levels : mapping of str to sequence of str
        Every value of each attribute, "unknown" included: a value left out would be nobody, and one too many
        would hide less than must be.
    where : mapping of str to mapping of str to str
        For each subgroup the values that belong to it; an attribute that is not named may have any value.

    Raises
    ------
    NotFound
        When a subgroup names an attribute or a value that there is not.

    Examples
    --------
    >>> levels = {"sex": ["female", "male"], "age": ["under 40", "40 and over"]}
    >>> found = subgroups(levels, where={"all": {}, "young women": {"sex": "female", "age": "under 40"}})
    >>> len(found["all"]), sorted(found["young women"])
    (4, ['female, under 40'])
    """
    for conditions in where.values():
        for attribute, value in conditions.items():
            if attribute not in levels:
                raise NotFound.among("attribute", attribute, known=levels)
            if value not in levels[attribute]:
                raise NotFound.among(attribute, value, known=levels[attribute])
    return {
        name: frozenset(
            ", ".join(values)
            for values in product(*levels.values())
            if all(dict(zip(levels, values, strict=True))[key] == value for key, value in conditions.items())
        )
        for name, conditions in where.items()
    }


def period_cells(
    counts: Mapping[str, Mapping[str, int]],
    *,
    groups: Mapping[str, frozenset[str]],
    cumulative: bool,
    published: Mapping[str, Collection[str]] | None = None,
) -> tuple[ReleaseCell, ...]:
    """Return the cells of successive releases of the same subgroups.

    Parameters
    ----------
    counts : mapping of str to mapping of str to int
        Periods in order; in each the count of every subgroup that is or was released.
    groups : mapping of str to frozenset of str
        The smallest groups in each subgroup, as from `subgroups`.
    cumulative : bool
        Whether a count takes in the periods before it (all who ever entered), or only its own (who entered in
        this period). People who may leave a count again, such as those in care on a day, are neither.
    published : mapping of str to collection of str, optional
        For each period released already, the subgroups that were shown; its others were hidden.

    Returns
    -------
    tuple of ReleaseCell
        Their ids are the period, a space and the subgroup.

    Raises
    ------
    NotFound
        When a count names a subgroup that there is not, or a period was published that has no counts.
    InvalidValue
        When a count is not a whole number of zero or more.

    Examples
    --------
    >>> from allay.base.releases import protect
    >>> cells = period_cells(
    ...     {"2026-Q1": {"all": 160, "women": 120}, "2026-Q2": {"all": 200, "women": 126}},
    ...     groups={"all": frozenset({"women", "men"}), "women": frozenset({"women"})},
    ...     cumulative=True,
    ...     published={"2026-Q1": ["all", "women"]},
    ... )
    >>> sorted(protect(cells).hidden)  # 6 more women
    ['2026-Q2 women']
    """
    earlier = published or {}
    periods = list(counts)
    for period in earlier:
        if period not in counts:
            raise NotFound.among("period", period, known=periods)
        for group in earlier[period]:
            if group not in counts[period]:
                raise NotFound.among("count", group, known=counts[period])
    cells = []
    for number, period in enumerate(periods):
        entered = periods[: number + 1] if cumulative else [period]
        for group, count in counts[period].items():
            if group not in groups:
                raise NotFound.among("subgroup", group, known=groups)
            if not groups[group]:
                raise InvalidValue(expected=f"the smallest groups in {group}", found="none")
            cells.append(
                ReleaseCell(
                    id=f"{period} {group}",
                    members=frozenset(
                        f"{smallest}, {when}" for smallest in groups[group] for when in entered
                    ),
                    count=count,
                    already_published=period in earlier and group in earlier[period],
                    already_hidden=period in earlier and group not in earlier[period],
                )
            )
    return tuple(cells)
