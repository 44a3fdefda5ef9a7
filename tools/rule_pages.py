"""The reference pages of coverage rules and parameters, with the behavior tables that use them."""

from __future__ import annotations

import importlib.util
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allay.base.fact import Fact, FactValue, Reference
    from allay.coverage.rules.rule import Rule

Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]
ROOT = Path(__file__).resolve().parent.parent
SPECS = ROOT / "tests" / "spec"


@cache
def subjects() -> Mapping[str, tuple[str, tuple[Rule, ...]]]:
    """Return the title and the rules of each file of rules, by name."""
    from allay.base.documents import read_yaml
    from allay.coverage.rules.entries import RuleFile
    from allay.coverage.rules.rulebook import DATA, Rulebook

    by_id: dict[str, list[Rule]] = defaultdict(list)
    for rule in Rulebook.shipped().rules:
        by_id[rule.id].append(rule)
    found = {}
    for file in sorted((DATA / "rules").iterdir(), key=lambda file: file.name):
        content = read_yaml(file, RuleFile)
        ids = dict.fromkeys(row.id for row in content.rules)
        rules = tuple(rule for name in ids for rule in by_id[name])
        found[file.name.removesuffix(".yaml").replace(".", "-")] = (content.title, rules)
    return found


@cache
def proofs() -> Mapping[str, tuple[str, ...]]:
    """Return for each rule the tables of `tests/spec` whose rows it takes part in.

    The rows are decided here as the tests decide them.
    """
    from tests.spec import deciding

    used: dict[str, dict[str, None]] = defaultdict(dict)
    for path in sorted(SPECS.glob("test_coverage_*_spec.py")):
        module = _module(path)
        for name, function in vars(module).items():
            if name.startswith("test_"):
                for decision in _decided(function, deciding):
                    for reason in decision.reasons:
                        used[reason.rule.partition("@")[0]][_label(name)] = None
    return {rule: tuple(labels) for rule, labels in used.items()}


def _label(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ")


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"spec_pages.{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _decided(function: Any, deciding: Any) -> Iterator[Any]:
    """Run a table's rows and yield what was decided in them."""
    decisions: list[Any] = []
    engine = deciding.ENGINE

    class Recorder:
        def decide(self, case: Any) -> Any:
            decisions.append(engine.decide(case))
            return decisions[-1]

    deciding.ENGINE = Recorder()
    try:
        for mark in getattr(function, "pytestmark", ()):
            if mark.name == "parametrize":
                for row in mark.args[1]:
                    function(*row)
    finally:
        deciding.ENGINE = engine
    yield from decisions


def overview(table: Table) -> str:
    """Write the table of subjects."""
    from allay.coverage.rules.rulebook import Rulebook

    number = len({rule.id for rule in Rulebook.shipped().rules})
    rows = [
        [f"[{title}](rules/{name}.md)", str(len({rule.id for rule in rules})), _statuses(rules)]
        for name, (title, rules) in subjects().items()
    ]
    return "\n\n".join(
        [
            "# Coverage rules",
            f"The {number} rules by which `allay coverage decide` answers. Each page says what a rule says "
            "in our words, since when, where it is written, how sure we are, and which tables of the "
            "[behavior](behavior.md) it takes part in. The numbers they use are "
            "[parameters](parameters.md). Rules change: what matters to you, compare with its source.",
            table(["subject", "rules", "how sure"], rows),
        ]
    )


def _statuses(rules: Sequence[Rule]) -> str:
    from allay.base.status import Status

    counted = [(status, sum(rule.status is status for rule in rules)) for status in Status]
    return ", ".join(f"{number} {status.value}" for status, number in counted if number)


def page(name: str, table: Table) -> str:
    """Write the page of one subject."""
    title, rules = subjects()[name]
    return "\n\n".join([f"# {title}", *(part for rule in rules for part in _rule(rule, table))])


def _rule(rule: Rule, table: Table) -> Iterator[str]:
    from allay.coverage.rules.alternatives import alternatives
    from allay.coverage.rules.words import condition_words, effect_words

    until = "" if rule.effective_to is None else f" until {rule.effective_to} (not included)"
    yield f"## `{rule.id}`"
    yield rule.text
    rows = [
        ["stage and layer", f"{rule.stage.value.replace('_', ' ')}, {rule.layer.value.replace('_', ' ')}"],
        ["does", effect_words(rule)],
        ["where", "; ".join(condition_words(rule.when)) or "always"],
        ["unless", "" if rule.unless is None else "; ".join(condition_words(rule.unless))],
        ["asks that", "" if rule.test is None else "; ".join(condition_words(rule.test))],
        ["in force", f"from {rule.effective_from}{until}" + _known(rule)],
        ["how sure", rule.status.value],
        ["source", "; ".join(_reference(reference) for reference in rule.references)],
        ["offers", " ".join(alternatives()[name] for name in rule.alternatives)],
        ["a lower layer", "may be stricter" if rule.derogable else ""],
        ["seen in", "; ".join(proofs().get(rule.id, ())) or "no table"],
    ]
    yield table(["", ""], [row for row in rows if row[1]])


def _known(rule: Rule) -> str:
    return "" if rule.known_from <= rule.effective_from else f", known from {rule.known_from}"


def _reference(reference: Reference) -> str:
    title = f"[{reference.title}]({reference.href})" if reference.href else reference.title
    return title + (f", {reference.locator}" if reference.locator else "")


def parameters_page(table: Table) -> str:
    """Write the page of all parameters, with every row of each."""
    from allay.coverage.rules.rulebook import Rulebook

    used: dict[str, dict[str, None]] = defaultdict(dict)
    for rule in Rulebook.shipped().rules:
        for name in rule.parameters:
            used[name][rule.id] = None
    parts = [
        "# Parameters of coverage",
        "Every dated number, list and answer that coverage uses. `until` is not included. Where a later "
        "row is recorded for the same day, it takes the place of the earlier one; who asks as of an "
        "earlier day of knowledge still gets the earlier one.",
    ]
    for fact in Rulebook.shipped().parameters:
        parts += [
            f"## `{fact.id}`",
            _about(fact, used[fact.id]),
            table(COLUMNS, [_row(row) for row in fact.values]),
        ]
    return "\n\n".join(parts)


COLUMNS = ("value", "from", "until", "recorded", "how sure", "source")


def _about(fact: Fact, rules: Mapping[str, None]) -> str:
    by = f" Used by {', '.join(f'`{rule}`' for rule in rules)}." if rules else ""
    return f"{fact.label}; {fact.unit.replace('_', ' ')}.{by}"


def _row(row: FactValue) -> list[str]:
    value = ", ".join(row.value) if isinstance(row.value, tuple) else _plain(row.value)
    return [
        value,
        str(row.effective_from),
        "" if row.effective_to is None else str(row.effective_to),
        str(row.recorded_on),
        row.status.value,
        "; ".join(_reference(reference) for reference in row.references),
    ]


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if repr(value) == "UNKNOWN" else str(value)
