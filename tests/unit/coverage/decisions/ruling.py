"""Small rules for tests, without files."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allay.base.fact import Reference
from allay.base.facts import Facts
from allay.base.status import Status
from allay.coverage.answers import Verdict
from allay.coverage.cases.paths import fact_paths
from allay.coverage.decisions.stages import StageResult, judge
from allay.coverage.rules.reading import ConditionReader, note_into
from allay.coverage.rules.rule import Candidate, Effect, EffectType, Layer, Rule, Stage
from allay.coverage.rules.rulebook import Rulebook

DAY = dt.date(2026, 3, 2)
SOURCE = (Reference("Made up for a test", "synthetic"),)


def _conditions(tree: dict[str, Any] | None) -> Any:
    problems: list[Any] = []
    reader = ConditionReader(Facts([]), note_into(problems, lambda *keys, **said: (keys, said)))
    found = None if tree is None else reader.conditions(tree)
    assert problems == []
    return found


def rule(name: str, effect: str, **changes: Any) -> Rule:
    """Return a rule of the stage of benefits and the layer of the plan, with some things changed."""
    known = {"when", "unless", "test", "value", "counter", "target", "method", "modifiers"}
    given = {key: changes.pop(key) for key in list(changes) if key in known}
    value = given.get("value")
    reader = ConditionReader(Facts([]), note_into([], lambda *keys, **said: (keys, said)))
    plain = {
        "id": f"test.{name}",
        "stage": Stage.BENEFIT,
        "layer": Layer.PLAN,
        "effect": Effect(
            EffectType(effect),
            target=given.get("target", ""),
            value=None if value is None else reader.operand(value),
            counter=given.get("counter"),
            per="a year" if effect == "limit" else "",
            method=given.get("method", ""),
            modifiers=given.get("modifiers", ()),
        ),
        "text": name,
        "when": _conditions(given.get("when", {})),
        "unless": _conditions(given.get("unless")),
        "test": _conditions(given.get("test")),
        "effective_from": dt.date(2020, 1, 1),
        "effective_to": None,
        "known_from": dt.date(2020, 1, 1),
        "status": Status.SYNTHETIC,
        "references": SOURCE,
    }
    return Rule(**(plain | changes))


def judged(*rules: Rule, without_permit: Verdict = Verdict.UNKNOWN, **facts: Any) -> StageResult:
    """Judge the rules over facts, given as `plan__payer="medicaid"`."""
    values = dict.fromkeys(fact_paths()) | {name.replace("__", "."): value for name, value in facts.items()}
    in_force = Rulebook(rules, Facts([])).at(DAY)
    candidates = [Candidate(one, one.when) for one in rules]
    return judge(candidates, values, in_force, without_permit=without_permit)
