"""The protocol of a study, as a file gives it. It is frozen before outcomes are read."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from allay.base.disclosure import largest_hidden
from allay.base.errors import InvalidValue
from allay.base.tables import Strict
from allay.evaluation.study.defaults import number, reason
from allay.evaluation.study.outcomes import OutcomeId, StudyOutcome
from allay.evaluation.study.program import Name, Program

CovariateId = Literal["age", "gender", "region", "payer", "diagnoses"]
COVARIATES: tuple[CovariateId, ...] = ("age", "gender", "region", "payer")
Months = Annotated[int, Field(ge=1, le=60)]
MOST_MONTHS = 120
"""Longest window: coverage by month is kept in one whole number of 127 bits."""
PRE_OUTCOMES_WHY = (
    "members matched on how much they used before fall back to their own means afterwards, and the program's "
    "do too, from another peak: matching on pre-period outcomes makes a bias of its own (Daw "
    "and Hatfield 2018)"
)
DIAGNOSES_WHY = (
    "diagnoses are only seen where care is used, so that their number is use before the start by another "
    "name; on simulated claims weighing on it moved estimates by up to a quarter of the mean"
)


def _default(name: str, what: str) -> str:
    return f"{what} Default {number(name):g}: {reason(name)}."


class Window(Strict):
    """Months of a study.

    Attributes
    ----------
    start : date
        First month (its first day).
    end : date
        Last month (its first day).
    run_out_months : int
        Months before the end of the data that are left out, because their claims are still coming in.
    """

    start: dt.date = Field(description="First month, as its first day.")
    end: dt.date = Field(description="Last month, as its first day.")
    run_out_months: Annotated[int, Field(ge=0, le=24)] = Field(
        default=int(number("run_out_months")),
        description=_default("run_out_months", "Months cut off at the end.")
        + " 0 where the window already ends before the run-out.",
    )

    @model_validator(mode="after")
    def _check(self) -> Window:
        for day in (self.start, self.end):
            if day.day != 1:
                raise InvalidValue(expected="the first day of a month", found=day.isoformat())
        if not 2 <= self.months <= MOST_MONTHS:
            raise InvalidValue(
                expected=f"a window of 2 to {MOST_MONTHS} months before the run-out",
                found=f"{self.months} months",
            )
        return self

    @property
    def months(self) -> int:
        """How many months are left after the run-out."""
        years = (self.end.year - self.start.year) * 12
        return years + self.end.month - self.start.month + 1 - self.run_out_months


class Population(Strict):
    """Who may be in a study.

    Attributes
    ----------
    youngest, oldest : int
        Age at the first month of the window.
    diagnoses : tuple of str
        Beginnings of diagnosis codes, of which a member must have one in the first months.
    exposed_before : str, optional
        File of people who had the program before (column person_id), who are left out.
    """

    youngest: Annotated[int, Field(ge=0, le=120)] = Field(
        default=int(number("youngest")), description=_default("youngest", "Age at the first month.")
    )
    oldest: Annotated[int, Field(ge=0, le=120)] = Field(
        default=int(number("oldest")), description=_default("oldest", "Age at the first month.")
    )
    diagnoses: tuple[Annotated[str, Field(pattern=r"^[A-Z][0-9][0-9A-Z]{0,5}$")], ...] = Field(
        default=(),
        description="Beginnings of ICD-10-CM codes without a point (M54). Starters and comparison members "
        "must have one of them on a claim in the first months of the window (as many as the baseline has), "
        "so that people with the condition are compared with people with the condition.",
    )
    exposed_before: str | None = Field(
        default=None,
        description="CSV (person_id) of people who had the program or one like it before the window; they "
        "are left out. People of the roster who start before the window are left out in any case.",
    )

    @model_validator(mode="after")
    def _check(self) -> Population:
        if self.oldest < self.youngest:
            raise InvalidValue(expected=f"an oldest age of {self.youngest} or more", found=str(self.oldest))
        return self


class Design(Strict):
    """What is compared with what.

    Attributes
    ----------
    cohort : str
        Starters are shown by `month` or by `quarter` of their start.
    baseline_months, anticipation_months, follow_up_months : int
        Lengths of the months before, left out, and after.
    comparison : str
        `never`: members who never start. `notyet`: also later starters, until they come near their start.
        `none`: no comparison group; an interrupted time series, which cannot tell the program from anything
        else that changed.
    largest_pool : int
        Most comparison members that are read.
    """

    cohort: Literal["month", "quarter"] = Field(
        default="quarter",
        description="Starters are shown by month or quarter of their start. Default quarter: cohorts by "
        "month of a single program are mostly too small to show. The main estimate uses each member's "
        "own month.",
    )
    baseline_months: Annotated[int, Field(ge=3, le=60)] = Field(
        default=int(number("baseline_months")),
        description=_default(
            "baseline_months", "Months before; at least 3, to see how months hang together."
        ),
    )
    anticipation_months: Annotated[int, Field(ge=0, le=24)] = Field(
        default=int(number("anticipation_months")),
        description=_default("anticipation_months", "Months right before the start that are left out."),
    )
    follow_up_months: Months = Field(
        default=int(number("follow_up_months")),
        description=_default("follow_up_months", "Months after, the month of the start included."),
    )
    comparison: Literal["never", "notyet", "none"] = Field(
        default="never",
        description="Comparison pool. Default never: members who never start are not touched by the program "
        "at any time, so that no start date of a comparison member has to be trusted.",
    )
    largest_pool: Annotated[int, Field(ge=100, le=1_000_000)] = Field(
        default=int(number("largest_pool")), description=_default("largest_pool", "Most comparison members.")
    )


class Weighting(Strict):
    """How comparison members are made like the starters.

    Attributes
    ----------
    method : str
        `entropy`, `ipw`, `overlap` or `none`.
    covariates : tuple of str
        Known before the start.
    pre_outcomes : tuple of str
        Outcomes before the start to weight on: refused, unless `because` says why.
    because : str
        Why it is done all the same.
    """

    method: Literal["entropy", "ipw", "overlap", "none"] = Field(
        default="entropy",
        description="Default entropy: weights that make the means of all covariates equal, and stay as even "
        "as that allows; no model of who starts has to be right for the balance to hold. ipw: weights from a "
        "logistic model. overlap: compares where both kinds of members are found; answers for those, not for "
        "all starters. none: unweighted.",
    )
    covariates: tuple[CovariateId, ...] = Field(
        default=COVARIATES,
        description="What members are made alike in, as known in the first month of the window: age, gender, "
        "region (first three digits of the ZIP code), payer (payer_type). Also diagnoses (distinct "
        f"three-character categories within the first months), with a reason in because: {DIAGNOSES_WHY}.",
    )
    pre_outcomes: tuple[OutcomeId, ...] = Field(
        default=(), description=f"Refused by default: {PRE_OUTCOMES_WHY}."
    )
    because: str = Field(
        default="",
        description="Why outcomes before the start or diagnoses are weighed on all the same; it is printed.",
    )

    @model_validator(mode="after")
    def _check(self) -> Weighting:
        if self.pre_outcomes and not self.because.strip():
            raise InvalidValue(
                expected=f"no pre_outcomes, or because: why all the same; {PRE_OUTCOMES_WHY}",
                found=", ".join(self.pre_outcomes),
            )
        if "diagnoses" in self.covariates and not self.because.strip():
            raise InvalidValue(
                expected=f"covariates without diagnoses, or because: why all the same; {DIAGNOSES_WHY}",
                found="diagnoses",
            )
        if len(set(self.covariates)) < len(self.covariates):
            raise InvalidValue(expected="every covariate once", found=", ".join(self.covariates))
        if self.method != "none" and not self.covariates and not self.pre_outcomes:
            raise InvalidValue(expected="a covariate, or the method none", found="no covariates")
        return self


class Subgroup(Strict):
    """A named part of the starters: who benefits?

    Attributes
    ----------
    id : str
    covariate : str
        `age`, `gender`, `region` or `payer`.
    values : tuple of str
        Values that belong to it (gender, region, payer).
    youngest, oldest : int, optional
        Ages that belong to it.
    """

    id: Name = Field(description="Short name, as tables show it.")
    covariate: Literal["age", "gender", "region", "payer"] = Field(description="What it is formed by.")
    values: tuple[str, ...] = Field(default=(), description="Values that belong to it.")
    youngest: int | None = Field(default=None, description="From this age on, at the first month.")
    oldest: int | None = Field(default=None, description="Up to this age.")

    @model_validator(mode="after")
    def _check(self) -> Subgroup:
        by_age = self.youngest is not None or self.oldest is not None
        if (self.covariate == "age") != by_age or by_age == bool(self.values):
            raise InvalidValue(
                expected="youngest or oldest for age, and values for anything else",
                found=f"subgroup {self.id}",
            )
        return self


class Inference(Strict):
    """How sure is sure.

    Attributes
    ----------
    alpha, power : float
    draws : int
        Draws of effects that are written for a business case.
    """

    alpha: Annotated[float, Field(gt=0, lt=0.5)] = Field(
        default=number("alpha"), description=_default("alpha", "Error that is allowed; two-sided.")
    )
    power: Annotated[float, Field(gt=0.5, lt=1)] = Field(
        default=number("power"), description=_default("power", "For the smallest detectable effect.")
    )
    draws: Annotated[int, Field(ge=100, le=100_000)] = Field(
        default=int(number("draws")), description=_default("draws", "Draws of effects for a business case.")
    )


class PanelChoice(Strict):
    """How claims become member-months.

    Attributes
    ----------
    cost : str
        `paid` or `allowed`.
    topcode_percentile : float
    """

    cost: Literal["paid", "allowed"] = Field(
        default="paid", description="Amount that counts as cost. Default paid: what the payer paid."
    )
    topcode_percentile: Annotated[float, Field(gt=50, le=100)] = Field(
        default=number("topcode_percentile"),
        description=_default("topcode_percentile", "Top-coding of costs."),
    )


class Study(Strict):
    """A protocol: everything that is decided before outcomes are read.

    Attributes
    ----------
    title, question : str
    program : Program
    claims, roster : str
        Folder and file, seen from the folder of the protocol.
    window : Window
    panel : PanelChoice
    population : Population
    design : Design
    weighting : Weighting
    outcomes : tuple of StudyOutcome
    subgroups : tuple of Subgroup
    inference : Inference
    sites : str, optional
        Column of the member table that names the site.
    smallest_cell : int
    seed : int

    Examples
    --------
    >>> study = Study.model_validate_json('{"title": "A", "question": "B", "program": {"name": "C"}, '
    ...     '"claims": "claims", "roster": "roster.csv", '
    ...     '"window": {"start": "2023-01-01", "end": "2025-12-01"}, '
    ...     '"outcomes": [{"id": "emergency_visit", "role": "primary"}]}')
    >>> study.window.months, study.design.anticipation_months, study.primary.id
    (33, 1, 'emergency_visit')
    """

    title: Name = Field(description="Title of the study.")
    question: Name = Field(description="The question in one sentence, as the reader would ask it.")
    program: Program
    claims: Name = Field(description="Folder of claims; a relative path starts at the folder of this file.")
    roster: Name = Field(description="CSV of who started when (person_id, index_date).")
    window: Window
    panel: PanelChoice = PanelChoice()
    population: Population = Population()
    design: Design = Design()
    weighting: Weighting = Weighting()
    outcomes: tuple[StudyOutcome, ...] = Field(min_length=1, description="One of them is the primary one.")
    subgroups: tuple[Subgroup, ...] = Field(
        default=(), description="Named beforehand; anything found later is a hunch and not a result."
    )
    inference: Inference = Inference()
    sites: Literal["data_source", "state"] | None = Field(
        default=None, description="Column of the member table that names the site, for effects by site."
    )
    smallest_cell: Annotated[int, Field(ge=1)] = Field(
        default_factory=lambda: largest_hidden() + 1,
        description="Smallest number of people that is shown. Default 11: counts of 1 to 10 are hidden "
        "(us.cms.cell_suppression.largest_hidden).",
    )
    seed: Annotated[int, Field(ge=0)] = Field(default=1, description="Of draws and of the sampled pool.")

    @model_validator(mode="after")
    def _check(self) -> Study:
        primary = [one.id for one in self.outcomes if one.role == "primary"]
        if len(primary) != 1:
            raise InvalidValue(expected="exactly one primary outcome", found=", ".join(primary) or "none")
        given: dict[str, list[str]] = {
            "outcome": [one.id for one in self.outcomes],
            "subgroup": [one.id for one in self.subgroups],
        }
        for kind, ids in given.items():
            if again := sorted({one for one in ids if ids.count(one) > 1}):
                raise InvalidValue(expected=f"every {kind} once", found=", ".join(again))
        needed = sum(
            (self.design.baseline_months, self.design.anticipation_months, self.design.follow_up_months)
        )
        if needed > self.window.months:
            raise InvalidValue(
                expected=f"a window of {needed} months or more (baseline, anticipation, follow-up)",
                found=f"{self.window.months} after the run-out",
            )
        return self

    @property
    def primary(self) -> StudyOutcome:
        """The outcome that the verdict is about."""
        return next(one for one in self.outcomes if one.role == "primary")
