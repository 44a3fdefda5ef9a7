"""The outcomes report as JSON: the keys other programs rely on, and the list of what is hidden."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import allay
from allay.measures.cohort import NOT_RECORDED
from allay.measures.describe import Description
from allay.measures.equity import Gap, GroupOutcome, GroupView
from allay.measures.followup import Capture, FollowupModel
from allay.measures.intervals import Interval
from allay.measures.paired import PairedChange
from allay.measures.responders import ResponderFigure, ResponderFigures
from allay.reports.outcomes import ChangeResult, OutcomesResult, Severity
from allay.reports.suppressed import suppressed_pointers

__all__ = ["outcomes_dict"]

Json = dict[str, Any]


def outcomes_dict(result: OutcomesResult) -> Json:
    """Write an outcomes result as plain dicts and lists.

    Returns
    -------
    dict
        ``n_rows``, ``descriptives``, ``counts`` and the change under its own key as in the published
        reference results of the CHOIR sample; besides them ``outcomes`` (everything about each change),
        ``baseline_severity``, ``basis``, ``allay_version``, ``facts``. A count that is hidden is null, and
        ``suppressed`` holds a JSON pointer to each.

    Examples
    --------
    >>> import numpy as np
    >>> from allay.measures.cohort import OutcomeScale, OutcomesTable, Timepoint
    >>> from allay.measures.outcome_plan import OutcomePlan
    >>> from allay.reports.outcomes import analyze
    >>> pain = OutcomeScale("pain", "Pain", direction="higher_worse", unit="points", minimum=0, maximum=10)
    >>> table = OutcomesTable(
    ...     "Demo",
    ...     patients=("a", "b"),
    ...     timepoints=(Timepoint("t0", "Start"),),
    ...     scales=(pain,),
    ...     values={("pain", "t0"): np.array([4.0, 6.0])},
    ... )
    >>> outcomes_dict(analyze(table, OutcomePlan(changes=())))["descriptives"]["pain.t0"]["n"]
    2
    """
    plan = result.plan
    found: Json = {
        "title": result.table.title,
        "allay_version": allay.__version__,
        "facts": {fact.fact: fact.version for fact in result.fractions},
        "versions": {**plan.versions, **{b.reference.split("@")[0]: b.reference for b in result.basis}},
        "source": result.table.source,
        "notes": list(plan.notes),
        "remarks": list(result.remarks),
        "n_rows": result.n,
    }
    if result.n_columns is not None:
        found["n_columns"] = result.n_columns
    found["descriptives"] = {plan.value_key(*key): _description(d) for key, d in result.values.items()} | {
        plan.number_names.get(name, name): _description(d) for name, d in result.numbers.items()
    }
    found["counts"] = _counts(result)
    found["region_counts"] = dict(result.regions)
    for change in result.changes:
        found[change.of.key] = _paired(change.paired, change.responders)
    if result.changes:
        first = result.changes[0]
        for view in first.groups:
            found[plan.group_key(view.grouping.id).outcomes] = _groups(view, result)
        if first.model:
            found["logistic_model_has_followup"] = _model(first.model)
    found["outcomes"] = [_change(change, result) for change in result.changes]
    found["baseline_severity"] = {s.scale.id: _severity(s) for s in result.severity}
    found["basis"] = [{**asdict(b), "status": b.status.value} for b in result.basis]
    found["suppressed"] = suppressed_pointers(result, found)
    return found


def _description(d: Description) -> Json:
    return {key: _tidy(value) for key, value in asdict(d).items()}


def _tidy(value: Any) -> Any:
    """Whole numbers without a fraction, as R prints them."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _limits(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]


def _counts(result: OutcomesResult) -> Json:
    found: Json = {}
    for part in result.compositions:
        names = result.plan.group_key(part.grouping.id)
        present = set(result.table.groups[part.grouping.id].tolist()) - {NOT_RECORDED}
        found[names.counts] = {level: n for level, n in part.counts.items() if level in present}
        found[names.missing] = part.not_recorded
    return found


def _paired(p: PairedChange, figures: tuple[ResponderFigures, ...]) -> Json:
    found: Json = {
        "n_paired": p.n_paired,
        "mean_baseline": p.mean_baseline,
        "mean_followup": p.mean_followup,
        "mean_change": p.mean_change,
        "sd_change": p.sd_change,
        "t": p.t,
        "df": p.df,
        "p": p.p,
        "ci95": _limits(p.ci95),
        "wilcoxon_V": _tidy(p.wilcoxon_v),
        "wilcoxon_p": p.wilcoxon_p,
        "cohens_dz": p.dz,
        "standardized_response_mean": p.srm,
        "effect_size_baseline_sd": p.es,
    }
    if figures:
        found["n_baseline_gt0"] = _tidy(figures[0].followed.denominator)
    for figure in figures:
        percent = f"{round(figure.fraction * 100)}pct"
        found[f"responder_ge{percent}_n"] = figure.followed.n
        found[f"responder_ge{percent}"] = figure.followed.share
        found[f"worse_ge{percent}_n"] = figure.worse.n
        found[f"worse_ge{percent}"] = figure.worse.share
    if p.points is not None:
        points = f"ge{p.points:g}pts_n"
        found[f"improved_{points}"] = p.improved
        found[f"worsened_{points}"] = p.worsened
    return found


