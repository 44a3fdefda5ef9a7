"""Outcomes of a cohort: everything an outcomes report states, worked out from an outcomes table and a
plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.disclosure import suppress_counts
from allay.base.facts import FactValue
from allay.measures.bands import band_index
from allay.measures.cohort import NOT_RECORDED, Grouping, OutcomeScale, OutcomesTable, Timepoint
from allay.measures.conventions import response_fractions
from allay.measures.describe import Description, describe
from allay.measures.equity import GroupView, group_outcomes
from allay.measures.followup import Capture, FollowupModel, capture, followup_model
from allay.measures.intervals import Interval, welch
from allay.measures.logistic import NotEstimable
from allay.measures.outcome_plan import ChangeOf, OutcomePlan
from allay.measures.outcome_scale import Basis
from allay.measures.paired import PairedChange, paired_change
from allay.measures.regression import RegressionView, change_by_baseline
from allay.measures.responders import ResponderFigures, responders

__all__ = ["ChangeResult", "Composition", "Contrast", "OutcomesResult", "Severity", "analyze"]


@dataclass(frozen=True, slots=True)
class Severity:
    """Baseline of one scale: description, and how many lie in each band (None where hidden)."""

    scale: OutcomeScale
    description: Description
    in_bands: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Composition:
    """How many patients each level of a grouping has; None where hidden."""

    grouping: Grouping
    counts: Mapping[str, int | None]
    not_recorded: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """A baseline characteristic of those followed beside that of those not followed."""

    title: str
    n_followed: int
    n_missing: int
    mean_followed: float | None
    mean_missing: float | None
    difference: tuple[float, Interval] | None


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """One outcome between two time points."""

    of: ChangeOf
    scale: OutcomeScale
    start: Timepoint
    end: Timepoint
    capture: Capture
    paired: PairedChange
    responders: tuple[ResponderFigures, ...]
    model: FollowupModel | None
    model_reason: str
    predictor_titles: Mapping[str, str]
    contrasts: tuple[Contrast, ...]
    regression: RegressionView
    carried_forward: float | None
    groups: tuple[GroupView, ...]

    @property
    def has_percent(self) -> bool:
        """Whether responders were worked out."""
        return bool(self.responders)


@dataclass(frozen=True, slots=True)
class OutcomesResult:
    """Everything an outcomes report states."""

    table: OutcomesTable
    plan: OutcomePlan
    n: int
    n_columns: int | None
    values: Mapping[tuple[str, str], Description]
    numbers: Mapping[str, Description]
    compositions: tuple[Composition, ...]
    regions: Mapping[str, int | None]
    severity: tuple[Severity, ...]
    changes: tuple[ChangeResult, ...]
    fractions: tuple[FactValue, ...]
    remarks: tuple[str, ...]

    @property
    def basis(self) -> tuple[Basis, ...]:
        """Decision numbers used or shown: bands of all scales, changes of the scales that have one."""
        changed = {change.scale.id for change in self.changes}
        used = [
            basis
            for scale in self.table.scales
            for basis in scale.basis
            if basis.kind == "bands" or scale.id in changed
        ]
        responder = "responder: improvement of at least this share of the baseline"
        for fact in self.fractions if any(change.responders for change in self.changes) else ():
            seen = fact.last_confirmed_on.isoformat() if fact.last_confirmed_on else ""
            title = fact.references[0].title
            used.append(
                Basis("change", fact.version, responder, f"{float(fact.number):g}", title, seen, fact.status)
            )
        return tuple(dict.fromkeys(used))


def analyze(
    table: OutcomesTable,
    plan: OutcomePlan,
    *,
    n_columns: int | None = None,
    remarks: tuple[str, ...] = (),
) -> OutcomesResult:
    """Work out an outcomes report.

    Parameters
    ----------
    table
        The cohort.
    plan
        Which changes, which predictors of follow-up, which names.
    n_columns
        Columns of the file the table was read from, where there is one.
    remarks
        What was odd when the data was read, in words.

    Examples
    --------
    >>> import numpy as np
    >>> pain = OutcomeScale("pain", "Pain", direction="higher_worse", unit="points", minimum=0, maximum=10)
    >>> table = OutcomesTable(
    ...     "Demo",
    ...     patients=tuple(f"p{i}" for i in range(40)),
    ...     timepoints=(Timepoint("t0", "Start"), Timepoint("t1", "End")),
    ...     scales=(pain,),
    ...     values={("pain", "t0"): np.full(40, 6.0), ("pain", "t1"): np.tile([5.0, np.nan], 20)},
    ... )
    >>> result = analyze(table, OutcomePlan(changes=(ChangeOf("pain", "t0", "t1", key="pain"),)))
    >>> result.changes[0].capture.share, result.changes[0].paired.mean_change
    (0.5, -1.0)
    """
    fractions = response_fractions()
    return OutcomesResult(
        table=table,
        plan=plan,
        n=table.n,
        n_columns=n_columns,
        values={key: describe(column) for key, column in table.values.items()},
        numbers={key: describe(column) for key, column in table.numbers.items()},
        compositions=tuple(_composition(table, grouping) for grouping in table.groupings),
        regions=_regions(table),
        severity=tuple(_severity(table, s) for s in table.scales if table.has(s.id, table.baseline.id)),
        changes=tuple(_change(table, plan, of, fractions) for of in plan.changes),
        fractions=fractions,
        remarks=remarks,
    )


def _composition(table: OutcomesTable, grouping: Grouping) -> Composition:
    levels = table.groups[grouping.id]
    counts = {level: int((levels == level).sum()) for level in grouping.levels}
    return Composition(grouping, suppress_counts(counts)[0], int((levels == NOT_RECORDED).sum()))


def _regions(table: OutcomesTable) -> Mapping[str, int | None]:
    """Each region is a table of its own: marked and not marked."""
    total = table.n
    return {
        name: suppress_counts({"marked": n, "not": total - n})[0]["marked"]
        for name, n in table.regions.items()
    }


def _severity(table: OutcomesTable, scale: OutcomeScale) -> Severity:
    column = table.values[scale.id, table.baseline.id]
    place = band_index(column, scale.bands)
    counts = {band.id: int((place == i).sum()) for i, band in enumerate(scale.bands)}
    shown = suppress_counts(counts)[0] if counts else {}
    return Severity(scale, describe(column), shown)


def _change(
    table: OutcomesTable, plan: OutcomePlan, of: ChangeOf, fractions: tuple[FactValue, ...]
) -> ChangeResult:
    scale = table.scale(of.scale)
    before, after = table.values[of.scale, of.start], table.values[of.scale, of.end]
    steps = tuple(float(fact.number) for fact in fractions) if scale.percent_response else ()
    # Followed means measured at both: someone without a baseline cannot show a change.
    followed = ~(np.isnan(before) | np.isnan(after))
    model, reason = _model(table, plan, followed)
    weights = model.weights if model else None
    paired = paired_change(before, after, direction=scale.direction, points=scale.points)
    n_started = int((~np.isnan(before)).sum())
    points = {point.id: point for point in table.timepoints}
    return ChangeResult(
        of=of,
        scale=scale,
        start=points[of.start],
        end=points[of.end],
        capture=capture(np.where(followed, after, np.nan)),
        paired=paired,
        responders=tuple(
            responders(before, after, fraction=step, direction=scale.direction, weights=weights)
            for step in steps
        ),
        model=model,
        model_reason=reason,
        predictor_titles={p.name: p.title or p.name for p in plan.predictors},
        contrasts=_contrasts(table, of, followed),
        regression=change_by_baseline(before, after),
        carried_forward=None
        if paired.mean_change is None
        else paired.mean_change * paired.n_paired / n_started,
        groups=tuple(
            group_outcomes(
                table.groups[grouping.id],
                before,
                after,
                grouping=grouping,
                direction=scale.direction,
                fractions=steps,
            )
            for grouping in table.groupings
            if grouping.compare
        ),
    )


def _model(
    table: OutcomesTable, plan: OutcomePlan, followed: NDArray[np.bool_]
) -> tuple[FollowupModel | None, str]:
    if not plan.predictors:
        return None, "no predictors of being followed up were named"
    try:
        return followup_model(followed, {p.name: p.column(table) for p in plan.predictors}), ""
    except NotEstimable as reason:
        return None, str(reason)


def _contrasts(table: OutcomesTable, of: ChangeOf, followed: NDArray[np.bool_]) -> tuple[Contrast, ...]:
    columns = {s.title: table.values[s.id, of.start] for s in table.scales if table.has(s.id, of.start)}
    columns |= {table.number_titles.get(name, name): column for name, column in table.numbers.items()}
    found = []
    for title, column in columns.items():
        present = ~np.isnan(column)
        yes, no = column[followed & present], column[~followed & present]
        # Two people's mean is nearly their values: the rule of small counts holds for means too.
        shown = None not in suppress_counts({"followed": yes.size, "missing": no.size})[0].values()
        found.append(
            Contrast(
                title,
                int(yes.size),
                int(no.size),
                float(yes.mean()) if shown and yes.size else None,
                float(no.mean()) if shown and no.size else None,
                welch(yes, no) if shown else None,
            )
        )
    return tuple(found)
