"""The search for places of several sessions: what it looks up only once."""

from __future__ import annotations

import numpy as np

from allay.scheduling.explaining import search
from allay.scheduling.explaining.floor import floor_of
from allay.scheduling.explaining.tags import Tags
from allay.scheduling.instances import generate
from allay.scheduling.solving.baselines.greedy import good_greedy


def test_rules_between_two_services_are_looked_up_once_for_each_day(monkeypatch) -> None:
    asked: list[object] = []
    ever = False

    def counted(rule, received, service):
        asked.append((rule.id, tuple(sorted(received.items())), service))
        return whole(rule, received, service)

    whole = search.pairs
    monkeypatch.setattr(search, "pairs", counted)
    problem = generate("small-clinic", patients=40, seed=1)
    floor = floor_of(problem, good_greedy(problem))
    days = np.ones(len(floor.grid.days), dtype=np.bool_)
    for patient in problem.patients:
        series = [one for one in problem.series if one.patient == patient.id]
        keys = tuple((one.id, 1) for one in series)
        asked.clear()
        question = search.ask(floor, patient.id, keys, days=days, worth=50, tags=Tags(), most_days=1)
        found, first = search.fewest(question), len(asked)
        assert search.fewest(question) == found
        assert len(asked) == first
        ever |= bool(asked)
    assert ever
