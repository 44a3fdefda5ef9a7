"""What a placed week costs, counted from its visits: the objective of level 2, without a model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from allay.scheduling.solving.sequencing.names import PlacedVisit
from allay.scheduling.solving.week.task import WeekTask, broken


def week_cost(task: WeekTask, placed: Mapping[int, PlacedVisit]) -> int:
    """Count the points of a week.

    Parameters
    ----------
    task : WeekTask
    placed : mapping of int to PlacedVisit
        By visit; those missing are not served this week.

    Returns
    -------
    int
        With the fixed points of the week. Linear in visits.
    """
    total = task.constant
    trips: set[tuple[int, int]] = set()
    services: dict[tuple[int, int], list[str]] = defaultdict(list)
    for at, visit in enumerate(task.visits):
        each = placed.get(at)
        if each is None:
            total += visit.price
            continue
        costs = {(way.lead, way.mode): cost for way, cost in zip(visit.ways, visit.costs, strict=True)}
        total += costs[each.lead, "onsite" if each.mode == "onsite" else "telehealth"]
        services[visit.patient, each.day].append(visit.service)
        if each.mode == "onsite":
            trips.add((visit.patient, each.day))
    total += sum(task.weights[patient] for patient, day in trips - task.on_site)
    for pair in task.pairs:
        if pair.change and pair.earlier in placed and pair.later in placed:
            total += pair.change * (placed[pair.earlier].lead != placed[pair.later].lead)
    for (patient, day), given in services.items():
        held = task.held.get((patient, day), ())
        for rule in task.rules[patient]:
            if rule.effect == "priced" and broken(rule, (*held, *given)) and not broken(rule, held):
                total += task.rule_points[rule.id]
    return total
