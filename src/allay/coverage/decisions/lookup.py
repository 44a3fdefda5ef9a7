"""Judging stages with a memory: rules that read the same facts say the same, so each is asked once.

The rules of a stage are chosen by a few facts (payer, service, profession, states, place); what they say is
kept by the values of the facts they read. A decision then costs a look into a dictionary for each stage, and
a day's or a year's visits cost what differs between them.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from allay.coverage.answers import Verdict
from allay.coverage.cases.facts import Facts
from allay.coverage.decisions.stages import StageResult, judge
from allay.coverage.rules.rule import Rule, Stage
from allay.coverage.rules.rulebook import INDEX, InForce

_index = itemgetter(*INDEX)
Known = tuple[tuple[Rule, ...], Callable[[Facts], Any], dict[Any, StageResult]]


class Judge:
    """Judges stages by the rules in force on a day, remembering what it has been asked.

    Memory grows with the different combinations of facts asked about; `forget` empties it.
    """

    def __init__(self, in_force: InForce) -> None:
        self.in_force = in_force
        self._known: dict[tuple[Any, ...], Known] = {}

    def __call__(
        self, stage: Stage, facts: Facts, *, target: str = "", without_permit: Verdict = Verdict.YES
    ) -> StageResult:
        """Judge one stage; see `judge`."""
        key = (stage, target, _index(facts))
        known = self._known.get(key)
        if known is None:
            rules = self.in_force.rules(stage, key[2], target=target)
            known = self._known[key] = (rules, _getter(rules), {})
        rules, read, results = known
        values = read(facts)
        result = results.get(values)
        if result is None:
            result = judge(rules, facts, self.in_force, without_permit=without_permit)
            results[values] = result
        return result

    def forget(self) -> None:
        """Empty the memory."""
        self._known.clear()


def _getter(rules: tuple[Rule, ...]) -> Callable[[Facts], Any]:
    paths = tuple(dict.fromkeys(path for rule in rules for path in rule.reads))
    return itemgetter(*paths) if paths else _nothing


def _nothing(facts: Facts) -> None:
    return None
