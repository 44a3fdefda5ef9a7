"""The program that a protocol evaluates, what it cost, and what others found of programs like it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from allay.base.status import Status
from allay.base.tables import Strict

Name = Annotated[str, Field(min_length=1)]


class PriorSaving(Strict):
    """What is known of the savings of such programs from elsewhere, named before outcomes are read.

    Attributes
    ----------
    saving : float
        Mean gross savings, in US dollars per member-month; below 0 where costs rose.
    sd : float
        How much programs like this one truly differ from one another (not the error of the mean).
    source : str
    status : Status
        How sure one is of these figures.
    """

    saving: Annotated[float, Field(allow_inf_nan=False)] = Field(
        description="Mean gross savings of programs like this one, in US dollars per member-month of the "
        "follow-up; below 0 where costs rose."
    )
    sd: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(
        description="Standard deviation of the true savings of such programs, in the same unit: how much "
        "they differ from one another, not how well their mean is known."
    )
    source: Name = Field(description="Where both come from; printed beside the figure.")
    status: Status = Field(description="How sure one is of both; printed too.")


class Program(Strict):
    """The program that is evaluated.

    Attributes
    ----------
    name : str
    cost_per_member : float, optional
        What it cost for each member who started, in US dollars; without it there are savings but no net.
    cost_source : str
        Where that comes from.
    prior : PriorSaving, optional
        What is known of its savings from elsewhere.
    """

    name: Name = Field(description="Name of the program.")
    cost_per_member: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="US dollars for each member who started. Without it no net savings are shown.",
    )
    cost_source: str = Field(default="", description="Where the cost comes from; printed beside it.")
    prior: PriorSaving | None = Field(
        default=None,
        description="Savings of such programs as known from elsewhere. The study's own figure is shown "
        "weighed with it too (Buhlmann's credibility), beside the figure itself.",
    )
