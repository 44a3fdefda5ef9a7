"""The engine: one visit through the stages, each asked whatever the others said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from allay.coverage.answers import Verdict
from allay.coverage.cases.case import Case
from allay.coverage.cases.outcomes import ImprovementTest, shipped_tests
from allay.coverage.decisions.decision import Decision
from allay.coverage.decisions.editing import edit_services
from allay.coverage.decisions.lookup import Plans
from allay.coverage.decisions.prepared import PreparedVisit, prepare
from allay.coverage.decisions.pricing import price_services
from allay.coverage.decisions.shares import share_services
from allay.coverage.decisions.working import Working
from allay.coverage.edits.shipped import shipped_edits
from allay.coverage.edits.table import EditTable
from allay.coverage.fees.schedule import FeeSchedule, shipped_schedule
from allay.coverage.rules.rulebook import Rulebook


@dataclass
class Engine:
    """Decides visits by a rulebook, a fee schedule, a table of edits and tests of improvement.

    Examples
    --------
    >>> from allay.coverage.cases.case import Case
    >>> case = Case.model_validate_json('''{"id": "1", "service_date": "2024-07-15",
    ...   "patient": {"state": "VT", "conditions": ["fibromyalgia"]}, "plan": {"payer": "original_medicare"},
    ...   "practitioners": [{"id": "md", "profession": "pain_physician"}],
    ...   "services": [{"service": "acupuncture", "minutes": 30}]}''')
    >>> Engine().decide(case).bill.value
    'no'
    """

    rulebook: Rulebook = field(default_factory=Rulebook.shipped)
    fees: FeeSchedule = field(default_factory=shipped_schedule)
    edits: EditTable = field(default_factory=shipped_edits)
    tests: tuple[ImprovementTest, ...] = field(default_factory=shipped_tests)
    _plans: dict[int, Plans] = field(default_factory=dict, init=False, repr=False)
    _by_day: dict[tuple[dt.date, dt.date | None], Plans] = field(default_factory=dict, init=False, repr=False)

    def decide(self, case: Case) -> Decision:
        """Decide one visit; with warm memory well under a millisecond."""
        return self.decide_prepared(prepare(case, self.tests))

    def decide_all(self, cases: Iterable[Case]) -> Iterator[Decision]:
        """Decide visits one after the other; what was asked before is not worked out again."""
        return (self.decide(case) for case in cases)

    def decide_prepared(self, visit: PreparedVisit) -> Decision:
        """Decide a visit whose facts were made ready by `prepare`, so that many rulebooks can decide it."""
        case = visit.case
        plans = self._plans_on(case.service_date, case.known_on)
        # What a refused service would have been billed as matters for what the patient is charged.
        whole = bool(case.charges)
        services = []
        before: frozenset[str] = frozenset()
        for one in visit.services:
            facts = {**one.facts, "day.professions_before": before} if before else one.facts
            services.append(Working(one, facts, plans.of(one, facts, whole=whole)))
            if len(visit.services) > 1 and services[-1].bill is not Verdict.NO:
                before |= {one.practitioner.profession}
        if case.charges or any(one.bill is not Verdict.NO for one in services):
            edit_services(services, self.edits, case)
            price_services(services, self.fees, case)
            share_services(services, case)
        for service in services:
            service.finish()
        return Decision(case, services, plans)

    def forget(self) -> None:
        """Forget every plan, to free memory; the next decisions are worked out anew."""
        self._plans.clear()
        self._by_day.clear()

    def _plans_on(self, day: dt.date, known_on: dt.date | None) -> Plans:
        found = self._by_day.get((day, known_on))
        if found is None:
            in_force = self.rulebook.at(day, known_on=known_on)
            found = self._by_day[day, known_on] = self._plans.setdefault(id(in_force), Plans(in_force))
        return found
