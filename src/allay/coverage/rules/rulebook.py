"""The rulebook: all rules and parameters; and what is in force on a day, as known on a day."""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_right
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from allay.base.errors import InvalidInput, Problem
from allay.base.fact import UNKNOWN, Fact, FactValue, Value
from allay.base.facts import Facts, load_facts
from allay.base.status import Status
from allay.coverage.rules.conditions import FactValue as CaseValue
from allay.coverage.rules.rule import Candidate, Rule, Stage
from allay.coverage.rules.rulefile import PARAMETERS, first_days, load_rules

DATA = files("allay.coverage") / "data"
# Facts by which rules are looked up; conditions on them are settled before a case is read further.
INDEX: Final = (
    "plan.payer",
    "plan.regulated_by",
    "service.id",
    "practitioner.profession",
    "patient.state",
    "setting.place",
    "setting.mode",
    "practitioner.licensed",
    "contract.includes_service",
)
_VERSION_LENGTH = 16  # hexadecimal digits: enough to tell rulebooks apart
IndexKey = tuple[CaseValue, ...]
LineKey = tuple[tuple[str, CaseValue], ...]


class InForce:
    """The rules and parameters of one day, as known on one day.

    Looking rules up costs one pass over the rules of the stage the first time for each index, then nothing.
    """

    def __init__(self, rules: Iterable[Rule], rows: Mapping[str, FactValue]) -> None:
        self._by_stage: dict[Stage, list[Rule]] = {stage: [] for stage in Stage}
        for rule in rules:
            self._by_stage[rule.stage].append(rule)
        self._rows = rows
        self._values = {name: row.value for name, row in rows.items()}
        self._found: dict[tuple[Stage, str, IndexKey, LineKey], tuple[Candidate, ...]] = {}

    @cached_property
    def version(self) -> str:
        """Name of exactly these rules and parameters: the same for the same content, whoever asks."""
        rules = sorted(rule.version for rules in self._by_stage.values() for rule in rules)
        rows = sorted(f"{row.version}={row.value}" for row in self._rows.values())
        return hashlib.sha256("\n".join((*rules, *rows)).encode()).hexdigest()[:_VERSION_LENGTH]

    def parameter(self, name: str) -> Value:
        """Return the value of a parameter; UNKNOWN where no row covers the day."""
        return self._values.get(name, UNKNOWN)

    def row(self, name: str) -> FactValue | None:
        """Return the row a parameter's value comes from, for reasons to cite."""
        return self._rows.get(name)

    def rules(
        self, stage: Stage, index: IndexKey, *, target: str = "", line: LineKey = ()
    ) -> tuple[Candidate, ...]:
        """Return the rules of a stage that can apply to cases with these indexed facts.

        Parameters
        ----------
        target : str
            Only those with this target; empty for all.
        line : tuple of (str, value)
            Facts of a line that are settled as well.
        """
        key = (stage, target, index, line)
        if key not in self._found:
            facts = {**dict(zip(INDEX, index, strict=True)), **dict(line)}
            chosen = (rule for rule in self._by_stage[stage] if not target or rule.effect.target == target)
            found = (Candidate.among(rule, facts) for rule in chosen)
            self._found[key] = tuple(one for one in found if one is not None)
        return self._found[key]


class Rulebook:
    """All rules and parameters, with both clocks.

    Examples
    --------
    >>> book = Rulebook.shipped()
    >>> book.at(dt.date(2024, 7, 15)).parameter("us.medicare.acupuncture.visits_first_block")
    12
    """

    def __init__(self, rules: Iterable[Rule], parameters: Facts) -> None:
        self.rules = tuple(rules)
        self.parameters = parameters
        changes = {*first_days(self.rules)}
        changes |= {row.effective_from for fact in parameters for row in fact.values}
        changes |= {row.effective_to for fact in parameters for row in fact.values if row.effective_to}
        self._changes = sorted(changes)
        self._in_force: dict[tuple[int, dt.date | None], InForce] = {}

    @staticmethod
    @cache
    def shipped() -> Rulebook:
        """Return the rules and parameters that come with Allay."""
        return Rulebook.load()

    @classmethod
    def load(cls, *folders: str | Path | Traversable) -> Rulebook:
        """Load the rules that ship, and those of more folders.

        Parameters
        ----------
        *folders : path
            Each with YAML files of rules, and parameters in a subfolder `facts`, one file each.

        Raises
        ------
        InvalidInput
            As `load_facts` and `load_rules`; and a rule or parameter that is there already.
        """
        facts: list[Fact] = list(load_facts(DATA / PARAMETERS))
        places = [Path(folder) if isinstance(folder, str) else folder for folder in folders]
        for folder in places:
            if (folder / PARAMETERS).is_dir():
                own = load_facts(folder / PARAMETERS)
                _refuse_taken(own, {fact.id for fact in facts}, folder / PARAMETERS)
                facts += own
        parameters = Facts(facts)
        rules = [*load_rules(DATA / "rules", parameters)]
        for folder in places:
            rules += load_rules(folder, parameters, taken={rule.id for rule in rules})
        return cls(sorted(rules, key=lambda rule: (rule.id, rule.effective_from)), parameters)

    def at(self, day: dt.date, *, known_on: dt.date | None = None) -> InForce:
        """Return what is in force on a day, as known on `known_on` (default: all that is recorded)."""
        key = (bisect_right(self._changes, day), known_on)
        if key not in self._in_force:
            rules = newest(rule for rule in self.rules if known_on is None or rule.known_from <= known_on)
            rows = {fact.id: row for fact in self.parameters if (row := fact.known(day, known_on=known_on))}
            in_force = [rule for rule in rules if rule.covers(day)]
            self._in_force[key] = InForce(in_force, rows)
        return self._in_force[key]

    def with_parameter(self, name: str, value: Value) -> Rulebook:
        """Return a rulebook in which one parameter has another value on all days, marked synthetic.

        Raises
        ------
        NotFound
            With the nearest ids.
        """
        changed = self.parameters.get(name)
        rows = tuple(replace(row, value=value, status=Status.SYNTHETIC) for row in changed.values)
        others = (fact for fact in self.parameters if fact.id != name)
        return Rulebook(self.rules, Facts([*others, replace(changed, values=rows)]))


def newest(rules: Iterable[Rule]) -> list[Rule]:
    """Drop versions that a later known one with the same first day has replaced."""
    found: dict[tuple[str, dt.date], Rule] = {}
    for rule in sorted(rules, key=lambda rule: rule.known_from):
        found[rule.id, rule.effective_from] = rule
    return sorted(found.values(), key=lambda rule: rule.id)


def _refuse_taken(facts: Iterable[Fact], taken: Container[str], folder: Path | Traversable) -> None:
    problems = [
        Problem(f"{folder / one.id}.yaml", "/id", "id", "a parameter of its own", f"{one.id} a second time")
        for one in facts
        if one.id in taken
    ]
    if problems:
        raise InvalidInput(problems)
