"""Loading rules from YAML files; a rule with a typo, without a source or beside another one does not load."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from importlib.resources.abc import Traversable
from itertools import combinations
from pathlib import Path

from allay.base.documents import Document, read_yaml_document
from allay.base.errors import InvalidInput, NotFound, Problem
from allay.base.fact import Reference
from allay.base.facts import Facts
from allay.base.sources import yaml_files
from allay.base.status import MARKS, Status
from allay.coverage.rules.alternatives import alternatives
from allay.coverage.rules.entries import RuleFile, RuleRow
from allay.coverage.rules.reading import ConditionReader, Note, note_into
from allay.coverage.rules.rule import Effect, EffectType, Rule, Stage

PARAMETERS = "facts"  # the subfolder with the parameters of a folder of rules
IDENTITIES = ("own", "assistant", "incident_to", "facility")
PRICE_METHODS = ("fee_schedule", "fixed", "per_visit", "included", "plan")
SHARE_METHODS = ("coinsurance", "copay", "none")
EDITS = ("pairs", "unit_limits", "add_ons", "therapy_reduction", "total_minutes")
MLR_CLASSES = (
    "claims",
    "waiver_service",
    "in_lieu_of_service",
    "health_related_service",
    "quality_improvement",
    "administration",
)
# What each type of effect needs and may have, beside its type and target.
_NEEDS: Mapping[EffectType, tuple[str, ...]] = {
    EffectType.LIMIT: ("value", "counter", "per"),
    EffectType.CAP: ("value",),
    EffectType.FLOOR: ("value",),
    EffectType.FORBID: ("target",),
    EffectType.PRICE: ("method", "target"),
    EffectType.CLASSIFY: ("mlr_class",),
}
_MAY: Mapping[EffectType, tuple[str, ...]] = {
    EffectType.PRICE: ("value", "factor"),
    EffectType.MODIFY: ("modifiers", "factor"),
    EffectType.LIMIT: (),
}
_KEYS = ("value", "counter", "per", "method", "modifiers", "factor", "mlr_class")


def load_rules(
    folder: str | Path | Traversable, parameters: Facts, *, taken: Container[str] = ()
) -> tuple[Rule, ...]:
    """Load every rule of the YAML files below a folder.

    Parameters
    ----------
    folder : path
        Searched with its subfolders, apart from one named `facts`.
    parameters : Facts
        What rules may compare with.
    taken : container of str
        Ids of rules that are there already.

    Raises
    ------
    InvalidInput
        No file of rules; and the problems of all files: an id that is taken, unknown facts, values,
        parameters, services or professions; an effect without what it needs; no such source; a status
        stronger than its source; versions of one rule that hold on the same day.
    """
    root = Path(folder) if isinstance(folder, str) else folder
    if not root.is_dir():
        raise InvalidInput(Problem(str(root), "-", "(folder)", "a folder of rules", "no folder"))
    problems: list[Problem] = []
    rules: list[tuple[Rule, Problem]] = []
    found_files = list(yaml_files(root, but=PARAMETERS))
    if not found_files:
        raise InvalidInput(Problem(str(root), "-", "(folder)", "YAML files of rules", "none"))
    for file in found_files:
        try:
            document = read_yaml_document(file, RuleFile)
        except InvalidInput as invalid:
            problems.extend(invalid.problems)
            continue
        for index, row in enumerate(document.value.rules):
            before = len(problems)
            rule = _rule(document, index, row, parameters, problems)
            if row.id in taken:
                found = f"{row.id} a second time"
                problems.append(
                    document.problem("rules", index, "id", expected="a rule of its own", found=found)
                )
            if len(problems) == before:
                found = f"{row.id} a second time for some of its days"
                place = document.problem("rules", index, "id", expected="one version a day", found=found)
                rules.append((rule, place))
    problems.extend(_overlaps(rules))
    if problems:
        raise InvalidInput(problems)
    return tuple(sorted((rule for rule, _ in rules), key=lambda rule: (rule.id, rule.effective_from)))


def _overlaps(rules: Iterable[tuple[Rule, Problem]]) -> Iterator[Problem]:
    by_id: dict[str, list[tuple[Rule, Problem]]] = defaultdict(list)
    for rule, place in rules:
        by_id[rule.id].append((rule, place))
    for versions in by_id.values():
        for (one, _), (other, place) in combinations(versions, 2):
            # A correction has the same first day and is known later.
            correction = one.effective_from == other.effective_from and one.known_from != other.known_from
            start = max(one.effective_from, other.effective_from)
            if not correction and one.covers(start) and other.covers(start):
                yield place


def _rule(
    document: Document[RuleFile], index: int, row: RuleRow, parameters: Facts, problems: list[Problem]
) -> Rule:
    note = note_into(problems, document.problem, "rules", index)
    reader = ConditionReader(parameters, note)
    source = document.value.sources.get(row.source)
    if source is None:
        known = "one of the sources " + ", ".join(document.value.sources)
        note("source", expected=known, found=repr(row.source))
    elif row.status.rank < MARKS.get(source.seen_as, Status.UNKNOWN).rank:
        strongest = MARKS.get(source.seen_as, Status.UNKNOWN)
        note("status", expected=f"at most {strongest.value}, as its source was seen", found=row.status.value)
    if row.effective_to is not None and row.effective_to <= row.effective_from:
        note("effective_to", expected=f"a day after {row.effective_from}", found=str(row.effective_to))
    if (row.test is not None) is not (row.effect.type is EffectType.REQUIRE):
        found = "a test" if row.test is not None else "no test"
        note("test", expected="a test with the effect require, and only with it", found=found)
    for name in row.alternatives:
        if name not in alternatives():
            near = NotFound.among("alternative", name, known=alternatives())
            note("alternatives", expected="alternatives of the list", found=str(near))
    reference = () if source is None else (Reference(source.title, source.seen_as, source.href, row.locator),)
    return Rule(
        id=row.id,
        stage=row.stage,
        layer=row.layer,
        effect=_effect(row, reader, note),
        text=row.text,
        when=reader.conditions(row.when, "when"),
        unless=None if row.unless is None else reader.conditions(row.unless, "unless"),
        test=None if row.test is None else reader.conditions(row.test, "test"),
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        known_from=row.known_from or min(row.effective_from, document.value.recorded_on),
        status=row.status,
        references=reference,
        alternatives=row.alternatives,
        derogable=row.derogable,
    )


def _effect(row: RuleRow, reader: ConditionReader, note: Note) -> Effect:
    effect = row.effect
    needs = _NEEDS.get(effect.type, ())
    for key in needs:
        if getattr(effect, key) in (None, "", ()):
            note("effect", expected=f"{key} with the effect {effect.type}", found="none")
    if effect.type is EffectType.MODIFY and not effect.modifiers and effect.factor is None:
        note("effect", expected="modifiers or a factor with the effect modify", found="neither")
    for key in set(_KEYS) - set(needs) - set(_MAY.get(effect.type, ())):
        if getattr(effect, key) not in (None, "", ()):
            note("effect", key, expected=f"no {key} with the effect {effect.type}", found="one")
    _check_target(row, note)
    if effect.mlr_class and effect.mlr_class not in MLR_CLASSES:
        note("effect", "class", expected="one of " + ", ".join(MLR_CLASSES), found=effect.mlr_class)
    value = None if effect.value is None else reader.operand(effect.value, "effect", "value")
    factor = None if effect.factor is None else reader.operand(effect.factor, "effect", "factor")
    if effect.counter is not None:
        reader.operand({"fact": effect.counter}, "effect", "counter")
    return Effect(
        type=effect.type,
        target=effect.target,
        value=value,
        counter=effect.counter,
        per=effect.per,
        method=effect.method,
        modifiers=effect.modifiers,
        factor=factor,
        mlr_class=effect.mlr_class,
    )


def _check_target(row: RuleRow, note: Note) -> None:
    """Check the target and method against what the stage knows."""
    effect = row.effect
    targets: tuple[str, ...] = ("",)
    methods: tuple[str, ...] = ("",)
    if row.stage is Stage.IDENTITY:
        targets = IDENTITIES
    elif effect.type is EffectType.FORBID:
        targets = ("prior_auth", "limits")
    elif effect.type is EffectType.EDIT:
        targets = EDITS
    elif effect.type in (EffectType.PRICE, EffectType.CAP, EffectType.FLOOR):
        targets = ("allowed", "patient_share")
        if effect.type is EffectType.PRICE:
            methods = PRICE_METHODS if effect.target == "allowed" else SHARE_METHODS
    given = (("target", effect.target, targets), ("method", effect.method, methods))
    for key, found, known in given:
        if found not in known:
            note("effect", key, expected="one of " + ", ".join(map(repr, known)), found=repr(found))


def first_days(rules: Iterable[Rule]) -> Iterator[dt.date]:
    """Yield the days on which some rule begins or ends."""
    for rule in rules:
        yield rule.effective_from
        if rule.effective_to is not None:
            yield rule.effective_to
