"""Reasons of a decision, from what the stages found; built only when somebody wants to read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from allay.base.fact import UNKNOWN
from allay.base.status import Status
from allay.coverage.answers import Reason
from allay.coverage.decisions.stages import Finding, StageResult
from allay.coverage.rules.conditions import FactValue
from allay.coverage.rules.rule import Stage
from allay.coverage.rules.rulebook import InForce


def stage_reasons(stage: Stage, result: StageResult, in_force: InForce) -> Iterator[Reason]:
    """Yield a reason for each finding of a stage, with the facts and parameters it read."""
    for finding in result.findings:
        yield _reason(stage, finding, result, in_force)


def _reason(stage: Stage, finding: Finding, result: StageResult, in_force: InForce) -> Reason:
    rule = finding.rule
    paths, names = rule.relied_on(result.facts, in_force.parameter)
    rows = [row for name in names if (row := in_force.row(name)) is not None]
    values = [(path, shown(result.facts[path])) for path in paths if result.facts[path] is not None]
    values += [(row.version, "unknown" if row.value is UNKNOWN else shown(row.value)) for row in rows]
    references = dict.fromkeys((*rule.references, *(ref for row in rows for ref in row.references)))
    return Reason(
        rule=rule.version,
        text=rule.text,
        outcome=finding.outcome.value,
        status=Status.weakest([rule.status, *(row.status for row in rows)]),
        references=tuple(references),
        stage=stage.value,
        effect=rule.effect.type.value,
        values=tuple(values),
    )


def shown(value: FactValue) -> str:
    """Return a value as text: yes and no for flags, members of a set in order."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return str(value)
