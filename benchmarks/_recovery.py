"""Simulated people with known effects, and what each estimator makes of them: one replication at a time.

Each replication is drawn twice from the same random numbers: with the program, and without any effect. Ours
are held to limits; the others are there to show what they would have said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy.special import ndtri

from allay.evaluation.did.aggregate import Aggregate, aggregate
from allay.evaluation.did.effects import group_time_effects
from allay.evaluation.did.grouptime import GroupTimeEffects
from allay.evaluation.did.imputation import imputed_effects
from allay.evaluation.did.panel import WidePanel
from allay.evaluation.did.twoway import two_way
from allay.evaluation.inference.arrays import critical_value
from allay.evaluation.matching import weigh
from allay.evaluation.simulation import SimulationDesign, shipped_design
from allay.evaluation.simulation.bucket import draw_bucket
from allay.evaluation.simulation.knobs import Cohort, Effect
from allay.evaluation.simulation.outcomes import drawn, expected, needed
from allay.evaluation.simulation.people import buckets
from allay.evaluation.simulation.ratios import treated_rows
from allay.evaluation.study.contrast import MemberContrast, Span, before_after, contrast
from allay.evaluation.study.detect import detectable
from allay.evaluation.study.estimates import effect_estimate
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.staggered import pretest_p
from allay.evaluation.study.starts import Periods, period_panel

MONTHS, STARTS, SPAN = 33, (15, 18, 21), Span(12, 1, 12)
"""As a study of three years has it: a year before, the month of the peak left out, a year after."""
NAMES = ("age", "age_squared", "female", "conditions")
BAND_DRAWS = 2_000
DETECTABLE_EVERY = 2
"""Replications, since the smallest detectable effect takes longer than the effect."""
Arm = Literal["effect", "null"]


@dataclass(frozen=True)
class Scenario:
    """What is simulated: a design, an outcome, and how often."""

    name: str
    words: str
    design: SimulationDesign
    outcome: str = "therapy_visit"
    sites: tuple[int, ...] = ()
    peak: bool = False
    limit: bool = True
    """Whether the default is held to limits here; else the table shows by how much it misses."""
    robust: bool = False
    """Whether the doubly robust estimator speaks too; it takes as long as all others together."""
    matched: bool = False
    """Whether matching on the outcome before is shown."""


class Row(NamedTuple):
    """What an estimator said in a replication; intervals and tests at 95%."""

    estimator: str
    arm: Arm
    estimate: float
    se: float
    low: float
    high: float
    truth: float


@dataclass(frozen=True)
class Draw:
    """People of a replication: outcomes by arm, starts (-1 for never), covariates, and what is true.

    `truth` is what the program changed in each starter and month, in the order of the starters.
    """

    values: Mapping[Arm, np.ndarray]
    start: np.ndarray
    covariates: np.ndarray
    truth: np.ndarray

    def true(self, arm: Arm) -> float:
        """Mean over the starters and the months of the follow-up."""
        rows = np.arange(len(self.truth))[:, None]
        inside = self._starts[:, None] + np.arange(SPAN.follow_up)
        return float(self.truth[rows, inside].mean()) if arm == "effect" else 0.0

    @property
    def _starts(self) -> np.ndarray:
        return self.start[self.start >= 0]

    def true_cells(self, arm: Arm) -> tuple[float, dict[int, float]]:
        """Mean over all quarters from the start on, and by quarters since the start."""
        cells = self.truth.reshape(len(self.truth), -1, 3).mean(axis=2)
        event = np.arange(cells.shape[1]) - self._starts[:, None] // 3
        by = {int(one): float(cells[event == one].mean()) for one in np.unique(event)}
        overall = float(cells[event >= 0].mean())
        return (overall, by) if arm == "effect" else (0.0, dict.fromkeys(by, 0.0))


def scenarios() -> dict[str, Scenario]:
    """Return the scenarios by name."""
    clean = shipped_design("clean")
    none = {"age": 0.0, "female": 0.0, "condition": 0.0, "frailty": 0.0}

    def made(
        share: float | int = 0.08, *, starts: tuple[int, ...] = STARTS, **changes: Any
    ) -> SimulationDesign:
        counted = isinstance(share, int)
        cohorts = tuple(
            Cohort(month=one, members=share) if counted else Cohort(month=one, share=share) for one in starts
        )
        effects = changes.pop("effects", tuple(one for one in clean.effects if one.cohort is None))
        knobs = {
            name: getattr(clean, name).model_copy(update=changes.pop(name))
            for name in ("process", "selection")
            if name in changes
        }
        fixed = {"members": 1_000, "months": MONTHS, "pain_share": 1.0}
        return clean.changed(**{**fixed, **changes, **knobs, "effects": effects, "cohorts": cohorts})

    growing = tuple(1 + 0.05 * month for month in range(13))
    unequal = tuple(
        Effect(category="therapy_visit", ratios=ratios, cohort=month)
        for month, ratios in zip(STARTS, (growing, (1.3,), (1.05,)), strict=True)
    )
    taken = {"peak": True, "threshold": 6.0}
    found = (
        Scenario("clean", "starts by chance, parallel trends", made(selection=none)),
        Scenario(
            "covariates",
            "starters have more conditions, and use rises faster with conditions",
            made(
                selection={**none, "condition": 0.8, "age": -0.3, "female": 0.3},
                process={"drift_condition": 0.15},
            ),
            robust=True,
        ),
        Scenario(
            "unequal effects",
            "effects differ by cohort and grow, and two of three people start",
            made(0.22, selection=none, effects=unequal),
        ),
        Scenario(
            "serial correlation",
            "pain is 0.9 of the month before, and moves use strongly; frail people start more often",
            made(process={"rho": 0.9, "load": 0.8}),
            matched=True,
        ),
        Scenario(
            "peak of pain",
            "people start after a month of much pain, at three sites that open one after the other",
            made(60, starts=(15,), members=600, selection=taken),
            sites=STARTS,
            peak=True,
            matched=True,
        ),
        Scenario(
            "peak, those left over",
            "the same in one population of which 15% start in five turns: later starters are those whom "
            "earlier peaks left over",
            made(0.03, starts=(12, 15, 18, 21, 24), members=2_000, selection=taken),
            peak=True,
            limit=False,
            matched=True,
        ),
        Scenario("small program", "102 starters", made(34), robust=True),
        Scenario(
            "skewed cost",
            "total cost, of which a few stays are half",
            made(),
            outcome="total_cost_cents",
        ),
    )
    return {one.name: one for one in found}


def draw(scenario: Scenario, seed: int) -> Draw:
    """Draw a replication."""
    parts = [
        part
        for place, design in enumerate(_designs(scenario))
        for part in _drawn(design.changed(seed=seed + 10_000_000 * place), scenario.outcome)
    ]
    effect, null, start, covariates, truth = (np.concatenate(one) for one in zip(*parts, strict=True))
    order = np.concatenate([np.flatnonzero(start < 0), np.flatnonzero(start >= 0)])
    scale = 100.0 if scenario.outcome.endswith("_cents") else 1.0
    values: dict[Arm, np.ndarray] = {"effect": effect[order] / scale, "null": null[order] / scale}
    return Draw(values, start[order], covariates[order], truth / scale)


def _designs(scenario: Scenario) -> tuple[SimulationDesign, ...]:
    if not scenario.sites:
        return (scenario.design,)
    (one,) = scenario.design.cohorts
    return tuple(scenario.design.changed(cohorts=(one.at(month),)) for month in scenario.sites)


def _drawn(design: SimulationDesign, outcome: str) -> Iterator[tuple[np.ndarray, ...]]:
    for number in range(buckets(design)):
        bucket = draw_bucket(design, number, categories=set(needed(outcome)))
        members = bucket.members
        with_, without = (drawn(bucket, kept=kept)[outcome] for kept in (True, False))
        means, rows = expected(bucket)[outcome], treated_rows(members)
        used = (members.cohort < 0) | np.isin(members.cohort, STARTS)
        change = (means[0] - means[1])[used[rows]]
        x = members.covariates(design)[used]
        covariates = np.column_stack([x[:, 0], x[:, 0] ** 2, x[:, 1], x[:, 2]])
        start = members.cohort[used]
        yield with_[used].astype(float), without[used].astype(float), start, covariates, change


def replicate(scenario: Scenario, seed: int, *, arms: tuple[Arm, ...] = ("effect", "null")) -> list[Row]:
    """Draw a replication and let every estimator speak."""
    people = draw(scenario, seed)
    treated = people.start >= 0
    weights = weigh(treated, people.covariates, method="entropy", names=NAMES).weights
    found = []
    for arm in arms:
        found += _members(people, arm, weights, matched=scenario.matched)
        found += _periods(people, arm, weights, robust=scenario.robust)
    if seed % DETECTABLE_EVERY == 0:
        found += _detectable(people, scenario, weights)
    return found


def member_row(name: str, arm: Arm, found: MemberContrast, truth: float) -> Row:
    """Return what a contrast says, with the interval that a study prints."""
    said = effect_estimate(found, name=name, words="", alpha=0.05)
    blank = float("nan")
    return Row(
        name,
        arm,
        found.effect,
        found.se,
        blank if said.low is None else said.low,
        blank if said.high is None else said.high,
        truth,
    )


def _members(people: Draw, arm: Arm, weights: np.ndarray, *, matched: bool) -> Iterator[Row]:
    """Contrasts by member: of a study, and those that a study warns of."""
    values, start, truth = people.values[arm], people.start, people.true(arm)
    ones = np.ones(len(start))
    near = Span(SPAN.baseline, 0, SPAN.follow_up)
    yield member_row("study", arm, contrast(values, start, weights, span=SPAN), truth)
    yield member_row("unadjusted", arm, contrast(values, start, ones, span=SPAN), truth)
    yield member_row("study, peak kept", arm, contrast(values, start, weights, span=near), truth)
    if matched:
        yield member_row("matched on the outcome before", arm, _matched(people, values, near), truth)
    for name, span in (("before and after", near), ("peak to after", Span(1, 0, SPAN.follow_up))):
        change = before_after(values, start, ones, span=span)
        half = critical_value(0.95, df=float(change.treated - 1)) * change.se
        yield Row(name, arm, change.change, change.se, change.change - half, change.change + half, truth)


def _matched(people: Draw, values: np.ndarray, span: Span) -> MemberContrast:
    """Each month's starters with comparison members of the same mean use in the year before."""
    start, influence, effect = people.start, 0.0, 0.0
    total = int((start >= 0).sum())
    for month in np.unique(start[start >= 0]).tolist():
        among = (start == month) | (start < 0)
        first, end = span.before(month)
        x = np.column_stack([people.covariates, values[:, first:end].mean(axis=1)])[among]
        weights = np.zeros(len(start))
        weights[among] = weigh(
            (start == month)[among],
            x,
            method="entropy",
            names=(*NAMES, "before"),
            pre_outcomes=("before",),
            allow_pre_outcomes=True,
        ).weights
        found = contrast(values, start, weights, span=span, among=among)
        share = found.treated / total
        influence, effect = influence + share * found.influence, effect + share * found.effect
    se = float(np.sqrt(influence @ influence) / len(start))
    blank = (0.0, 0.0)
    return MemberContrast(effect, se, influence, 1.0, influence, blank, blank, total, 0, 0.0)


