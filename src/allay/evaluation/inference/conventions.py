"""Numbers that analysts agree on, or that the house sets: dated, with sources."""

from __future__ import annotations

from functools import cache
from importlib import resources

from allay.base.facts import Facts, FactValue, load_facts

__all__ = ["convention", "facts"]


@cache
def facts() -> Facts:
    """The facts of inference.

    Examples
    --------
    >>> "evaluation.detectable.power" in facts()
    True
    """
    return load_facts(resources.files("allay.evaluation.inference") / "data" / "facts")


def convention(name: str) -> FactValue:
    """Return a fact by its id without ``evaluation.``; its status goes where the number is shown.

    Examples
    --------
    >>> found = convention("detectable.power")
    >>> float(found.number), found.status.value
    (0.8, 'memory')
    """
    return facts().get(f"evaluation.{name}").latest
