"""Which figures of an outcomes result are null because they are hidden, as JSON pointers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from allay.measures.equity import GroupOutcome
from allay.reports.outcomes import OutcomesResult

__all__ = ["pointer", "suppressed_pointers"]


def pointer(*keys: str | int) -> str:
    """A JSON pointer (RFC 6901).

    Examples
    --------
    >>> pointer("counts", "GUAM/CHAMORRO")
    '/counts/GUAM~1CHAMORRO'
    """
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


def suppressed_pointers(result: OutcomesResult, found: Mapping[str, Any]) -> list[str]:
    """List what is hidden in the JSON of a result.

    Parameters
    ----------
    result
        From :func:`allay.reports.outcomes.analyze`.
    found
        The same result as dicts and lists.

    Returns
    -------
    list of str
        In order. A figure that is null because there is none is not listed.
    """
    pointers = [
        pointer("counts", variable, level)
        for variable, counts in found["counts"].items()
        if isinstance(counts, Mapping)
        for level, n in counts.items()
        if n is None
    ]
    pointers += [pointer("region_counts", name) for name, n in found["region_counts"].items() if n is None]
    pointers += [
        pointer("baseline_severity", scale, "in_bands", band)
        for scale, severity in found["baseline_severity"].items()
        for band, n in severity["in_bands"].items()
        if n is None
    ]
    for i, change in enumerate(result.changes):
        pointers += [
            pointer("outcomes", i, "change_by_baseline", "parts", j, key)
            for j, part in enumerate(change.regression.parts)
            if part.n is None
            for key in ("n", "mean_baseline", "mean_followup", "mean_change")
        ]
        for view in change.groups:
            places: list[tuple[str | int, ...]] = [("outcomes", i, "groups", view.grouping.id)]
            if i == 0:
                places.append((result.plan.group_key(view.grouping.id).outcomes,))
            for group in view.groups:
                hidden = list(_hidden_of(group, result))
                pointers += [pointer(*place, group.level, name) for place in places for name in hidden]
    return sorted(pointers)


def _hidden_of(group: GroupOutcome, result: OutcomesResult) -> Iterator[str]:
    if group.enrolled is None:
        yield "enrolled"
    if group.capture is None:
        yield from ("capture", "capture_ci95")
    if group.change is None:
        yield from ("n", "mean_baseline", "mean_followup", "mean_change", "mean_change_ci95")
    for fact, figure in zip(result.fractions, group.responders, strict=False):
        if figure is None:
            name = f"responder_ge{round(float(fact.number) * 100)}pct"
            yield from (name, f"{name}_ci95")
