"""Plans of services, kept by what decides them, so that many visits are decided fast.

Two services of which the rules read the same are decided alike. A plan is found by asking for the facts that
the making of such plans has read, in that order; of a number that is only compared, on which side of each
limit it lies. What a reason shows (the number itself) is read from the case when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from allay.coverage.cases.facts import Facts
from allay.coverage.decisions.drafts import Drafts, draft_lines
from allay.coverage.decisions.plan import ServicePlan
from allay.coverage.decisions.prepared import PreparedService
from allay.coverage.decisions.sides import Ask, Sides
from allay.coverage.rules.rule import EffectType, Rule, Stage
from allay.coverage.rules.rulebook import INDEX, InForce

_index = itemgetter(*INDEX)


class Plans:
    """The plans made by the rules in force on a day.

    Memory grows with the different plans asked for, about a kilobyte each.
    """

    def __init__(self, in_force: InForce) -> None:
        self.in_force = in_force
        self._entries: dict[Any, _Entry] = {}

    def of(self, service: PreparedService, facts: Facts, *, whole: bool) -> ServicePlan:
        """Return the plan of a service; the first of its kind costs some hundred microseconds.

        Where `whole` is false, a plan may stop at the stage that says no.
        """
        index = _index(facts)
        entry = self._entries.get(index)
        if entry is None:
            entry = self._entries[index] = _Entry(self.in_force, index)
        drafts = draft_lines(service.coding, rule=entry.counting)
        key = (whole, *entry.key(service, drafts))
        plan = entry.find(key, facts)
        if plan is None:
            plan = ServicePlan(service, facts, drafts, self.in_force, whole=whole)
            entry.keep(key, facts, plan)
            plan.forget_reasons()
        return plan

    def explained(self, service: PreparedService, facts: Facts) -> ServicePlan:
        """Return the plan with the values of this very case in its findings."""
        entry = self._entries[_index(facts)]
        return ServicePlan(service, facts, draft_lines(service.coding, rule=entry.counting), self.in_force)

    def __len__(self) -> int:
        """How many plans there are."""
        return sum(entry.plans for entry in self._entries.values())


class _Question:
    """A question about some facts of a service, and where each answer leads: to a question or to a plan."""

    __slots__ = ("about", "answers", "ask")

    def __init__(self, about: tuple[str, ...], ask: Ask) -> None:
        self.about = about
        self.ask = ask
        self.answers: dict[Any, _Question | ServicePlan] = {}


class _Entry:
    """What is common to services with the same indexed facts, and their plans as a tree of questions."""

    def __init__(self, in_force: InForce, index: tuple[Any, ...]) -> None:
        rules = [one.rule for stage in Stage for one in in_force.rules(stage, index)]
        self.counting = "medicare" if any(_counts_in_total(rule) for rule in rules) else "ama"
        self.plans = 0
        self._sides = Sides(rules, in_force)
        of_supervisor = sorted(path for path in self._sides.plain if path.startswith("supervisor."))
        self._supervisor = itemgetter(*of_supervisor) if of_supervisor else str
        self._roots: dict[Any, _Question | ServicePlan] = {}

    def key(self, service: PreparedService, drafts: Drafts) -> tuple[Any, ...]:
        """Return what a plan rests on beside the facts: lines, supervisors, and if licenses are known."""
        return (
            id(drafts.lines),
            drafts.missing,
            None if drafts.lines else drafts.without_lines,
            tuple([self._supervisor(own) for _, own in service.supervised]) if service.supervised else (),
            service.supervisor_ids,
            service.license_missing,
        )

    def find(self, key: tuple[Any, ...], facts: Facts) -> ServicePlan | None:
        """Return the plan of facts that agree with some that were asked about before."""
        place = self._roots.get(key)
        while place.__class__ is _Question:
            place = place.answers.get(place.ask(facts))
        return place  # type: ignore[return-value]

    def keep(self, key: tuple[Any, ...], facts: Facts, plan: ServicePlan) -> None:
        """Keep a plan where all facts that it has read are asked for on the way."""
        self.plans += 1
        left = [path for path in plan.read if path not in INDEX and not path.startswith(_WORKED_OUT)]
        answers, answer = self._roots, key
        while isinstance(question := answers.get(answer), _Question):
            left = [path for path in left if path not in question.about]
            answers, answer = question.answers, question.ask(facts)
        for question in self._questions(left):
            answers[answer] = question
            answers, answer = question.answers, question.ask(facts)
        answers[answer] = plan

    def _questions(self, paths: Iterable[str]) -> Iterator[_Question]:
        """Yield questions about the facts: values next to each other at once, what is compared one by one."""
        for compared, run in groupby(paths, key=self._sides.is_compared):
            about = tuple(run)
            if not compared:
                yield _Question(about, itemgetter(*about))
                continue
            for path in about:
                yield _Question((path,), self._sides.ask(path))


# Facts that a plan works out itself, or takes from lines and supervisors.
_WORKED_OUT = ("line.", "decision.", "supervisor.")


def _counts_in_total(rule: Rule) -> bool:
    effect = rule.effect
    return effect.type is EffectType.EDIT and effect.target == "total_minutes"
