"""The first page of an outcomes report: what the numbers say and what they cannot say, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from allay.measures.equity import Gap, GroupView
from allay.measures.intervals import Interval
from allay.measures.responders import ResponderFigures
from allay.reports.outcomes import ChangeResult, OutcomesResult, Severity
from allay.reports.words import count, interval, number, percent, points_of_share

__all__ = ["Summary", "Tile", "summarize"]


@dataclass(frozen=True, slots=True)
class Tile:
    """One key figure."""

    label: str
    figure: str
    note: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The two-minute summary."""

    headline: str
    tiles: tuple[Tile, ...]
    says: tuple[str, ...]
    cannot_say: tuple[str, ...]


def summarize(result: OutcomesResult) -> Summary:
    """Put the main findings and their limits in words. Every number in it is also in a table of the report.

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
    >>> summarize(analyze(table, OutcomePlan(changes=()))).headline
    '2 patients, seen once: nothing here can show a change.'
    """
    people = Tile("Patients in the file", count(result.n), "everyone, whatever is missing")
    if not result.changes:
        headline = f"{count(result.n)} patients, seen once: nothing here can show a change."
        return Summary(headline, (people,), _severity_words(result), _limits(result, None))
    change = result.changes[0]
    says = (*_severity_words(result), *_change_words(change), *_gap_words(change))
    return Summary(_headline(change), (people, *_tiles(change)), says, _limits(result, change))


def _headline(change: ChangeResult) -> str:
    scale, mean = change.scale.title.lower(), change.paired.mean_change
    followed = percent(change.capture.share, 0)
    if mean is None:
        return f"Nobody has {scale} at both {change.start.title.lower()} and {change.end.title}."
    word = _word(change)
    return (
        f"{followed} of patients gave a second rating of {scale}, at {change.end.title}. Among them "
        f"it {word}; "
        f"what happened to the other {percent(1 - (change.capture.share or 0), 0)} is not known."
    )


def _word(change: ChangeResult) -> str:
    """How large the mean change is, against the change that counts for one patient."""
    paired, scale = change.paired, change.scale
    mean = paired.mean_change or 0.0
    if paired.ci95 is None or paired.ci95.covers(0):
        return "did not clearly change"
    way = "fell" if mean < 0 else "rose"
    if scale.points is None:
        return f"{way} by {number(abs(mean), 1)} {scale.unit} on average"
    size = "a little" if abs(mean) < scale.points else "by as much as counts for one patient"
    return f"{way} {size} ({number(abs(mean), 1)} {scale.unit} on average)"


def _tiles(change: ChangeResult) -> tuple[Tile, ...]:
    paired, capture, unit = change.paired, change.capture, change.scale.unit
    before, after = number(paired.mean_baseline, 1), number(paired.mean_followup, 1)
    tiles = [
        Tile(
            f"Followed up at {change.end.title}",
            percent(capture.share, 0),
            f"{count(capture.followed)} of {count(capture.enrolled)}",
        ),
        Tile(
            f"{change.scale.title}, mean change",
            number(paired.mean_change, 1, signed=True),
            f"from {before} to {after} {unit}, among those followed",
        ),
    ]
    if change.responders:
        first = change.responders[0]
        note = f"of those followed; {percent(first.lower.share)} to {percent(first.upper.share)} of everyone"
        better = f"Improved by {percent(first.fraction, 0)} or more"
        tiles.append(Tile(better, percent(first.followed.share, 0), note))
    return tuple(tiles)


def _severity_words(result: OutcomesResult) -> tuple[str, ...]:
    def distance(found: Severity) -> float:
        scale, mean = found.scale, found.description.mean
        if scale.population_mean is None or scale.population_sd is None or mean is None:
            return 0.0
        gap = (mean - scale.population_mean) / scale.population_sd
        return gap if scale.direction == "higher_worse" else -gap

    ranked = sorted(result.severity, key=distance, reverse=True)
    if not ranked or distance(ranked[0]) <= 0:
        return ()
    worst = ", then ".join(
        f"{found.scale.title.lower()} ({number(distance(found), 1)} SD worse)" for found in ranked[:2]
    )
    return (f"At the start patients stood furthest from the general population in {worst}.",)


def _change_words(change: ChangeResult) -> tuple[str, ...]:
    paired, scale = change.paired, change.scale
    if paired.mean_change is None:
        return ()
    before, after = number(paired.mean_baseline, 1), number(paired.mean_followup, 1)
    moved = (
        f"{scale.title} went from {before} to {after} among the {count(paired.n_paired)} patients "
        f"measured twice: a mean change of {number(paired.mean_change, 2)} (95% interval "
        f"{interval(paired.ci95)}) on a scale of {scale.minimum:g} to {scale.maximum:g}."
    )
    if paired.points is not None:
        moved += f" For one patient, {paired.points:g} {scale.unit} is the change that counts."
    return (moved, *(_responder_sentence(figures) for figures in change.responders[:1]))


def _responder_sentence(figures: ResponderFigures) -> str:
    weighted = ""
    if figures.weighted is not None:
        weighted = f", {percent(figures.weighted.share)} when weighted for who was followed"
    return (
        f"Improved by {percent(figures.fraction, 0)} or more: {percent(figures.followed.share)} of those "
        f"followed, {percent(figures.enrolled.share)} of everyone when the missing count as not "
        f"improved{weighted}. {percent(figures.worse.share)} of those followed got worse by as much."
    )


def _gap_words(change: ChangeResult) -> tuple[str, ...]:
    clear: list[tuple[float, str]] = []
    for view in change.groups:
        for gap in view.gaps:
            part = gap.responders[0] if gap.responders else None
            if part is not None and not part[1].covers(0):
                sentence = _gap_sentence(view, gap, part, change.responders[0].fraction)
                clear.append((abs(part[0]), sentence))
    if clear:
        return tuple(sentence for _, sentence in sorted(clear, reverse=True)[:2])
    if change.groups and change.responders:
        return ("No gap between groups can be told from chance.",)
    return ()


def _gap_sentence(view: GroupView, gap: Gap, part: tuple[float, Interval], fraction: float) -> str:
    grouping = view.grouping
    shares = {g.level: g.responders[0] for g in view.groups}
    one, other = (shares[level] for level in (gap.level, grouping.reference))
    limits = f"{points_of_share(part[1].low)} to {points_of_share(part[1].high)}"
    return (
        f"{grouping.title}: {percent(one.share if one else None)} of “{grouping.label(gap.level)}” improved "
        f"by {percent(fraction, 0)} or more, against {percent(other.share if other else None)} of "
        f"“{grouping.label(grouping.reference)}” ({points_of_share(part[0])} percentage points, "
        f"95% interval {limits})."
    )


def _limits(result: OutcomesResult, change: ChangeResult | None) -> tuple[str, ...]:
    said = []
    if change is not None:
        said.append(
            "Whether care did it. This is before and after, without a comparison group: part of any fall is "
            "people returning to their usual state after a bad spell (regression to the mean)."
        )
    missing = change.capture.missing if change is not None else 0
    for figures in change.responders[:1] if change is not None else ():
        said.append(
            f"What happened to the {count(missing)} patients not measured twice. Assuming nothing "
            f"about them, the share of everyone who improved by {percent(figures.fraction, 0)} or more lies "
            f"between {percent(figures.lower.share)} and {percent(figures.upper.share)}."
        )
    return (*said, *result.plan.notes)