def _figure(figure: ResponderFigure | None) -> Json | None:
    if figure is None:
        return None
    return {
        "n": figure.n,
        "denominator": figure.denominator,
        "share": figure.share,
        "ci95": _limits(figure.interval),
    }


def _four_ways(figures: ResponderFigures) -> Json:
    return {
        "fraction": figures.fraction,
        "followed": _figure(figures.followed),
        "enrolled": _figure(figures.enrolled),
        "bounds": {
            "lower": _figure(figures.lower),
            "upper": _figure(figures.upper),
            "ci95": _limits(figures.bounds),
        },
        "weighted": _figure(figures.weighted),
        "weighted_effective_n": figures.weighted_effective_n,
        "unweighted_same_patients": _figure(figures.unweighted),
        "worse_by_the_same": _figure(figures.worse),
        "baseline_zero_left_out": figures.baseline_zero,
        "missing": figures.missing,
    }


def _capture(c: Capture | None) -> Json | None:
    if c is None:
        return None
    return {"followed": c.followed, "enrolled": c.enrolled, "share": c.share, "ci95": _limits(c.interval)}


def _model(model: FollowupModel) -> Json:
    names = model.names
    return {
        "formula": "has_followup ~ " + " + ".join(names[1:]) + " (rows with every predictor recorded)",
        "n": model.fit.n,
        "coef": dict(zip(names, model.fit.coef.tolist(), strict=True)),
        "se": dict(zip(names, model.fit.se.tolist(), strict=True)),
        "deviance": model.fit.deviance,
        "weights": {"effective_n": model.effective_n, "largest": model.largest_weight},
    }


def _groups(view: GroupView, result: OutcomesResult) -> Json:
    return {group.level: _group(group, result) for group in view.groups}


def _group(group: GroupOutcome, result: OutcomesResult) -> Json:
    change = group.change
    found: Json = {
        "n": change.n_paired if change else None,
        "mean_baseline": change.mean_baseline if change else None,
        "mean_followup": change.mean_followup if change else None,
        "mean_change": change.mean_change if change else None,
        "mean_change_ci95": _limits(change.ci95) if change else None,
        "enrolled": group.enrolled,
        "capture": group.capture.share if group.capture else None,
        "capture_ci95": _limits(group.capture.interval) if group.capture else None,
    }
    for fact, figure in zip(result.fractions, group.responders, strict=False):
        percent = f"{round(float(fact.number) * 100)}pct"
        found[f"responder_ge{percent}"] = figure.share if figure else None
        found[f"responder_ge{percent}_ci95"] = _limits(figure.interval) if figure else None
    return found


def _difference(part: tuple[float, Interval] | None) -> Json | None:
    return None if part is None else {"difference": part[0], "ci95": _limits(part[1])}


def _gap(gap: Gap, result: OutcomesResult) -> Json:
    shares = zip(result.fractions, gap.responders, strict=False)
    return {
        "capture": _difference(gap.capture),
        "mean_change": _difference(gap.change),
        **{f"responder_ge{round(float(f.number) * 100)}pct": _difference(share) for f, share in shares},
    }


def _change(change: ChangeResult, result: OutcomesResult) -> Json:
    return {
        "key": change.of.key,
        "scale": change.scale.id,
        "from": change.start.id,
        "to": change.end.id,
        "capture": _capture(change.capture),
        "responders": {str(round(f.fraction * 100)): _four_ways(f) for f in change.responders},
        "weights_not_worked_out": change.model_reason or None,
        "mean_change_if_the_missing_did_not_change": change.carried_forward,
        "change_by_baseline": {
            "correlation": change.regression.correlation,
            "parts": [asdict(part) for part in change.regression.parts],
        },
        "followed_against_missing": [
            {**asdict(c), "difference": _difference(c.difference)} for c in change.contrasts
        ],
        "groups": {view.grouping.id: _groups(view, result) for view in change.groups},
        "gaps": {
            view.grouping.id: {
                "reference": view.grouping.reference,
                "not_recorded": view.not_recorded,
                "groups": {gap.level: _gap(gap, result) for gap in view.gaps},
            }
            for view in change.groups
        },
    }


def _severity(severity: Severity) -> Json:
    scale, mean = severity.scale, severity.description.mean
    found: Json = {"title": scale.title, "unit": scale.unit, "direction": scale.direction}
    if scale.population_mean is not None and scale.population_sd is not None and mean is not None:
        found["population_mean"] = scale.population_mean
        found["sd_from_population"] = (mean - scale.population_mean) / scale.population_sd
    found["n"] = severity.description.n
    found["in_bands"] = dict(severity.in_bands)
    return found
