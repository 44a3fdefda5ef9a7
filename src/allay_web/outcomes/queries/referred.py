"""The outcomes table of the people referred to a program and taken up: its own schedule, its own groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allay.measures.cohort import Grouping, OutcomesTable, Timepoint
from allay.measures.outcome_plan import ChangeOf, OutcomePlan, Predictor
from allay.measures.outcome_scale import OutcomeScale
from allay_web.outcomes.analysis import analysis, known_scales
from allay_web.outcomes.queries.columns import Columns, People
from allay_web.outcomes.schedule import Schedule, standard
from allay_web.people.actions import Language, PayerType, Sex

Mask = NDArray[np.bool_]
Values = dict[tuple[str, str], NDArray[np.float64]]


def referred_table(
    program: object, people: People, here: Mask, scores: Columns
) -> tuple[OutcomesTable, OutcomePlan]:
    """Arrays of everybody whose referral was accepted, whether they started or not.

    Parameters
    ----------
    here : who among `people` was referred
    scores : of instruments of the catalog
    """
    schedule = standard()
    values = _values(people, here, scores, schedule)
    scales = tuple(scale for key, scale in known_scales().items() if any(key == s for s, _ in values))
    groupings, groups = _groups(people, here)
    points = tuple(Timepoint(point.id, point.title) for point in schedule.timepoints)
    first = points[0].id
    table = OutcomesTable(
        title=str(program),
        patients=("",) * int(here.sum()),
        timepoints=points,
        scales=scales,
        values=values,
        groupings=groupings,
        groups=groups,
        numbers={"age": people.age[here]},
        number_titles={"age": "Age (years)"},
        source=f"{program}: everybody whose referral was accepted",
    )
    changes = tuple(
        ChangeOf(scale.id, first, point.id, key=f"{scale.id.replace('.', '_')}_change_{first}_to_{point.id}")
        for scale in scales
        if (scale.id, first) in values
        for point in points[1:]
        if (scale.id, point.id) in values
    )
    versions = {f"schedule {schedule.id}": schedule.version}
    return table, OutcomePlan(changes=changes, predictors=_predictors(table), versions=versions)


def _values(people: People, here: Mask, scores: Columns, schedule: Schedule) -> Values:
    """Scores by scale and time point; what the schedule asks of everybody is there, answered or not.

    An instrument that a time point asks only of those who scored high before is left out there: those not
    asked would count as missing, those asked would stand for everybody.
    """
    asked_of_all = {point.id: set(point.ask) for point in schedule.timepoints}
    selective = {point.id: set(point.ask_while_high) for point in schedule.timepoints}
    n = int(here.sum())
    values: Values = {
        (scale, point.id): np.full(n, np.nan)
        for point in schedule.timepoints
        for scale in known_scales()
        if scale.partition(".")[0] in asked_of_all[point.id]
    }
    for (instrument, scale, point), (places, found) in scores.items():
        key = f"{instrument}.{scale}"
        if key not in known_scales() or point not in asked_of_all or instrument in selective[point]:
            continue
        column = np.full(people.n, np.nan)
        column[places] = found
        values[key, point] = column[here]
    return values


def _groups(people: People, here: Mask) -> tuple[tuple[Grouping, ...], dict[str, NDArray[np.str_]]]:
    bands = analysis().age_bands
    age = people.age[here]
    age_band = np.full(age.shape, "", dtype=f"<U{max(len(band.id) for band in bands)}")
    for band in bands:
        low = -np.inf if band.from_ is None else band.from_
        high = np.inf if band.to is None else band.to
        age_band[(age >= low) & (age < high)] = band.id
    columns = {
        "sex": ("Sex", Sex.choices, people.sex[here]),
        "payer": ("Payer", PayerType.choices, people.payer_type[here]),
        "age_band": ("Age", tuple((band.id, band.title) for band in bands), age_band),
        "language": ("Language", Language.choices, people.language[here]),
    }
    groupings, groups = [], {}
    for name, (title, choices, levels) in columns.items():
        present = set(np.unique(levels).tolist()) - {""}
        shown = tuple((level, label) for level, label in choices if level in present)
        if not shown:
            continue
        names, labels = zip(*shown, strict=True)
        groups[name] = levels
        groupings.append(Grouping(name, title, names, labels, _reference(name, levels, names)))
    return tuple(groupings), groups


def _reference(name: str, levels: NDArray[np.str_], names: tuple[str, ...]) -> str:
    """The level others are compared with: the one of the file, else the largest."""
    wanted = analysis().references.get(name, "")
    if wanted in names:
        return wanted
    return max(names, key=lambda level: int((levels == level).sum()))


def _predictors(table: OutcomesTable) -> tuple[Predictor, ...]:
    """What may predict who answers again: the first scale at baseline, age, and who the patient is."""
    found = [
        Predictor(f"baseline_{scale.id}", f"{scale.title} at baseline", scale=scale.id)
        for scale in first_scale(table)
    ]
    found.append(Predictor("age", "Age (per year)", number="age"))
    for group, level, title in (
        ("sex", "female", "Female"),
        ("payer", "medicaid", "Medicaid"),
        ("language", "es", "Speaks Spanish"),
    ):
        if group in table.groups and (table.groups[group] == level).any():
            found.append(Predictor(f"{group}_{level}", title, group=group, level=level))
    return tuple(found)


def first_scale(table: OutcomesTable) -> tuple[OutcomeScale, ...]:
    """The first scale with a baseline, as a tuple of one or none."""
    return tuple(scale for scale in table.scales if table.has(scale.id, table.baseline.id))[:1]