def _periods(people: Draw, arm: Arm, weights: np.ndarray, *, robust: bool) -> Iterator[Row]:
    """Estimators by cohort and quarter, with the anticipation of a study."""
    periods = Periods.of(3, window=MONTHS, anticipation=SPAN.anticipation)
    values, truth = people.values[arm], people.true_cells(arm)
    weighed, _ = period_panel(values, people.start, weights, periods=periods, smallest=1)
    plain, _ = period_panel(values, people.start, np.ones(len(weights)), periods=periods, smallest=1)
    lag = periods.anticipation
    yield from _cells(
        "group-time, study weights",
        arm,
        group_time_effects(weighed, base="universal", anticipation=lag),
        truth,
        weighed=True,
    )
    if robust:
        adjusted = WidePanel(
            plain.outcome,
            plain.periods,
            plain.cohort,
            covariates=people.covariates[:, [0, 2, 3]],
            covariate_names=("age", "female", "conditions"),
        )
        yield from _cells(
            "group-time, doubly robust",
            arm,
            group_time_effects(adjusted, method="dr", base="universal", anticipation=lag),
            truth,
        )
    imputed = aggregate(imputed_effects(weighed, anticipation=lag), "simple")
    yield Row("imputation", arm, imputed.att, imputed.se, imputed.low, imputed.high, truth[0])
    fixed = two_way(plain)
    half = float(ndtri(0.975)) * fixed.se
    yield Row("two-way fixed effects", arm, fixed.att, fixed.se, fixed.att - half, fixed.att + half, truth[0])


