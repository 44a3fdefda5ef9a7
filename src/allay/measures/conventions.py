"""Numbers that reports agree on: what a responder is, and where a T-score has its middle. Dated, with
sources."""

from __future__ import annotations

from functools import cache
from importlib import resources

from allay.base.facts import Facts, FactValue, load_facts

__all__ = ["facts", "response_fractions", "t_score_population"]


@cache
def facts() -> Facts:
    """The facts of this room.

    Examples
    --------
    >>> "measures.response.moderate" in facts()
    True
    """
    return load_facts(resources.files("allay.measures") / "data" / "facts")


def response_fractions() -> tuple[FactValue, ...]:
    """The improvements, as a share of baseline, that make a responder: moderate, then substantial.

    Examples
    --------
    >>> [float(fact.number) for fact in response_fractions()]
    [0.3, 0.5]
    """
    return tuple(facts().get(f"measures.response.{kind}").latest for kind in ("moderate", "substantial"))


def t_score_population() -> tuple[float, float]:
    """Mean and SD of PROMIS T-scores in the general population.

    Examples
    --------
    >>> t_score_population()
    (50.0, 10.0)
    """
    mean, sd = (facts().get(f"measures.t_score.{name}").latest.number for name in ("mean", "sd"))
    return float(mean), float(sd)