def _cells(
    name: str,
    arm: Arm,
    effects: GroupTimeEffects,
    truth: tuple[float, dict[int, float]],
    *,
    weighed: bool = False,
) -> Iterator[Row]:
    simple = aggregate(effects, "simple")
    yield Row(name, arm, simple.att, simple.se, simple.low, simple.high, truth[0])
    dynamic: Aggregate = aggregate(effects, "dynamic", draws=BAND_DRAWS)
    by = dynamic.by
    true = np.array([truth[1][int(label)] for label in by.label])
    # Shares of the band that hold: 1 where the whole truth is inside it.
    seen = np.isfinite(by.se)
    inside = float(((by.low <= true) & (true <= by.high))[seen].all())
    yield Row(f"{name}: band", arm, inside, np.nan, np.nan, np.nan, 1.0)
    p = np.nan if effects.pretest is None else effects.pretest.p
    if effects.pretest is not None and weighed:
        p = pretest_p(effects.pretest, starters=sum(effects.n[one] for one in effects.groups.tolist()))
    yield Row(f"{name}: pre-test", arm, p, np.nan, np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class _Before:
    """What `detectable` reads of a cohort: only the months before."""

    start: np.ndarray
    values: np.ndarray

    @property
    def treated(self) -> np.ndarray:
        return self.start >= 0

    @property
    def months(self) -> int:
        return self.values.shape[1]

    def outcome_before(self, outcome: object, *, anticipation: int) -> np.ndarray:
        first = int(self.start[self.treated].min())
        end = np.where(self.treated, self.start, first) - anticipation
        return np.where(np.arange(self.values.shape[1]) < end[:, None], self.values, np.nan)


@cache
def protocol(outcome: str) -> Study:
    """Return the protocol that a replication would have."""
    name = outcome.removesuffix("_cents")
    return Study.model_validate_json(
        '{"title": "A", "question": "B", "program": {"name": "C"}, "claims": "claims", '
        '"roster": "roster.csv", '
        '"window": {"start": "2023-01-01", "end": "2025-12-01"}, '
        f'"outcomes": [{{"id": "{name}", "role": "primary"}}]}}'
    )


def _detectable(people: Draw, scenario: Scenario, weights: np.ndarray) -> Iterator[Row]:
    """The smallest detectable effect, stated before, and whether an effect of that size is then shown."""
    study = protocol(scenario.outcome)
    cohort: Any = _Before(people.start, people.values["null"])
    stated = detectable(cohort, study, study.primary, weights=weights)
    found = contrast(people.values["null"], people.start, weights, span=SPAN)
    smallest, se = stated.smallest or np.nan, stated.se or np.nan
    # The same effect on everyone moves the estimate by itself, and its error not at all.
    half = critical_value(0.95, df=float(found.treated - 1)) * found.se
    shown = [float(abs(found.effect + sign * smallest) > half) for sign in (1, -1)]
    yield Row("detectable", "null", float(np.mean(shown)), se, smallest, stated.mean, 0.8)
